"""What the user wrote about incidents: rows that name theirs by its surface and its start."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from trayuptime.core.model import Instant, Note, Surface
from trayuptime.core.ticks import Tick, same, standing, tick_text, ticks_of

_LARGEST_ID = (1 << 63) - 1


class UnknownIncidentError(LookupError):
    """The file holds no incident of that number; the message is a sentence for a person."""


def about(connection: sqlite3.Connection, number: int, text: str, at: Instant) -> Note:
    """A note about the incident of a number in this file; nothing is written.

    Raises:
        UnknownIncidentError: there is none.
    """
    row = None
    if 0 <= number <= _LARGEST_ID:
        found = connection.execute(
            "SELECT provider, surface, started_at FROM incident WHERE id = ?", (number,)
        )
        row = found.fetchone()
    if row is None:
        raise UnknownIncidentError(f"There is no incident {number}.")
    provider, surface, started_at = row
    return Note(provider, Surface(surface), started_at, at, text)


def tick(connection: sqlite3.Connection, number: int, wanted: Tick) -> Note | None:
    """The note that ticks an item of an incident, or takes that back; `None` where it stands so already.

    It is later than the last one of that item, also where the clock was set back meanwhile, for the last one
    holds. Nothing is written.

    Raises:
        UnknownIncidentError: there is no such incident.
        UnfitNoteError: the item cannot be kept.
    """
    note = about(connection, number, tick_text(wanted.item, done=wanted.done, by=wanted.by), wanted.at)
    before = standing(ticks_of(_of_incident(connection, note))).get(same(wanted.item))
    if wanted.done == (before is not None and before.done):
        return None
    return note if before is None else replace(note, at=max(note.at, before.at + 1))


def write(connection: sqlite3.Connection, notes: Iterable[Note]) -> None:
    """Writes those that are not there yet, within the caller's transaction."""
    connection.executemany(
        "INSERT OR IGNORE INTO note (provider, surface, started_at, at, text) VALUES (?, ?, ?, ?, ?)",
        [(note.provider, note.surface.value, note.started_at, note.at, note.text) for note in notes],
    )


def read(connection: sqlite3.Connection) -> list[Note]:
    """Every note, in the order in which they were written.

    Raises:
        ValueError: a surface of one is none that this version knows.
    """
    return _notes(
        connection.execute(
            "SELECT provider, surface, started_at, at, text FROM note ORDER BY at, started_at, id"
        )
    )


def rename(connection: sqlite3.Connection, old: str, new: str) -> None:
    """Gives them to another id, within the caller's transaction; the same note of both is one."""
    connection.execute("UPDATE OR IGNORE note SET provider = ? WHERE provider = ?", (new, old))
    connection.execute("DELETE FROM note WHERE provider = ?", (old,))


def _of_incident(connection: sqlite3.Connection, note: Note) -> list[Note]:
    return _notes(
        connection.execute(
            "SELECT provider, surface, started_at, at, text FROM note"
            " WHERE provider = ? AND surface = ? AND started_at = ? ORDER BY at, id",
            (note.provider, note.surface.value, note.started_at),
        )
    )


def _notes(found: Iterable[tuple[str, str, Instant, Instant, str]]) -> list[Note]:
    return [
        Note(provider, Surface(surface), started_at, at, text)
        for provider, surface, started_at, at, text in found
    ]
