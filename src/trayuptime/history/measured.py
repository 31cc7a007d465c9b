"""What days measured, by their rows: their sums come from an index, which must not know of more days."""

import sqlite3
from collections.abc import Collection

from trayuptime.history import rows
from trayuptime.history.columns import TornError


def of_days(
    connection: sqlite3.Connection, column: str, surface: int, days: Collection[int]
) -> list[tuple[int, bytes | None]]:
    """A packed column of each day of one surface that has a row, of these days since 1970, in their order.

    Raises:
        TornError: the index tells of other ones.
    """
    where = f"number IN ({', '.join('?' * len(days))})"
    numbers = [rows.pack_id(day, surface) for day in days]
    found = connection.execute(
        f"SELECT number, {column} FROM day WHERE {where} ORDER BY number", numbers
    ).fetchall()
    indexed = connection.execute(
        f"SELECT number FROM day INDEXED BY day_sums WHERE {where} ORDER BY number", numbers
    ).fetchall()
    if [number for (number,) in indexed] != [number for number, _ in found]:
        raise TornError("a row of sums is damaged: only an index tells of it, or only its table")
    return [(number // rows.SURFACES, body) for number, body in found]
