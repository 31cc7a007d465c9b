"""The tables that one would think of first, each with its questions asked of its raw rows in SQL."""

import math
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from benchmarks.history.store import ONE, WINDOWS_DAYS
from benchmarks.history.stream import INTERVAL_S, Cycle, Shape
from benchmarks.history.troubles import DAY, HOUR

from trayuptime.core.model import Instant
from trayuptime.core.reasons import Reason
from trayuptime.core.uptime import SPEAKS_FOR

REASONS = tuple(Reason)
_NAIVE = """
    CREATE TABLE result (
        id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, ts TEXT NOT NULL,
        status TEXT NOT NULL, latency REAL
    );
    CREATE INDEX result_by_target ON result (target, ts);
"""
_CLUSTERED = """
    CREATE TABLE result (
        target INTEGER NOT NULL, ts INTEGER NOT NULL, reason INTEGER NOT NULL, latency INTEGER,
        PRIMARY KEY (target, ts)
    ) WITHOUT ROWID;
"""


class Naive:
    """Numbered rows of text and an index, one transaction a cycle, synced as SQLite does by default."""

    def __init__(self, path: Path, shape: Shape) -> None:
        self._connection = connect(path, _NAIVE, "FULL")
        self._targets = targets(shape)

    def prepare(self, cycle: Cycle) -> Cycle:
        return cycle

    def append(self, prepared: Cycle) -> None:
        rows = [
            (self._targets[number], iso(at), reason.value, latency)
            for number, at, reason, latency, _, _, _ in prepared.seen
        ]
        self._connection.execute("BEGIN")
        self._connection.executemany(
            "INSERT INTO result (target, ts, status, latency) VALUES (?, ?, ?, ?)", rows
        )
        self._connection.execute("COMMIT")

    def tidy(self, _now: Instant) -> bool:
        return False

    def close(self) -> None:
        self._connection.close()


class Clustered:
    """The best that one row a result can be: numbers only, kept in the order of its questions."""

    def __init__(self, path: Path, _shape: Shape) -> None:
        self._connection = connect(path, _CLUSTERED, "NORMAL")
        self._numbers = {reason: number for number, reason in enumerate(REASONS)}

    def prepare(self, cycle: Cycle) -> Cycle:
        return cycle

    def append(self, prepared: Cycle) -> None:
        numbers = self._numbers
        rows = [
            (number, at, numbers[reason], latency) for number, at, reason, latency, _, _, _ in prepared.seen
        ]
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO result VALUES (?, ?, ?, ?)", rows)
        self._connection.execute("COMMIT")

    def tidy(self, _now: Instant) -> bool:
        return False

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Table:
    """How to ask a table of raw rows.

    Attributes:
        name: of the table.
        target, ts, status, latency: its columns.
        is_up: an expression that is 1 for a success.
        is_timed: the same of those whose latency counts.
        day, hour: expressions to group by.
        second: an expression that is a number of seconds.
        moment: a time as the column has it.
    """

    name: str
    target: str
    ts: str
    status: str
    latency: str
    is_up: str
    is_timed: str
    day: str
    hour: str
    second: str
    moment: Callable[[Instant], Any]


