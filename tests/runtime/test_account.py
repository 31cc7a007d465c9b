"""What is told of an incident's account before its steps, and how they are grouped."""

from dataclasses import replace

import pytest

from core.builders import at, key, result
from trayuptime.core.explain import Explained
from trayuptime.core.model import Incident, IncidentKind, Instant, Rules
from trayuptime.core.reasons import Reason
from trayuptime.core.state import CameUp, Settled
from trayuptime.history.evidence import Evidence
from trayuptime.runtime.account import Account, facts_of, grouped, remarks

INCIDENT = Incident(1, "a", key("a").surface, IncidentKind.OUTAGE, at(0), at(60), ())


def step(second: float, reason: Reason = Reason.SERVER_ERROR, why: str = "it is down already") -> Explained:
    return Explained(Settled(result(second, reason), proven=True), (why,))


def account(*steps: Explained, forgotten: bool = False, found_again: bool | None = True) -> Account:
    evidence: dict[Instant, Evidence] = {}
    return Account(INCIDENT, Rules(), steps, (), evidence, forgotten, found_again, ())


@pytest.mark.parametrize(
    ("forgotten", "found_again", "told"),
    [
        (False, True, []),
        (False, False, ["By today's rules its results would not make an incident"]),
        (False, None, []),
        (True, None, ["Answers of that time are forgotten"]),
        (True, False, ["Answers of that time are forgotten"]),
    ],
)
def test_only_what_is_known_to_be_so_is_remarked(
    forgotten: bool, found_again: bool | None, told: list[str]
) -> None:
    rules, *more = remarks(account(forgotten=forgotten, found_again=found_again))

    assert rules.startswith("Today's rules: down after 3 failures in a row")
    assert [sentence[: len(begins)] for sentence, begins in zip(more, told, strict=True)] == told


def test_what_goes_on_alike_is_one_group_and_a_verdict_stands_alone() -> None:
    up = Explained(CameUp(at(300), key("a"), INCIDENT, 300.0, tell=True), ())
    steps = (step(0), step(60), step(120, why="failure 3"), step(180, Reason.OVERLOADED), up, replace(up))

    assert [len(group) for group in grouped(account(*steps))] == [2, 1, 1, 1, 1]


def test_facts_have_names_and_what_was_never_reached_is_left_out() -> None:
    kept = Evidence("", "req_1", {"dns_ms": 12.0, "first_byte_ms": None}, {"routes": ["wlan0", "eth0"]})

    assert list(facts_of(kept)) == [
        ("request", "req_1"),
        ("took", "dns 12 ms"),
        ("this computer", "routes wlan0 eth0"),
    ]
    assert list(facts_of(Evidence("<b>", "", {}, {}))) == []
