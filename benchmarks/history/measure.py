"""Fills a store and asks it, each in a process of its own; Linux only."""

import gc
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.history.store import Question, ask
from benchmarks.history.stores import STORES
from benchmarks.history.stream import Shape, cycles
from benchmarks.history.troubles import HOUR, START

from trayuptime.core.model import Instant
from trayuptime.history import SETTLED_MS

_WARM_S, _MOST_WARM, _TOO_LONG_S = 2.0, 9, 20.0


@dataclass(frozen=True, slots=True)
class Filled:
    """What it took to keep so many results.

    Attributes:
        until: just after the last of them.
        append_us: CPU for each result within the commits, kernel included.
        tidy_us: CPU for each result of what was put off and done once an hour.
        slices_ms: the longest and the median time of a slice of it.
        handed: bytes for each result that the process handed to the kernel. On a laptop, with 30 s between
            cycles, each of them reaches the disk.
        dirtied: the same as the kernel counts it here, where it joins what is written in quick succession.
        drawn_us: what drawing the data set took beside it.
    """

    results: int
    until: Instant
    bytes_each: float
    append_us: float
    tidy_us: float
    slices_ms: tuple[float, float]
    handed: float
    dirtied: float
    drawn_us: float
    took_s: float

    @property
    def days(self) -> float:
        """How long it is from the first to the last."""
        return (self.until - START) / (24 * HOUR)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer and what it took.

    Attributes:
        cold_ms: opening the file, of which nothing is in memory, and asking for the first time.
        warm_ms: asking again, the median of several times; what took too long is asked once.
        read_mb: what the first one had to read from the disk.
        answer: what can be held against another store's.
    """

    cold_ms: float
    warm_ms: float
    read_mb: float
    answer: Sequence[Any]


def fill(name: str, path: Path, shape: Shape, results: int) -> Filled:
    """Appends the data set to a new file."""
    began_s, cpu = time.perf_counter(), time.process_time_ns
    writer = STORES[name].write(path, shape)
    gc.freeze()  # as `runtime/memory.py` has it in each process that watches
    before = _io()
    count, appended, tidied, until, tidy_at = 0, 0, 0, START, START + HOUR + SETTLED_MS
    slices: list[float] = []
    whole = cpu()
    for cycle in cycles(shape, results):
        prepared = writer.prepare(cycle)
        start = cpu()
        writer.append(prepared)
        appended += cpu() - start
        count += len(cycle.seen)
        until = cycle.at
        if until >= tidy_at:
            tidy_at = (until - SETTLED_MS) // HOUR * HOUR + HOUR + SETTLED_MS  # as the engine does
            more = True
            while more:
                start = cpu()
                more = writer.tidy(until)
                slices.append((cpu() - start) / 1e6)
                tidied += cpu() - start
    whole = cpu() - whole
    start = cpu()
    writer.close()
    tidied += cpu() - start
    after = _io()
    size = sum(file.stat().st_size for file in _files(path))
    return Filled(
        results=count,
        until=until + 1,
        bytes_each=size / count,
        append_us=appended / count / 1000,
        tidy_us=tidied / count / 1000,
        slices_ms=(max(slices, default=0.0), median(slices) if slices else 0.0),
        handed=(after["wchar"] - before["wchar"]) / count,
        dirtied=(after["write_bytes"] - before["write_bytes"]) / count,
        drawn_us=(whole - appended - tidied) / count / 1000,
        took_s=time.perf_counter() - began_s,
    )


def question(name: str, path: Path, shape: Shape, asked: Question, until: Instant) -> Told:
    """Asks once with nothing of the file in memory, then again."""
    for file in _files(path):
        _drop(file)
    before = _io()
    start = time.perf_counter()
    reader = STORES[name].read(path, shape)
    answer = ask(reader, asked, until)
    cold_ms = (time.perf_counter() - start) * 1000
    read_mb = (_io()["read_bytes"] - before["read_bytes"]) / 1e6
    warm: list[float] = []
    while len(warm) < _MOST_WARM and sum(warm) < _WARM_S * 1000 and cold_ms < _TOO_LONG_S * 1000:
        start = time.perf_counter()
        ask(reader, asked, until)
        warm.append((time.perf_counter() - start) * 1000)
    return Told(cold_ms, median(warm or [cold_ms]), read_mb, _in_short(asked, answer))


def remove(path: Path) -> None:
    """The file and its companions."""
    for file in _files(path):
        file.unlink()


def _files(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}*"))


def _drop(file: Path) -> None:
    """Asks the kernel to keep nothing of it in memory; what is not yet on the disk must be written first."""
    with suppress(FileNotFoundError):
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def _io() -> dict[str, int]:
    lines = Path("/proc/self/io").read_text().splitlines()
    return {name: int(count) for name, _, count in (line.partition(": ") for line in lines)}


def _in_short(asked: Question, answer: Sequence[Any]) -> Sequence[Any]:
    match asked:
        case Question.RAW:
            return len(answer), sum(latency or 0.0 for _, _, latency in answer)
        case Question.BARS | Question.INCIDENTS:
            return (len(answer),)
    return answer
