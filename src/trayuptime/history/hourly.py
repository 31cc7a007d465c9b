"""What each hour of a surface measured, kept with its day: the line of p50 and p95 over months."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trayuptime.core.model import Instant
from trayuptime.core.tally import percentile, total
from trayuptime.history import columns, counted, measured, raw, rows
from trayuptime.history.columns import TornError
from trayuptime.history.counted import Counts


class Pace(NamedTuple):
    """The latencies of one hour; in milliseconds."""

    start: Instant
    answers: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    most_ms: float


def pace_of(start: Instant, counts: Counts) -> Pace | None:
    """An hour's latencies; `None` where nothing answered."""
    of = counted.tally_of([counts])
    p50, p95 = percentile(of, 0.5), percentile(of, 0.95)
    if p50 is None or p95 is None:
        return None
    answers = sum([count for _, count in of])
    return Pace(start, answers, round(total(of) / answers, 3), p50, p95, of[-1][0])


def paces_of(hours: Iterable[tuple[Instant, Counts]]) -> list[Pace]:
    """Those of several hours in which something answered."""
    return [pace for start, counts in hours if (pace := pace_of(start, counts)) is not None]


def write(connection: sqlite3.Connection, surface: int, day: Instant, paces: Sequence[Pace]) -> None:
    """Keeps the paces of a day, in the order of time, with its row; within the caller's transaction."""
    if not paces:
        return
    numbers = [
        [(pace.start - day) // raw.HOUR_MS for pace in paces],
        [pace.answers for pace in paces],
        *(
            [round(value * 1000) for value in values]
            for values in zip(*[pace[2:] for pace in paces], strict=True)
        ),
    ]
    connection.execute(
        "UPDATE day SET hours = ? WHERE number = ?",
        (columns.pack(numbers), rows.pack_id(day // raw.DAY_MS, surface)),
    )


def read(connection: sqlite3.Connection, surface: int, since: Instant, until: Instant) -> list[Pace]:
    """The pace of each hour of one surface, of the days in a window.

    Raises:
        TornError: a row is damaged.
    """
    days = range(since // raw.DAY_MS, until // raw.DAY_MS)
    found: list[Pace] = []
    for each, body in measured.of_days(connection, "hours", surface, days):
        if body is None:
            continue
        day = each * raw.DAY_MS
        try:
            for hour, answers, *times in zip(*columns.unpack(body), strict=True):
                mean, p50, p95, most = (value / 1000 for value in times)
                found.append(Pace(day + hour * raw.HOUR_MS, answers, mean, p50, p95, most))
        except ValueError as error:
            raise TornError(f"the hours of a day are damaged: {error}") from error
    return found
