"""`check` and `status`: the same object, the same words, the same exit codes."""

import re
import time
from dataclasses import replace
from typing import Any

import pytest

from cli.house import House, section
from core.builders import Life, at
from hostile import Hostile, answer, closed_port
from trayuptime.cli import lines
from trayuptime.core.lights import Watched, provider_light
from trayuptime.core.model import Feed, FeedState, Surface
from trayuptime.core.state import State
from trayuptime.history import History
from trayuptime.system.lock import Mode, acquire

UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
BROKEN = answer("503 Service Unavailable", b"{}")
STATUS_KEYS = {"schema", "at", "vantage", "engine_running", "providers"}
PROVIDER_KEYS = {
    *("id", "name", "service", "access", "since", "reason", "detail", "latency_ms", "checked_at"),
    *("surfaces", "incident", "suggestion", "feed"),
}
SURFACE_KEYS = {"surface", "service", "reason", "checked_at"}
INCIDENT_KEYS = {
    *("id", "provider", "surface", "kind", "started_at", "ended_at", "confirmed_at", "duration_s"),
    *("downtime_s", "phases", "reasons", "recoveries", "vendor_acknowledged_at", "detection_lead_s"),
}
SUGGESTION_KEYS = {"suggested", "why", "verified_at"}


def _one(status: Any) -> dict[str, Any]:
    assert set(status) == STATUS_KEYS
    assert status["schema"] == 1
    assert UTC.fullmatch(status["at"])
    (provider,) = status["providers"]
    assert set(provider) == PROVIDER_KEYS
    for surface in provider["surfaces"]:
        assert set(surface) == SURFACE_KEYS
    found: dict[str, Any] = provider
    return found


