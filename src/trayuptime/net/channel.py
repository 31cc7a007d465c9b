"""Bytes out and bytes in: over a socket, or over TLS inside another channel.

TLS is OpenSSL on two memory buffers. asyncio's own TLS transport would do as well, but hides when a handshake
begins and ends, keeps a transport alive until the loop's next turn, and reports errors through callbacks.
"""

import asyncio
import contextlib
import socket
import ssl
from typing import Protocol

from trayuptime.net.certificate import Certificate, Listening

_TLS_CHUNK = 64 * 1024


class Channel(Protocol):
    """What a stream reads from and writes to."""

    async def receive(self, max_bytes: int) -> bytes:
        """The next bytes, `b""` at the end."""

    async def send(self, data: bytes) -> None:
        """Send all of it."""


class PlainChannel:
    """A connected, non-blocking socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._loop = asyncio.get_running_loop()

    async def receive(self, max_bytes: int) -> bytes:
        """The next bytes, `b""` at the end."""
        return await self._loop.sock_recv(self._sock, max_bytes)

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        await self._loop.sock_sendall(self._sock, data)


class TlsChannel:
    """TLS over another channel; call `shake_hands` first."""

    def __init__(self, below: Channel, context: ssl.SSLContext, server_name: str | None) -> None:
        self._below = below
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)

    @property
    def certificate(self) -> Certificate | None:
        """What the other side presented, accepted or not; `None` where it is not known."""
        return self._tls.certificate if isinstance(self._tls, Listening) else None

    async def shake_hands(self) -> None:
        """Prove who the other side is.

        Raises:
            ssl.SSLError: it could not, or stopped in the middle.
        """
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._fill()
            except ssl.SSLError:
                with contextlib.suppress(OSError):
                    await self._flush()  # the alert that names our reason, for the server's log
                raise
            else:
                await self._flush()
                return

    async def receive(self, max_bytes: int) -> bytes:
        """The next bytes, `b""` at the end."""
        while True:
            try:
                return self._tls.read(max_bytes)
            except ssl.SSLWantReadError:
                await self._fill()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                # Many servers close without TLS's farewell; HTTP knows whether the answer was complete.
                return b""

    async def send(self, data: bytes) -> None:
        """Send all of it."""
        self._tls.write(data)  # into memory, so it takes all
        await self._flush()

    async def _fill(self) -> None:
        await self._flush()
        received = await self._below.receive(_TLS_CHUNK)
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()

    async def _flush(self) -> None:
        if self._outgoing.pending:
            await self._below.send(self._outgoing.read())
