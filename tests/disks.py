"""A small disk that becomes full, or read-only, and free again."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Disk:
    """Where a history may lie, and what may become of its disk.

    Attributes:
        fill: from now on there is no room.
        free: there is again.
        freeze: nothing may be written; no file may be open for writing.
        thaw: it may again.
    """

    path: Path
    fill: Callable[[], None]
    free: Callable[[], None]
    freeze: Callable[[], None]
    thaw: Callable[[], None]


@contextmanager
def small_disk(folder: Path, size: str = "1m") -> Iterator[Disk]:
    """A disk of this size where we may mount one, as root in CI; else limits that stop everybody but root."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode == 0:
        try:
            yield _mounted(folder, size)
        finally:
            subprocess.run(["umount", folder], check=True)
    else:
        with limited(folder) as disk:
            yield disk


def _mounted(folder: Path, size: str) -> Disk:
    ballast = folder / "ballast"

    def fill() -> None:
        with suppress(OSError), ballast.open("ab", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        assert os.statvfs(folder).f_bavail == 0

    def remount(how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how},size={size}", folder], check=True)

    return Disk(folder / "history.db", fill, ballast.unlink, lambda: remount("ro"), lambda: remount("rw"))


@contextmanager
def limited(folder: Path) -> Iterator[Disk]:
    """Our files may not grow, or not be written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    path = folder / "history.db"

    def fill() -> None:
        log = path.with_name("history.db-wal")
        resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size if log.exists() else 0, hard))

    def free() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def allow(folder_mode: int, file_mode: int) -> None:
        for file in folder.iterdir():
            file.chmod(file_mode)
        folder.chmod(folder_mode)

    yield Disk(path, fill, free, lambda: allow(0o555, 0o444), lambda: allow(0o755, 0o644))
    free()
    allow(0o755, 0o644)
