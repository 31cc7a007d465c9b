"""How results lie in their rows: the packed id, and a row as a value again."""

import sqlite3
from typing import Any

from trayuptime.core.model import Instant, Key, Level, Reach, Result, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Settled

SURFACES = 1024
"""How many surfaces an id can tell apart."""

COLUMNS = (
    "r.id, s.provider, s.surface, r.reason, r.level, r.latency_ms, r.http_status, r.interval_s, e.detail,"
    " r.proven, r.counted, e.witness, s.host, s.reach"
)
# CROSS JOIN is SQLite's way to say that results come first: in their order, each looking up its surface.
FROM = f"result r CROSS JOIN surface s ON s.id = r.id % {SURFACES} LEFT JOIN evidence e ON e.id = r.id"
"""One statement, so that a surface and its results are always of the same moment."""


def pack_id(at: Instant, surface: int) -> int:
    """The id of a result: ordered by time, then by surface."""
    return at * SURFACES + surface


def unpack_id(row: int) -> tuple[Instant, int]:
    """Time and surface of a result's id."""
    return divmod(row, SURFACES)


def settled_of(row: tuple[Any, ...]) -> Settled:
    """A row of `COLUMNS` as a value.

    Raises:
        ValueError: it holds a word that this version does not know.
    """
    at, _ = unpack_id(row[0])
    result = Result(
        at=at,
        provider=row[1],
        surface=Surface(row[2]),
        reason=Reason(row[3]),
        level=Level(row[4]),
        latency_ms=row[5],
        http_status=row[6],
        interval_s=row[7],
        detail=row[8] or "",
        host=row[12],
        reach=Reach(row[13]),
    )
    return Settled(result, proven=bool(row[9]), witness=row[11] or "", counted=bool(row[10]))


def key_of(provider: str | None, surface: str | None) -> Key | None:
    """The surface that two columns name; `None` where both are empty."""
    return None if provider is None or surface is None else Key(provider, Surface(surface))


def number_of(connection: sqlite3.Connection, key: Key) -> int | None:
    """The surface's number in this file; `None` where it has no result yet."""
    words = (key.provider, key.surface.value)
    row = connection.execute("SELECT id FROM surface WHERE provider = ? AND surface = ?", words).fetchone()
    return None if row is None else int(row[0])


def numbers_beside(connection: sqlite3.Connection, key: Key) -> tuple[int, ...]:
    """The number of a surface, and those of the others at its host; none where it has no result yet."""
    found = connection.execute(
        "SELECT other.id FROM surface one JOIN surface other"
        " ON other.id = one.id OR (other.host = one.host AND one.host != '')"
        " WHERE one.provider = ? AND one.surface = ?",
        (key.provider, key.surface.value),
    )
    return tuple(number for (number,) in found)
