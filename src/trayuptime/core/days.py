"""The user's days: when they begin, and what each of them holds.

A day is from one local midnight to the next: 23 h or 25 h where the clocks change, nothing at all where a
country skips it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from types import MappingProxyType

from trayuptime.core.figures import Record
from trayuptime.core.model import GapCause, Span
from trayuptime.core.strip import CAUSES, SEEN, Status, Strip, strip_of
from trayuptime.core.wall_clock import first_instant, local_date

_DAY = timedelta(days=1)
_NO_GAPS: Mapping[GapCause, float] = MappingProxyType(dict.fromkeys(CAUSES.values(), 0.0))
"""Of most days, and there are thousands on a screen."""


@dataclass(frozen=True, slots=True)
class DayCell:
    """One local day of a record, or the part of it that lies in the record's window."""

    day: date
    window: Span
    covered_s: float
    downtime_s: float
    degraded_s: float
    gap_s: Mapping[GapCause, float]


def day_cells(of: Record, zone: tzinfo) -> tuple[DayCell, ...]:
    """A cell for each local day of a record's window, in order; they add up to the whole."""
    return cells_of(strip_of(of.coverage, of.down, of.degraded), local_days(of.coverage.window, zone))


def cells_of(strip: Strip, days: Iterable[tuple[date, Span]]) -> tuple[DayCell, ...]:
    """The same from the strip of a window: each of its runs is looked at once.

    Args:
        strip: of the window.
        days: its `local_days`, the same for many surfaces.
    """
    cells: list[DayCell] = []
    runs = iter(strip)
    status, left = Status.UNSEEN.value, 0
    for day, span in days:
        sums = [0] * len(Status)
        missing = span.end - span.start
        while missing:
            if not left:
                status, left = next(runs)
            taken = min(left, missing)
            sums[status] += taken
            left -= taken
            missing -= taken
        cells.append(_cell(day, span, sums))
    return tuple(cells)


def local_days(window: Span, zone: tzinfo) -> Iterator[tuple[date, Span]]:
    """The local days that a window touches, each cut to the window; an empty window touches none."""
    if window.end <= window.start:
        return
    day = local_date(window.start, zone)
    start = window.start
    while start < window.end:
        end = min(first_instant(datetime.combine(day + _DAY, time.min), zone), window.end)
        if end > start:
            yield day, Span(start, end)
            start = end
        day += _DAY


def _cell(day: date, window: Span, sums: Sequence[int]) -> DayCell:
    covered_ms = sum([sums[status] for status in SEEN])
    gap_s = _NO_GAPS
    if covered_ms < window.end - window.start:
        found = {cause: sums[status] / 1000 for status, cause in CAUSES.items()}
        found[GapCause.APP_OFF] += sums[Status.UNSEEN] / 1000
        gap_s = found
    return DayCell(
        day,
        window,
        covered_s=covered_ms / 1000,
        downtime_s=sums[Status.DOWN] / 1000,
        degraded_s=sums[Status.DEGRADED] / 1000,
        gap_s=gap_s,
    )
