"""The usual latency of a surface: a median over days, from a bounded look at the results.

All results of seven days are 600,000 rows at 30 surfaces, 130 ms to read (measured) on the engine's loop. So
the time that is known is cut into slices and only the first results of each are read: everything while there
are few, an even sample of every hour of every day later.
"""

import sqlite3

from trayuptime.core.model import Instant, Key
from trayuptime.core.reasons import Reason
from trayuptime.history import rows

LEAST = 20
"""Fewer answers than these say nothing."""
DAY_MS = 86_400_000
"""Within the first day slow answers teach nothing."""
_SLICES = 256
_ROWS = 160
"""Results read of each slice, of all surfaces."""

_SAMPLE = (
    "SELECT latency_ms FROM"
    " (SELECT id, latency_ms, reason, level FROM result WHERE id >= ? AND id < ? ORDER BY id LIMIT ?)"
    " WHERE id % ? = ? AND latency_ms IS NOT NULL AND reason IN ('ok', ?)"
    " AND (level = 'completion') = ?"
)


def median_latency_ms(
    connection: sqlite3.Connection, key: Key, since: Instant, *, deep: bool = False
) -> float | None:
    """The median latency of a surface's successes since a time; `None` for fewer than `LEAST` of them.

    Args:
        connection: to the history.
        key: the surface.
        since: the time.
        deep: of completions; otherwise of everything else.
    """
    number = rows.number_of(connection, key)
    oldest, newest = connection.execute(
        "SELECT (SELECT min(id) FROM result WHERE id >= ?), (SELECT max(id) FROM result)",
        (rows.pack_id(since, 0),),
    ).fetchone()
    if number is None or oldest is None:
        return None
    width = (newest - oldest) // _SLICES + 1
    # Within the first day a slow hour would soon pass for usual; later it must be able to.
    young = newest - oldest < rows.pack_id(DAY_MS, 0)
    slow = Reason.OK if young else Reason.SLOW
    found: list[float] = []
    for start in range(oldest, newest + 1, width):
        sample = connection.execute(
            _SAMPLE, (start, start + width, _ROWS, rows.SURFACES, number, slow.value, deep)
        )
        found += [latency for (latency,) in sample]
    found.sort()
    return None if len(found) < LEAST else found[len(found) // 2]
