"""A window as a strip: what each moment was, as runs one after the other; the shape in which time is kept.

A strip says everything of a window but its outages and latencies, is cut and joined exactly, and is short: a
calm day is a single run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from functools import reduce

from trayuptime.core import uptime
from trayuptime.core.coverage import Coverage
from trayuptime.core.model import GapCause, Instant, Span


class Status(IntEnum):
    """What a moment was; the numbers are kept in files and never change."""

    UP = 0
    """Seen, and neither of the next two."""
    DOWN = 1
    DEGRADED = 2
    ASLEEP = 3
    APP_OFF = 4
    OFFLINE = 5
    PORTAL = 6
    PAUSED = 7
    UNPROVEN = 8
    UNSEEN = 9
    """Nobody watched, and no gap says why."""


STATUSES = len(Status)
SEEN = (Status.UP, Status.DOWN, Status.DEGRADED)
_OF_CAUSE = {
    GapCause.ASLEEP: Status.ASLEEP,
    GapCause.APP_OFF: Status.APP_OFF,
    GapCause.OFFLINE: Status.OFFLINE,
    GapCause.PORTAL: Status.PORTAL,
    GapCause.PAUSED: Status.PAUSED,
    GapCause.UNPROVEN: Status.UNPROVEN,
}
CAUSES: Mapping[Status, GapCause] = {status: cause for cause, status in _OF_CAUSE.items()}

_RANK: Mapping[int, int] = {
    status: rank
    for rank, status in enumerate(
        (Status.DOWN, Status.DEGRADED, Status.UP, *map(_OF_CAUSE.__getitem__, GapCause), Status.UNSEEN)
    )
}

Run = tuple[int, int]
"""A status and for how many milliseconds, more than 0."""
Strip = tuple[Run, ...]
"""Runs without a break, neighbours of different status."""


def strip_of(seen: Coverage, down: Sequence[Span], degraded: Sequence[Span]) -> Strip:
    """The strip of a window.

    Args:
        seen: the window, sorted into covered time, gaps and the rest.
        down: within covered time, disjoint and in order.
        degraded: the same, none of it in `down`.
    """
    up = uptime.without(uptime.without(seen.covered, down), degraded)
    parts = [
        (up, Status.UP),
        (down, Status.DOWN),
        (degraded, Status.DEGRADED),
        (seen.unexplained, Status.UNSEEN),
    ]
    parts += [(spans, _OF_CAUSE[cause]) for cause, spans in seen.gaps.items()]
    pieces = sorted((span.start, span.end, status) for spans, status in parts for span in spans)
    return joined([(status, end - start) for start, end, status in pieces])


def joined(runs: Iterable[Run]) -> Strip:
    """Runs one after the other, those of one status that touch made one; empty ones vanish."""
    out: list[Run] = []
    for status, ms in runs:
        if out and out[-1][0] == status:
            out[-1] = (status, out[-1][1] + ms)
        elif ms > 0:
            out.append((status, ms))
    return tuple(out)


def cut(strip: Strip, start: Instant, window: Span) -> Strip:
    """The part of a strip that lies in a window; `start` is when the strip begins."""
    out: list[Run] = []
    for status, ms in strip:
        end = start + ms
        within = min(end, window.end) - max(start, window.start)
        if within > 0:
            out.append((status, within))
        start = end
    return tuple(out)


def unseen_until(strip: Strip, start: Instant, at: Instant) -> Strip:
    """With all before a moment unseen, whatever gap it lay in; `start` is when the strip begins."""
    end = start + sum(ms for _, ms in strip)
    at = min(max(at, start), end)
    return joined([(Status.UNSEEN, at - start), *cut(strip, start, Span(at, end))])


def either(one: Strip, other: Strip) -> Strip:
    """Of two strips of one time: seen if either saw it, the worse of what they saw, else the first cause."""
    out: list[Run] = []
    left, right = list(reversed(one)), list(reversed(other))
    while left and right:
        (status, ms), (beside, beside_ms) = left.pop(), right.pop()
        length = min(ms, beside_ms)
        out.append((min(status, beside, key=_RANK.__getitem__), length))
        if ms > length:
            left.append((status, ms - length))
        if beside_ms > length:
            right.append((beside, beside_ms - length))
    return joined(out)


def together(surfaces: Iterable[Strip]) -> Strip:
    """A provider's strip: down while any of its surfaces is, seen while any was; of strips of one time.

    Of surfaces that is the same as `either` of machines: what was seen of any counts, and the worst of it.
    """
    return reduce(either, surfaces)


def spans(strip: Strip, start: Instant, *statuses: Status) -> tuple[Span, ...]:
    """When it was one of these, disjoint and in order; `start` is when the strip begins."""
    return uptime.merged(_spans(strip, start, statuses))


def _spans(strip: Strip, start: Instant, statuses: Sequence[Status]) -> Iterator[Span]:
    for status, ms in strip:
        if status in statuses:
            yield Span(start, start + ms)
        start += ms


def totals(strip: Iterable[Run]) -> list[int]:
    """The milliseconds of each status, by its number."""
    found = [0] * STATUSES
    for status, ms in strip:
        found[status] += ms
    return found


def divided(strip: Iterable[Run], lengths_ms: Iterable[int]) -> list[list[int]]:
    """The totals of consecutive parts of a strip; together they are as long as the strip, or shorter."""
    found: list[list[int]] = []
    runs = iter(strip)
    status, left = Status.UNSEEN.value, 0
    for length_ms in lengths_ms:
        sums = [0] * STATUSES
        missing = length_ms
        while missing > left:
            sums[status] += left
            missing -= left
            status, left = next(runs)
        sums[status] += missing
        left -= missing
        found.append(sums)
    return found
