"""Days of another history of which only the sums are left: they come as they are, where we know nothing.

There, nobody can work anything out again: sums of two machines are no sum of both. So of a surface of which
we have something from such a time, nothing of theirs from that time is taken.
"""

import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from trayuptime.core.model import Instant, Key
from trayuptime.history import hot, rolled, rows
from trayuptime.history.foreign import Foreign
from trayuptime.history.rolled import DAY


class Finality(NamedTuple):
    """Until when the sums of each surface are final.

    Attributes:
        ours: here, and stays so.
        adopted: in theirs alone, of surfaces of which we have nothing from before.
        left_out: in theirs alone, of surfaces of which we have something from before.
    """

    ours: Mapping[Key, Instant]
    adopted: Mapping[Key, Instant]
    left_out: Mapping[Key, Instant]

    def results_from(self, key: Key) -> Instant:
        """From when on results of theirs can be ours, one by one."""
        of = (self.ours, self.adopted, self.left_out)
        return max(each.get(key, 0) for each in of)

    def told_from(self, key: Key) -> Instant:
        """From when on gaps and incidents of theirs can be ours."""
        return max(self.ours.get(key, 0), self.left_out.get(key, 0))


def finality(connection: sqlite3.Connection, theirs: Foreign) -> Finality:
    """What each history says of itself."""
    ours = _final(connection)
    with theirs.reading():
        found = _final(theirs.connection)
    longer = {key: until for key, until in found.items() if until > ours.get(key, 0)}
    adopted = {key: until for key, until in longer.items() if _has_nothing(connection, key, until)}
    return Finality(ours, adopted, {key: longer[key] for key in longer.keys() - adopted.keys()})


def adopt(connection: sqlite3.Connection, theirs: Foreign, number: int, here: int, until: Instant) -> int:
    """Takes over the days of a surface, within the caller's transaction; how many single results were left.

    Args:
        connection: the writer's own.
        theirs: the other history.
        number: of the surface there.
        here: of the surface here, where it has nothing from before.
        until: before which time its sums are final.
    """
    end = rolled.number(DAY, 0, until)
    with theirs.reading():
        columns = [name for _, name, *_ in theirs.connection.execute("PRAGMA table_info(day)")]
        days = theirs.connection.execute(
            f"SELECT {', '.join(columns)} FROM day WHERE number < ? AND number % {rows.SURFACES} = ?",
            (end, number),
        ).fetchall()
        kept = theirs.connection.execute(
            "SELECT * FROM packed WHERE surface = ? AND since < ?", (number, until)
        ).fetchall()
    marks = ", ".join("?" * len(columns))
    connection.executemany(
        f"INSERT OR REPLACE INTO day ({', '.join(columns)}) VALUES ({marks})",
        [(each[0] - number + here, *each[1:]) for each in days],
    )
    for row in kept:
        connection.execute(f"INSERT INTO packed VALUES ({', '.join('?' * len(row))})", (None, here, *row[2:]))
    rolled.finish(connection, here, until)
    return sum([row[5] for row in kept])


def _final(connection: sqlite3.Connection) -> dict[Key, Instant]:
    places = rows.places(connection)
    final = rolled.final(connection)
    return {places[number].key: until for number, until in final.items() if number in places}


def _has_nothing(connection: sqlite3.Connection, key: Key, until: Instant) -> bool:
    number = rows.number_of(connection, key)
    if number is None:
        return True
    (found,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM packed WHERE surface = ?1 AND since < ?2)"
        f" OR EXISTS (SELECT 1 FROM day WHERE number < ?3 AND number % {rows.SURFACES} = ?1)"
        " OR EXISTS (SELECT 1 FROM forgotten WHERE surface = ?1)",
        (number, until, rolled.number(DAY, 0, until)),
    ).fetchone()
    return not found and not any(
        surface == number and grain[0] < until
        for row in hot.read(connection)
        for surface, grain in row.results
    )
