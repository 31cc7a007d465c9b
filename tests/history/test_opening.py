"""A file is opened, created or migrated; what cannot be used is refused or set aside, and never deleted."""

import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from history.watching import (
    DEEPSEEK,
    OPENAI,
    START,
    WEB,
    Watching,
    a_result,
    essence,
    go_down,
    never_stamped,
)
from trayuptime.core import hysteresis
from trayuptime.core.model import GapCause, Reach, Service, Span, Switch
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Settled, State
from trayuptime.history import (
    DamagedHistoryError,
    History,
    HistoryError,
    NewerHistoryError,
    Reader,
    files,
    hot,
)

SCHEMA_1 = Path(__file__).parent / "fixtures" / "schema-1.db"
SCHEMA_2 = Path(__file__).parent / "fixtures" / "schema-2.db"
SCHEMA_3 = Path(__file__).parent / "fixtures" / "schema-3.db"
SCHEMA_5 = Path(__file__).parent / "fixtures" / "schema-5.db"
NOBODY = 65_534
STAMP = "20260330T011345Z"


def _lived_in(path: Path) -> Watching:
    """A history with an outage under way."""
    watching = Watching()
    with closing(History.open(path, never_stamped)) as history:
        watching.cycle(history)
        go_down(watching, history)
    return watching


def _contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


# What is missing, and what may not be written


def test_a_missing_file_cannot_be_read(path: Path) -> None:
    with pytest.raises(HistoryError, match=r"history\.db"):
        Reader(path)

    assert not path.exists()


def test_a_missing_folder_is_an_error_with_the_files_name(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=r"nowhere.*history\.db"):
        History.open(tmp_path / "nowhere" / "history.db", never_stamped)


def test_a_file_that_was_begun_and_never_written_is_no_history_yet(path: Path) -> None:
    path.touch()

    with pytest.raises(HistoryError, match="it is empty"):
        Reader(path)
    with closing(History.open(path, never_stamped)) as history:
        assert history.last_state({}) == State()


