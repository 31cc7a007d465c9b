"""Local servers by the ports that somebody listens on: the kernel is asked, and nobody else.

Linux tells in /proc/net/tcp. Elsewhere nothing is found, for there one would have to knock.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from trayuptime.config.catalogue import Kind, vendors
from trayuptime.config.urls import host_of, is_loopback
from trayuptime.core.answer import one_line
from trayuptime.system.finding.found import Found

PROC = Path("/proc")
_PROCESSES = 5_000
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Listener:
    """A port of this computer that somebody listens on.

    Attributes:
        only_v6: it can be reached at ::1 alone.
        program: who listens, where it is the user's own; else empty.
    """

    port: int
    only_v6: bool
    program: str


def local_servers(proc: Path = PROC) -> Iterator[Found]:
    """Servers of the catalogue's local kinds that seem to run."""
    by_port: dict[int, list[Kind]] = {}
    for kind in vendors():
        if kind.base_url and is_loopback(host_of(kind.base_url)):
            by_port.setdefault(_port(kind.base_url), []).append(kind)
    for listener in listeners(proc, set(by_port)):
        candidates = by_port[listener.port]
        known = next((kind for kind in candidates if _runs(kind, listener.program)), None)
        kind = known or candidates[0]
        assert kind.base_url is not None
        who = f"“{listener.program}”" if listener.program else "a program"
        source = f"{who} listens on port {listener.port} of this computer"
        sure = known is not None or listener.port in _THEIRS_ALONE
        yield Found(
            kind.id,
            kind.id,
            (source if known else f"{source}, where {kind.name} usually does",),
            base_url=re.sub(r"//[^/:]+", "//[::1]", kind.base_url) if listener.only_v6 else None,
            ready=sure,
            remark="" if sure else f"it may be something else than {kind.name}",
        )


def listeners(proc: Path, ports: set[int]) -> list[Listener]:
    """Who listens on these ports so that loopback reaches them, by port."""
    found: dict[int, tuple[bool, str]] = {}
    for name in ("tcp6", "tcp"):
        for line in _lines(proc / "net" / name):
            fields = line.split()
            if len(fields) < 10 or fields[3] != _LISTENING:
                continue
            address, _, port = fields[1].partition(":")
            with suppress(ValueError):
                number = int(port, 16)
                if number in ports and address.upper() in _NEAR:
                    found[number] = (address.upper() == _V6_LOOPBACK, fields[9])
    programs = _programs(proc, {inode for _, inode in found.values()})
    return [Listener(port, v6, programs.get(inode, "")) for port, (v6, inode) in sorted(found.items())]


def _programs(proc: Path, inodes: set[str]) -> dict[str, str]:
    """The names of the programs that hold these sockets, as far as they are the user's own."""
    wanted = {f"socket:[{inode}]": inode for inode in inodes}
    found: dict[str, str] = {}
    if not wanted:
        return found
    for process in sorted(proc.glob("[0-9]*"))[:_PROCESSES]:
        with suppress(OSError):  # somebody else's, or it has ended
            for handle in (process / "fd").iterdir():
                target = str(handle.readlink())
                if target in wanted:
                    found[wanted[target]] = one_line((process / "comm").read_text(errors="replace"))[
                        :_LONGEST_NAME
                    ]
        if len(found) == len(wanted):
            break
    return found


def _runs(kind: Kind, program: str) -> bool:
    return bool(program) and any(
        name in program.casefold() for name in (kind.id, *_PROGRAMS.get(kind.id, ()))
    )


def _port(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()[1:]
    except OSError:
        return []


_LISTENING = "0A"  # TCP_LISTEN, include/net/tcp_states.h
_V6_LOOPBACK = "00000000000000000000000001000000"
_NEAR = frozenset(
    {
        "00000000",
        "0100007F",
        "0" * 32,
        _V6_LOOPBACK,
        "0000000000000000FFFF00000100007F",
        "0" * 16 + "FFFF000000000000",
    }
)
"""Any address, 127.0.0.1, any of version 6, ::1, and the first two as addresses of version 6."""
_THEIRS_ALONE = frozenset({11434, 1234})
"""Ollama's and LM Studio's; 8000 and 8080 are everybody's."""
_PROGRAMS = {
    "llamacpp": ("llama-server", "llama"),
    "lmstudio": ("lm-studio", "lm studio", "lms"),
    "vllm": ("vllm",),
}
"""What `comm` says of them."""
