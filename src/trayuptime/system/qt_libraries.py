"""Which shared libraries Qt needs and this machine lacks, and the line that installs them.

`python -m trayuptime.system.qt_libraries [--install]`: exit code 0 when nothing is missing (any more), 1 when
something is, 2 when PySide6 itself is. With `--install` the line is run, as root on Debian or Ubuntu.
Qt is not imported: without the libraries that would fail.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

Run = Callable[[Sequence[str]], str]
"""Runs a command line and returns its standard output, whatever its exit code; empty if it is not there."""

PARTS = (
    "Qt/plugins/platforms/libqxcb.so",
    "QtCore.abi3.so",
    "QtGui.abi3.so",
    "QtWidgets.abi3.so",
    "QtDBus.abi3.so",
)

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}
"""The Debian and Ubuntu package of each library that Qt 6.8 to 6.11 ask for (Debian 12, 2026-11-22)."""

RENAMED = {"libglib2.0-0": "libglib2.0-0t64"}
"""The names since Debian 13 and Ubuntu 24.04 (64-bit time); the new package provides the old name too."""


class NoQtError(Exception):
    """PySide6 is not installed in this Python."""


def run(command: Sequence[str]) -> str:
    """The standard output of a command, empty if there is no such command."""
    if not (program := shutil.which(command[0])):
        return ""
    done = subprocess.run(  # noqa: S603 - our own words and file names
        [program, *command[1:]],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    return done.stdout


def missing_libraries(run: Run = run, package: str = "PySide6") -> tuple[str, ...]:
    """The names of the shared libraries that Qt's X11 part needs and the loader does not find, sorted.

    Empty where there is no `ldd`: macOS, Windows.

    Raises:
        NoQtError: there is no PySide6 to ask.
    """
    parts = [str(part) for part in _parts(package)]
    return parse_ldd(run(["ldd", *parts])) if parts else ()


def can_load(package: str = "PySide6") -> bool:
    """Whether the loader finds everything that Qt's X11 part needs; faster than asking `ldd`.

    Raises:
        NoQtError: there is no PySide6 to ask.
    """
    import ctypes  # noqa: PLC0415 - 3 ms, only where Qt is about to be loaded

    for part in _parts(package):
        try:
            ctypes.CDLL(str(part))
        except OSError:
            return False
    return True


def parse_ldd(text: str) -> tuple[str, ...]:
    """The libraries that `ldd` did not find, sorted; several files' reports may follow each other."""
    return tuple(
        sorted({line.split()[0] for line in text.splitlines() if line.rstrip().endswith("=> not found")})
    )


def packages(missing: Iterable[str], run: Run = run) -> tuple[str, ...]:
    """The Debian or Ubuntu packages that hold these libraries, sorted, by the names this release has.

    Libraries that Qt was not known to need are left out.
    """
    wanted = {PACKAGES[library] for library in missing if library in PACKAGES}
    return tuple(sorted(_name_here(package, run) for package in wanted))


def install_line(missing: Iterable[str], run: Run = run) -> str:
    """What to type on Debian or Ubuntu; empty when no package is known for any of them."""
    names = packages(missing, run)
    return " ".join(["sudo", *_APT, *names]) if names else ""


def main(
    arguments: Sequence[str], run: Run = run, *, package: str = "PySide6", is_root: bool | None = None
) -> int:
    """Says what is missing; see the module's own words."""
    try:
        missing = missing_libraries(run, package)
    except NoQtError as error:
        _say(str(error))
        return 2
    if not missing:
        return 0
    _say(f"Qt needs libraries that this system lacks: {' '.join(missing)}")
    has_apt = bool(run(["apt-get", "--version"]))
    if has_apt and "--install" in arguments and (_we_are_root() if is_root is None else is_root):
        _say(f"Installing: {' '.join(packages(missing, run))}")
        run(["apt-get", "-q", "update"])
        run(["env", "DEBIAN_FRONTEND=noninteractive", *_APT, "-y", "-q", *packages(missing, run)])
        missing = missing_libraries(run, package)
        if not missing:
            return 0
        _say(f"Still missing: {' '.join(missing)}")
    line = install_line(missing, run)
    if has_apt and line:
        _say(f"Install them with:\n  {line}")
    else:
        _say("Install the packages of your system that hold them, then start again.")
    return 1


_APT = ("apt-get", "install", "--no-install-recommends")


def _parts(package: str) -> list[Path]:
    spec = importlib.util.find_spec(package)
    if not spec or not spec.submodule_search_locations:
        raise NoQtError(f"{package} is not installed in this Python.")
    where = Path(spec.submodule_search_locations[0])
    return [where / part for part in PARTS if (where / part).exists()]


def _name_here(package: str, run: Run) -> str:
    renamed = RENAMED.get(package)
    # without package lists nothing is known; the old name works there too
    return renamed if renamed and renamed in run(["apt-cache", "pkgnames", renamed]).split() else package


def _we_are_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
