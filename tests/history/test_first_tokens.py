"""The time to first token of a completion is kept with its result, and told apart from all else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import COMPLETION, OPENAI, judged
from core.builders import LAW, evidence
from history.completions import MIDNIGHT, Told, a_day_of_completions, keep, tidy
from history.lives import DAY_MS, HOUR_MS
from history.watching import DEEPSEEK, a_result
from trayuptime.core.evidence import Evidence, Failure, Stream
from trayuptime.core.model import Key, Level, Phases, Span, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.retention import Retention
from trayuptime.core.state import State
from trayuptime.history import History, Reader, columns, forget, grains, packing
from trayuptime.history.columns import TornError


def told(path: Path, window: Span, key: Key = DEEPSEEK) -> Told:
    with Reader(path) as reader, reader.windows(window) as windows:
        return windows.first_tokens(key, window)


def medians(path: Path, window: Span) -> tuple[dict[int, float], dict[int, float]]:
    """By the hour since the window's start: of what asks less than a completion, and of first tokens."""
    with Reader(path) as reader, reader.windows(window) as windows:
        others, deep = windows.paces_apart(DEEPSEEK, window)
    hours = [{(x.start - window.start) // HOUR_MS: x.p50_ms for x in each} for each in (others, deep)]
    return hours[0], hours[1]


def streamed(failure: Failure | None = None, **of: Any) -> Evidence:
    return evidence(200, b"", stream=Stream(**of), failure=failure, phases=Phases(total_ms=2_100.0))


@pytest.mark.parametrize("at_rest", [False, True])
@pytest.mark.parametrize(
    ("seen", "kept"),
    [
        (streamed(data_events=3, first_data_ms=420.0, last_data_ms=2_000.0, ended=True), [420.0]),
        (streamed(data_events=3, first_data_ms=420.0), []),
        (streamed(Failure.READ_TIMEOUT, data_events=3, first_data_ms=420.0), []),
        (streamed(Failure.READ_TIMEOUT, keep_alives=9), []),
    ],
    ids=["answered", "without an end", "cut", "only kept alive"],
)
def test_what_a_probe_timed_is_what_is_kept(
    history: History, path: Path, seen: Evidence, kept: list[float], at_rest: bool
) -> None:
    result = judged(seen, OPENAI, COMPLETION, lists_models=False)
    keep(history, [replace(result, at=MIDNIGHT, provider="deepseek", surface=Surface.API)])
    if at_rest:
        tidy(history, MIDNIGHT + 3 * DAY_MS)

    found = told(path, Span(MIDNIGHT, MIDNIGHT + DAY_MS))

    assert found == [(MIDNIGHT, ms) for ms in kept]


@pytest.mark.parametrize("at_rest", [False, True])
def test_neither_line_jumps_when_completions_end(history: History, path: Path, at_rest: bool) -> None:
    first = a_day_of_completions(history, MIDNIGHT)
    day = Span(MIDNIGHT, MIDNIGHT + DAY_MS)
    if at_rest:
        tidy(history, MIDNIGHT + 3 * DAY_MS)

    others, deep = medians(path, day)

    assert others == dict.fromkeys(range(24), 200.0)
    assert deep == {hour: 800.0 + 6 * hour + 2 for hour in range(12)}
    assert told(path, day) == first


def test_a_late_result_joins_its_day(history: History, path: Path) -> None:
    first = a_day_of_completions(history, MIDNIGHT)
    tidy(history, MIDNIGHT + 3 * DAY_MS)
    at = MIDNIGHT + 20 * HOUR_MS + 1
    late = a_result(DEEPSEEK, Reason.OK, at, latency_ms=9_000.0, level=Level.COMPLETION)
    keep(history, [late])

    assert told(path, Span(MIDNIGHT, MIDNIGHT + DAY_MS)) == [*first, (at, 9_000.0)]
    assert medians(path, Span(MIDNIGHT, MIDNIGHT + DAY_MS))[1][20] == 9_000.0


def test_without_completions_nothing_is_told_apart(history: History, path: Path) -> None:
    keep(history, [a_result(DEEPSEEK, Reason.OK, MIDNIGHT + n * 60_000) for n in range(600)])
    tidy(history, MIDNIGHT + 3 * DAY_MS)
    day = Span(MIDNIGHT, MIDNIGHT + DAY_MS)

    assert told(path, day) == []
    with Reader(path) as reader, reader.windows(day) as windows:
        assert windows.paces_apart(DEEPSEEK, day) == (windows.paces(DEEPSEEK, day), [])
        assert windows.paces_apart(Key("nobody", Surface.API), day) == ([], [])
        assert windows.first_tokens(Key("nobody", Surface.API), day) == []


def test_they_go_with_their_results_and_the_time_that_is_left_is_known(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forget, "WATCHED_DAYS", 1)
    days = [a_day_of_completions(history, MIDNIGHT + n * DAY_MS) for n in range(12)]
    now = MIDNIGHT + 12 * DAY_MS
    history.save(State(), now)
    tidy(history, now)
    history.retain(Retention(8 * 86_400.0))
    tidy(history, now)
    window = Span(MIDNIGHT, now)

    with Reader(path) as reader, reader.windows(window) as windows:
        kept_since = reader.forgotten()[DEEPSEEK]
        assert windows.kept_since(DEEPSEEK) == kept_since
        found = windows.first_tokens(DEEPSEEK, window)
        others, _ = windows.paces_apart(DEEPSEEK, window)

    assert MIDNIGHT < kept_since < now
    assert found == [each for day in days for each in day if each[0] >= kept_since]
    assert [pace.start for pace in others] == list(range(MIDNIGHT, now, HOUR_MS))


def test_a_completion_that_is_left_as_the_last_word_hides_no_latency_of_its_day(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forget, "WATCHED_DAYS", 1)
    for day in range(MIDNIGHT, MIDNIGHT + 12 * DAY_MS, DAY_MS):
        a_day_of_completions(history, day)
        late = day + DAY_MS - 30_000
        keep(history, [a_result(DEEPSEEK, Reason.OK, late, latency_ms=900.0, level=Level.COMPLETION)])
    now = MIDNIGHT + 12 * DAY_MS
    history.save(State(), now)
    tidy(history, now)
    history.retain(Retention(8 * 86_400.0))
    tidy(history, now)
    window = Span(MIDNIGHT, now)

    with Reader(path) as reader, reader.windows(window) as windows:
        kept_since = windows.kept_since(DEEPSEEK)
        found = windows.first_tokens(DEEPSEEK, window)
        others, deep = windows.paces_apart(DEEPSEEK, window)
        last_word = windows.answers(DEEPSEEK, Span(MIDNIGHT, kept_since))

    assert [grains.is_first_token(grain[1]) for grain in last_word] == [True]
    assert [pace.start for pace in others] == list(range(MIDNIGHT, now, HOUR_MS))
    assert min(pace.start for pace in deep) == kept_since
    assert min(at for at, _ in found) >= kept_since


def test_a_window_that_ends_within_a_forgotten_day_knows_its_latencies(
    history: History, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forget, "WATCHED_DAYS", 1)
    for day in range(MIDNIGHT, MIDNIGHT + 12 * DAY_MS, DAY_MS):
        a_day_of_completions(history, day)
        failed = a_result(DEEPSEEK, Reason.SERVER_ERROR, day + HOUR_MS + 1)
        late = a_result(DEEPSEEK, Reason.OK, day + DAY_MS - 30_000, latency_ms=900.0, level=Level.COMPLETION)
        keep(history, [failed])
        keep(history, [late])
    now = MIDNIGHT + 12 * DAY_MS
    history.save(State(), now)
    tidy(history, now)
    history.retain(Retention(8 * 86_400.0))
    tidy(history, now)

    with Reader(path) as reader, reader.windows(Span(MIDNIGHT, now)) as windows:
        last = windows.kept_since(DEEPSEEK) - DAY_MS
        half = Span(last, last + 12 * HOUR_MS)
        assert (
            len(windows.answers(DEEPSEEK, Span(last, last + DAY_MS))) == 2
        )  # what failed, and the last word
        whole = windows.paces(DEEPSEEK, half)
        others, deep = windows.paces_apart(DEEPSEEK, half)

    assert [pace.start for pace in whole] == list(range(half.start, half.end, HOUR_MS))
    assert (others, deep) == (whole, [])


@pytest.mark.parametrize("at_rest", [False, True])
def test_a_renamed_provider_keeps_them(history: History, path: Path, at_rest: bool) -> None:
    first = a_day_of_completions(history, MIDNIGHT)
    if at_rest:
        tidy(history, MIDNIGHT + 3 * DAY_MS)

    history.rename("deepseek", "seek", State(), MIDNIGHT + 3 * DAY_MS)

    assert told(path, Span(MIDNIGHT, MIDNIGHT + DAY_MS), Key("seek", Surface.API)) == first


def test_an_answer_takes_no_more_room_than_any_other() -> None:
    deep = a_result(DEEPSEEK, Reason.OK, MIDNIGHT, level=Level.COMPLETION, latency_ms=812.0)
    lesser = replace(deep, level=Level.MODELS)

    sizes = [
        len(packing.pack([grains.grain_of(replace(each, at=MIDNIGHT + n), False, True) for n in range(99)]))
        for each in (deep, lesser)
    ]

    assert abs(sizes[0] - sizes[1]) <= 1


@given(st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=90), min_size=1, max_size=6), st.data())
@LAW
def test_the_first_columns_are_those_of_all(found: list[list[int]], data: st.DataObject) -> None:
    count = data.draw(st.integers(1, len(found)))
    body = columns.pack(found)

    assert [list(column) for column in columns.leading(body, count)] == found[:count]


@given(st.binary(max_size=60))
@LAW
def test_bytes_that_are_no_columns_are_damage(body: bytes) -> None:
    with pytest.raises(TornError):
        columns.leading(body, 2)
