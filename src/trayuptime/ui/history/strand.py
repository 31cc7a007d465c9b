"""A provider's lanes with its latency beneath; two of them under each other compare two providers."""

from collections.abc import Sequence
from datetime import tzinfo
from operator import itemgetter

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from trayuptime.core import words
from trayuptime.core.model import Instant, Key, Span, Surface
from trayuptime.core.strip import CAUSES, Status
from trayuptime.ui.charts.lanes import Lane, Lanes, lanes_px
from trayuptime.ui.charts.latency_plot import BODY_PX, LOW_BODY_PX, Answer, LatencyPlot
from trayuptime.ui.charts.paces import Pace, Paces
from trayuptime.ui.charts.time_view import TimeView
from trayuptime.ui.history.past import THEIRS, AnswersQuestion, PacesQuestion, Pacing, Past
from trayuptime.ui.history.times import exact, within_day
from trayuptime.ui.pieces import Words
from trayuptime.ui.theme import Step

LEFT_PX, MOST_LEFT_PX = 96, 200
"""What stands left of the time, alike in all charts that lie under each other; longer names are cut short."""
MOST_RUNS = 200
"""So many stretches of a lane are told in words; who wants more looks closer."""
LATENCY = "latency"
USUAL_MS = 10.0, 1_000.0
"""The scale while nothing is measured."""
_CLAIMS = {
    Status.UP: "says operational",
    Status.DEGRADED: "says degraded",
    Status.DOWN: "says down",
    Status.PAUSED: "says maintenance",
}


