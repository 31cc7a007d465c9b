"""`import`: what an export took out comes in again, through the judge, and nothing is counted twice."""

import io
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from cli.house import House, section
from core.builders import at
from core.lives import life
from history.watching import DEEPSEEK, OPENAI, Watching, go_down, never_stamped
from hostile import Hostile
from trayuptime.core import contract
from trayuptime.core.model import Gap, GapCause, Switch
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import Heard
from trayuptime.core.state import GapSeen, Switched
from trayuptime.history import History

MINUTE = 60_000
THRESHOLDS = "confirm_after = 4\nrecover_after = 3"
"""Those by which `watching` judges."""

INCIDENT: dict[str, Any] = {
    "provider": "a",
    "surface": "api",
    "kind": "outage",
    "started_at": contract.iso(at(3_600)),
    "confirmed_at": contract.iso(at(3_700)),
    "ended_at": contract.iso(at(7_200)),
    "phases": [{"at": contract.iso(at(3_600)), "service": "down"}],
    "reasons": ["overloaded"],
    "vendor_acknowledged_at": contract.iso(at(5_000)),
}


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, house: House) -> House:
    """Another home, from which commands run afterwards."""
    root = tmp_path / "other"
    root.mkdir()
    monkeypatch.setenv("TRAYUPTIME_HOME", str(root))
    return House(root, house.capsys)


@pytest.fixture
def lived(house: House) -> House:
    """A home whose engine saw two outages, one without an answer, slept, and was told what to note."""
    house.write(polling=THRESHOLDS)
    path = house.root / "data" / "history.db"
    path.parent.mkdir()
    history = History.open(path, never_stamped)
    watching = Watching()
    for _ in range(30):
        watching.cycle(history)
    go_down(watching, history)
    watching.cycle(history, {OPENAI: Reason.RATE_LIMITED})
    for _ in range(10):
        watching.cycle(history)
    silent: dict[str, Any] = {"http_status": None, "answered_at": None, "needs_witness": True}
    for _ in range(6):
        watching.now += 30_000
        watching.see(OPENAI, Reason.CONNECT_TIMEOUT, flight_ms=300, **silent)
        watching.see(DEEPSEEK, Reason.OK, flight_ms=100)
        watching.commit(history)
    watching.happenings.append(
        GapSeen(Gap(watching.now + 1_000, watching.now + 60 * MINUTE, GapCause.ASLEEP))
    )
    watching.now += 60 * MINUTE
    for _ in range(10):
        watching.cycle(history)
    watching.happenings.append(Switched(Switch(watching.now, "deepseek", "openai")))
    watching.commit(history)
    history.note(1, "They said it was a deploy.", watching.now)
    while history.tidy(watching.now + 7_200_000, lambda: 0.0):
        pass
    history.close()
    return house


def _exported(house: House) -> list[str]:
    """All of it but the numbers of incidents, and their length while they last."""
    told: list[str] = []
    ran = house.program("export")  # it knows its home, whatever is that of this process
    assert (ran.code, ran.err) == (0, "")
    for line in ran.lines:
        for each in (line.get("incident"), line.get("note")):
            if each is not None:
                each.pop("id", None)
                each.pop("incident", None)
                if each.get("ended_at", "") is None:
                    each.pop("duration_s")
        told.append(json.dumps(line, sort_keys=True))
    return sorted(told)


def _a_file(path: Path, lines: Iterable[dict[str, Any] | str]) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def _answers(start_s: int, count: int, reason: str = "ok", **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "at": contract.iso(at(start_s + 60 * n)),
            "provider": "a",
            "surface": "api",
            "reason": reason,
            "latency_ms": 100,
            **more,
        }
        for n in range(count)
    ]


def _outage() -> list[dict[str, Any]]:
    return [*_answers(0, 60), *_answers(3_600, 10, "server_error", http_status=503), *_answers(4_200, 60)]


