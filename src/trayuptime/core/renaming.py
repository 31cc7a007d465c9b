"""A provider under another id: everything that is known of it goes on as if it had always been called so.

The new id may be watched already: somebody wrote it into the file by hand, or a rename was cut short. Then
the newer goes on, surface by surface: an incident that is open under the new id is not begun anew, nor told
again. One that gives way is in no state any more; the history ends it where it was last seen.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from trayuptime.core.model import (
    Alternative,
    Balance,
    Feed,
    Incident,
    Instant,
    Key,
    Result,
    Suggestion,
    Surface,
    Switch,
)
from trayuptime.core.state import Choice, State, SurfaceState

T = TypeVar("T")
Owned = TypeVar("Owned", Result, Incident, Alternative, Feed, Balance)


def renamed(state: State, old: str, new: str) -> State:
    """The state with another id for one provider; of what both ids have, the newer goes on."""
    state = _newer(state, old, new)

    def key(key: Key) -> Key:
        return Key(new, key.surface) if key.provider == old else key

    def by_name(known: Mapping[str, T]) -> dict[str, T]:
        return {
            _named(name, old, new): value for name, value in known.items() if name != new or old not in known
        }

    def by_key(known: Mapping[Key, T]) -> dict[Key, T]:
        own = {key(each) for each in known if each.provider == old}
        return {key(each): value for each, value in known.items() if each not in own}

    return replace(
        state,
        surfaces=by_key({each: _surface(value, old, new) for each, value in state.surfaces.items()}),
        accesses=by_name(state.accesses),
        watched=by_key(state.watched),
        waiting=tuple(_owned(each, old, new) for each in state.waiting),
        suggestions=by_name({name: _suggestion(each, old, new) for name, each in state.suggestions.items()}),
        troubles=by_name(state.troubles),
        choice=_choice(state.choice, old, new),
        untold=by_name(state.untold),
        feeds=by_name({name: _owned(each, old, new) for name, each in state.feeds.items()}),
        balances=by_name({name: _owned(each, old, new) for name, each in state.balances.items()}),
        maintenance=by_name(state.maintenance),
    )


def followed(renames: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    """Renames, by the id before, with one more: whoever knows any id that was comes to the one that is."""
    found = {before: new if now == old else now for before, now in renames.items()}
    return {before: now for before, now in {**found, old: new}.items() if before != new}


def _newer(state: State, old: str, new: str) -> State:
    """Without what is outdated of surfaces that both ids have, and of what else both were asked for."""
    outdated = {
        Key(old if _goes_on(state, surface, old, new) else new, surface)
        for surface in Surface
        if Key(old, surface) in state.surfaces and Key(new, surface) in state.surfaces
    }
    surfaces = {key: surface for key, surface in state.surfaces.items() if key not in outdated}
    going_on = {surface.incident.id for surface in surfaces.values() if surface.incident is not None}
    owed = {
        name: number
        for name, number in state.untold.items()
        if name not in {old, new} or number in going_on  # nobody is owed the news of what gave way
    }
    return replace(
        state,
        surfaces=surfaces,
        waiting=tuple(failure for failure in state.waiting if failure.key not in outdated),
        accesses=_newest(state.accesses, old, new, lambda access: access.asked_at),
        feeds=_newest(state.feeds, old, new, lambda feed: feed.at),
        balances=_newest(state.balances, old, new, lambda balance: balance.at),
        untold=owed,
    )


def _goes_on(state: State, surface: Surface, old: str, new: str) -> bool:
    """Whether a surface goes on as it is known by the new id already."""
    before, now = state.surface(Key(old, surface)), state.surface(Key(new, surface))
    if now.incident is not None or now.last is None:
        return now.incident is not None
    return before.last is None or now.last.at > before.last.at


def _newest(known: Mapping[str, T], old: str, new: str, at: Callable[[T], Instant | None]) -> Mapping[str, T]:
    if old not in known or new not in known:
        return known
    outdated = old if (at(known[new]) or 0) > (at(known[old]) or 0) else new
    return {name: value for name, value in known.items() if name != outdated}


def _choice(choice: Choice | None, old: str, new: str) -> Choice | None:
    if choice is None:
        return None
    switch = choice.switch
    left, to = _named(switch.provider, old, new), _named(switch.to, old, new)
    return replace(choice, switch=Switch(switch.at, left, to, switch.back))


def _suggestion(value: Suggestion, old: str, new: str) -> Suggestion:
    return replace(
        value,
        provider=_named(value.provider, old, new),
        suggested=None if value.suggested is None else _named(value.suggested, old, new),
        alternatives=tuple(_owned(each, old, new) for each in value.alternatives),
    )


def _surface(surface: SurfaceState, old: str, new: str) -> SurfaceState:
    return replace(
        surface,
        last=None if surface.last is None else _owned(surface.last, old, new),
        latest=None if surface.latest is None else _owned(surface.latest, old, new),
        incident=None if surface.incident is None else _owned(surface.incident, old, new),
        previous=None if surface.previous is None else _owned(surface.previous, old, new),
        earlier=tuple(_owned(each, old, new) for each in surface.earlier),
    )


def _owned(value: Owned, old: str, new: str) -> Owned:
    return replace(value, provider=new) if value.provider == old else value


def _named(name: str, old: str, new: str) -> str:
    return new if name == old else name
