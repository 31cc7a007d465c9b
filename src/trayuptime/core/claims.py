"""The vendor's own word beside ours: what its page says now, and what it acknowledged of our incidents.

A page changes no light by itself: what is measured from here counts, the vendor's word is shown beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from trayuptime.core.announcements import (
    EARLY_S,
    LATE_WORD_S,
    acknowledged,
    is_planned,
    may_concern,
    meets,
    since_open,
)
from trayuptime.core.feed import PageIncident, Part, worst
from trayuptime.core.model import Feed, FeedState, Incident, Instant, Service, Surface
from trayuptime.core.scoping import is_here
from trayuptime.core.state import FeedSaid, State, Step, SurfaceState

_ADMITS = {FeedState.DEGRADED, FeedState.DOWN}
_LEFT = "their page is read no longer"


@dataclass(frozen=True, slots=True)
class Claim:
    """One reading of a page for one provider, and all that the page has announced so far."""

    feed: Feed
    incidents: Sequence[PageIncident] = ()
    parts: Sequence[Part] = ()
    regions: Sequence[str] = ()


def follow(state: State, pages: Mapping[str, str], now: Instant) -> Step:
    """These providers have a status page, at these addresses; what others' said is forgotten.

    Of those that said something it is told: their last word would else be taken for one of every day since.
    """
    after = {name: _known(state.feeds.get(name), name, url) for name, url in pages.items()}
    left = [feed for name, feed in state.feeds.items() if after.get(name) is not feed]
    over = [
        FeedSaid(now, after.get(feed.provider) or _nothing(feed.provider, feed.url, _LEFT))
        for feed in left
        if feed.says is not FeedState.UNKNOWN
    ]
    return Step(replace(state, feeds=after), tuple(over))


def hear(state: State, claim: Claim) -> Step:
    """What the vendor's page says, read at `claim.feed.at`."""
    provider = claim.feed.provider
    claim = replace(claim, feed=_since(state.feeds.get(provider), claim.feed))
    surfaces = {
        key: _with_words(surface, key.surface, claim) if key.provider == provider else surface
        for key, surface in state.surfaces.items()
    }
    assert claim.feed.at is not None
    return _told(replace(state, surfaces=surfaces), claim.feed, claim.feed.at)


def miss(state: State, provider: str, why: str, now: Instant, polls: int = 1) -> Step:
    """A poll that could not read the page: no information, and after some of them what it said is stale.

    Args:
        state: what is known.
        provider: whose page it is.
        why: what came instead, a clause.
        now: the moment.
        polls: how many it stands for, where none will be made for a while.
    """
    known = state.feeds.get(provider)
    return (
        Step(state)
        if known is None
        else _told(state, replace(known, unread=known.unread + polls, why=why), now)
    )


def stays_green(state: State, feed: Feed) -> bool:
    """Whether a reading calls well a surface that is down, of those that it speaks of.

    One that has answered since that it is asked too often may be well.
    """
    return any(
        surface.service is Service.DOWN
        and not surface.crowded
        and feed.surfaces.get(key.surface) is FeedState.UP
        for key, surface in state.surfaces.items()
        if key.provider == feed.provider
    )


def leads_s(incidents: Iterable[Incident]) -> list[float]:
    """Per incident that the vendor acknowledged, the seconds from our first failure to its first word."""
    return [lead for incident in incidents if (lead := lead_s(incident)) is not None]


def lead_s(incident: Incident) -> float | None:
    """Seconds from our first failure to the vendor's first word; negative where the vendor was first."""
    if incident.acknowledged_at is None:
        return None
    return (incident.acknowledged_at - incident.started_at) / 1000


def _known(feed: Feed | None, provider: str, url: str) -> Feed:
    return _nothing(provider, url) if feed is None or feed.url != url else feed


def _nothing(provider: str, url: str, note: str = "") -> Feed:
    return Feed(None, provider, FeedState.UNKNOWN, url=url, note=note)


def _told(state: State, feed: Feed, now: Instant) -> Step:
    before = state.feeds.get(feed.provider)
    after = replace(state, feeds={**state.feeds, feed.provider: feed})
    if before is not None and (before.at is not None or before.is_stale):
        news = (before.says, before.title, before.note) != (feed.says, feed.title, feed.note)
    else:
        news = feed.at is not None or feed.is_stale
    return Step(after, (FeedSaid(now, feed),) if news else ())


