"""Each way a request can fail, told by class and errno, becomes one `Failure` and one sentence.

The exceptions that arrive here:

    Stop                        ours, raised on purpose; it already knows its failure
    TimeoutError                the total time is up; the step that was under way decides
    OSError                     from our own sockets, unwrapped
      socket.gaierror           name not found
      ssl.SSLError              also certificates
    httpcore.ProxyError         the proxy answered CONNECT with something else than 2xx
    httpcore.ProtocolError      h11's view: cut, or not HTTP
    httpcore.WriteError         sending to a SOCKS proxy broke; elsewhere httpcore goes on to listen
    httpx.ProtocolError         the client's own view of a request; of a redirect it ends nothing
    ExceptionGroup              several of these at once, as anyio raises them

Whatever wraps the system's errors, every number behind it counts: anyio hides those of several attempts in a
group behind "All connection attempts failed", aiohappyeyeballs in the text of a plain `OSError`.
"""

import errno
import os
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from typing import TypeVar

import httpcore
import httpx

from trayuptime.core.evidence import Failure
from trayuptime.core.model import Instant, Network
from trayuptime.core.words import CLOCK, UNTRUSTED
from trayuptime.net.hop import HEADERS_LIMIT, Hop, Step, Stop
from trayuptime.net.resolve import Address

WORLD = (
    Stop,
    OSError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpx.ProtocolError,
)
"""What the outside can make happen; anything else that is raised is a bug of ours."""

_NO_ROOM_HERE = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
_GONE = {errno.ECONNRESET, errno.ECONNABORTED, errno.ENOTCONN, errno.EPIPE}
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL}
_TRY_LATER = {socket.EAI_AGAIN, socket.EAI_FAIL}
_NO_WAY = {errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH}
_NO_SUCH_FAMILY = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
"""What IPv6 addresses give on a computer that has no IPv6; alone they prove nothing."""

# OpenSSL's X509_V_ERR_… (include/openssl/x509_vfy.h, read 2026-11-26)
_NOT_YET_VALID, _EXPIRED = 9, 10
_ISSUED_BY_A_STRANGER = {18, 19, 20, 21}
"""Signed by itself, or by an authority that is not known here."""
_OF_ANOTHER = {62, 63, 64}

_LONG_S = 400 * 86_400.0
"""No public certificate of today holds longer: one that expired so long before was never meant for now."""
_CLOCK = f"; {CLOCK}"
_INSPECTED = (
    "a proxy or antivirus that inspects traffic may stand in between: if so, name its certificates as"
    " ca_bundle"
)

E = TypeVar("E", bound=BaseException)


def of_the_world(exc: BaseException) -> bool:
    """Whether nothing in it is a bug of ours; a group is no better than its worst member."""
    if isinstance(exc, BaseExceptionGroup):
        return all(of_the_world(each) for each in exc.exceptions)
    return isinstance(exc, WORLD)


def explain(exc: Exception, hop: Hop, expired_s: float | None, now: Instant) -> tuple[Failure, str]:
    """Name a failure and put it in words for a person.

    Args:
        exc: one that is `of_the_world`.
        hop: how far the request had come.
        expired_s: the total time in seconds if it is what ended the request, else `None`.
        now: when it was asked, by our clock, which may itself be what is wrong with a certificate.
    """
    if isinstance(exc, Stop):
        return exc.failure, exc.text
    if expired_s is not None:
        failure, text = _too_late(hop, expired_s)
    elif isinstance(exc, httpcore.ProxyError):
        failure, text = Failure.PROXY, _proxy_said(exc)
    elif isinstance(exc, (httpcore.ProtocolError, httpx.ProtocolError)):
        failure, text = _from_protocol(exc, hop)
    else:
        failure, text = _from_os(exc, hop, now)

    if failure is Failure.REFUSED_BY_US or hop.proxy_name is None or hop.step not in _PROXY_STEPS:
        return failure, text
    return Failure.PROXY, f"the proxy {hop.proxy_name} failed: {text}"


