"""The user's days: when they begin, and what each of them holds.

A day is from one local midnight to the next: 23 h or 25 h where the clocks change, nothing at all where a
country skips it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from trayuptime.core import coverage, uptime
from trayuptime.core.figures import Record
from trayuptime.core.model import GapCause, Span
from trayuptime.core.wall_clock import first_instant, local_date

_DAY = timedelta(days=1)


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
    return tuple(_cell(of, day, window) for day, window in local_days(of.coverage.window, zone))


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


def _cell(of: Record, day: date, window: Span) -> DayCell:
    seen = coverage.within(of.coverage, window)
    return DayCell(
        day,
        window,
        covered_s=uptime.total_s(seen.covered),
        downtime_s=uptime.total_s(uptime.within(of.down, window)),
        degraded_s=uptime.total_s(uptime.within(of.degraded, window)),
        gap_s=seen.gap_s,
    )
