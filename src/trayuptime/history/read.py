"""Reading the history: the last known state, incidents, results, gaps; never writes, never waits."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from trayuptime.core import hysteresis
from trayuptime.core.model import Gap, GapCause, Incident, Instant, Key, Result, Rules, Surface, Switch
from trayuptime.core.state import State, SurfaceState
from trayuptime.history import files, rows
from trayuptime.history.snapshot import unpack, unpack_incident

_FOREVER = 1 << 52
_IN_FLIGHT_MS = 120_000
"""A probe may have begun this long before the snapshot and ended after it."""
_DEFAULT_RULES = Rules()


class Reader:
    """A read-only view of the history. Each method is one consistent look.

    Raises:
        HistoryError: from every method where the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._connection = files.open_for_reading(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def state(self, rules: Mapping[Key, Rules] | None = None) -> State:
        """The judge's last state: the last snapshot, with the results since replayed on top."""
        return last_state(self._connection, rules or {})

    def last_seen(self) -> Instant | None:
        """When the engine last wrote anything."""
        return last_seen(self._connection)

    def incidents(self, since: Instant = 0) -> list[Incident]:
        """Every incident that was open after `since`, by its start."""
        found = self._connection.execute(
            "SELECT body FROM incident WHERE ended_at IS NULL OR ended_at >= ? ORDER BY started_at, id",
            (since,),
        )
        return [unpack_incident(body) for (body,) in found]

    def results(self, since: Instant = 0, until: Instant = _FOREVER) -> Iterator[tuple[Result, bool]]:
        """Results with whether their vantage was proven, in the order of time, streamed."""
        keys = _keys(self._connection)
        found = self._connection.execute(
            f"SELECT {rows.COLUMNS} FROM {rows.FROM} WHERE r.id >= ? AND r.id < ? ORDER BY r.id",  # noqa: S608
            (rows.pack_id(since, 0), rows.pack_id(until, 0)),
        )
        for row in found:
            _, surface = rows.unpack_id(row[0])
            yield rows.result_of(row, keys[surface]), bool(row[7])

    def gaps(self, since: Instant = 0) -> list[Gap]:
        """Gaps that ended after `since`, in the order of their start."""
        found = self._connection.execute(
            "SELECT at, until, cause, provider, surface FROM gap WHERE until >= ? ORDER BY at", (since,)
        )
        return [
            Gap(at, until, GapCause(cause), None if provider is None else Key(provider, Surface(surface)))
            for at, until, cause, provider, surface in found
        ]

    def switches(self, since: Instant = 0) -> list[Switch]:
        """What the user switched, oldest first."""
        found = self._connection.execute(
            "SELECT at, provider, target, back FROM switch WHERE at >= ? ORDER BY at, rowid", (since,)
        )
        return [Switch(at, provider, target, bool(back)) for at, provider, target, back in found]

    def transitions(self, since: Instant = 0, newest: int = 500) -> list[dict[str, Any]]:
        """The events that were told, newest first, in the shape of the public contract."""
        found = self._connection.execute(
            "SELECT body FROM transition WHERE at >= ? ORDER BY at DESC, rowid DESC LIMIT ?", (since, newest)
        )
        return [json.loads(body) for (body,) in found]


def last_state(connection: sqlite3.Connection, rules: Mapping[Key, Rules]) -> State:
    """See `Reader.state`."""
    row = connection.execute("SELECT at, body FROM snapshot").fetchone()
    at, state = (0, State()) if row is None else (row[0], unpack(row[1]))
    keys = _keys(connection)
    surfaces = dict(state.surfaces)
    found = connection.execute(
        f"SELECT {rows.COLUMNS} FROM {rows.FROM} WHERE r.id >= ? ORDER BY r.id",  # noqa: S608
        (rows.pack_id(max(0, at - _IN_FLIGHT_MS), 0),),
    )
    for result_row in found:
        key = keys[rows.unpack_id(result_row[0])[1]]
        result = rows.result_of(result_row, key)
        before = surfaces.get(key, SurfaceState())
        if before.latest is not None and result.at <= before.latest.at:
            continue
        # What happened then has been told: only the light matters here.
        surfaces[key], _, _ = hysteresis.settle(
            before, result, rules.get(key, _DEFAULT_RULES), state.next_incident
        )
    return State(
        surfaces=surfaces,
        accesses=state.accesses,
        watched=state.watched,
        waiting=state.waiting,
        blind_since=state.blind_since,
        holds=state.holds,
        suggestions=state.suggestions,
        troubles=state.troubles,
        choice=state.choice,
        paused_since=state.paused_since,
        paused_until=state.paused_until,
        next_incident=state.next_incident,
    )


def last_seen(connection: sqlite3.Connection) -> Instant | None:
    """See `Reader.last_seen`."""
    row = connection.execute("SELECT max(id) FROM result").fetchone()
    snapshot = connection.execute("SELECT at FROM snapshot").fetchone()
    times = [rows.unpack_id(row[0])[0]] if row[0] is not None else []
    return max([*times, *(snapshot or ())], default=None)


def _keys(connection: sqlite3.Connection) -> dict[int, Key]:
    found = connection.execute("SELECT id, provider, surface FROM surface")
    return {number: Key(provider, Surface(surface)) for number, provider, surface in found}
