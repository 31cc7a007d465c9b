"""The twin of a picture: the same in a table of words, for whoever cannot see it or would rather read."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

from trayuptime.ui.history.tables import Table, header
from trayuptime.ui.theme import plain_tooltip

_Index = QModelIndex | QPersistentModelIndex

WIDEST_PX = 320


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
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(words)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._headers[index.column()]}: {words or 'none'}" if index.column() else words
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | int | None:
        """What a column tells."""
        return header(self._headers, section, orientation, role)


class Twin(Table):
    """A table whose columns may change with what it tells."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        self.words = TwinModel()
        super().__init__(self.words, name, parent)
        self.words.setParent(self)
        self._fitted: tuple[str, ...] = ()

    def show_words(self, headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        """Shows these; columns are fitted once, from then on their widths are the user's."""
        self.words.replace(headers, rows)
        if rows and not self.currentIndex().isValid():
            self.choose(0)
        if rows and headers != self._fitted:
            self._fitted = headers
            self.fit(WIDEST_PX)
        elif rows:
            self.widen(WIDEST_PX)
