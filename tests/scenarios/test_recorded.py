"""Recordings with what they must lead to: evidence that no probe brings yet, and alarms handed in."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from trayuptime.core import contract, notice, recording, replay
from trayuptime.core.contract import iso
from trayuptime.core.model import Rules
from trayuptime.core.notice import Notice
from trayuptime.core.state import Settled

FOLDER = Path(__file__).parent / "recorded"
FILES = sorted(FOLDER.glob("*.toml"))


def test_there_are_recordings() -> None:
    assert FILES
    assert {file.stem for file in FILES} == {file.stem for file in FOLDER.glob("*.jsonl")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_recording_leads_to_this_and_to_nothing_else(file: Path) -> None:
    expected = tomllib.loads(file.read_text(encoding="utf-8"))
    assert set(expected) == {"title", "source", "rule", "events", "told"}
    lines = recording.parse(file.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines())
    events: list[dict[str, Any]] = []
    told: list[str] = []
    for judged in replay.replay(lines, lambda _: Rules()):
        names = {key.provider: key.provider for key in judged.rules}
        for happening in judged.step.happenings:
            event = contract.event(happening)
            if event is not None and not isinstance(happening, Settled):
                events.append(event)
            bubble = notice.decide(happening, judged.step.state, names, iso)
            told += [bubble.title] if isinstance(bubble, Notice) else []

    assert told == expected["told"]
    assert [event["event"] for event in events] == [wanted["event"] for wanted in expected["events"]]
    for event, wanted in zip(events, expected["events"], strict=True):
        earliest, latest = wanted.pop("at").split(" .. ")
        assert earliest[:-1] <= event["at"][:-1] <= latest[:-1]
        assert wanted.items() <= event.items()