def test_check_of_what_is_up_ends_with_0(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    ran = house.run("check", "--json")

    assert (ran.code, ran.err) == (0, "")
    provider = _one(ran.json)
    assert (provider["service"], provider["access"], provider["reason"]) == ("up", "ok", "ok")
    assert provider["surfaces"] == [
        {"surface": "api", "service": "up", "reason": "ok", "checked_at": provider["checked_at"]}
    ]
    assert UTC.fullmatch(provider["since"])
    assert UTC.fullmatch(provider["checked_at"])
    assert provider["latency_ms"] > 0
    assert (provider["incident"], provider["suggestion"], provider["feed"]) == (None, None, None)


def test_check_of_what_is_down_ends_with_1_after_confirming_it(house: House, vendor: Hostile) -> None:
    vendor.behaviour = BROKEN
    house.write(section("a", vendor.port))
    ran = house.run("check", "--json")

    assert ran.code == 1
    provider = _one(ran.json)
    assert (provider["service"], provider["reason"]) == ("down", "server_error")
    assert set(provider["incident"]) >= INCIDENT_KEYS
    assert len(vendor.requests) == 3


def test_check_stores_nothing(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    before = sorted(house.root.rglob("*"))
    house.run("check")

    assert sorted(house.root.rglob("*")) == before


def test_check_asks_only_who_was_named(house: House, vendor: Hostile, other: Hostile) -> None:
    house.write(section("a", vendor.port), section("b", other.port))
    ran = house.run("check", "b", "--json")

    assert [provider["id"] for provider in ran.json["providers"]] == ["b"]
    assert vendor.requests == []


def test_check_in_words_names_the_light_and_the_standing(
    house: House, vendor: Hostile, other: Hostile
) -> None:
    other.behaviour = BROKEN
    house.write(section("fine", vendor.port), section("broken", other.port))
    ran = house.run("check")

    fine, broken, why = ran.out.splitlines()
    assert re.match(r"✓ fine +up +no key needed", fine)
    assert re.match(r"× broken +down ", broken)
    assert "answers 503" in why
    assert ran.code == 1


def test_a_port_where_nobody_listens_is_down_on_loopback(house: House) -> None:
    house.write(section("a", closed_port()))
    ran = house.run("check", "--json")

    assert ran.code == 1
    assert _one(ran.json)["reason"] == "connect_refused"


def test_nothing_known_ends_with_3(house: House) -> None:
    """A name that cannot be resolved, and nobody who could vouch for the network."""
    far = '[[provider]]\nid = "a"\nkind = "website"\nweb_url = "https://nobody.invalid/"\n'
    house.write(far, polling='interval = "10s"\nretry_interval = "1s"\nconfirm_after = 1\ntimeout = "2s"')
    ran = house.run("check", "--json")

    assert ran.code == 3
    provider = _one(ran.json)
    assert (provider["service"], provider["reason"]) == ("unknown", None)


@pytest.mark.parametrize("command", [("check",), ("check", "--json"), ("suggest",), ("run", "--headless")])
def test_without_providers_a_command_says_how_to_add_some_and_ends_with_2(
    house: House, command: tuple[str, ...]
) -> None:
    ran = house.run(*command)

    assert (ran.code, ran.out) == (2, "")
    assert str(house.config_file) in ran.err
    assert "--starter" in ran.err


@pytest.mark.parametrize(
    "command",
    [
        ("check", "opnai"),
        ("suggest", "opnai"),
        ("switch", "opnai"),
        ("provider", "test", "opnai"),
        ("env", "opnai"),
    ],
)
def test_an_unknown_id_ends_with_2_and_the_nearest_one(
    house: House, vendor: Hostile, command: tuple[str, ...]
) -> None:
    house.write(section("openai", vendor.port))
    ran = house.run(*command)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == 'There is no provider "opnai"; did you mean "openai"?\n'
    assert vendor.requests == []


@pytest.mark.parametrize("command", [("check", "a"), ("provider", "test", "a"), ("env", "a")])
def test_a_disabled_provider_is_named_as_what_it_is(
    house: House, vendor: Hostile, command: tuple[str, ...]
) -> None:
    house.write(section("a", vendor.port, "enabled = false"), section("b", vendor.port))
    ran = house.run(*command)

    assert (ran.code, ran.out) == (2, "")
    assert 'The provider "a" is disabled' in ran.err
    assert vendor.requests == []


def test_a_disabled_provider_is_not_checked(house: House, vendor: Hostile, other: Hostile) -> None:
    house.write(section("a", vendor.port, "enabled = false"), section("b", other.port))

    assert house.run("check").code == 0
    assert vendor.requests == []
    assert house.run("check", "a").code == 2


@pytest.mark.parametrize(
    "command", [("check",), ("run", "--headless"), ("suggest",), ("provider", "list"), ("config", "check")]
)
def test_a_broken_configuration_ends_with_2_and_its_line(house: House, command: tuple[str, ...]) -> None:
    house.config_file.write_text('[[provider]]\nid = "a"\nkind = "openai"\nintervall = "60s"\n')
    ran = house.run(*command)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("config.toml line 4:")
    assert '"interval"' in ran.err
    assert "Traceback" not in ran.err


def test_status_before_anything_was_watched_is_3(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    ran = house.run("status", "--json")

    assert ran.code == 3
    provider = _one(ran.json)
    assert (provider["service"], provider["access"], provider["checked_at"]) == ("unknown", "unchecked", None)
    assert ran.json["engine_running"] is False
    assert vendor.requests == []


def test_status_without_a_configuration_is_3_and_says_so(house: House) -> None:
    ran = house.run("status")

    assert ran.code == 3
    assert ran.out.splitlines() == [
        "No engine is running.",
        "Nothing is known: no provider has been watched yet.",
    ]
    assert house.run("status", "--json").json["providers"] == []


def test_status_follows_the_engine_and_says_afterwards_how_old_it_is(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result")
        live = house.run("status", "--json")
        assert engine.end() == 0
    after = house.run("status")

    assert (live.code, live.json["engine_running"]) == (0, True)
    assert _one(live.json)["service"] == "up"
    assert re.match(r"No engine is running; this is \d+ s old\.", after.out)
    assert house.run("status", "--json").json["engine_running"] is False
    assert after.code == 0


def test_status_of_what_is_down_is_1_with_incident_and_suggestion(
    house: House, vendor: Hostile, other: Hostile
) -> None:
    vendor.behaviour = BROKEN
    house.write(section("a", vendor.port, 'fallbacks = ["b"]'), section("b", other.port))
    with house.engine() as engine:
        engine.event("suggest")
        ran = house.run("status", "--json")
        words = house.run("status")
        engine.end()

    assert ran.code == 1
    provider = ran.json["providers"][0]
    assert set(provider["incident"]) >= INCIDENT_KEYS
    assert provider["incident"]["ended_at"] is None
    assert set(provider["suggestion"]) == SUGGESTION_KEYS
    assert provider["suggestion"]["suggested"] == "b"
    assert UTC.fullmatch(provider["suggestion"]["verified_at"])
    assert "use b: up," in words.out


def test_status_survives_a_broken_configuration(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result")
        engine.end()
    house.config_file.write_text("[[provider]\n")
    ran = house.run("status", "--json")

    assert ran.code == 0
    assert [provider["id"] for provider in ran.json["providers"]] == ["a"]
    assert "config.toml line 1" in ran.err


def test_status_of_a_damaged_history_is_a_sentence(house: House) -> None:
    (house.root / "data").mkdir()
    (house.root / "data" / "history.db").write_bytes(b"this is no database at all" * 200)
    ran = house.run("status")

    assert ran.code == 2
    assert "history.db" in ran.err
    assert "Traceback" not in ran.err


def test_a_command_that_holds_the_lock_for_a_moment_is_no_engine(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port), section("b", vendor.port))
    (house.root / "data").mkdir()
    with acquire(house.root / "data" / "engine.lock", Mode.COMMAND) or pytest.fail("it is held"):
        status = house.run("status", "--json")
        switch = house.run("switch", "a")

    assert status.json["engine_running"] is False
    assert switch.code == 2
    assert "try again" in switch.err


def test_a_lock_that_cannot_be_looked_at_is_a_sentence(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port), section("b", vendor.port))
    (house.root / "data" / "engine.lock").mkdir(parents=True)

    for command in (("status",), ("check", "--json"), ("suggest",), ("switch", "a")):
        ran = house.run(*command)
        assert ran.code == 2
        assert "engine.lock" in ran.err


def test_check_keeps_to_a_wait_that_an_engine_was_told(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    now = time.time_ns() // 1_000_000
    (house.root / "data").mkdir()
    history = History.open(house.root / "data" / "history.db", str)
    history.save(State(holds={f"127.0.0.1:{vendor.port}": now + 3_600_000}), now)
    history.close()

    ran = house.run("check", "--json")

    assert (ran.code, vendor.requests) == (3, [])
    assert "it asked to wait for another" in ran.json["providers"][0]["detail"]


def test_the_check_of_a_configuration_names_certificates_that_are_not_there(house: House) -> None:
    house.write(section("a", 1, f'ca_bundle = "{house.root}/company.pem"'))
    ran = house.run("config", "check")

    assert f"a: ca_bundle {house.root}/company.pem cannot be read" in ran.err
    (house.root / "company.pem").write_text("x")
    assert house.run("config", "check").err == ""


def test_a_page_that_cannot_be_read_is_told_of_where_all_is_well() -> None:
    life = Life("a").run("S")
    unread = Feed(at(0), "a", FeedState.UP, unread=5, why="it answers 500")
    state = replace(life.state, feeds={"a": unread})
    light = provider_light(state, Watched("a", "A", (Surface.API,)), at(1))

    assert (
        lines.provider_lines(state, (light,), at(1))[1].strip() == "Their page cannot be read: it answers 500"
    )
