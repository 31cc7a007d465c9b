"""A full disk or another program's lock costs nothing but time; a transition survives a power cut."""

import os
import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from history.watching import DEEPSEEK, KEYS, Watching, essence, go_down, never_stamped, statements
from trayuptime.core import hysteresis, judge
from trayuptime.core.model import Gap, GapCause
from trayuptime.core.reasons import Reason
from trayuptime.history import History, HistoryError, Reader, files


@dataclass(frozen=True, slots=True)
class Disk:
    """Where a history may lie, and how its disk becomes full and free again."""

    path: Path
    fill: Callable[[], None]
    free: Callable[[], None]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of 1 MB where we may mount one, else a limit on the size of our files."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounting.returncode == 0:
        try:
            yield _mounted(folder)
        finally:
            subprocess.run(["umount", folder], check=True)
    else:
        with _limited(folder) as limited:
            yield limited


def _mounted(folder: Path) -> Disk:
    ballast = folder / "ballast"

    def fill() -> None:
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        assert os.statvfs(folder).f_bavail == 0

    return Disk(folder / "history.db", fill, ballast.unlink)


@contextmanager
def _limited(folder: Path) -> Iterator[Disk]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    path = folder / "history.db"

    def fill() -> None:
        size = path.with_name("history.db-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))

    def free() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    yield Disk(path, fill, free)
    free()


def test_the_disk_of_these_tests_becomes_full(disk: Disk) -> None:
    _a_full_disk_loses_nothing(disk)


def test_the_same_holds_where_files_may_not_grow(tmp_path: Path) -> None:
    with _limited(tmp_path) as limited:
        _a_full_disk_loses_nothing(limited)


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
    watching.see(DEEPSEEK, Reason.OK, http_status=[200])

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
