"""`pause`, `resume`, `quit`, `switch`: they reach the running engine, or say that there is none."""

import re

import pytest

from cli.house import House, Ran, Running, section
from hostile import Hostile, answer
from trayuptime.history import Reader

BROKEN = answer("503 Service Unavailable", b"{}")


@pytest.mark.parametrize("command", ["pause", "resume", "quit"])
def test_without_an_engine_it_ends_with_1(house: House, command: str) -> None:
    ran = house.run(command)

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "No engine is running here.\n"


def test_pause_and_resume_reach_the_engine(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result")
        paused = house.run("pause")
        status = house.run("status")
        unknown = house.run("status", "--json")
        resumed = house.run("resume")
        gap = engine.event("gap")
        engine.event("result")
        assert engine.end() == 0

    assert (paused.code, paused.out) == (0, "Paused until resumed.\n")
    assert status.out.startswith("Paused since ")
    assert unknown.json["providers"][0]["service"] == "unknown"
    assert (resumed.code, resumed.out) == (0, "Watching again.\n")
    assert gap["cause"] == "paused"


@pytest.mark.parametrize(
    ("until", "said"),
    [("1h", r"Paused until \d{4}-\d\d-\d\d "), ("tomorrow", r"Paused until \d{4}-\d\d-\d\d 06:00:00\.")],
)
def test_a_pause_may_have_an_end(house: House, vendor: Hostile, until: str, said: str) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result")
        ran = house.run("pause", until)
        assert engine.end() == 0

    assert ran.code == 0
    assert re.match(said, ran.out)
    with Reader(house.root / "data" / "history.db") as reader:
        state = reader.state()
    assert state.paused_since is not None
    assert state.paused_until is not None
    if until == "1h":
        assert state.paused_until - state.paused_since == pytest.approx(3_600_000, abs=5_000)


def test_a_short_pause_ends_by_itself(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result")
        assert house.run("pause", "300ms").code == 0
        assert engine.event("gap")["cause"] == "paused"
        assert engine.end() == 0


def test_a_pause_of_nonsense_ends_with_2(house: House) -> None:
    ran = house.run("pause", "a while")

    assert ran.code == 2
    assert "tomorrow" in ran.err


def test_quit_ends_the_engine_and_waits_for_its_end(house: House, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result")
        ran = house.run("quit")
        code = engine.process.wait(2)

    assert (ran.code, ran.out) == (0, "The engine has quit.\n")
    assert code == 0
    assert house.run("quit").code == 1


def _detail(house: House) -> str:
    detail: str = house.run("status", "--json").json["providers"][0]["detail"]
    return detail


def _exported(house: House) -> list[dict[str, object]]:
    lines = house.run("export", "--format", "jsonl").lines
    return [line["switch"] for line in lines if "switch" in line]


def _ready(house: House, engine: Running) -> Ran:
    engine.event("result")
    return house.run("switch", "b")


def test_a_switch_without_an_engine_is_recorded_and_shown(
    house: House, vendor: Hostile, other: Hostile
) -> None:
    house.write(section("a", vendor.port), section("b", other.port))
    ran = house.run("switch", "b")

    assert (ran.code, ran.out) == (0, "Switched from a to b.\n")
    assert "you switched to b" in _detail(house)
    assert "You switched from a to b at " in house.run("status").out
    assert _exported(house) == [{"provider": "a", "to": "b", "back": False}]
    assert vendor.requests == []


def test_without_an_engine_too_a_switch_to_the_one_that_was_left_is_going_back(
    house: House, vendor: Hostile, other: Hostile
) -> None:
    house.write(section("a", vendor.port), section("b", other.port))
    for name in ("b", "b", "a"):
        assert house.run("switch", name).code == 0

    assert _exported(house) == [
        {"provider": "a", "to": "b", "back": False},
        {"provider": "b", "to": "a", "back": True},
    ]
    assert house.run("switch", "--back").out == "No switch is in force.\n"


def test_a_switch_reaches_an_engine_whose_file_has_just_been_broken(
    house: House, vendor: Hostile, other: Hostile
) -> None:
    house.write(section("a", vendor.port), section("b", other.port))
    with house.engine() as engine:
        engine.event("result")
        house.config_file.write_text("[[provider]\n")
        known = house.run("switch", "b")
        unknown = house.run("switch", "c")

    assert (known.code, known.out) == (0, "Switched from a to b.\n")
    assert unknown.code == 2
    assert "'c'" in unknown.err


def test_a_switch_with_an_engine_is_recorded_and_shown(house: House, vendor: Hostile, other: Hostile) -> None:
    house.write(section("a", vendor.port), section("b", other.port))
    with house.engine() as engine:
        ran = _ready(house, engine)
        detail = _detail(house)
        exported = _exported(house)
        back = house.run("switch", "--back")
        again = house.run("switch", "--back")
        assert engine.end() == 0

    assert (ran.code, ran.out) == (0, "Switched from a to b.\n")
    assert "you switched to b" in detail
    assert exported == [{"provider": "a", "to": "b", "back": False}]
    assert (back.code, back.out) == (0, "Switched back to a.\n")
    assert (again.code, again.out) == (1, "No switch is in force.\n")
    assert _exported(house)[-1] == {"provider": "b", "to": "a", "back": True}


def test_a_switch_leaves_the_provider_that_is_down(house: House, vendor: Hostile, other: Hostile) -> None:
    vendor.behaviour = BROKEN
    house.write(section("first", other.port), section("bad", vendor.port), section("b", other.port))
    with house.engine() as engine:
        engine.event("down", "bad")
        ran = house.run("switch", "b")
        assert engine.end() == 0

    assert ran.out == "Switched from bad to b.\n"


def test_switching_back_without_an_engine(house: House, vendor: Hostile, other: Hostile) -> None:
    house.write(section("a", vendor.port), section("b", other.port))
    nothing = house.run("switch", "--back")
    house.run("switch", "b")
    back = house.run("switch", "--back")

    assert (nothing.code, nothing.out) == (1, "No switch is in force.\n")
    assert (back.code, back.out) == (0, "Switched back to a.\n")
    assert "switched" not in _detail(house)


@pytest.mark.parametrize("arguments", [(), ("b", "--back")])
def test_a_switch_to_nowhere_or_both_ways_ends_with_2(
    house: House, vendor: Hostile, arguments: tuple[str, ...]
) -> None:
    house.write(section("b", vendor.port))
    ran = house.run("switch", *arguments)

    assert ran.code == 2
    assert "trayuptime switch ID" in ran.err


def test_a_switch_survives_into_the_next_engine(house: House, vendor: Hostile, other: Hostile) -> None:
    house.write(section("a", vendor.port), section("b", other.port))
    house.run("switch", "b")
    with house.engine() as engine:
        engine.event("result", "a")
        assert "you switched to b" in _detail(house)
        assert engine.end() == 0
