"""Trouble with the history: the watcher goes on, says so once, and catches up when it can."""

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from disks import Disk, small_disk
from runtime.world import BROKEN, FINE, Watch, always, api, by_time, watch
from trayuptime.core.model import Gap, GapCause, Instant, Level, Result, Service, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.state import GapSeen, Happening, Settled, State
from trayuptime.history import History, HistoryError, Reader
from trayuptime.runtime.keeping import Keeping
from virtual_time import START

LIVED_IN = Path(__file__).parents[1] / "history" / "fixtures" / "schema-6.db"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk


def _a_day_of(home: Path) -> Watch:
    """Two providers, of which one breaks after a minute."""
    return watch(home, "bad", "good", hosts={"bad": by_time((0, FINE), (60, BROKEN))})


def _assert_caught_up(seen: Watch) -> None:
    """All that was told lies in the file, nothing of it twice."""
    with seen.reader() as reader:
        stored = sorted((s.result.at, s.result.provider) for s in reader.results())
        incidents, events = reader.incidents(), reader.transitions()
    assert stored == sorted((h.result.at, h.result.provider) for h in seen.happened(Settled))
    assert [each.provider for each in incidents] == ["bad"]
    assert [event["event"] for event in events if event["event"] == "down"] == ["down"]
    assert seen.titles() == ["bad is down"]


def _errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.ERROR]


def _ends(caplog: pytest.LogCaptureFixture) -> int:
    return [record.message for record in caplog.records].count("the history is written again")


