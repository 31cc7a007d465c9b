"""What two machines saw of one surface, told as one: a time is seen if either saw it, an outage counts once.

Joining the same again changes nothing, and it does not matter which of the two is joined into which.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from trayuptime.core import coverage, uptime
from trayuptime.core.coverage import Word
from trayuptime.core.model import Gap, Incident, IncidentKind, Instant, Key, Phase, Service, Span

_WORST_KIND = (IncidentKind.DEGRADED, IncidentKind.UNSTABLE, IncidentKind.OUTAGE)
_WORST_SERVICE = (Service.UNKNOWN, Service.UP, Service.DEGRADED, Service.DOWN)


class Watch(NamedTuple):
    """What one machine knows of a surface around a window.

    Attributes:
        words: those of its results in the window, in the order of time, and the last one before it.
        gaps: at least those that touch the time from the first of the words to the window's end.
    """

    words: Sequence[Word]
    gaps: Sequence[Gap]


class Sight(NamedTuple):
    """When a surface was seen, each disjoint and in order.

    Attributes:
        one: by the one machine.
        other: by the other.
        both: by the two, from the results of both: never when neither saw it.
    """

    one: tuple[Span, ...]
    other: tuple[Span, ...]
    both: tuple[Span, ...]


def sight(key: Key, window: Span, one: Watch, other: Watch) -> Sight:
    """When a surface was seen in a window.

    With the results of both a result speaks until the next one of either, so that of a machine that asks
    rarely the other's ends what it says; and no gap of the one takes away what the other saw.
    """
    words = sorted({word.at: word for word in (*other.words, *one.words)}.values())
    start = max([word.at for word in words if word.at < window.start], default=window.start)
    reach = Span(start, window.end)
    seen = [coverage.of_words(key, reach, each.words, each.gaps).covered for each in (one, other)]
    by_either = uptime.merged((*seen[0], *seen[1]))
    gaps = [piece for each in (one, other) for gap in each.gaps for piece in _left(gap, by_either, reach)]
    both = coverage.of_words(key, window, words, gaps).covered
    return Sight(uptime.within(seen[0], window), uptime.within(seen[1], window), both)


def cut(gap: Gap, seen: Sight) -> list[Span] | None:
    """What is left of a gap of the one machine; `None` where the other saw nothing of it.

    Args:
        gap: as recorded; of no length it still ends a result's word.
        seen: at least in the time of the gap.
    """
    mine = Span(gap.at, max(gap.until, gap.at + 1))
    by_other = uptime.without(uptime.common(seen.other, seen.both), seen.one)
    if not uptime.common((mine,), by_other):
        return None
    return list(uptime.without((mine,), seen.both)) if gap.at < gap.until else []


def joined(ours: Incident, theirs: Incident) -> Incident:
    """Two incidents of one surface that are the same trouble; both have ended.

    Returns:
        Ours, from the earliest beginning to the latest end, at each moment as bad as the worse of both.
    """
    assert ours.ended_at is not None
    assert theirs.ended_at is not None
    return replace(
        ours,
        kind=max(ours.kind, theirs.kind, key=_WORST_KIND.index),
        started_at=min(ours.started_at, theirs.started_at),
        confirmed_at=min(ours.confirmed_at, theirs.confirmed_at),
        phases=_phases(ours, theirs),
        reasons=tuple(dict.fromkeys((*ours.reasons, *theirs.reasons))),
        ended_at=max(ours.ended_at, theirs.ended_at),
        recoveries=tuple(sorted({*ours.recoveries, *theirs.recoveries})),
        seen=uptime.merged((*ours.seen, *theirs.seen)),
        in_maintenance=ours.in_maintenance or theirs.in_maintenance,
        acknowledged_at=_of(min, ours.acknowledged_at, theirs.acknowledged_at),
        vendor_last_at=_of(max, ours.vendor_last_at, theirs.vendor_last_at),
        vendor_title=ours.vendor_title or theirs.vendor_title,
    )


def ended(incident: Incident) -> Incident:
    """An incident that nobody goes on with: it ends where it was seen last."""
    if incident.ended_at is not None:
        return incident
    return replace(incident, ended_at=max((span.end for span in incident.seen), default=incident.started_at))


def until(incident: Incident, end: Instant) -> Incident | None:
    """The part of an incident before a time; `None` for none."""
    if incident.started_at >= end:
        return None
    assert incident.ended_at is not None
    if incident.ended_at <= end:
        return incident
    return replace(
        incident,
        confirmed_at=min(incident.confirmed_at, end),
        phases=tuple(phase for phase in incident.phases if phase.at < end) or incident.phases[:1],
        ended_at=end,
        recoveries=tuple(at for at in incident.recoveries if at < end),
        seen=uptime.within(incident.seen, Span(incident.started_at, end)),
    )


def overlap(one: Incident, other: Incident) -> bool:
    """Whether two incidents of one surface that have ended are one trouble."""
    ends = [max(each.ended_at or 0, each.started_at + 1) for each in (one, other)]
    return max(one.started_at, other.started_at) < min(ends)


def _left(gap: Gap, seen: Sequence[Span], reach: Span) -> list[Gap]:
    """What is left of a gap, each piece as a gap."""
    if gap.at >= gap.until:
        return [] if uptime.common((Span(gap.at, gap.at + 1),), seen) else [gap]
    within = uptime.within((Span(gap.at, gap.until),), reach)
    return [replace(gap, at=span.start, until=span.end) for span in uptime.without(within, seen)]


def _phases(one: Incident, other: Incident) -> tuple[Phase, ...]:
    ends = [each.ended_at or each.started_at for each in (one, other)]
    times = {phase.at for phase in (*one.phases, *other.phases)} | {min(ends)}
    found: list[Phase] = []
    for at in sorted(at for at in times if at < max(ends)):
        services = [service for each in (one, other) if (service := _service(each, at)) is not None]
        worst = max(services, key=_WORST_SERVICE.index, default=None)
        if worst is not None and (not found or found[-1].service is not worst):
            found.append(Phase(at, worst))
    return tuple(found) or one.phases[:1] or other.phases[:1]


def _service(incident: Incident, at: Instant) -> Service | None:
    """What an incident says of a moment; `None` before its first word."""
    if incident.ended_at is not None and at >= incident.ended_at:
        return Service.UP
    return next((phase.service for phase in reversed(incident.phases) if phase.at <= at), None)


def _of(choose: Callable[[list[Instant]], Instant], *times: Instant | None) -> Instant | None:
    known = [at for at in times if at is not None]
    return choose(known) if known else None
