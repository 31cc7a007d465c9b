"""Whether a history is sound: every page, every packed result, and every sum against its results."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field

from trayuptime.core import figures, strip, uptime
from trayuptime.core.model import Instant, Span
from trayuptime.core.strip import Status
from trayuptime.history import (
    counted,
    dates,
    evidence,
    fortnights,
    hot,
    hourly,
    kinds,
    packing,
    raw,
    rolled,
    rows,
    stretch,
)
from trayuptime.history.grains import Grain
from trayuptime.history.hourly import Pace
from trayuptime.history.rolled import DAY, HOUR, Roll
from trayuptime.history.rows import Place
from trayuptime.history.snapshot import unpack


@dataclass
class Findings:
    """What was looked at, and what is wrong with it.

    Attributes:
        problems: clauses for a person, without their full stop.
        results: how many single results were read.
        sums: how many hours and days were worked out again.
        final: how many were not, for their results are forgotten.
        wrong_sums: those that are not what they should be: the number of the surface, beginning and end.
    """

    problems: list[str] = field(default_factory=list)
    results: int = 0
    sums: int = 0
    final: int = 0
    wrong_sums: list[tuple[int, Instant, Instant]] = field(default_factory=list)


def look_through(connection: sqlite3.Connection) -> Findings:
    """Reads everything, within one transaction; years take some minutes.

    Raises:
        sqlite3.DatabaseError: the file cannot be read at all.
    """
    found = Findings()
    found.problems += [
        f"a page is damaged: {line}"
        for (line,) in connection.execute("PRAGMA integrity_check")
        if line != "ok"
    ]
    found.problems += [*kinds.mistyped(connection), *kinds.unreadable(connection)]
    places = rows.places(connection)
    found.problems += _of_packed(connection, places, found)
    found.problems += _of_the_rest(connection, found)
    try:
        final = rolled.final(connection)
    except ValueError:
        return found  # told already, and nobody knows which sums can be worked out
    for unit in (HOUR, DAY):
        try:
            rolled_up = rolled.starts(connection, unit, 0, raw.FOREVER)
        except ValueError as error:
            found.problems.append(str(error))
            continue
        for surface, starts in rolled_up.items():
            for start in starts:
                if start < final.get(surface, 0):
                    found.final += 1  # nobody could work it out again
                    torn = list(_of_final(connection, surface, start, places))
                    found.wrong_sums += [(surface, start, start + raw.DAY_MS)] if torn else []
                    found.problems += torn
                    continue
                wrong = list(_of_sum(connection, unit, surface, start, places))
                lost = _outlasts(connection, unit, surface, start, places) if wrong else ""
                if lost:
                    where = _where(surface, start, places)
                    wrong = [f"{where}: its {unit} tells of {lost}, and stays as it is"]
                elif wrong:
                    found.wrong_sums.append((surface, start, start + rolled.LENGTH_MS[unit]))
                found.problems += wrong
                found.sums += 1
    for surface, start in fortnights.wrong(connection):
        found.wrong_sums.append((surface, start, start + fortnights.LENGTH_MS))
        found.problems.append(f"{_where(surface, start, places)}: its fortnight is not the sum of its days")
    return found


def _of_packed(connection: sqlite3.Connection, places: dict[int, Place], found: Findings) -> Iterator[str]:
    ends: dict[int, Instant] = {}
    for surface, since, until, newest, count, *edges, body, kept in connection.execute(
        "SELECT surface, since, until, newest, results, first_at, first_until, last_at, last_until,"
        " body, evidence FROM packed ORDER BY surface, since"
    ):
        where = _where(surface, since, places)
        try:
            results = packing.unpack(body)
            evidence.unpack(kept)
        except ValueError as error:
            yield f"{where}: {error}"
            continue
        found.results += len(results)
        times = [grain[0] for grain in results]
        in_order = bool(times) and times == sorted(set(times)) and since <= times[0] <= times[-1] < until
        if not in_order or len(results) != count or times[-1] != newest:
            yield f"{where}: packed results are not those of their row"
        if tuple(edges) != raw.edges(results):
            yield f"{where}: a row names other results at its ends than it holds"
        if since < ends.get(surface, 0):
            yield f"{where}: two rows hold the same time"
        ends[surface] = until


def _of_the_rest(connection: sqlite3.Connection, found: Findings) -> Iterator[str]:
    found.results += sum([len(row.results) for row in hot.read(connection)])
    yield from hot.torn(connection)
    for (body,) in connection.execute("SELECT body FROM snapshot"):
        try:
            unpack(body)
        except ValueError as error:
            yield f"the last state cannot be read: {error}"


def _of_final(
    connection: sqlite3.Connection, surface: int, start: Instant, places: dict[int, Place]
) -> Iterator[str]:
    try:
        rolled.read(connection, DAY, surface, start, start + raw.DAY_MS)
        hourly.read(connection, surface, start, start + raw.DAY_MS)
    except ValueError as error:
        yield f"{_where(surface, start, places)}: {error}, and its results are forgotten"


def _of_sum(
    connection: sqlite3.Connection, unit: str, surface: int, start: Instant, places: dict[int, Place]
) -> Iterator[str]:
    span = Span(start, start + rolled.LENGTH_MS[unit])
    where = _where(surface, start, places)
    try:
        found = rolled.read(connection, unit, surface, span.start, span.end)
    except ValueError as error:
        yield f"{where}: {error}"
        return
    if len(found) != 1:
        yield f"{where}: only an index tells of its {unit}"
        return
    kept = found[0][1]
    try:
        if surface not in places:
            yield f"{where}: nobody knows whose {unit} it is"
        elif unit == DAY and not _has_its_paces(connection, surface, span):
            yield f"{where}: the pace of an hour is not that of its results"
        elif _plain(kept) != _plain(stretch.worked_out(connection, places[surface], surface, span)):
            yield f"{where}: its {unit} is not the sum of its results"
    except ValueError:
        return  # what it is the sum of is torn, which is told of that: the sum may be all that is left


def _outlasts(
    connection: sqlite3.Connection, unit: str, surface: int, start: Instant, places: dict[int, Place]
) -> str:
    """Of what a sum alone still tells: trouble, or a gap, at a time when no row does; else nothing."""
    if surface not in places:
        return ""
    key = places[surface].key
    span = Span(start, start + rolled.LENGTH_MS[unit])
    try:
        [(_, kept)] = rolled.read(connection, unit, surface, span.start, span.end)
        left = stretch.incidents_between(connection, span.start, span.end, key)
        fresh = raw.recent(connection).get(surface, ())
        words = (
            raw.before(connection, surface, span.start, fresh),
            raw.after(connection, surface, span.end, fresh),
        )
        causes = {gap.cause for gap in stretch.gaps_between(connection, *stretch.reach(words), key)}
    except ValueError:
        return ""
    troubles = figures.troubles_of(left, span)
    down, degraded = (strip.spans(kept.strip, start, status) for status in (Status.DOWN, Status.DEGRADED))
    if uptime.without(down, troubles.down) or uptime.without(degraded, troubles.degraded):
        return "trouble whose incident is lost"
    told = {strip.CAUSES[Status(status)] for status, _ in kept.strip if status in strip.CAUSES}
    return "" if told <= causes else "a gap that is lost"


def _has_its_paces(connection: sqlite3.Connection, surface: int, span: Span) -> bool:
    fresh = raw.recent(connection).get(surface, ())
    by_hour: dict[Instant, list[Grain]] = {}
    for grain in raw.of_surface(connection, surface, span.start, span.end, fresh):
        by_hour.setdefault(grain[0] // raw.HOUR_MS * raw.HOUR_MS, []).append(grain)
    paces = [hourly.pace_of(start, counted.counts_of(within)) for start, within in by_hour.items()]
    kept = hourly.read(connection, surface, span.start, span.end)
    found = [pace for pace in paces if pace is not None]
    return len(kept) == len(found) and all(map(_is_as_kept, found, kept))


def _is_as_kept(found: Pace, kept: Pace) -> bool:
    """Of what an older version summed up p99 may not be known."""
    return kept == (found if kept.p99_ms is not None else found._replace(p99_ms=None))


def _plain(roll: Roll) -> tuple[object, ...]:
    return roll.strip, roll.results, dict(roll.counts)


def _where(surface: int, since: Instant, places: dict[int, Place]) -> str:
    key = places[surface].key if surface in places else None
    whose = f"surface {surface}" if key is None else f"{key.provider} {key.surface}"
    return f"{whose} from {dates.minute(since)}"
