"""No scenario can pass by accident: every difference between a file and what came of it is found."""

from pathlib import Path

import pytest

from scenarios.compare import differences
from scenarios.player import Story, play
from scenarios.reader import parse_scenario

FILE = """
title = "An outage, a short sleep, a pause without an end"
rule = "None."
from = 2026-05-04T09:00:00Z
until = "10:00"

[[provider]]
id = "a"

[world]
"09:10" = { a = "503" }
"09:20" = { a = "ok" }
"09:30" = { laptop = "lid closed" }
"09:40" = { laptop = "lid opened" }
"09:45" = { you = "pause" }

[expect]
told = [
  { when = "09:10 .. 09:12", who = "a", title = "a is down", says = "503" },
  { when = "09:20 .. 09:22", who = "a", title = "a is up again" },
]
events = ["down a.api", "up a.api"]
gaps = [{ who = "everyone", cause = "asleep", start = "09:30 .. 09:32", end = "09:40 .. 09:42" }]
not_asked = [{ who = "a", when = "09:45:01 .. 10:00" }]
not_stored = [{ who = "a.api", when = "09:45:01 .. 10:00" }]

[[expect.incidents]]
who = "a.api"
kind = "outage"
start = "09:10 .. 09:11"
end = "09:20 .. 09:21"
downtime = "0:10:00 ± 0:01:00"
phases = "down"

[expect.lights]
"09:15" = { a.api = "down", laptop = "online" }
"""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return play(parse_scenario(FILE), tmp_path_factory.mktemp("home"))


def test_what_comes_as_it_is_written_is_no_difference(story: Story) -> None:
    assert differences(parse_scenario(FILE), story) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('  { when = "09:10 .. 09:12", who = "a", title = "a is down", says = "503" },\n', "", "told"),
        ("told = [", 'told = [\n  { when = "09:05", who = "a", title = "a is odd" },', "told"),
        ("09:20 .. 09:22", "09:22 .. 09:24", "told"),
        ('"a is down"', '"a is gone"', "told"),
        ('says = "503"', 'says = "504"', "told"),
        ('who = "a", title = "a is up again"', 'who = "laptop", title = "a is up again"', "told"),
        ("events = [", 'taken_away = [{ when = "09:20", who = "a" }]\nevents = [', "taken away"),
        ('"down a.api", "up a.api"', '"down a.api"', "event, but not expected"),
        ('"down a.api", "up a.api"', '"up a.api", "down a.api"', "event"),
        ('kind = "outage"', 'kind = "unstable"', "incident"),
        ('start = "09:10 .. 09:11"', 'start = "09:11:30 .. 09:12"', "incident"),
        ('end = "09:20 .. 09:21"', 'end = "09:21:30 .. 09:22"', "incident"),
        ('end = "09:20 .. 09:21"', 'end = "open"', "incident"),
        ("0:10:00 ± 0:01:00", "0:20:00 ± 0:01:00", "incident"),
        ('phases = "down"', 'phases = "down, up"', "incident"),
        ('phases = "down"', "recoveries = 1", "incident"),
        ('cause = "asleep"', 'cause = "paused"', "gap"),
        ('who = "everyone"', 'who = "a.api"', "gap"),
        ('end = "09:40 .. 09:42"', 'end = "09:50 .. 09:52"', "gap"),
        ('when = "09:45:01 .. 10:00" }]\nnot_stored', 'when = "09:00 .. 10:00" }]\nnot_stored', "asked"),
        ('"a.api", when = "09:45:01 .. 10:00"', '"a.api", when = "09:00 .. 10:00"', "stored"),
        ('a.api = "down", laptop', 'a.api = "up", laptop', "light of a.api"),
        ('laptop = "online"', 'laptop = "offline"', "light of laptop"),
        ('laptop = "online"', 'nobody = "online"', "light of nobody"),
    ],
)
def test_what_comes_otherwise_is_a_difference(story: Story, old: str, new: str, says: str) -> None:
    assert old in FILE
    scenario = parse_scenario(FILE.replace(old, new, 1))

    assert any(sentence.startswith(says) for sentence in differences(scenario, story))


def test_a_crash_of_the_engine_is_not_taken_for_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("trayuptime.core.judge.step", crash)

    with pytest.raises(ZeroDivisionError):
        play(parse_scenario(FILE), tmp_path)
