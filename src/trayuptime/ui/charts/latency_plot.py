"""Latency over time: a line for the usual answer, a band for most, dots for the slowest; close up each."""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import tzinfo
from itertools import pairwise
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from trayuptime.core import words
from trayuptime.core.model import Instant, Span
from trayuptime.ui import theme
from trayuptime.ui.charts.paces import Pace, Paces
from trayuptime.ui.charts.time_chart import TimeChart
from trayuptime.ui.charts.time_view import TimeView
from trayuptime.ui.theme import Step

BODY_PX = 120
"""At least; it takes what room there is."""
SINGLE_MS = 36 * 3_600_000
"""A view no longer than this shows single answers."""
_PER_POINT_PX = 2
_DECADES = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
_BAND = 0.3
"""How much of the muted colour the band has."""
_DOT_PX = 3
_CROSS_PX = 3


class Answer(NamedTuple):
    """One result.

    Attributes:
        latency_ms: `None` where it was not measured.
        failed: it counts against the surface.
    """

    at: Instant
    latency_ms: float | None
    failed: bool


class LatencyPlot(TimeChart):
    """On a logarithmic scale: what is twice as slow is as much higher anywhere."""

    def __init__(self, view: TimeView, zone: tzinfo, left_px: int, parent: QWidget | None = None) -> None:
        super().__init__(view, zone, left_px, parent)
        self._paces = Paces(())
        self._answers: Sequence[Answer] = ()
        self._known = Span(0, 0)
        self.changes_of: Callable[[], Sequence[Instant]] = tuple
        """Where Ctrl and an arrow jump to, as whoever has put it under lanes says."""
        self._least_ms, self._most_ms = 10.0, 1_000.0
        self.setAccessibleName("Latency")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_paces(self, paces: Paces, least_ms: float, most_ms: float) -> None:
        """Draws these hours; the scale reaches from the fastest to the slowest of them."""
        self._paces = paces
        self._least_ms, self._most_ms = max(0.1, least_ms), max(least_ms * 2, most_ms, 1.0)
        self.update()

    def show_answers(self, answers: Sequence[Answer], known: Span) -> None:
        """Single answers, all that there are within a stretch of time; drawn when one looks close enough."""
        self._answers, self._known = answers, known
        self.update()

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
        if not self._single or not self._answers:
            return None
        after = bisect_left(self._answers, at, key=_at)
        nearest = min(self._answers[max(0, after - 1) : after + 1], key=lambda each: abs(each.at - at))
        return nearest if abs(self.x_of(nearest.at) - self.x_of(at)) <= Step.TIGHT else None

    def pace_at(self, at: Instant) -> Pace | None:
        """The hour, or hours, in which a moment lies, as they are drawn."""
        for pace in self._shown():
            if pace.start <= at < pace.end:
                return pace
        return None

    def changes(self) -> Sequence[Instant]:
        """Those of the lanes above it."""
        return self.changes_of()

    def body_px(self) -> int:
        """All the room that there is above the axis."""
        return max(BODY_PX, self.height() - self.axis_px())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As low as it may be."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Lower nothing could be told apart."""
        return QSize(240, BODY_PX + self.axis_px())

    def draw_names(self, painter: QPainter, area: QRect) -> None:
        """The scale."""
        painter.setFont(theme.tabular(theme.small(self.font())))
        metrics = painter.fontMetrics()
        y_of = self._height()
        for value in self._marks():
            y = y_of(value)
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
        if self._single:
            self._draw_answers(painter, area)
        else:
            self._draw_paces(painter)

    @property
    def _single(self) -> bool:
        span = self.view.span
        now = self.view.limits.end
        known = self._known.start <= span.start and min(span.end, now) <= self._known.end
        return span.end - span.start <= SINGLE_MS and known

    def _shown(self) -> Sequence[Pace]:
        return self._paces.within(self.view.span, self.body.width() // _PER_POINT_PX)

    def _draw_paces(self, painter: QPainter) -> None:
        palette, shown = self.palette(), self._shown()
        x_of, y_of = self.scale(), self._height()
        muted = theme.colours(theme.scheme_of(palette)).muted
        line = QPen(palette.color(QPalette.ColorRole.Text), 1)
        band = theme.blend(muted, palette.color(QPalette.ColorRole.Base), _BAND)
        for stretch in _unbroken(shown):
            places = [(x_of((pace.start + pace.end) // 2), pace) for pace in stretch]
            if len(stretch) == 1:  # a band needs two ends
                places = [(x_of(at), stretch[0]) for at in stretch[0][:2]]
            low = [QPointF(x, y_of(pace.p50_ms)) for x, pace in places]
            high = [QPointF(x, y_of(pace.p95_ms)) for x, pace in reversed(places)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(band)
            painter.drawPolygon(low + high)
            painter.setPen(line)
            painter.drawPolyline(low)
        painter.setPen(QPen(muted, 2))
        painter.drawPoints([QPointF(x_of((p.start + p.end) // 2), y_of(p.most_ms)) for p in shown])

    def _draw_answers(self, painter: QPainter, area: QRect) -> None:
        palette, span = self.palette(), self.view.span
        seen = self._answers[
            bisect_left(self._answers, span.start, key=_at) : bisect_left(self._answers, span.end, key=_at)
        ]
        good = [each for each in seen if not each.failed and each.latency_ms is not None]
        pen = QPen(palette.color(QPalette.ColorRole.Text), _DOT_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        x_of, y_of = self.scale(), self._height()
        painter.drawPoints([QPointF(x_of(each.at), y_of(each.latency_ms or 0)) for each in good])
        painter.setPen(QPen(theme.colours(theme.scheme_of(palette)).down, 1.5))
        base = area.bottom() - _CROSS_PX - 2
        for each in seen:
            if each.failed:
                x = x_of(each.at)
                painter.drawLine(
                    QPointF(x - _CROSS_PX, base - _CROSS_PX), QPointF(x + _CROSS_PX, base + _CROSS_PX)
                )
                painter.drawLine(
                    QPointF(x - _CROSS_PX, base + _CROSS_PX), QPointF(x + _CROSS_PX, base - _CROSS_PX)
                )

    def _height(self) -> Callable[[float], float]:
        """Says how high latencies stand."""
        least, top, bottom = self._least_ms * 0.8, Step.TIGHT, self.body_px() - 2 * Step.TIGHT
        low, high = math.log(least), math.log(self._most_ms * 1.2)
        per = (bottom - top) / (high - low)
        return lambda ms: bottom - (math.log(max(ms, least)) - low) * per

    def _marks(self) -> list[float]:
        """Round latencies within the scale, not too near to each other."""
        found = [n * decade for decade in _DECADES for n in (1, 2, 5)]
        inside = [float(ms) for ms in found if self._least_ms * 0.8 <= ms <= self._most_ms * 1.2]
        tens = [ms for ms in inside if ms in _DECADES]
        return inside if len(inside) <= self.body_px() // Step.SECTION or len(tens) < 2 else tens


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
