"""The window: what is wrong and what to do on top, a row per provider below, quiet buttons at the foot."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from trayuptime.core.notice import Notice
from trayuptime.core.summary import Overall
from trayuptime.ui import theme
from trayuptime.ui.faces import face_of
from trayuptime.ui.first_run import FirstRun
from trayuptime.ui.marks import pixmap
from trayuptime.ui.menu import HOUR_S
from trayuptime.ui.rows import ProviderRow
from trayuptime.ui.theme import Step, scheme_of
from trayuptime.ui.view import View, advice_words, choice_words, clock_time

WIDTH_PX = 380
ROWS = 12
MARK_PX = 32


class Panel(QWidget):
    """Draws a view and emits what the user wants; it holds no rule."""

    history_asked = Signal()
    check_asked = Signal()
    pause_asked = Signal(object)
    resume_asked = Signal()
    switch_asked = Signal(str, str)
    back_asked = Signal()
    quit_asked = Signal()
    left = Signal()
    """The user closed it."""

    def __init__(self, first_run: FirstRun) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.may_close = False
        """The session or the application ends: closing is closing."""
        self._first_run = first_run
        self._advised: tuple[str, str] | None = None
        self._view: View | None = None
        self.setWindowTitle("TrayUptime")
        self._head = _Head(self)
        self._note = _note()
        self._rows: list[ProviderRow] = []
        self._list = QWidget()
        self._list_layout = QVBoxLayout(self._list)
        self._list_layout.setContentsMargins(0, 0, 0, 0)
        self._list_layout.setSpacing(0)
        self._list_layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(self._list)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setAccessibleName("Providers")
        self._pages = QStackedWidget()
        self._pages.addWidget(scroll)
        self._pages.addWidget(first_run)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._head)
        layout.addWidget(self._note)
        layout.addWidget(_line())
        layout.addWidget(self._pages, 1)
        layout.addWidget(_line())
        layout.addWidget(self._foot())
        self._head.advised.connect(self._take_advice)
        self._head.back.connect(self.back_asked.emit)
        for key in (QKeySequence.StandardKey.Close, Qt.Key.Key_Escape):
            QShortcut(QKeySequence(key), self).activated.connect(self.close)
        QShortcut(QKeySequence.StandardKey.Refresh, self).activated.connect(self.check_asked.emit)

    def show_view(self, view: View) -> None:
        """Draws the view."""
        self._view = view
        advice = advice_words(view)
        self._advised = None if advice is None else advice[:2]
        self._head.show_view(view, None if advice is None else advice[2])
        watching = bool(view.lights) or view.summary.overall is Overall.CRASHED
        self._pages.setCurrentIndex(0 if watching else 1)
        self._show_rows(view)
        paused = view.told.state.paused_since is not None
        self._pause.setVisible(not paused and watching)
        self._resume.setVisible(paused)
        self._check.setVisible(watching and not paused)

    def say(self, sentence: str | None) -> None:
        """A remark about this desktop or this program, under the head."""
        self._note.setText(sentence or "")
        self._note.setVisible(bool(sentence))

    def say_notice(self, notice: Notice) -> None:
        """A notice that no server showed."""
        self.say(f"{notice.title}. {notice.body}")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as a panel, as high as its rows need, up to a dozen."""
        natural = super().sizeHint()
        rows = sum(row.sizeHint().height() for row in self._rows[:ROWS] if not row.isHidden())
        page = rows if self._pages.currentIndex() == 0 else self._first_run.sizeHint().height()
        rest = natural.height() - self._pages.sizeHint().height()
        return QSize(max(WIDTH_PX, natural.width()), rest + max(page, 3 * MARK_PX))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closing hides, unless everything ends: ignoring that would cancel the user's log-out."""
        if self.may_close:
            event.accept()
            return
        event.ignore()
        self.left.emit()

    def _show_rows(self, view: View) -> None:
        while len(self._rows) < len(view.lights):
            row = ProviderRow(self._list)
            self._list_layout.insertWidget(len(self._rows), row)
            self._rows.append(row)
        for row, light in zip(self._rows, view.lights, strict=False):
            row.show_light(light, view.told.at)
            row.setVisible(True)
        for row in self._rows[len(view.lights) :]:
            row.setVisible(False)

    def _take_advice(self) -> None:
        if self._advised is not None:
            self.switch_asked.emit(*self._advised)

    def _foot(self) -> QWidget:
        foot = QWidget()
        layout = QHBoxLayout(foot)
        layout.setContentsMargins(Step.TIGHT, Step.TIGHT, Step.TIGHT, Step.TIGHT)
        layout.setSpacing(Step.TIGHT)
        self._check = _quiet("Check now", self.check_asked.emit)
        self._pause = _quiet("Pause", None)
        self._pause.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._pause.setMenu(self._pause_menu())
        self._resume = _quiet("Resume", self.resume_asked.emit)
        self._resume.setVisible(False)
        for button in (self._check, self._pause, self._resume):
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(_quiet("History", self.history_asked.emit))
        layout.addWidget(_quiet("Quit", self.quit_asked.emit))
        return foot

    def _pause_menu(self) -> QMenu:
        menu = QMenu(self)
        lengths = (("For an hour", HOUR_S), ("Until tomorrow", "tomorrow"), ("Until resumed", None))
        for words, length in lengths:
            action = QAction(words, menu)
            action.triggered.connect(lambda _checked=False, length=length: self.pause_asked.emit(length))
            menu.addAction(action)
        return menu


