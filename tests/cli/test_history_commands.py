"""`incidents` and `export`: what was recorded, in the public words and in the order of time."""

import re
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from cli.house import House, Ran, section
from cli.test_check_and_status import INCIDENT_KEYS
from hostile import Hostile, answer, json_ok
from trayuptime.core.attached import Kept, incident_of, kept_of
from trayuptime.history import Reader

UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
BROKEN = answer("503 Service Unavailable", b"{}")
RESULT_KEYS = {
    *("schema", "at", "provider", "surface", "reason", "latency_ms", "interval_s"),
    *("http_status", "host", "reach"),
}


@pytest.fixture(scope="module")
def eventful_life(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an outage that ended, a pause, a switch and a restart in it."""
    house = House(tmp_path_factory.mktemp("lived"))
    with Hostile(json_ok) as vendor, Hostile(json_ok) as other:
        house.write(section("a", vendor.port), section("b", other.port))
        with house.engine() as engine:
            engine.event("result", "a")
            vendor.behaviour = BROKEN
            engine.event("down", "a")
            house.program("switch", "b")
            vendor.behaviour = json_ok
            engine.event("up", "a")
            house.program("pause")
            house.program("resume")
            engine.event("gap")
            engine.end()
        with house.engine() as engine:
            engine.event("gap")
            engine.event("result")
            engine.end()
    return house.root


@pytest.fixture
def lived(house: House, eventful_life: Path) -> House:
    """A copy of it."""
    shutil.copytree(eventful_life, house.root, dirs_exist_ok=True)
    return house


def _export(house: House, *more: str) -> Ran:
    return house.run("export", "--format", "jsonl", *more)


def _at(line: dict[str, Any]) -> str:
    at: str = line["incident"]["started_at"] if "incident" in line else line["at"]
    return at


def test_export_writes_replays_lines_in_the_order_of_time(lived: House) -> None:
    ran = _export(lived)

    assert (ran.code, ran.err) == (0, "")
    kinds: dict[str, int] = {}
    for line in ran.lines:
        assert line.pop("schema") == 1
        match line:
            case {"gap": cause}:
                assert set(line) == {"at", "gap", "until"}
                assert cause in {"paused", "app_off"}
                assert UTC.fullmatch(line["until"])
                kind = f"gap {cause}"
            case {"incident": incident}:
                assert set(line) == {"incident"}
                assert set(incident) >= INCIDENT_KEYS
                kind = "incident"
            case {"switch": _}:
                assert set(line) == {"at", "switch"}
                kind = "switch"
            case _:
                assert ("evidence" in line) is (line["reason"] != "ok")
                line.pop("evidence", None)
                assert set(line) | {"schema", "latency_ms"} == RESULT_KEYS
                assert line["interval_s"] == 1.0
                assert (line["host"].partition(":")[0], line["reach"]) == ("127.0.0.1", "loopback")
                kind = line["reason"]
        assert UTC.fullmatch(_at(line))
        kinds[kind] = kinds.get(kind, 0) + 1
    assert set(kinds) == {"ok", "server_error", "gap paused", "gap app_off", "incident", "switch"}
    assert kinds["server_error"] >= 3
    assert all(_at(before) <= _at(after) for before, after in pairwise(ran.lines))


def test_an_export_holds_the_very_same_incidents_and_evidence(lived: House) -> None:
    lines = _export(lived).lines
    with Reader(lived.root / "data" / "history.db") as reader:
        incidents, results = reader.incidents(), list(reader.results())
    again = [incident_of(line) for line in lines if "incident" in line]
    kept = [kept_of(line) or Kept() for line in lines if "reason" in line]

    assert again == [replace(each, id=0, told=None, told_up_at=None) for each in incidents]
    assert kept == [Kept(**{name: getattr(each.result, name) for name in Kept.__slots__}) for each in results]
    assert any(each.excerpt for each in kept)


def test_export_of_one_provider_leaves_the_others_out(lived: House) -> None:
    results = [line for line in _export(lived, "b").lines if "reason" in line]

    assert {line["provider"] for line in results} == {"b"}
    assert not any("incident" in line for line in _export(lived, "b").lines)


def test_export_to_a_file_is_the_same(lived: House, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    ran = _export(lived, "-o", str(target))

    assert (ran.code, ran.out) == (0, "")
    assert target.read_text() == _export(lived).out


def test_export_since_a_time_in_the_future_is_empty(lived: House) -> None:
    ran = _export(lived, "--since", "2100-01-01")

    assert (ran.code, ran.out) == (0, "")


def test_export_into_a_folder_that_is_not_there_ends_with_2(lived: House) -> None:
    ran = _export(lived, "-o", "/nowhere/at/all.jsonl")

    assert ran.code == 2
    assert "/nowhere/at/all.jsonl" in ran.err


def test_a_mistyped_id_wipes_no_file(lived: House, tmp_path: Path) -> None:
    target = tmp_path / "precious.jsonl"
    target.write_text("precious")
    lived.write(section("alpha", 1))
    ran = _export(lived, "alphq", "-o", str(target))

    assert ran.code == 2
    assert 'did you mean "alpha"?' in ran.err
    assert target.read_text() == "precious"


def test_what_is_no_longer_configured_can_still_be_told(lived: House) -> None:
    lived.write(section("new", 1))

    assert _export(lived, "a").code == 0
    assert [incident["provider"] for incident in lived.run("incidents", "a", "--json").json] == ["a"]


def test_without_a_history_there_is_nothing_to_export(house: House) -> None:
    ran = _export(house)

    assert (ran.code, ran.out) == (0, "")
    assert "history.db" in ran.err


@pytest.mark.parametrize("more", [("--format", "yaml"), ("--format", "jsonl", "--since", "yesterday")])
def test_export_in_no_known_format_or_time_ends_with_2(house: House, more: tuple[str, ...]) -> None:
    ran = house.run("export", *more)

    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_incidents_are_an_array_of_the_public_objects(lived: House) -> None:
    ran = lived.run("incidents", "--json")

    assert ran.code == 0
    (incident,) = ran.json
    assert set(incident) == INCIDENT_KEYS | {"schema"}
    assert (incident["provider"], incident["surface"], incident["kind"]) == ("a", "api", "outage")
    assert incident["reasons"] == ["server_error"]
    assert incident["phases"][0] == {"at": incident["started_at"], "service": "down"}
    for name in ("started_at", "ended_at", "confirmed_at"):
        assert UTC.fullmatch(incident[name])
    assert 0 < incident["downtime_s"] <= incident["duration_s"] + 0.001
    assert (incident["recoveries"], incident["vendor_acknowledged_at"]) == ([], None)


def test_incidents_in_words(lived: House) -> None:
    ran = lived.run("incidents")

    assert ran.code == 0
    assert re.match(r"#1  a api  outage  \d{4}-\d\d-\d\d [\d:]{8} until .* server_error\n$", ran.out)


def test_incidents_can_be_narrowed(lived: House) -> None:
    assert lived.run("incidents", "b", "--json").json == []
    assert len(lived.run("incidents", "a", "--since", "1h", "--json").json) == 1
    assert lived.run("incidents", "--since", "2100-01-01", "--json").json == []


def test_no_incidents_is_no_mistake(house: House) -> None:
    assert house.run("incidents").out == "No incident is known.\n"
    assert house.run("incidents", "--json").out == "[]\n"


def test_incidents_of_a_mistyped_id_end_with_2(lived: House) -> None:
    lived.write(section("deepseek", 1))
    ran = lived.run("incidents", "deepsek")

    assert (ran.code, ran.out) == (2, "")
    assert 'did you mean "deepseek"?' in ran.err
