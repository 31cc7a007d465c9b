"""Carries the user's wishes to the engine's loop, and owns the engine's thread."""

import contextlib
import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject

from trayuptime.core.hush import NothingToHushError
from trayuptime.core.pauses import Snooze
from trayuptime.net.redact import redact
from trayuptime.runtime import engine
from trayuptime.runtime.poller import Poller
from trayuptime.runtime.thread import EngineThread
from trayuptime.runtime.told import Listener
from trayuptime.system.notifications import Notifier
from trayuptime.ui.bridge import Bridge

QUIT_S = 1.5
"""How long the engine may take to end; then the program leaves without it, for every step is on disk."""

NOT_WATCHING = "Nothing was ticked, for watching has stopped."
NOT_WRITTEN = "Nothing was written, for watching has stopped."


class Life(Protocol):
    """What runs in the engine's thread: an engine, or a demo of one."""

    @property
    def poller(self) -> Poller | None:
        """The poller once it runs."""
        ...

    async def run(self) -> None:
        """Until `stop`."""
        ...

    def stop(self) -> None:
        """Ends `run`."""
        ...

    def unlock_keyring(self) -> None:
        """The keyring that refused is asked once more."""
        ...

    def tick(self, incident: int, item: str, *, done: bool) -> str:
        """Ticks an item of an incident's playbook or takes that back; why not, or nothing."""
        ...

    def note(self, incident: int, text: str) -> str:
        """Keeps what the user knows of an incident; why not, or nothing."""
        ...


Source = Callable[[tuple[Listener, ...], engine.Shell], Life]
"""Makes what runs; called in the engine's thread, so that reading files never delays the icon."""
MakeNotifier = Callable[[Callable[[str, str, str], None]], Notifier]

_log = logging.getLogger(__name__)


class EngineCommands(QObject):
    """Safe to call in the GUI thread; what comes of it is told later."""

    def __init__(self, bridge: Bridge, source: Source, make_notifier: MakeNotifier) -> None:
        super().__init__()
        self._bridge = bridge
        self._source = source
        self._make_notifier = make_notifier
        self._life: Life | None = None
        self._thread: EngineThread | None = None

    def restart(self) -> None:
        """Starts the engine, at first or after it died."""
        if self._thread is not None and not self._thread.join(0):
            return
        self._thread = EngineThread(self._main, self._report_crash)
        self._thread.start()

    def check_now(self) -> None:
        """Asks everybody at once."""
        self._with_poller(lambda poller: poller.check_now())

    def pause(self, until: int | None) -> None:
        """Stops asking, until milliseconds since 1970 or until `resume`."""
        self._with_poller(lambda poller: poller.pause(until))

    def resume(self) -> None:
        """Asks again."""
        self._with_poller(lambda poller: poller.resume())

    def switch(self, to: str, leaving: str) -> None:
        """Records that another provider is used."""
        self._with_poller(lambda poller: poller.switch(to, leaving=leaving))

    def switch_back(self) -> None:
        """Records that the first one is used again."""
        self._with_poller(lambda poller: poller.switch_back())

    def hush(self, incidents: tuple[int, ...], length: Snooze | None) -> None:
        """Tells no more of open incidents for a while; without a length, not before they end."""
        self._with_poller(lambda poller: _hush(poller, incidents, length))

    def unhush(self, incidents: tuple[int, ...]) -> None:
        """Tells of them as of any other."""
        self._with_poller(lambda poller: _unhush(poller, incidents))

    def unlock_keyring(self) -> None:
        """Asks a locked keyring once more; it may open a dialog of its own."""
        if self._thread is not None and self._life is not None:
            self._thread.post(self._life.unlock_keyring)

    def tick(self, incident: int, item: str, *, done: bool) -> None:
        """Ticks an item of an incident's playbook, by its label, or takes that back.

        Until `Bridge.noted` tells that it is kept, nothing is ticked; `Bridge.unticked` tells why it is not.
        """
        thread = self._thread
        if thread is None or not thread.post(self._tick, incident, item, done):
            self._bridge.tell_unticked(incident, NOT_WATCHING)

    def note(self, incident: int, text: str) -> None:
        """Keeps a note; `Bridge.noted` tells when it is kept, `Bridge.unwritten` why it is not."""
        thread = self._thread
        if thread is None or not thread.post(self._note, incident, text):
            self._bridge.tell_unwritten(incident, NOT_WRITTEN)

    def finish(self) -> None:
        """Ends the engine; a look-up that hangs may not hold the exit."""
        if self._thread is not None and self._life is not None:
            self._thread.post(self._life.stop)
            self._thread.join(QUIT_S)

    async def _main(self) -> None:
        shell = engine.Shell(
            raise_window=self._bridge.raise_window,
            notifier=self._make_notifier,
            unshown=self._bridge.keep_unshown,
            noted=self._bridge.tell_noted,
        )
        self._life = self._source((self._bridge.tell,), shell)
        await self._life.run()
        self._bridge.tell_end()

    def _report_crash(self, report: str) -> None:
        """Called in the engine's thread; what looks like a key goes neither to the window nor to the log."""
        _log.critical("watching has stopped: %s", report)
        self._bridge.tell_crash(redact(report))

    def _tick(self, incident: int, item: str, done: bool) -> None:
        """On the engine's loop."""
        why = NOT_WATCHING if self._life is None else self._life.tick(incident, item, done=done)
        if why:
            self._bridge.tell_unticked(incident, why)

    def _note(self, incident: int, text: str) -> None:
        """On the engine's loop."""
        why = NOT_WRITTEN if self._life is None else self._life.note(incident, text)
        if why:
            self._bridge.tell_unwritten(incident, why)

    def _with_poller(self, call: Callable[[Poller], object]) -> None:
        if self._thread is not None:
            self._thread.post(self._call, call)

    def _call(self, call: Callable[[Poller], object]) -> None:
        """On the engine's loop."""
        poller = None if self._life is None else self._life.poller
        if poller is not None:
            call(poller)


def _hush(poller: Poller, incidents: tuple[int, ...], length: Snooze | None) -> None:
    with contextlib.suppress(NothingToHushError):  # it has just ended, which is being told
        if length is None:
            poller.hush(incidents, None)
        else:
            poller.snooze(incidents, length)


def _unhush(poller: Poller, incidents: tuple[int, ...]) -> None:
    with contextlib.suppress(NothingToHushError):  # somebody else was faster, in a terminal
        poller.unhush(incidents)