@pytest.fixture(autouse=True)
def _log_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def test_a_disk_that_fills_is_told_once_and_caught_up_with(
    disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    seen = _a_day_of(disk.path.parent).live(600, (50, disk.fill), (300, disk.free))

    _assert_caught_up(seen)
    assert len(_errors(caplog)) == 1
    assert "history.db cannot be used" in _errors(caplog)[0]
    assert _ends(caplog) == 1
    assert seen.told[-1].trouble is None


def test_a_disk_that_is_full_at_the_start_is_one_too(disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    disk.path.with_name("history.db-wal").touch()
    disk.fill()

    seen = _a_day_of(disk.path.parent).live(600, (300, disk.free))

    _assert_caught_up(seen)
    assert seen.told[0].trouble is not None
    assert len(_errors(caplog)) <= 2  # that nothing can be read, and that nothing can be written
    assert _ends(caplog) == 1


def test_a_read_only_home_is_read_and_its_outage_goes_on(
    disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    home = disk.path.parent
    before = _a_day_of(home).live(200)
    disk.freeze()

    seen = watch(home, "bad", "good", hosts={"bad": always(BROKEN)})
    seen.clock.stepped_ms = 300_000
    seen.live(400, (300, disk.thaw))

    assert before.titles() == ["bad is down"]
    assert seen.titles() == []
    assert seen.told[0].trouble is not None
    assert len(_errors(caplog)) == 1
    assert _ends(caplog) == 1
    with seen.reader() as reader:
        assert len(list(reader.results())) == len(before.happened(Settled)) + len(seen.happened(Settled))
        (incident,) = reader.incidents()
        assert incident.ended_at is None
        assert [gap.cause for gap in reader.gaps()] == [GapCause.APP_OFF]


def test_a_disk_that_turns_read_only_is_caught_up_with(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody can remount a disk on which files are open; of such a connection SQLite says the same."""
    seen = _a_day_of(tmp_path)

    def turn(how: str) -> Callable[[], None]:
        def act() -> None:
            assert seen.diary._connection is not None
            seen.diary._connection.execute(f"PRAGMA query_only = {how}")

        return act

    seen.live(400, (50, turn("ON")), (200, turn("OFF")))

    _assert_caught_up(seen)
    assert _errors(caplog) == [f"{tmp_path}/history.db cannot be used: attempt to write a readonly database"]
    assert _ends(caplog) == 1


_HOLD = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], isolation_level=None)
other.execute(f"PRAGMA locking_mode = {sys.argv[2]}")
other.execute(f"BEGIN {sys.argv[2] if sys.argv[2] == 'EXCLUSIVE' else 'IMMEDIATE'}")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def _held(path: Path, how: str) -> Iterator[Callable[[], None]]:
    """By another program, until what is given is called."""
    command = [sys.executable, "-c", _HOLD, str(path), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"held\n"

        def let_go() -> None:
            if other.stdin is not None and not other.stdin.closed:
                other.stdin.close()
            other.wait()

        yield let_go
        let_go()


def test_a_file_that_another_program_locks_is_caught_up_with(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen = _a_day_of(tmp_path)
    with ExitStack() as holding:

        def hold() -> None:
            holding.enter_context(_held(seen.home / "history.db", "NORMAL"))

        seen.live(300, (50, hold), (150, holding.close))

    _assert_caught_up(seen)
    assert _errors(caplog) == [f"{tmp_path}/history.db cannot be used: database is locked"]
    assert _ends(caplog) == 1


def test_a_file_that_nobody_can_even_read_at_the_start_is_joined_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = _a_day_of(tmp_path).live(200)
    with before.reader() as reader:
        (old,) = reader.incidents()

    with _held(tmp_path / "history.db", "EXCLUSIVE") as let_go:
        seen = _a_day_of(tmp_path)
        seen.clock.stepped_ms = 1_000_000
        seen.live(300, (150, let_go))

    assert seen.titles() == ["bad is down"]
    assert _errors(caplog) == [f"{tmp_path}/history.db cannot be used: database is locked"]
    assert _ends(caplog) == 1
    with seen.reader() as reader:
        first, second = reader.incidents()
        assert (first.id, first.started_at, second.id) == (old.id, old.started_at, old.id + 1)
        assert first.ended_at is not None
        assert first.ended_at <= START + 200_000
        assert second.started_at >= START + 1_060_000
        lasting = reader.state().surface(api("bad")).incident
        assert lasting is not None
        assert lasting.id == second.id
        assert len(list(reader.results())) == len(before.happened(Settled)) + len(seen.happened(Settled))
        (gap,) = reader.gaps()
        assert (gap.cause, gap.until) == (GapCause.APP_OFF, START + 1_000_000)


def _shred(path: Path) -> None:
    """Every page but the first two: noise."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(2 * 4096)
        file.write(os.urandom(size - 2 * 4096))


def test_damage_at_the_start_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    _a_day_of(tmp_path).live(200)
    _shred(tmp_path / "history.db")

    seen = watch(tmp_path, "good").live(300)

    assert seen.titles() == ["The history"]
    ((_, notice),) = seen.notices()
    assert notice.body.startswith("The history was damaged: ")
    assert notice.body.endswith(f"The damaged file is kept as {tmp_path}/history.db.damaged-aside.")
    assert [each.message for each in caplog.records if each.levelno == logging.WARNING] == [notice.body]


def test_damage_that_only_a_reader_met_is_told_and_recovered_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    shutil.copy(LIVED_IN, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE packed SET body = x'00' WHERE id = (SELECT min(id) FROM packed)")

    assert "The history" not in watch(tmp_path, "good").live(300).titles()
    with Reader(path) as reader, pytest.raises(HistoryError, match="quit and start the watcher"):
        list(reader.results())
    seen = watch(tmp_path, "good").live(300)

    assert [title for title in seen.titles() if title == "The history"] == ["The history"]
    assert path.with_name(f"{path.name}.damaged-aside").exists()
    with seen.reader() as reader:
        assert list(reader.results())


def test_damage_that_shows_while_running_is_told_and_recovered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seen = _a_day_of(tmp_path)

    def spoil() -> None:
        connection = seen.diary._connection
        assert connection is not None
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA cache_size = 0")
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'transition'")
        with (tmp_path / "history.db").open("r+b") as file:
            file.seek((root - 1) * 4096)
            file.write(bytes(4096))

    seen.live(400, (65, spoil))

    assert sorted(seen.titles()) == ["The history", "bad is down"]
    assert seen.told[-1].trouble is None
    with seen.reader() as reader:
        stored = sorted((s.result.at, s.result.provider) for s in reader.results())
        assert reader.state().surface(api("bad")).service is Service.DOWN
    assert stored == sorted((h.result.at, h.result.provider) for h in seen.happened(Settled))
    assert len(_errors(caplog)) == 1


# What is kept


@dataclass
class Full:
    """A history that cannot be written while it is `full`."""

    full: bool = True
    written: list[Happening] = field(default_factory=list)
    recovering: bool = False
    held: bool = False

    def append(self, happenings: Sequence[Happening], _state: State, _at: Instant) -> None:
        if self.full:
            raise HistoryError("the history cannot be used: disk full")
        self.written += happenings

    def take_news(self) -> list[str]:
        return []


def _settled(second: int, reason: Reason) -> Settled:
    result = Result(second, "a", Surface.API, reason, level=Level.MODELS)
    return Settled(result, proven=False)


def test_of_too_much_to_keep_good_answers_go_first_and_their_number_is_told() -> None:
    full = Full()
    keeping = Keeping(_as_history(full), lambda: 0, most=6)
    gap = GapSeen(Gap(0, 1, GapCause.ASLEEP))
    keeping.write([gap, *(_settled(at, Reason.SERVER_ERROR) for at in range(3))], State())
    keeping.write([_settled(at, Reason.OK) for at in range(10, 15)], State())
    keeping.write([_settled(20, Reason.SERVER_ERROR), _settled(21, Reason.OK)], State())
    assert keeping.take_news() == []

    full.full = False
    keeping.write([], State())

    assert [getattr(each, "result", each) for each in full.written] == [
        gap,
        *(_settled(at, Reason.SERVER_ERROR).result for at in (0, 1, 2, 20)),
        _settled(21, Reason.OK).result,
    ]
    (news,) = keeping.take_news()
    assert "5 results of the time in between are lost" in news
    assert keeping.trouble is None


def test_of_far_too_much_failures_go_before_anything_else() -> None:
    full = Full()
    keeping = Keeping(_as_history(full), lambda: 0, most=2)
    gaps = [GapSeen(Gap(at, at + 1, GapCause.ASLEEP)) for at in range(3)]
    keeping.write([_settled(0, Reason.SERVER_ERROR), *gaps], State())
    full.full = False
    keeping.write([], State())

    assert full.written == gaps[1:]


def _as_history(full: Full) -> History:
    return full  # type: ignore[return-value]
