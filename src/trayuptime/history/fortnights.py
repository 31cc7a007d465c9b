"""Latencies of fourteen days in one row, for windows of months: a hundred days take long to count together.

A row is the sum of the days of its surface that have one, in fortnights since 1970. Triggers of the schema
empty it when one of these is written or deleted, so whoever does that need not know of it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress

from trayuptime.core.model import Instant
from trayuptime.history import counted, raw, rolled, rows
from trayuptime.history.columns import TornError
from trayuptime.history.counted import Counts

DAYS = 14
LENGTH_MS = DAYS * raw.DAY_MS


def missing(connection: sqlite3.Connection, until: Instant) -> list[int]:
    """The numbers of rows that have to be summed up, of fortnights that are over by a time."""
    found = connection.execute(
        "SELECT number FROM fortnight WHERE latencies IS NULL AND number < ? ORDER BY number",
        (rows.pack_id(until // LENGTH_MS, 0),),
    )
    return [number for (number,) in found]


def sum_up(connection: sqlite3.Connection, number: int) -> None:
    """Works a row out of its days, within the caller's transaction; a torn one of these leaves it empty."""
    try:
        found = _of_days(connection, number)
    except TornError:
        return
    if found is None:
        connection.execute("DELETE FROM fortnight WHERE number = ?", (number,))
    else:
        body = counted.pack(found) or b""
        connection.execute("UPDATE fortnight SET latencies = ? WHERE number = ?", (body, number))


def miss(connection: sqlite3.Connection, surface: int, since: Instant, until: Instant) -> None:
    """Has what touches a stretch of time summed up anew, within the caller's transaction."""
    connection.execute(
        f"UPDATE fortnight SET latencies = NULL WHERE number >= ? AND number < ?"
        f" AND number % {rows.SURFACES} = ?",
        (rows.pack_id(since // LENGTH_MS, 0), rows.pack_id(-(-until // LENGTH_MS), 0), surface),
    )


def distrust(connection: sqlite3.Connection, surface: int, since: Instant, until: Instant) -> None:
    """Has a sum, of any length, worked out again, within the caller's transaction."""
    if until - since < LENGTH_MS:  # the days of a fortnight were looked at themselves
        rolled.forget(connection, (surface,), since, until - 1)
        rolled.drop_torn(connection, surface, since // raw.DAY_MS * raw.DAY_MS)
    miss(connection, surface, since, until)


def counts(connection: sqlite3.Connection, surface: int, since: Instant, until: Instant) -> list[Counts]:
    """The latencies of the days of a surface in a window that have a row; its ends are midnights of UTC.

    Raises:
        TornError: a day is damaged.
    """
    whole = range(-(-since // LENGTH_MS), until // LENGTH_MS)
    found: dict[int, Counts] = {}
    for number, body in connection.execute(
        f"SELECT number, latencies FROM fortnight WHERE number IN ({', '.join('?' * len(whole))})"
        " AND latencies IS NOT NULL",
        [rows.pack_id(fortnight, surface) for fortnight in whole],
    ):
        with suppress(TornError):  # its days tell the same
            found[number // rows.SURFACES] = counted.unpack(body or None)
    days = range(since // raw.DAY_MS, until // raw.DAY_MS)
    rest = [day for day in days if day // DAYS not in found]
    return [*found.values(), *rolled.counts(connection, surface, rest)]


def wrong(connection: sqlite3.Connection) -> Iterator[tuple[int, Instant]]:
    """Surface and beginning of each row that is not the sum of its days, where these can be read."""
    for (number,) in connection.execute(
        "SELECT number FROM fortnight WHERE latencies IS NOT NULL ORDER BY number"
    ).fetchall():
        (body,) = connection.execute("SELECT latencies FROM fortnight WHERE number = ?", (number,)).fetchone()
        try:
            days = _of_days(connection, number)
        except TornError:
            continue  # which is told of that day
        try:
            is_wrong = counted.unpack(body or None) != days
        except TornError:
            is_wrong = True
        if is_wrong:
            fortnight, surface = rows.unpack_id(number)
            yield surface, fortnight * LENGTH_MS


def _of_days(connection: sqlite3.Connection, number: int) -> Counts | None:
    """The sum of its days; `None` where none of them has a row."""
    fortnight, surface = rows.unpack_id(number)
    days = range(fortnight * DAYS, (fortnight + 1) * DAYS)
    found = rolled.counts(connection, surface, days)
    return counted.summed(found) if found else None
