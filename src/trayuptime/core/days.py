"""The user's days: when they begin, and what each of them holds.

A day is from one local midnight to the next: 23 h or 25 h where the clocks change, nothing at all where a
country skips it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from trayuptime.core.figures import Record
from trayuptime.core.model import GapCause, Span
from trayuptime.core.strip import CAUSES, SEEN, Status, divided, strip_of
from trayuptime.core.wall_clock import first_instant, local_date

_DAY = timedelta(days=1)


class DayCell(NamedTuple):
    """One local day, or the part of it that lies in a window; there are thousands on a screen.

    Attributes:
        day: its date.
        window: from when to when.
        sums: the milliseconds of each status, by its number; they add up to the window.
    """

    day: date
    window: Span
    sums: tuple[int, ...]

    @property
    def covered_s(self) -> float:
        """Seconds in which it was seen, whatever it was."""
        return sum([self.sums[status] for status in SEEN]) / 1000

    @property
    def downtime_s(self) -> float:
        """Seconds in which it was seen down."""
        return self.sums[Status.DOWN] / 1000

    @property
    def degraded_s(self) -> float:
        """Seconds in which it was seen degraded."""
        return self.sums[Status.DEGRADED] / 1000

    @property
    def gap_s(self) -> Mapping[GapCause, float]:
        """Seconds of the gaps of each cause."""
        found = {cause: self.sums[status] / 1000 for status, cause in CAUSES.items()}
        found[GapCause.APP_OFF] += self.sums[Status.UNSEEN] / 1000
        return found


def day_cells(of: Record, zone: tzinfo) -> tuple[DayCell, ...]:
    """A cell for each local day of a record's window, in order; they add up to the whole."""
    days = list(local_days(of.coverage.window, zone))
    strip = strip_of(of.coverage, of.down, of.degraded)
    return cells_of(days, divided(strip, [span.end - span.start for _, span in days]))


def cells_of(days: Iterable[tuple[date, Span]], sums: Iterable[Sequence[int]]) -> tuple[DayCell, ...]:
    """Cells of `local_days`, given the milliseconds of each status in each of them."""
    return tuple([DayCell(day, span, tuple(of)) for (day, span), of in zip(days, sums, strict=True)])


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
