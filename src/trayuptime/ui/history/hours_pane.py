"""The hours of the week of one provider: of how many days, in a picture and in words."""

from datetime import tzinfo

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from trayuptime.core import words
from trayuptime.core.hour_cells import HourCell, hour_words, scale_words, share_words
from trayuptime.ui.charts.exhibit import Exhibit, Table
from trayuptime.ui.charts.hour_map import HourMap, statuses_of
from trayuptime.ui.charts.legend import Legend
from trayuptime.ui.charts.taking import Taking
from trayuptime.ui.history.hours import Hours
from trayuptime.ui.history.times import local
from trayuptime.ui.history.twin import Twin
from trayuptime.ui.pieces import Words, quiet_button
from trayuptime.ui.theme import Step

LENGTHS = (30, 90, 180, 365)
"""Days."""
NARROWEST_PX = 280
_HEADERS = ("Hour of the week", "Down", "For", "Degraded", "For", "Seen", "Coverage")


class HoursPane(QScrollArea):
    """Draws what was read, and asks for other days; on a small screen one scrolls in it."""

    length_asked = Signal()

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._provider, self._name = "", ""
        self._hours: Hours | None = None
        self.map = HourMap()
        self.table = Twin("Hours of the week, in words")
        self.line = Words()
        self.legend = Legend()
        self.lengths = QComboBox()
        self.lengths.setAccessibleName("Hours of how many days")
        for days in LENGTHS:
            self.lengths.addItem(f"{days} days", days)
        self.lengths.setCurrentIndex(1)
        self.lengths.currentIndexChanged.connect(lambda _: self.length_asked.emit())
        self.in_words = quiet_button("As a tab&le", self._turn)
        self.in_words.setCheckable(True)
        self.pictured = QStackedWidget()
        self.content = _Content()
        self.taking = Taking([self.map], self.exhibit, "Pictu&re", self)
        self.taking.told.connect(self.line.say)
        self.map.pointed.connect(self._point)
        self._lay_out()
        self.show_hours(None)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """On the smallest screen one scrolls in it to the side too."""
        return QSize(min(self.wanted_px, NARROWEST_PX), super().minimumSizeHint().height())

    @property
    def wanted_px(self) -> int:
        """With so much width one scrolls down at most."""
        return self.content.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()

    @property
    def length(self) -> int:
        """Of how many days the hours are wanted."""
        days: int = self.lengths.currentData()
        return days

    def introduce(self, provider: str, name: str) -> None:
        """Whose hours they will be, and what it is called; those of another one are forgotten."""
        self._name = name
        if provider != self._provider:
            self._provider = provider
            self.show_hours(None)

    def show_hours(self, hours: Hours | None) -> None:
        """Draws these; `None` while they are not known."""
        self._hours = hours
        cells = () if hours is None else hours.cells
        self.map.show_cells(cells)
        self.legend.show_statuses(statuses_of(cells))
        self._tell()
        self._point(self.map.current if self.map.hasFocus() else -1)

    def exhibit(self) -> Exhibit | None:
        """What is shown, to be taken along."""
        if self._hours is None or not self._hours.cells:
            return None
        return Exhibit(
            f"{self._name}: when does it fail?",
            (self._told_span(),),
            (self.map.picture(),),
            statuses_of(self._hours.cells),
            self._table,
        )

    def _turn(self) -> None:
        self.pictured.setCurrentWidget(self.table if self.in_words.isChecked() else self.map)
        self._tell()

    def _tell(self) -> None:
        """Fills the table while it is the one that is seen."""
        if self.pictured.currentWidget() is self.table:
            self.table.show_words(*self._table())

    def _table(self) -> Table:
        return _HEADERS, [_told(cell) for cell in self.map.cells]

    def _point(self, number: int) -> None:
        cells = self.map.cells
        self.line.say(hour_words(cells[number]) if cells and number >= 0 else self._told_span())

    def _told_span(self) -> str:
        hours = self._hours
        if hours is None:
            return "Reading…"
        if not hours.cells:
            return "Nothing is known of these days."
        first, last = (local(at, self._zone) for at in (hours.window.start, hours.window.end))
        how = scale_words(self.map.scale)
        return f"{first:%d %b %Y} – {last:%d %b %Y}, by your clock. {how[0].upper()}{how[1:]}."

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(Step.TIGHT)
        tools.addWidget(self.lengths)
        tools.addWidget(self.in_words)
        tools.addWidget(self.taking.button)
        tools.addStretch(1)
        self.pictured.addWidget(self.map)
        self.pictured.addWidget(self.table)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(Step.TIGHT, Step.TIGHT, 0, Step.TIGHT)
        layout.setSpacing(Step.TIGHT // 2)
        layout.addLayout(tools)
        layout.addWidget(self.pictured, 1)
        layout.addWidget(self.line)
        layout.addWidget(self.legend)
        self.setWidget(self.content)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has it, and scrolls it


class _Content(QWidget):
    """As low as its map and its words may be; Qt would scroll before it makes the map lower."""

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """See the class."""
        layout = self.layout()
        return -1 if layout is None else layout.minimumHeightForWidth(width)


def _told(cell: HourCell) -> tuple[str, ...]:
    troubles: list[str] = []
    for ms in (cell.down_ms, cell.degraded_ms):
        share = share_words(ms / cell.seen_ms) if ms else "–" if cell.is_known else "not known"
        troubles += [share, words.duration(ms / 1000) if ms else "–"]
    return (
        cell.name,
        *troubles,
        words.duration(cell.seen_ms / 1000) if cell.seen_ms else words.NOT_WATCHED,
        words.percent(cell.coverage),
    )
