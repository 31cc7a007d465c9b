"""Forgets single results that are older than they are wanted; what they add up to stays for ever.

A day of a surface goes at once, the oldest first, and only when its row is there and true: from then on that
row is the last word on it, see `rolled.final`. Failures stay, with their evidence, until they are too old
themselves. So does the last result of the time that is forgotten, for it speaks into the time that is not.
"""

import sqlite3
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from trayuptime.core.coverage import Word
from trayuptime.core.model import Instant, Key, Span
from trayuptime.core.reasons import MEANINGS, Effect
from trayuptime.core.retention import LEAST_S, Retention
from trayuptime.history import evidence, fold, grains, hot, packed, packing, raw, rolled, rows
from trayuptime.history.columns import TornError
from trayuptime.history.fold import time_for, transaction
from trayuptime.history.grains import Grain
from trayuptime.history.packed import Stretch

WATCHED_DAYS = 7
"""Age counts from a time by which so many days were watched: a clock that is years ahead for a while must not
cost years of results."""
STEP_S = 0.002
"""How long a step goes on with another day, each of which may take as long again as it has had."""
FITS = 0.95
"""Once it is too large it is made smaller than this share of the limit, for it is soon larger again."""
_FAILED = frozenset(
    number for number, reason in enumerate(grains.REASONS) if MEANINGS[reason].effect is Effect.FAILURE
)

Undecided = Callable[[Key], Instant | None]
"""From when on the judge may yet tell another story of a surface; see `core.undecided`."""


class _Row(NamedTuple):
    """A stretch at rest."""

    id: int
    span: Span
    body: bytes
    kept: bytes | None


def tasks(
    connection: sqlite3.Connection,
    now: Instant,
    keep: Retention,
    undecided: Undecided,
    clock_s: Callable[[], float],
) -> Generator[None, None, bool]:
    """Forgets what may be forgotten, a few milliseconds at a step, each step one transaction.

    Args:
        connection: the writer's own, outside any transaction at each step.
        now: the time.
        keep: what is wanted.
        undecided: from when on a surface's past may yet be told otherwise.
        clock_s: seconds that grow, for how long a step has lasted.

    Returns:
        Whether it is larger than wanted, and nothing is left that may go.

    Raises:
        ValueError: a row holds what this version cannot read.
        sqlite3.DatabaseError: as SQLite's.
    """
    sure = min(now, _watched(connection))
    if keep.answers_s is not None:
        yield from _forget_answers(connection, _before(sure, keep.answers_s), undecided, clock_s, _never)
    if keep.failures_s is not None:
        yield from _forget_failures(connection, _before(sure, keep.failures_s), clock_s, _never)
    most = keep.most_bytes
    if most is None or in_use(connection) <= most:
        return False

    def fits() -> bool:
        return in_use(connection) <= most * FITS

    last = _before(sure, LEAST_S)
    yield from _forget_answers(connection, last, undecided, clock_s, fits)
    yield from _forget_failures(connection, last, clock_s, fits)
    return in_use(connection) > most


def in_use(connection: sqlite3.Connection) -> int:
    """The bytes of the file that hold something; free pages are used again before it grows."""
    count, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((count - free) * size)


def drop_answers(connection: sqlite3.Connection, surface: int, until: Instant) -> None:
    """Drops what is no failure from before a time, which is final by now, within the caller's transaction."""
    border = _border(connection, surface, until)
    for row in _rows(connection, surface, 0, until):
        _reduce(connection, surface, row, last=row.span.start == border)
    last = raw.before(connection, surface, until, raw.recent(connection).get(surface, ()))
    for recent in list(hot.read(connection)):
        left = [
            (number, grain)
            for number, grain in recent.results
            if number != surface
            or grain[0] >= until
            or is_failure(grain)
            or (last is not None and grain[0] == last.at)
        ]
        if len(left) < len(recent.results):
            hot.replace(connection, recent.id, left)


def is_failure(grain: Grain) -> bool:
    """Whether a result is one that stays longer than answers."""
    return _is_of_failure(grain[1])


def _is_of_failure(code: int) -> bool:
    return grains.reason_number(code) in _FAILED


