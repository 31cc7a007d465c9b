"""The login manager announces sleep and waking on the system bus; whoever listens needs not poll.

`org.freedesktop.login1.Manager.PrepareForSleep(b)`: true before, false after
(systemd's org.freedesktop.login1(5), read 2026-11-25). A suspend that fails ends with false as well, and
elogind says the same words.
"""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from jeepney import DBusAddress
from jeepney.bus import get_bus

from trayuptime.system.bus import Body, BusLostError, open_bus
from trayuptime.system.files import watch_file

LOGIND = DBusAddress(
    "/org/freedesktop/login1",
    bus_name="org.freedesktop.login1",
    interface="org.freedesktop.login1.Manager",
)
PAUSES_S = (1.0, 5.0)
"""When a bus that is missing or went away is tried again; then only once its socket has changed."""


class LogindWatch:
    """Listens from the start until `aclose`, on the loop that it was made in.

    A missing bus, a login manager that starts late and a bus that is restarted are all waited for.
    """

    def __init__(
        self,
        begins: Callable[[], None],
        ended: Callable[[], None],
        address: str,
        *,
        listening: Callable[[], None] = lambda: None,
        pauses_s: tuple[float, ...] = PAUSES_S,
    ) -> None:
        """Begins to look for the bus.

        Args:
            begins: this computer is about to sleep.
            ended: it is awake, or nobody can say any more that it sleeps; never without `begins` before.
            address: of the system bus.
            listening: from now on nothing is missed; again after each loss.
            pauses_s: see `PAUSES_S`.
        """
        self._begins = begins
        self._ended = ended
        self._address = address
        self._listening = listening
        self._pauses_s = pauses_s
        self._loop = asyncio.get_running_loop()
        self._asleep = False
        self._task = asyncio.create_task(self._keep_listening(), name="sleep watch")

    async def aclose(self) -> None:
        """Leave the bus; no call comes after this one."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _keep_listening(self) -> None:
        pauses_s = iter(self._pauses_s)
        while True:
            if await self._listen():
                pauses_s = iter(self._pauses_s)
            if await self._socket_changes(next(pauses_s, None)):
                pauses_s = iter(self._pauses_s)

    async def _listen(self) -> bool:
        """Until the bus is lost; `False` if there was none."""
        try:
            bus = await open_bus(self._address, LOGIND, self._hear, directed=False)
        except BusLostError:
            return False
        try:
            self._listening()
            await bus.wait_until_lost()
        finally:
            await bus.aclose()
        self._note(asleep=False)
        return True

    async def _socket_changes(self, within_s: float | None) -> bool:
        """Whether the bus's socket was made anew; `None` waits as long as it takes."""
        changed = asyncio.Event()
        with contextlib.ExitStack() as stack:
            if (socket := _socket_of(self._address)) is not None:
                stack.enter_context(watch_file(socket, changed.set))
            try:
                async with asyncio.timeout(within_s):
                    await changed.wait()
            except TimeoutError:
                return False
        return True

    def _hear(self, _sender: str, member: str, body: Body) -> None:
        match member, body:
            case "PrepareForSleep", (bool(asleep),):
                self._note(asleep=asleep)
            case _:
                pass

    def _note(self, *, asleep: bool) -> None:
        if asleep is not self._asleep:
            self._asleep = asleep
            # A fault in the callback belongs to the loop's handler and must not end the listening.
            self._loop.call_soon(self._begins if asleep else self._ended)


def _socket_of(address: str) -> Path | None:
    """The file that an address leads to; abstract sockets have none."""
    try:
        name = get_bus(address)
    except (RuntimeError, ValueError):  # no address that jeepney can use
        return None
    return None if name.startswith("\0") else Path(name)