def numbers_behind(exc: BaseException) -> frozenset[int]:
    """Every errno behind an exception, however deep in causes, contexts and groups.

    Those of name lookups and of TLS are numbers of other lists and left out.
    """
    return frozenset(
        number
        for error in _chain(exc)
        if isinstance(error, OSError) and not isinstance(error, (socket.gaierror, ssl.SSLError))
        for number in _numbers_of(error)
    )


def is_cut_off(
    exc: BaseException, hop: Hop, network: Network | None, way_to: Callable[[Address], str | None]
) -> bool:
    """Whether this computer itself knew no way to whom it asked, so that nothing was sent.

    The number alone proves nothing, for a router far away may say "network unreachable" as well: the kernel
    must have no way to any of the addresses. Names that no server answered for need more: that no interface
    leads out at all.

    Args:
        exc: one that is `of_the_world`, and not for want of time.
        hop: how far the request had come.
        network: the ways out, if they are known.
        way_to: `ways.local_address_to`.
    """
    if hop.step not in {Step.RESOLVE, Step.CONNECT}:
        return False
    numbers = numbers_behind(exc)
    if numbers & _NO_WAY and numbers <= _NO_WAY | _NO_SUCH_FAMILY:
        return bool(hop.addresses) and not any(way_to(address) for address in hop.addresses)
    lookup = _first(socket.gaierror, exc)
    if lookup is None or lookup.errno not in _TRY_LATER:
        return False
    return network is not None and not network.routes and not network.tunnels


_PROXY_STEPS = {Step.RESOLVE, Step.CONNECT, Step.TUNNEL}


def _proxy_said(exc: httpcore.ProxyError) -> str:
    status = str(exc).partition(" ")[0]  # the rest are the proxy's own words, or httpcore's on SOCKS
    return f"it answered {status}" if status.isdigit() else "it would not connect"


def _too_late(hop: Hop, expired_s: float) -> tuple[Failure, str]:
    limit = f"{expired_s:g} s"
    match hop.step:
        case Step.RESOLVE:
            return Failure.DNS, f"looking up {hop.peer} took over {limit}"
        case Step.CONNECT:
            return Failure.CONNECT_TIMEOUT, f"no connection to {hop.peer} within {limit}"
        case Step.TUNNEL:
            return Failure.PROXY, f"no answer within {limit}"
        case Step.TLS:
            return Failure.READ_TIMEOUT, f"{hop.peer} did not finish the TLS handshake within {limit}"
        case Step.ANSWER:
            return Failure.READ_TIMEOUT, f"no answer from {hop.peer} within {limit}"
        case Step.BODY:
            return Failure.READ_TIMEOUT, f"the answer of {hop.peer} was not complete after {limit}"


def _from_os(exc: Exception, hop: Hop, now: Instant) -> tuple[Failure, str]:
    numbers = numbers_behind(exc)
    if no_room := numbers & _NO_ROOM_HERE:
        words = os.strerror(min(no_room))
        return Failure.REFUSED_BY_US, f"this computer has no room for another connection: {words}"
    if (lookup := _first(socket.gaierror, exc)) is not None:
        words = "no name server answered for" if lookup.errno in _TRY_LATER else "no address is known for"
        return Failure.DNS, f"{words} {hop.peer}"
    if (certificate := _first(ssl.SSLCertVerificationError, exc)) is not None:
        return _from_certificate(certificate, hop, now)
    if (tls := _first(ssl.SSLError, exc)) is not None:
        why = (getattr(tls, "reason", None) or "the connection was cut").replace("_", " ").lower()
        return Failure.TLS, f"no secure connection to {hop.peer}: {why}"
    match hop.step:
        case Step.TLS:
            return Failure.TLS, f"no secure connection to {hop.peer}: the handshake was cut off"
        case Step.RESOLVE | Step.CONNECT:
            return _not_connected(numbers, hop)
        case _:
            return Failure.RESET, _cut(hop)