def test_what_an_export_took_out_comes_in_again(lived: House, other: House, tmp_path: Path) -> None:
    other.write(polling=THRESHOLDS)
    file = tmp_path / "all.jsonl"
    assert lived.program("export", "-o", str(file)).code == 0
    kinds = [json.loads(line) for line in file.read_text().splitlines()]
    assert all(any(kind in line for line in kinds) for kind in ("incident", "note", "switch", "gap"))
    assert any("evidence" in line for line in kinds)
    assert any("witness" in line for line in kinds)

    ran = other.run("import", str(file))

    assert (ran.code, ran.err) == (0, "")
    assert _exported(other) == _exported(lived)


def test_twice_is_once(house: House, tmp_path: Path) -> None:
    file = _a_file(tmp_path / "a.jsonl", _outage())
    house.run("import", str(file))
    once = _exported(house)

    again = house.run("import", str(file))

    assert again.code == 0
    assert "130" in again.out
    assert _exported(house) == once
    assert house.run("history", "verify").code == 0


def test_what_was_exported_from_here_changes_nothing_here(lived: House, tmp_path: Path) -> None:
    before = _exported(lived)
    figures = lived.run("uptime", "--json", "--since", "2026-03").json
    lived.run("export", "-o", str(tmp_path / "all.jsonl"))

    assert lived.run("import", str(tmp_path / "all.jsonl")).code == 0
    assert _exported(lived) == before
    assert lived.run("uptime", "--json", "--since", "2026-03").json == figures


def test_results_go_through_the_judge(house: House, tmp_path: Path) -> None:
    house.run("import", str(_a_file(tmp_path / "a.jsonl", _outage())))

    (incident,) = house.run("incidents", "--json").json
    assert (incident["kind"], incident["reasons"]) == ("outage", ["server_error"])
    assert (incident["started_at"], incident["ended_at"]) == (
        contract.iso(at(3_600)),
        contract.iso(at(4_200)),
    )
    (row, *_) = house.run("uptime", "--json", "--since", "2026-03").json
    assert (row["outages"], row["downtime_s"], row["results"]) == (1, 600, 130)


def test_the_thresholds_are_those_of_the_configuration(house: House, tmp_path: Path) -> None:
    house.write(polling="confirm_after = 12")
    house.run("import", str(_a_file(tmp_path / "a.jsonl", _outage())))

    assert house.run("incidents", "--json").json == []


def test_incidents_and_notes_attach_even_where_their_results_are_gone(house: House, tmp_path: Path) -> None:
    note = {"at": contract.iso(at(9_000)), "note": {**INCIDENT, "text": "They apologised."}}
    house.run("import", str(_a_file(tmp_path / "a.jsonl", [{"incident": INCIDENT}, note])))

    (found,) = house.run("incidents", "--json").json
    assert found | INCIDENT == found
    assert [each["text"] for each in found["notes"]] == ["They apologised."]


def test_nobody_is_told(house: House, vendor: Hostile, tmp_path: Path) -> None:
    """Nor does the engine that takes it over think that its providers were down."""
    house.write(section("a", vendor.port))
    lines = [*_answers(0, 60), *_answers(3_600, 10, "server_error", http_status=503)]
    file = _a_file(tmp_path / "a.jsonl", lines)
    with house.engine() as engine:
        engine.event("result")
        ran = house.program("import", str(file))
        assert (ran.code, ran.err) == (0, "")
        engine.event("result")
        engine.end()
        said = [json.loads(line)["event"] for line in [*engine.said, *engine.rest().splitlines()] if line]
    assert set(said) <= {"result", "access", "gap"}
    (incident,) = house.run("incidents", "--json").json
    assert incident["ended_at"] is not None


def test_a_recording_that_was_never_an_export(house: House, tmp_path: Path) -> None:
    """Whatever happened in it, it can be had back by an export of the import."""
    lines = []
    for each in life(2, 1_500, "abc"):
        if isinstance(each, Heard):
            line: dict[str, Any] = {
                "at": contract.iso(each.at),
                "provider": each.key.provider,
                "surface": each.key.surface.value,
                "reason": each.reason.value,
            }
            lines.append(line if each.latency_ms is None else {**line, "latency_ms": each.latency_ms})
    assert house.run("import", str(_a_file(tmp_path / "a.jsonl", lines))).code == 0
    once = _exported(house)
    house.run("export", "-o", str(tmp_path / "b.jsonl"))

    assert house.run("import", str(tmp_path / "b.jsonl")).code == 0
    assert _exported(house) == once


