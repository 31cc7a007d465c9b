"""Maintenance announced for a weekly hour: when it is, by the user's wall clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from trayuptime.core import uptime
from trayuptime.core.model import Instant, Span
from trayuptime.core.wall_clock import first_instant, local_date

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Weekly:
    """From one time of day to another, once a week.

    An end that is not after the beginning is that of the next day; where both are the same, it lasts a day.

    Attributes:
        weekday: on which it begins; Monday is 0.
        start: the wall clock's time.
        end: the same; the first moment after it.
    """

    weekday: int
    start: time
    end: time


def maintenance_spans(weekly: Iterable[Weekly], zone: tzinfo, window: Span) -> tuple[Span, ...]:
    """When there is maintenance within a window: disjoint and in order.

    It begins and ends when the wall clock first shows those times. So an hour that the clocks skip is no
    maintenance, and one that they repeat is all of it if the window goes on beyond it.

    Args:
        weekly: as announced.
        zone: the one whose wall clock counts.
        window: of which to tell.
    """
    if window.end <= window.start:
        return ()
    found: list[Span] = []
    for each in weekly:
        # From a day early, for one that lasts past midnight.
        day = local_date(window.start, zone) - _DAY
        day += timedelta(days=(each.weekday - day.weekday()) % 7)
        while day <= local_date(window.end, zone):
            last = day if each.end > each.start else day + _DAY
            start = first_instant(datetime.combine(day, each.start), zone)
            found.append(Span(start, first_instant(datetime.combine(last, each.end), zone)))
            day += 7 * _DAY
    return uptime.within(uptime.merged(found), window)


def in_maintenance(weekly: Iterable[Weekly], zone: tzinfo, at: Instant) -> bool:
    """Whether there is maintenance at an instant."""
    return bool(maintenance_spans(weekly, zone, Span(at, at + 1)))
