"""Opening the history file: migrations, a back-up before them, and what to do with a file we cannot use.

A new word in a closed list (a reason, a cause, a kind) is a new schema too: an older program must refuse the
file rather than trip over the word.
"""

import errno
import logging
import os
import shutil
import sqlite3
import struct
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import cache
from importlib.resources import files
from pathlib import Path

from trayuptime.history import kinds, suspect, upgrade
from trayuptime.history.columns import TornError
from trayuptime.history.pages import Pages

OPENING_WAITS_S = 2.0
"""How long an opening waits for another program's lock: nothing is being watched yet."""
COMMIT_WAITS_S = 0.25
"""How long a commit waits for one. It runs on the engine's loop, and what could not be written is kept."""

Migration = tuple[int, str]
"""A schema's number and the script that leads to it."""
Connect = Callable[[Path, str], sqlite3.Connection]
"""Opens a file of SQLite's, given what its address is to ask for (`mode=ro`)."""

_EXAMINED = ("surface", "incident", "gap", "switch", "spending", "snapshot")
"""Small tables, read whole when the file is opened for writing."""
_APPENDED = (
    "SELECT max(length(body)) FROM hot WHERE id > (SELECT max(id) FROM hot) - 20",
    "SELECT max(id) FROM packed",
    "SELECT count(since) FROM packed",
    "SELECT max(number) FROM hour",
    "SELECT max(number) FROM day NOT INDEXED",
    "SELECT max(results) FROM day INDEXED BY day_sums",
    "SELECT max(number) FROM fortnight",
    "SELECT max(excerpt) FROM evidence WHERE id >= (SELECT max(id) FROM evidence) - 600000 * 1024",
    "SELECT body FROM transition ORDER BY rowid DESC LIMIT 1",
    "SELECT max(at) FROM transition",
)
"""Reads the end of the tables that can be of any size: it is needed to go on."""
DAMAGE = (sqlite3.DatabaseError, ValueError, zlib.error, struct.error)
"""What reading and writing end with where a row is not what was written: SQLite's errors, decoding's."""
EITHER = (TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What a value of another kind in a row ends with, and a fault of ours too: `trouble` looks which it is."""
WRONG = (*DAMAGE, *EITHER)
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_TOOBIG})
"""The last: a length that damage has made, for nothing of ours is near a thousand million bytes."""
_UNREADABLE = ("Could not decode to UTF-8", "no such column", "no such index", "no such table")
"""Complaints of a damaged text or schema that SQLite, or Python, gives no code of its own."""
_NO_SHARED_MEMORY = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_IOERR})
"""What a log needs and some network file systems do not have."""
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite puts beside a file."""
_UNREAD = ".unread"
"""Ends the name of a damaged file from which something may yet be recovered."""

_log = logging.getLogger(__name__)


class HistoryError(Exception):
    """The history cannot be used; the message names the file and says why."""


class NewerHistoryError(HistoryError):
    """A later version of TrayUptime wrote it; it is left untouched."""


class DamagedHistoryError(HistoryError):
    """It is no readable SQLite file."""


def connect(path: Path, query: str = "mode=rwc") -> sqlite3.Connection:
    """The usual way to open a file: every statement is its own transaction unless one is begun."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?{query}", uri=True, isolation_level=None)


def open_for_writing(
    path: Path,
    migrations: Sequence[Migration] | None = None,
    *,
    connect: Connect = connect,
    waits_s: float = OPENING_WAITS_S,
) -> sqlite3.Connection:
    """Opens, creates or migrates the file.

    Damage is looked for where the engine goes on: in the small tables and at the end of the large ones, for
    reading years of results would delay the start (260 ms for 600,000 of them, measured). See `look_through`.

    Args:
        path: of the file.
        migrations: in order; `None` for those of this version.
        connect: opens it.
        waits_s: how long to wait for another program's lock.

    Raises:
        NewerHistoryError: its schema is newer than ours; not a byte of it was touched.
        DamagedHistoryError: it is not a database, or damaged.
        HistoryError: it cannot be opened or written.
    """
    migrations = _migrations() if migrations is None else migrations
    connection: sqlite3.Connection | None = None
    complete_moves(path)
    try:
        _refuse_newer(path, migrations[-1][0], connect, waits_s)
        connection = connect(path, "mode=rwc")
        connection.execute(f"PRAGMA busy_timeout = {round(waits_s * 1000)}")
        logged = _log_ahead(connection)
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if logged else 'FULL'}")
        connection.execute("PRAGMA cache_size = -512")
        _migrate(connection, path, migrations)
        _examine(connection)
        connection.execute(f"PRAGMA busy_timeout = {round(COMMIT_WAITS_S * 1000)}")
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        _close(connection)
        raise trouble(path, error) from error
    except HistoryError:
        _close(connection)
        raise
    if not logged:
        _log.warning(
            "%s: no write-ahead log is possible here (a network folder?): every commit is synced", path
        )
    return connection


def look_through(path: Path, connection: sqlite3.Connection) -> None:
    """Looks for damage on every page and in every row of a file in which a reader came upon some.

    Torn sums whose results are kept are mended where they lie: nothing is lost by them.

    Raises:
        DamagedHistoryError: there is some; the connection is closed.
        HistoryError: it cannot be looked through; the same.
    """
    try:
        found = _complaint(connection) or suspect.torn(connection)
        if found:
            raise _corrupt(found)
        suspect.mend_sums(connection)
    except (sqlite3.DatabaseError, TornError, UnicodeDecodeError) as error:
        connection.close()
        raise trouble(path, error) from error
    suspect.clear(path)


def has_log(connection: sqlite3.Connection) -> bool:
    """Whether it writes ahead to a log; without one, a commit that is not synced is not safe."""
    return bool(connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal")


def open_for_reading(
    path: Path, connect: Connect = connect, waits_s: float = OPENING_WAITS_S
) -> sqlite3.Connection:
    """Opens an existing file read-only, while an engine may be writing it.

    In a folder where nothing may be written, a log that a killed engine left behind cannot be read: the
    file is then seen as of its last checkpoint.

    Raises:
        HistoryError: it is missing or cannot be read.
    """
    for query in ("mode=ro", "mode=ro&immutable=1"):  # the second: a read-only folder, where WAL has no index
        connection = None
        try:
            connection = connect(path, query)
            connection.execute(f"PRAGMA busy_timeout = {round(waits_s * 1000)}")
            version = _version(connection)
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            _close(connection)
            problem = trouble(path, error)
            if isinstance(problem, DamagedHistoryError) or _kind(error) in _LOCKED:
                raise problem from error
        else:
            if version == newest_version():
                return connection
            connection.close()
            if version > newest_version():
                raise _too_new(path, version, newest_version())
            if not version:
                raise HistoryError(f"{path} holds no history: it is empty, or of another program")
            raise HistoryError(
                f"{path} is of an older version; it is brought up to date when the watcher starts."
            )
    raise problem


def set_aside(path: Path, stamp: str) -> Path:
    """Moves a damaged history and its companions out of the way, dated; nothing is deleted.

    Returns:
        Where it lies until everything that can be was recovered from it; see `unread` and `finish`.

    Raises:
        HistoryError: it could not be moved.
    """
    target = path.with_name(f"{path.name}.damaged-{stamp}")
    count = 1
    while any(path.parent.glob(f"{target.name}*")):
        count += 1
        target = path.with_name(f"{path.name}.damaged-{stamp}-{count}")
    # The log last: nobody may read the file without it meanwhile, and `complete_moves` has it follow.
    _set_aside(path, _unread(target), ("", *_COMPANIONS))
    return _unread(target)


def complete_moves(path: Path) -> None:
    """Completes what a kill, or whoever has a damaged file open, has cut short.

    A log that was left behind follows its file: SQLite would delete it beside a new one.

    Raises:
        HistoryError: it could not be moved.
    """
    for damaged in _all_unread(path):
        if finished(damaged).exists():
            finish(damaged)
    if not path.exists() and (left := unread(path)):
        _set_aside(path, left[0], _COMPANIONS)


def unread(path: Path) -> list[Path]:
    """Damaged files of this history from which something may yet be recovered, the newest first."""
    found = [each for each in _all_unread(path) if not finished(each).exists()]
    return sorted(found, key=lambda each: (each.stat().st_ctime_ns, each.name), reverse=True)


def finished(damaged: Path) -> Path:
    """The name of a damaged file for good."""
    return damaged.with_name(damaged.name.removesuffix(_UNREAD))


def finish(damaged: Path) -> None:
    """Nothing is left to recover from it; the name says so from now on.

    Where somebody has it open, as a scanner on Windows, an empty file of that name says so until the next
    opening. Read once more it would bring back what was changed since: after a rename that made one of two
    ids, results of the one would be another's.
    """
    try:
        damaged.replace(finished(damaged))
        _move(damaged, finished(damaged), _COMPANIONS)
    except OSError:
        with suppress(OSError):
            finished(damaged).touch()


def trouble(path: Path, error: Exception, connection: sqlite3.Connection | None = None) -> HistoryError:
    """An error of `WRONG` in our words.

    Args:
        path: of the file.
        error: what happened.
        connection: to the file; what may be a fault of ours as well is looked into there.

    Raises:
        Exception: the error again, where it is a fault of ours and not the world's.
    """
    if isinstance(error, sqlite3.ProgrammingError):
        raise error  # no file makes SQLite say that it is used wrongly
    torn = isinstance(error, TornError | UnicodeDecodeError | zlib.error | struct.error) or any(
        words in str(error) for words in _UNREADABLE
    )
    if torn or _kind(error) in _DAMAGE:
        return DamagedHistoryError(f"{path} is damaged: {error}")
    if isinstance(error, sqlite3.OperationalError):
        return HistoryError(f"{path} cannot be used: {error}")
    if connection is not None:
        found = damage(connection)
        if found:
            return DamagedHistoryError(f"{path} is damaged: {found}")
    raise error


def damage(connection: sqlite3.Connection) -> str:
    """What is wrong with a file that SQLite reads without a complaint; takes a second for years."""
    try:
        return _complaint(connection)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return str(error)


def migrations_to(version: int) -> tuple[Migration, ...]:
    """Those that lead to a schema."""
    return tuple(each for each in _migrations() if each[0] <= version)


def apply(connection: sqlite3.Connection, migrations: Sequence[Migration]) -> None:
    """Runs those that the file has not seen yet, each at once or not at all."""
    found = _version(connection)
    for number, sql in migrations:
        if number <= found:
            continue
        try:
            connection.executescript(f"BEGIN IMMEDIATE; {sql};")
            if number in upgrade.BEYOND_SQL:
                upgrade.BEYOND_SQL[number](connection)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def newest_version() -> int:
    """The schema version this program writes."""
    return _migrations()[-1][0]


def _refuse_newer(path: Path, newest: int, connect: Connect, waits_s: float) -> None:
    """Looks before anything is opened for writing: that alone would fold in a log or change the journal."""
    if not path.exists() or not path.stat().st_size:
        return
    try:
        with closing(connect(path, "mode=ro")) as connection:
            connection.execute(f"PRAGMA busy_timeout = {round(waits_s * 1000)}")
            found = _version(connection)
            if not found and connection.execute("SELECT EXISTS (SELECT 1 FROM sqlite_master)").fetchone()[0]:
                raise HistoryError(f"{path} is a database of another program, and is left alone")
    except sqlite3.OperationalError as error:
        if _kind(error) not in _NO_SHARED_MEMORY:
            raise
        # It was written where a log was possible; without shared memory SQLite does not even look into it.
        found = _version_in_pages(path)
    if found > newest:
        raise _too_new(path, found, newest)


def _migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[Migration]) -> None:
    found = _version(connection)
    pending = [(number, sql) for number, sql in migrations if number > found]
    if pending and found and not _is_empty(connection):
        _back_up(connection, path, found)
    apply(connection, pending)


def _is_empty(connection: sqlite3.Connection) -> bool:
    """No table has a row, as where a new file was begun on a full disk."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return not any(
        connection.execute(f"SELECT EXISTS (SELECT 1 FROM {table})").fetchone()[0] for (table,) in tables
    )