def _since(before: Feed | None, feed: Feed) -> Feed:
    """With the reading from which on each surface was at least as bad as the page calls it now.

    What it was before it was read, or while it was not, nobody knows; an unknown word changes nothing.
    """
    assert feed.at is not None
    known = before if before is not None and before.at is not None else None
    if known is None or known.at is None or feed.at - known.at > EARLY_S * 1000:
        bad = [name for name in Surface if feed.says_of(name) in _ADMITS]
        return replace(feed, first_at=feed.at, since=dict.fromkeys(bad, feed.at))
    since: dict[Surface, Instant] = {}
    for name in Surface:
        says, was = feed.says_of(name), known.said_of(name)
        if says is FeedState.UNKNOWN and name in known.since:
            since[name] = known.since[name]
        elif says in _ADMITS:
            blurred = was is FeedState.UNKNOWN and says is FeedState.DEGRADED
            as_bad = name in known.since and (blurred or worst([was, says]) is was)
            since[name] = known.since[name] if as_bad else feed.at
    return replace(feed, first_at=known.first_at, since=since)


def _with_words(surface: SurfaceState, name: Surface, claim: Claim) -> SurfaceState:
    closed = (*surface.earlier, *(() if surface.previous is None else (surface.previous,)))
    ours = (*closed, *(() if surface.incident is None else (surface.incident,)))
    incident = surface.incident
    if incident is not None:
        dated = _acknowledge(incident, name, _of(claim, incident, ours))
        admits = _admits_now(claim, name, incident.started_at)
        incident = (
            dated if dated is not None else _as_read(incident, name, claim.feed) if admits else incident
        )
        incident = _marked(incident, name, claim)
    after = [_with_late_words(each, name, claim, ours) for each in closed]
    if incident is surface.incident and all(new is old for new, old in zip(after, closed, strict=True)):
        return surface
    previous = after.pop() if surface.previous is not None else None
    return replace(surface, incident=incident, previous=previous, earlier=tuple(after))


def _with_late_words(incident: Incident, name: Surface, claim: Claim, ours: Sequence[Incident]) -> Incident:
    at, ended_at = claim.feed.at, incident.ended_at
    if at is None or ended_at is None or at > ended_at + LATE_WORD_S * 1000:
        return incident
    return _marked(_acknowledge(incident, name, _of(claim, incident, ours)) or incident, name, claim)


def _of(claim: Claim, incident: Incident, ours: Sequence[Incident]) -> Claim:
    """Without what was said of another outage of ours, for one that only lies near."""
    said = [
        item
        for item in claim.incidents
        if meets(item, incident.started_at, incident.ended_at)
        or not any(meets(item, each.started_at, each.ended_at) for each in ours if each is not incident)
    ]
    return claim if len(said) == len(claim.incidents) else replace(claim, incidents=said)


def _marked(incident: Incident, name: Surface, claim: Claim) -> Incident:
    """Marked where it began in maintenance that the page announces."""
    if incident.in_maintenance or not is_planned(
        claim.incidents, claim.parts, claim.regions, name, incident.started_at
    ):
        return incident
    return replace(incident, in_maintenance=True)


def _admits_now(claim: Claim, name: Surface, started_at: Instant) -> bool:
    """Whether the page itself is a word about an outage of ours, where it announces none of that time.

    It is not if it had been as bad for long before ours began, or nobody knows for how long, or if something
    that it announced long ago is still open: whoever wrote that did not know of today.
    """
    since, first_at = claim.feed.since.get(name), claim.feed.first_at
    if since is None or claim.feed.says_of(name) not in _ADMITS or since < started_at - round(EARLY_S * 1000):
        return False
    if since < started_at and since == first_at:
        return False
    return not any(_is_old(item, claim, name, started_at) for item in claim.incidents)


def _is_old(incident: PageIncident, claim: Claim, name: Surface, started_at: Instant) -> bool:
    incident = since_open(incident, started_at)
    word_at = incident.first_word_at
    return (
        incident.ended_at is None
        and not incident.planned
        and incident.state in _ADMITS
        and word_at is not None
        and word_at < started_at
        and may_concern(incident, claim.parts, name)
        and is_here(incident, claim.regions)
    )


def _as_read(incident: Incident, name: Surface, feed: Feed) -> Incident:
    """Of a page whose words bear no dates: they are as old as our reading of them."""
    since = feed.since[name]
    first = since if incident.acknowledged_at is None else min(since, incident.acknowledged_at)
    return replace(incident, acknowledged_at=first, vendor_last_at=feed.at, vendor_title=feed.title)


def _acknowledge(incident: Incident, name: Surface, claim: Claim) -> Incident | None:
    """With the earliest first word and the last that the page announced; `None` where it announced none."""
    said = acknowledged(
        claim.incidents, claim.parts, claim.regions, name, incident.started_at, incident.ended_at
    )
    if said is None:
        return None
    at = claim.feed.at  # what is dated later than our reading of it was said by then
    assert at is not None
    first, last = min(said.first_word_at, at), min(said.last_word_at, at)
    if incident.acknowledged_at is not None:
        first = min(first, incident.acknowledged_at)
    told = (first, last, said.title)
    if told == (incident.acknowledged_at, incident.vendor_last_at, incident.vendor_title):
        return incident
    return replace(incident, acknowledged_at=first, vendor_last_at=last, vendor_title=said.title)
