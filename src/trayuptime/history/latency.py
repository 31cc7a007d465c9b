"""The usual latency of a surface: a median over days.

A stretch of packed results costs a millisecond to read, and this is asked on the engine's loop. So of a
surface that is asked every few seconds an even sample of the stretches is read.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator

from trayuptime.core.model import Instant, Key, Level
from trayuptime.core.reasons import Reason
from trayuptime.history import grains, packing, raw, rows
from trayuptime.history.columns import TornError

LEAST = 20
"""Fewer answers than these say nothing."""
_STRETCHES = 32
"""Read at most; of a surface asked every 30 seconds seven days are 31 of them."""


def median_latency_ms(
    connection: sqlite3.Connection, key: Key, since: Instant, *, deep: bool = False
) -> float | None:
    """The median latency of a surface's successes since a time; `None` for fewer than `LEAST` of them.

    Args:
        connection: to the history, within one transaction.
        key: the surface.
        since: the time.
        deep: of completions; otherwise of everything else.
    """
    number = rows.number_of(connection, key)
    if number is None:
        return None
    fresh = [grain for grain in raw.recent(connection, since).get(number, ()) if grain[0] >= since]
    stretches = connection.execute(
        "SELECT id, since FROM packed WHERE surface = ? AND since >= ? ORDER BY since", (number, since)
    ).fetchall()
    starts = [start for _, start in stretches] + [grain[0] for grain in fresh]
    # Within the first day a slow hour would soon pass for usual; later it must be able to.
    young = not starts or max(starts) - min(starts) < raw.DAY_MS
    usual = {Reason.OK} if young else {Reason.OK, Reason.SLOW}
    found: list[int] = []
    for row, _ in stretches[:: len(stretches) // _STRETCHES + 1]:
        body = connection.execute("SELECT body FROM packed WHERE id = ?", (row,)).fetchone()
        if body is None:
            raise TornError("an index names packed results that are not there")
        found += _of_these(packing.latencies(body[0]), usual, deep=deep)
    found += _of_these([(grain[1], grain[2]) for grain in fresh], usual, deep=deep)
    found.sort()
    return None if len(found) < LEAST else grains.latency_ms(found[len(found) // 2])


def _of_these(answers: Iterable[tuple[int, int]], usual: Collection[Reason], *, deep: bool) -> Iterator[int]:
    for code, latency in answers:
        completion = grains.level_of(code) is Level.COMPLETION
        if latency and completion is deep and grains.reason_of(code) in usual:
            yield latency
