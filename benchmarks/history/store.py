"""What every store can do here: take cycle after cycle, and answer what the history window asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from benchmarks.history.stream import Cycle, Shape

from trayuptime.core.model import Instant

WINDOWS_DAYS = (1, 7, 30, 90, 180)
ONE = 0
"""The surface of the questions about one."""


class Question(Enum):
    """What the history window asks: its words, and over how many days the longest look goes back."""

    BARS = "90-day bars, all", 90
    UPTIME = "uptime 24 h…180 d, all", 180
    PERCENTILES = "p50/p95 hourly 30 d, one", 30
    PACE = "p50/p95 of 24 h…180 d, one", 180
    RAW = "24 h raw, one", 1
    INCIDENTS = "incidents 180 d, all", 180

    @property
    def words(self) -> str:
        """The head of its column."""
        return self.value[0]

    @property
    def days(self) -> int:
        """The longest look back."""
        return self.value[1]


class Writer(Protocol):
    """The side that is appended to."""

    def prepare(self, cycle: Cycle) -> Any:
        """What an engine would hand over: its making is not the store's work and is not counted."""
        ...

    def append(self, prepared: Any) -> None:
        """Commits one cycle."""
        ...

    def tidy(self, now: Instant) -> bool:
        """Does one slice of what can wait; whether there is more of it."""
        ...

    def close(self) -> None:
        """Leaves only what is to stay."""
        ...


class Reader(Protocol):
    """The side that is asked; every answer is of the time before `until`."""

    def bars(self, until: Instant) -> Sequence[Sequence[Any]]:
        """Per surface its days."""
        ...

    def uptime(self, until: Instant) -> Sequence[Sequence[float | None]]:
        """Per surface its shares of `WINDOWS_DAYS`."""
        ...

    def percentiles(self, until: Instant) -> Sequence[tuple[float, float]]:
        """Per hour p50 and p95 of `ONE`, where it answered."""
        ...

    def pace(self, until: Instant) -> Sequence[tuple[float | None, float | None]]:
        """P50 and p95 of `ONE` over each of `WINDOWS_DAYS`."""
        ...

    def raw(self, until: Instant) -> Sequence[tuple[Any, Any, float | None]]:
        """Time, outcome and latency of each result of `ONE`."""
        ...

    def incidents(self, until: Instant) -> Sequence[Any]:
        """Those of all surfaces."""
        ...


@dataclass(frozen=True, slots=True)
class Store:
    """A way to keep results.

    Attributes:
        words: what it is called in the table.
        scans: the questions whose answers cost as much as there is in the window, so that a smaller set tells
            what a larger one costs.
        asked: it is asked anything; else it is only filled.
    """

    words: str
    write: Callable[[Path, Shape], Writer]
    read: Callable[[Path, Shape], Reader]
    scans: frozenset[Question] = frozenset(Question)
    asked: bool = True


def ask(reader: Reader, question: Question, until: Instant) -> Sequence[Any]:
    """The answer to one question."""
    match question:
        case Question.BARS:
            return reader.bars(until)
        case Question.UPTIME:
            return reader.uptime(until)
        case Question.PERCENTILES:
            return reader.percentiles(until)
        case Question.PACE:
            return reader.pace(until)
        case Question.RAW:
            return reader.raw(until)
        case Question.INCIDENTS:
            return reader.incidents(until)
