"""Opening the history file: migrations, a back-up before them, and what to do with a file we cannot use.

A new word in a closed list (a reason, a cause, a kind) is a new schema too: an older program must refuse the
file rather than trip over the word.
"""

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from importlib.resources import files
from pathlib import Path

OPENING_WAITS_S = 2.0
"""How long an opening waits for another program's lock: nothing is being watched yet."""
COMMIT_WAITS_S = 0.25
"""How long a commit waits for one. It runs on the engine's loop, and what could not be written is kept."""

Migration = tuple[int, str]
"""A schema's number and the script that leads to it."""

_EXAMINED = ("surface", "incident", "gap", "switch", "spending", "snapshot")
"""Small tables, read whole when the file is opened for writing."""
_APPENDED = (
    "SELECT max(http_status) FROM result WHERE id >= (SELECT max(id) FROM result) - 600000 * 1024",
    "SELECT max(excerpt) FROM evidence WHERE id >= (SELECT max(id) FROM evidence) - 600000 * 1024",
    "SELECT body FROM transition ORDER BY rowid DESC LIMIT 1",
    "SELECT max(at) FROM transition",
)
"""Reads the end of the tables that can be of any size: their last ten minutes are needed to go on."""
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_log = logging.getLogger(__name__)


class HistoryError(Exception):
    """The history cannot be used; the message names the file and says why."""


class NewerHistoryError(HistoryError):
    """A later version of TrayUptime wrote it; it is left untouched."""


class DamagedHistoryError(HistoryError):
    """It is no readable SQLite file."""


def open_for_writing(path: Path, migrations: Sequence[Migration] | None = None) -> sqlite3.Connection:
    """Opens, creates or migrates the file.

    Damage is looked for where the engine goes on: in the small tables and at the end of the large ones, for
    reading years of results would delay the start (260 ms for 600,000 of them, measured).

    Args:
        path: of the file.
        migrations: in order; `None` for those of this version.

    Raises:
        NewerHistoryError: its schema is newer than ours; not a byte of it was touched.
        DamagedHistoryError: it is not a database, or damaged.
        HistoryError: it cannot be opened or written.
    """
    migrations = _migrations() if migrations is None else migrations
    connection: sqlite3.Connection | None = None
    try:
        _refuse_newer(path, migrations[-1][0])
        connection = sqlite3.connect(path, isolation_level=None, timeout=OPENING_WAITS_S)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -512")
        _migrate(connection, path, migrations)
        _examine(connection)
        connection.execute(f"PRAGMA busy_timeout = {round(COMMIT_WAITS_S * 1000)}")
    except sqlite3.DatabaseError as error:
        _close(connection)
        raise trouble(path, error) from error
    except HistoryError:
        _close(connection)
        raise
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Opens an existing file read-only, while an engine may be writing it.

    In a folder where nothing may be written, a log that a killed engine left behind cannot be read: the
    file is then seen as of its last checkpoint.

    Raises:
        HistoryError: it is missing or cannot be read.
    """
    for query in ("mode=ro", "mode=ro&immutable=1"):  # the second: a read-only folder, where WAL has no index
        connection = None
        try:
            uri = f"{path.absolute().as_uri()}?{query}"
            connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=OPENING_WAITS_S)
            version = _version(connection)
        except sqlite3.DatabaseError as error:
            _close(connection)
            problem = trouble(path, error)
            if isinstance(problem, DamagedHistoryError):
                raise problem from error
        else:
            if version == newest_version():
                return connection
            connection.close()
            if version > newest_version():
                raise _too_new(path, version, newest_version())
            raise HistoryError(
                f"{path} is of an older version; it is brought up to date when the watcher starts."
            )
    raise problem


def set_aside(path: Path, stamp: str) -> Path:
    """Moves a damaged history and its companions out of the way, dated; nothing is deleted.

    Raises:
        HistoryError: it could not be moved.
    """
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    count = 1
    while target.exists():
        count += 1
        target = path.with_name(f"{path.name}.damaged-{stamp}-{count}")
    try:
        # The log first: SQLite would replay or delete one that is found beside a new file.
        for suffix in ("-wal", "-shm", ""):
            old = path.with_name(path.name + suffix)
            if old.exists():
                old.rename(target.with_name(target.name + suffix))
    except OSError as error:
        raise HistoryError(f"{path} is damaged and could not be set aside: {error.strerror}") from error
    return target


def trouble(path: Path, error: sqlite3.DatabaseError) -> HistoryError:
    """SQLite's error in our words.

    Raises:
        sqlite3.DatabaseError: the error again, where it is a fault of ours and not the world's.
    """
    # The low byte is the kind, the rest tells variants apart (https://sqlite.org/rescode.html).
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if code in _DAMAGE:
        return DamagedHistoryError(f"{path} is damaged: {error}")
    if isinstance(error, sqlite3.OperationalError):
        return HistoryError(f"{path} cannot be used: {error}")
    raise error


def newest_version() -> int:
    """The schema version this program writes."""
    return _migrations()[-1][0]


def _refuse_newer(path: Path, newest: int) -> None:
    """Looks before anything is opened for writing: that alone would fold in a log or change the journal."""
    if not path.exists() or not path.stat().st_size:
        return
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute(f"PRAGMA busy_timeout = {round(OPENING_WAITS_S * 1000)}")
        found = _version(connection)
    if found > newest:
        raise _too_new(path, found, newest)


def _migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    found = _version(connection)
    pending = [(number, sql) for number, sql in migrations if number > found]
    if pending and found:
        _back_up(connection, path, found)
    for number, sql in pending:
        connection.executescript(f"BEGIN IMMEDIATE; {sql}; PRAGMA user_version = {number}; COMMIT;")


def _examine(connection: sqlite3.Connection) -> None:
    for table in _EXAMINED:
        found = connection.execute(f"PRAGMA quick_check({table})").fetchone()[0]
        if found != "ok":
            error = sqlite3.DatabaseError(found)
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error
    for reading in _APPENDED:
        connection.execute(reading).fetchone()


def _too_new(path: Path, version: int, newest: int) -> NewerHistoryError:
    sentence = (
        "{} was written by a newer TrayUptime (its schema is {}, ours {}); it is left untouched. "
        "Get the newer TrayUptime, or set another TRAYUPTIME_HOME."
    )
    return NewerHistoryError(sentence.format(path, version, newest))


def _back_up(connection: sqlite3.Connection, path: Path, version: int) -> None:
    target = path.with_name(f"{path.name}.before-schema-{version + 1}")
    unfinished = target.with_name(f"{target.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch()
        unfinished.chmod(path.stat().st_mode & 0o777)
        with closing(sqlite3.connect(unfinished)) as copy:
            connection.backup(copy)
        unfinished.replace(target)
    except (sqlite3.OperationalError, OSError) as error:
        raise HistoryError(f"{path}: no back-up could be made before migrating: {error}") from error
    _log.info("the history was copied to %s before its schema changed", target)


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return version


@cache
def _migrations() -> tuple[Migration, ...]:
    folder = files("trayuptime.history").joinpath("migrations")
    scripts = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda e: e.name
    )
    return tuple((int(script.name.partition("_")[0]), script.read_text("utf-8")) for script in scripts)


def _close(connection: sqlite3.Connection | None) -> None:
    if connection is not None:
        connection.close()
