"""What httpcore connects, sends and receives through, with each phase timed where it happens.

Errors of the system go up as they are: `failures` reads their class and number. Only a failed write is
dressed as httpcore's `WriteError`, which makes it listen for the answer of a server that hung up early.
No time limits here: the one for the whole question ends everything by cancellation.
"""

import socket
import ssl
from collections.abc import Iterable
from time import perf_counter

import httpcore
from aiohappyeyeballs import start_connection

from trayuptime.core.evidence import Failure
from trayuptime.core.model import Reach
from trayuptime.core.reach import reach_of
from trayuptime.net.channel import Channel, PlainChannel, TlsChannel
from trayuptime.net.failures import over_headers
from trayuptime.net.hop import HEADERS_LIMIT, Hop, Step, Stop
from trayuptime.net.resolve import Lookup, resolve

_SECOND_FAMILY_AFTER_S = 0.25
"""How long IPv6 may dither before IPv4 is tried as well (RFC 8305 recommends 250 ms)."""

_HTTP = b"HTTP/"


class Wire(httpcore.AsyncNetworkBackend):
    """Opens the connections of one hop, and closes whatever httpcore forgets."""

    def __init__(self, hop: Hop, lookup: Lookup) -> None:
        self._hop = hop
        self._lookup = lookup
        self._sockets: list[socket.socket] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Look the name up, then connect to whichever of its addresses answers first."""
        hop = self._hop
        started = perf_counter()
        addresses = await resolve(host, port, self._lookup)
        resolved = perf_counter()
        hop.dns_ms = (resolved - started) * 1000.0
        hop.addresses = addresses
        hop.address = addresses[0][4][0]
        if hop.only_loopback and any(reach_of(host, row[4][0]) is not Reach.LOOPBACK for row in addresses):
            raise Stop(
                Failure.REFUSED_BY_US, f"{host} is not this computer: the key would travel in the clear"
            )

        hop.step = Step.CONNECT
        sock = await start_connection(addresses, happy_eyeballs_delay=_SECOND_FAMILY_AFTER_S)
        self._sockets.append(sock)
        hop.connect_ms = (perf_counter() - resolved) * 1000.0
        hop.address = sock.getpeername()[0]
        hop.local_address = sock.getsockname()[0]
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        hop.step = Step.TUNNEL if hop.tunnel else Step.ANSWER
        return _Stream(hop, sock, PlainChannel(sock))

    def close(self) -> None:
        """Close every connection of the hop; again is harmless."""
        for sock in self._sockets:
            sock.close()


class _Stream(httpcore.AsyncNetworkStream):
    """One connection with its stopwatch, and the guard over an answer's first bytes."""

    def __init__(self, hop: Hop, sock: socket.socket, channel: Channel) -> None:
        self._hop = hop
        self._sock = sock
        self._channel = channel

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109
        hop = self._hop
        if hop.stop is not None:
            raise hop.stop
        if hop.step is Step.ANSWER and hop.head_bytes > HEADERS_LIMIT:
            raise Stop(Failure.LIMIT, over_headers(hop))
        received = await self._channel.receive(max_bytes)
        if hop.sent_at is not None:
            hop.first_byte_ms = (perf_counter() - hop.sent_at) * 1000.0
            hop.sent_at = None
        if not received:
            hop.ended = True
        elif hop.step is Step.ANSWER:
            if hop.head_bytes == 0 and received[: len(_HTTP)] != _HTTP[: len(received)]:
                # h11 would wait for an empty line first, which such a peer may never send.
                raise Stop(Failure.MALFORMED, f"{hop.peer} answers with something that is not HTTP")
            hop.head_bytes += len(received)
        return received

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        if not buffer:  # httpcore sends those too; failing here would break off a generator of its own
            return
        try:
            await self._channel.send(buffer)
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error
        finally:
            self._hop.sent_at = self._hop.asked_at = perf_counter()

    async def aclose(self) -> None:
        self._sock.close()  # at once, without a farewell: no answer is waited for any more

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        hop = self._hop
        with_proxy, hop.proxy_tls = hop.proxy_tls, False
        if not with_proxy:
            hop.step = Step.TLS
        if hop.first_byte_ms is not None:  # the proxy's answer to CONNECT belongs to connecting
            hop.connect_ms = (hop.connect_ms or 0.0) + hop.first_byte_ms
            hop.first_byte_ms = None
        started = perf_counter()
        channel = TlsChannel(self._channel, ssl_context, server_hostname)
        try:
            await channel.shake_hands()
        except ssl.SSLCertVerificationError:
            hop.certificate = channel.certificate
            raise
        hop.tls_ms = (hop.tls_ms or 0.0) + (perf_counter() - started) * 1000.0
        if not with_proxy:
            hop.step = Step.ANSWER
        return _Stream(hop, self._sock, channel)

    def get_extra_info(self, info: str) -> None:
        """Nothing: with HTTP/1.1 alone and no reuse, httpcore needs to know nothing."""
