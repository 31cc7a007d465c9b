"""The time line of an incident as a table for Qt; every cell is words, and a row is a sentence."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QIcon

from trayuptime.ui import theme
from trayuptime.ui.history.incident_shown import Moment
from trayuptime.ui.history.tables import Index, Table, header, mark_icon

COLUMNS = ("When", "Who", "What", "Why")
WHO, WHAT, WHY = range(1, 4)
WHATS_SHARE = 0.6
"""Of the room that is left by the columns before it; what is cut off stands whole in the pane below."""
_NARROWEST_PX = 96


class TimelineModel(QAbstractTableModel):
    """Oldest first; what changes is changed in place, so that what is looked at stays where it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moments: tuple[Moment, ...] = ()

    def replace(self, moments: tuple[Moment, ...]) -> None:
        """Shows other rows; those at the beginning and at the end that stay the same are not touched."""
        before = self._moments
        first = _alike(before, moments)
        last = _alike(before[first:][::-1], moments[first:][::-1])
        old, new = len(before) - first - last, len(moments) - first - last
        changed, none = first + min(old, new), QModelIndex()
        if changed > first:
            self._moments = (*moments[:changed], *before[changed:])
            self.dataChanged.emit(self.index(first, 0), self.index(changed - 1, len(COLUMNS) - 1))
        if new > old:
            self.beginInsertRows(none, changed, first + new - 1)
            self._moments = moments
            self.endInsertRows()
        elif old > new:
            self.beginRemoveRows(none, changed, first + old - 1)
            self._moments = moments
            self.endRemoveRows()

    def moment(self, row: int) -> Moment | None:
        """What a row tells; `None` where there is no such row."""
        return self._moments[row] if 0 <= row < len(self._moments) else None

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """How many rows the time line has."""
        return 0 if parent is not None and parent.isValid() else len(self._moments)

    def columnCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """When, who, what, why."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | QIcon | None:
        """A cell's words; the first one of a row has the whole row's for who cannot see them."""
        if not index.isValid():
            return None
        moment = self._moments[index.row()]
        cell = (moment.when, moment.who, moment.what, "; ".join(moment.why))[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell
            case Qt.ItemDataRole.AccessibleTextRole:
                return moment.sentence if index.column() == 0 else f"{COLUMNS[index.column()]}: {cell or '–'}"
            case Qt.ItemDataRole.ToolTipRole:
                return theme.plain_tooltip(moment.exact if index.column() == 0 else cell.replace("; ", "\n"))
            case Qt.ItemDataRole.DecorationRole if index.column() == WHAT:
                return mark_icon(moment.mark)
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | int | None:
        """A column's name."""
        return header(COLUMNS, section, orientation, role)


class Timeline(Table):
    """The table of it; its columns share the width that there is."""

    def __init__(self, model: TimelineModel) -> None:
        super().__init__(model, "Time line, oldest first")

    def share(self) -> None:
        """As wide as their words, but for what happened and why: they share what is left."""
        super().share()
        left_px = self.viewport().width() - sum(map(self.columnWidth, range(WHO + 1)))
        what_px = max(_NARROWEST_PX, round(WHATS_SHARE * left_px))
        self.setColumnWidth(WHAT, what_px)
        self.setColumnWidth(WHY, max(_NARROWEST_PX, left_px - what_px))


def _alike(one: tuple[Moment, ...], other: tuple[Moment, ...]) -> int:
    """How many are the same at the beginning of both."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
