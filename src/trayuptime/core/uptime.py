"""Interval arithmetic: what was covered and what was down, in milliseconds, never by counting checks."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from trayuptime.core.model import Incident, Instant, Phase, Service, Span

SPEAKS_FOR = 2.5
"""A result speaks until the next one, at most this many times its interval."""

OUTRANKS_FOR = 1.25
"""A completion outranks what asks less until the next one is due, and a little longer, for that to arrive.

Not as long as it speaks: at a pace of hours the list would be silenced for hours after the last answer.
"""

LONGEST_WAIT_S = 3_600.0
"""While Retry-After is obeyed the wait is the interval in force, capped at an hour."""


def speaks_until(at: Instant, interval_s: float) -> Instant:
    """When a result's word runs out if no other follows."""
    return at + round(SPEAKS_FOR * interval_s * 1000)


def outranks_until(at: Instant, interval_s: float) -> Instant:
    """When a completion gives the word back to the model list if no other follows."""
    return at + round(OUTRANKS_FOR * interval_s * 1000)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time as disjoint spans in order; empty ones vanish."""
    out: list[Span] = []
    for span in sorted((s for s in spans if s.end > s.start), key=lambda s: s.start):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return tuple(out)


def common(one: Sequence[Span], other: Sequence[Span]) -> tuple[Span, ...]:
    """The time in both; each side disjoint and in order."""
    out: list[Span] = []
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i].start, other[j].start), min(one[i].end, other[j].end)
        if start < end:
            out.append(Span(start, end))
        if one[i].end < other[j].end:
            i += 1
        else:
            j += 1
    return tuple(out)


def without(one: Sequence[Span], other: Sequence[Span]) -> tuple[Span, ...]:
    """The time in the first alone; each side disjoint and in order."""
    out: list[Span] = []
    j = 0
    for span in one:
        start = span.start
        while j < len(other) and other[j].end <= start:
            j += 1
        k = j
        while k < len(other) and other[k].start < span.end:
            if other[k].start > start:
                out.append(Span(start, other[k].start))
            start = other[k].end
            k += 1
        if start < span.end:
            out.append(Span(start, span.end))
    return tuple(out)


def within(spans: Sequence[Span], window: Span) -> tuple[Span, ...]:
    """The part of disjoint spans that lies in a window."""
    return common(spans, (window,))


def total_ms(spans: Iterable[Span]) -> int:
    """The length of disjoint spans, in milliseconds."""
    return sum([span.end - span.start for span in spans])


def total_s(spans: Iterable[Span]) -> float:
    """The length of disjoint spans, in seconds."""
    return total_ms(spans) / 1000


def lengths_s(spans: Sequence[Span], windows: Iterable[Span]) -> list[float]:
    """How much of disjoint spans, in order, lies in each of some windows, in seconds."""
    found: list[float] = []
    for window in windows:
        ms = 0
        for index in range(bisect_right(spans, window.start, key=lambda span: span.end), len(spans)):
            span = spans[index]
            if span.start >= window.end:
                break
            ms += min(span.end, window.end) - max(span.start, window.start)
        found.append(ms / 1000)
    return found


def down_spans(phases: Sequence[Phase], until: Instant) -> tuple[Span, ...]:
    """When the phases say `down`; the last one lasts until `until`."""
    return _spans_of(phases, until, Service.DOWN)


def degraded_spans(phases: Sequence[Phase], until: Instant) -> tuple[Span, ...]:
    """When the phases say `degraded`; the last one lasts until `until`."""
    return _spans_of(phases, until, Service.DEGRADED)


def downtime_s(incident: Incident, now: Instant) -> float:
    """Confirmed downtime of an incident within covered time, in seconds; until `now` while it lasts.

    A reopened incident's phases hold an `up` phase for each recovery in between.
    """
    return total_s(common(down_spans(incident.phases, _end(incident, now)), incident.seen))


def duration_s(incident: Incident, now: Instant) -> float:
    """From the first failure to the end (or to `now`) by the clock, in seconds; never negative."""
    return max(0, _end(incident, now) - incident.started_at) / 1000


def longest_unseen(incident: Incident, now: Instant) -> Span | None:
    """The longest stretch that an outage went unseen between two times when it was seen down."""
    return longest_between(down_spans(incident.phases, _end(incident, now)), incident.seen)


def longest_between(down: Sequence[Span], seen: Sequence[Span]) -> Span | None:
    """The longest stretch of one down span that lies between two times seen; the first of equal ones.

    Args:
        down: disjoint and in order.
        seen: the same.
    """
    unseen = [
        piece
        for span in down
        for piece in without((span,), seen)
        if span.start < piece.start and piece.end < span.end
    ]
    return longest(unseen)


def longest(spans: Iterable[Span]) -> Span | None:
    """The longest of them, the first of equal ones; `None` of none."""
    return max(spans, key=lambda span: span.end - span.start, default=None)


def _end(incident: Incident, now: Instant) -> Instant:
    return now if incident.ended_at is None else incident.ended_at


def _spans_of(phases: Sequence[Phase], until: Instant, service: Service) -> tuple[Span, ...]:
    ends = [phase.at for phase in phases[1:]] + [until]
    return merged(
        Span(phase.at, min(end, until))
        for phase, end in zip(phases, ends, strict=True)
        if phase.service is service
    )
