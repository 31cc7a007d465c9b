"""A mark beside a file in which a reader came upon damage: the next start looks through all of it.

An opening looks where the engine goes on. Damage elsewhere only readers meet, and these write nothing.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path

from trayuptime.core.model import Instant
from trayuptime.history import fortnights, kinds, rolled, rows
from trayuptime.history.rolled import DAY, HOUR

REMEDY = "quit and start the watcher: what is sound is recovered"
"""What heals a marked file, for whoever looks at it."""
_SUFFIX = ".suspect"


def mark(path: Path) -> bool:
    """Leaves the mark; returns whether it could be left."""
    try:
        _beside(path).touch()
    except OSError:
        return False
    return True


def is_marked(path: Path) -> bool:
    """Whether a reader came upon damage since the file was last looked through."""
    return _beside(path).exists()


def clear(path: Path) -> None:
    """Takes the mark away; where that cannot be, the next opening looks through the file once more."""
    with suppress(OSError):
        _beside(path).unlink(missing_ok=True)


def torn(connection: sqlite3.Connection) -> str:
    """What is wrong with packed results, or with sums that are all that is left of theirs; else nothing."""
    found = kinds.unreadable(connection, ("packed",))
    if found:
        return found[0]
    final = rolled.final(connection)
    if any(start < final.get(surface, 0) for surface, start, _ in _torn_sums(connection, DAY)):
        return "the sum of a day is torn, and its results are forgotten"
    return ""


def mend_sums(connection: sqlite3.Connection) -> None:
    """Has every other sum that is torn worked out again: the results tell the same, so nothing is lost."""
    sums = [each for unit in (HOUR, DAY) for each in _torn_sums(connection, unit)]
    if not sums:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for surface, since, until in sums:
            fortnights.distrust(connection, surface, since, until)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _torn_sums(connection: sqlite3.Connection, unit: str) -> list[tuple[int, Instant, Instant]]:
    """By the number of its surface, its beginning and its end."""
    cursor = connection.execute(f"SELECT * FROM {unit}")
    names = [each[0] for each in cursor.description]
    found: list[tuple[int, Instant, Instant]] = []
    for values in cursor:
        row = dict(zip(names, values, strict=True))
        try:
            kinds.check(unit, row)
        except ValueError:
            number, surface = rows.unpack_id(row["number"])
            start = number * rolled.LENGTH_MS[unit]
            found.append((surface, start, start + rolled.LENGTH_MS[unit]))
    return found


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}{_SUFFIX}")
