"""The tray's menu: built once, then only its rows' words change.

Rebuilding a menu that a panel shows over D-Bus leaks (31 KB for each submenu, measured with PySide6 6.11),
and Qt tells the panel nothing that a row's words do not say: state in words first, no tooltips, no widgets.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu

from trayuptime.ui.faces import mark_of
from trayuptime.ui.marks import Mark, pixmap
from trayuptime.ui.theme import Scheme, scheme_of
from trayuptime.ui.view import View, advice_words, choice_words, row_words

HOUR_S = 3600.0


class TrayMenu(QObject):
    """The rows and what they ask for."""

    window_asked = Signal()
    history_asked = Signal()
    check_asked = Signal()
    pause_asked = Signal(object)
    """Seconds, `"tomorrow"`, or `None` for until resumed."""
    resume_asked = Signal()
    switch_asked = Signal(str, str)
    """The provider left, the provider to use."""
    back_asked = Signal()
    quit_asked = Signal()

    def __init__(self, menu: QMenu, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.menu = menu
        self.mnemonics_by_underscore = False
        self._advised: tuple[str, str] | None = None
        self._icons: dict[tuple[Mark, Scheme], QIcon] = {}
        self._headline = self._add("Starting…", self.window_asked.emit)
        self._trouble = self._add("", self.window_asked.emit, visible=False)
        self._advice = self._add("", self._take_advice, visible=False)
        self._choice = self._add("", self.window_asked.emit, visible=False)
        self._back = self._add("Switch back", self.back_asked.emit, visible=False)
        self.menu.addSeparator()
        self._providers: list[QAction] = []
        self._end_of_providers = self.menu.addSeparator()
        self._check = self._add("Check now", self.check_asked.emit)
        self._pause = self.menu.addMenu("Pause")
        self._add_pause("For an hour", HOUR_S)
        self._add_pause("Until tomorrow", "tomorrow")
        self._add_pause("Until resumed", None)
        self._resume = self._add("Resume", self.resume_asked.emit, visible=False)
        self.menu.addSeparator()
        self._add("History", self.history_asked.emit)
        self.menu.addSeparator()
        self._add("Quit TrayUptime", self.quit_asked.emit)

    def update(self, view: View) -> None:
        """Puts the words of a view into the rows."""
        self._put(self._headline, view.summary.headline)
        self._put(self._trouble, _short(view.told.trouble))
        advice = advice_words(view)
        self._advised = None if advice is None else advice[:2]
        self._put(self._advice, None if advice is None else advice[2])
        self._put(self._choice, choice_words(view))
        _show(self._back, visible=view.told.state.choice is not None)
        self._update_providers(view)
        paused = view.told.state.paused_since is not None
        _show(self._pause.menuAction(), visible=not paused)
        _show(self._resume, visible=paused)

    def _update_providers(self, view: View) -> None:
        scheme = scheme_of(self.menu.palette())
        while len(self._providers) < len(view.lights):
            row = QAction(self.menu)
            row.triggered.connect(self.window_asked.emit)
            self.menu.insertAction(self._end_of_providers, row)
            self._providers.append(row)
        for row, light in zip(self._providers, view.lights, strict=False):
            self._put(row, row_words(light))
            icon = self._icon(mark_of(light), scheme)
            if row.icon().cacheKey() != icon.cacheKey():
                row.setIcon(icon)
        for row in self._providers[len(view.lights) :]:
            _show(row, visible=False)

    def _icon(self, mark: Mark, scheme: Scheme) -> QIcon:
        if (mark, scheme) not in self._icons:
            self._icons[mark, scheme] = QIcon(pixmap(mark, 16, scheme, outlined=True))
        return self._icons[mark, scheme]

    def _add(self, words: str, call: Callable[[], object], *, visible: bool = True) -> QAction:
        row = self.menu.addAction(words)
        row.triggered.connect(lambda *_: call())
        row.setVisible(visible)
        return row

    def _add_pause(self, words: str, length: object) -> None:
        row = self._pause.addAction(words)
        row.triggered.connect(lambda: self.pause_asked.emit(length))

    def _take_advice(self) -> None:
        if self._advised is not None:
            self.switch_asked.emit(*self._advised)

    def _put(self, row: QAction, words: str | None) -> None:
        """A row's words; a row without any is hidden."""
        _show(row, visible=words is not None)
        if words is not None:
            escaped = words.replace("&", "&&")
            if self.mnemonics_by_underscore:
                escaped = escaped.replace("_", "__")
            if row.text() != escaped:
                row.setText(escaped)


def _show(row: QAction, *, visible: bool) -> None:
    if row.isVisible() != visible:
        row.setVisible(visible)


def _short(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())[:90]
