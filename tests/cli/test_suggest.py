"""`suggest`: who works right now, asked at this moment, with or without an engine."""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from cli.house import House, section
from hostile import Hostile, answer, json_ok

BROKEN = answer("503 Service Unavailable", b"{}")
KEYS = {"schema", "provider", "suggested", "why", "verified_at", "alternatives"}


@pytest.fixture(params=["alone", "with an engine"])
def lived(request: pytest.FixtureRequest, house: House, vendor: Hostile, other: Hostile) -> Iterator[House]:
    """Provider a with the fallback b; an engine watches them, or none does."""
    house.write(section("a", vendor.port, 'fallbacks = ["b"]'), section("b", other.port))
    with house.engine() if request.param == "with an engine" else nullcontext() as engine:
        if engine is not None:
            engine.event("result", "b")
        yield house
        if engine is not None:
            assert engine.end() == 0


def test_a_fallback_that_works_ends_with_0(lived: House) -> None:
    ran = lived.run("suggest", "a", "--json")

    assert ran.code == 0
    found: dict[str, Any] = ran.json
    assert set(found) == KEYS
    assert (found["provider"], found["suggested"]) == ("a", "b")
    assert found["why"].startswith("up, ")
    assert found["alternatives"] == [{"provider": "b", "usable": True, "why": found["why"]}]


def test_none_that_works_ends_with_1_and_says_why(lived: House, other: Hostile) -> None:
    other.behaviour = BROKEN
    ran = lived.run("suggest", "a", "--json")

    assert ran.code == 1
    assert (ran.json["suggested"], ran.json["verified_at"]) == (None, None)
    assert ran.json["why"] == "no working fallback: b answers 503"


def test_in_words(lived: House, other: Hostile) -> None:
    good = lived.run("suggest", "a")
    other.behaviour = BROKEN
    bad = lived.run("suggest", "a")

    assert good.out.startswith("a: use b: up, ")
    assert bad.out.startswith("a: no working fallback: b answers 503\n")


def test_it_is_asked_at_this_moment(lived: House, other: Hostile) -> None:
    other.behaviour = BROKEN
    assert lived.run("suggest", "a").code == 1
    other.behaviour = json_ok

    assert lived.run("suggest", "a").code == 0


def test_without_an_id_it_is_about_the_first_one_when_nobody_is_in_trouble(lived: House) -> None:
    assert lived.run("suggest", "--json").json["provider"] == "a"


def test_without_an_id_it_is_about_the_one_in_trouble(house: House, vendor: Hostile, other: Hostile) -> None:
    vendor.behaviour = BROKEN
    house.write(section("fine", other.port), section("bad", vendor.port, 'fallbacks = ["fine"]'))
    with house.engine() as engine:
        engine.event("down", "bad")
        ran = house.run("suggest", "--json")
        assert engine.end() == 0

    assert (ran.json["provider"], ran.json["suggested"]) == ("bad", "fine")


def test_a_provider_without_fallbacks_says_so(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    ran = house.run("suggest", "--json")

    assert ran.code == 1
    assert ran.json["why"] == "no working fallback: none is configured for a"


def test_a_fallback_that_is_disabled_is_no_mistake(house: House, vendor: Hostile, other: Hostile) -> None:
    listed = 'fallbacks = ["off", "b"]'
    house.write(
        section("a", vendor.port, listed), section("off", 1, "enabled = false"), section("b", other.port)
    )
    ran = house.run("suggest", "a", "--json")

    assert (ran.code, ran.json["suggested"]) == (0, "b")


def test_reachable_is_not_usable(house: House, vendor: Hostile, other: Hostile) -> None:
    keyed = 'key = "env:NOT_SET_ANYWHERE"'
    house.write(section("a", vendor.port, 'fallbacks = ["b"]'), section("b", other.port, keyed))
    ran = house.run("suggest", "a", "--json")

    assert ran.code == 1
    assert "without your key" in ran.json["why"]
