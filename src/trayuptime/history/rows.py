"""How results lie in their rows: the packed id, and a row as a value again."""

from typing import Any

from trayuptime.core.model import Instant, Key, Level, Result
from trayuptime.core.reasons import Reason

SURFACES = 1024
"""How many surfaces an id can tell apart."""


def pack_id(at: Instant, surface: int) -> int:
    """The id of a result: ordered by time, then by surface."""
    return at * SURFACES + surface


def unpack_id(row: int) -> tuple[Instant, int]:
    """Time and surface of a result's id."""
    return divmod(row, SURFACES)


def result_of(row: tuple[Any, ...], key: Key) -> Result:
    """A row of (id, reason, level, latency_ms, http_status, interval_s, detail) as a value."""
    at, _ = unpack_id(row[0])
    return Result(
        at=at,
        provider=key.provider,
        surface=key.surface,
        reason=Reason(row[1]),
        level=Level(row[2]),
        latency_ms=row[3],
        http_status=row[4],
        interval_s=row[5],
        detail=row[6] or "",
    )


COLUMNS = "r.id, r.reason, r.level, r.latency_ms, r.http_status, r.interval_s, e.detail, r.proven"
FROM = "result r LEFT JOIN evidence e ON e.id = r.id"
