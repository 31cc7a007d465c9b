"""Interval arithmetic: what was covered and what was down, in milliseconds, never by counting checks."""

from collections.abc import Iterable, Sequence

from trayuptime.core.model import Incident, Instant, Phase, Service, Span

SPEAKS_FOR = 2.5
"""A result speaks until the next one, at most this many times its interval."""

LONGEST_INTERVAL_S = 3_600.0
"""While Retry-After is obeyed the wait is the interval in force, capped at an hour."""


def speaks_until(at: Instant, interval_s: float) -> Instant:
    """When a result's word runs out if no other follows."""
    return at + round(SPEAKS_FOR * min(interval_s, LONGEST_INTERVAL_S) * 1000)


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


def total_s(spans: Iterable[Span]) -> float:
    """The length of disjoint spans, in seconds."""
    return sum(span.end - span.start for span in spans) / 1000


def down_spans(phases: Sequence[Phase], until: Instant) -> tuple[Span, ...]:
    """When the phases say `down`; the last one lasts until `until`."""
    ends = [phase.at for phase in phases[1:]] + [until]
    return merged(
        Span(phase.at, min(end, until))
        for phase, end in zip(phases, ends, strict=True)
        if phase.service is Service.DOWN
    )


def downtime_s(incident: Incident, now: Instant) -> float:
    """Confirmed downtime of an incident within covered time, in seconds; until `now` while it lasts.

    A reopened incident's phases hold an `up` phase for each recovery in between.
    """
    until = now if incident.ended_at is None else incident.ended_at
    return total_s(common(down_spans(incident.phases, until), incident.seen))


def duration_s(incident: Incident, now: Instant) -> float:
    """From the first failure to the end (or to `now`) by the clock, in seconds; never negative."""
    return max(0, (now if incident.ended_at is None else incident.ended_at) - incident.started_at) / 1000
