"""The ways to hear no more of a trouble, or again: quiet links under the account of it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from trayuptime.core.pauses import Snooze
from trayuptime.core.summary import shorten
from trayuptime.ui.hushing import KNOW, SNOOZE, UNDO, Trouble
from trayuptime.ui.pieces import plain, quiet_button
from trayuptime.ui.theme import Step

BUT = "but of the end or a turn for the worse"


class HushLinks(QWidget):
    """Snooze and "I know" where there is something to hear of, and a way back where that was said."""

    hush_asked = Signal(object, object)
    """The numbers of incidents, and a `Snooze`; `None` for one who knows of them."""
    unhush_asked = Signal(object)
    """The numbers of incidents."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        """Nothing is offered yet.

        Args:
            keys: the letters of snooze, "I know" and undo that no neighbour has.
            parent: the owner.
        """
        super().__init__(parent)
        self._heard: tuple[Trouble, ...] = ()
        self._hushed: tuple[Trouble, ...] = ()
        self._menu = QMenu(self)
        self._submenus: list[QMenu] = []
        words = [_keyed(*each) for each in zip((f"{SNOOZE}…", KNOW, UNDO), keys, strict=True)]
        self.snooze = quiet_button(words[0], self._offer_lengths)
        self.know = quiet_button(words[1], lambda: self._ask_whose(self.know, self._heard, self._say_known))
        self.undo = quiet_button(words[2], lambda: self._ask_whose(self.undo, self._hushed, self._take_back))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.TIGHT)
        for button in self._buttons():
            layout.addWidget(button)
        self.hide()

    def show_troubles(self, troubles: Sequence[Trouble]) -> None:
        """Offers what can be said of these now."""
        self._heard = tuple(each for each in troubles if each.hush is None)
        self._hushed = tuple(each for each in troubles if each.hush is not None)
        heard, hushed = _names(self._heard), _names(self._hushed)
        self.snooze.setAccessibleDescription(f"No notifications of {heard} for a while, {BUT}")
        self.know.setAccessibleDescription(f"No notifications of {heard}, {BUT}")
        self.undo.setAccessibleDescription(f"Notifications of {hushed} as before")
        pressed = next((button for button in self._buttons() if button.hasFocus()), None)
        self.setHidden(not troubles)
        for button in self._buttons():
            button.setHidden(not (self._hushed if button is self.undo else self._heard))
        if pressed is not None and pressed.isHidden() and troubles:
            # Whoever pressed it by a key is beside the way back, and not somewhere else.
            next(button for button in self._buttons() if not button.isHidden()).setFocus()

    def _buttons(self) -> tuple[QToolButton, ...]:
        return self.snooze, self.know, self.undo

    def _say_known(self, trouble: Trouble) -> None:
        self.hush_asked.emit(trouble.incidents, None)

    def _take_back(self, trouble: Trouble) -> None:
        self.unhush_asked.emit(trouble.incidents)

    def _ask_whose(
        self, button: QToolButton, troubles: tuple[Trouble, ...], call: Callable[[Trouble], None]
    ) -> None:
        """At once where there is one; else it asks whose."""
        if len(troubles) == 1:
            call(troubles[0])
            return
        self._clear()
        for each in _choices(troubles):
            self._menu.addAction(plain(shorten(each.name))).triggered.connect(
                lambda _checked=False, each=each: call(each)
            )
        self._open_under(button)

    def _offer_lengths(self) -> None:
        self._clear()
        if len(self._heard) == 1:
            self._add_lengths(self._menu, self._heard[0])
        else:
            for each in _choices(self._heard):
                lengths = QMenu(plain(shorten(each.name)), self._menu)
                self._submenus.append(lengths)
                self._add_lengths(lengths, each)
                self._menu.addMenu(lengths)
        self._open_under(self.snooze)

    def _add_lengths(self, menu: QMenu, trouble: Trouble) -> None:
        for length in Snooze:
            menu.addAction(length.value).triggered.connect(
                lambda _checked=False, length=length: self.hush_asked.emit(trouble.incidents, length)
            )

    def _clear(self) -> None:
        self._menu.clear()
        for submenu in self._submenus:
            submenu.deleteLater()
        self._submenus.clear()

    def _open_under(self, button: QToolButton) -> None:
        self._menu.popup(button.mapToGlobal(QPoint(0, button.height())))


def _keyed(words: str, key: str) -> str:
    before, key, after = words.partition(key)
    return f"{before}&{key}{after}"


def _choices(troubles: tuple[Trouble, ...]) -> tuple[Trouble, ...]:
    """All of them in one, then each."""
    every = tuple(number for each in troubles for number in each.incidents)
    return Trouble(f"All {len(troubles)}", every), *troubles


def _names(troubles: Sequence[Trouble]) -> str:
    return ", ".join(each.name for each in troubles)
