"""When do they fail? The time of a window by local hour of the week: how much was seen, how much of it down.

An hour that nobody saw is none in which all was well: what was seen stands beside what was down.
"""

from collections.abc import Iterator
from datetime import timedelta, tzinfo
from typing import NamedTuple

from trayuptime.core.days import local_days
from trayuptime.core.model import Instant, Span
from trayuptime.core.strip import SEEN, Status, Strip, divided
from trayuptime.core.wall_clock import local_moment

HOURS = 7 * 24
_HOUR_MS = 3_600_000


class HourOfWeek(NamedTuple):
    """All the hours of a window that the clock showed as this one.

    Attributes:
        weekday: 0 for Monday.
        hour: 0 to 23, by the user's clock.
        window_ms: how long they were together.
        seen_ms: how much of that was seen.
        down_ms: how much of that was down.
    """

    weekday: int
    hour: int
    window_ms: int
    seen_ms: int
    down_ms: int


def hours_of_week(strip: Strip, start: Instant, zone: tzinfo) -> tuple[HourOfWeek, ...]:
    """The 168 hours of the week, from Monday's first on.

    Args:
        strip: of a surface, or of a whole provider.
        start: when it begins.
        zone: the user's: where the clocks repeat an hour it is longer, where they skip one shorter.
    """
    window = Span(start, start + sum([ms for _, ms in strip]))
    pieces = [piece for _, day in local_days(window, zone) for piece in _hours(day, zone)]
    window_ms, seen_ms, down_ms = [0] * HOURS, [0] * HOURS, [0] * HOURS
    for (number, ms), sums in zip(pieces, divided(strip, [ms for _, ms in pieces]), strict=True):
        window_ms[number] += ms
        seen_ms[number] += sum([sums[status] for status in SEEN])
        down_ms[number] += sums[Status.DOWN]
    return tuple(
        [
            HourOfWeek(*divmod(number, 24), *sums)
            for number, sums in enumerate(zip(window_ms, seen_ms, down_ms, strict=True))
        ]
    )


def _hours(span: Span, zone: tzinfo) -> Iterator[tuple[int, int]]:
    """The hours of a day or a part of it: which of the week, and how many milliseconds of it.

    Where the clocks change in between, it is halved until they do not.
    """
    first, last = local_moment(span.start, zone), local_moment(span.end, zone)
    length_ms = span.end - span.start
    if last - first != timedelta(milliseconds=length_ms) and length_ms > 1:
        middle = span.start + length_ms // 2
        yield from _hours(Span(span.start, middle), zone)
        yield from _hours(Span(middle, span.end), zone)
        return
    number = first.weekday() * 24 + first.hour
    into_ms = (first.minute * 60 + first.second) * 1000 + first.microsecond // 1000
    while length_ms > 0:
        ms = min(_HOUR_MS - into_ms, length_ms)
        yield number % HOURS, ms
        number, into_ms, length_ms = number + 1, 0, length_ms - ms
