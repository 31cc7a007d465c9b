"""What became of a stretch of one surface, worked out from its results: the truth that rows are sums of."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from trayuptime.core import coverage, figures
from trayuptime.core.coverage import Word
from trayuptime.core.model import Gap, GapCause, Incident, Instant, Key, Span
from trayuptime.core.strip import Status, Strip, strip_of
from trayuptime.history import counted, grains, raw, rows
from trayuptime.history.grains import Grain
from trayuptime.history.rolled import Roll
from trayuptime.history.rows import Place
from trayuptime.history.snapshot import unpack_incident

Neighbours = tuple[Word | None, Word | None]
"""The last word before a stretch, and the first one after it."""


class Circumstances(NamedTuple):
    """What decides about a stretch beside its results.

    Attributes:
        gaps: at least those that touch the time between the words beside it.
        incidents: at least those of the surface that overlap it.
    """

    gaps: Sequence[Gap]
    incidents: Sequence[Incident]


def roll(
    key: Key,
    span: Span,
    results: Sequence[Grain],
    neighbours: Neighbours,
    circumstances: Circumstances,
) -> Roll:
    """A stretch summed up.

    Args:
        key: the surface.
        span: the stretch.
        results: those within it, in the order of time.
        neighbours: the words beside it.
        circumstances: what else was the case then.
    """
    found = strip(key, span, results, neighbours, circumstances)
    return Roll(found, grains.count(results), counted.counts_of(results))


def rolled_up(
    connection: sqlite3.Connection,
    place: Place,
    span: Span,
    results: Sequence[Grain],
    neighbours: Neighbours,
) -> Roll:
    """The same, with what else was the case read from the history."""
    gaps = gaps_between(connection, *reach(neighbours), place.key)
    incidents = incidents_between(connection, span.start, span.end, place.key)
    return roll(place.key, span, results, neighbours, Circumstances(gaps, incidents))


def worked_out(connection: sqlite3.Connection, place: Place, surface: int, span: Span) -> Roll:
    """The same from nothing but single results, whatever rows there are."""
    fresh = raw.recent(connection).get(surface, ())
    results = raw.of_surface(connection, surface, span.start, span.end, fresh)
    neighbours = (
        raw.before(connection, surface, span.start, fresh),
        raw.after(connection, surface, span.end, fresh),
    )
    return rolled_up(connection, place, span, results, neighbours)


def strip(
    key: Key,
    span: Span,
    results: Sequence[Grain],
    neighbours: Neighbours,
    circumstances: Circumstances,
) -> Strip:
    """Its strip alone; see `roll`."""
    before, after = neighbours
    if _is_calm(span, results, neighbours, circumstances):
        return ((Status.UP, span.end - span.start),)
    words = raw.speaks(results)
    around = [word for word in (before, *words, after) if word is not None]
    seen = coverage.of_words(key, span, around, circumstances.gaps)
    of = figures.of_seen(key, seen, circumstances.incidents, (), 0)
    return strip_of(seen, of.down, of.degraded)


def _is_calm(
    span: Span, results: Sequence[Grain], neighbours: Neighbours, circumstances: Circumstances
) -> bool:
    """Whether results spoke all the time, and nothing else was the case: as nearly always."""
    before = neighbours[0]
    if not results or before is None or circumstances.gaps or circumstances.incidents:
        return False
    first, last = results[0], grains.word_of(results[-1])
    return (
        not before.mute and before.until >= first[0] and last.until >= span.end and grains.are_calm(results)
    )


def gaps_between(
    connection: sqlite3.Connection, since: Instant, until: Instant, key: Key | None = None
) -> list[Gap]:
    """The gaps that touch a stretch, of all surfaces or those that hold for one."""
    only = "" if key is None else "AND (provider IS NULL OR (provider = ? AND surface = ?))"
    found = connection.execute(
        f"SELECT at, until, cause, provider, surface FROM gap WHERE until >= ? AND +at <= ? {only}"
        " ORDER BY at, rowid",
        (since, until, *(() if key is None else (key.provider, key.surface.value))),
    )
    return [
        Gap(at, end, GapCause(cause), rows.key_of(provider, surface))
        for at, end, cause, provider, surface in found
    ]


def incidents_between(
    connection: sqlite3.Connection, since: Instant, until: Instant, key: Key | None = None
) -> list[Incident]:
    """The incidents that overlap a stretch, as their rows tell them, by their start.

    Raises:
        ValueError: one of them is not an incident.
    """
    only = "" if key is None else "AND provider = ? AND surface = ?"
    found = connection.execute(
        f"SELECT body FROM incident WHERE (ended_at IS NULL OR ended_at >= ?) AND +started_at <= ? {only}"
        " ORDER BY started_at, id",
        (since, until, *(() if key is None else (key.provider, key.surface.value))),
    )
    return [unpack_incident(body) for (body,) in found]


def reach(neighbours: Neighbours) -> tuple[Instant, Instant]:
    """Between which times gaps matter to a stretch: as far as the words beside it."""
    before, after = neighbours
    return (0 if before is None else before.at), (raw.FOREVER if after is None else after.at)
