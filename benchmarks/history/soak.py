"""Years in virtual time: a history that is packed, summed up, forgotten in part and restarted every week.

`python -m benchmarks.history.soak [--days N] [--providers N] [--surfaces N] [--keep DAYS]
[--keep-failures DAYS] [--max-size MB] [--windows N] [--seed SEED] [--folder PATH]`, on Linux. At the end the
figures of many windows are held against what `core` makes of every result that was ever fed, drawn once more
from the seed; the file must be sound, and the memory must not have grown. Ends with 1 where that is not so.
What the results are like is told in `stream.py`.
"""

import argparse
import gc
import os
import resource
import sqlite3
import sys
import tempfile
import time
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, fields, replace
from itertools import takewhile
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median
from typing import ParamSpec, TypeVar

from benchmarks import machine
from benchmarks.history.ours import Ours, Prepared
from benchmarks.history.stream import INTERVAL_S, Cycle, Seen, Shape, cycles
from benchmarks.history.troubles import DAY, HOUR, START

from trayuptime.core import coverage
from trayuptime.core.coverage import Word
from trayuptime.core.figures import IN_TIME, Figures, Record, figures, of_seen
from trayuptime.core.model import Gap, Incident, Instant, Key, Span
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.retention import Retention
from trayuptime.core.state import CameUp, GapSeen, WentDown
from trayuptime.core.tally import tally
from trayuptime.core.uptime import speaks_until
from trayuptime.history import History, Reader

RESTART_EVERY = 7 * DAY
ON_DISK = "/var/tmp"
_GROWN_MB = 8.0
"""How much larger the process may be at the end than in its fifth week."""
_ENDLESS = 1 << 62
_REASONS = tuple(Reason)
_EACH_SUM = (
    "SELECT avg(30 + ifnull(length(strip), 0) + ifnull(length(latencies), 0) + ifnull(length(hours), 0))"
    " FROM day WHERE results"
)
"""Some 30 bytes are the numbers of a row."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is lived through.

    Attributes:
        seed: of everything that is drawn.
        keep: how long results are kept.
    """

    days: int
    shape: Shape
    keep: Retention
    seed: str = "20260329"

    @property
    def end(self) -> Instant:
        """The first moment no more of it."""
        return START + self.days * DAY

    def cycles(self) -> Iterator[Cycle]:
        """All of it."""
        return takewhile(lambda cycle: cycle.at < self.end, cycles(self.shape, _ENDLESS, self.seed))


@dataclass
class Lived:
    """What it took.

    Attributes:
        sizes: of file and log at the end of each week, in bytes.
        resident: of the process then, in MB.
        slices_ms: CPU of each step of what was put in order.
    """

    results: int = 0
    restarts: int = 0
    took_s: float = 0.0
    sizes: list[int] = field(default_factory=list)
    resident: list[float] = field(default_factory=list)
    slices_ms: "array[float]" = field(default_factory=lambda: array("d"))


@dataclass
class Held:
    """What the file says at the end.

    Attributes:
        wrong: sentences; none where all is as it must be.
        windows: how many were compared.
        unknown: in how many of them results were forgotten in part.
        kept: single results that are there.
        final: days of surfaces that are sums alone.
        each_sum: bytes of a day's sum, on average.
    """

    wrong: list[str] = field(default_factory=list)
    windows: int = 0
    unknown: int = 0
    kept: int = 0
    final: int = 0
    each_sum: float = 0.0


class _Watcher(Ours):
    """The engine's side of the history, which ends and begins again."""

    def __init__(self, path: Path, plan: Plan) -> None:
        super().__init__(path, plan.shape)
        self._path = path
        self._keep = plan.keep
        self._history.retain(plan.keep)

    def restart(self) -> None:
        """Closes the file and opens it again.

        Raises:
            AssertionError: other incidents last than before.
        """
        self._history.save(self._state, self._at)
        self._history.close()
        self._history = History.open(self._path, _never)
        self._tidy = self._history.tidy
        self._history.retain(self._keep)
        self._history.last_state({})
        lasting = {each.incident.id for each in self._state.surfaces.values() if each.incident is not None}
        with Reader(self._path) as reader:
            assert {each.id for each in reader.incidents() if each.ended_at is None} == lasting

    def append(self, prepared: Prepared) -> None:
        super().append(prepared)
        self._at = prepared[2]


