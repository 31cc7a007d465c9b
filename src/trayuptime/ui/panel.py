"""The window: what is wrong and what to do on top, a row per provider below, quiet buttons at the foot."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QEnterEvent,
    QHideEvent,
    QKeySequence,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLayout, QLayoutItem, QMenu, QVBoxLayout, QWidget

from trayuptime.core.notice import Notice
from trayuptime.core.pauses import Pause
from trayuptime.ui.first_run import FirstRun
from trayuptime.ui.head import Head
from trayuptime.ui.lately import NO_DAYS, LastDays
from trayuptime.ui.pieces import Band, line, quiet_button
from trayuptime.ui.placer import Placer
from trayuptime.ui.places import Places
from trayuptime.ui.rows import ProviderList, rows_of
from trayuptime.ui.theme import Step
from trayuptime.ui.upper import Upper
from trayuptime.ui.view import View

WIDTH_PX = 412
WIDTH_CHARS = 56
"""In a large font the panel is this wide instead."""
TROUBLE_LINES = 5
"""More problems than these are counted; the file shows them all, one after the other."""


class Panel(QWidget):
    """Draws a view and emits what the user wants; it holds no rule."""

    history_asked = Signal()
    check_asked = Signal()
    pause_asked = Signal(object)
    """A `Pause`."""
    resume_asked = Signal()
    switch_asked = Signal(str, str)
    """The provider left, the provider to use."""
    back_asked = Signal()
    restart_asked = Signal()
    unlock_asked = Signal()
    quit_asked = Signal()
    playbook_asked = Signal(int, str)
    """The number of an incident, the provider's name."""
    hush_asked = Signal(object, object)
    """The numbers of incidents, and a `Snooze`; `None` for one who knows of them."""
    unhush_asked = Signal(object)
    """The numbers of incidents."""
    left = Signal()
    """The user closed it."""
    provider_asked = Signal(str)
    """More of a provider, by its id."""
    incident_asked = Signal(int)
    """More of an incident, by its number."""
    seen = Signal(bool)
    """It has been painted and can be looked at, or no longer."""

    def __init__(self, first_run: FirstRun, places: Places) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.may_close = False
        """The session or the application ends: closing is closing."""
        self._remark = ""
        self._notice: Notice | None = None
        self._view: View | None = None
        self._days = NO_DAYS
        self._painted = self._seen = self._pointed = False
        self.setWindowTitle("TrayUptime")
        self.head = Head()
        self.trouble = Band(dismissable=False)
        self.note = Band(dismissable=True)
        self.note.dismissed.connect(self._dismiss_note)
        self._upper = Upper(self.head, self.trouble, self.note)
        self.providers = ProviderList()
        self._placer = Placer(self, "panel", places)
        self._first_run = first_run
        first_run.grown.connect(self._fit)
        self._blank = QWidget()
        self._lay_out()
        self.head.switch_asked.connect(self.switch_asked)
        self.head.back_asked.connect(self.back_asked)
        self.head.restart_asked.connect(self.restart_asked)
        self.head.incident_asked.connect(self.incident_asked)
        for part in (self.head, self.providers):
            part.provider_asked.connect(self.provider_asked)
        self.head.playbook_asked.connect(self.playbook_asked)
        self.head.hush_asked.connect(self.hush_asked)
        self.head.unhush_asked.connect(self.unhush_asked)
        QShortcut(QKeySequence.StandardKey.Close, self).activated.connect(self.close)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.close)
        QShortcut(QKeySequence.StandardKey.Refresh, self).activated.connect(self.check_asked)

    def show_view(self, view: View) -> None:
        """Draws the view; the window is as high as that needs, but moves nothing under the pointer."""
        self.head.show_view(view)
        self.trouble.say(_trouble(view.told.trouble))
        self._view = view
        self._show_rows()
        watching, choosing = bool(view.lights), not view.lights and not view.crashed and not view.told.trouble
        self.providers.setHidden(not watching)
        self._first_run.setHidden(not choosing)
        self._blank.setHidden(watching or choosing)
        asking = watching and not view.crashed
        self._check.setHidden(not asking or view.paused)
        self._pause.setHidden(not asking or view.paused)
        self._resume.setHidden(not asking or not view.paused)
        self._unlock.setHidden(not asking or not view.told.keyring_locked)
        self._fit()

    def put(self, near: QRect | None) -> None:
        """Puts it where it belongs, before it is shown: beside an icon unless its user chose a place."""
        self._placer.put(near)

    def show_days(self, days: LastDays) -> None:
        """The last day of each provider, as far as it is known."""
        self._days = days
        self._show_rows()

    def say(self, remark: str | None) -> None:
        """A lasting remark about this desktop, under the head; `None` takes it back."""
        self._remark = remark or ""
        self._show_note()

    def say_notice(self, notice: Notice) -> None:
        """A notice that no server showed; it stands before the remark."""
        self._notice = notice
        self._show_note()

    def withdraw(self, key: str) -> None:
        """What was told of this key is no longer true, nor is a notice that speaks for it among others."""
        if self._notice is not None and key in {self._notice.key, *self._notice.of}:
            self._notice = None
            self._show_note()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as a panel, as high as what it shows, up to a dozen rows."""
        width = max(WIDTH_PX, WIDTH_CHARS * self.fontMetrics().averageCharWidth(), self._least_width())
        height = self._upper.needed_px(width) + sum(item.sizeHint().height() for item in self._below())
        return QSize(width, height)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The room is shared out anew."""
        super().resizeEvent(event)
        self._share_room()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """From now on somebody may be about to press something."""
        super().enterEvent(event)
        self._pointed = True

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """What has been put off is done now; a menu of ours is no leaving."""
        super().leaveEvent(event)
        if QApplication.activePopupWidget() is None:
            self._pointed = False
            self._show_rows()
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What takes time begins when something is on the screen."""
        if not event.spontaneous():  # one that was minimised comes back painted
            self._painted = False
        super().showEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The first one tells that it is seen."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self._tell_seen)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody sees it any more."""
        super().hideEvent(event)
        self._pointed = False
        self._tell_seen()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """A minimised window is not seen, though it counts as shown."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.WindowStateChange and self._painted:
            self._tell_seen()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closing hides, unless everything ends: ignoring that would cancel the user's log-out."""
        if self.may_close:
            event.accept()
            return
        event.ignore()
        self.left.emit()

    def _tell_seen(self) -> None:
        seen = self.isVisible() and not self.isMinimized()
        if seen != self._seen:
            self._seen = seen
            self.seen.emit(seen)

    def _show_rows(self) -> None:
        if self._view is not None:
            rows = rows_of(self._view, self._days)
            self.providers.show_rows(self.providers.in_place(rows) if self._pointed else rows)

    def _dismiss_note(self) -> None:
        if self._notice is not None:
            self._notice = None
        else:
            self._remark = ""
        self._show_note()

    def _show_note(self) -> None:
        notice = self._notice
        self.note.say(self._remark if notice is None else f"{notice.title}. {notice.body}")
        self._fit()

    def _fit(self) -> None:
        """Follows the content; under the pointer the list gives way first, and nothing shrinks."""
        if not self.isVisible():
            return
        self._set_least()
        gives_way = self.providers.isVisible() and self._upper.needed_px(self.width()) <= self._room_above()
        if not (self._pointed and gives_way):
            self._placer.fit(may_shrink=not self._pointed)
        self._share_room()

    def _share_room(self) -> None:
        """The upper part gets what it needs, as far as the list and the foot keep their least."""
        self._set_least()
        needed = self._upper.needed_px(self.width())
        wanted = max(needed, self._upper.height()) if self._pointed else needed
        height = max(min(wanted, self._room_above()), min(needed, self._upper.least_px))
        self._upper.give(height, scrolls=needed > height)
        layout = self.layout()
        assert layout is not None
        layout.activate()  # now, or else it would be painted once as it was

    def _set_least(self) -> None:
        least = min(self._upper.needed_px(self.width()), self._upper.least_px)
        self.setMinimumSize(self._least_width(), least + self._least_below())

    def _room_above(self) -> int:
        """How high the upper part may be."""
        return self.height() - self._least_below()

    def _least_below(self) -> int:
        return sum(item.minimumSize().height() for item in self._below())

    def _least_width(self) -> int:
        return max(self._upper.least_width_px, *(item.minimumSize().width() for item in self._below()))

    def _below(self) -> list[QLayoutItem]:
        """All that stands under the upper part."""
        layout = self.layout()
        assert layout is not None
        items = (layout.itemAt(n) for n in range(1, layout.count()))
        return [item for item in items if item is not None]

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self._upper)
        layout.addWidget(line())
        for page in (self.providers, self._first_run, self._blank):
            page.hide()
            layout.addWidget(page, 1)
        layout.addWidget(line())
        layout.addWidget(self._foot())

    def _foot(self) -> QWidget:
        foot = QWidget()
        layout = QHBoxLayout(foot)
        layout.setContentsMargins(Step.TIGHT, Step.TIGHT, Step.TIGHT, Step.TIGHT)
        layout.setSpacing(Step.TIGHT)
        self._check = quiet_button("&Check now", self.check_asked.emit)
        self._pause = quiet_button("&Pause…", self._offer_pauses)
        self._pauses = QMenu(self)
        for length in Pause:
            row = self._pauses.addAction(length.value)
            row.triggered.connect(lambda _checked=False, length=length: self.pause_asked.emit(length))
        self._resume = quiet_button("&Resume", self.resume_asked.emit)
        self._unlock = quiet_button("&Unlock keyring…", self.unlock_asked.emit)
        for button in (self._check, self._pause, self._resume, self._unlock):
            button.hide()
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(quiet_button("&History", self.history_asked.emit))
        layout.addWidget(quiet_button("&Quit", self.quit_asked.emit))
        return foot

    def _offer_pauses(self) -> None:
        # Not the button's own menu: its arrow lies on the word in Qt's own style.
        above = QPoint(0, -self._pauses.sizeHint().height())
        self._pauses.popup(self._pause.mapToGlobal(above))


def _trouble(text: str | None) -> str:
    lines = (text or "").splitlines()
    more = len(lines) - TROUBLE_LINES
    return "\n".join(lines[:TROUBLE_LINES] + ([f"… and {more} more"] if more > 0 else []))