class Strand(QWidget):
    """Draws a past over a shared view, and asks for what of it is looked at."""

    asked = Signal(object)
    """A question to the history."""
    scaled = Signal()
    """Its latencies are of another size than before."""
    answered = Signal()
    """Single answers are there that were looked for."""

    def __init__(self, view: TimeView, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self._zone = zone
        self._past: Past | None = None
        self._pacing: Pacing | None = None
        self._wanted: Span | None = None
        self._plotted: Key | None = None
        self.title = Words()
        self.title.hide()
        self.parts = QComboBox()
        self.parts.setAccessibleName("Latency of which part")
        self.parts.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.parts.hide()
        self.lanes = Lanes(view, zone, LEFT_PX)
        self.lanes.has_axis = False
        self.plot = LatencyPlot(view, zone, LEFT_PX)
        self.plot.changes_of = self.lanes.changes
        head = QHBoxLayout()
        head.setSpacing(Step.TIGHT)
        head.addWidget(self.title, 1)
        head.addStretch(0)
        head.addWidget(self.parts, 0, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.lanes)
        layout.addWidget(self.plot)
        self._head = head
        view.moved.connect(self._ask_answers)
        self.parts.currentIndexChanged.connect(lambda _: self._ask_paces())

    @property
    def past(self) -> Past | None:
        """What it shows."""
        return self._past

    @property
    def pacing(self) -> Pacing | None:
        """The latencies that it shows."""
        return self._pacing

    @property
    def wanted_left_px(self) -> int:
        """How much room the names of its lanes take."""
        return max(LEFT_PX, min(self.lanes.names_px(), MOST_LEFT_PX))

    def leave_left(self, left_px: int) -> None:
        """Begins the time so far from the left."""
        for chart in (self.lanes, self.plot):
            chart.left_px = left_px
            chart.update()

    def draw_low(self, *, low: bool) -> None:
        """Leaves room for another one, or takes what is usual."""
        self.lanes.draw_low(low=low)
        self.plot.draw_low(low=low)

    def least_px(self, *, low: bool) -> int:
        """How high it is at least, drawn low or as usual."""
        lanes, body = lanes_px(len(self.lanes.lanes), low=low), LOW_BODY_PX if low else BODY_PX
        return self._head.sizeHint().height() + lanes + body + self.plot.axis_px()

    def show_past(self, past: Past | None) -> None:
        """Draws it, or nothing."""
        before, self._past = self._past, past
        self.lanes.show_lanes(() if past is None else past.lanes)
        if past is None:
            self._clear()
            return
        if before is None or (before.provider, before.surfaces) != (past.provider, past.surfaces):
            self._offer_parts(past.surfaces)
        elif past.hull.end < before.hull.end:  # the clock was set back: that time comes once more
            self.plot.show_answers((), Span(0, 0))
        self._ask_paces()

    def name_charts(self, whose: str) -> None:
        """Says whose they are to who cannot see it; of one provider alone nobody need be told."""
        for chart in (self.lanes, self.plot):
            chart.setAccessibleName(f"{chart.called} of {whose}" if whose else chart.called)

    def describe(self, said: str) -> None:
        """Says what one points at to who cannot see it."""
        for chart in (self.lanes, self.plot):
            chart.describe(said)

    def show_paces(self, question: PacesQuestion, pacing: Pacing) -> None:
        """Latencies hour for hour, if they are still those that are wanted."""
        if question.key == self._key:
            self._pacing = pacing
            self.scaled.emit()

    def scale(self, least_ms: float, most_ms: float) -> None:
        """Draws them on a scale that reaches so far."""
        if self._pacing is not None:
            pacing = self._pacing
            self.plot.show_paces(pacing.paces, least_ms, most_ms, pacing.first_tokens)

    def show_answers(self, question: AnswersQuestion, answers: tuple[Answer, ...]) -> None:
        """Latencies one by one."""
        if question.key == self._key:
            self.plot.show_answers(answers, question.window)
            self.answered.emit()

    def told_at(self, at: Instant) -> list[str]:
        """What was at a moment, in words, a clause each."""
        parts = []
        for lane in self.lanes.lanes:
            if (found := lane.run_at(at)) is not None:
                status, run = found
                # Before anything was seen there is no "since": it is only where the lane begins.
                since = f" since {within_day(run.start, at, self._zone)}"
                begins = status is Status.UNSEEN and run.start == lane.start
                parts.append(f"{lane.name} {was(status, lane)}{'' if begins else since}")
        answer, pace, first = self.plot.answer_near(at), self.plot.pace_at(at), self.plot.first_token_at(at)
        if answer is not None:
            parts.append(f"{_how(answer)} at {within_day(answer.at, at, self._zone)}")
        else:
            parts += [] if pace is None else [_paced(pace)]
            parts += [] if first is None else [_first_token(first)]
        return parts

    def runs_told(self, view: Span, name: str = "") -> list[tuple[str, ...]]:
        """The newest stretches of each lane in a view, in words, and how many more there are.

        Which lane, what it was, from when until when, for how long.
        """
        rows: list[tuple[str, ...]] = []
        for lane in self.lanes.lanes:
            called, runs = f"{name} {lane.name}".strip(), lane.runs_in(view)
            rows += [
                (
                    called,
                    was(status, lane),
                    exact(span.start, self._zone),
                    exact(span.end, self._zone),
                    words.duration((span.end - span.start) / 1000),
                )
                for status, span in reversed(runs[-MOST_RUNS:])
            ]
            if len(runs) > MOST_RUNS:
                rows.append((called, f"and {len(runs) - MOST_RUNS} more before", "", "", ""))
        return [*rows, *self._latencies_told(view, f"{name} {LATENCY}".strip())]

    def _latencies_told(self, view: Span, called: str) -> list[tuple[str, ...]]:
        """What the plot shows, the newest first: single answers, or how fast they were hour for hour."""
        if self.plot.is_close:
            told = [(_how(each), each.at, each.at) for each in self.plot.answers_in(view)]
        else:
            told = [(_paced(each), each.start, each.end) for each in self.plot.paces_in_view()]
            told += [(_first_token(each), each.start, each.end) for each in self.plot.first_tokens_in_view()]
            told = sorted((x for x in told if x[1] < view.end and view.start < x[2]), key=itemgetter(1))
        rows: list[tuple[str, ...]] = [
            (
                called,
                what,
                exact(start, self._zone),
                exact(end, self._zone) if end > start else "",
                words.duration((end - start) / 1000) if end > start else "",
            )
            for what, start, end in reversed(told[-MOST_RUNS:])
        ]
        if len(told) > MOST_RUNS:
            rows.append((called, f"and {len(told) - MOST_RUNS} more before", "", "", ""))
        return rows

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
            if key != self._plotted:
                self._clear()
                self._plotted = key
            self._wanted = None
            self.asked.emit(PacesQuestion(key, past.hull))
            self._ask_answers()

    def _clear(self) -> None:
        """No latency of one surface may stand under the name of another."""
        self._pacing = self._plotted = None
        self.plot.show_paces(Paces(()), *USUAL_MS)
        self.plot.show_answers((), Span(0, 0))

    def _ask_answers(self) -> None:
        key, wanted, span = self._key, self.plot.wanted, self.view.span
        pending = self._wanted
        if pending is not None and pending.start <= span.start and span.end <= pending.end:
            return
        if key is not None and wanted is not None:
            self._wanted = wanted
            self.asked.emit(AnswersQuestion(key, wanted))


def _how(answer: Answer) -> str:
    if answer.is_first_token and answer.latency_ms is not None:
        return f"first token after {words.latency(answer.latency_ms)}"
    how = "failed" if answer.failed else "answered"
    return how if answer.latency_ms is None else f"{how} after {words.latency(answer.latency_ms)}"


def _paced(pace: Pace) -> str:
    told = f"p50 {words.latency(pace.p50_ms)}, p95 {words.latency(pace.p95_ms)}"
    return told if pace.p99_ms is None else f"{told}, p99 {words.latency(pace.p99_ms)}"


def _first_token(pace: Pace) -> str:
    return f"first token p50 {words.latency(pace.p50_ms)}, p95 {words.latency(pace.p95_ms)}"


def was(status: Status, lane: Lane) -> str:
    """What a lane was, in words."""
    if lane.name == THEIRS:
        return _CLAIMS.get(status, "not read")
    if status in CAUSES:
        return words.unseen(CAUSES[status])
    return words.NOT_WATCHED if status is Status.UNSEEN else status.name.lower()
