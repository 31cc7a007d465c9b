"""A provider under another id: everything that is known of it goes on as if it had always been called so."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from trayuptime.core.model import Alternative, Balance, Feed, Incident, Key, Result, Suggestion, Switch
from trayuptime.core.state import Choice, State, SurfaceState

T = TypeVar("T")
Owned = TypeVar("Owned", Result, Incident, Alternative, Feed, Balance)


def renamed(state: State, old: str, new: str) -> State:
    """The state with another id for one provider; what was known of the new id gives way to it."""

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
    )


def _owned(value: Owned, old: str, new: str) -> Owned:
    return replace(value, provider=new) if value.provider == old else value


def _named(name: str, old: str, new: str) -> str:
    return new if name == old else name
