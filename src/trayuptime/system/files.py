"""Tells when one file has changed, and lets the process sleep while it has not.

On Linux the kernel tells (inotify, through ctypes: no thread, a third of a megabyte); elsewhere, and where
the kernel's watches are used up, the file is looked at every few seconds. The directory is watched, not the
file: editors put a new file in the old one's place. Known limits: edits made by another machine on a network
file system, and a directory further up being renamed away, are seen only by looking.
"""

import asyncio
import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

SETTLE_S = 0.1
"""After the first sign of an edit: several belong to one saving."""
LOOK_EVERY_S = 5.0


class FileWatch:
    """Calls `changed` after each change until `close`; belongs to the loop it was made in."""

    def __init__(self, path: Path, changed: Callable[[], None], settle_s: float, look_every_s: float) -> None:
        self._path = path
        self._changed = changed
        self._settle_s = settle_s
        self._look_every_s = look_every_s
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._seen = _fingerprint(path)
        self._kernel: _Inotify | None = None

    @property
    def looks(self) -> bool:
        """The file is looked at again and again, because the kernel does not tell."""
        return self._kernel is None

    def start(self, *, ask_kernel: bool) -> None:
        """Begins to watch; a change since this value was made counts already."""
        if ask_kernel and sys.platform == "linux":
            try:
                self._kernel = _Inotify()
            except OSError:  # all of the user's instances are taken: looking still works
                self._look_later()
                return
            self._loop.add_reader(self._kernel.file_number, self._told)
            self._follow()
        else:
            self._look_later()

    def close(self) -> None:
        """No call comes after this one; may be called again."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._kernel:
            self._loop.remove_reader(self._kernel.file_number)
            self._kernel.close()
            self._kernel = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _told(self) -> None:
        assert self._kernel is not None
        self._kernel.read()
        self._follow()

    def _follow(self) -> None:
        """Watches what must be watched now, then looks, a moment later."""
        assert self._kernel is not None
        try:
            self._kernel.watch_only(lambda: _directories(self._path))
        except OSError:  # the kernel's watches are used up
            self.close()
            self._look_later()
            return
        if self._timer is None:  # never put off again: a busy directory would hide the change for ever
            self._timer = self._loop.call_later(self._settle_s, self._look)

    def _look_later(self) -> None:
        self._timer = self._loop.call_later(self._look_every_s, self._look)

    def _look(self) -> None:
        self._timer = None
        if self.looks:
            self._look_later()
        found = _fingerprint(self._path)
        if found != self._seen:
            self._seen = found
            self._changed()


def watch_file(
    path: Path,
    changed: Callable[[], None],
    *,
    settle_s: float = SETTLE_S,
    look_every_s: float = LOOK_EVERY_S,
    ask_kernel: bool = True,
) -> FileWatch:
    """Calls `changed` on the running loop after `path` was written, replaced, created, removed or got a mode.

    The file and any of its directories may be missing. Through a symbolic link, both the link and the file
    it leads to are watched.
    """
    watch = FileWatch(path, changed, settle_s, look_every_s)
    watch.start(ask_kernel=ask_kernel)
    return watch


_Fingerprint = tuple[int, int, int, int]


def _fingerprint(path: Path) -> _Fingerprint | None:
    try:
        facts = path.stat()
    except OSError:  # missing, or out of reach: the same to a reader
        return None
    return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_mode


def _directories(path: Path) -> set[str]:
    """Where a change of `path` would show: its own directory, the linked file's, or the nearest above."""
    return {
        os.path.realpath(next(above for above in start.parents if above.is_dir()))
        for start in (path.absolute(), Path(os.path.realpath(path)))
    }


class _Inotify:
    """The kernel's watches of this process on directories; see inotify(7)."""

    def __init__(self) -> None:
        import ctypes  # noqa: PLC0415 - 3 ms, only where it is used

        self._library = ctypes.CDLL(None, use_errno=True)
        self._errno = ctypes.get_errno
        self.file_number = self._checked(self._library.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))
        self._watches: dict[str, int] = {}

    def watch_only(self, directories: Callable[[], set[str]]) -> None:
        """Watches just these; asks again until nothing has appeared or gone while it did.

        Raises:
            OSError: no more watches are to be had.
        """
        while (wanted := directories()) != self._watches.keys():
            for gone in self._watches.keys() - wanted:
                self._library.inotify_rm_watch(self.file_number, self._watches.pop(gone))
            for directory in wanted - self._watches.keys():
                added = self._library.inotify_add_watch(self.file_number, os.fsencode(directory), _EVENTS)
                if added >= 0:
                    self._watches[directory] = added
                elif self._errno() not in _VANISHED:
                    self._checked(added)

    def read(self) -> None:
        """Takes what the kernel has to tell; forgets directories that went away."""
        told = os.read(self.file_number, 64 * 1024)
        offset = 0
        while offset < len(told):
            watch, mask, _, name_bytes = _EVENT.unpack_from(told, offset)
            offset += _EVENT.size + name_bytes
            if mask & _WENT_AWAY:
                for directory in [path for path, number in self._watches.items() if number == watch]:
                    self._library.inotify_rm_watch(self.file_number, self._watches.pop(directory))

    def close(self) -> None:
        os.close(self.file_number)

    def _checked(self, answer: int) -> int:
        if answer < 0:
            raise OSError(self._errno(), os.strerror(self._errno()))
        return answer


_EVENT = struct.Struct("iIII")
# include/uapi/linux/inotify.h
_ATTRIB, _CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x4, 0x8, 0x40, 0x80, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF, _IGNORED, _ONLYDIR = 0x400, 0x800, 0x8000, 0x1000000
_EVENTS = _ATTRIB | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF
_EVENTS |= _ONLYDIR
_WENT_AWAY = _DELETE_SELF | _MOVE_SELF | _IGNORED
_VANISHED = (2, 20)
"""ENOENT, ENOTDIR: gone between looking and watching; looking again finds what is there now."""
