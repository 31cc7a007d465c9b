"""A renamed provider is in no place called by its old id, and nothing else of a state changes."""

from dataclasses import replace

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
from trayuptime.core.renaming import renamed
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


def test_what_was_known_of_the_new_id_gives_way() -> None:
    key, new = Key("a", Surface.API), Key("new", Surface.API)
    known = State(
        surfaces={new: SurfaceState(fails=1), key: SurfaceState(fails=2)},
        troubles={"a": "of a", "new": "of new"},
    )

    after = renamed(known, "a", "new")

    assert after.surfaces == {new: SurfaceState(fails=2)}
    assert after.troubles == {"new": "of a"}
