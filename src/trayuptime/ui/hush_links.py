"""The ways to hear no more of a trouble, or again: quiet links under the account of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from trayuptime.core import words
from trayuptime.core.hush import in_force, is_told
from trayuptime.core.lights import ProviderLight
from trayuptime.core.model import Instant, Service
from trayuptime.core.pauses import Snooze
from trayuptime.core.state import Hush
from trayuptime.core.summary import NAMED, shorten
from trayuptime.runtime.clock import local_time
from trayuptime.ui.pieces import plain, quiet_button
from trayuptime.ui.theme import Step
from trayuptime.ui.view import View


@dataclass(frozen=True, slots=True)
class Trouble:
    """What notifications tell of one provider.

    Attributes:
        name: the provider's.
        incidents: the numbers of those that are open.
        hush: the first to end, where the user wants to hear of none of them; `None` where of any.
    """

    name: str
    incidents: tuple[int, ...]
    hush: Hush | None = None


def troubles_in(view: View) -> tuple[Trouble, ...]:
    """What may be hushed or is, in the user's order; nothing of what nobody can see just now."""
    if view.crashed or view.paused:
        return ()
    seen = [light for light in view.lights if light.service in {Service.DOWN, Service.DEGRADED}]
    found = (_trouble_of(light, view) for light in seen)
    return tuple(trouble for trouble in found if trouble is not None)


def hush_words(troubles: Sequence[Trouble]) -> str:
    """Of what the user hears no more, and until when; the only one in trouble has been named already."""
    lone = len(troubles) == 1
    known = [each.name for each in troubles if each.hush is not None and each.hush.until is None]
    sentences = []
    if known:
        sentences.append(f"{words.known_of('it' if lone else _list(known))}.")
    put_off: dict[Instant, list[str]] = {}
    for each in troubles:
        if each.hush is not None and each.hush.until is not None:
            put_off.setdefault(each.hush.until, []).append(each.name)
    for until, names in sorted(put_off.items()):
        whose = "Snoozed" if lone else f"{_list(names)} snoozed"
        sentences.append(f"{whose} until {local_time(until)}.")
    return " ".join(sentences)


class HushLinks(QWidget):
    """Snooze and "I know" where there is something to hear of, and a way back where that was said."""

    hush_asked = Signal(object, object)
    """The numbers of incidents, and a `Snooze`; `None` for one who knows of them."""
    unhush_asked = Signal(object)
    """The numbers of incidents."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heard: tuple[Trouble, ...] = ()
        self._hushed: tuple[Trouble, ...] = ()
        self._menu = QMenu(self)
        self._submenus: list[QMenu] = []
        self.snooze = quiet_button("S&nooze…", self._offer_lengths)
        self.know = quiet_button("&I know", lambda: self._ask_whose(self.know, self._heard, self._say_known))
        self.undo = quiet_button("Und&o", lambda: self._ask_whose(self.undo, self._hushed, self._take_back))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.TIGHT)
        for button in self._buttons():
            layout.addWidget(button)
        self.hide()

    def show_view(self, view: View) -> None:
        """Offers what can be said now."""
        troubles = troubles_in(view)
        self._heard = tuple(each for each in troubles if each.hush is None)
        self._hushed = tuple(each for each in troubles if each.hush is not None)
        heard, hushed = _names(self._heard), _names(self._hushed)
        self.snooze.setAccessibleDescription(f"No notifications of {heard} for a while")
        self.know.setAccessibleDescription(f"No notifications of {heard} before it is over")
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


def _trouble_of(light: ProviderLight, view: View) -> Trouble | None:
    state = view.told.state
    incidents = tuple(
        each.incident.id for each in light.surfaces if each.incident is not None and is_told(each.incident)
    )
    if not incidents:
        return None
    known = [state.hushes[number] for number in incidents if number in state.hushes]
    holding = [each for each in known if in_force(each, view.told.at)]
    if len(holding) < len(incidents):
        return Trouble(light.name, incidents)
    first = min(holding, key=lambda each: float("inf") if each.until is None else each.until)
    return Trouble(light.name, incidents, first)


def _choices(troubles: tuple[Trouble, ...]) -> tuple[Trouble, ...]:
    """All of them in one, then each."""
    every = tuple(number for each in troubles for number in each.incidents)
    return Trouble(f"All {len(troubles)}", every), *troubles


def _list(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and 3 more`."""
    shown, more = [shorten(name) for name in names[:NAMED]], len(names) - NAMED
    return f"{', '.join(shown)} and {more} more" if more > 0 else " and ".join(shown)


def _names(troubles: Sequence[Trouble]) -> str:
    return ", ".join(each.name for each in troubles)
