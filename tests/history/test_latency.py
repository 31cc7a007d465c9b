"""The median latency is of a surface's answers alone, and never takes long to know."""

from pathlib import Path

import pytest

from history.watching import DEEPSEEK, OPENAI, START, a_result
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


def test_five_times_the_results_cost_hardly_more_steps(history: History) -> None:
    steps = []
    for count in (45_000, 225_000):
        _grow(history, count)
        steps.append(_steps_of_a_median(history))

    assert steps[1] <= 1.2 * steps[0]


def _grow(history: History, count: int) -> None:
    """So many results of 30 surfaces, without the judge, for they are many."""
    connection = history._connection
    assert connection is not None
    connection.executemany(
        "INSERT OR IGNORE INTO surface (id, provider, surface) VALUES (?, ?, 'api')",
        [(n, f"p{n}") for n in range(1, 31)],
    )
    connection.execute("DELETE FROM result")
    connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
        " INSERT INTO result"
        " SELECT (? + i * 1000) * 1024 + i % 30 + 1, 'ok', 'models', 300, 200, 30, 0, 1 FROM n",
        (count, START),
    )


def _steps_of_a_median(history: History) -> int:
    connection = history._connection
    assert connection is not None
    calls = []
    connection.set_progress_handler(lambda: calls.append(1), 100)
    assert history.median_latency_ms(Key("p7", Surface.API), START) == 300.0
    connection.set_progress_handler(None, 0)
    return len(calls)


def test_while_the_file_cannot_be_read_there_is_none(history: History, path: Path) -> None:
    _answers(history, [100.0] * 30)
    assert history._connection is not None
    history._connection.execute("ALTER TABLE result RENAME TO elsewhere")

    assert history.median_latency_ms(DEEPSEEK, START) is None
