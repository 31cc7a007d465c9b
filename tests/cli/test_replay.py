"""`replay` and `incidents --explain`: why did it alert, from a file and from the history."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from cli.house import House, Ran
from core.builders import Life, at, target
from trayuptime.core import contract, judge
from trayuptime.core.model import Gap, GapCause
from trayuptime.history import History

MINUTE_S = 60.0


def line(second: float, reason: str = "ok", provider: str = "a", **more: Any) -> str:
    words = {"at": contract.iso(at(second)), "provider": provider, "surface": "api", "reason": reason}
    return json.dumps(words | {"latency_ms": 300} | more)


def outage(provider: str = "a") -> list[str]:
    reasons = ["ok", *["server_error"] * 4, "ok", "ok"]
    return [line(n * MINUTE_S, reason, provider) for n, reason in enumerate(reasons)]


def replay(house: House, tmp_path: Path, lines: list[str], *more: str) -> Ran:
    file = tmp_path / "recording.jsonl"
    file.write_text("\n".join(lines) + "\n")
    return house.run("replay", str(file), *more)


def events(ran: Ran, *names: str) -> list[dict[str, Any]]:
    assert (ran.code, ran.err) == (0, "")
    return [event for event in ran.lines if event.get("event") in names]


def test_an_outage_is_told_with_its_first_failure_and_its_downtime(house: House, tmp_path: Path) -> None:
    ran = replay(house, tmp_path, outage(), "--json")

    (down,) = events(ran, "down")
    assert down == {
        "schema": 1,
        "at": "2026-03-29T12:03:00.300Z",
        "event": "down",
        "provider": "a",
        "surface": "api",
        "incident": 1,
        "started_at": "2026-03-29T12:01:00.000Z",
        "reason": "server_error",
    }
    (up,) = events(ran, "up")
    assert (up["incident"], up["ended_at"], up["downtime_s"]) == (1, "2026-03-29T12:05:00.000Z", 240.0)
    assert [told["title"] for told in events(ran, "notify")] == ["a is down", "a is up again"]
    assert len(events(ran, "result")) == 7


def test_in_words_only_what_changed_is_told(house: House, tmp_path: Path) -> None:
    ran = replay(house, tmp_path, outage())

    down, bubble, up, other, summary = ran.out.splitlines()
    assert "DOWN since" in down
    assert "notice: a is down" in bubble
    assert "UP again, 4 min of downtime" in up
    assert "notice: a is up again" in other
    assert summary == "7 results taken into account, once down, 2 notices."


def test_explained_in_words_each_line_has_its_rule(house: House, tmp_path: Path) -> None:
    lines = [
        *outage(),
        line(60, "connect_timeout", "b", latency_ms=10_000),
        line(480, "dns_failure"),
        line(480, "dns_failure", "b"),
        line(500, "dns_failure"),
        line(500, "dns_failure", "b"),
        line(520, "dns_failure", "b"),
    ]
    ran = replay(house, tmp_path, lines, "--explain")

    assert ran.code == 0
    for sentence in (
        "failure 1 in a row; 2 more would make it down",
        "it was answered, so no witness is needed",
        "3 failures in a row, the first at ",
        "1 answer in a row; 1 more would make it up",
        "a api has answered since it began, so it was not this computer's network",
        "it waits for a witness: no other host has answered since it began; it would be failure 1 in a row",
        "every host that could tell is silent: a api, b api",
        "dropped: this computer is cut off, so it says nothing about the vendor",
    ):
        assert f"    {sentence}" in ran.out


def test_explained_in_json_each_event_has_its_reasons_and_what_came_to_nothing_is_no_event(
    house: House, tmp_path: Path
) -> None:
    ran = replay(house, tmp_path, [line(0), line(60, "connect_timeout")], "--json", "--explain")

    first, waits = ran.lines
    assert (first["event"], first["why"]) == ("result", [])
    assert "event" not in waits
    assert (waits["reason"], waits["at"]) == ("connect_timeout", "2026-03-29T12:01:00.000Z")
    assert waits["why"][0].startswith("it waits for a witness")


def test_a_recording_may_come_through_a_pipe(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(outage())))

    assert "once down" in house.run("replay", "-").out


def test_the_thresholds_are_the_configurations(house: House, tmp_path: Path) -> None:
    house.config_file.write_text("[polling]\nconfirm_after = 5\n")
    assert events(replay(house, tmp_path, outage(), "--json"), "down", "notify") == []

    house.config_file.write_text("[polling]\nconfirm_after = 0\n")
    ran = replay(house, tmp_path, outage(), "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "confirm_after" in ran.err


def test_bad_lines_are_all_named_and_nothing_is_told(house: House, tmp_path: Path) -> None:
    ran = replay(house, tmp_path, [*outage(), line(600, "okay"), "?"], "--json")

    assert (ran.code, ran.out) == (2, "")
    named = str(tmp_path / "recording.jsonl")
    assert ran.err.splitlines() == [
        f'{named}, line 8: its reason is the unknown word "okay"; did you mean "ok".',
        f"{named}, line 9: it is no JSON.",
    ]


def test_of_many_bad_lines_the_first_are_named(house: House, tmp_path: Path) -> None:
    ran = replay(house, tmp_path, ["?"] * 100)

    assert ran.err.splitlines()[-1] == "… and 80 more."


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_said_so(house: House, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "x.jsonl"
    if content is not None:
        file.write_bytes(content)
    ran = house.run("replay", str(file))

    assert (ran.code, ran.out) == (2, "")
    assert str(file) in ran.err


def test_an_empty_recording_is_no_mistake(house: House, tmp_path: Path) -> None:
    assert replay(house, tmp_path, []).out == "0 results taken into account, never down, 0 notices.\n"


# From the history


def kept(house: House, life: Life, now_s: float) -> House:
    (house.root / "data").mkdir()
    history = History.open(house.root / "data" / "history.db", lambda: "aside")
    history.append(life.happenings, life.state, at(now_s))
    history.close()
    return house


def incidents(house: House) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.run("incidents", "--json").json
    return found


@pytest.fixture
def recorded(house: House) -> House:
    """A history with an outage that lasted through an hour of sleep, and evidence of its failures."""
    life = Life("a", "b").run("S")
    life.see(1, "S", "b")
    for _ in range(3):
        life.see(life.now_s, "N", latency_ms=10_000.0)
        life.see(life.now_s + 11, "S", "b")
        life.now_s += 60
    for second in range(240, 600, 60):
        life.see(second, "F", excerpt="<b>503</b>", request_id="req_1", detail="answers 503")
    life.apply(judge.pass_over(life.state, Gap(at(600), at(4_200), GapCause.ASLEEP)))
    life.now_s = 4_200
    life.run("FSSS")
    return kept(house, life, 4_500)


def test_an_incident_is_explained_from_the_history(recorded: House) -> None:
    ran = recorded.run("incidents", "--explain", "1")

    assert (ran.code, ran.err) == (0, "")
    text = ran.out
    assert text.startswith("#1  a api  outage")
    for sentence in (
        "Today's rules: down after 3 failures in a row, up after 2 answers in a row",
        "b.example:443 had answered since it began, so it was not this computer's network",
        "failure 3 in a row; 3 make it down",
        "    request req_1",
        "    it said: <b>503</b>",
        "    … and ",
        "    the computer slept",
        "seen at both ends of a 1 h gap, which counts as no downtime",
    ):
        assert sentence in text
    assert len(text.splitlines()) < 50


def test_an_answer_commands_no_terminal(house: House) -> None:
    life = Life("a").run("S")
    for _ in range(3):
        life.see(life.now_s, "F", excerpt="\x1b]0;owned\x07\x9b2J<b>\n503</b>")
        life.now_s += 10
    ran = kept(house, life, 60).run("incidents", "--explain", "1")

    assert "    it said: ]0;owned 2J<b> 503</b>" in ran.out.splitlines()


def test_the_same_as_json(recorded: House) -> None:
    (account,) = recorded.run("incidents", "--explain", "1", "--json").json

    (listed,) = recorded.run("incidents", "--json").json
    assert {name: account[name] for name in listed} == listed
    assert account["found_again"] is True
    assert {line["event"] for line in account["explanation"]} == {"result", "down", "up", "gap"}
    assert all(line["why"] for line in account["explanation"])
    first = account["explanation"][0]
    assert first["at"] == listed["started_at"]
    answered = next(line for line in account["explanation"] if line.get("reason") == "server_error")
    assert answered["evidence"]["request_id"] == "req_1"


def test_with_other_thresholds_it_is_said_that_it_would_not_be_found(recorded: House) -> None:
    recorded.config_file.write_text("[polling]\nconfirm_after = 20\n")
    ran = recorded.run("incidents", "--explain", "1")

    assert "By today's rules its results would not make an incident" in ran.out
    (account,) = recorded.run("incidents", "--explain", "1", "--json").json
    assert account["found_again"] is False


@pytest.fixture
def gateway(house: House) -> House:
    """A history in which three providers behind one gateway that hangs went down with it."""
    names = ("a", "b", "c")
    life = Life(*names, "w", targets=dict.fromkeys(names, target("gateway.example:443")))
    for name in (*names, "w"):
        life.see(0, "S", name)
    for second, name in ((60, "a"), (70, "b"), (80, "c"), (100, "a")):
        life.see(second, "N", name, latency_ms=10_000.0)
        life.see(second + 10.1, "S", "w")
    for second in (160, 170):
        for name in names:
            life.see(second, "S", name)
    return kept(house, life, 300)


def test_an_incident_that_the_host_decided_is_explained_with_what_its_others_saw(gateway: House) -> None:
    (account,) = gateway.run("incidents", "--explain", "2", "--json").json

    assert account["found_again"] is True
    assert {line["provider"] for line in account["explanation"]} == {account["provider"]}
    (down,) = [line for line in account["explanation"] if line["event"] == "down"]
    assert "its host gateway.example:443 has answered none of 4 questions since" in down["why"][0]


def test_what_was_exported_is_judged_again_as_it_was(gateway: House, tmp_path: Path) -> None:
    lived = [(one["provider"], one["started_at"], one["ended_at"]) for one in incidents(gateway)]
    lines = gateway.run("export", "--format", "jsonl").out.splitlines()
    ran = replay(gateway, tmp_path, lines, "--json")

    starts = {(down["provider"], down["started_at"]) for down in events(ran, "down")}
    ends = {(up["provider"], up["ended_at"]) for up in events(ran, "up")}
    assert len(lived) == 3
    assert starts == {(provider, start) for provider, start, _ in lived}
    assert ends == {(provider, end) for provider, _, end in lived}


def test_an_incident_that_is_none_is_said_so(recorded: House) -> None:
    ran = recorded.run("incidents", "--explain", "7")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "There is no incident 7; known are 1 to 1.\n"


def test_without_a_history_nothing_can_be_explained(house: House) -> None:
    ran = house.run("incidents", "--explain", "1")

    assert ran.code == 2
    assert "no history" in ran.err


def test_an_export_of_the_history_replays_to_the_same_outage(recorded: House, tmp_path: Path) -> None:
    exported = tmp_path / "out.jsonl"
    assert recorded.run("export", "--format", "jsonl", "-o", str(exported)).code == 0

    ran = recorded.run("replay", str(exported), "--json")
    (listed,) = recorded.run("incidents", "--json").json
    (down,) = events(ran, "down")
    (up,) = events(ran, "up")
    assert (down["started_at"], up["ended_at"]) == (listed["started_at"], listed["ended_at"])
    assert up["downtime_s"] == listed["downtime_s"]
    one = recorded.run("export", "a", "--format", "jsonl")
    alone = tmp_path / "alone.jsonl"
    alone.write_text(one.out)
    assert len(events(recorded.run("replay", str(alone), "--json"), "down")) == 1


def test_a_closed_standard_input_is_said_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    ran = house.run("replay", "-")

    assert (ran.code, ran.err) == (2, "Standard input is closed.\n")