def beginning(connection: sqlite3.Connection, first: Word) -> Instant:
    """The first day of which the first result of a surface tells: a gap may have ended days before."""
    (gap_end,) = connection.execute(
        "SELECT min(until) FROM gap WHERE until >= ? AND until <= ?",
        (first.at - (first.until - first.at), first.at),
    ).fetchone()
    return (first.at if gap_end is None else int(gap_end)) // raw.DAY_MS * raw.DAY_MS


def _forget_answers(
    connection: sqlite3.Connection,
    until: Instant,
    undecided: Undecided,
    clock_s: Callable[[], float],
    enough: Callable[[], bool],
) -> Iterator[None]:
    """Forgets day after day of all surfaces, until a midnight or until it is enough."""
    final = rolled.final(connection)
    places = rows.places(connection)
    ends = {
        number: until if (since := undecided(place.key)) is None else min(until, since)
        for number, place in places.items()
    }
    queue = [
        (day, surface)
        for surface, end in ends.items()
        if (day := _next_day(connection, surface, final.get(surface, 0), end)) is not None
    ]
    heapify(queue)
    yield
    while queue and not enough():
        goes_on = time_for(STEP_S, clock_s)
        with transaction(connection):
            unsettled = _unsettled(connection, until)
            fresh: Mapping[int, Sequence[Grain]] | None = None
            while queue and not enough() and goes_on():
                day, surface = heappop(queue)
                if not _is_settled(connection, surface, day, unsettled):
                    continue  # until it is put in order
                missing = _without_row(connection, surface, day)
                if missing is not None:
                    fresh = raw.recent(connection) if fresh is None else fresh
                    fold.write_day(connection, places[surface], surface, missing, fresh.get(surface, ()))
                    heappush(queue, (day, surface))
                    continue
                _forget_day(connection, surface, day)
                rolled.finish(connection, surface, day + raw.DAY_MS)
                following = _next_day(connection, surface, day + raw.DAY_MS, ends[surface])
                if following is not None:
                    heappush(queue, (following, surface))
        yield


def _forget_failures(
    connection: sqlite3.Connection, until: Instant, clock_s: Callable[[], float], enough: Callable[[], bool]
) -> Iterator[None]:
    """Forgets what is left of days whose answers are forgotten, stretch after stretch of all surfaces."""
    final = rolled.final(connection)
    ends = {surface: min(until, end) for surface, end in final.items()}
    borders = {surface: _border(connection, surface, end) for surface, end in final.items()}
    queue = [
        (start, surface)
        for surface, end in ends.items()
        if (start := _next_stretch(connection, surface, 0, end)) is not None
    ]
    heapify(queue)
    yield
    while queue and not enough():
        goes_on = time_for(STEP_S, clock_s)
        with transaction(connection):
            while queue and not enough() and goes_on():
                start, surface = heappop(queue)
                for row in _rows(connection, surface, start, start + 1):
                    _reduce(connection, surface, row, last=start == borders[surface], failures=False)
                following = _next_stretch(connection, surface, start + 1, ends[surface])
                if following is not None:
                    heappush(queue, (following, surface))
        yield


def _forget_day(connection: sqlite3.Connection, surface: int, day: Instant) -> None:
    end = day + raw.DAY_MS
    before, border = (_border(connection, surface, until) for until in (day, end))
    for row in _rows(connection, surface, day, end):
        _reduce(connection, surface, row, last=row.span.start == border)
    if before is not None and before != border:
        for row in _rows(connection, surface, before, before + 1):
            _reduce(connection, surface, row, last=False)


def _reduce(
    connection: sqlite3.Connection, surface: int, row: _Row, *, last: bool, failures: bool = True
) -> None:
    """Leaves of a row its failures, and the last result that counted: where there is none, it goes.

    One that is damaged stays for whoever can make something of it; its sum is there.

    Args:
        connection: to the history, within the caller's transaction.
        surface: whose row it is.
        row: the row.
        last: that one stays whatever it is.
        failures: they stay.
    """
    try:
        results, stories = packing.unpack(row.body), evidence.unpack(row.kept)
    except TornError:
        return
    speaker = next((grain for grain in reversed(results) if grains.is_counted(grain[1])), None)
    failed = {code for code in {grain[1] for grain in results} if failures and _is_of_failure(code)}
    left = [grain for grain in results if grain[1] in failed or (last and grain is speaker)]
    if len(left) == len(results):
        return
    if not left:
        connection.execute("DELETE FROM packed WHERE id = ?", (row.id,))
        return
    times = {grain[0] for grain in left}
    kept = [story for story in stories if story.at in times]
    stretch = Stretch(surface, row.span, left, kept)
    packed.write_bodies(connection, stretch, packing.pack(left), evidence.pack(kept), loose=False)