def _from_certificate(error: ssl.SSLCertVerificationError, hop: Hop, now: Instant) -> tuple[Failure, str]:
    """Tells interception, expiry and a wrong clock apart; only the second is surely the vendor's affair."""
    code, shown = getattr(error, "verify_code", None), hop.certificate
    what = f"the certificate of {hop.peer}"
    if code in _ISSUED_BY_A_STRANGER:
        who = f"was issued by {shown.issuer}" if shown is not None else "was issued by somebody"
        text = f"{what} {who}, {UNTRUSTED}; {_INSPECTED}"
        # Behind a proxy it is the proxy's, as far as anybody can tell: it opened the connection.
        return (Failure.TLS if hop.proxy_name is None else Failure.PROXY), text
    if code == _EXPIRED:
        when = "has expired" if shown is None else f"expired on {shown.valid_until:%Y-%m-%d}"
        long_ago = shown is not None and now / 1000 - shown.valid_until.timestamp() > _LONG_S
        return Failure.TLS, f"{what} {when}{_CLOCK if long_ago else ''}"
    if code == _NOT_YET_VALID:
        when = "is not valid yet" if shown is None else f"is valid only from {shown.valid_from:%Y-%m-%d} on"
        return Failure.TLS, f"{what} {when}{_CLOCK}"
    if code in _OF_ANOTHER:
        return Failure.TLS, f"{what} is made out to another host"
    why = getattr(error, "verify_message", None) or "no reason was given"
    return Failure.TLS, f"{what} was not accepted: {why}"


def _not_connected(numbers: frozenset[int], hop: Hop) -> tuple[Failure, str]:
    if errno.ECONNREFUSED in numbers:  # of several addresses one that says no proves more than silence
        return Failure.REFUSED, f"{hop.peer} refused the connection"
    if numbers & _GONE:
        return Failure.RESET, f"{hop.peer} reset the connection"
    if numbers and numbers <= _UNREACHABLE:
        return Failure.CONNECT_TIMEOUT, f"there is no route to {hop.peer}"
    others = numbers - _UNREACHABLE
    words = os.strerror(min(others)).lower() if others else "no address could be reached"
    return Failure.CONNECT_TIMEOUT, f"no connection to {hop.peer}: {words}"


def _from_protocol(exc: Exception, hop: Hop) -> tuple[Failure, str]:
    if isinstance(exc, (httpcore.LocalProtocolError, httpx.LocalProtocolError)):
        return Failure.REFUSED_BY_US, "the request breaks the rules of HTTP"
    if hop.step is not Step.BODY and hop.head_bytes > HEADERS_LIMIT:
        return Failure.LIMIT, over_headers(hop)  # h11 gave up on them before we could
    if hop.ended:
        return Failure.RESET, _cut(hop)
    return Failure.MALFORMED, f"the answer of {hop.peer} is not valid HTTP"


def over_headers(hop: Hop) -> str:
    """The sentence for headers over the limit."""
    return f"the headers of {hop.peer} are over {HEADERS_LIMIT // 1024} KiB"


def _cut(hop: Hop) -> str:
    if hop.step is Step.BODY:
        return f"{hop.peer} cut its answer off"
    return f"{hop.peer} closed the connection without an answer"


def _first(kind: type[E], exc: BaseException) -> E | None:
    """The outermost of this kind that an exception stands for.

    Not what it came up in the course of: while TLS waits for more bytes, which OpenSSL calls an error, any
    reset comes up in the course of that.
    """
    return next((each for each in _chain(exc, contexts=False) if isinstance(each, kind)), None)


def _chain(exc: BaseException, *, contexts: bool = True) -> Iterator[BaseException]:
    """The exception and all that led to it, outermost first, each once."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [exc]
    while todo:
        each = todo.pop(0)
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        if isinstance(each, BaseExceptionGroup):
            todo += each.exceptions
        todo.append(each.__cause__)
        if contexts:
            todo.append(each.__context__)


def _numbers_of(error: OSError) -> Iterator[int]:
    if error.errno is not None:
        yield error.errno
    else:
        # aiohappyeyeballs 2.4-2.7 names the numbers of several failures in its text alone
        yield from (int(number) for number in re.findall(r"\[Errno (\d+)\]", str(error)))
