"""Is there a display that Qt can open? Asked before Qt is, because Qt aborts the process when there is none.

Known limit: a display that answers but refuses our authority (another user's X server) counts as there.
"""

import os
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

CONNECT_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class Display:
    """Where windows can be shown.

    Attributes:
        platform: Qt's name for it: `wayland`, `xcb`, `offscreen`, `windows`, `cocoa`, …
        where: the address that answered, empty where none is needed.
    """

    platform: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class NoDisplay:
    """Nowhere; `why` is a sentence for a person."""

    why: str


def find_display(environ: Mapping[str, str], platform: str = sys.platform) -> Display | NoDisplay:
    """The display this environment names, after asking whether it answers.

    Blocks for at most two seconds for each address tried, and only for a remote X display.
    """
    if platform == "win32":
        return Display("windows")
    if platform == "darwin":
        return Display("cocoa")
    wanted = [entry.partition(":")[0] for entry in environ.get("QT_QPA_PLATFORM", "").split(";") if entry]
    tried: list[str] = []
    for name in wanted or ["wayland", "xcb"]:
        if name.startswith("wayland"):
            found = _wayland(environ, name)
        elif name == "xcb":
            found = _x11(environ)
        else:
            return Display(name)
        if isinstance(found, Display):
            return found
        tried.append(found.why)
    return NoDisplay(" ".join(tried))


def _wayland(environ: Mapping[str, str], name: str) -> Display | NoDisplay:
    named = environ.get("WAYLAND_DISPLAY")
    if not named:
        return NoDisplay("WAYLAND_DISPLAY is not set.")
    path = Path(environ.get("XDG_RUNTIME_DIR", ""), named)  # an absolute name stands for itself
    if not path.is_absolute() or not _answers(str(path)):
        return NoDisplay(f"WAYLAND_DISPLAY is {named}, but nothing answers there.")
    return Display(name, str(path))


def _x11(environ: Mapping[str, str]) -> Display | NoDisplay:
    named = environ.get("DISPLAY")
    if not named:
        return NoDisplay("DISPLAY is not set.")
    if any(_answers(address) for address in _x11_addresses(named)):
        return Display("xcb", named)
    return NoDisplay(f"DISPLAY is {named}, but nothing answers there.")


def _x11_addresses(named: str) -> Iterator[str | tuple[str, int]]:
    """In the order of X's own library: `[HOST]:NUMBER[.SCREEN]`, a path for a socket by name."""
    if named.startswith("/"):
        yield named
        yield named.rpartition(".")[0]
        return
    host, colon, rest = named.rpartition(":")
    number = rest.partition(".")[0]
    if not colon or not number.isdecimal():
        return
    host = host.removeprefix("tcp/").removeprefix("inet/").removeprefix("inet6/").strip("[]")
    if host == "unix" or host.startswith("unix/") or not host:
        if sys.platform == "linux":
            yield f"\0/tmp/.X11-unix/X{number}"
        yield f"/tmp/.X11-unix/X{number}"  # noqa: S108 - the place X itself made
    elif int(number) <= _LAST_X_DISPLAY:
        yield (host, _X_PORT + int(number))


def _answers(address: str | tuple[str, int]) -> bool:
    try:
        if isinstance(address, tuple):
            with socket.create_connection(address, CONNECT_TIMEOUT_S):
                return True
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(CONNECT_TIMEOUT_S)
            client.connect(os.fsencode(address))
    except OSError:
        return False
    return True


_X_PORT = 6000
_LAST_X_DISPLAY = 65535 - _X_PORT
"""Over the network; a socket's name takes any number."""
