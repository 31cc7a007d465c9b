"""Where a time axis has its marks, from seconds to years; in the user's own time, whatever the clocks do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from trayuptime.core.model import Instant, Span
from trayuptime.core.wall_clock import first_instant, local_date

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_WITHIN_DAY = tuple(
    n * unit
    for unit, steps in ((_SECOND, (1, 5, 15, 30)), (_MINUTE, (1, 5, 15, 30)), (_HOUR, (1, 3, 6, 12)))
    for n in steps
)
_MONTHS = (1, 3, 6, 12, 24, 60, 120)
_WEEK = 7
_MOST_CHANGE = 3 * _HOUR
"""No clock is ever set further for a summer."""


class Tick(NamedTuple):
    """A mark.

    Attributes:
        strong: a larger unit begins here, and its label names that one.
    """

    at: Instant
    label: str
    strong: bool


def ticks(view: Span, most: int, zone: tzinfo) -> list[Tick]:
    """The marks of a view, never more than `most` but for one."""
    length = view.end - view.start
    for step in _WITHIN_DAY:
        if length <= step * most:
            return list(_of_day(view, step, zone))
    for days in (1, 2, _WEEK):
        if length <= days * _DAY * most:
            return list(_of_days(view, days, zone))
    for months in _MONTHS:
        if length <= months * 31 * _DAY * most:
            break
    return list(_of_months(view, months, zone))


def _of_day(view: Span, step: int, zone: tzinfo) -> Iterator[Tick]:
    """Counted from each local midnight, by the clock on the wall."""
    day = local_date(view.start, zone)
    while True:
        begun = view.start - first_instant(datetime.combine(day, time.min), zone) - _MOST_CHANGE
        for offset in range(max(0, begun // step * step), _DAY, step):
            moment = datetime.combine(day, time.min) + timedelta(milliseconds=offset)
            at = first_instant(moment, zone)
            if at >= view.end:
                return
            if at >= view.start and _is_shown(at, moment, zone):
                if not offset:
                    yield Tick(at, _day(day), strong=True)
                else:
                    yield Tick(
                        at, f"{moment:%H:%M:%S}" if step < _MINUTE else f"{moment:%H:%M}", strong=False
                    )
        day += timedelta(days=1)


def _is_shown(at: Instant, moment: datetime, zone: tzinfo) -> bool:
    """Whether the wall clock shows this moment at all."""
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).astimezone(zone)
    return local.replace(tzinfo=None, fold=0) == moment


def _of_days(view: Span, days: int, zone: tzinfo) -> Iterator[Tick]:
    day, last = local_date(view.start, zone), local_date(view.end, zone)
    while day <= last:
        counts = day.weekday() == 0 if days == _WEEK else day.toordinal() % days == 0
        if counts or day.day == 1:
            at = first_instant(datetime.combine(day, time.min), zone)
            if view.start <= at < view.end:
                yield Tick(at, _day(day) if day.day != 1 else f"{day:%b %Y}", strong=day.day == 1)
        day += timedelta(days=1)


def _of_months(view: Span, months: int, zone: tzinfo) -> Iterator[Tick]:
    first = local_date(view.start, zone)
    number = (first.year * 12 + first.month - 1) // months * months
    while True:
        day = date(number // 12, number % 12 + 1, 1)
        at = first_instant(datetime.combine(day, time.min), zone)
        if at >= view.end:
            return
        if at >= view.start:
            yield Tick(at, f"{day:%Y}" if day.month == 1 else f"{day:%b}", strong=day.month == 1)
        number += months


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
