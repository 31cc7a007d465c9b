"""How far one request has come, noted by the wire while it works and read when it fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from trayuptime.core.evidence import Failure
from trayuptime.net.certificate import Certificate
from trayuptime.net.resolve import Address

HEADERS_LIMIT = 64 * 1024
"""Bytes that an answer's head may have, interim answers included."""


class Stop(Exception):  # noqa: N818 - an end that was decided, seldom an error
    """Our own decision to end a request; it never leaves this package."""

    def __init__(self, failure: Failure, text: str) -> None:
        super().__init__(text)
        self.failure = failure
        self.text = text


class Step(Enum):
    """What a request is busy with, in this order."""

    RESOLVE = auto()
    CONNECT = auto()
    TUNNEL = auto()
    """Talking to the proxy that is to pass us on."""
    TLS = auto()
    ANSWER = auto()
    BODY = auto()


@dataclass(slots=True)
class Hop:
    """One request on its way; a redirect that is followed makes another one.

    Attributes:
        host: whom it asks, without the port.
        port: TCP port.
        proxy_name: `host:port` of the proxy in between.
        tunnel: the proxy passes bytes on after a handshake of its own, rather than requests.
        only_loopback: it carries a key in the clear, so no address but this machine's own will do.
        address: where it went, or would have gone first; of the proxy where there is one.
        addresses: all that its name stood for; of the proxy where there is one.
        local_address: ours, once it is connected.
        head_bytes: received before the head of the answer was complete.
        ended: the other side closed its half.
        stop: set to make the next read raise it: the way to leave a body without leaving generators behind.
        certificate: the one that was not accepted, as far as it could be read.
        sent_at: `perf_counter` of the last byte sent, until a first byte answers it.
        asked_at: the same, for good.
    """

    host: str
    port: int
    proxy_name: str | None = None
    proxy_tls: bool = False
    tunnel: bool = False
    only_loopback: bool = False
    step: Step = Step.RESOLVE
    address: str | None = None
    addresses: Sequence[Address] = ()
    local_address: str | None = None
    head_bytes: int = 0
    ended: bool = False
    stop: Stop | None = None
    certificate: Certificate | None = None
    sent_at: float | None = None
    asked_at: float | None = None
    dns_ms: float | None = None
    connect_ms: float | None = None
    tls_ms: float | None = None
    first_byte_ms: float | None = None

    @property
    def peer(self) -> str:
        """Whom the present step talks to, for a sentence."""
        if self.proxy_name is not None and self.step in (Step.RESOLVE, Step.CONNECT, Step.TUNNEL):
            return self.proxy_name
        return self.host
