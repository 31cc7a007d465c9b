"""Sums of two surfaces that become one, of the time whose results either has forgotten.

There they cannot be worked out again from the results of both, so they are put together: each moment was seen
if either saw it, and was the worse of what they saw; results and latencies add up. Where only one of the two
was watched at a time, as with an id that took the place of another, the results of both would tell the same.
"""

import sqlite3

from trayuptime.core import strip as strips
from trayuptime.core.model import Instant, Key, Span
from trayuptime.history import counted, fold, forget, hourly, raw, rolled, rows, stretch
from trayuptime.history.hourly import Pace
from trayuptime.history.rolled import DAY, Roll
from trayuptime.history.stretch import Circumstances


def join_sums(connection: sqlite3.Connection, number: int, into: int) -> None:
    """Makes the final rows of one surface part of another's, within the caller's transaction.

    Before their results are joined; `tidy_up` comes after that.
    """
    final = rolled.final(connection)
    until = max(final.get(number, 0), final.get(into, 0))
    if not until:
        return
    for surface in (number, into):
        _complete(connection, surface, final.get(surface, 0), until)
    theirs = dict(rolled.read(connection, DAY, into, 0, until))
    for day, mine in rolled.read(connection, DAY, number, 0, until):
        paces = hourly.read(connection, number, day, day + raw.DAY_MS)
        whole = mine
        if day in theirs:
            whole = _together(theirs[day], mine)
            paces = _each_alone(hourly.read(connection, into, day, day + raw.DAY_MS), paces)
        rolled.write(connection, DAY, into, day, whole)
        hourly.write(connection, into, day, paces)
    rolled.drop(connection, number, until)
    rolled.finish(connection, into, until)


def tidy_up(connection: sqlite3.Connection, into: int) -> None:
    """Drops the answers that are forgotten since the sums were joined, within the caller's transaction."""
    until = rolled.final_until(connection, into)
    if until:
        forget.drop_answers(connection, into, until)


def _complete(connection: sqlite3.Connection, surface: int, since: Instant, until: Instant) -> None:
    """Sees to it that every day has a row in which anything may be known of a surface, were it a gap alone.

    Args:
        connection: to the history.
        surface: its number.
        since: until when its rows are final; 0 where none is.
        until: until when they will be.
    """
    place = rows.places(connection)[surface]
    fresh = raw.recent(connection).get(surface, ())
    begun = [since] if since else []
    if not since and (first := raw.after(connection, surface, 0, fresh)) is not None:
        begun.append(forget.beginning(connection, first))
    (gap_at,) = connection.execute(
        "SELECT min(at) FROM gap WHERE provider = ? AND surface = ?",
        (place.key.provider, place.key.surface.value),
    ).fetchone()
    if gap_at is not None:
        begun.append(gap_at // raw.DAY_MS * raw.DAY_MS)
    for day in range(min(begun, default=until), until, raw.DAY_MS):
        if rolled.is_there(connection, surface, day):
            continue
        if day < since:  # of its results only failures may be left
            _write_gaps(connection, place.key, surface, day)
        else:
            fold.write_day(connection, place, surface, day, fresh)


def _write_gaps(connection: sqlite3.Connection, key: Key, surface: int, day: Instant) -> None:
    """A day of which nothing but gaps is known."""
    span = Span(day, day + raw.DAY_MS)
    around = Circumstances(stretch.gaps_between(connection, span.start, span.end, key), ())
    strip = stretch.strip(key, span, (), (None, None), around)
    rolled.write(connection, DAY, surface, day, Roll(strip, 0, {}))


def _together(one: Roll, other: Roll) -> Roll:
    counts = counted.summed((one.counts, other.counts))
    return Roll(strips.either(one.strip, other.strip), one.results + other.results, counts)


def _each_alone(one: list[Pace], other: list[Pace]) -> list[Pace]:
    """The hours in which one of the two was asked; of both together percentiles are not known any more."""
    starts = {pace.start for pace in one} & {pace.start for pace in other}
    return sorted(pace for pace in (*one, *other) if pace.start not in starts)
