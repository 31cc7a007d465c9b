"""Lines of one shape are understood once, and say the same as if each was read by itself."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from trayuptime.core import shapes
from trayuptime.core.recording import MOST_PROBLEMS, Heard, Recorded, RecordingError, parse
from trayuptime.core.shapes import read

LINE: dict[str, Any] = {
    "schema": 1,
    "at": "2026-03-29T12:00:00.250Z",
    "provider": "a",
    "surface": "api",
    "reason": "ok",
    "latency_ms": 12.5,
    "interval_s": 60.0,
}


def parsed(lines: Sequence[str]) -> list[Recorded]:
    return [replace(line, line=0) if isinstance(line, Heard) else line for line in parse(lines)]


def outcome(understand: Callable[[Sequence[str]], Iterable[Recorded]], lines: Sequence[str]) -> object:
    try:
        return list(understand(lines))
    except RecordingError as error:
        return error.problems, error.more


def said_alike(lines: Sequence[str]) -> None:
    assert outcome(read, lines) == outcome(parsed, lines)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"at": "2026-03-29T12:00:01Z"},
        {"at": "2026-03-29T14:00:01+02:00"},
        {"at": "2026-03-29T12:00:01.250999Z"},
        {"at": "2999-12-31T23:59:59.999Z"},
        {"at": "3000-01-01T00:00:00.000Z"},
        {"at": "1969-12-31T23:59:59.000Z"},
        {"at": "2026-02-30T12:00:01.250Z"},
        {"at": "2026-03-29T24:00:01.250Z"},
        {"latency_ms": None},
        {"latency_ms": 0},
        {"latency_ms": -0.0},
        {"latency_ms": 1e11},
        {"latency_ms": 1e12},
        {"latency_ms": 5e-324},
        {"latency_ms": "5"},
        {"event": "result"},
        {"event": "notify"},
        {"reason": "servererror"},
        {"schema": 2},
        {"more": {"at": "2026-03-29T12:00:09.000Z"}},
        {"more": {"latency_ms": 7}},
        {"more": '"at": "2026-03-29T12:00:09.000Z"'},
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_whatever_a_line_says_of_its_time_and_latency(change: dict[str, Any], first: bool) -> None:
    line = json.dumps(change | LINE | change if first else LINE | change)

    said_alike([json.dumps(LINE), line, line, json.dumps(LINE), line])


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({"x": {"at": "2026-03-29T12:00:00Z", "latency_ms": 5}} | LINE),
        json.dumps(LINE).removesuffix("}") + ', "at": "2026-03-29T13:00:00Z", "latency_ms": 6}',
        '{"at": "2026-03-29T12:00:00Z", "latency_ms": 5, "gap": "asleep", "until": "2026-03-29T13:00:00Z"}',
        '{"at": "1990-03-29T12:00:00Z", "latency_ms": 5, "gap": "asleep", "until": "1990-03-29T13:00:00Z"}',
        '{"at": "2026-03-29T12:00:00Z", "latency_ms": 5, "note": "x"}',
        '{"at": "2026-03-29T12:00:00Z", "latency_ms": 05, "note": "x"}',
        '{"at":"2026-03-29T12:00:00Z","provider":"a","surface":"api","reason":"ok","latency_ms":5}',
        "\ufeff" + json.dumps(LINE),
        "",
    ],
)
def test_a_line_that_looks_like_others_but_is_none(line: str) -> None:
    said_alike([line, line, json.dumps(LINE), line])


def test_every_bad_line_is_told_as_by_itself() -> None:
    said_alike([json.dumps(LINE), *["x"] * (MOST_PROBLEMS + 30), json.dumps(LINE | {"reason": "x"})])


def test_who_writes_something_new_into_every_line_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MOST_SHAPES", 5)
    monkeypatch.setattr(shapes, "_MOST_MINUTES", 2)

    said_alike(
        [
            json.dumps(LINE | {"request": n % 13, "at": f"2026-03-29T12:{n % 7:02}:00.000Z"})
            for n in range(100)
        ]
    )


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
CHANGES = st.dictionaries(st.sampled_from([*LINE, "event", "gap", "until", "proven"]), VALUES, max_size=2)
TIMES = st.datetimes().map(lambda moment: f"{moment.isoformat(timespec='milliseconds')}Z")


@LAW
@given(st.lists(st.tuples(CHANGES, TIMES, st.floats(0, 1e6)), max_size=5))
def test_no_line_is_understood_otherwise(changes: list[tuple[dict[str, Any], str, float]]) -> None:
    lines = [LINE | {"at": time, "latency_ms": latency} | change for change, time, latency in changes]

    said_alike([json.dumps(line) for line in [LINE, *lines]])
