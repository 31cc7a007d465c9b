"""What happened, as a plain table, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from trayuptime.core.beside import story
from trayuptime.core.contract import exported_switch
from trayuptime.history import Reader
from trayuptime.runtime.clock import local_time
from trayuptime.ui.history.event_model import EventModel
from trayuptime.ui.history.event_rows import COLUMNS, Row, row_of
from trayuptime.ui.pieces import Words
from trayuptime.ui.theme import Step

WIDEST_PX = 220
"""A column before the last; a name may be as long as its owner likes."""
NOTHING = "Nothing has happened yet. What goes down, comes back or is switched stands here from then on."

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class EventsQuestion:
    """The newest events, in words; `names` are the providers' by their ids."""

    names: Mapping[str, str]
    kind: str = "events"

    def answer(self, reader: Reader) -> tuple[Row, ...]:
        """A row each, the newest first."""
        events = [*reader.transitions(), *map(exported_switch, reader.switches())]
        stories = {each.id: story(each, local_time) for each in reader.incidents()}
        rows = [row_of(event, self.names, stories) for event in events]
        return tuple(sorted(rows, key=lambda row: row.at, reverse=True))


class Events(QWidget):
    """A table of what was told; what is new comes in on top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fitted = False
        self._model = EventModel(self)
        self.words = Words()
        self.words.hide()
        self.table = _table(self._model)
        self.table.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.words, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.table, 1)

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Draws these, the newest first."""
        self._model.replace(rows)
        self.words.say("" if rows else NOTHING)
        self.table.setHidden(not rows)
        if rows and not self._fitted:
            self._fitted = True
            self._fit_columns()

    def _fit_columns(self) -> None:
        """Once: from then on the widths are the user's."""
        self.table.resizeColumnsToContents()
        for column in range(len(COLUMNS) - 1):
            width = self.table.columnWidth(column)
            self.table.setColumnWidth(column, min(width + Step.WIDE, WIDEST_PX))


class _Airy(QStyledItemDelegate):
    """Cells with room around their words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        size = super().sizeHint(option, index)
        return QSize(size.width() + Step.TIGHT, size.height() + Step.TIGHT)


def _table(model: EventModel) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setItemDelegate(_Airy(table))
    table.setAccessibleName("What happened, newest first")
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + Step.TIGHT)
    table.horizontalHeader().setStretchLastSection(True)
    table.horizontalHeader().setHighlightSections(False)
    return table
