"""A merge or a compaction that is killed has lost nothing; done again it is as if done at once."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import trayuptime
from disks import Disk, small_disk
from history import merging_to_be_killed
from history.lives import DAY_MS, Life, live
from history.merging import merge, tidy
from history.test_merge import meaning
from history.watching import KEYS, Watching, never_stamped
from trayuptime.history import History, HistoryError, Reader
from trayuptime.history.compact import Compaction

KILLS = 12


def _killed(*words: str | Path | int) -> bool:
    """Whether it was, before it had ended."""
    command = [sys.executable, merging_to_be_killed.__file__, *map(str, words)]
    places = (Path(__file__).parent.parent, Path(trayuptime.__file__).parent.parent)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))}
    done = subprocess.run(command, env=environ, check=False)
    assert done.returncode in {0, -signal.SIGKILL}
    return done.returncode != 0


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the histories of two machines."""
    folder = tmp_path_factory.mktemp("two")
    chance = random.Random(7)
    for name in ("one", "other"):
        life = Life(folder / f"{name}.db", chance)
        live(life, 25)
        life.history.save(life.watching.state, life.watching.now)
        life.tidy(10_000)
        life.history.close()
    return folder


def test_a_killed_merge_is_completed_by_the_next(two: Path, path: Path) -> None:
    once = Path(shutil.copy(two / "one.db", path.with_name("once.db")))
    with closing(History.open(once, never_stamped)) as history:
        merge(history, two / "other.db")
    shutil.copy(two / "one.db", path)
    chance = random.Random(11)

    kills = 0
    for number in range(200):
        killed = _killed("merge", path, two / "other.db", chance.randint(1, 600) * (number + 1))
        kills += killed
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not killed:
            break
    assert kills >= KILLS // 2

    assert meaning(path) == meaning(once)
    with closing(History.open(path, never_stamped)) as history:
        tidy(history, 1 << 50)
    with Reader(path) as reader:
        assert reader.verify().problems == []


@pytest.fixture
def wasteful(path: Path) -> Path:
    """A history of some pages, most of them free."""
    watching = Watching()
    with closing(History.open(path, never_stamped)) as history:
        for _ in range(300):
            watching.cycle(history)
        history.save(watching.state, watching.now)
        tidy(history, watching.now + 2 * DAY_MS)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE waste AS SELECT zeroblob(600000) AS body")
        connection.execute("DROP TABLE waste")
    return path


@pytest.mark.parametrize("steps", [30, 300, 1_000, 2_000, 3_000, 4_000])
def test_a_killed_compaction_leaves_all_as_it_was(wasteful: Path, steps: int) -> None:
    before = meaning(wasteful)

    _killed("compact", wasteful, steps)

    with closing(sqlite3.connect(wasteful)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert meaning(wasteful) == before
    sizes = Compaction(wasteful).run()
    assert sizes.after < 200_000
    assert meaning(wasteful) == before


def test_a_compaction_that_is_cancelled_changes_nothing(wasteful: Path) -> None:
    before = wasteful.read_bytes()
    compaction = Compaction(wasteful)
    compaction.cancel()

    with pytest.raises(HistoryError, match="is as it was: it was cancelled"):
        compaction.run()

    assert wasteful.read_bytes() == before


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", "2m") as disk:
        yield disk


def test_without_room_nothing_is_compacted(wasteful: Path, disk: Disk) -> None:
    shutil.copy(wasteful, disk.path)
    before = meaning(disk.path)
    disk.fill()

    with pytest.raises(HistoryError, match=r"could not be compacted, and is as it was|cannot be used"):
        Compaction(disk.path).run()

    disk.free()
    assert meaning(disk.path) == before
    with closing(History.open(disk.path, never_stamped)) as history:
        Watching().cycle(history)


def test_while_it_is_held_nothing_can_be_written_and_all_can_be_read(wasteful: Path) -> None:
    with closing(History.open(wasteful, never_stamped)) as history:
        state = history.last_state({})
        history.held = True
        with pytest.raises(HistoryError, match="is being compacted"):
            history.save(state, 1)
        assert history.last_state({}) == state
        assert not history.tidy(1 << 50, lambda: 0.0)
        assert history.knows(KEYS[0].provider)
        history.held = False
        history.save(state, history.last_seen() or 0)
        assert Compaction(wasteful).run().after < 200_000
