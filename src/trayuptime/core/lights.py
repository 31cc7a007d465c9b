"""What the lights show at a moment: the definite state, unless nothing is known about right now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trayuptime.core import hysteresis, uptime, words
from trayuptime.core.model import (
    STALE_AFTER,
    Feed,
    Incident,
    IncidentKind,
    Instant,
    Key,
    Result,
    Service,
    Suggestion,
    Surface,
)
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.state import State, SurfaceState

SAVED_EVERY_S = 300.0
"""How old what is on disk of a page that is being read may be, beyond its own pace."""

_LONGEST_WAIT_MS = round(uptime.LONGEST_WAIT_S * 1000)
_WORST_FIRST = (Service.DOWN, Service.DEGRADED, Service.UP)


@dataclass(frozen=True, slots=True)
class Watched:
    """A provider as far as showing it needs: its id, its name and its surfaces in the user's order."""

    id: str
    name: str
    surfaces: tuple[Surface, ...]
    keyed: bool = True


@dataclass(frozen=True, slots=True)
class SurfaceLight:
    """One surface as shown."""

    surface: Surface
    service: Service
    reason: Reason | None
    detail: str
    since: Instant | None
    latency_ms: float | None
    checked_at: Instant | None
    checking: bool
    incident: Incident | None


@dataclass(frozen=True, slots=True)
class ProviderLight:
    """One provider as shown: the worst of its known surfaces speaks for it (`worst`)."""

    id: str
    name: str
    service: Service
    access: Access
    detail: str
    worst: SurfaceLight
    surfaces: tuple[SurfaceLight, ...]
    checking: bool
    suggestion: Suggestion | None
    keyed: bool
    feed: Feed | None = None

    @property
    def incident(self) -> Incident | None:
        """The open incident of the surface that speaks for it, else of any other."""
        incidents = [light.incident for light in (self.worst, *self.surfaces) if light.incident is not None]
        return incidents[0] if incidents else None


def provider_light(
    state: State, watched: Watched, now: Instant, *, as_of: Instant | None = None
) -> ProviderLight:
    """The provider's light.

    Args:
        state: what the judge knows.
        watched: the provider, with at least one surface.
        now: the moment.
        as_of: when an engine last watched; now, unless it is said. What it had not seen lately by then is
            unknown, whatever the last definite light was.
    """
    seen_at = now if as_of is None else as_of
    lights = tuple(_surface_light(state, Key(watched.id, s), seen_at) for s in watched.surfaces)
    worst = _worst(lights)
    access = state.access(watched.id)
    return ProviderLight(
        id=watched.id,
        name=watched.name,
        service=worst.service,
        access=access.access,
        detail=_detail(state, watched, worst, now),
        worst=worst,
        surfaces=lights,
        checking=any(light.checking for light in lights),
        suggestion=state.suggestions.get(watched.id),
        keyed=watched.keyed,
        feed=_feed(state, watched.id, now),
    )


def _feed(state: State, provider: str, now: Instant) -> Feed | None:
    """What the vendor's page said last; of an engine that reads it no longer, that is soon stale."""
    feed = state.feeds.get(provider)
    if (
        feed is None
        or feed.at is None
        or now - feed.at <= (STALE_AFTER * feed.every_s + SAVED_EVERY_S) * 1000
    ):
        return feed
    return replace(feed, unread=max(feed.unread, STALE_AFTER))


def _surface_light(state: State, key: Key, seen_at: Instant) -> SurfaceLight:
    surface = state.surface(key)
    known = surface.service is not Service.UNKNOWN
    blind = _unseen_since(state, key, surface, seen_at) if known else None
    latest = surface.latest
    waiting = [failure for failure in state.waiting if failure.key == key]
    unconfirmed = surface.fails > 0 and surface.service is not Service.DOWN
    return SurfaceLight(
        surface=key.surface,
        service=surface.service if blind is None else Service.UNKNOWN,
        reason=None if latest is None else latest.reason,
        detail=_surface_detail(surface, waiting),
        since=surface.since if blind is None else blind,
        latency_ms=None if latest is None else latest.latency_ms,
        checked_at=None if latest is None else latest.at,
        checking=bool(waiting) or unconfirmed or surface.unproven_since is not None,
        incident=hysteresis.open_incident(
            surface, seen_at if state.paused_since is None else min(seen_at, state.paused_since)
        ),
    )


def _surface_detail(surface: SurfaceState, waiting: Sequence[Result]) -> str:
    result = waiting[-1] if waiting else surface.latest
    said = "" if result is None else result.detail or words.says(result.reason, result.http_status)
    if surface.unproven_since is None:
        return said
    return f"{said}; {words.UNVOUCHED}" if waiting else words.UNVOUCHED


def _unseen_since(state: State, key: Key, surface: SurfaceState, now: Instant) -> Instant | None:
    """Since when nothing is known of a surface, or `None` while its last result still speaks."""
    if state.paused_since is not None:
        return state.paused_since
    target = state.watched.get(key)
    if target is not None and target.reach in state.blind_since:
        return state.blind_since[target.reach].since
    if surface.last is None:
        return now
    latest = surface.latest
    if latest is not None and latest.reason is Reason.UNKNOWN and latest.http_status is None:
        return latest.at  # a local server that is not running: nothing of what it was before still holds
    end = uptime.speaks_until(surface.last.at, surface.last.interval_s)
    if target is not None and latest is not None and latest.at == surface.last.at:
        # While a Retry-After of its own is obeyed, the wait is the interval in force.
        held_until = min(state.holds.get(target.host, 0), surface.last.at + _LONGEST_WAIT_MS)
        end = max(end, held_until)
    if surface.cut_at is not None:
        end = min(end, surface.cut_at)
    return end if now > end else None


def _worst(lights: Sequence[SurfaceLight]) -> SurfaceLight:
    """The first of the worst; of those that are up the last to have come up: since then all have been.

    An unknown one says nothing beside one that is up, but for an open incident whose end was not seen where
    it could be: what shows a bot's wall from now on, say, will never tell.
    """
    for service in _WORST_FIRST:
        found = [light for light in lights if light.service is service]
        if service is Service.UP:
            open_ = [light for light in lights if light.service is Service.UNKNOWN and light.incident]
            if unseen := [light for light in open_ if light.reason is not Reason.UNKNOWN]:
                return unseen[0]
        if service is Service.UP and found:
            return max(found, key=lambda light: light.since or 0)
        if found:
            return found[0]
    return lights[0]


def _detail(state: State, watched: Watched, worst: SurfaceLight, now: Instant) -> str:
    parts = [worst.detail] if worst.detail else []
    unstable = worst.incident is not None and worst.incident.kind is IncidentKind.UNSTABLE
    if unstable and worst.reason in {None, Reason.OK}:
        parts = [words.UNSTABLE]
    if len(watched.surfaces) > 1 and parts:
        parts[0] = f"{words.part(worst.surface)} {parts[0]}"
    if worst.checking:
        parts.append("checking")
    access = state.access(watched.id)
    if access.access not in {Access.OK, Access.UNCHECKED}:
        parts.append(access.detail or words.standing(access.access))
    target = state.watched.get(Key(watched.id, worst.surface))
    if target is not None and (wait_ms := state.holds.get(target.host, 0) - now) > 0:
        parts.append(f"it asked to wait for another {words.duration(wait_ms / 1000)}")
    if (trouble := state.troubles.get(watched.id)) is not None:
        parts.append(trouble)
    if state.choice is not None and state.choice.switch.provider == watched.id:
        parts.append(f"you switched to {state.choice.switch.to}")
    return "; ".join(dict.fromkeys(parts))
