"""Latencies of fourteen days in one row: any window counts what its results say, whatever was summed up."""

import random
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from history.watching import DEEPSEEK, OPENAI, a_result, never_stamped
from trayuptime.core.model import Instant, Key, Result, Span
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Settled, State
from trayuptime.core.tally import tally
from trayuptime.history import History, Reader, files
from trayuptime.history.salvage import _tables

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
FORTNIGHT_MS = 14 * DAY_MS
BEGIN = 1_767_225_600_000 // FORTNIGHT_MS * FORTNIGHT_MS
WATCHED = (DEEPSEEK, OPENAI)


def _answer(key: Key, at: Instant, dice: random.Random) -> Result:
    return a_result(key, Reason.OK, at, latency_ms=float(dice.randrange(100, 160)))


def _append(history: History, results: Iterable[Result], at: Instant) -> None:
    history.append([Settled(each, proven=False) for each in results], State(), at)


def _tidy(history: History, now: Instant) -> None:
    while history.tidy(now, lambda: 0.0):
        pass


def _watch(history: History, dice: random.Random, days: int) -> list[Result]:
    """Some days are missing altogether, what comes too late changes days long summed up."""
    results: list[Result] = []
    for day in range(days):
        if dice.random() < 0.2:
            continue
        start = BEGIN + day * DAY_MS
        for hour in range(0, 24, 4):
            at = start + hour * HOUR_MS
            fresh = [_answer(key, at + n, dice) for n, key in enumerate(WATCHED) if dice.random() < 0.9]
            _append(history, fresh, at)
            results += fresh
        if dice.random() < 0.1:
            at = BEGIN + dice.randrange(day * 24 + 1) * HOUR_MS + 7 + day  # a time of its own
            late = _answer(dice.choice(WATCHED), at, dice)
            _append(history, [late], start + DAY_MS - 1)
            results.append(late)
        if dice.random() < 0.4:
            _tidy(history, start + DAY_MS + 2 * HOUR_MS)
    return results


def _check(path: Path, results: Sequence[Result], windows: Sequence[Span]) -> None:
    """Several windows of one reading, for these share what they count."""
    hull = Span(min(each.start for each in windows), max(each.end for each in windows))
    with Reader(path) as reader, reader.windows(hull) as found:
        for window in windows:
            for key in WATCHED:
                inside = [r for r in results if r.key == key and window.start <= r.at < window.end]
                totals = found.totals(key, window)
                assert totals.latencies == tally([r.latency_ms for r in inside if r.latency_ms is not None])
                assert totals.results == len(inside)


def _summed_up(path: Path) -> dict[int, bool]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT number, latencies IS NOT NULL FROM fortnight").fetchall())


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_any_window_counts_what_its_results_say(seed: int) -> None:
    dice = random.Random(seed)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        with closing(History.open(path, never_stamped)) as history:
            results = _watch(history, dice, 50)
            ends = [BEGIN + dice.randrange(24 * 51) * HOUR_MS + dice.choice((0, 5)) for _ in range(3)]
            windows = [Span(BEGIN + dice.randrange(end - BEGIN + 1), end) for end in ends for _ in range(3)]
            windows.append(Span(BEGIN, BEGIN + 50 * DAY_MS))
            _check(path, results, windows)
            _tidy(history, BEGIN + 60 * DAY_MS)
            _check(path, results, windows)
        summed_up = _summed_up(path)
        assert sum(summed_up.values()) >= 3 * len(WATCHED) == len(summed_up) - len(WATCHED)
        with Reader(path) as reader:
            assert reader.verify().problems == []


def test_a_fortnight_that_is_not_the_sum_of_its_days_is_named_and_mended(
    history: History, path: Path
) -> None:
    results = _watch(history, random.Random(1), 30)
    _tidy(history, BEGIN + 40 * DAY_MS)
    with closing(sqlite3.connect(path)) as connection, connection:
        numbers = [number for (number,) in connection.execute("SELECT min(number) FROM fortnight")]
        connection.execute("UPDATE fortnight SET latencies = x'00' WHERE number IN (?, ? + 1)", numbers * 2)

    with Reader(path) as reader:
        found = reader.verify()
    assert [problem.partition(": ")[2] for problem in found.problems] == [
        "its fortnight is not the sum of its days"
    ] * 2
    _check(path, results, [Span(BEGIN, BEGIN + 30 * DAY_MS)])  # its days tell the same
    history.distrust(found.wrong_sums)
    with closing(sqlite3.connect(path)) as connection:  # these were looked at themselves
        assert connection.execute("SELECT count(*) FROM unrolled").fetchone() == (0,)
    _tidy(history, BEGIN + 40 * DAY_MS)

    with Reader(path) as reader:
        assert reader.verify().problems == []
    _check(path, results, [Span(BEGIN, BEGIN + 30 * DAY_MS)])


def test_a_fortnight_with_a_torn_day_waits(history: History, path: Path) -> None:
    _watch(history, random.Random(2), 30)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE day SET latencies = x'00' WHERE number = (SELECT min(number) FROM day)")
        torn = connection.execute("SELECT min(number) FROM fortnight").fetchone()[0]
    _tidy(history, BEGIN + 40 * DAY_MS)

    assert not _summed_up(path)[torn]
    assert _summed_up(path)[torn + 1]


def test_a_fortnight_without_a_day_goes(history: History, path: Path) -> None:
    _watch(history, random.Random(3), 30)
    _tidy(history, BEGIN + 60 * DAY_MS)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM day WHERE number % 1024 = 1")
    _tidy(history, BEGIN + 60 * DAY_MS)

    assert {number % 1024 for number in _summed_up(path)} == {2}


def test_a_day_that_a_recovery_takes_over_empties_its_fortnight(history: History, path: Path) -> None:
    _watch(history, random.Random(4), 30)
    _tidy(history, BEGIN + 40 * DAY_MS)
    table = _tables(files.newest_version())["day"]
    with closing(sqlite3.connect(path)) as connection, connection:
        day = connection.execute("SELECT * FROM day ORDER BY number LIMIT 1").fetchone()
        connection.execute("DELETE FROM day WHERE number = ?", (day[0],))
    first = min(_summed_up(path))
    _tidy(history, BEGIN + 40 * DAY_MS)
    assert _summed_up(path)[first]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(table.statement, day)

    assert not _summed_up(path)[first]
