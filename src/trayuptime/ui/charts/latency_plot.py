"""Latency over time: a line for the usual answer, a band for most, dots for p99; close up each.

A second line with diamonds is the time to first token, where completions were asked.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import tzinfo
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from trayuptime.core import words
from trayuptime.core.model import Instant, Span
from trayuptime.ui import theme
from trayuptime.ui.charts import strokes
from trayuptime.ui.charts.paces import Pace, Paces
from trayuptime.ui.charts.strokes import Stroke
from trayuptime.ui.charts.time_chart import TimeChart
from trayuptime.ui.charts.time_view import TimeView
from trayuptime.ui.theme import Step

BODY_PX, LOW_BODY_PX = 120, 52
"""At least; it takes what room there is."""
SINGLE_MS = 36 * 3_600_000
"""A view no longer than this shows single answers."""
_PER_POINT_PX = 2
_PER_FIRST_TOKEN_PX = 4
"""There are far fewer of them; and a second line as fine as the first would cost a frame of a drag."""
_DECADES = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
_DIAMOND_EVERY_PX = 48
_BASE_PX = 5
"""How high failures stand."""


class Answer(NamedTuple):
    """One result.

    Attributes:
        latency_ms: `None` where it was not measured.
        failed: it counts against the surface.
        is_first_token: its latency is the time to first token.
    """

    at: Instant
    latency_ms: float | None
    failed: bool
    is_first_token: bool = False


class LatencyPlot(TimeChart):
    """On a logarithmic scale: what is twice as slow is as much higher anywhere."""

    called = "Latency"

    def __init__(self, view: TimeView, zone: tzinfo, left_px: int, parent: QWidget | None = None) -> None:
        super().__init__(view, zone, left_px, parent)
        self._paces = self._first_tokens = Paces(())
        self._answers: Sequence[Answer] = ()
        self._known = Span(0, 0)
        self._strokes: tuple[frozenset[Stroke], frozenset[Stroke]] = frozenset(), frozenset()
        self.changes_of: Callable[[], Sequence[Instant]] = tuple
        """Where Ctrl and an arrow jump to, as whoever has put it under lanes says."""
        self._least_ms, self._most_ms = 10.0, 1_000.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_paces(
        self, paces: Paces, least_ms: float, most_ms: float, first_tokens: Paces | None = None
    ) -> None:
        """Draws these hours; the scale reaches from the fastest to the slowest of them."""
        self._paces, self._first_tokens = paces, first_tokens or Paces(())
        self._least_ms, self._most_ms = max(0.1, least_ms), max(least_ms * 2, most_ms, 1.0)
        of_paces = {Stroke.MEDIAN, Stroke.MOST, Stroke.WORST} if self._paces else set()
        of_paces |= {Stroke.FIRST_TOKEN} if self._first_tokens else set()
        self._strokes = frozenset(of_paces), self._strokes[1]
        self.update()

    def show_answers(self, answers: Sequence[Answer], known: Span) -> None:
        """Single answers, all that there are within a stretch of time; drawn when one looks close enough."""
        self._answers, self._known = answers, known
        self._strokes = self._strokes[0], frozenset(map(_stroke_of, answers))
        self.update()

    @property
    def strokes(self) -> frozenset[Stroke]:
        """What it is drawn with as it is looked at now, for a legend."""
        of_paces, of_answers = self._strokes
        return of_answers if self.is_close else of_paces

    @property
    def wanted(self) -> Span | None:
        """The time of which it lacks single answers, with some to either side; `None` where it lacks none."""
        span = self.view.span
        length, now = span.end - span.start, self.view.limits.end
        if length > SINGLE_MS or (self._known.start <= span.start and min(span.end, now) <= self._known.end):
            return None
        return Span(span.start - length, min(span.end + length, now))

    def answer_near(self, at: Instant) -> Answer | None:
        """The one nearest to a moment, if single ones are drawn there."""
        if not self.is_close or not self._answers:
            return None
        after = bisect_left(self._answers, at, key=_at)
        nearest = min(self._answers[max(0, after - 1) : after + 1], key=lambda each: abs(each.at - at))
        return nearest if abs(self.x_of(nearest.at) - self.x_of(at)) <= Step.TIGHT else None

    def answers_in(self, span: Span) -> Sequence[Answer]:
        """Those of the ones it has that lie in a stretch of time."""
        first = bisect_left(self._answers, span.start, key=_at)
        return self._answers[first : bisect_left(self._answers, span.end, key=_at)]

    def pace_at(self, at: Instant) -> Pace | None:
        """The hour, or hours, in which a moment lies, as they are drawn."""
        return _holding(self.paces_in_view(), at)

    def first_token_at(self, at: Instant) -> Pace | None:
        """The same of the times to first token."""
        return _holding(self.first_tokens_in_view(), at)

    def changes(self) -> Sequence[Instant]:
        """Those of the lanes above it."""
        return self.changes_of()

    def body_px(self) -> int:
        """All the room that there is above the axis."""
        return max(self._least_px, self.height() - self.axis_px())

    @property
    def _least_px(self) -> int:
        return LOW_BODY_PX if self.is_low else BODY_PX

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As low as it may be."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Lower nothing could be told apart."""
        return QSize(240, self._least_px + self.axis_px())

    def draw_names(self, painter: QPainter, area: QRect) -> None:
        """The scale."""
        painter.setFont(theme.tabular(theme.small(self.font())))
        metrics = painter.fontMetrics()
        y_of, free = self._height(), math.inf
        for value in self._marks():
            y = y_of(value)
            if y + metrics.height() > free:
                continue
            free = y
            painter.setPen(theme.quiet_line(self.palette()))
            painter.drawLine(QPointF(area.right(), y), QPointF(self.body.right(), y))
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            label = words.latency(value)
            place = QPointF(
                area.right() - Step.TIGHT - metrics.horizontalAdvance(label), y + metrics.ascent() / 2 - 1
            )
            painter.drawText(place, label)

    def draw(self, painter: QPainter, area: QRect) -> None:
        """Single answers where one is close enough and they are there, otherwise hours."""
        if self.is_close:
            self._draw_answers(painter, area)
        else:
            self._draw_paces(painter)

    @property
    def is_close(self) -> bool:
        """Whether single answers are drawn."""
        span = self.view.span
        now = self.view.limits.end
        known = self._known.start <= span.start and min(span.end, now) <= self._known.end
        return span.end - span.start <= SINGLE_MS and known

    def paces_in_view(self) -> Sequence[Pace]:
        """The hours, or times of several, as they are drawn; one beyond the view at either side."""
        return self._paces.within(self.view.span, self.body.width() // _PER_POINT_PX)

    def first_tokens_in_view(self) -> Sequence[Pace]:
        """The same of the times to first token."""
        return self._first_tokens.within(self.view.span, self.body.width() // _PER_FIRST_TOKEN_PX)

    def _draw_paces(self, painter: QPainter) -> None:
        palette, shown = self.palette(), self.paces_in_view()
        x_of, y_of = self.scale(), self._height()
        for stretch in _unbroken(shown):
            places = _places(x_of, stretch)
            low = [QPointF(x, y_of(pace.p50_ms)) for x, pace in places]
            high = [QPointF(x, y_of(pace.p95_ms)) for x, pace in reversed(places)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(strokes.band(palette))
            painter.drawPolygon(low + high)
            painter.setPen(strokes.line(palette))
            painter.drawPolyline(low)
        painter.setPen(strokes.worst(palette))
        painter.drawPoints(
            [QPointF(x_of((p.start + p.end) // 2), y_of(p.p99_ms)) for p in shown if p.p99_ms is not None]
        )
        self._draw_first_tokens(painter)

    def _draw_first_tokens(self, painter: QPainter) -> None:
        """A line, and diamonds on it at moments that are the same wherever the view is dragged to."""
        palette, x_of, y_of = self.palette(), self.scale(), self._height()
        span = self.view.span
        every_ms = max(1, (span.end - span.start) * _DIAMOND_EVERY_PX // self.body.width())
        marked: list[QPointF] = []
        last = None
        painter.setPen(strokes.first_token(palette))
        for stretch in _unbroken(self.first_tokens_in_view()):
            painter.drawPolyline([QPointF(x, y_of(pace.p50_ms)) for x, pace in _places(x_of, stretch)])
            for pace in stretch:
                if pace.start // every_ms != last:
                    last = pace.start // every_ms
                    marked.append(QPointF(x_of((pace.start + pace.end) // 2), y_of(pace.p50_ms)))
        strokes.diamonds(painter, palette, marked)

    def _draw_answers(self, painter: QPainter, area: QRect) -> None:
        palette = self.palette()
        seen = self.answers_in(self.view.span)
        x_of, y_of = self.scale(), self._height()
        good = [each for each in seen if not each.failed and each.latency_ms is not None]
        marked = [each for each in good if each.is_first_token]
        painter.setPen(strokes.answer(palette))
        painter.drawPoints(
            [QPointF(x_of(each.at), y_of(each.latency_ms or 0)) for each in good if not each.is_first_token]
        )
        strokes.diamonds(
            painter, palette, [QPointF(x_of(each.at), y_of(each.latency_ms or 0)) for each in marked]
        )
        base = area.bottom() - _BASE_PX
        strokes.crosses(painter, palette, [QPointF(x_of(each.at), base) for each in seen if each.failed])

    def _height(self) -> Callable[[float], float]:
        """Says how high latencies stand."""
        least, top, bottom = self._least_ms * 0.8, Step.TIGHT, self.body_px() - 2 * Step.TIGHT
        low, high = math.log(least), math.log(self._most_ms * 1.2)
        per = (bottom - top) / (high - low)
        return lambda ms: bottom - (math.log(max(ms, least)) - low) * per

    def _marks(self) -> list[float]:
        """Round latencies within the scale, not too near to each other."""
        inside = self._within((1, 2, 5))
        if len(inside) < 2:  # one alone says nothing of how far apart others are
            inside = self._within((1, 1.5, 2, 3, 4, 5, 7))
        tens = [ms for ms in inside if ms in _DECADES]
        return inside if len(inside) <= self.body_px() // Step.SECTION or len(tens) < 2 else tens

    def _within(self, steps: Sequence[float]) -> list[float]:
        low, high = self._least_ms * 0.8, self._most_ms * 1.2
        return [float(n * decade) for decade in _DECADES for n in steps if low <= n * decade <= high]


def _stroke_of(answer: Answer) -> Stroke:
    if answer.failed:
        return Stroke.FAILED
    return Stroke.FIRST_TOKEN if answer.is_first_token else Stroke.ANSWER


def _places(x_of: Callable[[Instant], float], stretch: Sequence[Pace]) -> list[tuple[float, Pace]]:
    """Where those of a line stand; of a single one its two ends."""
    if len(stretch) == 1:
        return [(x_of(at), stretch[0]) for at in stretch[0][:2]]
    return [(x_of((pace.start + pace.end) // 2), pace) for pace in stretch]


def _holding(paces: Sequence[Pace], at: Instant) -> Pace | None:
    return next((pace for pace in paces if pace.start <= at < pace.end), None)


def _at(answer: Answer) -> Instant:
    return answer.at


def _unbroken(paces: Sequence[Pace]) -> list[list[Pace]]:
    """Those that follow each other without a hole, apart from the others."""
    found: list[list[Pace]] = [list(paces[:1])] if paces else []
    for before, pace in pairwise(paces):
        longest = max(before.end - before.start, pace.end - pace.start)
        if pace.start - before.end > longest:
            found.append([])
        found[-1].append(pace)
    return found
