"""Composition root of the tray app: the icon first, the engine in its own thread, a bounded quit."""

import faulthandler
import signal
import socket
from collections.abc import Callable, Mapping
from typing import Protocol

from PySide6.QtCore import QObject, QSocketNotifier, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from trayuptime.runtime import engine
from trayuptime.runtime.poller import Poller
from trayuptime.runtime.thread import EngineThread
from trayuptime.runtime.told import Listener
from trayuptime.system.notifications import Notifier, NullNotifier
from trayuptime.system.paths import Home
from trayuptime.ui.bridge import Bridge
from trayuptime.ui.first_run import FirstRun
from trayuptime.ui.history_window import HistoryWindow
from trayuptime.ui.panel import Panel
from trayuptime.ui.shell import Shell

NAME = "TrayUptime"
"""Letters only: the desktop makes a D-Bus path of it."""
QUIT_S = 2.0


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


Source = Callable[[tuple[Listener, ...], engine.Shell], Life]
"""Makes what runs; called in the engine's thread, so that reading files never delays the icon."""


def run(home: Home, source: Source, environ: Mapping[str, str], *, window: bool = False) -> int:
    """Shows the tray app until the user quits.

    Args:
        home: whose lock the caller holds.
        source: makes the engine.
        environ: for what a first run may offer.
        window: open the panel at once.

    Returns:
        The exit code.
    """
    application = QApplication([NAME])
    application.setApplicationName(NAME)
    application.setDesktopFileName("trayuptime")
    application.setQuitOnLastWindowClosed(False)
    application.setQuitLockEnabled(False)
    faulthandler.enable()
    bridge = Bridge()
    commands = _EngineCommands(bridge, source)
    first_run = FirstRun(home.config_file, environ)
    panel = Panel(first_run)
    shell = Shell(bridge, panel, HistoryWindow(home.history_path), commands, leave=application.quit)
    signals = _Signals(application.quit)
    application.commitDataRequest.connect(lambda _: setattr(panel, "may_close", True))
    application.aboutToQuit.connect(shell.finish)
    QTimer.singleShot(0, commands.restart)
    if window:
        QTimer.singleShot(0, shell.open_window)
    code = application.exec()
    signals.close()
    commands.finish()
    return code


class _EngineCommands(QObject):
    """Posts what the user wants to the engine's loop; owns the engine's thread."""

    def __init__(self, bridge: Bridge, source: Source) -> None:
        super().__init__()
        self._bridge = bridge
        self._source = source
        self._life: Life | None = None
        self._thread: EngineThread | None = None

    def restart(self) -> None:
        """Starts the engine, at first or after it died."""
        if self._thread is not None and not self._thread.join(0):
            return
        self._thread = EngineThread(self._main, self._bridge.crashed.emit, self._bridge.ended.emit)
        self._thread.start()

    def check_now(self) -> None:
        """See `ui.shell.Commands`."""
        self._with_poller(lambda poller: poller.check_now())

    def pause(self, until: int | None) -> None:
        """See `ui.shell.Commands`."""
        self._with_poller(lambda poller: poller.pause(until))

    def resume(self) -> None:
        """See `ui.shell.Commands`."""
        self._with_poller(lambda poller: poller.resume())

    def switch(self, to: str, leaving: str) -> None:
        """See `ui.shell.Commands`."""
        self._with_poller(lambda poller: poller.switch(to, leaving=leaving))

    def switch_back(self) -> None:
        """See `ui.shell.Commands`."""
        self._with_poller(lambda poller: poller.switch_back())

    def finish(self) -> None:
        """Ends the engine; a look-up that hangs may not hold the exit, for every step is on disk."""
        if self._thread is not None and self._life is not None:
            self._thread.post(self._life.stop)
            self._thread.join(QUIT_S)

    async def _main(self) -> None:
        shell = engine.Shell(
            raise_window=self._bridge.raise_window,
            notifier=_notifier,
            unshown=self._bridge.keep_unshown,
        )
        self._life = self._source((self._bridge.tell,), shell)
        await self._life.run()

    def _with_poller(self, call: Callable[[Poller], object]) -> None:
        if self._thread is not None:
            self._thread.post(self._call, call)

    def _call(self, call: Callable[[Poller], object]) -> None:
        """On the engine's loop."""
        poller = None if self._life is None else self._life.poller
        if poller is not None:
            call(poller)


class _Signals:
    """SIGTERM and SIGINT wake the event loop through a socket: no timer has to look for them."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self._ours, theirs = socket.socketpair()
        self._theirs = theirs
        for end in (self._ours, theirs):
            end.setblocking(False)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(lambda *_: leave())

    def close(self) -> None:
        """Gives the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        self._ours.close()
        self._theirs.close()


def _notifier(on_action: Callable[[str, str, str], None]) -> Notifier:
    try:
        from trayuptime.system.notifications.freedesktop import FreedesktopNotifier  # noqa: PLC0415
    except ImportError:  # no jeepney: not a Linux desktop
        return NullNotifier()
    return FreedesktopNotifier(on_action, desktop_entry=QGuiApplication.desktopFileName())
