"""What to read of a damaged file, and in which order: its tables as they should be, its pages as they are."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from trayuptime.history import files
from trayuptime.history.pages import INNER, LEAF, Pages, Row, Tree, Value

SMALL = 16
"""A table of so many pages at most is taken over whole before anything else: some 10 ms."""
_WORKED_OUT = {"fortnight"}
"""Tables that are made anew from others."""
_NUMBERED = "surface"
"""Whose rows must be known before anything is written, or one of them gets another number."""
_LOOKED_AT = 3
"""So many rows of a page tell which table they are of."""
_KINDS: dict[str, tuple[type, ...]] = {
    "INTEGER": (int,),
    "REAL": (int, float),
    "TEXT": (str,),
    "BLOB": (bytes,),
}


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    kinds: tuple[type, ...]
    required: bool
    default: Value


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What rows of a table look like; each is itself alone.

    Attributes:
        key: the place of its `INTEGER PRIMARY KEY`, whose value is the rowid; `None` without one.
        indexes: per index, the places of its columns.
        root: the page where it begins in a file that was made with this schema.
    """

    name: str
    columns: tuple[_Column, ...]
    key: int | None
    indexes: dict[str, tuple[int, ...]]
    root: int

    def whole(self, row: Row) -> tuple[Value, ...] | None:
        """The row with columns that were added later; `None` if it is none of this table."""
        missing = self.columns[len(row.values) :]
        if len(row.values) > len(self.columns) or any(
            each.required and each.default is None for each in missing
        ):
            return None
        values = [*row.values, *(column.default for column in missing)]
        if self.key is not None:
            if values[self.key] is not None:
                return None
            values[self.key] = row.rowid
        for column, value in zip(self.columns, values, strict=True):
            if column.required if value is None else not isinstance(value, column.kinds):
                return None
        return tuple(values)

    @property
    def statement(self) -> str:
        """Takes over a row, unless there is one in its place."""
        names = [column.name for column in self.columns]
        if self.key is None:
            names.append("rowid")
        places = ", ".join("?" * len(names))
        columns = f"{self.name} ({', '.join(names)})"
        return (
            f"INSERT INTO {columns} VALUES ({places}) ON CONFLICT DO NOTHING"  # OR IGNORE would bind triggers
        )


class Piece(NamedTuple):
    """A page to take rows from: of the table itself, or of an index that holds all that matters."""

    table: Table
    page: int
    indexed: tuple[int, ...] | None = None


@dataclass(slots=True)
class Plan:
    """What to read, in order.

    Attributes:
        urgent: so many of the first pieces before anything is written.
        packed: pages of packed results, in a schema that has some.
        torn: names of tables of which something is missing.
        roots: where tables and indexes begin, by name, as far as the schema's own table tells.
    """

    pieces: list[Piece] = field(default_factory=list)
    urgent: int = 0
    bad_pages: int = 0
    packed: list[int] = field(default_factory=list)
    torn: set[str] = field(default_factory=set)
    roots: dict[str, int] = field(default_factory=dict)


def plan_of(pages: Pages, version: int) -> Plan:
    """What a file of a schema, or one that may be of it, is to be read for."""
    tables = _tables(version)
    seen, free = {1}, pages.free()
    named = _roots(pages, seen, free)
    roots = named or _template_roots(pages, tables)
    trees = {table: _tree(pages, roots.get(table.name), seen) for table in tables.values()}
    if any(tree.orphaning for tree in trees.values()):
        _adopt(pages, seen | free, trees)
    taken = {table: tree for table, tree in trees.items() if table.name not in _WORKED_OUT}
    plan = Plan(bad_pages=sum(len(tree.bad) for tree in taken.values()), roots=named)
    by_size = sorted(taken.items(), key=lambda item: len(item[1].leaves))
    later: list[Piece] = []
    for table, tree in by_size:
        # The newest row first: from then on SQLite gives out higher rowids only.
        pieces = [Piece(table, page) for page in reversed(tree.leaves)]
        if tree.bad:
            pieces += _in_indexes(pages, table, roots)
        whole = len(pieces) <= SMALL or table.name == _NUMBERED
        urgent = len(pieces) if whole else 1
        plan.pieces += pieces[:urgent]
        later += pieces[urgent:]
    plan.torn = {table.name for table, tree in taken.items() if tree.bad or tree.orphaning}
    if "packed" in tables:
        plan.packed = trees[tables["packed"]].leaves
    plan.urgent = len(plan.pieces)
    plan.pieces += later
    return plan


