"""The rows of the history as a table for Qt; every cell is words, for the eye and for a screen reader."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon

from trayuptime.ui import theme
from trayuptime.ui.history.event_rows import COLUMNS, Row
from trayuptime.ui.history.tables import header, mark_icon

MARK_PX = 16
WHAT = COLUMNS.index("What")

_Index = QModelIndex | QPersistentModelIndex


class EventModel(QAbstractTableModel):
    """Newest first; new rows come in on top, and what was looked at stays where it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()

    def replace(self, rows: tuple[Row, ...]) -> None:
        """Shows other rows, if they are other ones."""
        more = len(rows) - len(self._rows)
        if more == 0 and rows == self._rows:
            return
        if self._rows and more > 0 and rows[more:] == self._rows:
            self.beginInsertRows(QModelIndex(), 0, more - 1)
            self._rows = rows
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def row(self, number: int) -> Row:
        """What stands there."""
        return self._rows[number]

    def number_of(self, row: Row) -> int | None:
        """Where the same thing stands, of which more may be told by now; `None` where it is no more."""
        same = (row.at, row.who, row.what)
        found = (number for number, each in enumerate(self._rows) if (each.at, each.who, each.what) == same)
        return next(found, None)

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        """How many things happened."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        """When, who, what, details."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | QIcon | None:
        """A cell's words, and the mark of what happened."""
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        cell = (row.when, row.who, row.what, row.details)[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return cell
            case Qt.ItemDataRole.ToolTipRole:
                return theme.plain_tooltip(cell)
            case Qt.ItemDataRole.DecorationRole if index.column() == WHAT:
                return mark_icon(row.mark)
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | int | None:
        """A column's name."""
        return header(COLUMNS, section, orientation, role)
