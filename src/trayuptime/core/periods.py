"""The user's months and weeks: from one local midnight to another, whatever the clocks do in between."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from trayuptime.core.model import Span
from trayuptime.core.wall_clock import first_instant, local_date


class Period(NamedTuple):
    """A calendar month or week that a window touches.

    Attributes:
        begins: its first day.
        whole: from when to when it lasts.
        window: the part of it that lies in the window.
    """

    begins: date
    whole: Span
    window: Span

    @property
    def is_whole(self) -> bool:
        """The window holds all of it."""
        return self.whole == self.window


def months(window: Span, zone: tzinfo) -> Iterator[Period]:
    """The calendar months that a window touches; an empty window touches none."""
    first = local_date(window.start, zone).replace(day=1)
    return _periods(window, zone, first, lambda day: (day + timedelta(days=31)).replace(day=1))


def weeks(window: Span, zone: tzinfo) -> Iterator[Period]:
    """The calendar weeks that it touches, from Monday on."""
    day = local_date(window.start, zone)
    return _periods(window, zone, day - timedelta(days=day.weekday()), lambda day: day + timedelta(days=7))


def _periods(window: Span, zone: tzinfo, begins: date, following: Callable[[date], date]) -> Iterator[Period]:
    start = first_instant(datetime.combine(begins, time.min), zone)
    while start < window.end and window.start < window.end:
        after = following(begins)
        end = first_instant(datetime.combine(after, time.min), zone)
        inside = Span(max(start, window.start), min(end, window.end))
        if inside.start < inside.end:
            yield Period(begins, Span(start, end), inside)
        begins, start = after, end
