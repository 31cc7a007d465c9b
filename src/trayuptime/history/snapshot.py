"""The judge's state as bytes, and back: what must survive a restart."""

from dataclasses import dataclass

import msgspec

from trayuptime.core.model import Incident, Instant, Key, Reach, Result, Suggestion
from trayuptime.core.state import AccessState, Blindness, Choice, State, SurfaceState, Target


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


def pack(state: State) -> bytes:
    """The state without its testimonies: no witness speaks across a restart."""
    return msgspec.json.encode(
        _Snapshot(
            surfaces=tuple(state.surfaces.items()),
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
        )
    )


def unpack(body: bytes) -> State:
    """The state again.

    Raises:
        ValueError: the bytes are not a snapshot.
    """
    snapshot = msgspec.json.decode(body, type=_Snapshot)
    return State(
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
    )


def pack_incident(incident: Incident) -> bytes:
    """One incident as bytes."""
    return msgspec.json.encode(incident)


def unpack_incident(body: bytes) -> Incident:
    """The incident again.

    Raises:
        ValueError: the bytes are not an incident.
    """
    return msgspec.json.decode(body, type=Incident)
