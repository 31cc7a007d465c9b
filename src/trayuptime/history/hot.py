"""The hot end of the results: one row a commit, appended as it is; see `fold.py` for where they go."""

import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from trayuptime.core.model import Instant
from trayuptime.history.columns import TornError
from trayuptime.history.grains import Grain, are_words

_ROW = struct.Struct("<IHHHII")
"""Milliseconds since the row's own time, surface, code, status, latency, interval."""
_WIDEST_MS = 1 << 32

Heap = list[tuple[int, Grain]]
"""Surfaces and their results, in the order in which they were settled."""


class HotRow(NamedTuple):
    """What one commit held."""

    id: int
    results: Heap


def append(connection: sqlite3.Connection, heap: Sequence[tuple[int, Grain]]) -> None:
    """Writes the results of one commit, within the caller's transaction."""
    _write(connection, None, heap)


def replace(connection: sqlite3.Connection, row: int, heap: Sequence[tuple[int, Grain]]) -> None:
    """What is left of a row; without anything left it goes."""
    connection.execute("DELETE FROM hot WHERE id = ?", (row,))
    _write(connection, row, heap)


def _write(connection: sqlite3.Connection, row: int | None, heap: Sequence[tuple[int, Grain]]) -> None:
    if not heap:
        return
    times = [grain[0] for _, grain in heap]
    base, newest_at = min(times), max(times)
    if newest_at - base >= _WIDEST_MS:  # a failure that waited for weeks
        _write(connection, row, [each for each in heap if each[1][0] - base < _WIDEST_MS])
        _write(connection, None, [each for each in heap if each[1][0] - base >= _WIDEST_MS])
        return
    pack = _ROW.pack
    body = b"".join(
        [
            pack(at - base, surface, code, status, latency, interval_ms)
            for surface, (at, code, latency, status, interval_ms) in heap
        ]
    )
    connection.execute("INSERT INTO hot VALUES (?, ?, ?, ?)", (row, base, newest_at, body))


def read(connection: sqlite3.Connection, since: Instant = 0) -> Iterator[HotRow]:
    """The rows in the order of their commits, those alone that hold a result of `since` or later.

    One that is damaged is passed over, for the watcher must go on; `torn` names it.
    """
    for row, base, body in connection.execute(
        "SELECT id, base, body FROM hot WHERE newest >= ? ORDER BY id", (since,)
    ):
        with suppress(TornError):
            yield HotRow(row, _heap(row, base, body))


def torn(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with damaged rows, clauses for a person."""
    found: list[str] = []
    for row in [row for (row,) in connection.execute("SELECT id FROM hot ORDER BY id")]:
        try:
            one(connection, row)
        except TornError as error:
            found.append(str(error))
    return found


def _heap(row: int, base: Instant, body: bytes) -> Heap:
    try:
        heap = [
            (surface, (base + offset, code, latency, status, interval_ms))
            for offset, surface, code, status, latency, interval_ms in _ROW.iter_unpack(body)
        ]
    except (struct.error, TypeError) as error:
        raise TornError(f"the row {row} of recent results is damaged: {error}") from error
    if not all(map(are_words, {grain[1] for _, grain in heap})):
        raise TornError(f"the row {row} of recent results is damaged: it holds unknown words")
    return heap


def last_id(connection: sqlite3.Connection) -> int | None:
    """The row written last; `None` for none."""
    found: int | None = connection.execute("SELECT max(id) FROM hot").fetchone()[0]
    return found


def ids_before(connection: sqlite3.Connection, until: Instant) -> list[int]:
    """The rows that hold a result from before a time, in the order of their commits."""
    found = connection.execute("SELECT id FROM hot WHERE base < ? ORDER BY id", (until,))
    return [row for (row,) in found]


def one(connection: sqlite3.Connection, row: int) -> Heap:
    """The results of one row.

    Raises:
        TornError: it is damaged.
    """
    base, body = connection.execute("SELECT base, body FROM hot WHERE id = ?", (row,)).fetchone()
    return _heap(row, base, body)


def newest(connection: sqlite3.Connection) -> Instant | None:
    """When the newest result of all began, of those that are here."""
    found: Instant | None = connection.execute("SELECT max(newest) FROM hot").fetchone()[0]
    return found
