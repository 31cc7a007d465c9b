"""Uptime Kuma 2's tables for heartbeats and statistics, with its raw heartbeats kept.

After its public schema (github.com/louislam/uptime-kuma: db/knex_init_db.js with the migrations up to that of
2025-12-22, and server/uptime-calculator.js, read on 2026-11-26); the statements are ours. They are kinder
than its own: one transaction a heartbeat, while it commits every statement, and the row to change is not
looked for first. It deletes heartbeats; here they stay.
"""

from pathlib import Path
from typing import Any

from benchmarks.history.rivals import Table, connect, iso
from benchmarks.history.stream import INTERVAL_S, Cycle, Seen, Shape
from benchmarks.history.troubles import DAY, HOUR, MINUTE

from trayuptime.core.figures import IN_TIME
from trayuptime.core.model import Instant
from trayuptime.core.reasons import Reason

_SCHEMA = """
    CREATE TABLE heartbeat (
        id INTEGER PRIMARY KEY AUTOINCREMENT, important BOOLEAN NOT NULL DEFAULT 0,
        monitor_id INTEGER NOT NULL, status SMALLINT NOT NULL, msg TEXT, time DATETIME NOT NULL, ping INTEGER,
        duration INTEGER NOT NULL DEFAULT 0, down_count INTEGER NOT NULL DEFAULT 0,
        end_time DATETIME, retries INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX important ON heartbeat (important) WHERE important = 1;
    CREATE INDEX monitor_time_index ON heartbeat (monitor_id, time);
    CREATE INDEX heartbeat_monitor_id_index ON heartbeat (monitor_id);
    CREATE INDEX monitor_important_time_index ON heartbeat (monitor_id, time DESC) WHERE important = 1;
"""
_STATISTIC = """
    CREATE TABLE stat_{0} (
        id INTEGER PRIMARY KEY AUTOINCREMENT, monitor_id INTEGER NOT NULL, timestamp INTEGER NOT NULL,
        ping FLOAT NOT NULL, up SMALLINT NOT NULL, down SMALLINT NOT NULL,
        ping_min FLOAT NOT NULL DEFAULT 0, ping_max FLOAT NOT NULL DEFAULT 0, extras TEXT,
        UNIQUE (monitor_id, timestamp)
    );
"""
_LENGTHS = {"minutely": MINUTE, "hourly": HOUR, "daily": DAY}
_KEPT = {"minutely": DAY, "hourly": 30 * DAY}
_BEAT = (
    "INSERT INTO heartbeat (important, monitor_id, status, msg, time, ping, duration, down_count, end_time)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_COUNT = """
    INSERT INTO stat_{0} (monitor_id, timestamp, ping, up, down, ping_min, ping_max)
    VALUES (?1, ?2, ?3, ?4, 1 - ?4, ?3, ?3)
    ON CONFLICT (monitor_id, timestamp) DO UPDATE SET
        ping = iif(?4, (ping * up + ?3) / (up + 1), ping), up = up + ?4, down = down + 1 - ?4,
        ping_min = iif(?4, min(ping_min, ?3), ping_min), ping_max = iif(?4, max(ping_max, ?3), ping_max)
"""
_FORGET = "DELETE FROM stat_{0} WHERE monitor_id = ? AND timestamp < ?"
_ACCEPTED = IN_TIME | {Reason.RATE_LIMITED}
"""Status codes that a user can tell it to accept."""

KUMA = Table(
    "heartbeat",
    "monitor_id",
    "time",
    "status",
    "ping",
    is_up="status",
    is_timed="status AND msg = '200 - OK'",
    day="substr(time, 1, 10)",
    hour="substr(time, 1, 13)",
    second="unixepoch(time)",
    moment=iso,
)


class Kuma:
    """Heartbeat after heartbeat, each its own transaction; write-ahead log, synchronous NORMAL."""

    def __init__(self, path: Path, _shape: Shape) -> None:
        statistics = "".join(_STATISTIC.format(name) for name in _LENGTHS)
        self._connection = connect(path, _SCHEMA + statistics, "NORMAL")
        self._connection.execute("PRAGMA cache_size = -12000")
        self._last: dict[int, tuple[bool, Instant]] = {}
        self._counts = {_COUNT.format(name): length for name, length in _LENGTHS.items()}
        self._forgets = {_FORGET.format(name): kept for name, kept in _KEPT.items()}

    def prepare(self, cycle: Cycle) -> Cycle:
        return cycle

    def append(self, prepared: Cycle) -> None:
        for seen in prepared.seen:
            self._beat(seen)

    def tidy(self, _now: Instant) -> bool:
        return False

    def close(self) -> None:
        self._connection.close()

    def _beat(self, seen: Seen) -> None:
        number, at, reason, latency, status, _, _ = seen
        is_up = reason in _ACCEPTED
        was_up, before = self._last.get(number, (not is_up, at))
        self._last[number] = is_up, at
        msg = f"{status} - OK" if is_up else f"Request failed with status code {status}"
        lasted = min(round((at - before) / 1000), int(INTERVAL_S))
        time = iso(at)
        execute = self._connection.execute
        execute("BEGIN")
        row: tuple[Any, ...] = (
            is_up != was_up,
            number,
            is_up,
            msg,
            time,
            latency,
            lasted,
            0,
            iso(at + latency),
        )
        execute(_BEAT, row)
        for count, length in self._counts.items():
            execute(count, (number, at - at % length, latency, is_up))
        for forget, kept in self._forgets.items():
            execute(forget, (number, at - kept))
        execute("COMMIT")
