"""The engine's thread: its crash is a text, its end is told, and nothing waits for it for ever."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from trayuptime.runtime.thread import EngineThread


class Heard:
    """What a thread told."""

    def __init__(self) -> None:
        self.crashes: list[str] = []
        self.ended = threading.Event()
        self.running = threading.Event()

    def thread(self, main: Callable[[], Coroutine[Any, Any, None]]) -> EngineThread:
        async def announced() -> None:
            self.running.set()
            await main()

        return EngineThread(announced, self.crashes.append, self.ended.set)


async def _nothing() -> None: ...


def test_it_runs_and_ends() -> None:
    heard = Heard()
    thread = heard.thread(_nothing)
    thread.start()

    assert thread.join(5)
    assert heard.ended.is_set()
    assert heard.crashes == []


def test_a_crash_is_told_with_its_traceback_and_then_the_end() -> None:
    heard = Heard()

    async def main() -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError("a fault of ours")

    thread = heard.thread(main)
    thread.start()

    assert thread.join(5)
    assert heard.ended.is_set()
    (text,) = heard.crashes
    assert text.startswith("Traceback")
    assert text.rstrip().endswith("ZeroDivisionError: a fault of ours")


def test_what_is_posted_runs_on_its_loop() -> None:
    heard = Heard()
    stop = asyncio.Event()

    async def main() -> None:
        await stop.wait()

    where: list[str] = []
    thread = heard.thread(main)
    thread.start()

    assert thread.post(lambda: where.append(threading.current_thread().name))
    assert thread.post(stop.set)
    assert thread.join(5)
    assert where == ["engine"]


def test_posting_after_the_end_says_that_nobody_listens() -> None:
    thread = Heard().thread(_nothing)
    thread.start()
    assert thread.join(5)

    assert not thread.post(lambda: None)


def test_posting_while_it_ends_never_raises() -> None:
    for _ in range(50):
        heard = Heard()
        stop = asyncio.Event()

        async def main(stop: asyncio.Event = stop) -> None:
            await stop.wait()

        thread = heard.thread(main)
        thread.start()
        posted = thread.post(stop.set)
        while thread.post(_noop):
            pass

        assert posted
        assert thread.join(5)


def test_waiting_for_one_that_does_not_end_gives_up_and_it_holds_nothing() -> None:
    heard = Heard()
    stop = asyncio.Event()

    async def main() -> None:
        await stop.wait()

    thread = heard.thread(main)
    thread.start()
    assert heard.running.wait(5)

    assert not thread.join(0.01)
    assert thread._thread.daemon
    assert not heard.ended.is_set()
    assert thread.post(stop.set)
    assert thread.join(5)


def _noop() -> None:
    pass
