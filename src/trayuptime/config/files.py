"""Puts a whole file into the place of another, while nobody else of us does."""

import os
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LOOK_EVERY_S = 0.02


class BusyError(Exception):
    """Somebody else held the lock for too long."""


@contextmanager
def written_beside(path: Path, data: bytes, *, like: Path | None = None) -> Iterator[Path]:
    """A file beside `path` with this in it, on the disk; gone afterwards unless it was renamed.

    Args:
        path: where it is going to be.
        data: what is in it.
        like: whose mode and owner it takes over; `None`: nobody but its owner may read it.

    Raises:
        OSError: the disk or its permissions refuse.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if like is not None:
                _resemble(temporary, like)
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def rename_without_replacing(source: Path, target: Path) -> None:
    """A rename that fails where the target exists, which POSIX has only as a link.

    Raises:
        FileExistsError: the target is there; it is left alone.
        OSError: the disk or its permissions refuse.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # FAT and some network disks have no links: claim the name first, then replace the claim
        target.touch(mode=0o600, exist_ok=False)
        source.replace(target)


def sync_directory(directory: Path) -> None:
    """Makes the new name last through a power cut, where the system can."""
    with suppress(OSError):  # Windows opens no directories; the file itself is synced
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def locked(path: Path, wait_s: float) -> Iterator[None]:
    """Nobody else of us changes a file in this directory meanwhile; the lock dies with its holder.

    Args:
        path: of the file, in a directory that exists.
        wait_s: for somebody else.

    Raises:
        BusyError: it took longer.
        OSError: the directory cannot be opened.
    """
    handle = _open_to_lock(path)
    try:
        ends_s = time.monotonic() + wait_s
        while not _lock(handle):
            if time.monotonic() >= ends_s:
                raise BusyError
            time.sleep(_LOOK_EVERY_S)
        yield
    finally:
        os.close(handle)


def _resemble(path: Path, like: Path) -> None:
    facts = like.stat()
    path.chmod(stat.S_IMODE(facts.st_mode))
    if sys.platform != "win32" and facts.st_uid != os.geteuid():
        with suppress(OSError):  # only root can give a file back to its owner
            os.chown(path, facts.st_uid, facts.st_gid)


if sys.platform == "win32":
    import msvcrt

    def _open_to_lock(path: Path) -> int:
        return os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_NOINHERIT, 0o600)

    def _lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
else:
    import fcntl

    def _open_to_lock(path: Path) -> int:
        return os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # some network disks lock no directories; what was read is compared all the same
            return True
        return True
