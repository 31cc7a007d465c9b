"""Writing the history: everything of a poll cycle in one transaction, before anyone is told."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from trayuptime.core import contract
from trayuptime.core.model import Gap, Incident, Instant, Key, Result, Rules
from trayuptime.core.reasons import MEANINGS, Effect
from trayuptime.core.state import (
    GapSeen,
    Happening,
    Settled,
    State,
    Switched,
)
from trayuptime.history import files, rows
from trayuptime.history.read import last_seen, last_state
from trayuptime.history.snapshot import pack, pack_incident

SNAPSHOT_EVERY = 20
"""Quiet cycles between two snapshots; an eventful cycle always writes one."""


class History:
    """The one writer of a history file.

    Attributes:
        set_aside: where a damaged file was moved to at opening, or `None`.
    """

    def __init__(self, connection: sqlite3.Connection, set_aside: Path | None = None) -> None:
        self._connection = connection
        self.set_aside = set_aside
        self._surfaces: dict[Key, int] = {}
        self._incidents: dict[int, Incident] = {}
        self._quiet_cycles = 0

    @classmethod
    def open(cls, path: Path, stamp: Callable[[], str]) -> "History":
        """Opens the history, creating or migrating it; a damaged file is set aside and a new one begun.

        Args:
            path: of the file.
            stamp: writes the time into the name of a damaged file.

        Raises:
            HistoryError: it cannot be opened or written, or a newer version wrote it.
        """
        try:
            return cls(files.open_for_writing(path))
        except files.DamagedHistoryError:
            moved = files.set_aside(path, stamp())
            return cls(files.open_for_writing(path), moved)

    def last_state(self, rules: Mapping[Key, Rules]) -> State:
        """The state at the end of the last run."""
        return last_state(self._connection, rules)

    def last_seen(self) -> Instant | None:
        """When the last run last wrote anything."""
        return last_seen(self._connection)

    def append(self, happenings: Sequence[Happening], state: State, at: Instant) -> None:
        """Commits what happened in one cycle, and the state after it.

        Raises:
            HistoryError: nothing of it was written; the caller keeps it and tries again.
        """
        told = [h for h in happenings if not isinstance(h, Settled)]
        changed = self._changed_incidents(state)
        unsettled = bool(state.waiting) or any(surface.fails for surface in state.surfaces.values())
        eventful = bool(told or changed or unsettled)
        self._quiet_cycles = 0 if eventful else self._quiet_cycles + 1
        try:
            # A power cut may cost the last minutes' results, never a transition.
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if told else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            for happening in happenings:
                self._insert(happening)
            for incident in changed:
                self._keep(incident)
            if eventful or self._quiet_cycles >= SNAPSHOT_EVERY:
                self._keep_state(state, at)
                self._quiet_cycles = 0
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._surfaces.clear()
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise files.HistoryError(f"the history cannot be written: {error}") from error
        self._incidents.update({incident.id: incident for incident in changed})

    def save(self, state: State, at: Instant) -> None:
        """Commits the state alone, at a clean stop.

        Raises:
            HistoryError: it was not written.
        """
        self._quiet_cycles = SNAPSHOT_EVERY
        self.append((), state, at)

    def median_latency_ms(self, key: Key, since: Instant) -> float | None:
        """The median latency of a surface's successes since a time; `None` for fewer than 20 of them."""
        number = self._number(key)
        found = self._connection.execute(
            "SELECT latency_ms FROM result WHERE id >= ? AND id % ? = ? AND latency_ms IS NOT NULL"
            " AND reason IN ('ok', 'slow') ORDER BY latency_ms",
            (rows.pack_id(since, 0), rows.SURFACES, number),
        ).fetchall()
        return None if len(found) < 20 else float(found[len(found) // 2][0])

    def close(self) -> None:
        """Folds the write-ahead log into the file and lets go of it."""
        try:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            pass  # a reader or a full disk is in the way; the log is folded in at the next start
        finally:
            self._connection.close()

    def _changed_incidents(self, state: State) -> list[Incident]:
        current = [
            incident
            for surface in state.surfaces.values()
            for incident in (surface.previous, surface.incident)
            if incident is not None
        ]
        return [incident for incident in current if self._incidents.get(incident.id) != incident]

    def _insert(self, happening: Happening) -> None:
        match happening:
            case Settled(result=result, proven=proven):
                self._insert_result(result, proven=proven)
            case GapSeen(gap=gap):
                self._insert_gap(gap)
            case Switched(switch=switch):
                self._connection.execute(
                    "INSERT INTO switch VALUES (?, ?, ?, ?)",
                    (switch.at, switch.provider, switch.to, switch.back),
                )
        event = None if isinstance(happening, Settled) else contract.event(happening)
        if event is not None:
            at = happening.gap.at if isinstance(happening, GapSeen) else _at(happening)
            body = json.dumps(event, ensure_ascii=False)
            self._connection.execute("INSERT INTO transition VALUES (?, ?, ?)", (at, event["event"], body))

    def _insert_result(self, result: Result, *, proven: bool) -> None:
        row = rows.pack_id(result.at, self._number(result.key))
        self._connection.execute(
            "INSERT OR IGNORE INTO result VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                row,
                result.reason.value,
                result.level.value,
                None if result.latency_ms is None else round(result.latency_ms, 3),
                result.http_status,
                result.interval_s,
                proven,
            ),
        )
        if MEANINGS[result.reason].effect is not Effect.SUCCESS or result.detail:
            phases = json.dumps(contract.phases(result.phases))
            self._connection.execute(
                "INSERT OR IGNORE INTO evidence VALUES (?, ?, ?, ?)",
                (row, result.detail, result.excerpt, phases),
            )

    def _insert_gap(self, gap: Gap) -> None:
        provider, surface = (None, None) if gap.key is None else (gap.key.provider, gap.key.surface.value)
        self._connection.execute(
            "INSERT INTO gap VALUES (?, ?, ?, ?, ?)", (gap.at, gap.until, gap.cause.value, provider, surface)
        )

    def _keep(self, incident: Incident) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO incident VALUES (?, ?, ?, ?, ?, ?)",
            (
                incident.id,
                incident.provider,
                incident.surface.value,
                incident.started_at,
                incident.ended_at,
                pack_incident(incident),
            ),
        )

    def _keep_state(self, state: State, at: Instant) -> None:
        self._connection.execute("INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?)", (at, pack(state)))

    def _number(self, key: Key) -> int:
        if key not in self._surfaces:
            words = (key.provider, key.surface.value)
            self._connection.execute("INSERT OR IGNORE INTO surface (provider, surface) VALUES (?, ?)", words)
            found = self._connection.execute(
                "SELECT id FROM surface WHERE provider = ? AND surface = ?", words
            ).fetchone()
            self._surfaces[key] = found[0]
        return self._surfaces[key]


def _at(happening: Happening) -> Instant:
    match happening:
        case Settled(result=result):
            return result.at
        case GapSeen(gap=gap):
            return gap.at
        case Switched(switch=switch):
            return switch.at
    return happening.at
