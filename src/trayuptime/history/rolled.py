"""What became of a stretch of one surface, summed up: an hour first, later its whole day.

A row says how long it was up, down, degraded and unseen for which cause, how these followed each other, and
its latencies counted by value. Rows are sums of what is kept anyway: one that is missing only costs time, for
its stretch is then worked out from the results. So one that may be wrong, because something older came in
late, is deleted, never mended.
"""

import sqlite3
from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from operator import add, lt
from typing import Any

from trayuptime.core import strip as strips
from trayuptime.core.model import Instant
from trayuptime.core.strip import Run, Status, Strip
from trayuptime.history import counted, hourly, measured, raw, rows
from trayuptime.history.columns import TornError
from trayuptime.history.counted import Counts

HOUR, DAY = "hour", "day"
LENGTH_MS = {HOUR: raw.HOUR_MS, DAY: raw.DAY_MS}
_SUMS_OF = {HOUR: HOUR, DAY: f"{DAY} INDEXED BY day_sums"}
"""Where to read a unit's sums and strips of all surfaces, without what it measured."""

_STATUSES = ", ".join(status.name.lower() for status in Status)
_SHIFT = 27
"""A day has fewer than 2 ** 27 milliseconds."""
_LENGTH = (1 << _SHIFT) - 1
_MISSED_DAYS = 800
"""What is told late is hours old, or days."""
_UNEVEN = "a row of sums is damaged: it does not add up"
_IS_FINAL = (
    "EXISTS (SELECT 1 FROM forgotten"
    f" WHERE surface = number % {rows.SURFACES} AND until / {raw.DAY_MS} > number / {rows.SURFACES})"
)
"""Of a day's number, as `forgotten` says."""


@dataclass(frozen=True, slots=True)
class Roll:
    """One stretch.

    Attributes:
        strip: of its whole length.
        results: how many counted.
        counts: the latencies of answers in time or slow.
    """

    strip: Strip
    results: int
    counts: Counts


def write(connection: sqlite3.Connection, unit: str, surface: int, start: Instant, roll: Roll) -> None:
    """Writes the row of an hour or a day, within the caller's transaction."""
    values = (
        number(unit, surface, start),
        *strips.totals(roll.strip),
        roll.results,
        None if len(roll.strip) == 1 else pack_strip(roll.strip),
        counted.pack(roll.counts),
    )
    marks = ", ".join("?" * len(values))
    connection.execute(
        f"INSERT OR REPLACE INTO {unit} (number, {_STATUSES}, results, strip, latencies) VALUES ({marks})",
        values,
    )