@contextmanager
def _read_only_folder_of(path: Path) -> Iterator[Path]:
    """A copy of the file where it may only be read, even if we are root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        target = folder / path.name
        if path.exists():
            shutil.copy(path, target)
            target.chmod(0o444)
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:
            os.seteuid(NOBODY)
        try:
            yield target
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)


def test_in_a_read_only_folder_it_can_be_read_and_not_written(path: Path) -> None:
    watching = _lived_in(path)

    with _read_only_folder_of(path) as copy:
        before = copy.read_bytes()
        with Reader(copy) as reader:
            assert essence(reader.state()) == essence(watching.state)
            assert len(list(reader.results())) == 15
        with pytest.raises(HistoryError, match=r"history\.db"):
            History.open(copy, never_stamped)

        assert _contents(copy.parent) == {copy.name: before}


def test_in_a_read_only_folder_none_can_be_begun(path: Path) -> None:
    with (
        _read_only_folder_of(path) as nothing,
        pytest.raises(HistoryError, match=r"history\.db"),
    ):
        History.open(nothing, never_stamped)


def test_damage_in_a_read_only_folder_is_an_error_and_stays_where_it_is(path: Path) -> None:
    path.write_bytes(b"no database")

    with _read_only_folder_of(path) as copy:
        with pytest.raises(HistoryError, match="damaged and could not be set aside"):
            History.open(copy, lambda: STAMP)

        assert _contents(copy.parent) == {copy.name: b"no database"}


# Damage


def _shred(path: Path, table: str) -> None:
    """Overwrites the page where a table begins."""
    with closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xde\xad" * (size // 2))


TABLES = [
    "surface",
    "sqlite_autoindex_surface_1",
    "hot",
    "packed",
    "packed_by_surface",
    "hour",
    "day",
    "evidence",
    "incident",
    "incident_by_start",
    "incident_by_surface",
    "fortnight",
    "day_sums",
    "gap",
    "gap_by_start",
    "transition",
    "transition_by_time",
    "switch",
    "spending",
    "spending_by_day",
    "spending_by_provider",
    "spending_by_cost",
]


@pytest.mark.parametrize("table", [*TABLES, "snapshot"])
def test_a_damaged_page_sets_the_file_aside_with_a_date_and_the_outage_goes_on(
    path: Path, table: str
) -> None:
    watching = _lived_in(path)
    _shred(path, table)
    damaged = path.read_bytes()

    with closing(History.open(path, lambda: STAMP)) as history:
        assert history.set_aside == path.with_name(f"history.db.damaged-{STAMP}")
        assert history.set_aside.read_bytes() == damaged
        assert history.last_state({}).surface(DEEPSEEK).service is Service.DOWN
        watching.cycle(history)
    with Reader(path) as reader:
        assert len(list(reader.results())) == (3 if table in {"result", "hot"} else 18)


@pytest.mark.parametrize(
    "content", [b"Dear diary, today DeepSeek was down. " * 50, b"no"], ids=["text", "short"]
)
def test_a_file_that_is_no_database_is_set_aside(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(DamagedHistoryError, match=r"history\.db is damaged"):
        Reader(path)
    with closing(History.open(path, lambda: STAMP)) as history:
        assert history.set_aside is not None
        assert history.set_aside.read_bytes() == content
        assert history.last_seen() is None


def test_half_a_file_is_set_aside(path: Path) -> None:
    _lived_in(path)
    half = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(half)

    with closing(History.open(path, lambda: STAMP)) as history:
        assert history.set_aside is not None
        assert history.set_aside.read_bytes() == half


def test_a_second_damaged_file_of_the_same_second_does_not_replace_the_first(path: Path) -> None:
    for content in (b"the first of them", b"the second of them", b"the third of them"):
        path.write_bytes(content * 100)
        History.open(path, lambda: STAMP).close()

    kept = sorted(file for file in path.parent.iterdir() if "damaged" in file.name)
    assert [file.read_bytes().split()[1] for file in kept] == [b"first", b"second", b"third"]


def test_the_log_of_a_damaged_file_goes_with_it(path: Path) -> None:
    path.write_bytes(b"no database")
    path.with_name("history.db-wal").write_bytes(b"its log")

    moved = files.set_aside(path, STAMP)
    files.finish(moved)
    moved = files.finished(moved)

    assert _contents(path.parent) == {moved.name: b"no database", f"{moved.name}-wal": b"its log"}


def test_damage_among_old_results_stops_their_reader_and_not_the_engine(path: Path) -> None:
    chance = random.Random(1)
    watching = Watching(now=START + 3 * 86_400_000)
    with closing(History.open(path, never_stamped)) as history:
        for n in range(8_640):  # latencies that fill pages
            result = a_result(DEEPSEEK, Reason.OK, START + n * 30_000, latency_ms=chance.random() * 9_000)
            history.append([Settled(result, proven=False)], State(), START)
        watching.cycle(history)
        while history.tidy(watching.now + 86_400_000, lambda: 0.0):
            pass
    with closing(sqlite3.connect(path)) as connection:
        (body,) = connection.execute("SELECT body FROM packed ORDER BY since LIMIT 1").fetchone()
    with path.open("r+b") as file:
        file.seek(path.read_bytes().index(body[-500:]) // 4096 * 4096)
        file.write(b"\xde\xad" * 2048)

    with closing(History.open(path, never_stamped)) as history:
        assert essence(history.last_state({})) == essence(watching.state)
        watching.cycle(history)
    with Reader(path) as reader, pytest.raises(HistoryError, match=r"history\.db"):
        list(reader.results())


def _newest_recent(history: History) -> tuple[sqlite3.Connection, int, bytes]:
    connection = history._connection
    assert connection is not None
    return connection, *connection.execute("SELECT id, body FROM hot ORDER BY id DESC LIMIT 1").fetchone()


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_a_damaged_row_of_recent_results_is_passed_over_and_named(path: Path, place: int) -> None:
    watching = _lived_in(path)
    with closing(History.open(path, never_stamped)) as history:
        connection, row, body = _newest_recent(history)
        spoiled = body[:place] + bytes([body[place] ^ 4]) + body[place + 1 :]
        connection.execute("UPDATE hot SET body = ? WHERE id = ?", (spoiled, row))
        assert history.last_state({}).surface(DEEPSEEK).incident is not None
        watching.cycle(history)
        while history.tidy(watching.now + 86_400_000, lambda: 0.0):
            pass
    with Reader(path) as reader:
        assert len(list(reader.results())) == 15
        assert any("not what its checksum says" in problem for problem in reader.verify().problems)


@pytest.mark.parametrize("column", ["base", "newest"])
def test_recent_results_of_another_time_than_their_row_are_passed_over_and_named(
    path: Path, column: str
) -> None:
    _lived_in(path)
    with closing(History.open(path, never_stamped)) as history:
        connection, row, _ = _newest_recent(history)
        connection.execute(f"UPDATE hot SET {column} = {column} - 4096 WHERE id = ?", (row,))
    with Reader(path) as reader:
        assert len(list(reader.results())) == 12
        assert any("of another time" in problem for problem in reader.verify().problems)


def test_recent_results_with_words_that_nobody_wrote_are_passed_over_and_named(path: Path) -> None:
    _lived_in(path)
    with closing(History.open(path, never_stamped)) as history:
        connection, row, _ = _newest_recent(history)
        (surface, (at, _, latency, status, interval)), *others = hot.one(connection, row)
        hot.replace(connection, row, [(surface, (at, 63, latency, status, interval)), *others])
    with Reader(path) as reader:
        assert len(list(reader.results())) == 12
        assert any("unknown words" in problem for problem in reader.verify().problems)


def test_a_recent_result_of_a_surface_that_nobody_knows_is_passed_over(path: Path) -> None:
    _lived_in(path)
    with closing(History.open(path, never_stamped)) as history:
        connection, row, _ = _newest_recent(history)
        (_, grain), *others = hot.one(connection, row)
        hot.replace(connection, row, [(1000, grain), *others])

        assert history.last_state({}).surfaces
    with Reader(path) as reader:
        assert len(list(reader.results())) == 14


def test_the_last_state_needs_no_result_of_earlier_hours(path: Path) -> None:
    watching = Watching()
    with closing(History.open(path, never_stamped)) as history:
        for _ in range(30):
            watching.now += 570_000
            watching.cycle(history)
        while history.tidy(watching.now, lambda: 0.0):
            pass
        assert history._connection is not None
        spoiled = history._connection.execute("UPDATE packed SET body = x'00' WHERE loose").rowcount

        assert spoiled > 6
        assert essence(history.last_state({})) == essence(watching.state)


def test_damage_that_shows_while_running_begins_a_new_file_with_the_state_as_it_is(path: Path) -> None:
    watching = _lived_in(path)
    history = History.open(path, lambda: STAMP)
    watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR})
    assert history._connection is not None
    history._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for table in TABLES:
        _shred(path, table)
    history._connection.execute("PRAGMA cache_size = 0")
    watching.now += 30_000
    watching.see(DEEPSEEK, Reason.SERVER_ERROR)

    with pytest.raises(DamagedHistoryError, match=f"set aside as .*damaged-{STAMP}"):
        watching.commit(history)
    watching.commit(history)

    assert history.set_aside is not None
    assert history.set_aside.exists()
    with Reader(path) as reader:
        assert len(list(reader.results())) == 1  # what the pages still held is damaged too
        assert essence(reader.state()) == essence(watching.state)
        lasting = hysteresis.open_incident(watching.state.surface(DEEPSEEK), watching.now)
        assert reader.incidents(0, watching.now) == [lasting]
    history.close()


# Schemas


def test_a_newer_schema_is_refused_and_not_a_byte_is_touched(path: Path) -> None:
    _lived_in(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA user_version = 99")
    before = _contents(path.parent)

    with pytest.raises(NewerHistoryError, match=r"its schema is 99.*left untouched"):
        History.open(path, never_stamped)
    with pytest.raises(NewerHistoryError, match="its schema is 99"):
        Reader(path)

    assert _contents(path.parent) == before


def test_a_newer_schema_that_still_lies_in_the_log_is_refused_and_untouched(
    path: Path, tmp_path: Path
) -> None:
    _lived_in(path)
    folder = tmp_path / "killed"
    folder.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", folder)
    before = _contents(folder)
    assert before["history.db-wal"]

    with pytest.raises(NewerHistoryError):
        History.open(folder / path.name, never_stamped)

    after = _contents(folder)
    assert {name: after[name] for name in before} == before


def test_a_file_of_schema_1_is_read_as_it_was_written(path: Path) -> None:
    shutil.copy(SCHEMA_1, path)

    with closing(History.open(path, never_stamped)) as history:
        state = history.last_state({})
    assert state.surface(DEEPSEEK).service is Service.DOWN
    assert state.choice is not None
    with Reader(path) as reader:
        [ended, lasting] = reader.incidents()
        assert (ended.id, lasting.id, lasting.ended_at) == (1, 2, None)
        assert lasting == hysteresis.open_incident(state.surface(DEEPSEEK), reader.last_seen() or 0)
        assert len(list(reader.results())) == 117
        assert [gap.cause for gap in reader.gaps()] == [GapCause.ASLEEP]
        assert reader.switches() == [Switch(state.choice.switch.at, "deepseek", "openai")]
        assert [event["event"] for event in reader.transitions()][:2] == ["down", "gap"]


def test_a_file_of_schema_2_is_read_as_it_was_written(path: Path) -> None:
    shutil.copy(SCHEMA_2, path)

    with closing(History.open(path, never_stamped)) as history:
        state = history.last_state({})
    assert state.surface(DEEPSEEK).service is Service.DOWN
    with Reader(path) as reader:
        results = list(reader.results())
        (proven,) = [settled for settled in results if settled.witness]
        (aside,) = [settled for settled in results if not settled.counted]
        assert (proven.result.key, proven.witness) == (OPENAI, "api.deepseek.example:443")
        assert (aside.result.key, aside.result.reason) == (DEEPSEEK, Reason.RATE_LIMITED)
        kept = reader.evidence(OPENAI, proven.result.at, proven.result.at + 1)[proven.result.at]
        assert (kept.request_id, kept.network["tunnels"]) == ("req_011", ["wg0"])


def test_a_file_of_schema_3_is_read_as_it_was_written(path: Path) -> None:
    shutil.copy(SCHEMA_3, path)

    with closing(History.open(path, never_stamped)) as history:
        assert history.last_state({}).surface(DEEPSEEK).service is Service.DOWN
    with Reader(path) as reader:
        *_, at_gateway, near = reader.results()
        assert (at_gateway.result.key, at_gateway.result.host) == (OPENAI, "api.deepseek.example:443")
        assert (near.result.key, near.result.reach) == (WEB, Reach.LOOPBACK)
        assert {settled.result.key for settled in reader.results(at_host_of=DEEPSEEK)} == {DEEPSEEK, OPENAI}


def test_a_file_of_schema_5_is_read_as_it_was_written(path: Path) -> None:
    shutil.copy(SCHEMA_5, path)

    with closing(History.open(path, never_stamped)) as history:
        state = history.last_state({})
    assert state.surface(DEEPSEEK).service is Service.DOWN
    with Reader(path) as reader:
        results = list(reader.results())
        (lasting,) = reader.incidents()
        (asleep,) = reader.gaps()
        first, last = results[0].result.at, results[-1].result.at
        kept = reader.evidence(DEEPSEEK, first, last + 1)
        day = Span(first, first + 86_400_000)
        with reader.windows(day) as windows:
            totals = windows.totals(DEEPSEEK, day)
        assert reader.verify().problems == []
    assert (len(results), lasting.ended_at, len(kept)) == (30 * 4 * 3 + 4 * 3, None, 2 * 3 + 4)
    assert (asleep.cause, totals.gap_s[GapCause.ASLEEP], totals.results) == (GapCause.ASLEEP, 3_600.0, 92)


TO_COME = (*files._migrations(), (files.newest_version() + 1, "ALTER TABLE packed ADD COLUMN note TEXT"))


def test_a_migration_backs_the_file_up_first_and_keeps_what_is_in_it(path: Path) -> None:
    shutil.copy(SCHEMA_1, path)
    path.chmod(0o600)

    with closing(files.open_for_writing(path, TO_COME)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (TO_COME[-1][0],)
        assert connection.execute("SELECT count(note) FROM packed").fetchone() == (0,)

    back_up = path.with_name("history.db.before-schema-2")
    assert back_up.stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in path.parent.iterdir()) == ["history.db", back_up.name]
    files.open_for_writing(back_up).close()
    with Reader(back_up) as reader:
        assert len(list(reader.results())) == 117


def test_a_new_file_needs_no_back_up(path: Path) -> None:
    files.open_for_writing(path, TO_COME).close()

    assert [file.name for file in path.parent.iterdir()] == ["history.db"]


def test_a_new_file_that_was_cut_short_between_two_schemas_needs_none_either(path: Path) -> None:
    with closing(files.connect(path)) as connection:
        files.apply(connection, files.migrations_to(4))
    back_up = path.with_name("history.db.before-schema-5")
    back_up.write_bytes(b"of years")

    files.open_for_writing(path).close()

    assert back_up.read_bytes() == b"of years"


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (address TEXT)")
    before = path.read_bytes()

    with pytest.raises(HistoryError, match="a database of another program, and is left alone"):
        History.open(path, never_stamped)
    with pytest.raises(HistoryError, match="of another program"):
        Reader(path)
    assert path.read_bytes() == before


def test_an_older_schema_waits_for_the_watcher_before_it_is_read(tmp_path: Path) -> None:
    older = tmp_path / "older.db"
    shutil.copy(SCHEMA_1, older)

    with pytest.raises(HistoryError, match="older version"):
        Reader(older)


def test_a_migration_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    shutil.copy(SCHEMA_1, path)
    broken = (*files._migrations()[:1], (2, "CREATE TABLE half (a); ALTER TABLE nowhere ADD COLUMN b"))

    with pytest.raises(HistoryError, match="nowhere"):
        files.open_for_writing(path, broken)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert not connection.execute("SELECT * FROM sqlite_master WHERE name = 'half'").fetchall()


def test_without_a_back_up_nothing_is_migrated(path: Path) -> None:
    shutil.copy(SCHEMA_1, path)
    path.with_name("history.db.before-schema-2").mkdir()

    with pytest.raises(HistoryError, match="no back-up"):
        files.open_for_writing(path, TO_COME)

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
