"""Every single result, wherever it lies: at rest in packed stretches, or among the recent ones."""

import sqlite3
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from trayuptime.core.coverage import Word
from trayuptime.core.model import Instant
from trayuptime.history import evidence, grains, hot, packing
from trayuptime.history.evidence import Story
from trayuptime.history.grains import Grain

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
FOREVER = 1 << 52


class Told(NamedTuple):
    """A result with its surface, and what was kept beside it."""

    surface: int
    grain: Grain
    story: Story | None


def recent(connection: sqlite3.Connection, since: Instant = 0) -> dict[int, list[Grain]]:
    """The results that are not packed yet, by surface and in the order of time, each time once."""
    found: dict[int, dict[Instant, Grain]] = {}
    for row in hot.read(connection, since):
        for surface, grain in row.results:
            if surface in found:
                found[surface].setdefault(grain[0], grain)
            else:
                found[surface] = {grain[0]: grain}
    return {surface: _in_order(each) for surface, each in found.items()}


def of_surface(
    connection: sqlite3.Connection, surface: int, since: Instant, until: Instant, fresh: Sequence[Grain]
) -> list[Grain]:
    """The results of one surface in a window, in the order of time.

    Args:
        connection: to the history.
        surface: its number.
        since: the first that counts.
        until: the first that does not.
        fresh: those of the surface that are not packed yet, in the order of time.
    """
    stretches = [
        packing.unpack(body)
        for (body,) in connection.execute(
            "SELECT body FROM packed WHERE surface = ?1 AND since < ?3 AND newest >= ?2"
            " AND since >= ?2 - ?4 ORDER BY since",
            (surface, since, until, DAY_MS),
        )
    ]
    at_rest = [grain for stretch in stretches for grain in between(stretch, since, until)]
    late = between(fresh, since, until)
    if not late:
        return at_rest
    found = {grain[0]: grain for grain in at_rest}
    for grain in late:
        found.setdefault(grain[0], grain)
    return _in_order(found)


def between(results: Sequence[Grain], since: Instant, until: Instant) -> Sequence[Grain]:
    """Those of a window, of results in the order of time."""
    if not results or (results[0][0] >= since and results[-1][0] < until):
        return results
    return results[bisect_left(results, (since,)) : bisect_left(results, (until,))]


def days_of(connection: sqlite3.Connection, surface: int, since: Instant, until: Instant) -> list[Instant]:
    """The days of a surface that begin in a window and have results at rest, in order."""
    found = connection.execute(
        "SELECT DISTINCT since / 86400000 * 86400000 AS day FROM packed"
        " WHERE surface = ? AND since >= ? AND since < ? ORDER BY day",
        (surface, since, until),
    )
    return [day for (day,) in found if day > since]


def everything(
    connection: sqlite3.Connection, since: Instant, until: Instant, surfaces: Collection[int] | None = None
) -> Iterator[Told]:
    """Every result of a window in the order of time, read a day at a time.

    Args:
        connection: to the history, within one transaction.
        since: the first that counts.
        until: the first that does not.
        surfaces: `None` for all.
    """
    known = {number for (number,) in connection.execute("SELECT id FROM surface")}
    fresh = {number: each for number, each in recent(connection, since).items() if number in known}
    for day in _days(connection, since, until, fresh):
        yield from sorted(_of_day(connection, day, (since, until), fresh, surfaces), key=_place)


def oldest(connection: sqlite3.Connection, until: Instant) -> Instant | None:
    """When the first result of all began, if before a time: that with which `everything` begins."""
    firsts = connection.execute(
        "SELECT id, (SELECT since FROM packed WHERE surface = s.id ORDER BY since LIMIT 1) AS first"
        " FROM surface s WHERE first < ? ORDER BY first",
        (until,),
    )
    known = {number for (number,) in connection.execute("SELECT id FROM surface")}
    found = hot.oldest(connection, until, known)
    for surface, since in firsts.fetchall():
        if since >= found:
            break
        (body,) = connection.execute(
            "SELECT body FROM packed WHERE surface = ? AND since = ?", (surface, since)
        ).fetchone()
        found = min(found, packing.unpack(body)[0][0])
    return found if found < until else None


