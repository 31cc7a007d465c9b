"""Recent results are put in order step by step; between any two steps everything is there, once."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count, pairwise
from pathlib import Path

import pytest

from history.watching import DEEPSEEK, KEYS, OPENAI, START, Watching, a_result, never_stamped
from trayuptime.core.model import Instant, Key
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Settled, State
from trayuptime.history import History, Reader, fold, packed

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
Kept = list[tuple[Key, Instant, Reason, float | None, str, str]]


def _kept(path: Path) -> Kept:
    with Reader(path) as reader:
        return [
            (r.key, r.at, r.reason, r.latency_ms, r.detail, settled.witness)
            for settled in reader.results()
            for r in [settled.result]
        ]


def _lived(history: History, hours: int) -> Watching:
    """An outage a little before each full hour, and an answer every ten minutes."""
    watching = Watching()
    for number in range(hours * 6):
        watching.now += 570_000
        failing = number % 6 in {4, 5}
        watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR} if failing else None)
    return watching


def _ticks() -> Iterator[float]:
    """A clock on which each look takes two milliseconds."""
    return (number * 0.002 for number in count())


def test_between_any_two_steps_everything_is_there_once(history: History, path: Path, tmp_path: Path) -> None:
    watching = _lived(history, 30)
    before = _kept(path)
    ticks = _ticks()
    steps = 0
    while history.tidy(watching.now + DAY_MS, lambda: next(ticks)):
        steps += 1
        assert _kept(path) == before
        copy = tmp_path / "copy.db"
        for suffix in ("", "-wal"):  # what a kill would leave
            shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
        with closing(History.open(copy, never_stamped)) as again:
            assert again.last_seen() == watching.now
        assert _kept(copy) == before

    assert steps > 30
    assert _kept(path) == before


def test_evidence_goes_with_its_results(history: History, path: Path) -> None:
    watching = _lived(history, 30)
    with Reader(path) as reader:
        before = reader.evidence(DEEPSEEK, START, watching.now)
    _tidy(history, watching.now + DAY_MS)

    with Reader(path) as reader:
        assert reader.evidence(DEEPSEEK, START, watching.now) == before
    assert len(before) == 60
    assert _rows(path, "evidence") == 0
    assert _rows(path, "hot") == 0


def test_the_hour_under_way_stays_where_it_is(history: History, path: Path) -> None:
    watching = _lived(history, 3)
    until = (watching.now - fold.SETTLED_MS) // HOUR_MS * HOUR_MS
    _tidy(history, watching.now)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT min(base) FROM hot").fetchone()[0] >= until
        assert connection.execute("SELECT max(newest) FROM packed").fetchone()[0] < until


def test_a_rename_in_the_middle_begins_it_again_and_loses_nothing(history: History, path: Path) -> None:
    watching = _lived(history, 30)
    before = _kept(path)
    ticks = _ticks()
    for number in count():
        more = history.tidy(watching.now + DAY_MS, lambda: next(ticks))
        if number == 3:
            history.rename("openai", "elsewhere", State(), watching.now)
        if not more and number > 3:
            break

    renamed = [(key if key != OPENAI else Key("elsewhere", key.surface), *rest) for key, *rest in before]
    assert sorted(map(repr, _kept(path))) == sorted(map(repr, renamed))


def test_of_two_results_of_one_moment_the_first_counts_wherever_it_lies(history: History, path: Path) -> None:
    for latency_ms, tidied in [(100.0, True), (200.0, False), (300.0, True)]:
        result = a_result(DEEPSEEK, Reason.OK, START, latency_ms=latency_ms)
        history.append([Settled(result, proven=False)], State(), START)
        if tidied:
            _tidy(history, START + 2 * HOUR_MS)

    assert [latency for _, _, _, latency, _, _ in _kept(path)] == [100.0]


@pytest.mark.parametrize("interval_s", [5, 30])
def test_a_day_lies_in_as_few_stretches_as_there_may_be(
    history: History, path: Path, interval_s: int
) -> None:
    day = START // DAY_MS * DAY_MS + DAY_MS
    for hour in range(24):
        found = [
            a_result(DEEPSEEK, Reason.OK, day + hour * HOUR_MS + n * interval_s * 1000)
            for n in range(3600 // interval_s)
        ]
        history.append([Settled(result, proven=False) for result in found], State(), day)
        _tidy(history, day + (hour + 1) * HOUR_MS + fold.SETTLED_MS)
    _tidy(history, day + 2 * DAY_MS)

    with closing(sqlite3.connect(path)) as connection:
        stretches = connection.execute("SELECT since, until, results FROM packed ORDER BY since").fetchall()
    assert stretches[0][0] == day
    assert stretches[-1][1] == day + DAY_MS
    assert all(one[1] == other[0] for one, other in pairwise(stretches))
    assert len(stretches) == -(-86_400 // interval_s // packed.MOST)
    assert all(results <= packed.MOST for _, _, results in stretches)
    assert len(_kept(path)) == 86_400 // interval_s


def test_several_late_results_of_a_packed_day_are_all_there(history: History, path: Path) -> None:
    watching = _lived(history, 60)
    _tidy(history, watching.now + DAY_MS)
    for hours in (2, 2, 9, 13):
        late = a_result(DEEPSEEK, Reason.OK, START + hours * HOUR_MS + len(_kept(path)))
        history.append([Settled(late, proven=False)], watching.state, watching.now)
    _tidy(history, watching.now + DAY_MS)

    assert len(_kept(path)) == 60 * 6 * len(KEYS) + 4
    assert _rows(path, "hot") == 0
    with Reader(path) as reader:
        assert reader.verify().problems == []


def test_a_day_whose_row_is_no_longer_true_gets_another(history: History, path: Path) -> None:
    watching = _lived(history, 60)
    _tidy(history, watching.now + 2 * DAY_MS)
    rows = _rows(path, "day")
    late = a_result(DEEPSEEK, Reason.OK, START + 10 * HOUR_MS + 1)
    history.append([Settled(late, proven=False)], watching.state, watching.now)

    assert _rows(path, "day") < rows
    _tidy(history, watching.now + 2 * DAY_MS)
    assert _rows(path, "day") == rows
    assert _rows(path, "unrolled") == 0
    assert len(_kept(path)) == 60 * 6 * len(KEYS) + 1


def test_a_day_waits_for_the_first_answer_after_it_or_for_another_day(history: History, path: Path) -> None:
    watching = _lived(history, 20)
    over = watching.now // DAY_MS * DAY_MS + DAY_MS
    _tidy(history, over + 2 * HOUR_MS)
    earlier = _rows(path, "day")
    _tidy(history, over + DAY_MS - 1)
    assert _rows(path, "day") == earlier
    watching.now = over + DAY_MS - 1
    watching.see(DEEPSEEK, Reason.OK)
    watching.commit(history)
    _tidy(history, watching.now)
    assert _rows(path, "day") == earlier + 1
    _tidy(history, over + DAY_MS)
    assert _rows(path, "day") == earlier + len(KEYS)


def _tidy(history: History, now: Instant) -> None:
    while history.tidy(now, lambda: 0.0):
        pass


def _rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found


def test_what_a_reader_keeps_from_being_committed_is_rolled_back(path: Path) -> None:
    """As where no log is possible: a reader goes on reading the file itself."""
    with (
        closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection,
        closing(sqlite3.connect(path, isolation_level=None)) as reader,
    ):
        connection.execute("CREATE TABLE word (it)")
        reader.execute("BEGIN")
        reader.execute("SELECT it FROM word").fetchall()

        with pytest.raises(sqlite3.OperationalError, match="locked"), fold.transaction(connection):
            connection.execute("INSERT INTO word VALUES ('new')")

        assert not connection.in_transaction
        reader.execute("COMMIT")
        with fold.transaction(connection):
            connection.execute("INSERT INTO word VALUES ('newer')")
        assert connection.execute("SELECT it FROM word").fetchall() == [("newer",)]