def iso(at: Instant) -> str:
    """A time as a text."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(" ", "milliseconds")[:23]


NAIVE = Table(
    "result",
    "target",
    "ts",
    "status",
    "latency",
    is_up="status IN ('ok', 'slow', 'rate_limited')",
    is_timed="status IN ('ok', 'slow')",
    day="substr(ts, 1, 10)",
    hour="substr(ts, 1, 13)",
    second="unixepoch(ts)",
    moment=iso,
)
CLUSTERED = Table(
    "result",
    "target",
    "ts",
    "reason",
    "latency",
    is_up=f"reason IN (0, 1, {REASONS.index(Reason.RATE_LIMITED)})",
    is_timed="reason IN (0, 1)",
    day=f"ts / {DAY}",
    hour=f"ts / {HOUR}",
    second="ts / 1000",
    moment=int,
)


class SqlReader:
    """Asks such a table, surface by surface."""

    def __init__(self, path: Path, table: Table, targets: Sequence[Any]) -> None:
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        self._table = table
        self._targets = targets

    def bars(self, until: Instant) -> list[list[Any]]:
        table = self._table
        return [
            self._rows(f"{table.day}, sum({table.is_up}), count(*)", target, until, 90, rest="GROUP BY 1")
            for target in self._targets
        ]

    def uptime(self, until: Instant) -> list[list[float | None]]:
        """In one look over the longest window; as shares of the checks, for these tables know no more."""
        table = self._table
        starts = [table.moment(until - days * DAY) for days in WINDOWS_DAYS]
        sums = ", ".join(f"avg({table.is_up}) FILTER (WHERE {table.ts} >= ?)" for _ in starts)
        return [list(self._rows(sums, target, until, 180, first=starts)[0]) for target in self._targets]

    def percentiles(self, until: Instant) -> list[tuple[float, float]]:
        table = self._table
        rows = self._rows(
            f"{table.hour}, {table.latency}",
            self._targets[ONE],
            until,
            30,
            rest=f"AND {table.is_timed} ORDER BY {table.ts}",
        )
        return list(percentiles_of(rows))

    def pace(self, until: Instant) -> list[tuple[float | None, float | None]]:
        """From one look over the longest window."""
        table = self._table
        rest = f"AND {table.is_timed} ORDER BY {table.latency}"
        rows = self._rows(f"{table.ts}, {table.latency}", self._targets[ONE], until, 180, rest=rest)
        starts = [table.moment(until - days * DAY) for days in WINDOWS_DAYS]
        each = [[latency for at, latency in rows if at >= start] for start in starts]
        return [(_rank(latencies, 0.5), _rank(latencies, 0.95)) for latencies in each]

    def raw(self, until: Instant) -> list[Any]:
        table = self._table
        what = f"{table.ts}, {table.status}, {table.latency}"
        return self._rows(what, self._targets[ONE], until, 1, rest=f"ORDER BY {table.ts}")

    def incidents(self, until: Instant) -> list[tuple[int, int]]:
        """Three failures or more with little time between, from one look at each row: no window function."""
        table = self._table
        found: list[tuple[int, int]] = []
        for target in self._targets:
            rest = f"AND NOT ({table.is_up}) ORDER BY {table.ts}"
            failed = self._rows(table.second, target, until, 180, rest=rest)
            found += _runs([second for (second,) in failed])
        return found

    def _rows(
        self,
        what: str,
        target: Any,
        until: Instant,
        days: int,
        *,
        rest: str = "",
        first: Sequence[Any] = (),
    ) -> list[Any]:
        """What is found of a target within so many days.

        Args:
            what: expressions, with the values `first` in them.
            target: which.
            until: the end of the window.
            days: its length.
            rest: of the statement.
            first: see `what`.
        """
        table = self._table
        where = f"{table.target} = ? AND {table.ts} >= ? AND {table.ts} < ?"
        statement = f"SELECT {what} FROM {table.name} WHERE {where} {rest}"
        values = (*first, target, table.moment(until - days * DAY), table.moment(until))
        return self._connection.execute(statement, values).fetchall()


def percentiles_of(rows: Iterable[tuple[Any, float]]) -> Iterator[tuple[float, float]]:
    for _, group in groupby(rows, itemgetter(0)):
        ordered = sorted(latency for _, latency in group)
        yield _rank(ordered, 0.5), _rank(ordered, 0.95)


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]


def _runs(seconds: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = 0
    for n, second in enumerate(seconds):
        if n + 1 == len(seconds) or seconds[n + 1] - second > SPEAKS_FOR * INTERVAL_S:
            if n - first >= 2:
                yield seconds[first], second
            first = n + 1


def targets(shape: Shape) -> list[str]:
    """What a user might call them."""
    keys = [shape.key(number) for number in range(shape.surfaces)]
    return [f"https://{key.surface}.{key.provider}.example/" for key in keys]


def connect(path: Path, schema: str, synchronous: str) -> sqlite3.Connection:
    """A new file with a write-ahead log."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.executescript(schema)
    return connection
