"""The desktop shell: draws each telling everywhere, and carries what the user wants back to the engine."""

import os
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from trayuptime.core.notice import Notice, Urgency
from trayuptime.core.pauses import Pause, Snooze, until
from trayuptime.core.state import CameUp, WentDegraded, WentDown, WentUnstable
from trayuptime.runtime.told import Told
from trayuptime.system.memory import give_back
from trayuptime.ui.bridge import Bridge
from trayuptime.ui.crash import CrashReport
from trayuptime.ui.faces import face_of
from trayuptime.ui.lately import Lately
from trayuptime.ui.marks import Face, tray_icon
from trayuptime.ui.menu import TrayMenu
from trayuptime.ui.panel import Panel
from trayuptime.ui.tray import TrayHost
from trayuptime.ui.view import View, crashed_view, tooltip, view_of

if TYPE_CHECKING:
    from trayuptime.ui.history.checklist_window import ChecklistWindow
    from trayuptime.ui.history.window import HistoryWindow

NEWS = (WentDown, CameUp, WentDegraded, WentUnstable)
"""What an open page must not be behind with."""
HOST_WAIT_MS = 5_000
"""How long a panel may take to come up at log-in before the window steps in for the icon."""
NO_HOST = (
    "This desktop shows no status icons, so this window stays. On GNOME, the extension “AppIndicator and "
    "KStatusNotifierItem Support” brings them; the icon appears as soon as there is a place for it."
)


class Commands(Protocol):
    """What the user can ask of the engine; safe to call in the GUI thread, answered by a later telling."""

    def check_now(self) -> None:
        """Ask everybody at once."""
        ...

    def pause(self, until: int | None) -> None:
        """Stop asking, until milliseconds since 1970 or until `resume`."""
        ...

    def resume(self) -> None:
        """Ask again."""
        ...

    def switch(self, to: str, leaving: str) -> None:
        """Record that another provider is used."""
        ...

    def switch_back(self) -> None:
        """Record that the first one is used again."""
        ...

    def hush(self, incidents: tuple[int, ...], length: Snooze | None) -> None:
        """Tell no more of open incidents for a while; without a length, not before they end."""
        ...

    def unhush(self, incidents: tuple[int, ...]) -> None:
        """Tell of them as of any other."""
        ...

    def unlock_keyring(self) -> None:
        """Ask the keyring that refused once more."""
        ...

    def tick(self, incident: int, item: str, *, done: bool) -> None:
        """Tick an item of an incident's playbook, or take that back; `Bridge.noted` tells when it is kept."""
        ...

    def note(self, incident: int, text: str) -> None:
        """Keep what the user knows of an incident; `Bridge.noted` tells when it is kept."""
        ...

    def restart(self) -> None:
        """Start the engine anew after it died."""
        ...


