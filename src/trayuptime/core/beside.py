"""What we measure and what the vendor's page says, side by side in a sentence.

Where the two disagree neither is hidden: the page may be late, and we may look from a place of our own.
"""

from collections.abc import Sequence
from statistics import median

from trayuptime.core import claims, words
from trayuptime.core.lights import ProviderLight, SurfaceLight
from trayuptime.core.model import Feed, FeedState, Incident, IncidentKind, Instant, Key, Reach, Service
from trayuptime.core.notice import LocalTime
from trayuptime.core.state import State

_TROUBLE = (FeedState.DEGRADED, FeedState.DOWN)


def sentence(state: State, light: ProviderLight, now: Instant, *, alone: bool = True) -> str:
    """What their page says where that is worth reading, without its full stop; else empty.

    Args:
        state: what the judge knows.
        light: the provider's light.
        now: the moment.
        alone: nothing beside it tells since when the provider is down and what proves it.
    """
    feed = light.feed
    if feed is None:
        return ""
    if feed.is_stale:
        return _capital(words.page_says(feed)) if light.service is not Service.UP or feed.frozen else ""
    own = light.worst
    says = feed.says_of(own.surface)
    if light.service is Service.DOWN and says is FeedState.UP:
        return _denied(state, light, own, now if alone else None)
    if light.service is Service.DOWN and says in _TROUBLE:
        return f"Their page says so too{_title(feed)}"
    if light.service is Service.UP and says in _TROUBLE:
        said = _capital(words.page_says(feed))
        return f"{said}; from here they answer, it may concern other regions or models"
    if feed.says in {*_TROUBLE, FeedState.MAINTENANCE}:
        return _capital(words.page_says(feed))
    return _capital(feed.note)


def short(light: ProviderLight) -> str:
    """The same in a few words, for a row; empty where all agree."""
    feed = light.feed
    if feed is None or feed.is_stale:
        return ""
    says = feed.says_of(light.worst.surface)
    if light.service is Service.DOWN and says is FeedState.UP:
        return "their page says operational"
    if light.service is Service.DOWN and says in _TROUBLE:
        return "their page says so too"
    if feed.says in _TROUBLE:
        return f"their page says {feed.says}"
    return "maintenance announced" if feed.says is FeedState.MAINTENANCE else ""


def ahead(lead_s: float, us: str = "us") -> str:
    """`12 min after us`, for a detection lead; the pages' clocks are not ours, so nobody is 0 s late."""
    lasted = words.duration(abs(lead_s))
    if lasted == words.duration(0):
        return f"at the same time as {us}"
    return f"{lasted} {'after' if lead_s >= 0 else 'before'} {us}"


def story(incident: Incident, local: LocalTime) -> str:
    """Their first word and their last beside our first failure; empty where they have said nothing."""
    if incident.acknowledged_at is None:
        return ""
    lead = claims.lead_s(incident)
    assert lead is not None
    said = f"their first word {local(incident.acknowledged_at)}, {ahead(lead, 'our first failure')}"
    if incident.vendor_last_at is not None and incident.vendor_last_at != incident.acknowledged_at:
        said += f", their last {local(incident.vendor_last_at)}"
    return f"{said}: {incident.vendor_title}" if incident.vendor_title else said


def record(name: str, incidents: Sequence[Incident]) -> str:
    """How a vendor's page did over several outages of ours; empty where there was none."""
    outages = [incident for incident in incidents if incident.kind is IncidentKind.OUTAGE]
    leads = claims.leads_s(outages)
    if not outages:
        return ""
    if not leads:
        which = "the outage" if len(outages) == 1 else f"any of {len(outages)} outages"
        return f"{name}: its page did not speak of {which}"
    when = ahead(median(leads))
    if len(outages) == 1:
        return f"{name}: its page spoke of the outage {when}"
    typically = "" if len(leads) == 1 else "typically "
    return f"{name}: its page spoke of {len(leads)} of {len(outages)} outages, {typically}{when}"


def _denied(state: State, light: ProviderLight, own: SurfaceLight, now: Instant | None) -> str:
    """They say fine, you cannot reach it; without `now`, that has been said already."""
    cause = _cause(state, light, own)
    if now is None:
        return f"Their page says operational{f'; {cause}' if cause else ''}"
    for_long = "" if own.since is None else f" for {words.duration((now - own.since) / 1000)}"
    verb = "had no good answer from" if _answers(state, light, own) else "not reached"
    others = "" if not _others_answer(state, light, own) else "; others on your network answer"
    said = f"Their page says operational; you have {verb} them{for_long}{others}"
    return f"{said} ({cause})" if cause else said


def _answers(state: State, light: ProviderLight, own: SurfaceLight) -> bool:
    last = state.surface(Key(light.id, own.surface)).last
    return last is not None and last.http_status is not None


def _others_answer(state: State, light: ProviderLight, own: SurfaceLight) -> bool:
    """Another provider's host of the same reach has answered since ours went down."""
    target, since = state.watched.get(Key(light.id, own.surface)), own.since
    if target is None or since is None:
        return False
    others = {
        t.host for key, t in state.watched.items() if t.reach is target.reach and key.provider != light.id
    }
    return any(
        host in state.testimonies and state.testimonies[host].at >= since for host in others - {target.host}
    )


def _cause(state: State, light: ProviderLight, own: SurfaceLight) -> str:
    """What of our own may stand in between; nothing for a server on this computer."""
    key = Key(light.id, own.surface)
    target, last = state.watched.get(key), state.surface(key).last
    if target is None or target.reach is Reach.LOOPBACK:
        return ""
    network = None if last is None else last.network
    if network is not None and network.proxy:
        return f"your proxy {network.proxy} or your region may be why"
    if network is not None and network.tunnels:
        return f"your VPN {network.tunnels[0]} or its region may be why"
    return "your region, a proxy or a VPN may be why"


def _title(feed: Feed) -> str:
    return f": {feed.title}" if feed.title else ""


def _capital(clause: str) -> str:
    return clause[:1].upper() + clause[1:]
