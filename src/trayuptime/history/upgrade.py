"""What a change of the schema cannot say in SQL: results that had a row each become rows of many."""

import logging
import sqlite3
from collections.abc import Iterator
from itertools import islice

from trayuptime.core.model import Level, Result, Surface
from trayuptime.core.reasons import Reason
from trayuptime.history import hot
from trayuptime.history.grains import Grain, grain_of

PACKED = 5
"""The schema that keeps many results in a row."""
_IN_A_ROW = 480

_log = logging.getLogger(__name__)


def carry_over(connection: sqlite3.Connection) -> None:
    """Moves the results of schema 4 to where recent ones lie, from where they are packed little by little.

    Within the caller's transaction; a million results take three seconds. One with a word that is none of
    ours, as a damaged page may hold, is passed over: nobody could read it.
    """
    results = _results(connection)
    while heap := list(islice(results, _IN_A_ROW)):
        hot.append(connection, heap)
    connection.execute("DROP TABLE result")


def _results(connection: sqlite3.Connection) -> Iterator[tuple[int, Grain]]:
    for row, reason, level, latency_ms, status, interval_s, proven, counted in connection.execute(
        "SELECT id, reason, level, latency_ms, http_status, interval_s, proven, counted"
        " FROM result ORDER BY id"
    ):
        at, surface = divmod(row, 1024)
        try:
            known, asked = Reason(reason), Level(level)
        except ValueError as error:
            _log.warning("a result cannot be read and is left in the back-up: %s", error)
            continue
        result = Result(
            at,
            "",
            Surface.API,
            known,
            asked,
            latency_ms=latency_ms,
            http_status=status,
            interval_s=interval_s,
        )
        yield surface, grain_of(result, bool(proven), bool(counted))
