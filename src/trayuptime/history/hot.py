"""The hot end of the results: one row a commit, in columns; see `fold.py` for where they go.

A checksum tells damage: of what lies here nobody has made sums yet that would not add up.
"""

import sqlite3
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import NamedTuple

from trayuptime.core.model import Instant
from trayuptime.history import columns, grains
from trayuptime.history.columns import TornError
from trayuptime.history.grains import Grain

_CHECKSUM, _OF_KIND = 4, 3

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
    base = min(times)
    connection.execute("INSERT INTO hot VALUES (?, ?, ?, ?)", (row, base, max(times), _body_of(heap, base)))


def _body_of(heap: Sequence[tuple[int, Grain]], base: Instant) -> bytes:
    surfaces, results = zip(*heap, strict=True)
    times, codes, latencies, statuses, intervals = zip(*results, strict=True)
    kinds, index = grains.kinds_of(codes, statuses, intervals)
    unit = grains.unit_of(latencies)
    offsets = [at - base for at in times]
    few = (unit, *chain.from_iterable(kinds))
    body = columns.lay((few, index, surfaces, offsets, grains.in_units(latencies, unit)))
    return zlib.crc32(body).to_bytes(_CHECKSUM, "little") + body


def read(connection: sqlite3.Connection, since: Instant = 0) -> Iterator[HotRow]:
    """The rows in the order of their commits, those alone that hold a result of `since` or later.

    One that is damaged is passed over, for the watcher must go on; `torn` names it.
    """
    for row, *rest in connection.execute(
        "SELECT id, base, newest, body FROM hot WHERE newest >= ? ORDER BY id", (since,)
    ):
        with suppress(TornError):
            yield HotRow(row, _heap(row, *rest))


def torn(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with damaged rows, clauses for a person."""
    found: list[str] = []
    for row in [row for (row,) in connection.execute("SELECT id FROM hot ORDER BY id")]:
        try:
            one(connection, row)
        except TornError as error:
            found.append(str(error))
    return found


def is_whole(body: bytes) -> bool:
    """Whether it is what its checksum says."""
    return zlib.crc32(body[_CHECKSUM:]) == int.from_bytes(body[:_CHECKSUM], "little")


def _heap(row: int, base: Instant, newest_at: Instant, body: bytes) -> Heap:
    try:
        if not is_whole(body):
            raise TornError("it is not what its checksum says")
        few, index, surfaces, offsets, latencies = columns.read(body[_CHECKSUM:])
        unit, count = few[0], len(few) // _OF_KIND
        kinds = [few[1 + place * count :][:count] for place in range(_OF_KIND)]
        if not all(map(grains.are_words, kinds[0])):
            raise TornError("it holds unknown words")
        if min(offsets) or base + max(offsets) != newest_at:
            raise TornError("it is of another time than its results")
        times = [base + offset for offset in offsets]
        results = grains.together(times, kinds, index, grains.from_units(latencies, unit))
        return list(zip(surfaces, results, strict=True))
    except (ValueError, IndexError, TypeError) as error:
        raise TornError(f"the row {row} of recent results is damaged: {error}") from error


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
    found = connection.execute("SELECT base, newest, body FROM hot WHERE id = ?", (row,)).fetchone()
    return _heap(row, *found)


def oldest(connection: sqlite3.Connection, until: Instant, surfaces: Collection[int]) -> Instant:
    """When the first result of these surfaces began, of those here; `until` where none is earlier."""
    found = until
    for row, base in connection.execute(
        "SELECT id, base FROM hot WHERE base < ? ORDER BY base", (until,)
    ).fetchall():
        if base >= found:
            break
        with suppress(TornError):
            times = [grain[0] for surface, grain in one(connection, row) if surface in surfaces]
            found = min([found, *times])
    return found


def newest(connection: sqlite3.Connection) -> Instant | None:
    """When the newest result of all began, of those that are here."""
    for row in connection.execute("SELECT id, base, newest, body FROM hot ORDER BY newest DESC"):
        with suppress(TornError):
            return max(grain[0] for _, grain in _heap(*row))
    return None
