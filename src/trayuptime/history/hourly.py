"""What each hour of a surface measured, kept with its day: p50, p95 and p99 over months."""

import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trayuptime.core.model import Instant
from trayuptime.core.tally import percentile, total
from trayuptime.history import columns, counted, measured, raw, rows
from trayuptime.history.columns import TornError
from trayuptime.history.counted import Counts

_WITHOUT_P99 = 6
"""The columns of a day that was summed up before p99 was kept."""


class Pace(NamedTuple):
    """The latencies of one hour; in milliseconds.

    Attributes:
        p99_ms: `None` where an older version summed up the day, unless it is that of the slowest answer.
    """

    start: Instant
    answers: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    most_ms: float
    p99_ms: float | None


def pace_of(start: Instant, counts: Counts) -> Pace | None:
    """An hour's latencies; `None` where nothing answered."""
    of = counted.tally_of([counts])
    p50, p95, p99 = (percentile(of, share) for share in (0.5, 0.95, 0.99))
    if p50 is None or p95 is None:
        return None
    answers = sum([count for _, count in of])
    return Pace(start, answers, round(total(of) / answers, 3), p50, p95, of[-1][0], p99)


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
            for values in zip(*[pace[2:-1] for pace in paces], strict=True)
        ),
        [0 if pace.p99_ms is None else round(pace.p99_ms * 1000) + 1 for pace in paces],
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
            kept = columns.unpack(body)
            if len(kept) == _WITHOUT_P99:
                kept.append(array("B", bytes(len(kept[0]))))
            for hour, answers, *times, p99 in zip(*kept, strict=True):
                mean, p50, p95, most = (value / 1000 for value in times)
                p99_ms = _p99_ms(p99, answers, most)
                found.append(Pace(day + hour * raw.HOUR_MS, answers, mean, p50, p95, most, p99_ms))
        except ValueError as error:
            raise TornError(f"the hours of a day are damaged: {error}") from error
    return found


def _p99_ms(kept: int, answers: int, most_ms: float) -> float | None:
    """As it is kept, 0 for unknown; of fewer than a hundred answers it is that of the slowest."""
    if kept:
        return (kept - 1) / 1000
    return most_ms if answers < 100 else None
