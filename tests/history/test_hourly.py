"""What each hour measured: p50, p95 and p99, also of days that an older version summed up."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from itertools import chain
from pathlib import Path

import pytest

from history.completions import MIDNIGHT, keep, tidy
from history.lives import DAY_MS, HOUR_MS
from history.watching import DEEPSEEK, a_result
from trayuptime.core.model import Instant, Result, Span
from trayuptime.core.reasons import Reason
from trayuptime.history import History, Reader, columns
from trayuptime.history.hourly import Pace

DAY = Span(MIDNIGHT, MIDNIGHT + DAY_MS)


def an_hour(start: Instant, answers: int) -> Iterable[Result]:
    """Its latencies are 1, 2, 3, … ms."""
    for number in range(answers):
        at = start + number * HOUR_MS // answers
        yield a_result(DEEPSEEK, Reason.OK, at, latency_ms=float(number + 1), interval_s=60.0)


@pytest.fixture
def summed_up(history: History, path: Path) -> Path:
    """A day that begins with an hour of 99 answers and one of 200."""
    keep(history, list(chain(an_hour(MIDNIGHT, 99), an_hour(MIDNIGHT + HOUR_MS, 200))))
    tidy(history, MIDNIGHT + 4 * DAY_MS)
    return path


def paces(path: Path) -> list[Pace]:
    with Reader(path) as reader, reader.windows(DAY) as windows:
        return windows.paces(DEEPSEEK, DAY)


def as_an_older_version_wrote_it(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        ((number, body),) = connection.execute(
            "SELECT number, hours FROM day WHERE hours NOT NULL"
        ).fetchall()
        *older, _ = columns.unpack(body)
        connection.execute("UPDATE day SET hours = ? WHERE number = ?", (columns.pack(older), number))


def test_an_hour_tells_the_latency_that_one_answer_in_a_hundred_exceeds(summed_up: Path) -> None:
    assert [(x.answers, x.p50_ms, x.p95_ms, x.p99_ms, x.most_ms) for x in paces(summed_up)] == [
        (99, 50.0, 95.0, 99.0, 99.0),
        (200, 100.0, 190.0, 198.0, 200.0),
    ]


def test_of_what_an_older_version_summed_up_p99_is_told_where_it_is_that_of_the_slowest(
    summed_up: Path,
) -> None:
    as_now = paces(summed_up)
    as_an_older_version_wrote_it(summed_up)

    assert paces(summed_up) == [as_now[0], as_now[1]._replace(p99_ms=None)]


def test_what_an_older_version_summed_up_is_sound(summed_up: Path) -> None:
    as_an_older_version_wrote_it(summed_up)

    with Reader(summed_up) as reader:
        assert reader.verify().problems == []


def test_a_p99_that_is_none_of_its_results_is_found(summed_up: Path) -> None:
    with closing(sqlite3.connect(summed_up)) as connection, connection:
        ((number, body),) = connection.execute(
            "SELECT number, hours FROM day WHERE hours NOT NULL"
        ).fetchall()
        *others, p99 = columns.unpack(body)
        wrong = columns.pack([*others, [p99[0], p99[1] + 1]])
        connection.execute("UPDATE day SET hours = ? WHERE number = ?", (wrong, number))

    with Reader(summed_up) as reader:
        assert any("the pace of an hour" in each for each in reader.verify().problems)


def test_latencies_of_nothing_are_not_none(history: History, path: Path) -> None:
    """0 ms is a value, and is not taken for what is not known."""
    keep(
        history,
        [
            a_result(DEEPSEEK, Reason.OK, MIDNIGHT + n * 20_000, latency_ms=0.0, interval_s=60.0)
            for n in range(150)
        ],
    )
    tidy(history, MIDNIGHT + 4 * DAY_MS)

    assert [(x.answers, x.p99_ms) for x in paces(path)] == [(150, 0.0)]
