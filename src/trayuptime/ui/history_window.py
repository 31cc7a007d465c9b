"""The history as a plain table of what happened, newest first."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, QThread, Signal
from PySide6.QtGui import QKeySequence, QShortcut
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
from trayuptime.history import HistoryError, Reader
from trayuptime.runtime.clock import local_time
from trayuptime.ui.history_model import HistoryModel
from trayuptime.ui.history_rows import COLUMNS, Row, row_of
from trayuptime.ui.pieces import Words
from trayuptime.ui.theme import Step

WIDEST_PX = 220
"""A column before the last; a name may be as long as its owner likes."""
LEAVE_MS = 1000
"""How long the end of the program waits for a reading under way."""
NOTHING = "Nothing has happened yet. What goes down, comes back or is switched stands here from then on."

_Index = QModelIndex | QPersistentModelIndex


class HistoryWindow(QWidget):
    """A table that refreshes itself while it is open; the file is read in a thread of its own."""

    refreshed = Signal()
    """What is on the screen is what was in the file a moment ago."""

    def __init__(
        self, path: Path, open_file: Callable[[Path], Reader] = Reader, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._open = partial(open_file, path)
        self._names: Mapping[str, str] = {}
        self._reading: _Reading | None = None
        self._again = False
        self._fitted = False
        self._model = HistoryModel(self)
        self.setWindowTitle("TrayUptime – History")
        self.resize(860, 440)
        self.words = Words()
        self.words.say("Reading…")
        self.table = _table(self._model)
        self.table.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Step.NORMAL, Step.NORMAL, Step.NORMAL, Step.NORMAL)
        layout.addWidget(self.words, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.table, 1)
        QShortcut(QKeySequence.StandardKey.Close, self).activated.connect(self.close)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self).activated.connect(self.close)
        QShortcut(QKeySequence.StandardKey.Refresh, self).activated.connect(self.refresh)

    def name(self, names: Mapping[str, str]) -> None:
        """What the providers are called, by their ids; names stay when a provider is no longer watched."""
        names = {**self._names, **names}
        if names != self._names:
            self._names = names
            self.refresh()

    def refresh(self) -> None:
        """Reads again if the window is open: now, or when the reading under way is over."""
        if not self.isVisible():
            return
        if self._reading is not None:
            self._again = True
            return
        reading = _Reading(self._open, dict(self._names), self)
        reading.read.connect(self._show_rows)
        reading.failed.connect(self._show_problem)
        reading.finished.connect(self._finished)
        self._reading = reading
        reading.start()

    def finish(self) -> None:
        """Waits for a reading under way; before the application ends."""
        if self._reading is not None:
            self._reading.wait(LEAVE_MS)

    def _finished(self) -> None:
        if self._reading is not None:
            self._reading.deleteLater()
            self._reading = None
        if self._again:
            self._again = False
            self.refresh()
        else:
            self.refreshed.emit()

    def _show_rows(self, rows: tuple[Row, ...]) -> None:
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

    def _show_problem(self, sentence: str) -> None:
        self.words.say(sentence)


class _Reading(QThread):
    """Reads the history away from the GUI thread."""

    read = Signal(object)
    failed = Signal(str)

    def __init__(self, open_file: Callable[[], Reader], names: Mapping[str, str], parent: QObject) -> None:
        super().__init__(parent)
        self._open = open_file
        self._names = names

    def run(self) -> None:
        """In its own thread."""
        try:
            with self._open() as reader:
                events = [*reader.transitions(), *map(exported_switch, reader.switches())]
                stories = {each.id: story(each, local_time) for each in reader.incidents()}
        except HistoryError as error:
            self.failed.emit(str(error))
            return
        rows = [row_of(event, self._names, stories) for event in events]
        self.read.emit(tuple(sorted(rows, key=lambda row: row.at, reverse=True)))


class _Airy(QStyledItemDelegate):
    """Cells with room around their words."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        size = super().sizeHint(option, index)
        return QSize(size.width() + Step.TIGHT, size.height() + Step.TIGHT)


def _table(model: HistoryModel) -> QTableView:
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
