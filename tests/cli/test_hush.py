"""`acknowledge` and `snooze`: they reach the running engine, and say what comes of it or why nothing does."""

import re
from collections.abc import Iterator

import pytest

from cli.house import House, Running, section
from hostile import Hostile, answer, json_ok

BROKEN = answer("503 Service Unavailable", b"{}")
STAMP = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


@pytest.fixture
def engine(house: House, vendor: Hostile) -> Iterator[Running]:
    """One that has told of incident 1."""
    vendor.behaviour = BROKEN
    house.write(section("a", vendor.port))
    with house.engine() as running:
        running.event("notify", "a")
        yield running


@pytest.mark.parametrize(
    "arguments", [("acknowledge", "1"), ("acknowledge", "1", "--undo"), ("snooze", "1")], ids=" ".join
)
def test_without_an_engine_it_ends_with_1(house: House, arguments: tuple[str, ...]) -> None:
    ran = house.run(*arguments)

    assert (ran.code, ran.out, ran.err) == (1, "", "No engine is running here.\n")


def test_what_is_acknowledged_is_shown_and_down_all_the_same(house: House, engine: Running) -> None:
    ran = house.run("acknowledge", "1")
    status, as_json = house.run("status"), house.run("status", "--json")
    undone = house.run("acknowledge", "1", "--undo")
    after = house.run("status", "--json").json["providers"][0]

    assert (ran.code, ran.out) == (0, "You know of #1; only the end is told, or a turn for the worse.\n")
    assert status.code == as_json.code == 1
    assert "You know of #1; only the end is told, or a turn for the worse" in status.out
    (provider,) = as_json.json["providers"]
    assert provider["service"] == "down"
    assert provider["hushed"] == [{"incident": 1, "until": None}]
    assert (undone.code, undone.out) == (0, "#1 is told of as any other again.\n")
    assert "hushed" not in after


def test_the_end_of_what_is_acknowledged_is_told(house: House, vendor: Hostile, engine: Running) -> None:
    house.run("acknowledge", "1")
    vendor.behaviour = json_ok

    assert engine.event("notify", "a")["title"] == "a is up again"


@pytest.mark.parametrize("until", [(), ("90m",), ("tomorrow",)], ids=str)
def test_a_snooze_says_until_when(house: House, engine: Running, until: tuple[str, ...]) -> None:
    ran = house.run("snooze", "1", *until)
    status = house.run("status").out

    told = re.fullmatch(
        rf"#1 is snoozed until ({STAMP}): if it lasts, it is told of once more then\.\n", ran.out
    )
    assert ran.code == 0
    assert told is not None
    assert f"#1 is snoozed until {told[1]}" in status


def test_what_was_snoozed_and_lasts_is_told_once_more(house: House, engine: Running) -> None:
    assert house.run("snooze", "1", "300ms").code == 0

    assert engine.event("notify", "a")["title"] == "a is still down"


def test_an_incident_that_is_not_there_or_over_is_refused_with_a_sentence(
    house: House, vendor: Hostile, engine: Running
) -> None:
    unknown = house.run("acknowledge", "7")
    not_known = house.run("acknowledge", "1", "--undo")
    vendor.behaviour = json_ok
    engine.event("up", "a")
    over = house.run("snooze", "1")

    assert (unknown.code, unknown.err) == (2, "There is no incident 7.\n")
    assert (not_known.code, not_known.err) == (2, "Incident 1 is told of as any other.\n")
    assert (over.code, over.err) == (2, "Incident 1 is over: there is nothing more to tell of it.\n")


@pytest.mark.parametrize(
    ("until", "why"), [("a while", "tomorrow"), ("8d", "longer than a week; to be told of its end alone")]
)
def test_a_snooze_of_nonsense_or_for_ever_ends_with_2(house: House, until: str, why: str) -> None:
    ran = house.run("snooze", "1", until)

    assert ran.code == 2
    assert why in ran.err