def _log_ahead(connection: sqlite3.Connection) -> bool:
    """Whether the file has a write-ahead log from now on; else a journal, which needs no shared memory."""
    try:
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal":
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return True
    except sqlite3.OperationalError as error:
        if _kind(error) not in _NO_SHARED_MEMORY:
            raise
    # Alone, SQLite keeps in its own memory what it else would share: so a log from elsewhere is folded in.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA locking_mode = NORMAL")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # lets go of the lock
    return False


def _examine(connection: sqlite3.Connection) -> None:
    for table in _EXAMINED:
        found = connection.execute(f"PRAGMA quick_check({table})").fetchone()[0]
        if found != "ok":
            raise _corrupt(found)
    for reading in _APPENDED:
        connection.execute(reading).fetchone()


def _complaint(connection: sqlite3.Connection) -> str:
    for look in (kinds.mistyped, kinds.misfit, kinds.unreadable):
        found = look(connection)
        if found:
            return found[0]
    (told,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    return "" if told == "ok" else str(told)


def _corrupt(found: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(found)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


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
        try:
            unfinished.unlink(missing_ok=True)
            if shutil.disk_usage(path.parent).free < path.stat().st_size:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            unfinished.touch()
            unfinished.chmod(path.stat().st_mode & 0o777)
            with closing(sqlite3.connect(unfinished)) as copy:
                connection.backup(copy)
            unfinished.replace(target)
        finally:
            unfinished.unlink(missing_ok=True)  # half a copy helps nobody, and fills a full disk
    except (sqlite3.OperationalError, OSError) as error:
        raise HistoryError(f"{path}: no back-up could be made before migrating: {error}") from error
    _log.info("the history was copied to %s before its schema changed", target)


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return version


def _kind(error: Exception) -> int:
    """The low byte is the kind, the rest tells variants apart (https://sqlite.org/rescode.html)."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF


def _version_in_pages(path: Path) -> int:
    try:
        with closing(Pages(path)) as pages:
            return pages.version
    except OSError as error:
        raise HistoryError(f"{path} cannot be used: {error.strerror}") from error


def _all_unread(path: Path) -> list[Path]:
    """Damaged files that go by the name of one that is yet to be read."""
    return list(path.parent.glob(f"{path.name}.damaged-*{_UNREAD}"))


def _unread(target: Path) -> Path:
    return target.with_name(f"{target.name}{_UNREAD}")


def _set_aside(path: Path, target: Path, suffixes: Sequence[str]) -> None:
    try:
        _move(path, target, suffixes)
    except OSError as error:
        raise HistoryError(f"{path} is damaged and could not be set aside: {error.strerror}") from error


def _move(path: Path, target: Path, suffixes: Sequence[str]) -> None:
    for suffix in suffixes:
        old, new = (each.with_name(each.name + suffix) for each in (path, target))
        if old.exists() and not new.exists():
            old.rename(new)


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
