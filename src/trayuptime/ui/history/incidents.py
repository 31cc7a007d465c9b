"""The incidents table: every trouble there was, a filter above it, and a count of what it lets through."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from trayuptime.core import words
from trayuptime.core.model import IncidentKind, Surface
from trayuptime.ui import theme
from trayuptime.ui.history.incident_rows import COLUMNS, STARTED, IncidentRow, down_s
from trayuptime.ui.history.incidents_model import IncidentsModel
from trayuptime.ui.history.tables import Table
from trayuptime.ui.pieces import Words
from trayuptime.ui.theme import Step

WIDEST_PX = 260
NOTHING = "No incident is known."
NOTHING_FITS = "None of them fits the filter."
_REASON_PX = 180
"""Enough for most; of several reasons the first has to be seen."""
_UNCUT = {
    **dict.fromkeys(map(COLUMNS.index, ("Started", "Lasted", "Downtime")), WIDEST_PX),
    COLUMNS.index("Reason"): _REASON_PX,
}
_KINDS = {
    None: "All kinds",
    IncidentKind.OUTAGE: "Outages",
    IncidentKind.DEGRADED: "Degraded",
    IncidentKind.UNSTABLE: "Unstable",
}


class IncidentsTable(QWidget):
    """Draws rows that it is given; Enter or a double click asks for the incident."""

    incident_asked = Signal(int)
    """The page of the incident of this number is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = IncidentsModel(self)
        self.field, self.kinds, self.surfaces = _Field(), QComboBox(), QComboBox()
        self.count, self.words = Words(theme.tabular(self.font())), Words()
        self.table = _Sortable(self.model, "Incidents, newest first")
        self.table.setAccessibleDescription("Enter opens one, space sorts by the column of the cursor")
        self.table.setFont(theme.tabular(self.font()))
        self.table.uncut = _UNCUT
        self._chosen: int | None = None
        self._column = 0
        self._fitted = False
        for kind, name in _KINDS.items():
            self.kinds.addItem(name, kind)
        self.surfaces.addItem("All surfaces", None)
        for surface in Surface:
            self.surfaces.addItem(words.part(surface), surface)
        self.kinds.setAccessibleName("Kind")
        self.surfaces.setAccessibleName("Surface")
        self._lay_out()
        self._connect()
        self._tell()

    def show_rows(self, rows: tuple[IncidentRow, ...]) -> None:
        """Shows other rows; the filter, the order, the row that is looked at and its place stay."""
        bar, before = self.table.verticalScrollBar(), self.table.currentIndex().row()
        scrolled = bar.value()
        self.model.replace(rows)
        now = self.table.currentIndex().row()
        bar.setValue(scrolled + (now - before if min(now, before) >= 0 else 0))  # it counts in rows
        if rows and not self._fitted:  # from then on the widths are the user's
            self._fitted = True
            self.table.fit(WIDEST_PX)
        elif rows:
            self.table.widen(WIDEST_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The count stands beside the filter, or below it where there is no room for it in one line."""
        super().resizeEvent(event)
        self._place_count()

    def _place_count(self) -> None:
        metrics = self.count.fontMetrics()
        menus_px = self.kinds.sizeHint().width() + self.surfaces.sizeHint().width() + 3 * Step.TIGHT
        beside_px = (self.width() - menus_px) // 2  # it and the field share what the menus leave
        is_beside = metrics.horizontalAdvance(self.count.text()) <= beside_px
        row, column, span = (0, 3, 1) if is_beside else (1, 0, 4)
        self._above.removeWidget(self.count)
        self._above.addWidget(self.count, row, column, 1, span)
        self._above.setColumnStretch(3, 2 if is_beside else 0)

    def take_focus(self) -> None:
        """Puts the cursor into the table."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_filter(self) -> None:
        """Lets the user type what is sought."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def _seek(self) -> None:
        self.model.seek(self.field.text(), self.kinds.currentData(), self.surfaces.currentData())

    def _remember(self) -> None:
        row, column = self.table.currentIndex().row(), self.table.currentIndex().column()
        if row >= 0:  # a filter that hides it and is taken back finds it again
            self._chosen, self._column = self.model.shown[row].number, column

    def _restore(self) -> None:
        row = None if self._chosen is None else self.model.row_of(self._chosen)
        if row is not None:
            self.table.setCurrentIndex(self.model.index(row, self._column))
        self._tell()

    def _tell(self) -> None:
        shown, every = self.model.shown, self.model.all
        self.table.setHidden(not shown)
        self.words.say("" if shown else NOTHING_FITS if every else NOTHING)
        self.count.say(_counted(len(shown), len(every), down_s(shown)))
        self._place_count()

    def _connect(self) -> None:
        self.model.modelAboutToBeReset.connect(self._remember)
        self.model.modelReset.connect(self._restore)
        self.field.textChanged.connect(self._seek)
        self.field.left.connect(self.table.setFocus)
        for menu in (self.kinds, self.surfaces):
            menu.currentIndexChanged.connect(self._seek)
        self.table.asked.connect(lambda row: self.incident_asked.emit(self.model.shown[row].number))

    def _lay_out(self) -> None:
        self._above = QGridLayout()
        self._above.setSpacing(Step.TIGHT)
        for column, each in enumerate((self.field, self.kinds, self.surfaces, self.count)):
            self._above.addWidget(each, 0, column)
        self._above.setColumnStretch(0, 2)
        self._above.setColumnStretch(3, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.TIGHT)
        layout.addLayout(self._above)
        layout.addWidget(self.words)
        layout.addWidget(self.table, 1)
        layout.addStretch()


class _Field(QLineEdit):
    """Escape empties it before it does anything else; Enter and the down arrow go on to what was found."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Filter…")
        words_px = self.fontMetrics().horizontalAdvance(self.placeholderText())
        self.setMinimumWidth(words_px + Step.WIDE)  # Qt would cut it short
        self.setAccessibleName("Filter incidents by words")
        self.setClearButtonEnabled(True)

    def event(self, event: QEvent) -> bool:
        """The window would close by the same key."""
        if event.type() == QEvent.Type.ShortcutOverride and self.text():
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See the class."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class _Sortable(Table):
    """A table that can be sorted by keys too."""

    def __init__(self, model: IncidentsModel, name: str) -> None:
        super().__init__(model, name)
        self.horizontalHeader().setSortIndicator(STARTED, Qt.SortOrder.DescendingOrder)
        self.setSortingEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space sorts by the column in which the cursor is; once more, the other way round."""
        if event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
            return
        header, column = self.horizontalHeader(), max(0, self.currentIndex().column())
        is_it = header.sortIndicatorSection() == column
        ascends = header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        order = Qt.SortOrder.DescendingOrder if is_it and ascends else Qt.SortOrder.AscendingOrder
        self.sortByColumn(column, order)


def _counted(shown: int, every: int, seconds: float) -> str:
    """`12 of 40 incidents, 3 h 12 min down`."""
    if not every:
        return ""
    noun = "incident" if every == 1 else "incidents"
    of = f"{shown:,}" if shown == every else f"{shown:,} of {every:,}"
    return f"{of} {noun}, {words.duration(seconds) if seconds else 'never'} down"
