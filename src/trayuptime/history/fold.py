"""Puts the history in order behind the watcher: recent results into hours, hours into days, each summed up.

Everything happens in steps of a few milliseconds, so that no probe waits. A step reads, works out and writes
in one go whatever depends on what others write; only results at rest are held from one step to the next, and
whoever else moves those (a rename, an import) has the work begun again. A kill at any moment loses nothing.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from trayuptime.core.model import Instant, Span
from trayuptime.core.strip import joined
from trayuptime.history import (
    counted,
    evidence,
    fortnights,
    hot,
    hourly,
    packed,
    packing,
    raw,
    rolled,
    rows,
    stretch,
)
from trayuptime.history.columns import TornError
from trayuptime.history.evidence import Story
from trayuptime.history.grains import Grain
from trayuptime.history.packed import Stretch
from trayuptime.history.rolled import DAY, HOUR, Roll
from trayuptime.history.rows import Place

SETTLED_MS = 300_000
"""An hour is folded this long after its end: what began in it has landed, most doubts are settled."""
DAY_OPEN_MS = 3_600_000
"""The same of a day."""
DAY_SILENT_MS = raw.DAY_MS
"""So long after its end a day is summed up though nothing came after it."""
_AT_ONCE = 20_000
"""Results in memory at most while they are folded into hours."""
_STRETCHES_AT_ONCE = 96
"""Hours of surfaces that are written together: of ten providers three."""
_DAYS_AT_ONCE = 8
"""Surfaces whose days are written together."""
STEP_S = 0.004
"""How long a step goes on with small things."""

Steps = Iterator[None]
Known = Mapping[tuple[int, Instant], Sequence[Grain]]
"""Results of stretches that have just been packed, by surface and beginning: they need not be unpacked."""
_NOTHING: Known = {}


def tasks(connection: sqlite3.Connection, now: Instant, clock_s: Callable[[], float]) -> Steps:
    """Everything there is to do, a few milliseconds at a step.

    Args:
        connection: the writer's own, outside any transaction at each step.
        now: the time; it decides what is over.
        clock_s: seconds that grow, for how long a step has lasted.

    Raises:
        TornError: packed results are damaged.
        ValueError: a row holds what this version cannot read.
        sqlite3.DatabaseError: as SQLite's.
    """
    cutoff = (now - SETTLED_MS) // raw.HOUR_MS * raw.HOUR_MS
    more, known = True, _NOTHING
    while more:
        more, known = yield from _fold_recent(connection, cutoff, clock_s)
    yield from _roll_hours(connection, packed.loose(connection), known, clock_s)
    del known
    last_day = (now - DAY_OPEN_MS) // raw.DAY_MS * raw.DAY_MS
    for day, surfaces in packed.loose_days(connection, last_day):
        for first in range(0, len(surfaces), _DAYS_AT_ONCE):
            yield from _pack_days(connection, day, surfaces[first : first + _DAYS_AT_ONCE])
    yield from _roll_days(connection, now - DAY_SILENT_MS, clock_s)
    yield from _sum_up_fortnights(connection, fortnights.missing(connection, now - DAY_SILENT_MS), clock_s)


def _fold_recent(
    connection: sqlite3.Connection, cutoff: Instant, clock_s: Callable[[], float]
) -> Generator[None, None, tuple[bool, Known]]:
    """Moves what began before the cutoff into hours; returns whether there is more, and these hours."""
    found: dict[tuple[int, int], list[Grain]] = {}
    left: list[tuple[int, hot.Heap]] = []
    count, more, began_s = 0, False, clock_s()
    for row in hot.ids_before(connection, cutoff):
        try:
            heap = hot.one(connection, row)
        except TornError:
            continue  # it stays for whoever can make something of it
        left.append((row, [each for each in heap if each[1][0] >= cutoff]))
        for surface, grain in heap:
            if grain[0] < cutoff:
                found.setdefault((surface, grain[0] // raw.HOUR_MS), []).append(grain)
                count += 1
        if count >= _AT_ONCE or len(found) >= _STRETCHES_AT_ONCE:
            more = True
            break
        if clock_s() - began_s > STEP_S:
            yield
            began_s = clock_s()
    if not left:
        return False, _NOTHING
    told = _stories_of(connection, found, cutoff)
    ready: list[tuple[Stretch, bytes, bytes | None]] = []
    for (surface, span), hours in _by_stretch(connection, found).items():
        grains = [grain for hour in hours for grain in found[surface, hour]]
        stories = [story for hour in hours for story in told.get((surface, hour), ())]
        whole = packed.with_rest(connection, surface, span, grains, stories)
        ready.append((whole, packing.pack(whole.results), evidence.pack(whole.stories)))
        if clock_s() - began_s > STEP_S:
            yield
            began_s = clock_s()
    yield
    with transaction(connection):
        for whole, body, kept in ready:
            loose = whole.span.end - whole.span.start <= raw.HOUR_MS
            packed.write_bodies(connection, whole, body, kept, loose=loose)
        for row, rest in left:
            hot.replace(connection, row, rest)
        for (surface, _), stories in told.items():
            evidence.delete(connection, surface, stories)
    yield
    return more, {(whole.surface, whole.span.start): whole.results for whole, _, _ in ready}


def _by_stretch(
    connection: sqlite3.Connection, found: Iterable[tuple[int, int]]
) -> dict[tuple[int, Span], list[int]]:
    """The hours by the stretch that holds them already, as a packed day may; else each is one of its own."""
    hours: dict[tuple[int, Span], list[int]] = {}
    for surface, hour in found:
        span = packed.holding(connection, surface, hour * raw.HOUR_MS)
        span = span or Span(hour * raw.HOUR_MS, (hour + 1) * raw.HOUR_MS)
        hours.setdefault((surface, span), []).append(hour)
    return hours


def _stories_of(
    connection: sqlite3.Connection, found: dict[tuple[int, int], list[Grain]], cutoff: Instant
) -> dict[tuple[int, int], list[Story]]:
    """What was kept beside these results."""
    times = {place: {grain[0] for grain in grains} for place, grains in found.items()}
    told: dict[tuple[int, int], list[Story]] = {}
    hours = [hour for _, hour in found]
    since, until = min(hours) * raw.HOUR_MS, min((max(hours) + 1) * raw.HOUR_MS, cutoff)
    for surface, story in evidence.recent(connection, since, until):
        place = surface, story.at // raw.HOUR_MS
        if story.at in times.get(place, ()):
            told.setdefault(place, []).append(story)
    return told


def _roll_hours(
    connection: sqlite3.Connection,
    hours: Sequence[tuple[int, Instant]],
    known: Known,
    clock_s: Callable[[], float],
) -> Steps:
    """Sums up hours that lie packed and have no row, some at a step."""
    index = 0
    fresh: dict[int, list[Grain]] = {}
    read_at: int | None = None
    while index < len(hours):
        goes_on = time_for(STEP_S, clock_s)
        with transaction(connection):
            places = rows.places(connection)
            if read_at != (read_at := hot.last_id(connection)):
                fresh = raw.recent(connection)
            while index < len(hours) and goes_on():
                surface, start = hours[index]
                index += 1
                span = Span(start, start + raw.HOUR_MS)
                recent = fresh.get(surface, ())
                results = known.get((surface, start), ())
                if not results or raw.between(recent, span.start, span.end):
                    results = raw.of_surface(connection, surface, span.start, span.end, recent)
                after = raw.after(connection, surface, span.end, recent)
                # Until the next result a gap may yet be longer or shorter than it seems.
                if results and after is not None and surface in places:
                    before = raw.before(connection, surface, start, recent)
                    roll = stretch.rolled_up(connection, places[surface], span, results, (before, after))
                    rolled.write(connection, HOUR, surface, start, roll)
        yield


def _pack_days(connection: sqlite3.Connection, day: Instant, surfaces: Sequence[int]) -> Steps:
    """Makes one stretch of the hours of a day, or as few as there may be, of several surfaces.

    Their hours lie on the same pages: one after the other would write these anew for each.
    """
    ready: list[tuple[Stretch, bytes, bytes | None]] = []
    for surface in surfaces:
        results: list[Grain] = []
        stories: list[Story] = []
        for body, kept in packed.of_day(connection, surface, day):
            results += packing.unpack(body)
            stories += evidence.unpack(kept)
        yield
        for part in packed.divided(Stretch(surface, Span(day, day + raw.DAY_MS), results, stories)):
            ready.append((part, packing.pack(part.results), evidence.pack(part.stories)))
            yield
    with transaction(connection):
        for whole, body, kept in ready:
            packed.write_bodies(connection, whole, body, kept, loose=False)
        rolled.miss(connection, surfaces, day)
    yield


def _roll_days(connection: sqlite3.Connection, silent_until: Instant, clock_s: Callable[[], float]) -> Steps:
    """Sums up the days that have no row, or whose row was no longer true, some at a step.

    One after which a surface was not heard yet waits, for its next answer would have it summed up anew; but
    not where it ended before `silent_until`.
    """
    missing = rolled.missing_days(connection)
    index = 0
    fresh: dict[int, list[Grain]] = {}
    read_at: int | None = None
    while index < len(missing):
        goes_on = time_for(STEP_S, clock_s)
        with transaction(connection):
            places, final = rows.places(connection), rolled.final(connection)
            if read_at != (read_at := hot.last_id(connection)):
                fresh = raw.recent(connection)
            while index < len(missing) and goes_on():
                surface, day = missing[index]
                index += 1
                recent, end = fresh.get(surface, ()), day + raw.DAY_MS
                if end > silent_until and raw.after(connection, surface, end, recent) is None:
                    continue
                if surface in places and day >= final.get(surface, 0):
                    write_day(connection, places[surface], surface, day, recent)
                rolled.found(connection, surface, day)
        yield
    if missing:
        with transaction(connection):
            rolled.forget_hours(connection)
        yield


def _sum_up_fortnights(
    connection: sqlite3.Connection, numbers: Sequence[int], clock_s: Callable[[], float]
) -> Steps:
    """Counts the latencies of days together that are over, some at a step."""
    index = 0
    while index < len(numbers):
        goes_on = time_for(STEP_S, clock_s)
        with transaction(connection):
            while index < len(numbers) and goes_on():
                fortnights.sum_up(connection, numbers[index])
                index += 1
        yield


def write_day(
    connection: sqlite3.Connection, place: Place, surface: int, day: Instant, fresh: Sequence[Grain]
) -> None:
    """A day's row from those of its hours; what has none is worked out from its results.

    Within the caller's transaction.

    Args:
        connection: to the history.
        place: of the surface.
        surface: its number.
        day: its beginning.
        fresh: the results of the surface that are not packed yet.
    """
    hours: list[tuple[Instant, Roll]] = []
    at = day
    for start, roll in rolled.read(connection, HOUR, surface, day, day + raw.DAY_MS):
        hours += _worked_out(connection, place, surface, Span(at, start), fresh)
        hours.append((start, roll))
        at = start + raw.HOUR_MS
    hours += _worked_out(connection, place, surface, Span(at, day + raw.DAY_MS), fresh)
    whole = Roll(
        joined([run for _, roll in hours for run in roll.strip]),
        sum([roll.results for _, roll in hours]),
        counted.summed([roll.counts for _, roll in hours]),
    )
    rolled.write(connection, DAY, surface, day, whole)
    hourly.write(connection, surface, day, hourly.paces_of((start, roll.counts) for start, roll in hours))


def _worked_out(
    connection: sqlite3.Connection, place: Place, surface: int, span: Span, fresh: Sequence[Grain]
) -> Iterator[tuple[Instant, Roll]]:
    """What became of a time that no row tells of: of its hours, or of all at once where nothing was heard."""
    if span.start >= span.end:
        return
    results = raw.of_surface(connection, surface, span.start, span.end, fresh)
    before = raw.before(connection, surface, span.start, fresh)
    after = raw.after(connection, surface, span.end, fresh)
    spans = [span]
    if results:
        spans = [Span(start, start + raw.HOUR_MS) for start in range(span.start, span.end, raw.HOUR_MS)]
    for each in spans:
        first, last = (bisect_left(results, (at,)) for at in (each.start, each.end))
        neighbours = (
            raw.nearest_of(results, each.start, earlier=True) or before,
            raw.nearest_of(results, each.end, earlier=False) or after,
        )
        yield each.start, stretch.rolled_up(connection, place, each, results[first:last], neighbours)


def time_for(seconds: float, clock_s: Callable[[], float]) -> Callable[[], bool]:
    """Tells whether a step goes on: for so long, and for one thing however slow the computer is."""
    end_s, is_first = clock_s() + seconds, True

    def goes_on() -> bool:
        nonlocal is_first
        was_first, is_first = is_first, False
        return was_first or clock_s() <= end_s

    return goes_on


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One that is rolled back by whatever is raised within, or by its end, as a reader's lock."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
