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
    httpx.ProtocolError         a redirect that points to no address
"""

import errno
import os
import re
import socket
import ssl
from collections.abc import Iterator

import httpcore
import httpx

from trayuptime.core.model import Failure
from trayuptime.net.hop import HEADERS_LIMIT, Hop, Step, Stop

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


def explain(exc: Exception, hop: Hop, expired_s: float | None) -> tuple[Failure, str]:
    """Name a failure and put it in words for a person.

    Args:
        exc: one of `WORLD`.
        hop: how far the request had come.
        expired_s: the total time in seconds if it is what ended the request, else `None`.
    """
    if isinstance(exc, Stop):
        return exc.failure, exc.text
    if expired_s is not None:
        failure, text = _too_late(hop, expired_s)
    elif isinstance(exc, httpcore.ProxyError):
        failure, text = Failure.PROXY, _proxy_said(exc)
    elif (error := _os_error(exc)) is not None:
        failure, text = _from_os(error, hop)
    else:
        failure, text = _from_protocol(exc, hop)

    if failure is Failure.REFUSED_BY_US or hop.proxy_name is None or hop.step not in _PROXY_STEPS:
        return failure, text
    return Failure.PROXY, f"the proxy {hop.proxy_name} failed: {text}"


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


def _os_error(exc: BaseException) -> OSError | None:
    """The system's own error behind an exception, if there is one: httpcore keeps it as the cause."""
    seen: BaseException | None = exc
    while seen is not None:
        if isinstance(seen, OSError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _from_os(error: OSError, hop: Hop) -> tuple[Failure, str]:
    numbers = set(_errnos(error))
    if numbers & _NO_ROOM_HERE:
        return Failure.REFUSED_BY_US, f"this computer has no room for another connection: {error.strerror}"
    if isinstance(error, socket.gaierror):
        words = "no name server answered for" if error.errno in _TRY_LATER else "no address is known for"
        return Failure.DNS, f"{words} {hop.peer}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure.TLS, f"the certificate of {hop.peer} was not accepted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        reason = (getattr(error, "reason", None) or "the connection was cut").replace("_", " ").lower()
        return Failure.TLS, f"no secure connection to {hop.peer}: {reason}"
    match hop.step:
        case Step.TLS:
            return Failure.TLS, f"no secure connection to {hop.peer}: the handshake was cut off"
        case Step.RESOLVE | Step.CONNECT:
            return _not_connected(numbers, hop)
        case _:
            return Failure.RESET, _cut(hop)


def _not_connected(numbers: set[int], hop: Hop) -> tuple[Failure, str]:
    if errno.ECONNREFUSED in numbers:  # of several addresses one that says no proves more than silence
        return Failure.REFUSED, f"{hop.peer} refused the connection"
    if numbers & _GONE:
        return Failure.RESET, f"{hop.peer} reset the connection"
    if numbers & _UNREACHABLE:
        return Failure.CONNECT_TIMEOUT, f"there is no route to {hop.peer}"
    words = os.strerror(min(numbers)).lower() if numbers else "no address could be reached"
    return Failure.CONNECT_TIMEOUT, f"no connection to {hop.peer}: {words}"


def _errnos(error: OSError) -> Iterator[int]:
    """The numbers behind an error.

    For several addresses that failed differently aiohappyeyeballs 2.4-2.7 raises one plain `OSError` that
    names the numbers in its text alone, so there is no class to go by.
    """
    if error.errno is not None:
        yield error.errno
    else:
        yield from (int(number) for number in re.findall(r"\[Errno (\d+)\]", str(error)))


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
