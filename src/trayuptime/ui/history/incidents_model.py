"""The rows of incidents as a table for Qt, sorted and filtered; every cell is words."""

from collections.abc import Iterable

from PySide6.QtCore import QAbstractTableModel, QObject, Qt
from PySide6.QtGui import QIcon

from trayuptime.core.model import IncidentKind, Surface
from trayuptime.ui import theme
from trayuptime.ui.history.incident_rows import COLUMNS, KIND, STARTED, IncidentRow
from trayuptime.ui.history.tables import Index, header, mark_icon

_SPOKEN = {
    "Downtime": "no downtime",
    "Their word": "none known",
    "Notes": "none",
}
"""What a dash says to who cannot see it."""


class IncidentsModel(QAbstractTableModel):
    """It sorts and filters by itself: a proxy would ask it for every cell, thousands of times."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[IncidentRow, ...] = ()
        self._shown: list[IncidentRow] = []
        self._sought: tuple[str, ...] = ()
        self._kind: IncidentKind | None = None
        self._surface: Surface | None = None
        self._column, self._descending = STARTED, True

    @property
    def all(self) -> tuple[IncidentRow, ...]:
        """Every row, shown or not, in the order given."""
        return self._all

    @property
    def shown(self) -> list[IncidentRow]:
        """The rows that fit the filter, in the order of the table."""
        return self._shown

    def replace(self, rows: tuple[IncidentRow, ...]) -> None:
        """Other rows under the same filter and in the same order."""
        if rows != self._all:
            self._all = rows
            self._arrange()

    def seek(self, text: str, kind: IncidentKind | None, surface: Surface | None) -> None:
        """Shows those only in which every word of the text is found, of that kind and that surface."""
        self._sought, self._kind, self._surface = tuple(text.casefold().split()), kind, surface
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By one column; those that are equal there newest first."""
        self._column, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def row_of(self, number: int) -> int | None:
        """Where an incident stands, if it is shown."""
        return next((at for at, row in enumerate(self._shown) if row.number == number), None)

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """How many are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """From its start to its notes."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | QIcon | None:
        """A cell's words; the first one of a row has the whole row's for who cannot see them."""
        if not index.isValid():
            return None
        row, column = self._shown[index.row()], index.column()
        cell = row.cells[column]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell
            case Qt.ItemDataRole.AccessibleTextRole:
                if column == STARTED:
                    return row.sentence
                name = COLUMNS[column]
                return f"{name}: {_SPOKEN[name] if cell == '–' else cell}"
            case Qt.ItemDataRole.ToolTipRole:
                return theme.plain_tooltip(row.exact if column == STARTED else cell)
            case Qt.ItemDataRole.DecorationRole if column == KIND:
                return mark_icon(row.mark)
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | int | None:
        """A column's name."""
        return header(COLUMNS, section, orientation, role)

    def _arrange(self) -> None:
        self.beginResetModel()
        newest_first = sorted(self._fitting(), key=lambda row: row.order[STARTED], reverse=True)
        self._shown = sorted(  # stable, in reverse too
            newest_first, key=lambda row: row.order[self._column], reverse=self._descending
        )
        self.endResetModel()

    def _fitting(self) -> Iterable[IncidentRow]:
        for row in self._all:
            if self._kind not in {None, row.kind} or self._surface not in {None, row.surface}:
                continue
            if all(word in row.found_by for word in self._sought):
                yield row
