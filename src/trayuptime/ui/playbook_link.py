"""The way from an outage to what its user wants to do in one: a quiet link, and never a window by itself."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from trayuptime.core.model import Service
from trayuptime.ui.pieces import plain, quiet_button
from trayuptime.ui.view import View


@dataclass(frozen=True, slots=True)
class Wanted:
    """A playbook that somebody may want now: the incident's number and the provider's name."""

    incident: int
    name: str


def wanted_in(view: View) -> tuple[Wanted, ...]:
    """The playbooks of the providers that are down, in the user's order.

    Whether it is one of the user's own is for the window that shows it to find out: nothing is read here.
    """
    if view.crashed:
        return ()
    return tuple(
        Wanted(light.incident.id, light.name)
        for light in view.lights
        if light.service is Service.DOWN and light.incident is not None
    )


class PlaybookLink(QWidget):
    """A link while somebody is down; where several are it asks whose."""

    asked = Signal(int, str)
    """The incident's number, the provider's name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted: tuple[Wanted, ...] = ()
        self._names = QMenu(self)
        self.button = quiet_button("Pla&ybook", self._open)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        self.hide()

    def show_view(self, view: View) -> None:
        """Offers what is wanted now."""
        wanted = wanted_in(view)
        if wanted != self._wanted:
            self._wanted = wanted
            self._name()
        self.setHidden(not wanted)

    def _name(self) -> None:
        self._names.clear()
        for each in self._wanted:
            row = self._names.addAction(plain(each.name))
            row.triggered.connect(lambda _checked=False, each=each: self.asked.emit(each.incident, each.name))
        several = len(self._wanted) > 1
        self.button.setText("Pla&ybook…" if several else "Pla&ybook")
        names = ", ".join(each.name for each in self._wanted)
        self.button.setAccessibleDescription(f"What you want to do while it is down: {names}")

    def _open(self) -> None:
        if len(self._wanted) == 1:
            self.asked.emit(self._wanted[0].incident, self._wanted[0].name)
        else:
            self._names.popup(self.button.mapToGlobal(QPoint(0, self.button.height())))