def newest(connection: sqlite3.Connection) -> Instant | None:
    """When the newest result of all began."""
    at_rest = connection.execute(
        "SELECT (SELECT newest FROM packed WHERE surface = s.id ORDER BY since DESC LIMIT 1) FROM surface s"
    )
    found = [hot.newest(connection), *(at for (at,) in at_rest)]
    return max((at for at in found if at is not None), default=None)


def stories(
    connection: sqlite3.Connection, surface: int, since: Instant, until: Instant
) -> dict[Instant, Story]:
    """What was kept beside the results of one surface in a window, by time."""
    found: dict[Instant, Story] = {}
    for (body,) in connection.execute(
        "SELECT evidence FROM packed WHERE surface = ?1 AND since < ?3 AND newest >= ?2"
        " AND since >= ?2 - ?4 AND evidence IS NOT NULL ORDER BY since",
        (surface, since, until, DAY_MS),
    ):
        found |= {story.at: story for story in evidence.unpack(body)}
    for number, story in evidence.recent(connection, since, until):
        if number == surface:
            found.setdefault(story.at, story)
    return {at: story for at, story in found.items() if since <= at < until}


def before(connection: sqlite3.Connection, surface: int, at: Instant, fresh: Sequence[Grain]) -> Word | None:
    """The word of the last result before a time that counted."""
    return _nearest(connection, surface, at, fresh, earlier=True)


def after(connection: sqlite3.Connection, surface: int, at: Instant, fresh: Sequence[Grain]) -> Word | None:
    """The word of the first result from a time on that counted."""
    return _nearest(connection, surface, at, fresh, earlier=False)


def newest_of_each(connection: sqlite3.Connection) -> dict[int, tuple[Instant, Instant]]:
    """When the newest result of each surface began that counted, and the newest of all; -1 where none did."""
    fresh = recent(connection)
    at_rest = connection.execute(
        "SELECT id, (SELECT newest FROM packed WHERE surface = s.id ORDER BY since DESC LIMIT 1)"
        " FROM surface s"
    )
    found: dict[int, tuple[Instant, Instant]] = {}
    for number, newest_at in at_rest.fetchall():
        own = fresh.get(number, ())
        word = before(connection, number, FOREVER, own)
        times = [-1 if newest_at is None else newest_at, own[-1][0] if own else -1]
        found[number] = -1 if word is None else word.at, max(times)
    return found


def is_there(connection: sqlite3.Connection, surface: int, at: Instant, fresh: Sequence[Grain]) -> bool:
    """Whether a surface has a result of just this time."""
    return bool(of_surface(connection, surface, at, at + 1, fresh))


def speaks(grains_: Iterable[Grain]) -> list[Word]:
    """The words of those that counted."""
    return [grains.word_of(grain) for grain in grains_ if grains.is_counted(grain[1])]


def _nearest(
    connection: sqlite3.Connection, surface: int, at: Instant, fresh: Sequence[Grain], *, earlier: bool
) -> Word | None:
    found = _nearest_packed(connection, surface, at, earlier=earlier)
    word = nearest_of(fresh, at, earlier=earlier)
    if word is None or found is None:
        return word or found
    if word.at == found.at:
        return found  # of two results at one time the first counts
    return max(word, found) if earlier else min(word, found)


