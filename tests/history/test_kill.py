"""kill -9 at any instant costs the cycle that was being written, at most."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

import trayuptime
from history import migrating_to_be_killed
from history.killing import kill_over_and_over
from history.watching import never_stamped
from trayuptime.history import History, Reader, files

FILES, KILLS = 3, 4
"""A dozen; `python -m benchmarks.history.kill` does hundreds."""


@pytest.mark.parametrize("file", range(FILES))
def test_a_killed_engine_loses_at_most_its_last_cycle(path: Path, file: int) -> None:
    survived = list(kill_over_and_over(path, Random(file), KILLS))

    assert {each.found - each.committed for each in survived} <= {0, 1}
    assert survived[-1].total > KILLS


def _environ() -> dict[str, str]:
    places = (Path(__file__).parent.parent, Path(trayuptime.__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))}


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
