"""Whether values are of the kind that their column says: SQLite itself lets any of them stand anywhere."""

import sqlite3

STORED_AS: dict[str, tuple[str, ...]] = {
    "INTEGER": ("integer",),
    "REAL": ("real", "integer"),
    "TEXT": ("text",),
    "BLOB": ("blob",),
}
"""What SQLite calls the values of a column of ours."""


def mistyped(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with tables that hold a value of another kind, clauses for a person."""
    found: list[str] = []
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    for (table,) in tables.fetchall():
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        wrong = " OR ".join(
            _is_other(name, kind, required=bool(required))
            for _, name, kind, required, _, _ in columns
            if kind.upper() in STORED_AS
        )
        if wrong and connection.execute(f"SELECT 1 FROM {table} WHERE {wrong} LIMIT 1").fetchone():
            found.append(f"a row of {table} holds what was never written there")
    return found


def _is_other(column: str, kind: str, *, required: bool) -> str:
    kinds = [*STORED_AS[kind.upper()], *([] if required else ["null"])]
    return f"typeof({column}) NOT IN ({', '.join(map(repr, kinds))})"
