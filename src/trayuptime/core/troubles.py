"""An incident in words: what it is called, what it went through, how much of it was seen."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from trayuptime.core import beside, claims, uptime, words
from trayuptime.core.model import FeedState, Incident, IncidentKind, Instant, Service, Span
from trayuptime.core.notice import LocalTime

_STATES = {
    IncidentKind.OUTAGE: "down",
    IncidentKind.DEGRADED: "degraded",
    IncidentKind.UNSTABLE: "unstable",
}


class Passage(NamedTuple):
    """For such a time the surface was like this; `end` is `None` while it lasts."""

    service: Service
    start: Instant
    end: Instant | None


def headline(name: str, incident: Incident) -> str:
    """What it is called: "DeepSeek API was down"; of one that lasts, "is"."""
    verb = "is" if incident.ended_at is None else "was"
    return f"{name} {words.part(incident.surface)} {verb} {_STATES[incident.kind]}"


def reasons(incident: Incident) -> str:
    """Every reason that it had, clauses to follow its name."""
    return "; ".join(map(words.says, incident.reasons))


def passages(incident: Incident) -> Iterator[Passage]:
    """What it went through, recoveries in between with it."""
    ends = [*(phase.at for phase in incident.phases[1:]), incident.ended_at]
    for phase, end in zip(incident.phases, ends, strict=False):
        yield Passage(phase.service, phase.at, end)


def fell_at(incident: Incident, at: Instant) -> Instant:
    """When the outage began that was told at a moment; its incident may be older, or have been over since."""
    falls = [phase.at for phase in incident.phases if phase.service is Service.DOWN and phase.at <= at]
    return falls[-1] if falls else incident.started_at


def at_moment(incidents: Iterable[Incident], at: Instant, now: Instant, slack_ms: int = 0) -> Incident | None:
    """The one in which a moment lies, of several the one that began last; else the nearest.

    Args:
        incidents: to choose from, by their start.
        at: the moment.
        now: until when those last that have no end.
        slack_ms: how far from the moment one may lie at most.
    """

    def distance(incident: Incident) -> int:
        """-1 within it; its end is none of it any more."""
        ended = now + 1 if incident.ended_at is None else incident.ended_at
        return -1 if incident.started_at <= at < ended else max(incident.started_at - at, at - ended)

    near = [(distance(each), -each.started_at, each) for each in incidents]
    found = min(near, key=lambda one: one[:2], default=None)
    return None if found is None or found[0] > slack_ms else found[2]


def unseen_s(incident: Incident, now: Instant) -> float:
    """How much of it nobody saw, in seconds; it is neither up nor down. Of its recoveries nothing is said.

    Of one that did not begin with an outage it is known only from when it was confirmed: nobody notes when
    slow answers spoke before three of them made it one.
    """
    end = now if incident.ended_at is None else incident.ended_at
    is_down = bool(incident.phases) and incident.phases[0].service is Service.DOWN
    start = incident.started_at if is_down else incident.confirmed_at
    whole = Span(start, max(start, end))
    recovered = [each for each in passages(incident) if each.service is Service.UP]
    up = [Span(each.start, end if each.end is None else each.end) for each in recovered]
    return uptime.total_s(uptime.without((whole,), uptime.merged([*incident.seen, *up])))


def around(incident: Incident, now: Instant) -> str:
    """The longest time of an outage that nobody saw, where it was down before and after; empty if none."""
    unseen = uptime.longest_unseen(incident, now)
    return "" if unseen is None else f"{words.seen_around(uptime.total_s((unseen,)))}, no downtime"


def lead(incident: Incident) -> str:
    """When the vendor spoke of it beside our first failure: "35 min after us"; empty where it did not."""
    lead_s = claims.lead_s(incident)
    if lead_s is None:
        return ""
    return beside.ahead(lead_s)


def page_was_read(incident: Incident, said: Iterable[tuple[Instant, FeedState]]) -> bool:
    """Whether the vendor's page said anything then that could be understood; else its silence means nothing.

    Args:
        incident: ours.
        said: what the page began to say and when, in the order of time, no later than it still belongs to it.
    """
    if incident.acknowledged_at is not None:
        return True
    standing = FeedState.UNKNOWN
    for at, state in said:
        if at < incident.started_at:
            standing = state  # only the last word before it stands
        elif state is not FeedState.UNKNOWN:
            return True
    return standing is not FeedState.UNKNOWN


def their_word(incident: Incident, local: LocalTime, *, was_read: bool, is_page: bool) -> str:
    """What the vendor's page said of it, a sentence.

    Args:
        incident: ours.
        local: how to write a time.
        was_read: see `page_was_read`.
        is_page: there was one, were it one that could not be read, or not be believed.
    """
    if told := beside.story(incident, local):
        return f"{told[:1].upper()}{told[1:]}"
    if was_read:
        return "Nothing: their page did not speak of it" + (" so far." if incident.ended_at is None else ".")
    when = "so far" if incident.ended_at is None else "then"
    if is_page:
        return f"Nothing is known: their page could not be read {when}, or not be relied on."
    return f"Nothing is known: no status page of theirs was read {when}."
