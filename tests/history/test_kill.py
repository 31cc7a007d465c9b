"""kill -9 at any instant costs the cycle that was being written, at most."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import trayuptime
from history import engine_to_be_killed, migrating_to_be_killed
from history.watching import KEYS, Watching, essence, never_stamped
from trayuptime.history import History, Reader, files

KILLS = 12


def _environ() -> dict[str, str]:
    places = (Path(__file__).parent.parent, Path(trayuptime.__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))}


def _killed_after(path: Path, cycles: int) -> int:
    """Lets an engine append at least so many cycles, kills it; how many it said were committed."""
    command = [sys.executable, engine_to_be_killed.__file__, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environ()) as engine:
        assert engine.stdout is not None
        said = [engine.stdout.readline() for _ in range(cycles)]
        engine.kill()
        said += engine.stdout.readlines()
    # The last line may have been cut.
    return len([line for line in said if line.endswith("\n")])


@pytest.mark.parametrize("kill", range(KILLS))
def test_a_killed_engine_loses_at_most_its_last_cycle(path: Path, kill: int) -> None:
    committed = _killed_after(path, 1 + kill * 5)

    with Reader(path) as reader:
        found = len(list(reader.results()))
    history = History.open(path, never_stamped)
    assert history._connection is not None
    assert history._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    state = history.last_state({})
    history.close()
    assert found in {committed * len(KEYS), (committed + 1) * len(KEYS)}
    assert essence(state) == essence(_lived(found // len(KEYS)).state)


def _lived(cycles: int) -> Watching:
    """What an engine knows that was never killed."""
    watching = Watching()
    for cycle in range(cycles):
        engine_to_be_killed.live(watching, None, cycle)
    return watching


def _schema(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    return connection.execute("SELECT name, sql FROM sqlite_master WHERE sql > '' ORDER BY name").fetchall()


@pytest.mark.parametrize("steps", [20, 100, 300, 700, 1200, 2000, 3000, 5000])
def test_a_killed_migration_leaves_one_schema_or_the_next_and_never_between(path: Path, steps: int) -> None:
    shutil.copy(Path(__file__).parent / "fixtures" / "schema-1.db", path)
    command = [sys.executable, migrating_to_be_killed.__file__, str(path), str(steps)]
    subprocess.run(command, env=_environ(), check=False)

    with closing(sqlite3.connect(path)) as connection, closing(sqlite3.connect(":memory:")) as fresh:
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        fresh.isolation_level = None
        files.apply(fresh, files.migrations_to(version))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert _schema(connection) == _schema(fresh)
    assert version == 1 or path.with_name("history.db.before-schema-2").exists()
    History.open(path, never_stamped).close()
    with Reader(path) as reader:
        assert len(list(reader.results())) == 117
