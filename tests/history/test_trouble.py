"""A full disk or another program's lock costs nothing but time; a transition survives a power cut."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from disks import Disk, limited, small_disk
from history.watching import DEEPSEEK, KEYS, Watching, essence, go_down, never_stamped, statements
from trayuptime.core import hysteresis, judge
from trayuptime.core.model import Gap, GapCause
from trayuptime.core.reasons import Reason
from trayuptime.history import History, HistoryError, NewerHistoryError, Reader, files

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk


def test_the_disk_of_these_tests_becomes_full(disk: Disk) -> None:
    _a_full_disk_loses_nothing(disk)


def test_the_same_holds_where_files_may_not_grow(tmp_path: Path) -> None:
    with limited(tmp_path) as disk:
        _a_full_disk_loses_nothing(disk)


def _a_full_disk_loses_nothing(disk: Disk) -> None:
    history = History.open(disk.path, never_stamped)
    watching = Watching()
    watching.cycle(history)
    disk.fill()

    for _ in range(6):
        with pytest.raises(
            HistoryError, match=r"history\.db cannot be used: (database or disk is full|disk I/O)"
        ):
            watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR})
    waiting = len(watching.happenings)
    disk.free()
    watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR})

    assert waiting == 6 * len(KEYS) + 1
    assert watching.happenings == []
    history.close()
    with Reader(disk.path) as reader:
        assert len(list(reader.results())) == 8 * len(KEYS)
        assert [event["event"] for event in reader.transitions()] == ["down"]
        lasting = hysteresis.open_incident(watching.state.surface(DEEPSEEK), watching.now)
        assert reader.incidents(0, watching.now) == [lasting]
        assert essence(reader.state()) == essence(watching.state)


def test_a_disk_that_is_full_at_the_start_is_an_error(disk: Disk) -> None:
    History.open(disk.path, never_stamped).close()
    disk.path.unlink()
    disk.path.with_name("history.db-wal").touch()
    disk.fill()

    with pytest.raises(HistoryError, match=r"history\.db"):
        History.open(disk.path, never_stamped)


def test_a_history_that_cannot_be_folded_at_its_end_closes_all_the_same(disk: Disk) -> None:
    history = History.open(disk.path, never_stamped)
    watching = Watching()
    for _ in range(3):
        watching.cycle(history)
    disk.fill()
    history.close()
    disk.free()

    with closing(History.open(disk.path, never_stamped)) as again:
        assert essence(again.last_state({})) == essence(watching.state)


def test_on_a_full_disk_nothing_is_migrated_and_the_old_file_stays_as_it_is(disk: Disk) -> None:
    shutil.copy(FIXTURES / "schema-1.db", disk.path)
    before = disk.path.read_bytes()
    disk.path.with_name("history.db-wal").touch()
    disk.fill()

    with pytest.raises(HistoryError, match=r"history\.db"):
        History.open(disk.path, never_stamped)
    disk.free()

    assert disk.path.read_bytes() == before
    assert [each for each in disk.path.parent.iterdir() if "before-schema" in each.name] == []
    History.open(disk.path, never_stamped).close()
    with Reader(disk.path) as reader:
        assert len(list(reader.results())) == 117


def test_where_there_is_no_room_for_a_back_up_it_is_said_and_no_half_of_one_is_left(disk: Disk) -> None:
    """Room for the log's index, and for nothing of the size of the file."""
    shutil.copy(FIXTURES / "schema-1.db", disk.path)
    ballast = disk.path.with_name("more")
    ballast.write_bytes(bytes(980 * 1024 - disk.path.stat().st_size))

    with pytest.raises(HistoryError, match="no back-up could be made before migrating") as caught:
        History.open(disk.path, never_stamped)

    assert "No space left" in str(caught.value)
    assert sorted(each.name for each in disk.path.parent.iterdir()) == ["history.db", "more"]
    with closing(sqlite3.connect(disk.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """By another program."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_what_another_program_locks_is_written_once_it_lets_go(history: History, path: Path) -> None:
    watching = Watching()
    watching.cycle(history)

    with _locked(path):
        with pytest.raises(HistoryError, match=r"history\.db cannot be used: database is locked"):
            watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR})
        with Reader(path) as reader:
            assert len(list(reader.results())) == len(KEYS)
    watching.cycle(history)

    with Reader(path) as reader:
        assert len(list(reader.results())) == 3 * len(KEYS)
        assert essence(reader.state()) == essence(watching.state)


def test_a_commit_waits_a_quarter_of_a_second_for_a_lock(history: History) -> None:
    assert history._connection is not None
    assert history._connection.execute("PRAGMA busy_timeout").fetchone() == (250,)


def test_what_was_dropped_while_nothing_could_be_written_does_not_bend_the_state(
    history: History, path: Path
) -> None:
    watching = Watching()
    watching.cycle(history)
    with _locked(path), pytest.raises(HistoryError):
        watching.cycle(history)
    watching.happenings.clear()  # the poller keeps only so many
    watching.cycle(history)

    with Reader(path) as reader:
        assert len(list(reader.results())) == 2 * len(KEYS)
        assert essence(reader.state()) == essence(watching.state)


def test_a_fault_of_ours_is_not_taken_for_the_worlds(history: History, path: Path) -> None:
    watching = Watching()
    watching.cycle(history)
    watching.now += 30_000
    watching.see(DEEPSEEK, Reason.SERVER_ERROR, request_id=["7f"])

    with pytest.raises(sqlite3.DatabaseError, match="not supported"):
        watching.commit(history)

    watching.happenings.clear()
    watching.cycle(history)
    with Reader(path) as reader:
        assert len(list(reader.results())) == 2 * len(KEYS)


# Synchronous


def _level(history: History) -> int:
    """How the last commit was synced: 1 is NORMAL, 2 is FULL."""
    assert history._connection is not None
    return int(history._connection.execute("PRAGMA synchronous").fetchone()[0])


def test_a_transition_is_synced_and_a_calm_cycle_is_not(history: History) -> None:
    watching = Watching()
    watching.cycle(history)
    watching.cycle(history)
    calm = _level(history)
    watching.apply(judge.pass_over(watching.state, Gap(watching.now, watching.now, GapCause.ASLEEP)))
    watching.commit(history)
    told = _level(history)
    watching.cycle(history)

    assert (calm, told, _level(history)) == (1, 2, 1)


def test_the_level_is_set_before_the_transaction(history: History) -> None:
    watching = Watching()
    watching.cycle(history)
    go_down(watching, history)
    watching.cycle(history)
    watching.apply(judge.pause(watching.state, watching.now, None))
    with statements(history) as sent:
        history.save(watching.state, watching.now)

    assert sent[:2] == ["PRAGMA synchronous = FULL", "BEGIN IMMEDIATE"]


def test_a_power_cut_never_costs_more_than_five_minutes_of_results(history: History) -> None:
    watching = Watching()
    watching.cycle(history)
    synced_at = watching.now
    for cycle in range(100):
        watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR} if cycle % 2 else {})
        if _level(history) == 2:
            synced_at = watching.now

        assert watching.now - synced_at < 300_000


def test_a_clean_stop_leaves_one_file(path: Path) -> None:
    history = History.open(path, never_stamped)
    watching = Watching()
    watching.cycle(history)
    history.save(watching.state, watching.now)
    history.close()
    history.close()

    assert [file.name for file in path.parent.iterdir()] == ["history.db"]
    with closing(files.open_for_writing(path)) as connection:
        assert connection.execute("SELECT at FROM snapshot").fetchone() == (watching.now,)


# A network home


def _connect_by(vfs: str) -> files.Connect:
    """As SQLite opens files where no memory can be shared."""
    return lambda path, query: files.connect(path, f"{query}&vfs={vfs}")


@pytest.mark.parametrize("vfs", ["unix-dotfile", "unix-none"])
def test_where_no_log_is_possible_every_commit_is_synced_and_can_be_read(
    path: Path, vfs: str, caplog: pytest.LogCaptureFixture
) -> None:
    watching, connect = Watching(), _connect_by(vfs)
    with closing(History.open(path, never_stamped, connect)) as history:
        for _ in range(3):
            watching.cycle(history)
        assert _level(history) == 2
        with closing(files.open_for_reading(path, connect)) as connection:
            assert connection.execute("SELECT count(*) FROM snapshot").fetchone() == (1,)

    with closing(History.open(path, never_stamped, connect)) as history:
        assert essence(history.last_state({})) == essence(watching.state)
    assert not path.with_name("history.db-wal").exists()
    assert [record.message for record in caplog.records] == [
        f"{path}: no write-ahead log is possible here (a network folder?): every commit is synced"
    ] * 2


def test_a_file_with_a_log_is_opened_where_none_is_possible(path: Path, tmp_path: Path) -> None:
    """A home that was on the local disk, and whose engine was killed, is on the network now."""
    folder = tmp_path / "network"
    folder.mkdir()
    watching = Watching()
    with closing(History.open(path, never_stamped)) as history:
        for _ in range(3):
            watching.cycle(history)
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", folder)

    with closing(History.open(folder / path.name, never_stamped, _connect_by("unix-dotfile"))) as history:
        assert essence(history.last_state({})) == essence(watching.state)
        watching.cycle(history)
    with Reader(folder / path.name) as reader:
        assert len(list(reader.results())) == 4 * len(KEYS)


def test_a_newer_schema_in_a_log_is_refused_where_none_is_possible(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "network"
    folder.mkdir()
    with closing(History.open(path, never_stamped)) as history:
        Watching().cycle(history)
        with closing(sqlite3.connect(path)) as other:
            other.execute("PRAGMA user_version = 99")
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", folder)

    with pytest.raises(NewerHistoryError):
        History.open_or_wait(folder / path.name, never_stamped, _connect_by("unix-dotfile"))


# Later


def test_a_history_that_cannot_be_opened_yet_is_read_and_then_written(disk: Disk) -> None:
    watching = Watching()
    with closing(History.open(disk.path, never_stamped)) as history:
        watching.cycle(history)
    disk.freeze()

    history = History.open_or_wait(disk.path, never_stamped)
    assert essence(history.last_state({})) == essence(watching.state)
    assert history.last_seen() == watching.now
    with pytest.raises(HistoryError):
        watching.cycle(history)
    disk.thaw()
    watching.cycle(history)
    history.close()

    with Reader(disk.path) as reader:
        assert len(list(reader.results())) == 3 * len(KEYS)
