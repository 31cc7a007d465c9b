"""The twin of a picture: the same in a table of words, for whoever cannot see it or would rather read."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from trayuptime.ui.theme import Step

_Index = QModelIndex | QPersistentModelIndex

WIDEST_PX = 320
FITTED = 200
"""So many rows decide how wide the columns are."""


class TwinModel(QAbstractTableModel):
    """Rows of words under headers."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers: tuple[str, ...] = ()
        self._rows: Sequence[tuple[str, ...]] = ()

    def replace(self, headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        """Shows these; as many rows as before change in place, so that a reader stays where it is."""
        if headers == self._headers and len(rows) == len(self._rows):
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(headers) - 1))
            return
        self.beginResetModel()
        self._headers, self._rows = headers, rows
        self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        """How many."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        """How many."""
        return 0 if parent is not None and parent.isValid() else len(self._headers)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Words; to who cannot see the header, with it."""
        if not index.isValid():
            return None
        words = self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._headers[index.column()]}: {words or 'none'}" if index.column() else words
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """What a column tells."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        return None


class Twin(QTableView):
    """A quiet table; Enter and a double click choose a row."""

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fitted = False
        self.words = TwinModel(self)
        self.setModel(self.words)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + Step.TIGHT)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.activated.connect(lambda index: self.chosen.emit(index.row()))

    def show_words(self, headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        """Shows these; the columns are fitted once, from then on their widths are the user's."""
        self.words.replace(headers, rows)
        if rows and not self.currentIndex().isValid():
            self.setCurrentIndex(self.words.index(0, 0))
        if rows and not self._fitted:
            self._fitted = True
            self._fit(headers, rows[:FITTED])

    def _fit(self, headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        """By the words: Qt would look only at rows that it has on the screen already."""
        metrics = self.fontMetrics()
        for column in range(len(headers) - 1):
            told = [headers[column], *[row[column] for row in rows]]
            width = max(map(metrics.horizontalAdvance, told)) + Step.SECTION
            self.setColumnWidth(column, min(width, WIDEST_PX))
