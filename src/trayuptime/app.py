"""Composition root of the tray app: the icon first, the engine in its own thread, a bounded quit.

The icon needs Qt and nothing else; everything that takes time to load is loaded once it is in the tray.
"""

import faulthandler
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from trayuptime.system.paths import Home
from trayuptime.ui import sources
from trayuptime.ui.marks import Face, Mark
from trayuptime.ui.tray import TrayHost

if TYPE_CHECKING:
    from trayuptime.core.notice import Sign
    from trayuptime.system.finding import Found
    from trayuptime.system.notifications import Notifier, Picture
    from trayuptime.ui.commands import Source
    from trayuptime.ui.history.checklist_window import ChecklistWindow
    from trayuptime.ui.history.window import HistoryWindow
    from trayuptime.ui.panel import Panel
    from trayuptime.ui.places import Places

NAME = "TrayUptime"
"""Letters only: the desktop makes a D-Bus path of it."""
DESKTOP_FILE = "trayuptime"

LoadSource = Callable[[], "Source"]
"""Loads what makes the engine; called when the icon is in the tray."""


def run(home: Home, load_source: LoadSource, environ: Mapping[str, str], *, window: bool = False) -> int:
    """Shows the tray app until the user quits.

    Args:
        home: whose lock the caller holds.
        load_source: loads what makes the engine.
        environ: for what a first run may offer.
        window: open the panel at once.

    Returns:
        The exit code.
    """
    sources.leave_unread()
    application = QApplication([NAME])
    application.setApplicationName(NAME)
    application.setDesktopFileName(DESKTOP_FILE)
    application.setQuitOnLastWindowClosed(False)
    application.setQuitLockEnabled(False)
    faulthandler.enable()
    signals = _Signals(_leave)  # before the icon: who sees it may end it
    menu = QMenu()
    tray = TrayHost(menu)
    _Faults(tray)  # kept by the hook that it is
    rest = _Rest(home, load_source, environ, tray=tray, menu=menu, leave=_leave)
    application.commitDataRequest.connect(rest.let_session_end)
    QTimer.singleShot(0, lambda: rest.furnish(window=window))
    code = application.exec()
    signals.close()
    rest.finish()
    tray.remove()
    return code


def _leave() -> None:
    """Ends the event loop; `quit` would ask the windows first, and one that hides on closing would say no."""
    QApplication.exit(0)


class _Faults(QObject):
    """A fault of ours, in whichever of Qt's threads, is seen: a red icon, and a report with a way to quit."""

    happened = Signal(str)
    """The report; shown in the GUI thread."""

    def __init__(self, tray: TrayHost) -> None:
        super().__init__()
        self._tray = tray
        self._before = sys.excepthook
        self.happened.connect(self._show)
        sys.excepthook = self._report

    def _report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        from trayuptime.net.redact import redact  # noqa: PLC0415 - hardly ever needed

        self._before(kind, error, trace)
        self.happened.emit(redact("".join(traceback.format_exception(kind, error, trace))))

    def _show(self, report: str) -> None:
        self._tray.show_face(Face(Mark.DOWN))
        self._tray.say(f"{NAME}: an error of its own")
        box = QMessageBox(QMessageBox.Icon.NoIcon, NAME, "An error in TrayUptime itself; it may not go on.")
        box.setDetailedText(report)
        box.addButton(QMessageBox.StandardButton.Close)
        leave = box.addButton("Quit", QMessageBox.ButtonRole.DestructiveRole)
        box.finished.connect(lambda _: _leave() if box.clickedButton() is leave else None)
        box.open()


class _Rest:
    """What comes after the icon."""

    def __init__(
        self,
        home: Home,
        load_source: LoadSource,
        environ: Mapping[str, str],
        *,
        tray: TrayHost,
        menu: QMenu,
        leave: Callable[[], None],
    ) -> None:
        self._home = home
        self._load_source = load_source
        self._environ = environ
        self._leave = leave
        self._tray = tray
        self._menu = menu
        self._finish: Callable[[], None] = lambda: None
        self._panel: Panel | None = None
        self._places: Places | None = None

    def furnish(self, *, window: bool) -> None:
        """Loads and connects the menu's rows, the windows and the engine."""
        from trayuptime.ui.bridge import Bridge  # noqa: PLC0415 - after the icon, on purpose
        from trayuptime.ui.commands import EngineCommands  # noqa: PLC0415
        from trayuptime.ui.first_run import FirstRun  # noqa: PLC0415
        from trayuptime.ui.lately import Lately  # noqa: PLC0415
        from trayuptime.ui.panel import Panel  # noqa: PLC0415
        from trayuptime.ui.pictures import notice_pictures  # noqa: PLC0415
        from trayuptime.ui.places import Places  # noqa: PLC0415
        from trayuptime.ui.shell import Shell  # noqa: PLC0415

        bridge = Bridge()
        bridge.ended.connect(self._leave)
        commands = EngineCommands(
            bridge, self._load_source(), partial(_notifier, notice_pictures(), self._home.bubbles_path)
        )
        self._places = places = Places(self._home.windows_path)
        self._panel = panel = Panel(FirstRun(self._home.config_file, self._environ, self._look), places)
        lately = Lately(self._home.history_path)
        shell = Shell(
            bridge,
            panel,
            commands,
            lately,
            make_history=self._make_history,
            make_checklist=self._make_checklist,
            tray=self._tray,
            menu=self._menu,
            leave=self._leave,
        )
        commands.restart()  # not before somebody listens: what is told first may be all there is to tell
        if window:
            shell.open_window()

        def finish() -> None:
            shell.finish()
            places.finish()
            commands.finish()

        self._finish = finish

    def _look(self) -> "tuple[Found, ...]":
        """What this computer has of providers; in a thread of its own."""
        from trayuptime.system.finding import find  # noqa: PLC0415 - only for a first choice

        return find(self._environ, Path.home())

    def _make_history(self) -> "HistoryWindow":
        """Not before somebody wants to see it."""
        from trayuptime.ui.history.window import HistoryWindow  # noqa: PLC0415

        home = self._home
        return HistoryWindow(home.history_path, config_file=home.config_file, places=self._places)

    def _make_checklist(self) -> "ChecklistWindow":
        """The window of a playbook, when somebody is down and it is wanted."""
        from trayuptime.ui.history.checklist_window import ChecklistWindow  # noqa: PLC0415 - see above

        return ChecklistWindow(self._home.history_path, self._home.config_file)

    def let_session_end(self, _manager: object) -> None:
        """From now on closing a window is closing: to ignore it would cancel the user's log-out."""
        if self._panel is not None:
            self._panel.may_close = True

    def finish(self) -> None:
        """Ends all that `furnish` began."""
        self._finish()


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


def _notifier(
    pictures: "Mapping[Sign, Picture]", standing: Path, on_action: Callable[[str, str, str], None]
) -> "Notifier":
    """Called in the engine's thread; the pictures were made in the GUI's."""
    from trayuptime.system.notifications import NullNotifier  # noqa: PLC0415

    try:
        from trayuptime.system.notifications.freedesktop import FreedesktopNotifier  # noqa: PLC0415
    except ImportError:  # no jeepney: not a Linux desktop
        return NullNotifier()
    return FreedesktopNotifier(
        on_action, app_name=NAME, desktop_entry=DESKTOP_FILE, pictures=pictures, standing=standing
    )
