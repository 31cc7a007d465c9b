"""Names become addresses on daemon threads that neither a time-out nor the program's end waits for.

`loop.getaddrinfo` would use the default executor, which is joined at exit: one hanging name server then
holds the program for as long as it likes. A lookup here cannot be cancelled either, only abandoned; its
thread lives until the system's resolver gives up (by default some 5-40 s), which also bounds their number.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_address

Address = tuple[int, int, int, str, tuple[str, int] | tuple[str, int, int, int]]
"""One row of `socket.getaddrinfo`: family, type, protocol, canonical name, socket address."""

Lookup = Callable[[str, int], Sequence[Address]]
"""Blocking: host and port to addresses, or `OSError`."""


def system_lookup(host: str, port: int) -> Sequence[Address]:
    """Ask the operating system, hosts file and all.

    Raises:
        socket.gaierror: it knows none.
    """
    # As bytes, because for a `str` Python would import and apply its own, older, IDNA codec.
    return socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)  # type: ignore[return-value]


async def resolve(host: str, port: int, lookup: Lookup) -> Sequence[Address]:
    """The addresses of `host`; a literal address costs no thread.

    Raises:
        OSError: whatever `lookup` raised; mostly `socket.gaierror`.
    """
    literal = _literal(host, port)
    if literal is not None:
        return (literal,)
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[Address]] = loop.create_future()

    def look_up() -> None:
        try:
            found = lookup(host, port)
        except OSError as error:
            _tell(loop, answer, error)
        else:
            _tell(loop, answer, found)

    threading.Thread(target=look_up, name=f"lookup {host}", daemon=True).start()
    return await answer


def _tell(
    loop: asyncio.AbstractEventLoop,
    answer: asyncio.Future[Sequence[Address]],
    outcome: Sequence[Address] | OSError,
) -> None:
    def settle() -> None:
        if answer.done():  # nobody waits any more
            return
        if isinstance(outcome, OSError):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)

    try:
        loop.call_soon_threadsafe(settle)
    except RuntimeError:  # the loop was closed meanwhile: an abandoned lookup has nobody to tell
        return


def _literal(host: str, port: int) -> Address | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    if "%" in host:  # the system knows the number of an interface's name
        return None
    tcp = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
    if address.version == 4:
        return (socket.AF_INET, *tcp, (host, port))
    return (socket.AF_INET6, *tcp, (host, port, 0, 0))
