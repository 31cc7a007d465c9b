"""One engine per home: an operating-system lock that dies with its holder.

The lock file stays; only the lock on it counts. Its text (`PID MODE`) is for messages, never for decisions:
after a crash it is stale, and a process number may be somebody else's by then.
"""

import errno
import os
import stat
import sys
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self


class Mode(StrEnum):
    """What the holder of the lock does."""

    TRAY = "tray"
    HEADLESS = "headless"
    COMMAND = "command"
    """A command that changes the store while no engine runs."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock; `None` where it has not written it down yet."""

    pid: int | None
    mode: Mode | None


class LockUnusableError(Exception):
    """The lock file cannot be opened or locked; the message is for a person."""


class EngineLock:
    """Held until `release`, or until the process ends, however it ends."""

    def __init__(self, file_number: int) -> None:
        self._file_number: int | None = file_number

    def release(self) -> None:
        """Lets the next engine in; may be called again."""
        if self._file_number is None:
            return
        os.ftruncate(self._file_number, 0)
        os.close(self._file_number)
        self._file_number = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def acquire(path: Path, mode: Mode) -> EngineLock | None:
    """Takes the lock, or `None` at once when another process holds it.

    Raises:
        LockUnusableError: the file cannot be opened, or its file system knows no locks.
    """
    for _ in range(_TRIES):
        file_number = _open(path)
        try:
            outcome = _try(path, file_number, mode)
        except OSError as error:
            os.close(file_number)
            raise LockUnusableError(f"Cannot lock {path}: {error.strerror}.") from error
        if outcome is _Outcome.OURS:
            return EngineLock(file_number)
        os.close(file_number)
        if outcome is _Outcome.HELD:
            return None
        time.sleep(0.001)
    return None


def holder(path: Path) -> Holder | None:
    """Who holds the lock now, or `None` when nobody does.

    Raises:
        LockUnusableError: as `acquire`; a missing file is simply not held.
    """
    try:
        # A look must work in a home that is read-only; locks of the POSIX kind ask for no more.
        how = os.O_RDWR if sys.platform == "win32" else os.O_RDONLY
        file_number = os.open(path, how | _NEVER_INHERITED)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LockUnusableError(f"Cannot open {path}: {error.strerror}.") from error
    try:
        if stat.S_ISDIR(os.fstat(file_number).st_mode):
            raise LockUnusableError(f"Cannot open {path}: {os.strerror(errno.EISDIR)}.")
        return None if _share(file_number) else _read(file_number)
    except OSError as error:
        raise LockUnusableError(f"Cannot look at the lock {path}: {error.strerror}.") from error
    finally:
        os.close(file_number)


class _Outcome(StrEnum):
    OURS = "ours"
    HELD = "held"
    AGAIN = "again"


def _try(path: Path, file_number: int, mode: Mode) -> _Outcome:
    if not _lock(file_number):
        # `holder` looks by sharing the lock for a moment: that is not an engine
        return _Outcome.AGAIN if _share(file_number) else _Outcome.HELD
    if not _still_there(path, file_number):  # removed between opening and locking: a lock nobody would see
        return _Outcome.AGAIN
    os.ftruncate(file_number, 0)
    os.write(file_number, f"{os.getpid()} {mode}\n".encode())
    return _Outcome.OURS


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | _NEVER_INHERITED, 0o600)
    except OSError as error:
        raise LockUnusableError(f"Cannot open {path}: {error.strerror}.") from error


def _still_there(path: Path, file_number: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file_number))
    except FileNotFoundError:
        return False


def _read(file_number: int) -> Holder:
    os.lseek(file_number, 0, os.SEEK_SET)
    match os.read(file_number, 64).decode("ascii", "replace").split():
        case [pid, mode] if pid.isdecimal() and mode in set(Mode):
            return Holder(int(pid), Mode(mode))
    return Holder(None, None)


if sys.platform == "win32":
    import msvcrt

    _NEVER_INHERITED = os.O_NOINHERIT
    _FAR = 1 << 30  # locks on Windows forbid reading too: one byte far behind the text

    def _lock(file_number: int) -> bool:
        os.lseek(file_number, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file_number, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        os.lseek(file_number, 0, os.SEEK_SET)
        return True

    _share = _lock
else:
    import fcntl

    _NEVER_INHERITED = os.O_CLOEXEC

    def _lock(file_number: int, kind: int = fcntl.LOCK_EX) -> bool:
        try:
            fcntl.flock(file_number, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _share(file_number: int) -> bool:
        return _lock(file_number, fcntl.LOCK_SH)


_TRIES = 1000
"""Each costs a millisecond, and only while somebody is looking at the lock."""
