"""One thread with one asyncio loop for the engine, so that a window never waits for a network."""

import asyncio
import threading
import traceback
from collections.abc import Callable, Coroutine
from typing import Any


class EngineThread:
    """Runs a coroutine on a loop of its own; the thread is a daemon, so that nothing can hold the exit."""

    def __init__(
        self,
        main: Callable[[], Coroutine[Any, Any, None]],
        on_crash: Callable[[str], None],
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        """Does not start yet.

        Args:
            main: what to run.
            on_crash: called in the thread with the traceback as text when `main` raises.
            on_end: called in the thread when `main` is over, whichever way.
        """
        self._main = main
        self._on_crash = on_crash
        self._on_end = on_end
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def post(self, call: Callable[..., object], *args: object) -> bool:
        """Calls something on the engine's loop, soon; `False` if there is no loop any more."""
        self._ready.wait(timeout=5)
        loop = self._loop  # read once: the thread takes it away when it ends
        if loop is None:
            return False
        try:
            loop.call_soon_threadsafe(call, *args)
        except RuntimeError:  # the loop has just been closed
            return False
        return True

    def join(self, timeout_s: float) -> bool:
        """Waits for the end; `False` if it takes longer."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            asyncio.run(self._hold_loop())
        except Exception:  # noqa: BLE001 - the one broad except: a crash is shown, never swallowed
            self._on_crash(traceback.format_exc())
        finally:
            self._loop = None
            self._ready.set()
            self._on_end()

    async def _hold_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        await self._main()
