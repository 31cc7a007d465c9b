"""Opening the history file: migrations, a back-up before them, and what to do with a file we cannot use."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from pathlib import Path


class HistoryError(Exception):
    """The history cannot be used; the message names the file and says why."""


class NewerHistoryError(HistoryError):
    """A later version of TrayUptime wrote it; it is left untouched."""


class DamagedHistoryError(HistoryError):
    """It is no readable SQLite file."""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Opens, creates or migrates the file.

    Raises:
        NewerHistoryError: its schema is newer than ours.
        DamagedHistoryError: it is not a database, or damaged.
        HistoryError: it cannot be opened or written.
    """
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=5)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -512")
        _migrate(connection, path)
    except sqlite3.OperationalError as error:
        _close(connection)
        raise HistoryError(f"{path}: {error}") from error
    except sqlite3.DatabaseError as error:
        _close(connection)
        raise DamagedHistoryError(f"{path} is damaged: {error}") from error
    except HistoryError:
        _close(connection)
        raise
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Opens an existing file read-only, while an engine may be writing it.

    Raises:
        HistoryError: it is missing or cannot be read.
    """
    for query in ("mode=ro", "mode=ro&immutable=1"):  # the second: a read-only folder, where WAL has no index
        connection = None
        try:
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?{query}", uri=True, timeout=5)
            version = _version(connection)
        except sqlite3.OperationalError as error:
            _close(connection)
            problem = HistoryError(f"{path}: {error}")
        except sqlite3.DatabaseError as error:
            _close(connection)
            raise DamagedHistoryError(f"{path} is damaged: {error}") from error
        else:
            if version > newest_version():
                connection.close()
                raise _too_new(path, version)
            return connection
    raise problem


def set_aside(path: Path, stamp: str) -> Path:
    """Moves a damaged history and its companions out of the way, dated; nothing is deleted."""
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    for suffix in ("", "-wal", "-shm"):
        old = path.with_name(path.name + suffix)
        if old.exists():
            old.rename(target.with_name(target.name + suffix))
    return target


def newest_version() -> int:
    """The schema version this program writes."""
    return max(number for number, _ in _migrations())


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    found = _version(connection)
    if found > newest_version():
        raise _too_new(path, found)
    pending = [(number, sql) for number, sql in _migrations() if number > found]
    if pending and found:
        _back_up(path, found)
    for number, sql in pending:
        connection.executescript(f"BEGIN IMMEDIATE; {sql}; PRAGMA user_version = {number}; COMMIT;")


def _too_new(path: Path, version: int) -> NewerHistoryError:
    sentence = (
        "{} was written by a newer TrayUptime (its schema is {}, ours {}); it is left untouched. "
        "Get the newer TrayUptime, or set another TRAYUPTIME_HOME."
    )
    return NewerHistoryError(sentence.format(path, version, newest_version()))


def _back_up(path: Path, version: int) -> None:
    target = path.with_name(f"{path.name}.before-schema-{version + 1}")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        shutil.copymode(path, target)
    except (sqlite3.Error, OSError) as error:
        raise HistoryError(f"{path}: no back-up could be made before migrating: {error}") from error


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return version


def _migrations() -> Iterator[tuple[int, str]]:
    folder = files("trayuptime.history").joinpath("migrations")
    for script in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if script.name.endswith(".sql"):
            yield int(script.name.partition("_")[0]), script.read_text("utf-8")


def _close(connection: sqlite3.Connection | None) -> None:
    if connection is not None:
        connection.close()
