"""A renamed provider is in no place called by its old id; what is known of both ids goes on as the newer."""

from dataclasses import replace

import pytest

from trayuptime.core.model import (
    Alternative,
    Balance,
    Feed,
    FeedState,
    Incident,
    IncidentKind,
    Key,
    Reach,
    Result,
    Span,
    Suggestion,
    Surface,
    Switch,
)
from trayuptime.core.reasons import Reason
from trayuptime.core.renaming import followed, renamed
from trayuptime.core.state import AccessState, Choice, State, SurfaceState, Target


def state_of(name: str, other: str = "b") -> State:
    """Everything that a state can know of a provider."""
    result = Result(1, name, Surface.API, Reason.SERVER_ERROR)
    incident = Incident(7, name, Surface.API, IncidentKind.OUTAGE, 1, 2, ())
    alternatives = (Alternative(name, usable=True, why="up"), Alternative(other, usable=False, why="down"))
    advice = Suggestion(other, name, "up", 1, alternatives)
    return State(
        surfaces={
            Key(name, Surface.API): SurfaceState(last=result, latest=result, incident=incident),
            Key(other, Surface.API): SurfaceState(),
            Key(name, Surface.WEB): SurfaceState(previous=incident),
        },
        accesses={other: AccessState(), name: AccessState(asked_at=1)},
        watched={Key(name, Surface.API): Target("h:443", Reach.INTERNET)},
        waiting=(result, replace(result, provider=other)),
        suggestions={other: advice, name: Suggestion(name, None, "none", None)},
        troubles={name: "The keyring is locked."},
        choice=Choice(Switch(3, name, other), away=True),
        untold={name: 7},
        feeds={name: Feed(1, name, FeedState.UP)},
        balances={name: Balance(1, name, available=True)},
        maintenance={name: (Span(1, 2),)},
    )


def test_everything_known_of_a_provider_is_known_of_its_new_id() -> None:
    after = renamed(state_of("a"), "a", "new")

    assert after == state_of("new")
    assert "'a'" not in repr(after)


def test_the_order_of_the_providers_stays() -> None:
    after = renamed(state_of("a"), "a", "new")

    assert [key.provider for key in after.surfaces] == ["new", "b", "new"]
    assert list(after.accesses) == ["b", "new"]


def test_who_was_switched_to_is_renamed_too() -> None:
    switched = State(choice=Choice(Switch(3, "b", "a", back=True)))

    assert renamed(switched, "a", "new") == State(choice=Choice(Switch(3, "b", "new", back=True)))


def test_a_state_that_does_not_know_the_provider_stays_as_it_is() -> None:
    assert renamed(state_of("a"), "nobody", "new") == state_of("a")
    assert renamed(State(), "a", "new") == State()


A, NEW = Key("a", Surface.API), Key("new", Surface.API)


def surface_of(key: Key, last_at: int | None, incident: int | None = None) -> SurfaceState:
    last = None if last_at is None else Result(last_at, key.provider, key.surface, Reason.OK)
    begun = Incident(incident or 0, key.provider, key.surface, IncidentKind.OUTAGE, 1, 2, ())
    return SurfaceState(last=last, incident=None if incident is None else begun)


def test_of_what_nobody_dates_the_new_id_gives_way() -> None:
    known = State(
        surfaces={NEW: SurfaceState(fails=1), A: SurfaceState(fails=2)},
        troubles={"a": "of a", "new": "of new"},
    )

    after = renamed(known, "a", "new")

    assert after.surfaces == {NEW: SurfaceState(fails=2)}
    assert after.troubles == {"new": "of a"}


@pytest.mark.parametrize(
    ("of_old", "of_new", "goes_on"),
    [
        ((10, None), (20, None), (20, None)),
        ((20, None), (10, None), (20, None)),
        ((10, None), (10, None), (10, None)),
        ((None, None), (10, None), (10, None)),
        ((10, None), (None, None), (10, None)),
        ((20, None), (10, 2), (10, 2)),
        ((20, 1), (10, 2), (10, 2)),
        ((10, 1), (20, None), (20, None)),
        ((20, 1), (10, None), (20, 1)),
        ((20, 1), (None, None), (20, 1)),
        ((20, None), (None, 2), (None, 2)),
    ],
)
def test_a_surface_goes_on_as_the_newer_or_in_the_incident_that_is_open_by_its_new_id(
    of_old: tuple[int | None, int | None],
    of_new: tuple[int | None, int | None],
    goes_on: tuple[int | None, int | None],
) -> None:
    known = State(surfaces={NEW: surface_of(NEW, *of_new), A: surface_of(A, *of_old)})

    assert renamed(known, "a", "new").surfaces == {NEW: surface_of(NEW, *goes_on)}


def test_each_surface_goes_on_for_itself() -> None:
    web = Key("new", Surface.WEB)
    known = State(surfaces={A: surface_of(A, 10), NEW: surface_of(NEW, 20), web: surface_of(web, 5)})

    assert renamed(known, "a", "new").surfaces == {NEW: surface_of(NEW, 20), web: surface_of(web, 5)}


def test_what_waits_of_an_outdated_surface_gives_way_with_it() -> None:
    late, mine = (
        Result(at, key.provider, key.surface, Reason.DNS_FAILURE) for at, key in ((9, A), (21, NEW))
    )
    known = State(surfaces={A: surface_of(A, 10), NEW: surface_of(NEW, 20)}, waiting=(late, mine))

    assert renamed(known, "a", "new").waiting == (mine,)


@pytest.mark.parametrize(
    ("untold", "owed"),
    [({"a": 1, "new": 2}, {"new": 2}), ({"a": 1}, {}), ({"new": 2}, {"new": 2}), ({"b": 3}, {"b": 3})],
)
def test_nobody_is_owed_the_news_of_an_incident_that_gave_way(
    untold: dict[str, int], owed: dict[str, int]
) -> None:
    known = State(surfaces={A: surface_of(A, 10, 1), NEW: surface_of(NEW, 20, 2)}, untold=untold)

    assert renamed(known, "a", "new").untold == owed


@pytest.mark.parametrize(("of_old", "of_new"), [(10, 20), (20, 10), (None, 20), (20, None)])
def test_of_standing_page_and_balance_the_newer_word_holds(of_old: int | None, of_new: int | None) -> None:
    asked = {"a": of_old, "new": of_new}
    known = State(
        accesses={name: AccessState(asked_at=at) for name, at in asked.items()},
        feeds={name: Feed(at, name, FeedState.UP) for name, at in asked.items()},
        balances={name: Balance(at or 0, name, available=True) for name, at in asked.items()},
    )

    after = renamed(known, "a", "new")

    assert after.accesses == {"new": AccessState(asked_at=20)}
    assert after.feeds == {"new": Feed(20, "new", FeedState.UP)}
    assert after.balances == {"new": Balance(20, "new", available=True)}


def test_every_id_that_was_leads_to_the_one_that_is() -> None:
    once = followed({}, "a", "b")
    twice = followed(once, "b", "c")

    assert once == {"a": "b"}
    assert twice == {"a": "c", "b": "c"}
    assert followed(twice, "c", "a") == {"b": "a", "c": "a"}
    assert followed(twice, "x", "y") == {"a": "c", "b": "c", "x": "y"}
