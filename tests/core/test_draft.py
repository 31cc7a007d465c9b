"""A step that changes nothing leaves every field of the state as it was."""

from dataclasses import fields, replace
from typing import Any

from core.builders import Life, at, key, result, spans
from trayuptime.core.draft import Draft
from trayuptime.core.model import Balance, Feed, FeedState, IncidentKind, Reach, Suggestion, Switch, Vantage
from trayuptime.core.state import Blindness, Choice, Hush, State


def test_a_draft_forgets_nothing() -> None:
    lived = Life("a", "b").run("SK").state
    unusual: dict[str, Any] = {
        "waiting": (result(0),),
        "blind_since": {Reach.PRIVATE: Blindness(at(0), Vantage.PORTAL)},
        "last_blind": {Reach.INTERNET: spans((0, 1))[0]},
        "holds": {"a": at(1)},
        "suggestions": {"a": Suggestion("a", None, "", None)},
        "troubles": {"a": "locked"},
        "choice": Choice(Switch(at(0), "a", "b")),
        "paused_since": at(1),
        "paused_until": at(2),
        "untold": {"a": 1},
        "next_incident": 7,
        "network_since": at(3),
        "feeds": {"a": Feed(at(0), "a", FeedState.UP)},
        "balances": {"a": Balance(at(0), "a", available=True)},
        "maintenance": {"a": spans((0, 1))},
        "hushes": {3: Hush(at(0), None, IncidentKind.OUTAGE)},
    }
    state = replace(lived, **unusual)

    assert Draft(state, {}).step().state == state
    assert all(getattr(state, field.name) != getattr(State(), field.name) for field in fields(State))
    assert key("a") in state.watched