def test_a_line_that_is_none_of_ours_leaves_everything_as_it_was(house: House, tmp_path: Path) -> None:
    house.run("import", str(_a_file(tmp_path / "a.jsonl", _outage())))
    before = _exported(house)
    bad: list[Any] = [*_answers(9_000, 3), '{"reason": "okay"}', {"incident": {"provider": "a"}}]

    ran = house.run("import", str(_a_file(tmp_path / "b.jsonl", bad)))

    assert ran.code == 2
    assert "b.jsonl, line 4: " in ran.err
    assert _exported(house) == before


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"incident": {"provider": "a", "surface": "api"}}, 'line 2: its "phases" are empty'),
        ({"note": "x"}, 'line 2: its "note" is no object'),
        ({"at": "2026", "switch": {"provider": "a"}}, "line 2: "),
        ({**_answers(60, 1)[0], "evidence": 3}, 'line 2: its "evidence" is no object'),
        ({**_answers(60, 1)[0], "witness": 3}, "line 2: "),
    ],
)
def test_what_is_attached_is_checked_too(house: House, tmp_path: Path, line: Any, sentence: str) -> None:
    ran = house.run("import", str(_a_file(tmp_path / "a.jsonl", [*_answers(0, 1), line])))

    assert ran.code == 2
    assert sentence in ran.err
    assert not (house.root / "data" / "history.db").exists()


def test_a_file_that_cannot_be_read_is_named(house: House, tmp_path: Path) -> None:
    (tmp_path / "b.bin").write_bytes(b"\xff\xfe\x00")
    for name, sentence in [("no.jsonl", "cannot be read: No such file"), ("b.bin", "is not UTF-8 text")]:
        ran = house.run("import", str(tmp_path / name))
        assert ran.code == 2
        assert f"{name} {sentence}" in ran.err


def test_from_the_standard_input(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(map(json.dumps, _outage()))))

    assert house.run("import", "-").code == 0
    assert len(house.run("incidents", "--json").json) == 1


def test_nothing_in_it_is_nothing_imported(house: House, tmp_path: Path) -> None:
    ran = house.run("import", str(_a_file(tmp_path / "a.jsonl", [])))

    assert (ran.code, ran.err) == (0, "")
    assert house.run("history", "verify").code == 0


def test_whatever_looks_like_a_key_does_not_come_in(house: House, tmp_path: Path) -> None:
    key = "sk-" + "a1B2" * 10
    told = {"detail": f"wrong key {key}", "excerpt": f"Bearer {key}", "request_id": key}
    line = {**_answers(0, 1, "key_rejected")[0], "evidence": told}
    note = {"at": line["at"], "note": {**INCIDENT, "text": f"Try {key}."}}
    incident = {"incident": {**INCIDENT, "vendor_acknowledged_at": line["at"], "vendor_title": f"Use {key}!"}}
    house.run("import", str(_a_file(tmp_path / "a.jsonl", [line, incident, note])))

    for file in (house.root / "data").iterdir():
        assert key.encode() not in file.read_bytes()
    (back,) = [each for each in house.run("export").lines if "reason" in each]
    assert "[redacted]" in back["evidence"]["detail"]
    assert key not in json.dumps(back)


def test_a_host_that_looks_like_a_key_is_no_host(house: House, tmp_path: Path) -> None:
    key = "sk-" + "a1B2" * 10
    told = {"network": {"local_address": key, "peer_address": key, "routes": [key], "proxy": key}}
    line = {**_answers(0, 1, "connect_timeout", proven=True, host=key, witness=key)[0], "evidence": told}
    house.run("import", str(_a_file(tmp_path / "a.jsonl", [line])))

    assert key not in house.run("export").out
    for file in (house.root / "data").iterdir():
        assert key.encode() not in file.read_bytes()


@pytest.mark.parametrize("name", ["provider", "host", "witness"])
def test_names_without_end_are_refused(house: House, tmp_path: Path, name: str) -> None:
    ran = house.run("import", str(_a_file(tmp_path / "a.jsonl", [{**_answers(0, 1)[0], name: "x" * 500}])))

    assert ran.code == 2
    assert f'line 1: its "{name}" is too long: 500 characters' in ran.err


