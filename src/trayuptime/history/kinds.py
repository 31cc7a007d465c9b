"""Whether rows are what was once written: SQLite lets any value stand in any column, and checks no words."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trayuptime.core.model import GapCause, Reach, Surface
from trayuptime.core.strip import Status
from trayuptime.history import columns, counted, evidence, packed, raw, rolled, rows
from trayuptime.history.snapshot import row_of, unpack_incident

STORED_AS: dict[str, tuple[str, ...]] = {
    "INTEGER": ("integer",),
    "REAL": ("real", "integer"),
    "TEXT": ("text",),
    "BLOB": ("blob",),
}
"""What SQLite calls the values of a column of ours."""

Row = Mapping[str, Any]
"""The values of a row by their columns."""


def mistyped(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with tables that hold a value of another kind, clauses for a person."""
    found: list[str] = []
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    for (table,) in tables.fetchall():
        wrong = " OR ".join(
            _is_other(name, kind, required=bool(required))
            for _, name, kind, required, _, _ in connection.execute(f"PRAGMA table_info({table})").fetchall()
            if kind.upper() in STORED_AS
        )
        if wrong and connection.execute(f"SELECT 1 FROM {table} WHERE {wrong} LIMIT 1").fetchone():
            found.append(f"a row of {table} holds what was never written there")
    return found


def misfit(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with the ends of packed stretches, which are looked at without unpacking them."""
    wrong = connection.execute(
        "SELECT 1 FROM packed one WHERE NOT (since >= 0 AND since <= newest AND newest < until"
        " AND until <= since + 86400000 AND results > 0)"
        f" OR since % {raw.HOUR_MS} OR until % {raw.HOUR_MS} OR {packed.OVERLAPS}"
        " OR (first_at IS NULL) != (last_at IS NULL)"
        " OR (first_at IS NULL) != (first_until IS NULL) OR (last_at IS NULL) != (last_until IS NULL)"
        " OR NOT (first_at IS NULL OR (since <= first_at AND first_at <= last_at AND last_at <= newest))"
        " LIMIT 1"
    ).fetchone()
    return ["a row of packed results does not hold what it says"] if wrong else []


def unreadable(connection: sqlite3.Connection, tables: Sequence[str] = ()) -> list[str]:
    """What is wrong with rows of tables, the smaller ones unless others are named; clauses for a person."""
    found: list[str] = []
    for table in tables or _SMALLER:
        cursor = connection.execute(f"SELECT * FROM {table}")
        names = [each[0] for each in cursor.description]
        try:
            for values in cursor:
                check(table, dict(zip(names, values, strict=True)))
        except (ValueError, sqlite3.DatabaseError) as error:
            found.append(f"a row of {table} cannot be read: {error}")
    return found


def check(table: str, row: Row) -> None:
    """Reads what a row of the newest schema holds beyond plain numbers and texts.

    Raises:
        ValueError: it is not what was written.
    """
    look = _CHECKS.get(table)
    if look is None:
        return
    try:
        look(row)
    except (TypeError, KeyError) as error:
        raise ValueError(f"it lacks something: {error}") from error


def _is_other(column: str, kind: str, *, required: bool) -> str:
    kinds = [*STORED_AS[kind.upper()], *([] if required else ["null"])]
    return f"typeof({column}) NOT IN ({', '.join(map(repr, kinds))})"


def _surface(row: Row) -> None:
    Surface(row["surface"])
    Reach(row["reach"])


def _gap(row: Row) -> None:
    GapCause(row["cause"])
    rows.key_of(row["provider"], row["surface"])


def _incident(row: Row) -> None:
    """Its body tells all of it; the columns beside it, by which it is found, tell the same."""
    told = row_of(unpack_incident(row["body"]))[:-1]
    if told != tuple(row[name] for name in ("id", "provider", "surface", "started_at", "ended_at")):
        raise ValueError("it is another than its row says")


def _story(row: Row) -> None:
    json.loads(row["phases"])
    json.loads(row["network"])


def _recent(row: Row) -> None:
    if not 0 <= row["base"] <= row["newest"] < raw.FOREVER:
        raise ValueError("recent results are of no time that there is")


def _packed(row: Row) -> None:
    columns.unpack(row["body"])
    evidence.unpack(row["evidence"])


def _sum(row: Row, length_ms: int) -> None:
    rolled.strip_of(row["strip"], [row[status.name.lower()] for status in Status], length_ms)
    counted.unpack(row["latencies"])


def _day(row: Row) -> None:
    _sum(row, rolled.LENGTH_MS[rolled.DAY])
    if row["hours"] is not None:
        columns.unpack(row["hours"])


def _forgotten(row: Row) -> None:
    if row["until"] <= 0 or row["until"] % rolled.LENGTH_MS[rolled.DAY]:
        raise ValueError("it is no midnight")


_CHECKS: dict[str, Callable[[Row], object]] = {
    "surface": _surface,
    "gap": _gap,
    "incident": _incident,
    "transition": lambda row: json.loads(row["body"])["event"],
    "note": lambda row: Surface(row["surface"]),
    "evidence": _story,
    "forgotten": _forgotten,
    "hot": _recent,
    "packed": _packed,
    "hour": lambda row: _sum(row, rolled.LENGTH_MS[rolled.HOUR]),
    "day": _day,
}
_SMALLER = ("surface", "gap", "incident", "transition", "note", "evidence", "forgotten", "hot")
"""Tables of which nothing is packed: a torn one of the others says so wherever it is read."""
