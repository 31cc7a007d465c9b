"""Another history, read to be merged: never changed, and not trusted to be sound or to be one at all."""

import shutil
import sqlite3
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from trayuptime.core import contract, recording
from trayuptime.core.model import Instant
from trayuptime.history import evidence, files, fold, hot, kinds, raw
from trayuptime.history.files import HistoryError

MANY_RECENT_BYTES = 120_000
"""With more recent results than this, some 20,000, they are packed first, in a copy."""
_BESIDE = ("-wal", "-journal")
_TRIES = 5
_SCRATCH = "merge-"
CLOCKS_DIFFER_MS = 3_600_000
"""By so much two computers' clocks may differ; what is later would be taken for the last that was seen."""
_ABANDONED_S = 7 * 86_400.0
"""A copy that is so old belongs to nobody any more: who made it was killed."""
_MAGIC = b"SQLite format 3\0"
_TABLES = {"surface", "hot", "packed", "gap", "incident", "transition", "switch", "evidence", "snapshot"}


class UnfitError(HistoryError):
    """A file that cannot be merged as it is; the message names it and says why."""


class Foreign:
    """A file that nobody writes, open for reading alone."""

    def __init__(self, path: Path) -> None:
        """Opens it; nothing is written, not even beside it.

        Raises:
            UnfitError: it is no history of this version.
        """
        self.name = str(path)
        _need_database(path, self.name)
        self._path = path = path.resolve()
        self._stamp = _stamps(path)[0]
        self.need_quiet()
        with self.reading():
            self.connection = files.connect(path, "mode=ro&immutable=1")
        try:
            with self.reading():
                version = _version(self.connection)
            if version != files.newest_version():
                raise UnfitError(f"{self.name} is of another version (its schema is {version})")
        except HistoryError:
            self.connection.close()
            raise

    def close(self) -> None:
        """Lets go of it."""
        self.connection.close()

    def need_quiet(self) -> None:
        """Makes sure that nobody writes it: what is read without a lock would be a mixture then.

        Raises:
            UnfitError: somebody does, or has not closed it.
        """
        stamp = _stamps(self._path)[0]
        beside = any(_size(self._path.with_name(self._path.name + suffix)) for suffix in _BESIDE)
        if beside or stamp not in {None, self._stamp}:  # none: it was taken away, but not from us
            raise UnfitError(f"{self.name} is being written, or was not closed: merge a copy of it")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What goes wrong in here is the file's fault.

        Raises:
            UnfitError: it is damaged, or cannot be read.
        """
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise _damaged(self.name, error) from error
        except files.DAMAGE as error:
            raise UnfitError(f"{self.name} is damaged: {error}") from error
        except files.EITHER as error:
            if found := files.damage(self.connection):
                raise UnfitError(f"{self.name} is damaged: {found}") from error
            raise


@contextmanager
def prepared(path: Path, ours: Path, folder: Path) -> Iterator[Path]:
    """A file that `Foreign` can open: the one itself, or a copy that lives as long as this.

    A file that is being written, was not closed, is of an older schema, holds many recent results or lies on
    another disk is copied. Everything is looked at once, so that of a damaged one nothing is taken; years
    take some seconds.

    Args:
        path: of the other history.
        ours: the one that it shall be merged into.
        folder: where a copy may lie.

    Raises:
        UnfitError: it is no history, damaged, newer than this version, or our own.
    """
    name = str(path)
    _need_database(path, name)
    path = path.resolve()  # a log lies beside the file itself
    if ours.exists() and path.samefile(ours):
        raise UnfitError(f"{name} is this very history: merge another machine's")
    _sweep(folder)
    beside = any(path.with_name(path.name + suffix).exists() for suffix in _BESIDE)
    far = path.stat().st_dev != folder.stat().st_dev  # a share that hangs must not hold up the watcher
    with _scratch(folder) as scratch:
        copy = Path(scratch) / "history.db"
        if not beside:
            with closing(_opened(path, name, "mode=ro&immutable=1")) as connection:
                fit = _is_fit(connection, name)
                if fit:
                    _need_sound(connection, name)
        if beside or far or not fit:
            _copy(path, copy, name)
            _make_fit(copy, name)
        yield path if not beside and not far and fit else copy


def _scratch(folder: Path) -> "tempfile.TemporaryDirectory[str]":
    try:
        return tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        raise HistoryError(f"{folder} cannot be written: {error.strerror}") from error


def _sweep(folder: Path) -> None:
    for each in (*folder.glob(f"{_SCRATCH}*"), *folder.glob("import-*")):
        with suppress(OSError):
            if time.time() - each.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(each)


def _need_database(path: Path, name: str) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except FileNotFoundError as error:
        raise UnfitError(f"There is no file {name}") from error
    except IsADirectoryError as error:
        raise UnfitError(f"{name} is a folder, no history") from error
    except OSError as error:
        raise UnfitError(f"{name} cannot be read: {error.strerror}") from error
    if head != _MAGIC:
        raise UnfitError(f"{name} is no history of TrayUptime")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # not there, or no more to be reached: opening it says so
        return 0


def _opened(path: Path, name: str, query: str) -> sqlite3.Connection:
    try:
        return files.connect(path, query)
    except sqlite3.DatabaseError as error:
        raise _damaged(name, error) from error


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _is_fit(connection: sqlite3.Connection, name: str) -> bool:
    """Whether it can be merged as it lies there.

    Raises:
        UnfitError: nobody can merge it.
    """
    newest = files.newest_version()
    with _unproven(name):
        version = _version(connection)
        if version > newest:
            raise UnfitError(
                f"{name} was written by a newer TrayUptime (its schema is {version}, ours {newest}):"
                " get the newer one to merge it"
            )
        tables = {row for (row,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        missing = _TABLES - tables
        if version < newest:
            missing -= {"hot", "packed"}
        if version < 1 or missing:
            raise UnfitError(f"{name} is no history of TrayUptime")
        if version < newest:
            return False
        (recent,) = connection.execute("SELECT total(length(body)) FROM hot").fetchone()
    return bool(recent <= MANY_RECENT_BYTES)


def _copy(path: Path, copy: Path, name: str) -> None:
    """Copies the file with its log, of one moment though somebody may be writing it."""
    for _ in range(_TRIES):
        before = _stamps(path)
        try:
            for suffix in ("", *_BESIDE):
                source, target = path.with_name(path.name + suffix), copy.with_name(copy.name + suffix)
                target.unlink(missing_ok=True)
                with suppress(FileNotFoundError):
                    shutil.copyfile(source, target)
        except OSError as error:
            raise UnfitError(f"{name} could not be copied to be merged: {error.strerror}") from error
        if copy.exists() and before == _stamps(path):
            return
    raise UnfitError(f"{name} is being written all the time: end what writes it, or merge a copy")


def _stamps(path: Path) -> list[tuple[int, int] | None]:
    found: list[tuple[int, int] | None] = []
    for suffix in ("", *_BESIDE):
        try:
            stat = path.with_name(path.name + suffix).stat()
            found.append((stat.st_size, stat.st_mtime_ns))
        except OSError:
            found.append(None)
    return found


def _make_fit(copy: Path, name: str) -> None:
    """Brings a copy up to date: its log folded in, its schema this version's, its results packed."""
    with _unproven(name), closing(files.connect(copy, "mode=rw")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = OFF")
        if not _is_fit(connection, name):
            files.apply(connection, files.migrations_to(files.newest_version()))
            newest = raw.newest(connection)
            # Nobody goes on with it: what is in it is over.
            steps = fold.tasks(connection, (newest or 0) + 2 * raw.DAY_MS, time.perf_counter)
            for _ in steps:
                pass
        _need_sound(connection, name)


def _need_sound(connection: sqlite3.Connection, name: str) -> None:
    with _unproven(name):
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise UnfitError(f"{name} is damaged: {found}")
        wrong = [*kinds.mistyped(connection), *kinds.unreadable(connection)]
        if wrong:
            raise UnfitError(f"{name} is damaged: {wrong[0]}")
        for body, kept in connection.execute("SELECT body, evidence FROM packed"):
            zlib.decompress(body)
            evidence.unpack(kept)
        torn = hot.torn(connection)
        if torn:
            raise UnfitError(f"{name} is damaged: {torn[0]}")
        latest = _latest(connection)
        if latest > time.time_ns() // 1_000_000 + CLOCKS_DIFFER_MS:
            raise UnfitError(f"{name} tells of a time that has not come yet: {contract.iso(latest)}")


@contextmanager
def _unproven(name: str) -> Iterator[None]:
    """What goes wrong with a stranger's file before it was looked through is that file's fault.

    Raises:
        UnfitError: something did.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _damaged(name, error) from error
    except files.WRONG as error:
        raise UnfitError(f"{name} is damaged: {error}") from error


def _latest(connection: sqlite3.Connection) -> Instant:
    """The latest time that anything in it is told of."""
    ends = [raw.newest(connection)]
    for what in ("max(ended_at) FROM incident", "max(started_at) FROM incident", "max(until) FROM gap"):
        ends += connection.execute(f"SELECT {what}").fetchone()
    return min(max([each for each in ends if each is not None], default=0), recording.LAST - 1)


def _damaged(name: str, error: sqlite3.DatabaseError) -> UnfitError:
    kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if kind == sqlite3.SQLITE_NOTADB:
        return UnfitError(f"{name} is no history of TrayUptime")
    if kind in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_TOOBIG}:
        return UnfitError(f"{name} is damaged: {error}")
    return UnfitError(f"{name} cannot be read: {error}")
