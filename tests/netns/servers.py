"""What listens in a namespace: vendors that can misbehave, and a name server that can fall silent."""

import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from hostile import Behaviour, Hostile, json_ok
from netns.namespaces import inside


@dataclass(slots=True)
class Vendor:
    """One provider of the configuration, and its server, which can be stopped and started.

    Attributes:
        name: the provider's id.
        base_url: as the configuration has it.
        namespace: the file of the network where it listens.
        addresses: where; each on the same port.
        tls: a PEM file with key and certificate; `None` for plain HTTP.
        servers: one for each address, while it runs.
    """

    name: str
    base_url: str
    namespace: Path
    addresses: tuple[str, ...]
    port: int
    tls: Path | None = None
    behaviour: Behaviour = json_ok
    servers: list[Hostile] = field(default_factory=list)

    @property
    def host(self) -> str:
        """Its name, or its address if it has none."""
        return urlsplit(self.base_url).hostname or ""

    def start(self) -> None:
        """Listen; again after `stop`."""
        for address in self.addresses:
            server = Hostile(self.behaviour, tls=self.tls, host=address, port=self.port)
            inside(self.namespace, server.__enter__)
            self.servers.append(server)

    def stop(self) -> None:
        """Nobody listens any more: the kernel refuses every connection."""
        while self.servers:
            self.servers.pop().__exit__(None, None, None)

    def behave(self, behaviour: Behaviour) -> None:
        """From the next connection on."""
        self.behaviour = behaviour
        for server in self.servers:
            server.behaviour = behaviour

    def show(self, certificate: Path) -> None:
        """Prove itself with this from the next connection on."""
        self.tls = certificate
        for server in self.servers:
            server.tls = certificate


@dataclass(slots=True)
class NameServer:
    """Knows the names it was told, and no others.

    Attributes:
        knows_nobody: every name is one that nobody has.
        everyone: the one address that every name is said to have, as before the log-in at a hotel.
        silent: it hears and does not answer.
    """

    knows_nobody: bool = False
    everyone: str | None = None
    silent: bool = False
    _addresses: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def tell(self, name: str, addresses: tuple[str, ...]) -> None:
        """From now on the name has these, of both families."""
        self._addresses[name] = addresses

    def forget(self, name: str) -> None:
        """From now on it is one that nobody has."""
        del self._addresses[name]

    def answer(self, query: bytes) -> bytes:
        """The answer to one question (RFC 1035, section 4)."""
        end = query.index(b"\0", 12)
        name = _name(query[12:end])
        (kind,) = struct.unpack_from("!H", query, end + 1)
        known = self._known(name)
        found = [ip_address(address) for address in known]
        records = [
            b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(address.packed)) + address.packed
            for address in found
            if kind == _KINDS[address.version]
        ]
        code = 0 if known else _NO_SUCH_NAME
        head = query[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, len(records), 0, 0)
        return head + query[12 : end + 5] + b"".join(records)

    def _known(self, name: str) -> tuple[str, ...]:
        if self.everyone is not None:
            return (self.everyone,)
        return () if self.knows_nobody else self._addresses.get(name, ())


@contextmanager
def open_name_server(namespace: Path, address: str) -> Iterator[NameServer]:
    """A name server at port 53 of this address, gone when left."""
    server = NameServer()
    with ExitStack() as stack:
        sock = stack.enter_context(inside(namespace, lambda: _listen(address)))
        ending, end = (stack.enter_context(half) for half in socket.socketpair())
        thread = threading.Thread(target=_serve, args=(server, sock, ending), name="name server")
        thread.start()
        try:
            yield server
        finally:
            end.send(b"!")
            thread.join()


_KINDS = {4: 1, 6: 28}
"""A and AAAA."""
_NO_SUCH_NAME = 3


def _listen(address: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((address, 53))
    return sock


def _serve(server: NameServer, sock: socket.socket, ending: socket.socket) -> None:
    while ending not in select.select([sock, ending], [], [])[0]:
        query, asker = sock.recvfrom(512)
        if not server.silent:
            sock.sendto(server.answer(query), asker)


def _name(labels: bytes) -> str:
    parts: list[str] = []
    while labels:
        length = labels[0]
        parts.append(labels[1 : 1 + length].decode("ascii").lower())
        labels = labels[1 + length :]
    return ".".join(parts)
