"""Latencies over years, ready to be drawn at any width: hours, and pairs of them, and pairs of those."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from trayuptime.core.model import Instant, Span

HOUR_MS = 3_600_000
COARSEST = 12
"""Doublings: half a year in one point is coarse enough."""


class Pace(NamedTuple):
    """Latencies of some time, in milliseconds.

    Attributes:
        p50_ms: of an hour; of several hours the median of theirs.
        p95_ms: the same.
        p99_ms: of an hour, where it is known; of several hours that of the worst.
    """

    start: Instant
    end: Instant
    p50_ms: float
    p95_ms: float
    p99_ms: float | None


class Paces:
    """The same at every coarseness."""

    def __init__(self, hours: Sequence[Pace]) -> None:
        """Take those of single hours, in the order of time."""
        self._levels = [hours]
        for doubled in range(1, COARSEST + 1):
            if len(self._levels[-1]) < 2:
                break
            self._levels.append(_in_pairs(self._levels[-1], HOUR_MS << doubled))
        self._starts = [[pace.start for pace in level] for level in self._levels]

    def __bool__(self) -> bool:
        """Whether anything was measured."""
        return bool(self._levels[0])

    def within(self, view: Span, most: int) -> Sequence[Pace]:
        """Those that lie in a view, one beyond it at either side; as fine as they are no more than `most`."""
        length = view.end - view.start
        level = 0
        while level < len(self._levels) - 1 and length / (HOUR_MS << level) > most:
            level += 1
        starts = self._starts[level]
        first = max(0, bisect_right(starts, view.start) - 2)
        return self._levels[level][first : bisect_left(starts, view.end) + 1]


def _in_pairs(paces: Sequence[Pace], length_ms: int) -> list[Pace]:
    """Those of twice as long times: what falls into the same one becomes one."""
    found: list[Pace] = []
    group: list[Pace] = []
    for pace in paces:
        if group and group[0].start // length_ms != pace.start // length_ms:
            found.append(_together(group))
            group = []
        group.append(pace)
    return [*found, _together(group)] if group else found


def _together(group: Sequence[Pace]) -> Pace:
    if len(group) == 1:
        return group[0]
    return Pace(
        group[0].start,
        group[-1].end,
        median([pace.p50_ms for pace in group]),
        median([pace.p95_ms for pace in group]),
        max([pace.p99_ms for pace in group if pace.p99_ms is not None], default=None),
    )