def _tree(pages: Pages, root: int | None, seen: set[int]) -> Tree:
    return Tree(orphaning=True) if root is None else pages.walk(root, seen)


def _roots(pages: Pages, seen: set[int], free: set[int]) -> dict[str, int]:
    """Where tables and indexes begin, by name, as far as the schema's own table can be read."""
    tree = pages.walk(1, seen - {1})
    leaves = tree.leaves
    if tree.bad:
        leaves = [
            *leaves,
            *(page for page in range(2, pages.count + 1) if page not in free and pages.kind(page) == LEAF),
        ]
    found: dict[str, int] = {}
    for page in leaves:
        for row in pages.rows(page):
            match row:
                case Row(values=("table" | "index", str(name), str(), int(root), str() | None)) if root > 1:
                    found.setdefault(name, root)
                    seen.add(page)
                case Row(values=("trigger", *_)):
                    seen.add(page)
                case Row():
                    break  # a page of something else
    return found


def _template_roots(pages: Pages, tables: dict[str, Table]) -> dict[str, int]:
    """Where the tables begin in a file that was made with this schema, if this one may have been."""
    named = {
        child
        for page in range(2, pages.count + 1)
        if pages.kind(page) == INNER
        for child in pages.children(page)
    }
    for table in tables.values():
        kind = pages.kind(table.root)
        if table.root in named or kind not in {INNER, LEAF}:
            return {}
        if kind == LEAF and not all(row is None or table.whole(row) for row in pages.rows(table.root)):
            return {}
    return {table.name: table.root for table in tables.values()}


def _adopt(pages: Pages, seen: set[int], trees: dict[Table, Tree]) -> None:
    """Gives each leaf that hangs in the air to the one table that its rows fit."""
    bereft = [table for table, tree in trees.items() if tree.orphaning]
    adopted: dict[Table, list[tuple[int, int]]] = {table: [] for table in bereft}
    for page in range(2, pages.count + 1):
        if page in seen or pages.kind(page) != LEAF:
            continue
        rows = list(islice((row for row in pages.rows(page) if row is not None), _LOOKED_AT))
        fitting = [table for table in bereft if rows and all(table.whole(row) for row in rows)]
        exact = [table for table in fitting if len(table.columns) == len(rows[0].values)]
        for table in exact if len(fitting) > 1 else fitting:
            if len(exact) <= 1:
                adopted[table].append((rows[0].rowid, page))
    for table, found in adopted.items():
        tree = trees[table]
        if found:
            # What was bad was an inner page: nothing of it is missed.
            tree.bad = tree.bad[1:]
            starts = [
                (next((r.rowid for r in pages.rows(page) if r is not None), 0), page) for page in tree.leaves
            ]
            tree.leaves = [page for _, page in sorted([*starts, *found])]


def _in_indexes(pages: Pages, table: Table, roots: dict[str, int]) -> list[Piece]:
    """Pages of indexes from which a row can be had whole, but for what has a default."""
    for name, places in table.indexes.items():
        needed = {
            place
            for place, column in enumerate(table.columns)
            if column.default is None and place != table.key
        }
        if needed <= set(places) and name in roots:
            return [Piece(table, page, places) for page in pages.walk_index(roots[name], set()).leaves]
    return []


def _tables(version: int) -> dict[str, Table]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as template:
        files.apply(template, files.migrations_to(version))
        found = template.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: _table(template, name, root) for name, root in found if not name.startswith("sqlite_")}


def _table(template: sqlite3.Connection, name: str, root: int) -> Table:
    columns: list[_Column] = []
    keys: list[int] = []
    for place, column, kind, required, default, key in template.execute(
        f"PRAGMA table_info({name})"
    ).fetchall():
        value = None if default is None else template.execute(f"SELECT {default}").fetchone()[0]
        if key:
            keys.append(place)
        kinds = _KINDS.get(kind.upper(), (int, float, str, bytes))
        columns.append(_Column(column, kinds, bool(required), value))
    is_rowid = len(keys) == 1 and columns[keys[0]].kinds == (int,)
    return Table(name, tuple(columns), keys[0] if is_rowid else None, _indexes(template, name), root)


def _indexes(template: sqlite3.Connection, table: str) -> dict[str, tuple[int, ...]]:
    listed: Sequence[tuple[int, str, int, str, int]] = template.execute(
        f"PRAGMA index_list({table})"
    ).fetchall()
    return {
        name: tuple(place for _, place, _ in template.execute(f"PRAGMA index_info({name})").fetchall())
        for _, name, _, _, partial in listed
        if not partial
    }
