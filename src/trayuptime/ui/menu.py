"""The tray's menu: built once, then only its rows' words change.

Rebuilding a menu that a panel shows over D-Bus leaks (31 KB for each submenu, measured with PySide6 6.11),
and Qt tells the panel nothing that a row's words do not say: state in words first, no tooltips, no widgets.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu

from trayuptime.core.lights import ProviderLight
from trayuptime.core.model import Service
from trayuptime.core.pauses import Pause
from trayuptime.core.summary import shorten
from trayuptime.ui.faces import light_face
from trayuptime.ui.hushing import hush_clause, trouble_of
from trayuptime.ui.marks import Face, pixmap
from trayuptime.ui.menu_rows import ProviderRow, put, show
from trayuptime.ui.theme import Scheme
from trayuptime.ui.view import WORST_FIRST, View, by_need, choice_words, offer_words, row_words

PROVIDERS = 12
"""A menu of more rows leaves the screen; the others are counted in one row that opens the window."""
UNLOCK = "Unlock keyring…"
ICON_PX = 16
"""What Qt sends over D-Bus, whatever it is given."""


class TrayMenu(QObject):
    """The rows and what they ask for."""

    window_asked = Signal()
    history_asked = Signal()
    incident_asked = Signal(int)
    """More of an incident, by its number."""
    hush_asked = Signal(object, object)
    unhush_asked = Signal(object)
    """As of `HushLinks`."""
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

    def __init__(self, menu: QMenu, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.menu = menu
        self.mnemonics_by_underscore = False
        """The menu goes over D-Bus, whose mark for a key is `_`; Qt translates the first `&` and no more."""
        self._offered: tuple[str, str] | None = None
        self._icons: dict[Face, QIcon] = {}
        self._headline = self._add("Starting…", self.window_asked.emit)
        self._again = self._add("Watch again", self.restart_asked.emit, visible=False)
        self._trouble = self._add("", self.window_asked.emit, visible=False)
        self._unlock = self._add(UNLOCK, self.unlock_asked.emit, visible=False)
        self._offer = self._add("", self._take_offer, visible=False)
        self._choice = self._add("", self.window_asked.emit, visible=False)
        self._back = self._add("", self.back_asked.emit, visible=False)
        self.menu.addSeparator()
        self._providers: list[ProviderRow] = []
        self._others = self._add("", self.window_asked.emit, visible=False)
        self.menu.addSeparator()
        self._check = self._add("Check now", self.check_asked.emit)
        self._pause = self.menu.addMenu("Pause")
        for length in Pause:
            row = self._pause.addAction(length.value)
            row.triggered.connect(lambda _checked=False, length=length: self.pause_asked.emit(length))
        self._resume = self._add("Resume", self.resume_asked.emit, visible=False)
        self.menu.addSeparator()
        self._add("History", self.history_asked.emit)
        self.menu.addSeparator()
        self._add("Quit TrayUptime", self.quit_asked.emit)

    def update(self, view: View) -> None:
        """Puts the words of a view into the rows."""
        self._put(self._headline, view.summary.headline)
        show(self._again, visible=view.crashed)
        self._put(self._trouble, _short(view.told.trouble))
        show(self._unlock, visible=view.told.keyring_locked and not view.crashed)
        offer = None if view.crashed else view.offer
        self._offered = None if offer is None else (offer.left, offer.to)
        self._put(self._offer, None if offer is None else offer_words(offer))
        self._put(self._choice, choice_words(view))
        back = None if view.crashed else view.back_to
        self._put(self._back, None if back is None else f"Switch back to {shorten(back)}")
        self._update_providers(view)
        asking = bool(view.lights) and not view.crashed
        show(self._check, visible=asking and not view.paused)
        show(self._pause.menuAction(), visible=asking and not view.paused)
        show(self._resume, visible=asking and view.paused)

    def _update_providers(self, view: View) -> None:
        lights = by_need(view.lights, PROVIDERS)
        shown, others = lights[:PROVIDERS], lights[PROVIDERS:]
        while len(self._providers) < len(shown):
            row = ProviderRow(self.menu, self._others, self)
            row.window_asked.connect(self.window_asked)
            row.incident_asked.connect(self.incident_asked)
            row.hush_asked.connect(self.hush_asked)
            row.unhush_asked.connect(self.unhush_asked)
            self._providers.append(row)
        for row, light in zip(self._providers, shown, strict=False):
            words = row_words(light, view.told.state.troubles.get(light.id))
            trouble = trouble_of(light, view)
            if trouble is not None and trouble.hush is not None:
                words += f", {hush_clause(trouble.hush)}"
            row.show(self._escaped(words), self._icon(light_face(light)), trouble)
        for row in self._providers[len(shown) :]:
            row.hide()
        self._put(self._others, _counted(others))

    def _icon(self, face: Face) -> QIcon:
        if face not in self._icons:
            drawn = pixmap(
                face.mark,
                ICON_PX,
                Scheme.DARK,  # an outlined mark looks the same on any panel
                outlined=True,
                checking=face.checking,
                key_badge=face.key_badge,
            )
            self._icons[face] = QIcon(drawn)
        return self._icons[face]

    def _add(self, words: str, call: Callable[[], object], *, visible: bool = True) -> QAction:
        row = self.menu.addAction(words)
        row.triggered.connect(lambda *_: call())
        row.setVisible(visible)
        return row

    def _take_offer(self) -> None:
        if self._offered is not None:
            self.switch_asked.emit(*self._offered)

    def _put(self, row: QAction, words: str | None) -> None:
        put(row, None if words is None else self._escaped(words))

    def _escaped(self, words: str) -> str:
        """So that what arrives is read as it is written: `&` and `_` are marks for a key."""
        if not self.mnemonics_by_underscore:
            return words.replace("&", "&&")
        return words.replace("_", "__").replace("&", "&&", 1)


def _counted(others: Sequence[ProviderLight]) -> str | None:
    if not others:
        return None
    counts = {service: sum(x.service is service for x in others) for service in WORST_FIRST}
    if counts[Service.UP] == len(others):
        return f"{len(others)} more, all up"
    return f"{len(others)} more: " + ", ".join(f"{n} {service}" for service, n in counts.items() if n)


def _short(text: str | None) -> str | None:
    if text is None:
        return None
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:89]}…"