def live(path: Path, plan: Plan) -> Lived:
    """Fills a new file, cycle by cycle; once an hour it is put in order, once a week begun again."""
    lived = Lived()
    began_s = time.monotonic()
    watcher = _Watcher(path, plan)
    gc.freeze()  # as `runtime/memory.py` has it in each process that watches
    tidy_at, restart_at = START + HOUR, START + RESTART_EVERY
    for cycle in plan.cycles():
        watcher.append(watcher.prepare(cycle))
        lived.results += len(cycle.seen)
        if cycle.at >= tidy_at:
            tidy_at = cycle.at + HOUR
            _tidy(watcher, cycle.at, lived)
        if cycle.at >= restart_at:
            restart_at += RESTART_EVERY
            watcher.restart()
            lived.restarts += 1
            lived.sizes.append(_size(path))
            lived.resident.append(_resident_mb())
    _tidy(watcher, plan.end + 2 * HOUR, lived)
    watcher.close()
    lived.sizes.append(_size(path))
    lived.took_s = time.monotonic() - began_s
    return lived


def hold(path: Path, plan: Plan, windows: int) -> Held:
    """Compares figures of so many windows of each surface with those of every result."""
    held = Held()
    with closing(sqlite3.connect(path)) as connection:
        (held.each_sum,) = connection.execute(_EACH_SUM).fetchone()
    fed = _Fed(plan)
    dice = Random(f"{plan.seed}, windows")
    with Reader(path) as reader:
        held.wrong += reader.verify().problems
        held.kept = sum(1 for _ in reader.results())
        held.final = sum((until - START) // DAY for until in reader.forgotten().values())
        if reader.gaps() != fed.gaps:
            held.wrong.append("the gaps are not those that were fed")
        ended = [each for each in reader.incidents() if each.ended_at is not None]
        if ended != [each for each in fed.incidents if each.ended_at is not None]:
            held.wrong.append("the incidents are not those that were fed")
        whole = Span(START - DAY, plan.end + DAY)
        asked = [Span(START, plan.end), *(_drawn(dice, plan) for _ in range(windows))]
        with reader.windows(whole) as found:
            for number, window in ((n, w) for w in asked for n in range(plan.shape.surfaces)):
                if window == asked[0] and number > 1:
                    continue  # of two years of all there is enough in the others
                key = plan.shape.key(number)
                told = figures(found.totals(key, window))
                truth = figures(fed.record_of(number, key, window))
                held.windows += 1
                held.unknown += bool(told.uncounted_s)
                if not _alike(told, truth, window):
                    held.wrong.append(f"{key.provider} {key.surface} {window}: {_difference(told, truth)}")
    return held


class _Fed:
    """Every result that was fed, drawn again and kept as bare numbers."""

    def __init__(self, plan: Plan) -> None:
        surfaces = range(plan.shape.surfaces)
        self._at = [array("Q") for _ in surfaces]
        self._reason = [array("B") for _ in surfaces]
        self._latency = [array("I") for _ in surfaces]
        self.gaps: list[Gap] = []
        found: dict[int, Incident] = {}
        for cycle in plan.cycles():
            for seen in cycle.seen:
                self._keep(seen)
            for told in cycle.told:
                match told:
                    case GapSeen(gap=gap):
                        self.gaps.append(gap)
                    case WentDown(incident=incident) | CameUp(incident=incident):
                        found[incident.id] = incident
        self.incidents = sorted(found.values(), key=lambda each: (each.started_at, each.id))

    def _keep(self, seen: Seen) -> None:
        number, at, reason, latency, *_ = seen
        self._at[number].append(at)
        self._reason[number].append(_REASONS.index(reason))
        self._latency[number].append(latency)

    def record_of(self, number: int, key: Key, window: Span) -> Record:
        """What `core` makes of all of it."""
        times, reasons = self._at[number], self._reason[number]
        first, last = (bisect_left(times, at) for at in (window.start, window.end))
        words = [_word(times[n], reasons[n]) for n in range(max(0, first - 1), min(len(times), last + 1))]
        seen = coverage.of_words(key, window, words, self.gaps)
        in_time = {_REASONS.index(reason) for reason in IN_TIME}
        latencies = [float(self._latency[number][n]) for n in range(first, last) if reasons[n] in in_time]
        return of_seen(key, seen, self.incidents, tally(latencies), last - first)


def _word(at: Instant, reason: int) -> Word:
    mute = MEANINGS[_REASONS[reason]].effect is Effect.NOTHING
    return Word(at, speaks_until(at, INTERVAL_S), mute)


def _alike(told: Figures, truth: Figures, window: Span) -> bool:
    """Whether all is the same, but for what is said to be unknown of parts of days."""
    if not told.uncounted_s:
        return told == truth
    parts_ms = -window.start % DAY + window.end % DAY
    return (
        told.uncounted_s * 1000 <= parts_ms and told.results <= truth.results and _bare(told) == _bare(truth)
    )


def _bare(of: Figures) -> Figures:
    return replace(of, latency_p50_ms=None, latency_p95_ms=None, results=0, uncounted_s=0.0)


def _difference(told: Figures, truth: Figures) -> str:
    names = [each.name for each in fields(told) if getattr(told, each.name) != getattr(truth, each.name)]
    return ", ".join(f"{name} {getattr(told, name)} is not {getattr(truth, name)}" for name in names)


def _drawn(dice: Random, plan: Plan) -> Span:
    """A window within all of it, of whole days, of hours, or anyhow; some months long at most."""
    unit = dice.choice([1, HOUR, DAY, DAY])
    start = START + dice.randrange(plan.days * DAY)
    end = min(plan.end, start + round(10 ** dice.uniform(4.0, 10.0)))
    return Span(start // unit * unit, -(-end // unit) * unit)


def _tidy(watcher: Ours, now: Instant, lived: Lived) -> None:
    more = True
    while more:
        began = time.thread_time_ns()
        more = watcher.tidy(now)
        lived.slices_ms.append((time.thread_time_ns() - began) / 1e6)


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*"))


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _never() -> str:
    raise AssertionError("nothing was to be set aside")


def complaints(lived: Lived, held: Held) -> list[str]:
    """What is not as it must be."""
    wrong = [*held.wrong]
    if len(lived.resident) > 6 and lived.resident[-1] > lived.resident[4] + _GROWN_MB:
        wrong.append(f"the process grew from {lived.resident[4]:.1f} to {lived.resident[-1]:.1f} MB")
    if len(lived.sizes) > 8 and lived.sizes[-1] > 2 * lived.sizes[len(lived.sizes) // 2] + _GROWN_MB * 1e6:
        wrong.append("the file went on growing, as if nothing were forgotten")
    return wrong


def main() -> int:
    """Lives, compares and tells."""
    asked = _arguments()
    keep = Retention(
        asked.keep * 86_400.0 or None,
        asked.keep_failures * 86_400.0 or None,
        asked.max_size * 1_000_000 or None,
    )
    plan = Plan(asked.days, Shape(asked.providers, asked.surfaces), keep, asked.seed)
    load = machine.load()
    with tempfile.TemporaryDirectory(prefix="tu-soak-", dir=asked.folder) as folder:
        file = Path(folder) / "history.db"
        lived = _apart(live, file, plan)
        held = _apart(hold, file, plan, asked.windows)
    wrong = complaints(lived, held)
    slices = sorted(lived.slices_ms)
    weeks = lived.sizes
    print(f"{machine.describe()}.\n")
    print(
        f"{plan.days} days of {plan.shape.surfaces} surfaces: {lived.results / 1e6:.1f} M results,"
        f" {lived.restarts} restarts, {lived.took_s:.0f} s; {keep}."
    )
    print(
        f"File: {weeks[-1] / 1e6:.1f} MB, at most {max(weeks) / 1e6:.1f} MB; by quarters"
        f" {', '.join(f'{size / 1e6:.1f}' for size in weeks[12::13])} MB."
    )
    print(
        f"Kept: {held.kept:,} results; {held.final:,} days of surfaces are sums alone, of"
        f" {held.each_sum:.0f} bytes each."
    )
    print(f"Memory: {', '.join(f'{each:.0f}' for each in lived.resident[4::13])} MB by quarters.")
    print(
        f"Steps: {len(slices):,}, median {median(slices):.2f} ms of CPU, 99.9 % within"
        f" {slices[len(slices) * 999 // 1000]:.1f} ms, the longest {slices[-1]:.1f} ms."
    )
    print(
        f"Figures: {held.windows:,} windows as every single result has them,"
        f" {held.unknown:,} of them with latencies that are forgotten in part."
    )
    print("\n".join(f"WRONG: {each}" for each in wrong[:20]) or "Nothing is wrong.")
    print(f"Load average {load:.1f} before, {machine.load():.1f} after; {os.cpu_count()} cores.")
    return 1 if wrong else 0


def _apart(work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """In a process of its own, so that memory is the history's alone."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--providers", type=int, default=10)
    parser.add_argument("--surfaces", type=int, default=1, help="of each provider, at most 3")
    parser.add_argument("--keep", type=int, default=90, help="days; 0 for ever")
    parser.add_argument("--keep-failures", type=int, default=365, help="days; 0 for ever")
    parser.add_argument("--max-size", type=int, default=0, help="MB; 0 for no limit")
    parser.add_argument("--windows", type=int, default=60, help="to compare, of each surface")
    parser.add_argument("--seed", default="20260329")
    parser.add_argument("--folder", default=ON_DISK, help="on a disk, with room")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
