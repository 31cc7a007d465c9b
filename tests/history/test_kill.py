"""kill -9 at any instant costs the cycle that was being written, at most."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import trayuptime
from history import engine_to_be_killed
from history.watching import KEYS, Watching, essence, never_stamped
from trayuptime.history import History, Reader

KILLS = 12


def _killed_after(path: Path, cycles: int) -> int:
    """Lets an engine append at least so many cycles, kills it; how many it said were committed."""
    command = [sys.executable, engine_to_be_killed.__file__, str(path)]
    places = (Path(__file__).parent.parent, Path(trayuptime.__file__).parent.parent)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as engine:
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
