"""Lanes over time, one under the other: each shows what a surface was, or what somebody claims it was."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import accumulate
from typing import Self

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from trayuptime.core.model import Instant, Span
from trayuptime.core.strip import STATUSES, Status, Strip
from trayuptime.ui import theme
from trayuptime.ui.charts.buckets import LENGTHS_MS, Bucket, buckets, length_for
from trayuptime.ui.charts.columns import Block, Stack, blocks, stack
from trayuptime.ui.charts.fills import brush
from trayuptime.ui.charts.time_chart import TimeChart
from trayuptime.ui.charts.time_view import TimeView
from trayuptime.ui.theme import Step

LANE_PX, LOW_LANE_PX = 22, 14
SPACE_PX, LOW_SPACE_PX = 6, 3
BUCKET_PX = 3
"""From far away nothing is narrower."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One of them.

    Attributes:
        start: when the strip begins.
    """

    name: str
    start: Instant
    strip: Strip
    begins: Sequence[Instant] = field(init=False, repr=False)
    _far: dict[int, tuple[list[Bucket], list[Instant]]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        begins = list(accumulate([ms for _, ms in self.strip], initial=self.start))
        object.__setattr__(self, "begins", begins)

    @property
    def end(self) -> Instant:
        """When it ends."""
        return self.begins[-1]

    def run_at(self, at: Instant) -> tuple[Status, Span] | None:
        """What it was, and from when until when."""
        number = bisect_right(self.begins, at) - 1
        if not 0 <= number < len(self.strip):
            return None
        return Status(self.strip[number][0]), Span(self.begins[number], self.begins[number + 1])

    def runs_in(self, view: Span) -> list[tuple[Status, Span]]:
        """What it was in a view, run for run."""
        first = max(0, bisect_right(self.begins, view.start) - 1)
        last = min(len(self.strip), bisect_left(self.begins, view.end))
        return [
            (Status(self.strip[n][0]), Span(self.begins[n], self.begins[n + 1])) for n in range(first, last)
        ]

    def prepare(self) -> Self:
        """Works out now what it looks like from any distance: for a thread that has the time."""
        for length_ms in LENGTHS_MS:
            if length_ms < self.end - self.start:
                self.buckets_in(Span(self.start, self.end), length_ms)
        return self

    def buckets_in(self, view: Span, length_ms: int) -> list[Bucket]:
        """How a view of it is drawn from far away; worked out once for each length."""
        if length_ms not in self._far:
            found = buckets(self.strip, self.start, length_ms, LANE_PX)
            self._far[length_ms] = found, [bucket.start for bucket in found]
        found, starts = self._far[length_ms]
        return found[max(0, bisect_right(starts, view.start) - 1) : bisect_left(starts, view.end)]

    def blocks_in(self, view: Span, width_px: int) -> list[Block]:
        """How a view of it is drawn."""
        first = max(0, bisect_right(self.begins, view.start) - 1)
        last = bisect_left(self.begins, view.end)
        return blocks(self.strip[first:last], self.begins[first], view, width_px)


class Lanes(TimeChart):
    """Draws lanes."""

    called = "Time line"

    def __init__(self, view: TimeView, zone: tzinfo, left_px: int, parent: QWidget | None = None) -> None:
        super().__init__(view, zone, left_px, parent)
        self._lanes: Sequence[Lane] = ()
        self._changes: Sequence[Instant] = ()

    @property
    def lanes(self) -> Sequence[Lane]:
        """What it shows."""
        return self._lanes

    def show_lanes(self, lanes: Sequence[Lane]) -> None:
        """Draws these, from the top down."""
        self._lanes = lanes
        self._changes = sorted({begin for lane in lanes for begin in lane.begins[1:-1]})
        self.updateGeometry()
        self.update()

    def changes(self) -> Sequence[Instant]:
        """When any of them changes."""
        return self._changes

    def body_px(self) -> int:
        """As high as the lanes are."""
        return lanes_px(len(self._lanes), low=self.is_low)

    @property
    def lane_px(self) -> int:
        """How high one is."""
        return LOW_LANE_PX if self.is_low else LANE_PX

    def names_px(self) -> int:
        """How much room their names take."""
        metrics = QFontMetrics(theme.small(self.font()))
        return max([metrics.horizontalAdvance(lane.name) for lane in self._lanes], default=0) + Step.SECTION

    def draw_names(self, painter: QPainter, area: QRect) -> None:
        """Each lane's."""
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.setFont(theme.small(self.font()))
        for number, lane in enumerate(self._lanes):
            place = QRect(Step.TIGHT, self._top(number), area.width() - Step.WIDE, self.lane_px)
            name = painter.fontMetrics().elidedText(lane.name, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, name)

    def draw(self, painter: QPainter, area: QRect) -> None:
        """From far away pieces of one length, close up columns of pixels."""
        view, fills = self.view.span, {status: brush(status, self.palette()) for status in Status}
        length_ms = length_for((view.end - view.start) / area.width(), BUCKET_PX)
        x_of, first, last, height = self.scale(), area.left(), area.right() + 1, self.lane_px
        painter.setPen(theme.quiet_line(self.palette()))
        for number, lane in enumerate(self._lanes):
            top = self._top(number)
            if length_ms is None:
                for block in lane.blocks_in(view, area.width()):
                    parts = stack(block.sums, height) if block.sums else ((block.status, height),)
                    _paint(painter, (first + block.x, top, block.width), parts, fills)
            else:
                for bucket in lane.buckets_in(view, length_ms):
                    left, right = max(first, round(x_of(bucket.start))), min(last, round(x_of(bucket.end)))
                    parts = bucket.parts if height == LANE_PX else _as_high(bucket.parts, height)
                    _paint(painter, (left, top, right - left), parts, fills)
            painter.drawLine(area.left(), top + height, area.right(), top + height)

    def _top(self, number: int) -> int:
        return lanes_px(number, low=self.is_low)


def lanes_px(lanes: int, *, low: bool = False) -> int:
    """How high so many are, with the space above each and below the last."""
    lane, space = (LOW_LANE_PX, LOW_SPACE_PX) if low else (LANE_PX, SPACE_PX)
    return space + lanes * (lane + space)


def _as_high(parts: Stack, height_px: int) -> Stack:
    """A column of another height; what of it was trouble is still to be seen."""
    sums = [0] * STATUSES
    for status, height in parts:
        sums[status] = height
    return stack(tuple(sums), height_px)


def _paint(
    painter: QPainter, place: tuple[int, int, int], parts: Stack, fills: Mapping[Status, QBrush]
) -> None:
    """A column at the left, the top, and so wide."""
    left, top, width = place
    bottom = top + sum(height for _, height in parts)
    for status, height in parts:
        bottom -= height
        painter.fillRect(left, bottom, width, height, fills[status])
