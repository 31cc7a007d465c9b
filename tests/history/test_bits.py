"""Single wrong bits where SQLite has no checksum: nothing false is told, and nobody is stopped."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import product
from pathlib import Path

import pytest

from history.lives import DAY_MS
from history.watching import DEEPSEEK, OPENAI, Watching, never_stamped
from trayuptime.core import judge
from trayuptime.core.figures import figures
from trayuptime.core.model import Gap, GapCause, Rules, Span
from trayuptime.core.reasons import Reason
from trayuptime.history import DamagedHistoryError, History, Reader, files

BEGIN = 1_774_742_400_000
"""A midnight of UTC."""
WINDOW = Span(BEGIN, BEGIN + 5 * DAY_MS)
STAMP = "20260330T011345Z"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def watching(path: Path) -> Watching:
    """Five days with an outage and a night asleep; put in order, and closed."""
    rules = Rules(interval_s=900.0, confirm_after=2, recover_after=2)
    watching = Watching(keys=(DEEPSEEK, OPENAI), rules=rules, now=BEGIN)
    with closing(History.open(path, never_stamped)) as history:
        for slot in range(5 * 96):
            if 200 <= slot < 220:
                continue
            before, watching.now = watching.now, BEGIN + slot * 900_000 + 1_000
            if slot == 220:
                asleep = Gap(before + 1_000, watching.now - 1_000, GapCause.ASLEEP)
                watching.apply(judge.pass_over(watching.state, asleep))
            for key in watching.keys:
                fails = key == DEEPSEEK and 100 <= slot < 120
                watching.see(key, Reason.SERVER_ERROR if fails else Reason.OK, interval_s=900.0)
            watching.commit(history)
        _tidy(history, watching.now + 2 * DAY_MS)
        history.save(watching.state, watching.now)
    return watching


def _tidy(history: History, now: int) -> None:
    while history.recovering:
        history.recover(0.0)
    while history.tidy(now, lambda: 0.0):
        pass


def _told(path: Path) -> list[object]:
    """What is told of two surfaces, each in three ways; `None` where it is said to be damaged."""
    found: list[object] = []
    for key, way in product((DEEPSEEK, OPENAI), ("totals", "record", "strip")):
        try:
            with Reader(path) as reader, reader.windows(WINDOW) as windows:
                found.append(getattr(windows, way)(key, WINDOW))
        except DamagedHistoryError:
            found.append(None)
    return found


@contextmanager
def _spoiling(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("PRAGMA writable_schema = ON")
        yield connection
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _give_root(connection: sqlite3.Connection, name: str, of: str) -> None:
    """A table or an index lies where another one does, from the next opening on."""
    connection.execute(
        "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = ?)"
        " WHERE name = ?",
        (of, name),
    )


@pytest.mark.parametrize("bit", [2, 1024])
def test_a_sum_of_another_surface_or_day_is_not_believed(path: Path, watching: Watching, bit: int) -> None:
    truth = _told(path)
    with _spoiling(path) as connection:
        names = (
            "up, down, degraded, asleep, app_off, offline, portal, paused, unproven, unseen, results, strip"
        )
        connection.execute(f"CREATE TABLE fake (number INTEGER, {names})")
        connection.execute(
            f"INSERT INTO fake (rowid, number, {names}) SELECT number, number, {names} FROM day"
        )
        (number,) = connection.execute("SELECT number FROM day WHERE down > 0").fetchone()
        wrong = number ^ bit
        connection.execute("UPDATE fake SET rowid = -rowid WHERE rowid IN (?, ?)", (number, wrong))
        connection.execute("UPDATE fake SET rowid = ? WHERE rowid = ?", (wrong, -number))
        connection.execute(f"CREATE INDEX fake_sums ON fake (number, {names})")
        _give_root(connection, "day_sums", "fake_sums")

    found = _told(path)
    assert found != truth
    assert all(each is None or each == true for each, true in zip(found, truth, strict=True))


def test_a_day_that_only_an_index_tells_of_is_missed(path: Path, watching: Watching) -> None:
    with _spoiling(path) as connection:
        (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'day'").fetchone()
        connection.execute(made.replace("TABLE day", "TABLE fake"))
        connection.execute("INSERT INTO fake SELECT * FROM day WHERE down = 0")
        _give_root(connection, "day", "fake")

    with Reader(path) as reader, reader.windows(WINDOW) as windows:
        with pytest.raises(ValueError, match="only an index tells of it"):
            windows.totals(DEEPSEEK, WINDOW)
        with pytest.raises(ValueError, match="only an index tells of it"):
            windows.paces(DEEPSEEK, WINDOW)
    with Reader(path) as reader:
        assert any("only an index tells of its day" in each for each in reader.verify().problems)


def test_a_row_that_no_table_of_ours_would_hold_is_lost_alone(path: Path, watching: Watching) -> None:
    with _spoiling(path) as connection:
        connection.execute("UPDATE snapshot SET one = 3")
    files.set_aside(path, STAMP)

    with closing(History.open(path, never_stamped)) as history:
        _tidy(history, watching.now)
        (news,) = history.take_news()
        assert "1 record besides" in news
        assert history.last_state({}).next_incident == watching.state.next_incident
    with Reader(path) as reader:
        assert not reader.verify().problems


@pytest.mark.parametrize(("word", "instead"), [("newest", "newesu"), ("fortnight (", "fortnighu (")])
def test_a_wrong_bit_in_the_schema_is_damage(path: Path, watching: Watching, word: str, instead: str) -> None:
    with _spoiling(path) as connection:
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, ?, ?)", (word, instead))

    with closing(History.open(path, lambda: STAMP)) as history:
        watching.now += 2 * DAY_MS
        for _ in range(3):
            try:
                watching.cycle(history)
                _tidy(history, watching.now + DAY_MS)
            except DamagedHistoryError:
                continue
        assert history.set_aside is not None
    with Reader(path) as reader, reader.windows(WINDOW) as windows:
        assert figures(windows.totals(DEEPSEEK, WINDOW)).outages == 1
        assert not reader.verify().problems


def test_sums_that_tell_of_a_lost_gap_stay(path: Path, watching: Watching) -> None:
    def told() -> object:
        with Reader(path) as reader, reader.windows(WINDOW) as windows:
            return figures(windows.totals(OPENAI, WINDOW))

    before = told()
    with _spoiling(path) as connection:
        connection.execute("DELETE FROM gap")

    with Reader(path) as reader:
        findings = reader.verify()
    assert any("tells of a gap that is lost, and stays as it is" in each for each in findings.problems)
    assert not findings.wrong_sums
    assert told() == before


def test_an_incident_that_is_another_than_its_row_says_is_found(path: Path, watching: Watching) -> None:
    with _spoiling(path) as connection:
        connection.execute("UPDATE incident SET ended_at = NULL")

    with Reader(path) as reader:
        assert any(
            "a row of incident cannot be read: it is another" in each for each in reader.verify().problems
        )
    files.set_aside(path, STAMP)
    with closing(History.open(path, never_stamped)) as history:
        _tidy(history, watching.now)
    with Reader(path) as reader:
        (incident,) = reader.incidents()
        assert incident.ended_at is not None
        assert not reader.verify().problems


def test_recent_results_of_another_time_are_nobodys_last(path: Path, watching: Watching) -> None:
    with closing(History.open(path, never_stamped)) as history:
        watching.cycle(history)
    with _spoiling(path) as connection:
        connection.execute("UPDATE hot SET newest = newest + (1 << 31) WHERE id = (SELECT max(id) FROM hot)")

    with Reader(path) as reader:
        last = reader.last_seen()
        assert last is not None
        assert last <= watching.now


def test_the_number_of_a_lost_incident_is_not_given_out_again(path: Path, watching: Watching) -> None:
    used = watching.state.next_incident
    with _spoiling(path) as connection:
        connection.execute("DELETE FROM incident")
        connection.execute("DELETE FROM snapshot")
        for number in range(100):
            connection.execute(
                "INSERT INTO transition VALUES (?, 'up', ?)",
                (BEGIN + number, '{"event": "up", "incident": 0}'),
            )

    with closing(History.open(path, never_stamped)) as history:
        assert history.last_state({}).next_incident == used


def test_nothing_is_wrong_with_a_sound_one(path: Path, watching: Watching) -> None:
    with Reader(path) as reader, reader.windows(WINDOW) as windows:
        assert not reader.verify().problems
        assert figures(windows.totals(DEEPSEEK, WINDOW)).outages == 1
