"""What happened, as a plain table, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trayuptime.core import contract
from trayuptime.core.beside import story
from trayuptime.history import Reader
from trayuptime.runtime.clock import local_time
from trayuptime.ui.history.event_model import EventModel
from trayuptime.ui.history.event_rows import Row, as_it_fell, row_of
from trayuptime.ui.history.tables import Table
from trayuptime.ui.history.untold import untold, untold_gaps
from trayuptime.ui.pieces import Words

WIDEST_PX = 220
"""A column before the last; a name may be as long as its owner likes."""
NEWEST = 500
"""Events that were told; what is older stands in the table of incidents."""
NOTHING = "Nothing has happened yet. What goes down, comes back or is switched stands here from then on."

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class EventsQuestion:
    """The newest events, in words; `names` are the providers' by their ids."""

    names: Mapping[str, str]
    kind: str = "events"

    def answer(self, reader: Reader) -> tuple[Row, ...]:
        """A row each, the newest first."""
        with reader.snapshot():
            told, incidents = reader.transitions(newest=NEWEST), reader.incidents()
            switches = list(map(contract.exported_switch, reader.switches()))
            since = contract.instant(told[-1]["at"]) if len(told) == NEWEST else 0
            gaps = list(untold_gaps(reader.gaps(since), told, since))[-NEWEST:]
        events = [*told, *switches, *untold(incidents, told, since), *gaps]
        stories = {each.id: story(each, local_time) for each in incidents}
        known = {each.id: each for each in incidents}
        fallen = (as_it_fell(event, known.get(event.get("incident", 0))) for event in events)
        rows = [row_of(event, self.names, stories) for event in fallen]
        return tuple(sorted(rows, key=lambda row: row.at, reverse=True))


class Events(QWidget):
    """A table of what was told; what is new comes in on top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fitted = False
        self._model = EventModel(self)
        self.words = Words()
        self.words.hide()
        self.table = Table(self._model, "What happened, newest first")
        self.table.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.words, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.table, 1)

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Draws these, the newest first; the row that is looked at and its place stay."""
        bar, before = self.table.verticalScrollBar(), self.table.currentIndex()
        looked_at = self._model.row(before.row()) if before.isValid() else None
        scrolled, was, column = bar.value(), before.row(), before.column()
        self._model.replace(rows)
        now = None if looked_at is None else self._model.number_of(looked_at)
        if now is not None and now != self.table.currentIndex().row():
            self.table.setCurrentIndex(self._model.index(now, column))
        bar.setValue(scrolled + (0 if now is None else now - was))  # it counts in rows
        self.words.say("" if rows else NOTHING)
        self.table.setHidden(not rows)
        if rows and not self._fitted:
            self._fitted = True
            self.table.fit(WIDEST_PX)  # once: from then on the widths are the user's
