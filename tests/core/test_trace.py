"""Answers become a line of a few pixels that hides no failure and invents no answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from trayuptime.core.model import Span
from trayuptime.core.trace import Answer, Slot, trace_of

WINDOW = Span(1000, 1040)
"""Four slots of ten milliseconds."""
HOLE = Slot()


def answer(at: int, latency_ms: float | None, *, until: int = 2000, failed: bool = False) -> Answer:
    return (at, until, latency_ms, failed)


def test_a_slot_has_the_least_the_middle_and_the_most_of_its_latencies() -> None:
    answers = [answer(1000, 5.0), answer(1003, 9.0), answer(1006, 7.0), answer(1031, 2.0)]

    assert trace_of(answers, WINDOW, 4) == (
        Slot(5.0, 7.0, 9.0), HOLE, HOLE, Slot(2.0, 2.0, 2.0, follows=True),
    )  # fmt: skip


def test_nothing_is_a_row_of_holes() -> None:
    assert trace_of([], WINDOW, 4) == (HOLE,) * 4


def test_no_time_at_all_is_a_latency_of_0_and_no_hole() -> None:
    assert trace_of([answer(1001, 0.0)], WINDOW, 4)[0] == Slot(0.0, 0.0, 0.0)


def test_a_failures_time_is_no_latency_and_is_counted() -> None:
    answers = [answer(1001, 30.0, failed=True), answer(1002, 4.0), answer(1012, None, failed=True)]

    first, second, *_ = trace_of(answers, WINDOW, 4)

    assert first == Slot(4.0, 4.0, 4.0, failures=1)
    assert second == Slot(failures=1)


def test_an_answer_to_another_question_leaves_a_hole() -> None:
    assert trace_of([answer(1001, None)], WINDOW, 4) == (HOLE,) * 4


@pytest.mark.parametrize(
    ("before", "follows"),
    [
        (answer(1005, 5.0, until=1015), True),
        (answer(1005, 5.0, until=1011), False),
        (answer(1005, 5.0, failed=True), False),
        (answer(1005, None), False),
    ],
    ids=["spoke until then", "had run out", "failed", "had no latency"],
)
def test_a_line_goes_on_only_where_the_result_before_still_spoke(before: Answer, follows: bool) -> None:
    trace = trace_of([before, answer(1012, 6.0)], WINDOW, 4)

    assert trace[1].follows == follows


def test_a_line_does_not_go_on_into_a_failure() -> None:
    trace = trace_of([answer(1005, 5.0), answer(1011, 1.0, failed=True), answer(1012, 6.0)], WINDOW, 4)

    assert not trace[1].follows


@LAW
@given(
    times=st.lists(st.integers(1000, 1096), max_size=30, unique=True).map(sorted),
    fails=st.lists(st.booleans(), min_size=30, max_size=30),
    count=st.integers(1, 97),
)
def test_every_answer_is_in_one_slot(times: list[int], fails: list[bool], count: int) -> None:
    answers = [answer(at, float(at), failed=failed) for at, failed in zip(times, fails, strict=False)]

    trace = trace_of(answers, Span(1000, 1097), count)

    assert len(trace) == count
    assert sum(slot.failures for slot in trace) == sum(failed for *_, failed in answers)
    extremes = {ms for slot in trace for ms in (slot.low_ms, slot.high_ms) if ms is not None}
    good = [float(at) for at, _, _, failed in answers if not failed]
    assert {min(good), max(good)} <= extremes if good else not extremes
