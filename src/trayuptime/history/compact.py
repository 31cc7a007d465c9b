"""Gives the disk back what a history has freed, on a connection of its own: on a thread, nobody waits for it.

SQLite writes the file anew beside itself and takes that over at once or not at all: a kill or a full disk in
the middle loses nothing. While it lasts, nobody else can write, and whoever reads goes on.
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from trayuptime.history import files

WAITS_S = 10.0
"""How long it waits for another program's lock."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the file with its log, in bytes."""

    before: int
    after: int


class Compaction:
    """Of one file; `run` on a thread, `cancel` from any."""

    def __init__(self, path: Path, connect: files.Connect = files.connect) -> None:
        self._path = path
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._cancelled = False

    def run(self) -> Sizes:
        """Does it.

        Raises:
            HistoryError: nothing was changed: there is no room, somebody else writes, or it was cancelled.
        """
        before = _size(self._path)
        try:
            with closing(self._connect(self._path, "mode=rw")) as connection:
                self._connection = connection
                connection.execute(f"PRAGMA busy_timeout = {round(WAITS_S * 1000)}")
                _need_room(self._path, connection)
                if self._cancelled:
                    raise files.HistoryError(_NOTHING.format(self._path, "it was cancelled"))
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.DatabaseError as error:
            raise _problem(self._path, error) from error
        except OSError as error:
            raise files.HistoryError(_NOTHING.format(self._path, error.strerror)) from error
        finally:
            self._connection = None
        return Sizes(before, _size(self._path))

    def cancel(self) -> None:
        """Ends it soon, with nothing changed."""
        self._cancelled = True
        connection = self._connection
        if connection is not None:
            _quietly(connection.interrupt)


_NOTHING = "{} could not be compacted, and is as it was: {}."


def _need_room(path: Path, connection: sqlite3.Connection) -> None:
    """A second file and a log, each of the size of what is used."""
    pages, free, size = (
        connection.execute(f"PRAGMA {what}").fetchone()[0]
        for what in ("page_count", "freelist_count", "page_size")
    )
    needed = 2 * (pages - free) * size
    room = shutil.disk_usage(path.parent).free
    if room < needed:
        raise files.HistoryError(
            _NOTHING.format(
                path, f"it needs up to {megabytes(needed)} of room meanwhile, and there are {megabytes(room)}"
            )
        )


def _problem(path: Path, error: sqlite3.DatabaseError) -> files.HistoryError:
    kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if kind == sqlite3.SQLITE_INTERRUPT:
        return files.HistoryError(_NOTHING.format(path, "it was cancelled"))
    if kind == sqlite3.SQLITE_FULL:
        why = "there is no room for a second file of its size, here or where temporary files lie"
        return files.HistoryError(_NOTHING.format(path, why))
    return files.trouble(path, error)


def _size(path: Path) -> int:
    found = 0
    for suffix in ("", "-wal"):
        beside = path.with_name(path.name + suffix)
        found += beside.stat().st_size if beside.exists() else 0
    return found


def megabytes(size: int) -> str:
    """A size for a person."""
    return f"{size / 1e6:.1f} MB"


def _quietly(call: Callable[[], None]) -> None:
    try:
        call()
    except sqlite3.ProgrammingError:
        return  # it has just been closed
