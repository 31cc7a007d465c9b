"""One provider: its time line from years to single results, latency, figures, what its own page claimed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial

from PySide6.QtCore import QDate, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trayuptime.core import words
from trayuptime.core.model import Instant, Key, Span, Surface
from trayuptime.core.strip import CAUSES, Status
from trayuptime.core.wall_clock import first_instant, local_date
from trayuptime.ui import theme
from trayuptime.ui.charts.lanes import Lane, Lanes
from trayuptime.ui.charts.latency_plot import Answer, LatencyPlot
from trayuptime.ui.charts.legend import Legend
from trayuptime.ui.charts.time_view import TimeView
from trayuptime.ui.charts.twin import Twin
from trayuptime.ui.history.past import (
    DAY_MS,
    THEIRS,
    AnswersQuestion,
    Figured,
    PacesQuestion,
    Pacing,
    Past,
)
from trayuptime.ui.marks import Face, Mark
from trayuptime.ui.pieces import MarkBox, Words, quiet_button
from trayuptime.ui.theme import Step

LEFT_PX = 96
"""What stands left of the time."""
MARK_PX = 24
HINT = (
    "Wheel or + and - zoom, dragging or Shift and arrows move, 0 shows all; arrows point, with Ctrl at the"
    " next change; Enter opens an incident."
)
RANGES = (("24 h", 1), ("7 d", 7), ("30 d", 30), ("90 d", 90))
MOST_RUNS = 500
"""So many stretches are told in the table; who wants more looks closer."""
_FIGURES = ("Window", "Uptime", "Coverage", "Down", "Outages", "p50", "p95", "p99")
_RUNS = ("Lane", "Was", "From", "Until", "For")
_NOT_KNOWN = Span(0, 60_000)


class ProviderPage(QWidget):
    """Draws a provider's past and asks for what of it is looked at."""

    asked = Signal(object)
    """A question to the history."""
    incident_asked = Signal(int)

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zone = zone
        self.view = TimeView(_NOT_KNOWN, self)
        self._past: Past | None = None
        self._wanted: Span | None = None
        self._placing = False
        self.mark = MarkBox(MARK_PX)
        self.title = Words(_title_font(self))
        self.lanes = Lanes(self.view, zone, LEFT_PX)
        self.lanes.has_axis = False
        self.plot = LatencyPlot(self.view, zone, LEFT_PX)
        self.line = Words()
        self.legend = Legend()
        self.figures = Twin("Uptime, coverage and latency by window")
        self.runs = Twin("Time line, in words")
        self.parts = QComboBox()
        self.parts.setAccessibleName("Latency of which part")
        self.parts.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.day = QDateEdit()
        self.in_words = quiet_button("As a &table", self._turn)
        self.pictured = QStackedWidget()
        self._lay_out()
        self.view.moved.connect(self._moved)
        self.view.pointed.connect(self._point)
        for chart in (self.lanes, self.plot):
            chart.chosen.connect(self._choose)
        self.parts.currentIndexChanged.connect(lambda _: self._ask_paces())
        self.line.say(HINT)

    @property
    def provider(self) -> str | None:
        """Whose past it is."""
        return None if self._past is None else self._past.provider

    def introduce(self, name: str, face: Face | None) -> None:
        """What it is called, and how it is now."""
        self.title.say(name)
        self.mark.show_face(face or Face(Mark.UNKNOWN), "" if face is None else face.mark.value)
        self.mark.setHidden(face is None)

    def show_past(self, past: Past) -> None:
        """Draws it; of the same provider as before what is in view stays in view."""
        same = self._past is not None and self._past.provider == past.provider
        self._past = past
        self.lanes.show_lanes(past.lanes)
        self.legend.show_statuses({Status(status) for lane in past.lanes for status, _ in lane.strip})
        self.view.limit(past.hull)
        if not same:
            self.view.point(None)
            self._show_last(30)
            self._offer_parts(past.surfaces)
        first, last = (_qdate(local_date(at, self.zone)) for at in (past.hull.start, past.hull.end))
        self._placing = True
        self.day.setDateRange(first, last)
        if not same:
            self.day.setDate(last)
        self._placing = False
        self._ask_paces()
        self._tell()

    def show_figures(self, rows: tuple[Figured, ...]) -> None:
        """Uptime and coverage, always together."""
        self.figures.show_words(_FIGURES, [_figures(row) for row in rows])

    def show_paces(self, question: PacesQuestion, pacing: Pacing) -> None:
        """Latencies hour for hour."""
        if question.key == self._key:
            self.plot.show_paces(pacing.paces, pacing.least_ms, pacing.most_ms)

    def show_answers(self, question: AnswersQuestion, answers: tuple[Answer, ...]) -> None:
        """Latencies one by one."""
        if question.key == self._key:
            self.plot.show_answers(answers, question.window)

    def go_to(self, day: date) -> None:
        """Brings a day into view."""
        start = first_instant(datetime.combine(day, time.min), self.zone)
        end = first_instant(datetime.combine(day + timedelta(days=1), time.min), self.zone)
        self.view.show(Span(start, end))
        self.lanes.setFocus()

    def _pick(self, day: QDate) -> None:
        if not self._placing:
            self.go_to(date(day.year(), day.month(), day.day()))

    @property
    def _key(self) -> Key | None:
        part = self.parts.currentData()
        return None if self._past is None or part is None else Key(self._past.provider, Surface(part))

    def _offer_parts(self, parts: Sequence[Surface]) -> None:
        with QSignalBlocker(self.parts):
            self.parts.clear()
            for part in parts:
                self.parts.addItem(f"Latency: {words.part(part)}", part.value)
        self.parts.setHidden(len(parts) < 2)

    def _ask_paces(self) -> None:
        key, past = self._key, self._past
        if key is not None and past is not None:
            self._wanted = None
            self.asked.emit(PacesQuestion(key, past.hull))
            self._ask_answers(anew=True)

    def _ask_answers(self, *, anew: bool = False) -> None:
        key, wanted = self._key, self.plot.wanted
        if key is not None and wanted is not None and (anew or not _holds(self._wanted, self.view.span)):
            self._wanted = wanted
            self.asked.emit(AnswersQuestion(key, wanted))

    def _moved(self) -> None:
        self._ask_answers()
        self._tell()

    def _show_last(self, days: int) -> None:
        end = self.view.limits.end
        self.view.show(Span(end - days * DAY_MS, end))

    def _turn(self) -> None:
        self.pictured.setCurrentWidget(self.runs if self.in_words.isChecked() else self._charts)
        self._tell()

    def _tell(self) -> None:
        """Fills the table while it is the one that is seen."""
        if self.pictured.currentWidget() is not self.runs:
            return
        rows = [
            (
                lane.name,
                _was(status, lane),
                self._time(span.start),
                self._time(span.end),
                words.duration((span.end - span.start) / 1000),
            )
            for lane in self.lanes.lanes
            for status, span in lane.runs_in(self.view.span)
        ]
        self.runs.show_words(_RUNS, rows[:MOST_RUNS])

    def _point(self) -> None:
        at = self.view.at
        if at is None or self._past is None:
            self.line.say(HINT)
            return
        parts = [self._time(at)]
        for lane in self.lanes.lanes:
            found = lane.run_at(at)
            if found is not None:
                parts.append(
                    f"{lane.name} {_was(found[0], lane)} since {self._time(found[1].start, near=at)}"
                )
        answer, pace = self.plot.answer_near(at), self.plot.pace_at(at)
        if answer is not None:
            how = "failed" if answer.failed else "answered"
            took = "" if answer.latency_ms is None else f" after {words.latency(answer.latency_ms)}"
            parts.append(f"{how}{took} at {self._time(answer.at, near=at)}")
        elif pace is not None:
            parts.append(
                f"p50 {words.latency(pace.p50_ms)}, p95 {words.latency(pace.p95_ms)},"
                f" slowest {words.latency(pace.most_ms)}"
            )
        said = " · ".join(parts)
        self.line.say(said)
        self.lanes.describe(said)

    def _choose(self, at: Instant) -> None:
        if self._past is None:
            return
        slack = (self.view.span.end - self.view.span.start) * 4 // max(1, self.lanes.body.width())
        for incident in reversed(self._past.incidents):
            ended = self._past.hull.end if incident.ended_at is None else incident.ended_at
            if incident.started_at - slack <= at < ended + slack:
                self.incident_asked.emit(incident.id)
                return

    def _time(self, at: Instant, near: Instant | None = None) -> str:
        local = _local(at, self.zone)
        if near is not None and _local(near, self.zone).date() == local.date():
            return f"{local:%H:%M:%S}"
        return f"{local:%a %d %b %Y %H:%M:%S}"

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Step.TIGHT)
        head.addWidget(self.mark)
        head.addWidget(self.title, 1)
        for label, days in RANGES:
            button = quiet_button(label, partial(self._show_last, days))
            button.setAccessibleName(f"The last {label}")
            head.addWidget(button)
        head.addWidget(quiet_button("&All", self.view.show_all))
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setAccessibleName("Go to a day")
        self.day.dateChanged.connect(self._pick)
        QShortcut(QKeySequence("Ctrl+G"), self).activated.connect(self.day.setFocus)
        head.addWidget(QLabel("Go to"))
        head.addWidget(self.day)
        head.addWidget(self.parts)
        self.in_words.setCheckable(True)
        head.addWidget(self.in_words)
        self._charts = QWidget()
        charts = QVBoxLayout(self._charts)
        charts.setContentsMargins(0, 0, 0, 0)
        charts.setSpacing(0)
        charts.addWidget(self.lanes)
        charts.addWidget(self.plot)
        charts.addStretch(1)
        self.pictured.addWidget(self._charts)
        self.pictured.addWidget(self.runs)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.TIGHT)
        layout.addLayout(head)
        layout.addWidget(self.pictured)
        layout.addWidget(self.line)
        layout.addWidget(self.legend)
        self.below = QSplitter(Qt.Orientation.Horizontal)
        self.below.setChildrenCollapsible(False)
        self.below.addWidget(self.figures)
        layout.addWidget(self.below, 1)


def _holds(outer: Span | None, inner: Span) -> bool:
    return outer is not None and outer.start <= inner.start and inner.end <= outer.end


def _was(status: Status, lane: Lane) -> str:
    if lane.name == THEIRS:
        return _CLAIMS.get(status, "not read")
    if status in CAUSES:
        return words.unseen(CAUSES[status])
    return "not watched" if status is Status.UNSEEN else status.name.lower()


_CLAIMS: Mapping[Status, str] = {
    Status.UP: "says operational",
    Status.DEGRADED: "says degraded",
    Status.DOWN: "says down",
    Status.PAUSED: "says maintenance",
}


def _figures(row: Figured) -> tuple[str, ...]:
    of = row.figures
    latencies = (of.latency_p50_ms, of.latency_p95_ms, row.p99_ms)
    return (
        row.name,
        words.percent(of.uptime),
        words.percent(of.coverage),
        words.duration(of.downtime_s) if of.downtime_s else "–",
        str(of.outages),
        *("–" if each is None else words.latency(each) for each in latencies),
    )


def _local(at: Instant, zone: tzinfo) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).astimezone(zone)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _title_font(widget: QWidget) -> QFont:
    font = theme.title(widget.font())
    font.setBold(True)
    return font
