"""The judge's state as bytes, and back: what must survive a restart."""

import zlib
from dataclasses import dataclass, field, replace

import msgspec

from trayuptime.core.model import Feed, Incident, Instant, Key, Network, Reach, Result, Suggestion
from trayuptime.core.state import AccessState, Blindness, Choice, Hush, State, SurfaceState, Target

_LAST: Instant = 1 << 52
"""No row of ours is of such a time, and SQLite's numbers end some way beyond."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """`State` in shapes that JSON has: pairs instead of mappings with structured keys."""

    surfaces: tuple[tuple[Key, SurfaceState], ...]
    accesses: dict[str, AccessState]
    watched: tuple[tuple[Key, Target], ...]
    waiting: tuple[Result, ...]
    blind_since: dict[Reach, Blindness]
    holds: dict[str, Instant]
    suggestions: dict[str, Suggestion]
    troubles: dict[str, str]
    choice: Choice | None
    paused_since: Instant | None
    paused_until: Instant | None
    next_incident: int
    tail_from: Instant
    untold: dict[str, int] = field(default_factory=dict)
    feeds: dict[str, Feed] = field(default_factory=dict)
    hushes: dict[int, Hush] = field(default_factory=dict)


def pack(state: State, tail_from: Instant) -> bytes:
    """The state without its testimonies and `last_blind`: no witness speaks across a restart.

    Compressed, 25 kB of ten surfaces become one page of the file; see `unpack` for `tail_from`.
    """
    snapshot = _Snapshot(
        surfaces=tuple((key, _slim(surface)) for key, surface in state.surfaces.items()),
        accesses=dict(state.accesses),
        watched=tuple(state.watched.items()),
        waiting=state.waiting,
        blind_since=dict(state.blind_since),
        holds=dict(state.holds),
        suggestions=dict(state.suggestions),
        troubles=dict(state.troubles),
        choice=state.choice,
        paused_since=state.paused_since,
        paused_until=state.paused_until,
        next_incident=state.next_incident,
        untold=dict(state.untold),
        feeds=dict(state.feeds),
        hushes=dict(state.hushes),
        tail_from=tail_from,
    )
    return zlib.compress(msgspec.json.encode(snapshot), level=1)


def unpack(body: bytes) -> tuple[State, Instant]:
    """The state again, and from when on results may have come after it.

    Raises:
        ValueError: the bytes are not a snapshot of this version.
    """
    try:
        snapshot = msgspec.json.decode(zlib.decompress(body), type=_Snapshot)
    except (zlib.error, TypeError) as error:
        raise ValueError(f"not compressed as it should be: {error}") from error
    state = State(
        surfaces=dict(snapshot.surfaces),
        accesses=snapshot.accesses,
        watched=dict(snapshot.watched),
        waiting=snapshot.waiting,
        blind_since=snapshot.blind_since,
        holds=snapshot.holds,
        suggestions=snapshot.suggestions,
        troubles=snapshot.troubles,
        choice=snapshot.choice,
        paused_since=snapshot.paused_since,
        paused_until=snapshot.paused_until,
        next_incident=snapshot.next_incident,
        untold=snapshot.untold,
        feeds=snapshot.feeds,
        hushes=snapshot.hushes,
    )
    return state, snapshot.tail_from


def pack_incident(incident: Incident) -> bytes:
    """One incident as bytes."""
    return msgspec.json.encode(incident)


def row_of(incident: Incident) -> tuple[int, str, str, Instant, Instant | None, bytes]:
    """One incident as its table has it."""
    surface, ends = incident.surface.value, (incident.started_at, incident.ended_at)
    return incident.id, incident.provider, surface, *ends, pack_incident(incident)


def unpack_incident(body: bytes) -> Incident:
    """The incident again.

    Raises:
        ValueError: the bytes are not an incident.
    """
    try:
        incident = msgspec.json.decode(body, type=Incident)
    except TypeError as error:
        raise ValueError(f"an incident is damaged: {error}") from error
    if not all(abs(at) < _LAST for at in (incident.started_at, incident.ended_at or 0)):
        raise ValueError("an incident is of no time that there is")
    return incident


def _slim(surface: SurfaceState) -> SurfaceState:
    """Without the bodies of failures, which lie in `evidence`."""
    last, latest = _without_excerpt(surface.last), _without_excerpt(surface.latest)
    if last is surface.last and latest is surface.latest:
        return surface
    return replace(surface, last=last, latest=latest)


def _without_excerpt(result: Result | None) -> Result | None:
    if result is None or not (result.excerpt or result.request_id):
        return result
    return replace(result, excerpt="", request_id="", network=Network())
