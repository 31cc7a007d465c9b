"""What the tables of the history window have in common: quiet, whole rows, words with room around them."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from trayuptime.ui.marks import Mark, pixmap
from trayuptime.ui.theme import Scheme, Step

MARK_PX = 16
FITTED_ROWS = 100
"""So many decide how wide columns are; Qt's thousand take a fifth of a second."""
SHORT_PX = 104
"""A column that wants no more is not cut: half a number is worse than a scroll bar."""

Index = QModelIndex | QPersistentModelIndex


class Table(QTableView):
    """One tab stop; arrows move by rows, Home and End go to the ends, Enter asks for the row.

    Attributes:
        uncut: columns that have room for their words up to so many pixels, however little there is of it.
    """

    asked = Signal(int)
    """A row was to be opened, by Enter or a double click; it is the model's."""

    def __init__(self, model: QAbstractItemModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted: list[int] = []
        self._shares = False
        self._is_users = False
        self.uncut: Mapping[int, int] = {}
        self.setModel(model)
        self.setItemDelegate(_Airy(self))
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + Step.TIGHT)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setResizeContentsPrecision(FITTED_ROWS)
        self.horizontalHeader().sectionResized.connect(self._hear_resized)
        self.doubleClicked.connect(lambda index: self.asked.emit(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Qt's Home and End go to the ends of a row, of which all is seen already; Backspace is not ours."""
        rows, key = self.model().rowCount(), event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.asked.emit(self.currentIndex().row())
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End} and rows:
            self.choose(0 if key == Qt.Key.Key_Home else rows - 1)
        elif key == Qt.Key.Key_Backspace:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def choose(self, row: int) -> None:
        """Makes a row the current one and shows it."""
        self.setCurrentIndex(self.model().index(row, max(0, self.currentIndex().column())))

    def fit(self, widest_px: int) -> None:
        """Columns as wide as their words, none wider than so much, and all of them in view if that can be.

        What is cut short is in the tooltip; a width that the user gave a column ends that.
        """
        self._shares = True
        self.resizeColumnsToContents()
        self._shares = False
        columns = range(self.model().columnCount())
        self._wanted = [min(self.columnWidth(column), widest_px) for column in columns]
        self.spread()

    def widen(self, widest_px: int) -> None:
        """Room for words that got longer since `fit`; no less than before, and where the user gave none."""
        if self._is_users or len(self._wanted) != self.model().columnCount():
            return
        longer = [min(self.sizeHintForColumn(column), widest_px) for column in range(len(self._wanted))]
        wanted = list(map(max, self._wanted, longer))
        if wanted != self._wanted:
            self._wanted = wanted
            self.spread()

    def spread(self) -> None:
        """Shares the room out anew; not while it does, for scroll bars come and go by it."""
        if self._wanted and not self._shares and len(self._wanted) == self.model().columnCount():
            self._shares = True
            self.share()
            self._shares = False

    def share(self) -> None:
        """Gives the columns the room that there is; the last one takes what is left."""
        room, columns = self.viewport().width(), range(self.model().columnCount())
        headers = [self.horizontalHeader().sectionSizeHint(column) for column in columns]
        least = [
            max(header, min(want, self.uncut.get(column, SHORT_PX)))
            for column, (header, want) in enumerate(zip(headers, self._wanted, strict=True))
        ]
        if not self._is_users:
            for column, width in enumerate(shared(self._wanted, least, room)):
                self.setColumnWidth(column, width)
        left = room - sum(map(self.columnWidth, columns[:-1]))  # Qt's own stretching never takes from it
        self.setColumnWidth(columns[-1], max(left, least[-1]))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Shares the room anew."""
        super().resizeEvent(event)
        self.spread()

    def _hear_resized(self, column: int, _before: int, _now: int) -> None:
        if not self._shares and column < len(self._wanted) - 1:
            self._is_users = True
            self.spread()


def shared(wanted: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """The widths of columns that want more than there is: the widest give first, none less than its header.

    Args:
        wanted: of each.
        least: of each.
        room: for all.
    """

    def capped(cap: int) -> list[int]:
        return [max(low, min(want, cap)) for want, low in zip(wanted, least, strict=True)]

    caps = range(max(wanted, default=0) + 1)
    return capped(max(0, bisect_right(caps, room, key=lambda cap: sum(capped(cap))) - 1))


def header(columns: Sequence[str], section: int, orientation: Qt.Orientation, role: int) -> str | int | None:
    """What a model's `headerData` answers: a column's name, above its words and not above their middle."""
    if orientation is not Qt.Orientation.Horizontal:
        return None
    if role == Qt.ItemDataRole.DisplayRole:
        return columns[section]
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return None


@cache
def mark_icon(mark: Mark | None) -> QIcon:
    """Outlined, so that it stands on light, dark and selected rows; an empty one keeps words in line."""
    icon = QIcon()
    for ratio in (1, 2):
        drawn = pixmap(mark or Mark.UNKNOWN, MARK_PX, Scheme.DARK, outlined=True, device_pixel_ratio=ratio)
        if mark is None:
            drawn.fill(Qt.GlobalColor.transparent)
        icon.addPixmap(drawn)
    return icon


class _Airy(QStyledItemDelegate):
    """Cells with room around their words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        size = super().sizeHint(option, index)
        return QSize(size.width() + Step.TIGHT, size.height() + Step.TIGHT)