@pytest.mark.parametrize(
    "line",
    [
        {**_answers(0, 1)[0], "at": "2087-01-01T00:00:00Z"},
        {"at": "2026-03-01T00:00:00Z", "gap": "asleep", "until": "2087-01-01T00:00:00Z"},
        {"at": "2087-01-01T00:00:00Z", "vantage": "offline"},
        {"incident": {**INCIDENT, "ended_at": "2087-01-01T00:00:00Z"}},
        {"at": "2087-01-01T00:00:00Z", "switch": {"provider": "a", "to": "b"}},
    ],
)
def test_a_time_that_has_not_come_is_refused(house: House, tmp_path: Path, line: dict[str, Any]) -> None:
    ran = house.run("import", str(_a_file(tmp_path / "a.jsonl", [*_answers(0, 1), line])))

    assert ran.code == 2
    assert "a.jsonl tells of a time that has not come yet: 2087-01-01T00:00:00.000Z." in ran.err


def test_failures_that_nobody_can_vouch_for_are_told(house: House, tmp_path: Path) -> None:
    lines = [*_answers(0, 30), *_answers(1_800, 2, "connect_timeout")]

    ran = house.run("import", str(_a_file(tmp_path / "a.jsonl", lines)))

    assert "2 failures at its end were left out" in ran.out
    assert len([line for line in house.run("export").lines if line.get("reason")]) == 30


def test_nothing_is_left_beside_the_history(house: House, tmp_path: Path) -> None:
    house.run("import", str(_a_file(tmp_path / "a.jsonl", _outage())))

    names = {each.name for each in (house.root / "data").iterdir()}
    assert not [name for name in names if name.startswith("import-")]


def test_a_result_that_both_have_is_counted_once(lived: House, tmp_path: Path) -> None:
    """Where the file says something else of a moment that is known, the history's own word stands."""
    before = _exported(lived)
    lines = [json.loads(line) for line in lived.run("export").out.splitlines()]
    for line in lines:
        if line.get("reason") == "ok":
            line["latency_ms"] = 9_999.0
    lived.run("import", str(_a_file(tmp_path / "a.jsonl", [each for each in lines if "reason" in each])))

    assert [line for line in _exported(lived) if '"reason": "ok"' in line] == [
        line for line in before if '"reason": "ok"' in line
    ]


def _heard(times: Iterable[int]) -> str:
    """A good answer a minute, at these minutes of a day."""
    return "".join(
        json.dumps(
            {
                "at": f"2026-09-01T{minute // 60:02}:{minute % 60:02}:00Z",
                "provider": "old",
                "surface": "api",
                "reason": "ok",
                "latency_ms": 100,
                "interval_s": 60,
            }
        )
        + "\n"
        for minute in times
    )


def _uptime(house: House, *more: str) -> list[Any]:
    found: list[Any] = house.run("uptime", "--json", *more).json
    return found


def test_what_nobody_watches_any_more_can_be_asked_for_by_its_name(house: House) -> None:
    file = house.root / "old.jsonl"
    file.write_text(_heard(range(5)))
    house.run("import", str(file))

    assert house.run("incidents", "old").out == "No incident is known.\n"
    assert len(house.run("export", "old").lines) == 5
    assert _uptime(house, "old", "--since", "2026-08-01..2026-08-02")[0]["uptime"] is None
    assert house.run("uptime", "--since", "2026-08-01..2026-08-02").out == (
        "Nothing is known of that time: no provider was watched then.\n"
    )
    assert "known: old" in house.run("export", "other").err


@pytest.mark.parametrize("pieces", [["whole"], ["early", "late"], ["late", "early"]])
def test_a_recording_speaks_to_its_end_and_across_its_pieces(house: House, pieces: list[str]) -> None:
    for name, times in {"early": range(20), "late": range(20, 60), "whole": range(60)}.items():
        (house.root / f"{name}.jsonl").write_text(_heard(times))
    for piece in pieces:
        house.run("import", str(house.root / f"{piece}.jsonl"))

    (surface, _) = _uptime(house, "old", "--since", "2026-09-01..2026-09-02")
    assert surface["covered_s"] == 59 * 60 + 150
