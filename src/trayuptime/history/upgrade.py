"""What a change of the schema cannot say in SQL: results that had a row each become rows of many."""

import logging
import sqlite3
import struct
from collections.abc import Callable, Iterator
from itertools import islice

from trayuptime.core.model import Level, Result, Surface
from trayuptime.core.reasons import Reason
from trayuptime.history import hot
from trayuptime.history.grains import Grain, grain_of

_IN_A_ROW = 480
_ROW = struct.Struct("<IHHHII")
"""Of schema 5: milliseconds since the row's own time, surface, code, status, latency, interval."""

_log = logging.getLogger(__name__)


def _carry_over(connection: sqlite3.Connection) -> None:
    """Moves the results of schema 4 to where recent ones lie, from where they are packed little by little.

    Within the caller's transaction; a million results take three seconds. One with a word that is none of
    ours, as a damaged page may hold, is passed over: nobody could read it.
    """
    results = _results(connection)
    while heap := list(islice(results, _IN_A_ROW)):
        times = [grain[0] for _, grain in heap]
        base = min(times)
        body = b"".join(
            _ROW.pack(at - base, surface, code, status, latency, interval_ms)
            for surface, (at, code, latency, status, interval_ms) in heap
        )
        connection.execute("INSERT INTO hot VALUES (NULL, ?, ?, ?)", (base, max(times), body))
    connection.execute("DROP TABLE result")


def _recode(connection: sqlite3.Connection) -> None:
    """Recent results of schema 5 become columns; a row that is damaged stays, and is named as such."""
    for (row,) in connection.execute("SELECT id FROM hot ORDER BY id").fetchall():
        base, body = connection.execute("SELECT base, body FROM hot WHERE id = ?", (row,)).fetchone()
        try:
            heap = [
                (surface, (base + offset, code, latency, status, interval_ms))
                for offset, surface, code, status, latency, interval_ms in _ROW.iter_unpack(body)
            ]
        except (struct.error, TypeError) as error:
            _log.warning("recent results cannot be read and stay as they are: %s", error)
            continue
        hot.replace(connection, row, heap)


BEYOND_SQL: dict[int, Callable[[sqlite3.Connection], None]] = {5: _carry_over, 6: _recode}
"""What each schema needs beside its script, within the caller's transaction."""


def _results(connection: sqlite3.Connection) -> Iterator[tuple[int, Grain]]:
    for row, reason, level, latency_ms, status, interval_s, proven, counted in connection.execute(
        "SELECT id, reason, level, latency_ms, http_status, interval_s, proven, counted"
        " FROM result ORDER BY id"
    ):
        at, surface = divmod(row, 1024)
        try:
            known, asked = Reason(reason), Level(level)
        except ValueError as error:
            _log.warning("a result cannot be read and is left in the back-up: %s", error)
            continue
        result = Result(
            at,
            "",
            Surface.API,
            known,
            asked,
            latency_ms=latency_ms,
            http_status=status,
            interval_s=interval_s,
        )
        yield surface, grain_of(result, bool(proven), bool(counted))