class _Head(QWidget):
    """The worst in words, how we know, and the one thing to do."""

    advised = Signal()
    back = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._mark = QLabel()
        self._mark.setFixedSize(MARK_PX, MARK_PX)
        self._title = QLabel()
        self._title.setFont(_bold(theme.title(self.font())))
        self._title.setWordWrap(True)
        self._when = QLabel()
        self._when.setFont(theme.tabular(theme.small(self.font())))
        self._when.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._advice = QPushButton()
        self._advice.clicked.connect(self.advised.emit)
        self._back = QPushButton("Switch back")
        self._back.clicked.connect(self.back.emit)
        for widget in (self._advice, self._back):
            widget.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        top = QHBoxLayout()
        top.setSpacing(Step.NORMAL)
        top.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._title, 1)
        top.addWidget(self._when)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Step.WIDE, Step.WIDE, Step.WIDE, Step.WIDE)
        layout.setSpacing(Step.TIGHT)
        layout.addLayout(top)
        layout.addWidget(self._words)
        layout.addWidget(self._advice)
        layout.addWidget(self._back)

    def show_view(self, view: View, advice: str | None) -> None:
        summary = view.summary
        face = face_of(summary)
        ratio = self.devicePixelRatioF()
        mark = pixmap(
            face.mark,
            MARK_PX,
            scheme_of(self.palette()),
            outlined=False,
            device_pixel_ratio=ratio,
            checking=face.checking,
            key_badge=face.key_badge,
        )
        self._mark.setPixmap(mark)
        self._mark.setAccessibleName(summary.overall.value)
        self._title.setText(summary.headline)
        self._when.setText("" if summary.checked_at is None else clock_time(summary.checked_at))
        self._when.setToolTip("When something was last checked")
        sentences = [text for text in (view.told.trouble, _why(view), choice_words(view)) if text]
        self._words.setText("\n".join(sentences))
        self._words.setVisible(bool(sentences))
        self._advice.setText((advice or "").replace("&", "&&"))
        self._advice.setVisible(advice is not None)
        self._back.setVisible(view.told.state.choice is not None)


def _why(view: View) -> str | None:
    """How we know, of the worst provider; nothing while all is well."""
    for light in view.lights:
        if light.incident is not None or light.access.value not in {"ok", "unchecked"}:
            return f"{light.name} {light.detail}." if light.detail else None
    return None


def _bold(font: QFont) -> QFont:
    font.setBold(True)
    return font


def _note() -> QLabel:
    note = QLabel()
    note.setWordWrap(True)
    note.setContentsMargins(Step.WIDE, 0, Step.WIDE, Step.NORMAL)
    note.setVisible(False)
    return note


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Sunken)
    return line


def _quiet(words: str, call: Callable[[], object] | None) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if call is not None:
        button.clicked.connect(lambda *_: call())
    return button