def number(unit: str, surface: int, start: Instant) -> int:
    """A row's number: in the order of time, then of surfaces."""
    return rows.pack_id(start // LENGTH_MS[unit], surface)


def whole(connection: sqlite3.Connection, unit: str, since: Instant, until: Instant) -> dict[int, list[int]]:
    """Sums by surface over all rows of a window: milliseconds by status, results.

    Raises:
        TornError: they do not add up to the time that the rows tell of.
    """
    sums = ", ".join(f"sum({status.name.lower()})" for status in Status)
    found: dict[int, list[int]] = {}
    for surface, count, *sums_ in connection.execute(
        f"SELECT number % {rows.SURFACES}, count(*), {sums}, sum(results) FROM {_SUMS_OF[unit]}"
        " WHERE number >= ? AND number < ? GROUP BY 1",
        _range(unit, since, until),
    ):
        if sum(sums_[:-1]) != count * LENGTH_MS[unit]:
            raise TornError(_UNEVEN)
        found[surface] = sums_
    return found


def starts(
    connection: sqlite3.Connection, unit: str, since: Instant, until: Instant
) -> dict[int, Sequence[Instant]]:
    """When the rows of a window begin, by surface and in the order of time."""
    length_ms = LENGTH_MS[unit]
    found: dict[int, Sequence[Instant]] = {}
    window = _range(unit, since, until)
    for surface, first, last, count in connection.execute(
        f"SELECT number % {rows.SURFACES}, min(number), max(number), count(*) FROM {_SUMS_OF[unit]}"
        " WHERE number >= ? AND number < ? GROUP BY 1",
        window,
    ).fetchall():
        start, end = (number // rows.SURFACES * length_ms for number in (first, last))
        found[surface] = range(start, end + length_ms, length_ms)
        if len(found[surface]) != count:
            each = connection.execute(
                f"SELECT number FROM {_SUMS_OF[unit]} WHERE number >= ? AND number < ?"
                f" AND number % {rows.SURFACES} = ? ORDER BY number",
                (*window, surface),
            )
            numbers = [number for (number,) in each]
            _check_order(numbers, window)
            found[surface] = [number // rows.SURFACES * length_ms for number in numbers]
    return found


def spoken(
    connection: sqlite3.Connection, since: Instant, until: Instant
) -> dict[int, list[tuple[Instant, int]]]:
    """The days of a window in which something was asked, or an answer from before still spoke.

    Each with the number of its results, by surface and in the order of time.
    """
    found: dict[int, list[tuple[Instant, int]]] = {}
    window = _range(DAY, since, until)
    every = connection.execute(
        f"SELECT number, results FROM {_SUMS_OF[DAY]} WHERE number >= ? AND number < ?"
        " AND (results OR up OR down OR degraded) ORDER BY number",
        window,
    ).fetchall()
    _check_order([each for each, _ in every], window)
    for each, results in every:
        day, surface = divmod(each, rows.SURFACES)
        found.setdefault(surface, []).append((day * LENGTH_MS[DAY], results))
    return found


StripRow = tuple[Any, ...]
"""Number, strip and totals of a row as they lie in the file."""


def strips_of(
    connection: sqlite3.Connection,
    unit: str,
    since: Instant,
    until: Instant,
    surfaces: Collection[int] | None = None,
) -> dict[int, list[tuple[Instant, Strip]]]:
    """The strips of all rows in a window, or of some surfaces', by surface and with their beginning."""
    found = strip_rows(connection, unit, since, until, surfaces)
    return {surface: strips_in(unit, rows_) for surface, rows_ in found.items()}


def strip_rows(
    connection: sqlite3.Connection,
    unit: str,
    since: Instant,
    until: Instant,
    surfaces: Collection[int] | None = None,
    *,
    down: bool = False,
) -> dict[int, list[StripRow]]:
    """The same as rows, for whoever looks at few of them; or only where it was down."""
    only = "AND down > 0" if down else ""
    if surfaces is not None:
        only += f" AND number % {rows.SURFACES} IN ({', '.join(map(str, surfaces))})"
    found: dict[int, list[StripRow]] = {}
    window = _range(unit, since, until)
    every = connection.execute(
        f"SELECT number, strip, {_STATUSES} FROM {_SUMS_OF[unit]}"
        f" WHERE number >= ? AND number < ? {only} ORDER BY number",
        window,
    ).fetchall()
    _check_order([row[0] for row in every], window)
    for row in every:
        found.setdefault(row[0] % rows.SURFACES, []).append(row)
    return found


def strips_in(unit: str, found: Iterable[StripRow]) -> list[tuple[Instant, Strip]]:
    """Beginning and strip of each row.

    Raises:
        TornError: one is damaged.
    """
    length_ms = LENGTH_MS[unit]
    return [
        (each // rows.SURFACES * length_ms, strip_of(kept, totals, length_ms))
        for each, kept, *totals in found
    ]


def divided(unit: str, row: StripRow, lengths_ms: Sequence[int]) -> list[list[int]]:
    """The milliseconds of each status in consecutive parts of a row, which together are all of it.

    Raises:
        TornError: it is damaged.
    """
    _, kept, *totals = row
    if len(lengths_ms) == 1:
        if sum(totals) != LENGTH_MS[unit]:
            raise TornError(_UNEVEN)
        return [totals]
    if kept is None:
        return strips.divided(strip_of(kept, totals, LENGTH_MS[unit]), lengths_ms)
    try:
        found = strips.divided(_runs_of(kept), lengths_ms)
        whole_ = found[0]
        for part in found[1:]:
            whole_ = list(map(add, whole_, part))
        fits = whole_ == totals
    except (StopIteration, ValueError, IndexError, TypeError) as error:
        raise TornError(f"a strip is damaged: {error}") from error
    if not fits:
        raise TornError("a strip is damaged: it does not add up")
    return found


def counts(connection: sqlite3.Connection, surface: int, days: Collection[int]) -> list[Counts]:
    """The latencies of each day of one surface that has a row, of these days since 1970.

    Raises:
        TornError: one is damaged.
    """
    return [counted.unpack(body) for _, body in measured.of_days(connection, "latencies", surface, days)]


def forget(
    connection: sqlite3.Connection,
    surfaces: Iterable[int] | None,
    since: Instant,
    until: Instant = raw.FOREVER,
) -> None:
    """Deletes the rows that a stretch of time touches, within the caller's transaction.

    Those of days whose results are forgotten stay as they are: nobody could work them out again.

    Args:
        connection: the writer's own.
        surfaces: `None` for all.
        since: the first moment that is another than was summed up.
        until: the last.
    """
    only = "" if surfaces is None else f"AND number % {rows.SURFACES} IN ({', '.join(map(str, surfaces))})"
    day, hour = (
        (rows.pack_id(since // LENGTH_MS[unit], 0), rows.pack_id(until // LENGTH_MS[unit] + 1, 0))
        for unit in (DAY, HOUR)
    )
    where = f"WHERE number >= ? AND number < ? {only}"
    connection.execute(
        f"INSERT OR IGNORE INTO unrolled SELECT number FROM day {where} AND NOT {_IS_FINAL}", day
    )
    connection.execute(f"DELETE FROM day {where} AND NOT {_IS_FINAL}", day)
    connection.execute(f"DELETE FROM hour {where}", hour)


def forget_missing(connection: sqlite3.Connection) -> None:
    """Deletes days that were found to be true no longer, and every hour, within the caller's transaction.

    They may have come back from a damaged file; of hours nothing tells which of them were.
    """
    connection.execute(f"DELETE FROM day WHERE number IN (SELECT number FROM unrolled) AND NOT {_IS_FINAL}")
    connection.execute("DELETE FROM hour")


def missing_days(connection: sqlite3.Connection) -> list[tuple[int, Instant]]:
    """Surface and day of each row that was no longer true, in the order of time."""
    found = connection.execute("SELECT number FROM unrolled ORDER BY number")
    return [(each % rows.SURFACES, each // rows.SURFACES * LENGTH_MS[DAY]) for (each,) in found]


def first_missing(connection: sqlite3.Connection) -> list[tuple[int, Instant]]:
    """The same of those alone that do not follow another one of their surface."""
    found = connection.execute(
        "SELECT number FROM unrolled one WHERE NOT EXISTS"
        f" (SELECT 1 FROM unrolled WHERE number = one.number - {rows.SURFACES}) ORDER BY number"
    )
    return [(each % rows.SURFACES, each // rows.SURFACES * LENGTH_MS[DAY]) for (each,) in found.fetchall()]


def forget_hours(connection: sqlite3.Connection) -> None:
    """Deletes the rows of hours whose day has one, within the caller's transaction."""
    connection.execute(
        "DELETE FROM hour WHERE EXISTS (SELECT 1 FROM day"
        " WHERE day.number = hour.number / 1024 / 24 * 1024 + hour.number % 1024)"
    )


def miss(connection: sqlite3.Connection, surfaces: Iterable[int], day: Instant) -> None:
    """A day is to have a row, within the caller's transaction; one that is final has its last."""
    connection.executemany(
        f"INSERT OR IGNORE INTO unrolled SELECT number FROM (SELECT ? AS number) WHERE NOT {_IS_FINAL}",
        [(number(DAY, surface, day),) for surface in surfaces],
    )


def miss_all(connection: sqlite3.Connection, surfaces: Iterable[int], since: Instant, until: Instant) -> None:
    """The same of every day that a time touches, whether or not it has a row: one may yet come."""
    days = range(since // LENGTH_MS[DAY], max(since, until) // LENGTH_MS[DAY] + 1)[-_MISSED_DAYS:]
    connection.executemany(
        "INSERT OR IGNORE INTO unrolled VALUES (?)",
        [(rows.pack_id(day, surface),) for surface in surfaces for day in days],
    )


def found(connection: sqlite3.Connection, surface: int, day: Instant) -> None:
    """It has one."""
    connection.execute("DELETE FROM unrolled WHERE number = ?", (number(DAY, surface, day),))


def first_seen(connection: sqlite3.Connection, surface: int) -> Instant | None:
    """When rows of days first saw a surface."""
    row = connection.execute(
        f"SELECT number, strip, {_STATUSES} FROM day"
        f" WHERE number % {rows.SURFACES} = ? AND (up OR down OR degraded) ORDER BY number LIMIT 1",
        (surface,),
    ).fetchone()
    if row is None:
        return None
    number_, kept, *totals = row
    start: Instant = number_ // rows.SURFACES * LENGTH_MS[DAY]
    return strips.spans(strip_of(kept, totals, LENGTH_MS[DAY]), start, *strips.SEEN)[0].start


def is_there(connection: sqlite3.Connection, surface: int, day: Instant) -> bool:
    """Whether a day has a row."""
    row = connection.execute("SELECT 1 FROM day WHERE number = ?", (number(DAY, surface, day),)).fetchone()
    return row is not None


def final(connection: sqlite3.Connection) -> dict[int, Instant]:
    """Until when the results of each surface are forgotten, of those of which any are; midnights of UTC.

    Whatever is older comes from the rows of days alone, which never change again.

    Raises:
        TornError: one is none: everything since would be taken for forgotten.
    """
    found = dict(connection.execute("SELECT surface, until FROM forgotten").fetchall())
    if any(until <= 0 or until % LENGTH_MS[DAY] for until in found.values()):
        raise TornError("until when results are forgotten is damaged: it is no midnight")
    return found


def final_until(connection: sqlite3.Connection, surface: int) -> Instant:
    """The same of one surface; 0 where nothing is forgotten."""
    return final(connection).get(surface, 0)


def finish(connection: sqlite3.Connection, surface: int, until: Instant) -> None:
    """The rows of all days before are final, within the caller's transaction."""
    connection.execute("INSERT OR REPLACE INTO forgotten VALUES (?, ?)", (surface, until))


def drop_torn(connection: sqlite3.Connection, surface: int, day: Instant) -> None:
    """Deletes a final row that cannot be read, within the caller's transaction: that day is not seen then."""
    try:
        read(connection, DAY, surface, day, day + LENGTH_MS[DAY])
        hourly.read(connection, surface, day, day + LENGTH_MS[DAY])
    except TornError:
        connection.execute("DELETE FROM day WHERE number = ?", (number(DAY, surface, day),))


def drop(connection: sqlite3.Connection, surface: int, until: Instant) -> None:
    """A surface is no more: its rows from before a time go, within the caller's transaction."""
    connection.execute(
        f"DELETE FROM day WHERE number < ? AND number % {rows.SURFACES} = ?",
        (rows.pack_id(until // LENGTH_MS[DAY], 0), surface),
    )
    connection.execute("DELETE FROM forgotten WHERE surface = ?", (surface,))


def read(
    connection: sqlite3.Connection, unit: str, surface: int, since: Instant, until: Instant
) -> list[tuple[Instant, Roll]]:
    """The rows of one surface in a window, with their beginning."""
    found = connection.execute(
        f"SELECT number, results, strip, latencies, {_STATUSES} FROM {unit}"
        f" WHERE number >= ? AND number < ? AND number % {rows.SURFACES} = ? ORDER BY number",
        (*_range(unit, since, until), surface),
    )
    return [
        (
            each // rows.SURFACES * LENGTH_MS[unit],
            Roll(strip_of(kept, totals, LENGTH_MS[unit]), results, counted.unpack(body)),
        )
        for each, results, kept, body, *totals in found
    ]


def newest_end(connection: sqlite3.Connection) -> Instant:
    """Until when rows reach at most."""
    ends = [0]
    for unit in (HOUR, DAY):
        (most,) = connection.execute(f"SELECT max(number) FROM {unit}").fetchone()
        if most is not None:
            ends.append((most // rows.SURFACES + 1) * LENGTH_MS[unit])
    return max(ends)


def pack_strip(strip: Strip) -> bytes:
    """A strip of at most a day as bytes."""
    return array("I", [status << _SHIFT | ms for status, ms in strip]).tobytes()


def strip_of(kept: bytes | None, totals: Sequence[int], length_ms: int) -> Strip:
    """The strip of a row.

    Args:
        kept: as packed; `None` where it is a single run.
        totals: the milliseconds of each status.
        length_ms: of the hour or day.

    Raises:
        TornError: they do not belong to each other.
    """
    if kept is None:
        strip = tuple([(status, ms) for status, ms in enumerate(totals) if ms])
        if len(strip) == 1 and strip[0][1] == length_ms:
            return strip
        raise TornError(_UNEVEN)
    try:
        strip = tuple(_runs_of(kept))
        fits = strips.totals(strip) == list(totals) and sum(totals) == length_ms
    except (ValueError, IndexError, TypeError) as error:
        raise TornError(f"a strip is damaged: {error}") from error
    if not fits:
        raise TornError("a strip is damaged: it does not add up")
    return strip


def _runs_of(kept: bytes) -> list[Run]:
    return [(run >> _SHIFT, run & _LENGTH) for run in array("I", kept)]


def _check_order(numbers: Sequence[int], window: tuple[int, int]) -> None:
    """An entry whose number is another than the one it stands under would be another surface's, or day's.

    Raises:
        TornError: one is not in its place.
    """
    if numbers and not (
        window[0] <= numbers[0] and numbers[-1] < window[1] and all(map(lt, numbers, numbers[1:]))
    ):
        raise TornError("a row of sums is damaged: it is not in its place")


def _range(unit: str, since: Instant, until: Instant) -> tuple[int, int]:
    """The numbers of the rows that lie in a window; its ends must be those of rows."""
    return rows.pack_id(since // LENGTH_MS[unit], 0), rows.pack_id(until // LENGTH_MS[unit], 0)
