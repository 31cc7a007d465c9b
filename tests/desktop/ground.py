"""The ground a desktop stands on: an environment and an X server of its own, and an end for every process."""

import os
import random
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from select import select

_MARK = "TRAYUPTIME_TEST_DESKTOP"
_PASSED_ON = (
    "PATH",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "TZ",
    "TMPDIR",
    "COVERAGE_PROCESS_START",
)
_PATIENCE_S = 20.0
_TRIES = 5


def fresh_environ(root: Path, scale: int = 1) -> dict[str, str]:
    """The environment of a user who has just been created, whose folders are below `root`."""
    environ = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    folders = {
        "HOME": "home",
        "XDG_RUNTIME_DIR": "run",
        "XDG_CONFIG_HOME": "home/.config",
        "XDG_DATA_HOME": "home/.local/share",
        "XDG_STATE_HOME": "home/.local/state",
        "XDG_CACHE_HOME": "home/.cache",
    }
    for name, folder in folders.items():
        (root / folder).mkdir(mode=0o700, parents=True)
        environ[name] = str(root / folder)
    environ |= {
        "LANG": "C.UTF-8",
        "XDG_CURRENT_DESKTOP": "XFCE",
        "XDG_SESSION_TYPE": "x11",
        "NO_AT_BRIDGE": "1",  # GTK waits for an accessibility bus that nobody starts here
        "GSETTINGS_BACKEND": "memory",
        _MARK: str(root),
    }
    if scale != 1:
        environ |= {"QT_SCALE_FACTOR": str(scale), "GDK_SCALE": str(scale)}
    return environ


@contextmanager
def x_server(log: Path, environ: Mapping[str, str], size: tuple[int, int]) -> Iterator[str]:
    """Run an X server on a display that nobody else uses, and yield its name, such as `:4711`."""
    for _ in range(_TRIES):
        # Not the number Xvfb would find: without a lock file it meets others that start or end just now.
        name = f":{random.randrange(1000, 60000)}"
        process, listens = _start_x_server(name, log, environ, size)
        try:
            if listens:
                yield name
                return
        finally:
            end([process])
    raise AssertionError(f"no X server: {log.read_text()}")


def end(processes: "Iterable[subprocess.Popen[bytes]]") -> None:
    """Ask each to end, wait two seconds for all together, and kill what is left."""
    ending = [process for process in processes if process.poll() is None]
    for process in ending:
        process.terminate()
    give_up_at = time.monotonic() + 2.0
    for process in ending:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, give_up_at - time.monotonic()))
        if process.poll() is None:
            process.kill()
            process.wait()


def marked(root: Path) -> set[int]:
    """The processes that carry this session's mark in their environment, whoever their parent is."""
    mark = f"{_MARK}={root}\0".encode()
    found = set()
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdecimal() and mark in (entry / "environ").read_bytes():
                found.add(int(entry.name))
    return found


def _start_x_server(
    name: str, log: Path, environ: Mapping[str, str], size: tuple[int, int]
) -> "tuple[subprocess.Popen[bytes], bool]":
    width, height = size
    reading, writing = os.pipe()
    argv = ["Xvfb", name, "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24"]
    with log.open("ab") as out, os.fdopen(reading, "rb", buffering=0) as told:
        process = subprocess.Popen(
            [*argv, "-nolisten", "tcp", "-noreset"],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environ,
            pass_fds=[writing],
        )
        os.close(writing)
        # It writes its number and, in a write of its own, a line end once it listens; who closes the pipe in
        # between kills it. The end of file means that the display is taken.
        number = b""
        while not number.endswith(b"\n") and select([told], [], [], _PATIENCE_S)[0]:
            if not (piece := told.read(16)):
                break
            number += piece
        return process, number.endswith(b"\n")
