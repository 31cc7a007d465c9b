"""The median latency is of a surface's answers alone, and never takes long to know."""

from pathlib import Path

import pytest

from history.watching import DEEPSEEK, OPENAI, START, a_result, statements
from trayuptime.core.model import Key, Level, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Settled, State
from trayuptime.history import History


def _answers(
    history: History, latencies: list[float], key: Key = DEEPSEEK, reason: Reason = Reason.OK
) -> None:
    results = [
        a_result(key, reason, START + n * 30_000 + len(key.provider), latency_ms=latency)
        for n, latency in enumerate(latencies)
    ]
    history.append([Settled(result, proven=False) for result in results], State(), START)


def test_it_is_the_middle_one_of_twenty_answers_or_more(history: History) -> None:
    _answers(history, [float(n) for n in range(21)])

    assert history.median_latency_ms(DEEPSEEK, START) == 10.0


def test_nineteen_answers_say_nothing(history: History) -> None:
    _answers(history, [100.0] * 19)

    assert history.median_latency_ms(DEEPSEEK, START) is None


def test_a_surface_that_was_never_asked_has_none_and_is_not_written_down(history: History) -> None:
    _answers(history, [100.0] * 30)

    assert history.median_latency_ms(OPENAI, START) is None
    assert history._connection is not None
    assert history._connection.execute("SELECT count(*) FROM surface").fetchone() == (1,)


def test_failures_and_other_surfaces_count_for_nothing(history: History) -> None:
    _answers(history, [100.0] * 30)
    _answers(history, [5_000.0] * 90, Key("deepseek-web", Surface.WEB))
    _answers(history, [9_000.0] * 90, Key("deepseek", Surface.LOGIN), Reason.READ_TIMEOUT)

    assert history.median_latency_ms(DEEPSEEK, START) == 100.0
    assert history.median_latency_ms(Key("deepseek", Surface.LOGIN), START) is None


def test_completions_have_a_median_of_their_own(history: History) -> None:
    _answers(history, [100.0] * 30)
    found = [
        a_result(DEEPSEEK, Reason.OK, START + n * 30_000, latency_ms=900.0, level=Level.COMPLETION)
        for n in range(30, 60)
    ]
    deep = [Settled(result, proven=False) for result in found]
    history.append(deep, State(), START)

    assert history.median_latency_ms(DEEPSEEK, START) == 100.0
    assert history.median_latency_ms(DEEPSEEK, START, deep=True) == 900.0


def test_answers_before_the_window_count_for_nothing(history: History) -> None:
    _answers(history, [5_000.0] * 100 + [100.0] * 50)

    assert history.median_latency_ms(DEEPSEEK, START + 100 * 30_000) == 100.0


@pytest.mark.parametrize(("days", "slow_part", "median"), [(2, 0.4, 200.0), (2, 0.6, 900.0)])
def test_of_a_long_time_every_part_has_its_say(
    history: History, days: int, slow_part: float, median: float
) -> None:
    each = days * 2880
    _answers(history, [900.0 if n < each * slow_part else 200.0 for n in range(each)])

    assert history.median_latency_ms(DEEPSEEK, START) == median


@pytest.mark.parametrize("interval_s", [30, 5])
def test_of_a_surface_that_is_asked_often_a_sample_of_the_stretches_is_read(
    history: History, interval_s: int
) -> None:
    """A stretch costs a millisecond on the engine's loop."""
    each = 3 * 86_400 // interval_s
    for first in range(0, each, 5_000):
        found = [
            a_result(DEEPSEEK, Reason.OK, START + n * interval_s * 1_000, latency_ms=100.0)
            for n in range(first, min(each, first + 5_000))
        ]
        history.append([Settled(result, proven=False) for result in found], State(), START)
    while history.tidy(START + 4 * 86_400_000, lambda: 0.0):
        pass

    with statements(history) as sent:
        assert history.median_latency_ms(DEEPSEEK, START) == 100.0

    read = [line for line in sent if "SELECT body FROM packed" in line]
    assert 3 <= len(read) <= 32


def test_while_the_file_cannot_be_read_there_is_none(history: History, path: Path) -> None:
    _answers(history, [100.0] * 30)
    assert history._connection is not None
    history._connection.set_progress_handler(lambda: 1, 1)  # every statement is interrupted

    assert history.median_latency_ms(DEEPSEEK, START) is None