def _nearest_packed(
    connection: sqlite3.Connection, surface: int, at: Instant, *, earlier: bool
) -> Word | None:
    where = "since < ?2 ORDER BY since DESC" if earlier else "since >= ?2 - 86400000 ORDER BY since"
    rows_ = connection.execute(
        "SELECT id, first_at, first_until, last_at, last_until FROM packed"
        f" WHERE surface = ?1 AND first_at IS NOT NULL AND {where}",
        (surface, at),
    )
    for row, first_at, first_until, last_at, last_until in rows_:
        if earlier and last_at < at:
            return _edge(last_at, last_until)
        if not earlier and first_at >= at:
            return _edge(first_at, first_until)
        if first_at < at <= last_at:
            (body,) = connection.execute("SELECT body FROM packed WHERE id = ?", (row,)).fetchone()
            return nearest_of(packing.unpack(body), at, earlier=earlier)
    return None


def nearest_of(results: Sequence[Grain], at: Instant, *, earlier: bool) -> Word | None:
    """The word of the last of them before a time that counted, or of the first from it on."""
    start = bisect_left(results, (at,))
    near = range(start - 1, -1, -1) if earlier else range(start, len(results))
    return next((grains.word_of(results[n]) for n in near if grains.is_counted(results[n][1])), None)


def edges(packed: Sequence[Grain]) -> tuple[int | None, int | None, int | None, int | None]:
    """The first and the last word of packed results, for those who ask for a neighbour alone; see `_edge`."""
    ends = (packed, reversed(packed))
    found = [next((grain for grain in each if grains.is_counted(grain[1])), None) for each in ends]
    if found[0] is None or found[1] is None:
        return None, None, None, None
    first, last = (grains.word_of(grain) for grain in found if grain is not None)
    return (
        first.at,
        -first.until if first.mute else first.until,
        last.at,
        -last.until if last.mute else last.until,
    )


def _edge(at: Instant, until: int) -> Word:
    return Word(at, abs(until), until < 0)


def _days(
    connection: sqlite3.Connection, since: Instant, until: Instant, fresh: Mapping[int, Sequence[Grain]]
) -> list[int]:
    at_rest = connection.execute(
        "SELECT DISTINCT since / 86400000 FROM packed WHERE since >= ? - 86400000 AND since < ?",
        (since, until),
    )
    days = {day for (day,) in at_rest}
    days |= {grain[0] // DAY_MS for each in fresh.values() for grain in each}
    return sorted(day for day in days if since < (day + 1) * DAY_MS and day * DAY_MS < until)


def _of_day(
    connection: sqlite3.Connection,
    day: int,
    window: tuple[Instant, Instant],
    fresh: Mapping[int, Sequence[Grain]],
    surfaces: Collection[int] | None,
) -> Iterator[Told]:
    start, end = max(window[0], day * DAY_MS), min(window[1], (day + 1) * DAY_MS)
    found: dict[int, dict[Instant, Grain]] = {}
    told: dict[int, dict[Instant, Story]] = {}
    only = "SELECT id FROM surface" if surfaces is None else ", ".join(map(str, surfaces))
    for surface, body, kept in connection.execute(
        f"SELECT surface, body, evidence FROM packed WHERE surface IN ({only})"
        " AND since >= ? AND since < ? AND newest >= ?",
        (day * DAY_MS, end, start),
    ):
        found.setdefault(surface, {}).update((grain[0], grain) for grain in packing.unpack(body))
        told.setdefault(surface, {}).update((story.at, story) for story in evidence.unpack(kept))
    for surface, each in fresh.items():
        if surfaces is None or surface in surfaces:
            low, high = (bisect_left(each, (at,)) for at in (start, end))
            for grain in each[low:high]:
                found.setdefault(surface, {}).setdefault(grain[0], grain)
    for surface, story in evidence.recent(connection, start, end):
        told.setdefault(surface, {}).setdefault(story.at, story)
    for surface, by_time in found.items():
        stories_ = told.get(surface, {})
        for at, grain in by_time.items():
            if start <= at < end:
                yield Told(surface, grain, stories_.get(at))


def _in_order(found: Mapping[Instant, Grain]) -> list[Grain]:
    return [found[at] for at in sorted(found)]


def _place(told: Told) -> tuple[Instant, int]:
    return told.grain[0], told.surface