def _border(connection: sqlite3.Connection, surface: int, until: Instant) -> Instant | None:
    """Where the stretch begins that holds the last result before a midnight that counted."""
    row = connection.execute(
        "SELECT since FROM packed WHERE surface = ? AND since < ? AND first_at IS NOT NULL"
        " ORDER BY since DESC LIMIT 1",
        (surface, until),
    ).fetchone()
    return None if row is None else int(row[0])


def _rows(connection: sqlite3.Connection, surface: int, since: Instant, until: Instant) -> list[_Row]:
    """The stretches that begin in a window."""
    found = connection.execute(
        "SELECT id, since, until, body, evidence FROM packed WHERE surface = ? AND since >= ? AND since < ?"
        " ORDER BY since",
        (surface, since, until),
    )
    return [_Row(row, Span(start, end), body, kept) for row, start, end, body, kept in found.fetchall()]


def _next_stretch(
    connection: sqlite3.Connection, surface: int, since: Instant, until: Instant
) -> Instant | None:
    """The beginning of the first stretch in a window."""
    found: Instant | None = connection.execute(
        "SELECT min(since) FROM packed WHERE surface = ? AND since >= ? AND since < ?",
        (surface, since, until),
    ).fetchone()[0]
    return found


def _next_day(connection: sqlite3.Connection, surface: int, since: Instant, until: Instant) -> Instant | None:
    """The first day from a midnight on that holds something, is over by a time, and has a word after it.

    Until the next word a gap may yet be longer or shorter than it seems.
    """
    start = _next_stretch(connection, surface, since, until)
    if start is None:
        return None
    end = start // raw.DAY_MS * raw.DAY_MS + raw.DAY_MS
    is_last = raw.after(connection, surface, end, ()) is None
    return None if end > until or is_last else end - raw.DAY_MS


def _without_row(connection: sqlite3.Connection, surface: int, day: Instant) -> Instant | None:
    """The first day without a row, of those that are to be final with this one, days without results too."""
    first = rolled.final_until(connection, surface)
    if not first:
        word = raw.after(connection, surface, day, ())
        assert word is not None
        first = min(day, beginning(connection, word))
    return next(
        (
            each
            for each in range(first, day + 1, raw.DAY_MS)
            if not rolled.is_there(connection, surface, each)
        ),
        None,
    )


def _unsettled(connection: sqlite3.Connection, until: Instant) -> Mapping[int, Instant]:
    """From when on the results of surfaces have yet to be put in order, or summed up."""
    found: dict[int, Instant] = {}
    for row in hot.ids_before(connection, until):
        try:
            heap = hot.one(connection, row)
        except TornError:
            continue  # as `fold` does
        for surface, grain in heap:
            found[surface] = min(grain[0], found.get(surface, raw.FOREVER))
    for surface, day in rolled.missing_days(connection):
        found[surface] = min(day, found.get(surface, raw.FOREVER))
    return found


def _is_settled(
    connection: sqlite3.Connection, surface: int, day: Instant, unsettled: Mapping[int, Instant]
) -> bool:
    """Everything up to the end of a day is packed as days, and no sum of it waits."""
    end = day + raw.DAY_MS
    if unsettled.get(surface, raw.FOREVER) < end:
        return False
    loose = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM packed WHERE loose AND surface = ? AND since < ?)", (surface, end)
    )
    return not loose.fetchone()[0]


def _watched(connection: sqlite3.Connection) -> Instant:
    """The time by which `WATCHED_DAYS` were watched: so many days after the first of the last of them."""
    found = connection.execute(
        f"SELECT DISTINCT number / {rows.SURFACES} FROM day WHERE results > 0 ORDER BY number DESC LIMIT ?",
        (WATCHED_DAYS,),
    ).fetchall()
    return 0 if len(found) < WATCHED_DAYS else (int(found[-1][0]) + WATCHED_DAYS) * raw.DAY_MS


def _before(now: Instant, age_s: float) -> Instant:
    """The last midnight so long ago."""
    return (now - round(age_s * 1000)) // raw.DAY_MS * raw.DAY_MS


def _never() -> bool:
    return False
