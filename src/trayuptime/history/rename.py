"""A provider's rows under another id, in whatever table they lie."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from trayuptime.core.model import Instant, Key, Span
from trayuptime.history import evidence, hot, joining, notes, packed, packing, raw, rolled, rows
from trayuptime.history.snapshot import pack_incident, unpack_incident


def knows(connection: sqlite3.Connection, provider: str) -> bool:
    """Whether anything was ever recorded of it."""
    found = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM surface WHERE provider = ?1)"
        " OR EXISTS (SELECT 1 FROM incident WHERE provider = ?1)"
        " OR EXISTS (SELECT 1 FROM gap WHERE provider = ?1)",
        (provider,),
    )
    return bool(found.fetchone()[0])


def rename_rows(connection: sqlite3.Connection, old: str, new: str) -> None:
    """Renames everywhere but in the snapshot; what is there of the new id becomes part of the same history.

    Within the caller's transaction.
    """
    joins = knows(connection, new)
    numbers = {*_surfaces(connection, old).values(), *_surfaces(connection, new).values()}
    for surface, number in _surfaces(connection, new).items():
        before = _surfaces(connection, old).get(surface)
        if before is not None:
            joining.join_sums(connection, number, before)
            _join(connection, number, before)
            joining.tidy_up(connection, before)
    connection.execute("UPDATE surface SET provider = ? WHERE provider = ?", (new, old))
    connection.execute("UPDATE gap SET provider = ? WHERE provider = ?", (new, old))
    connection.execute("UPDATE spending SET provider = ? WHERE provider = ?", (new, old))
    connection.execute("UPDATE switch SET provider = ? WHERE provider = ?", (new, old))
    connection.execute("UPDATE switch SET target = ? WHERE target = ?", (new, old))
    notes.rename(connection, old, new)
    for number, body in connection.execute(
        "SELECT id, body FROM incident WHERE provider = ?", (old,)
    ).fetchall():
        incident = json.dumps({**json.loads(body), "provider": new}, separators=(",", ":")).encode()
        connection.execute("UPDATE incident SET provider = ?, body = ? WHERE id = ?", (new, incident, number))
    told = connection.execute(
        "SELECT rowid, body FROM transition WHERE instr(body, ?)", (json.dumps(old, ensure_ascii=False),)
    )
    for number, body in told.fetchall():
        event = json.dumps(_renamed(json.loads(body), old, new), ensure_ascii=False)
        connection.execute("UPDATE transition SET body = ? WHERE rowid = ?", (event, number))
    if joins:  # what was summed up of either tells nothing of both
        rolled.forget(connection, numbers, 0)


def end_forgotten(connection: sqlite3.Connection, provider: str, open_ids: Iterable[int]) -> None:
    """Ends the provider's incidents that last in the rows alone, for nobody else ever would.

    Where both ids had one, or one gave way to newer results, the state goes on without it. As with a provider
    that is no longer watched, it ends where it was last seen.
    """
    going_on = set(open_ids)
    lasting = connection.execute(
        "SELECT id, body FROM incident WHERE provider = ? AND ended_at IS NULL", (provider,)
    )
    for number, body in lasting.fetchall():
        if number in going_on:
            continue
        try:
            incident = unpack_incident(body)
        except ValueError:  # whoever reads it says so
            continue
        end = max((span.end for span in incident.seen), default=incident.started_at)
        connection.execute(
            "UPDATE incident SET ended_at = ?, body = ? WHERE id = ?",
            (end, pack_incident(replace(incident, ended_at=end)), number),
        )
        surface = rows.number_of(connection, Key(incident.provider, incident.surface))
        if surface is not None:
            rolled.forget(connection, (surface,), end)


def _surfaces(connection: sqlite3.Connection, provider: str) -> dict[str, int]:
    return dict(
        connection.execute("SELECT surface, id FROM surface WHERE provider = ?", (provider,)).fetchall()
    )


def _join(connection: sqlite3.Connection, number: int, into: int) -> None:
    """Results of one surface become those of another; of two at the same millisecond the other's stays."""
    _join_recent(connection, number, into)
    moved = connection.execute("SELECT since, until, body, evidence FROM packed WHERE surface = ?", (number,))
    theirs = {grain[0] for grain in raw.recent(connection).get(into, ())}
    for since, until, body, kept in moved.fetchall():
        results = [grain for grain in packing.unpack(body) if grain[0] not in theirs]
        stories = [story for story in evidence.unpack(kept) if story.at not in theirs]
        if results:
            packed.write(connection, packed.with_rest(connection, into, Span(since, until), results, stories))
    connection.execute("DELETE FROM packed WHERE surface = ?", (number,))
    connection.execute("DELETE FROM surface WHERE id = ?", (number,))


def _join_recent(connection: sqlite3.Connection, number: int, into: int) -> None:
    """The other's results are put in front, for of two at one time the first counts."""
    mine = [(into, grain) for grain in raw.recent(connection).get(number, ())]
    theirs: set[Instant] = set()
    if mine:
        times = [grain[0] for _, grain in mine]
        fresh = raw.recent(connection).get(into, ())
        found = raw.of_surface(connection, into, min(times), max(times) + 1, fresh)
        theirs = {grain[0] for grain in found}
    for row in list(hot.read(connection)):
        rest = [(surface, grain) for surface, grain in row.results if surface != number]
        if len(rest) < len(row.results):
            hot.replace(connection, row.id, rest)
    hot.append(connection, [(surface, grain) for surface, grain in mine if grain[0] not in theirs])
    connection.execute(
        f"UPDATE OR IGNORE evidence SET id = id - ?1 + ?2 WHERE id % {rows.SURFACES} = ?1",
        (number, into),
    )
    connection.execute(f"DELETE FROM evidence WHERE id % {rows.SURFACES} = ?", (number,))


def _renamed(event: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """The event with the new id where ids of providers stand in it."""
    named = {
        key: new if key in {"provider", "suggested"} and value == old else value
        for key, value in event.items()
    }
    if "alternatives" in named:
        named["alternatives"] = [_renamed(other, old, new) for other in event["alternatives"]]
    return named
