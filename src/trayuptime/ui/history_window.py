"""The history as a plain table of what happened, newest first."""

from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QThread,
    Signal,
)
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from trayuptime.core.contract import exported_switch
from trayuptime.history import HistoryError, Reader
from trayuptime.ui.history_rows import COLUMNS, Row, row_of
from trayuptime.ui.theme import Step

_Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractTableModel):
    """Rows of text; every cell is words, so a screen reader reads what the eye does."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()

    def replace(self, rows: tuple[Row, ...]) -> None:
        """Shows other rows, if they are other ones."""
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def rowCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        """How many things happened."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index | None = None) -> int:  # noqa: N802 - Qt's name
        """When, who, what, details."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """A cell's words."""
        if not index.isValid() or role not in {
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        }:
            return None
        return self._rows[index.row()][index.column()]

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """A column's name."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None


class _Reading(QThread):
    """Reads the history away from the GUI thread."""

    read = Signal(object)
    failed = Signal(str)

    def __init__(self, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._path = path

    def run(self) -> None:
        """In its own thread."""
        try:
            with Reader(self._path) as reader:
                rows = tuple(row_of(event) for event in reader.transitions())
                switches = tuple(row_of(exported_switch(switch)) for switch in reader.switches())
        except HistoryError as error:
            self.failed.emit(str(error))
        else:
            self.read.emit(tuple(sorted(rows + switches, key=lambda row: row.at, reverse=True)))


class HistoryWindow(QWidget):
    """A table that refreshes itself while it is open."""

    def __init__(self, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._path = path
        self._reading: _Reading | None = None
        self._model = HistoryModel(self)
        self.setWindowTitle("TrayUptime – History")
        self.resize(760, 420)
        self.table = QTableView()
        self.table.setModel(self._model)
        self.table.setAccessibleName("What happened, newest first")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().setVisible(False)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self._words = QLabel("Nothing has happened yet.")
        self._words.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Step.NORMAL, Step.NORMAL, Step.NORMAL, Step.NORMAL)
        layout.addWidget(self._words)
        layout.addWidget(self.table)
        for key in (QKeySequence.StandardKey.Close, Qt.Key.Key_Escape):
            QShortcut(QKeySequence(key), self).activated.connect(self.close)

    def refresh(self) -> None:
        """Reads again, if the window is open and is not reading already."""
        if not self.isVisible() or self._reading is not None:
            return
        reading = _Reading(self._path, self)
        reading.read.connect(self._show_rows)
        reading.failed.connect(self._show_problem)
        reading.finished.connect(self._finished)
        self._reading = reading
        reading.start()

    def finish(self) -> None:
        """Waits for a reading under way; before the application ends."""
        if self._reading is not None:
            self._reading.wait(1000)

    def _finished(self) -> None:
        if self._reading is not None:
            self._reading.deleteLater()
            self._reading = None

    def _show_rows(self, rows: tuple[Row, ...]) -> None:
        self._model.replace(rows)
        self._words.setVisible(not rows)
        self._words.setText("Nothing has happened yet.")

    def _show_problem(self, sentence: str) -> None:
        self._words.setText(sentence)
        self._words.setVisible(True)