class Shell(QObject):
    """Everything that is seen. Lives in the GUI thread."""

    def __init__(
        self,
        bridge: Bridge,
        panel: Panel,
        commands: Commands,
        lately: Lately,
        *,
        make_history: "Callable[[], HistoryWindow]",
        make_checklist: "Callable[[], ChecklistWindow]",
        tray: TrayHost,
        menu: QMenu,
        leave: Callable[[], None],
        host_wait_ms: int = HOST_WAIT_MS,
    ) -> None:
        super().__init__()
        self._panel = panel
        self._make_history = make_history
        self._history: HistoryWindow | None = None
        """Only while it is open, with 15 MB and a fifth of a second of import."""
        self._commands = commands
        self._lately = lately
        self._make_checklist = make_checklist
        self._checklist: ChecklistWindow | None = None
        """Not before it is wanted: most days nobody is down."""
        self._leave = leave
        self._host_wait_ms = host_wait_ms
        self._view: View | None = None
        self._face: Face | None = None
        self._crash: CrashReport | None = None
        self._opened_by_user = False
        self._stays_without_icon = False
        self._tray = tray
        self._menu = TrayMenu(menu, self)
        self._menu.mnemonics_by_underscore = self._tray.over_dbus
        self._connect(bridge)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._give_up_on_host)
        if not self._tray.shown:
            self._patience.start(self._host_wait_ms)

    def open_window(self) -> None:
        """Shows the panel and brings it to the front."""
        self._opened_by_user = True
        self._present()

    def finish(self) -> None:
        """Takes everything away; before the application ends."""
        self._panel.may_close = True
        self._panel.hide()
        if self._history is not None:
            self._history.finish()
        self._lately.finish()
        if self._checklist is not None:
            self._checklist.finish()
        self._tray.remove()
        self._patience.stop()

    def _connect(self, bridge: Bridge) -> None:
        bridge.told.connect(self._show)
        bridge.crashed.connect(self._show_crash)
        bridge.raised.connect(self._raise)
        bridge.unshown.connect(self._show_notice)
        bridge.noted.connect(self._hear_noted)
        bridge.unticked.connect(self._hear_unticked)
        tray, menu, panel = self._tray, self._menu, self._panel
        tray.clicked.connect(self._toggle)
        tray.asked.connect(self._commands.check_now)
        tray.shown_changed.connect(self._host_changed)
        panel.left.connect(self._panel_left)
        panel.provider_asked.connect(self._open_provider)
        panel.seen.connect(self._lately.want)
        self._lately.changed.connect(panel.show_days)
        panel.playbook_asked.connect(self._open_playbook)
        for part in (menu, panel):
            part.incident_asked.connect(self._open_incident)
            part.hush_asked.connect(self._commands.hush)
            part.unhush_asked.connect(self._commands.unhush)
            part.history_asked.connect(self._open_history)
            part.check_asked.connect(self._commands.check_now)
            part.pause_asked.connect(self._pause)
            part.resume_asked.connect(self._commands.resume)
            part.switch_asked.connect(lambda left, to: self._commands.switch(to, left))
            part.back_asked.connect(self._commands.switch_back)
            part.restart_asked.connect(self._restart)
            part.unlock_asked.connect(self._commands.unlock_keyring)
            part.quit_asked.connect(self._leave)
        menu.window_asked.connect(self._open_beside_icon)
        bridge.unwritten.connect(self._refuse_note)

    def _show(self, told: Told) -> None:
        first = self._view is None
        self._draw(view_of(told))
        for notice in told.notices:
            self._panel.withdraw(notice.key)  # a newer one that nobody can show comes by itself
        self._lately.hear(told)
        if told.happenings and self._history is not None:
            self._history.refresh(news=any(isinstance(each, NEWS) for each in told.happenings))
        if first and not told.watched:
            self.open_window()

    def _draw(self, view: View) -> None:
        self._view = view
        face = face_of(view.summary)
        if face != self._face:
            self._face = face
            QGuiApplication.setWindowIcon(tray_icon(face))
        self._tray.show_face(face)
        self._tray.say(tooltip(view))
        self._menu.update(view)
        self._panel.show_view(view)
        if self._history is not None:
            self._history.show_view(view)

    def _show_crash(self, report: str) -> None:
        self._draw(crashed_view(self._view, time.time_ns() // 1_000_000))
        dialog = CrashReport(report, self._panel if self._panel.isVisible() else None)
        dialog.restart_asked.connect(self._restart)
        dialog.open()
        self._crash = dialog

    def _restart(self) -> None:
        if self._crash is not None:
            self._crash.close()
            self._crash.deleteLater()
            self._crash = None
        self._commands.restart()

    def _show_notice(self, notice: Notice) -> None:
        """Nobody on this desktop shows notifications: the window says it, without taking the keyboard."""
        self._panel.say_notice(notice)
        if notice.urgency is Urgency.CRITICAL and not self._panel.isVisible():
            self._tray.balloon(notice.title, notice.body)
            self._present(quietly=True)

    def _raise(self, token: str) -> None:
        if token:  # Wayland lets a window come forward only with it, and Qt looks for it here
            os.environ["XDG_ACTIVATION_TOKEN"] = token
        self.open_window()

    def _toggle(self) -> None:
        in_front = QApplication.activeWindow()
        behind = in_front is not None and in_front is not self._panel  # another one of ours, which covers it
        if self._panel.isVisible() and not self._panel.isMinimized() and not behind:
            self._opened_by_user = False
            self._panel.hide()
        else:
            self._open_beside_icon()

    def _open_beside_icon(self) -> None:
        self._opened_by_user = True
        self._present(near=self._tray.whereabouts())

    def _present(self, *, near: QRect | None = None, quietly: bool = False) -> None:
        panel = self._panel
        panel.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, quietly)
        if not panel.isVisible():
            panel.put(near)
        panel.showNormal()
        if not quietly:
            panel.raise_()
            panel.activateWindow()
            panel.providers.setFocus()  # not the button: a space meant for another window must not switch

    @property
    def history(self) -> "HistoryWindow":
        """The history window, made when it is wanted."""
        if self._history is None:
            made = self._history = self._make_history()
            made.note_added.connect(self._commands.note)
            made.tick_asked.connect(self._tick)
            made.hush_asked.connect(self._commands.hush)
            made.unhush_asked.connect(self._commands.unhush)
            made.gone.connect(partial(self._forget_history, made))
            if self._view is not None:
                made.show_view(self._view)
        return self._history

    def _forget_history(self, gone: "HistoryWindow") -> None:
        """A window may say so twice, and the one that is open by then is another."""
        gone.deleteLater()
        if self._history is gone:
            self._history = None
            QTimer.singleShot(0, give_back)

    def _open_history(self) -> None:
        window = self.history
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        window.refresh()

    def _open_provider(self, provider: str) -> None:
        self.history.open_provider(provider)
        self._open_history()

    def _open_incident(self, number: int) -> None:
        self.history.open_incident(number)
        self._open_history()

    def _open_playbook(self, incident: int, name: str) -> None:
        if self._checklist is None:
            self._checklist = self._make_checklist()
            self._checklist.tick_asked.connect(self._tick)
        self._checklist.open_incident(incident, name)

    def _refuse_note(self, incident: int, why: str) -> None:
        if self._history is not None:
            self._history.refuse_note(incident, why)

    def _hear_noted(self, incident: int) -> None:
        if self._history is not None:
            self._history.show_noted(incident)
        if self._checklist is not None:
            self._checklist.pane.hear_noted(incident)

    def _hear_unticked(self, incident: int, why: str) -> None:
        if self._history is not None:
            self._history.refuse_tick(incident, why)
        if self._checklist is not None:
            self._checklist.pane.hear_unticked(incident, why)

    def _tick(self, incident: int, item: str, done: bool) -> None:
        self._commands.tick(incident, item, done=done)

    def _pause(self, length: Pause) -> None:
        self._commands.pause(until(length, datetime.now().astimezone()))

    def _panel_left(self) -> None:
        """With an icon, closing hides; without one, nobody may be left with a program out of reach."""
        self._opened_by_user = False
        if self._tray.shown:
            self._panel.hide()
        elif self._stays_without_icon:
            self._panel.showMinimized()
        else:
            self._ask_whether_to_stay()

    def _ask_whether_to_stay(self) -> None:
        """Once: the answer holds for the rest of the session."""
        question = QMessageBox(self._panel)
        question.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setWindowTitle("TrayUptime")
        question.setText("This desktop shows no status icons.")
        question.setInformativeText("Keep watching with the window minimised, or quit?")
        keep = question.addButton("&Keep watching", QMessageBox.ButtonRole.AcceptRole)
        leave = question.addButton("&Quit", QMessageBox.ButtonRole.DestructiveRole)
        question.setDefaultButton(keep)
        question.setEscapeButton(keep)
        leave.clicked.connect(lambda *_: self._leave())
        keep.clicked.connect(lambda *_: self._stay())
        question.open()

    def _stay(self) -> None:
        self._stays_without_icon = True
        self._panel.showMinimized()

    def _host_changed(self, shown: bool) -> None:
        self._menu.mnemonics_by_underscore = self._tray.over_dbus
        if self._view is not None:
            self._menu.update(self._view)
        if shown:
            self._patience.stop()
            self._panel.say(None)
            if not self._opened_by_user and self._panel.isVisible():
                self._panel.hide()
        else:
            self._patience.start(self._host_wait_ms)

    def _give_up_on_host(self) -> None:
        if not self._tray.shown:
            self._panel.say(NO_HOST)
            self._present(quietly=True)
