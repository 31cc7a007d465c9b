"""Kills an engine again and again over one file, and holds what is in the file against a life never ended."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import trayuptime
from history import engine_to_be_killed
from history.engine_to_be_killed import OPENING, cycles_in, live
from history.watching import KEYS, Watching, essence
from trayuptime.core import hysteresis
from trayuptime.core.figures import Figures, figures, record
from trayuptime.core.model import Gap, Incident, Instant, Key, Span
from trayuptime.core.state import GapSeen, Settled
from trayuptime.history import History, HistoryError, Reader

LONGEST_S = 0.4
AT_ONCE_S = 0.04
"""So soon after its beginning it is still busy opening the file."""
_COLUMNS = (
    "at",
    "key",
    "reason",
    "level",
    "latency_ms",
    "http_status",
    "interval_s",
    "detail",
    "host",
    "reach",
)


@dataclass(frozen=True, slots=True)
class Survived:
    """What one kill did.

    Attributes:
        committed: cycles that the engine had told as committed, in this round.
        found: cycles that the file has more than before the round.
        total: cycles that the file has.
        after_s: the kill came so long after the engine's first word.
    """

    committed: int
    found: int
    total: int
    after_s: float


def kill_over_and_over(
    path: Path, dice: Random, rounds: int, longest_s: float = LONGEST_S
) -> Iterator[Survived]:
    """Lets engine after engine go on with the file, kills each, and checks the file after each.

    Raises:
        AssertionError: something that was committed is not there, or not as it was.
    """
    life = _Life()
    for _ in range(rounds):
        after_s = dice.uniform(0.0, AT_ONCE_S if dice.random() < 0.25 else longest_s)
        first = life.cycles
        committed = _killed_after(path, first, after_s)
        found = _look(path, life, first + committed) - first
        assert found in {committed, committed + 1}, f"{committed} cycles were committed, {found} are there"
        yield Survived(committed, found, life.cycles, after_s)


@dataclass
class _Life(Watching):
    """What an engine knows that was never killed, and everything it has ever told."""

    cycles: int = 0
    settled: list[Settled] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    incidents: dict[int, Incident] = field(default_factory=dict)

    def live_until(self, cycles: int) -> None:
        while self.cycles < cycles:
            live(self, None, self.cycles)
            self.cycles += 1

    def commit(self, history: History | None) -> None:
        self.settled += [each for each in self.happenings if isinstance(each, Settled)]
        self.gaps += [each.gap for each in self.happenings if isinstance(each, GapSeen)]
        for surface in self.state.surfaces.values():
            for incident in (*surface.earlier, surface.previous, surface.incident):
                if incident is not None:
                    self.incidents[incident.id] = incident
        super().commit(history)

    def all_incidents(self, until: Instant) -> list[Incident]:
        """By their start; of an open one what has been seen of it."""
        surfaces = self.state.surfaces.values()
        current = (hysteresis.open_incident(surface, until) for surface in surfaces)
        known = self.incidents | {each.id: each for each in current if each is not None}
        return sorted(known.values(), key=lambda incident: (incident.started_at, incident.id))


def _killed_after(path: Path, first: int, after_s: float) -> int:
    """Lets an engine go on for so long after its first word; how many cycles it said were committed."""
    command = [sys.executable, engine_to_be_killed.__file__, str(path), str(first)]
    places = (Path(__file__).parent.parent, Path(trayuptime.__file__).parent.parent)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as engine:
        assert engine.stdout is not None
        assert engine.stdout.readline() == f"{OPENING}\n"
        time.sleep(after_s)  # the instant of the kill is what is varied here; nothing is waited for
        engine.kill()
        said = engine.stdout.readlines()
    assert engine.returncode == -signal.SIGKILL, "it ended by itself"
    assert said == [f"{first + number}\n" for number in range(len(said))]
    return len(said)


def _look(path: Path, life: _Life, committed: int) -> int:
    """How many cycles the file holds, after everything in it was found to be as in `life`."""
    try:
        with Reader(path) as reader:
            settled = list(reader.results())
            life.live_until(cycles_in(len(settled)))
            if settled:
                _compare(reader, settled, life)
    except HistoryError:
        assert not committed  # it was killed before there was a file, or while it was made
        return 0
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return life.cycles


def _compare(reader: Reader, settled: list[Settled], life: _Life) -> None:
    assert [_kept(each) for each in settled] == [_kept(each) for each in sorted(life.settled, key=_order)]
    assert essence(reader.state()) == essence(life.state)
    assert reader.gaps() == life.gaps
    until = reader.last_seen()
    assert until is not None
    incidents = life.all_incidents(until)
    assert reader.incidents() == incidents
    window = Span(life.settled[0].result.at, until)
    raw = [each.result for each in life.settled]
    for key in KEYS:
        own = [result for result in raw if result.key == key]
        assert _figures(reader, key, window) == figures(record(key, window, own, life.gaps, incidents))


def _figures(reader: Reader, key: Key, window: Span) -> Figures:
    """What the history says of a window, whatever has been summed up by then."""
    with reader.windows(window) as windows:
        return figures(windows.totals(key, window))


def _order(settled: Settled) -> tuple[Instant, int]:
    """As a file has them: by time, of one moment in the order in which surfaces were first seen."""
    return settled.result.at, KEYS.index(settled.result.key)


def _kept(settled: Settled) -> tuple[object, ...]:
    """What a file keeps of a result."""
    result = settled.result
    return *(getattr(result, name) for name in _COLUMNS), settled.proven, settled.witness, settled.counted
