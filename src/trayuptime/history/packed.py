"""Results at rest: one row for a stretch of time of one surface. Stretches of a surface never overlap."""

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from trayuptime.core.model import Instant, Span
from trayuptime.history import evidence, packing, raw
from trayuptime.history.evidence import Story
from trayuptime.history.grains import Grain

MOST = 4_320
"""Results in a stretch at most, unless an hour has more; a surface asked every 30 seconds has 2,880 a day."""


OVERLAPS = (
    "EXISTS (SELECT 1 FROM packed other"
    " WHERE other.surface = one.surface AND other.since > one.since AND other.since < one.until)"
)
"""Of a row `one`."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a row is to hold.

    Attributes:
        results: in the order of time, each time once, at least one.
    """

    surface: int
    span: Span
    results: Sequence[Grain]
    stories: Sequence[Story]


def holding(connection: sqlite3.Connection, surface: int, at: Instant) -> Span | None:
    """The stretch that holds a time; `None` where none does."""
    row = connection.execute(
        "SELECT since, until FROM packed WHERE surface = ?1 AND since <= ?2 AND since > ?2 - 86400000"
        " ORDER BY since DESC LIMIT 1",
        (surface, at),
    ).fetchone()
    return Span(*row) if row is not None and row[1] > at else None


def with_rest(
    connection: sqlite3.Connection,
    surface: int,
    span: Span,
    results: Iterable[Grain],
    stories: Iterable[Story],
) -> Stretch:
    """Results, with all that lies in the stretches that theirs touches; of two at one time the new one goes.

    Args:
        connection: to the history.
        surface: its number.
        span: the stretch of the results, within one UTC day.
        results: in any order.
        stories: what was kept beside them.
    """
    found: dict[Instant, Grain] = {}
    told: list[Story] = []
    start, end = span.start, span.end
    for since, until, body, kept in connection.execute(
        "SELECT since, until, body, evidence FROM packed WHERE surface = ?1 AND since < ?3 AND until > ?2"
        " AND since >= ?2 - 86400000",
        (surface, start, end),
    ):
        start, end = min(start, since), max(end, until)
        found |= {grain[0]: grain for grain in packing.unpack(body)}
        told += evidence.unpack(kept)
    for grain in results:
        found.setdefault(grain[0], grain)
    return Stretch(surface, Span(start, end), [found[at] for at in sorted(found)], [*told, *stories])


def divided(whole: Stretch) -> Iterator[Stretch]:
    """A stretch in as few as there may be, each of whole hours, without time between them.

    An hour that alone has more results than `MOST` stays one.
    """
    results, span = whole.results, whole.span
    start, first = span.start, 0
    while len(results) - first > MOST:
        hours = range(start // raw.HOUR_MS * raw.HOUR_MS + raw.HOUR_MS, span.end, raw.HOUR_MS)
        ends = [bisect_left(results, (hour,), lo=first) for hour in hours]
        fitting = bisect_right(ends, first + MOST)
        full = [n for n, end in enumerate(ends) if end > first]
        if not full or ends[full[0]] == len(results):
            break
        at = max(fitting - 1, full[0])
        yield _part(whole, Span(start, hours[at]), first, ends[at])
        start, first = hours[at], ends[at]
    yield _part(whole, Span(start, span.end), first, len(results))


def _part(whole: Stretch, span: Span, first: int, last: int) -> Stretch:
    within = [story for story in whole.stories if span.start <= story.at < span.end]
    return Stretch(whole.surface, span, whole.results[first:last], within)


def write(connection: sqlite3.Connection, stretch: Stretch, *, loose: bool = True) -> None:
    """Writes it in place of all that lies in its span, within the caller's transaction."""
    body, kept = packing.pack(stretch.results), evidence.pack(stretch.stories)
    write_bodies(connection, stretch, body, kept, loose=loose)


def write_bodies(
    connection: sqlite3.Connection, stretch: Stretch, body: bytes, kept: bytes | None, *, loose: bool = True
) -> None:
    """The same, of what was packed before; `loose` stretches wait to become part of their day."""
    connection.execute(
        "DELETE FROM packed WHERE surface = ?1 AND since < ?3 AND until > ?2 AND since >= ?2 - 86400000",
        (stretch.surface, stretch.span.start, stretch.span.end),
    )
    connection.execute(
        "INSERT INTO packed"
        " (surface, since, until, newest, results, first_at, first_until, last_at, last_until,"
        " loose, body, evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            stretch.surface,
            stretch.span.start,
            stretch.span.end,
            *facts(stretch.results),
            loose,
            body,
            kept,
        ),
    )


def facts(results: Sequence[Grain]) -> tuple[int | None, ...]:
    """What a row says of its results besides: the newest, how many, and the ends; see `raw.edges`."""
    return results[-1][0], len(results), *raw.edges(results)


def join_overlapping(connection: sqlite3.Connection) -> list[tuple[int, Instant]]:
    """Makes one stretch of a day in which some overlap, or as few as there may be: only damage makes them.

    Within the caller's transaction.

    Returns:
        The surfaces and days of those that did.
    """
    found: list[tuple[int, Instant]] = connection.execute(
        f"SELECT DISTINCT surface, since / {raw.DAY_MS} * {raw.DAY_MS} FROM packed one WHERE {OVERLAPS}"
    ).fetchall()
    for surface, day in found:
        span = Span(day, day + raw.DAY_MS)
        for part in divided(with_rest(connection, surface, span, (), ())):
            write(connection, part, loose=False)
    return found


def loose(connection: sqlite3.Connection) -> list[tuple[int, Instant]]:
    """Surface and beginning of each loose hour that is not summed up, in the order of time."""
    found = connection.execute(
        "SELECT surface, since FROM packed WHERE loose AND NOT EXISTS"
        " (SELECT 1 FROM hour WHERE number = since / 3600000 * 1024 + surface) ORDER BY since, surface"
    )
    return found.fetchall()


def loose_days(connection: sqlite3.Connection, until: Instant) -> list[tuple[Instant, list[int]]]:
    """Days from before a time, each with the surfaces that have loose stretches in it."""
    found: dict[Instant, list[int]] = {}
    for day, surface in connection.execute(
        "SELECT DISTINCT since / 86400000 * 86400000, surface FROM packed WHERE loose AND since < ?"
        " ORDER BY 1, 2",
        (until,),
    ):
        found.setdefault(day, []).append(surface)
    return list(found.items())


def of_day(connection: sqlite3.Connection, surface: int, day: Instant) -> list[tuple[bytes, bytes | None]]:
    """Results and evidence of the stretches of one day, in the order of time."""
    found = connection.execute(
        "SELECT body, evidence FROM packed WHERE surface = ? AND since >= ? AND since < ? ORDER BY since",
        (surface, day, day + raw.DAY_MS),
    )
    return found.fetchall()
