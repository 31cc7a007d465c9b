import asyncio
import errno
import socket
import ssl
from collections.abc import Coroutine
from typing import Any

import anyio
import httpcore
import pytest

import hostile
from net.asking import NOW, everyone_at
from trayuptime.core.evidence import Failure
from trayuptime.core.model import Network
from trayuptime.net.failures import explain, is_cut_off, numbers_behind, of_the_world
from trayuptime.net.hop import Hop, Step, Stop


def _hop(step: Step, proxy: str | None = None) -> Hop:
    return Hop("vendor.test", 443, proxy_name=proxy, step=step)


@pytest.mark.parametrize(
    ("exc", "step", "failure"),
    [
        (socket.gaierror(socket.EAI_NONAME, "?"), Step.RESOLVE, Failure.DNS),
        (OSError(errno.ECONNREFUSED, "?"), Step.CONNECT, Failure.REFUSED),
        (OSError(errno.ENETUNREACH, "?"), Step.CONNECT, Failure.CONNECT_TIMEOUT),
        (OSError(errno.EHOSTUNREACH, "?"), Step.CONNECT, Failure.CONNECT_TIMEOUT),
        (TimeoutError(errno.ETIMEDOUT, "?"), Step.CONNECT, Failure.CONNECT_TIMEOUT),
        (OSError(errno.EACCES, "?"), Step.CONNECT, Failure.CONNECT_TIMEOUT),
        (OSError("Multiple exceptions: no numbers"), Step.CONNECT, Failure.CONNECT_TIMEOUT),
        (OSError("Multiple: [Errno 101] a, [Errno 111] b"), Step.CONNECT, Failure.REFUSED),
        (OSError(errno.ECONNRESET, "?"), Step.CONNECT, Failure.RESET),
        (OSError(errno.ENOTCONN, "?"), Step.CONNECT, Failure.RESET),
        (OSError(errno.ECONNRESET, "?"), Step.TLS, Failure.TLS),
        (ssl.SSLError(1, "?"), Step.TLS, Failure.TLS),
        (ssl.SSLError(1, "?"), Step.ANSWER, Failure.TLS),
        (OSError(errno.ECONNRESET, "?"), Step.ANSWER, Failure.RESET),
        (OSError(errno.ECONNRESET, "?"), Step.BODY, Failure.RESET),
        (TimeoutError(errno.ETIMEDOUT, "?"), Step.BODY, Failure.RESET),
        (OSError(errno.EMFILE, "?"), Step.CONNECT, Failure.REFUSED_BY_US),
        (httpcore.RemoteProtocolError("?"), Step.ANSWER, Failure.MALFORMED),
        (httpcore.LocalProtocolError("?"), Step.ANSWER, Failure.REFUSED_BY_US),
        (Stop(Failure.LIMIT, "too much"), Step.BODY, Failure.LIMIT),
    ],
)
def test_class_and_number_decide_not_the_words(exc: Exception, step: Step, failure: Failure) -> None:
    assert explain(exc, _hop(step), None, NOW)[0] is failure


@pytest.mark.parametrize(
    ("step", "failure"),
    [
        (Step.RESOLVE, Failure.DNS),
        (Step.CONNECT, Failure.CONNECT_TIMEOUT),
        (Step.TUNNEL, Failure.PROXY),
        (Step.TLS, Failure.READ_TIMEOUT),
        (Step.ANSWER, Failure.READ_TIMEOUT),
        (Step.BODY, Failure.READ_TIMEOUT),
    ],
)
def test_running_out_of_time_means_what_was_being_waited_for(step: Step, failure: Failure) -> None:
    found, text = explain(TimeoutError(), _hop(step), 10.0, NOW)

    assert found is failure
    assert "10 s" in text


@pytest.mark.parametrize("step", [Step.RESOLVE, Step.CONNECT, Step.TUNNEL])
def test_up_to_its_tunnel_a_proxy_answers_for_itself(step: Step) -> None:
    failure, text = explain(OSError(errno.ECONNREFUSED, "?"), _hop(step, "proxy.test:3128"), None, NOW)

    assert failure is Failure.PROXY
    assert text.startswith("the proxy proxy.test:3128 failed: ")
    assert "vendor.test" not in text


def test_the_system_error_behind_httpcores_is_the_one_that_counts() -> None:
    wrapped = httpcore.WriteError("?")
    wrapped.__cause__ = OSError(errno.EPIPE, "?")

    assert explain(wrapped, _hop(Step.TUNNEL, "proxy.test:1080"), None, NOW)[0] is Failure.PROXY
    assert explain(wrapped, _hop(Step.ANSWER), None, NOW)[0] is Failure.RESET


@pytest.mark.parametrize(
    ("said", "words"), [("502 Bad", "answered 502"), ("", "would not"), ("Proxy no", "would not")]
)
def test_what_a_proxy_says_is_told_without_its_words(said: str, words: str) -> None:
    failure, text = explain(httpcore.ProxyError(said), _hop(Step.TUNNEL, "proxy.test:80"), None, NOW)

    assert failure is Failure.PROXY
    assert words in text


# Numbers that others have wrapped


def _caused_by(cause: BaseException, text: str = "All connection attempts failed") -> OSError:
    error = OSError(text)
    error.__cause__ = cause
    return error


def _in_the_course_of(context: BaseException) -> OSError:
    error = OSError("?")
    error.__context__ = context
    return error


def _while_tls_waits(error: OSError) -> OSError:
    error.__context__ = ssl.SSLWantReadError()
    return error


def _bad_certificate() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "?")
    error.verify_message = "self-signed certificate"
    return error


def _os(number: int) -> OSError:
    return OSError(number, "?")


def _endless() -> OSError:
    """Two that led to each other."""
    one, other = _os(errno.ENETUNREACH), _os(errno.ECONNREFUSED)
    one.__context__, other.__context__ = other, one
    return one


@pytest.mark.parametrize(
    ("exc", "numbers"),
    [
        (_caused_by(_os(101)), {101}),
        (_in_the_course_of(_os(101)), {101}),
        (_caused_by(_in_the_course_of(_caused_by(_os(101)))), {101}),
        (_caused_by(ExceptionGroup("?", [_os(101), _os(111)])), {101, 111}),
        (ExceptionGroup("?", [ExceptionGroup("?", [_os(101)]), _caused_by(_os(113))]), {101, 113}),
        (_caused_by(BaseExceptionGroup("?", [asyncio.CancelledError(), _os(110)])), {110}),
        (OSError("Multiple exceptions: [Errno 101] a, [Errno 111] b"), {101, 111}),
        (_caused_by(OSError("Multiple exceptions: [Errno 101] a, [Errno 111] b")), {101, 111}),
        (_endless(), {101, 111}),
        (_caused_by(socket.gaierror(socket.EAI_AGAIN, "?")), set()),
        (ssl.SSLError(1, "?"), set()),
    ],
)
def test_every_number_counts_however_it_is_wrapped(exc: Exception, numbers: set[int]) -> None:
    assert numbers_behind(exc) == numbers


@pytest.mark.parametrize(
    ("exc", "step", "failure"),
    [
        (_caused_by(ExceptionGroup("?", [_os(101), _os(111)])), Step.CONNECT, Failure.REFUSED),
        (_caused_by(ExceptionGroup("?", [_os(101), _os(110)])), Step.CONNECT, Failure.CONNECT_TIMEOUT),
        (_caused_by(socket.gaierror(socket.EAI_NONAME, "?")), Step.RESOLVE, Failure.DNS),
        (ExceptionGroup("?", [socket.gaierror(socket.EAI_AGAIN, "?")]), Step.RESOLVE, Failure.DNS),
        (_caused_by(_bad_certificate()), Step.TLS, Failure.TLS),
        (ExceptionGroup("?", [ssl.SSLError(1, "?"), _os(104)]), Step.TLS, Failure.TLS),
        (ExceptionGroup("?", [_os(104)]), Step.ANSWER, Failure.RESET),
        (_while_tls_waits(_os(104)), Step.ANSWER, Failure.RESET),
        (ExceptionGroup("?", [_os(111), _os(errno.EMFILE)]), Step.CONNECT, Failure.REFUSED_BY_US),
    ],
)
def test_a_wrapped_error_means_what_it_would_have_meant_bare(
    exc: Exception, step: Step, failure: Failure
) -> None:
    assert explain(exc, _hop(step), None, NOW)[0] is failure


def _raised_by(attempt: Coroutine[Any, Any, None]) -> Exception:
    try:
        asyncio.run(attempt)
    except Exception as exc:  # noqa: BLE001 - whatever anyio makes of it
        return exc
    raise AssertionError("it was to fail")


def test_what_anyio_raises_is_read_to_its_ground(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that is closed: asked by one address, by two at once, and by tasks in nested groups."""

    async def connect(*addresses: str) -> None:
        async def look_up(*_question: Any, **_details: Any) -> Any:
            return everyone_at(*((address, port) for address in addresses))("vendor.test", port)

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
        await anyio.connect_tcp("vendor.test", port)

    async def connect_in_groups() -> None:
        async with anyio.create_task_group() as outer, anyio.create_task_group() as inner:
            inner.start_soon(connect, "127.0.0.1")
            outer.start_soon(connect, "127.0.0.1", "127.0.0.2")

    port = hostile.closed_port()
    by_one, by_two, grouped = [
        _raised_by(attempt)
        for attempt in (connect("127.0.0.1"), connect("127.0.0.1", "127.0.0.2"), connect_in_groups())
    ]

    assert by_one.args == by_two.args == ("All connection attempts failed",)
    assert isinstance(by_two.__cause__, ExceptionGroup)
    assert isinstance(grouped, ExceptionGroup)
    for raised in (by_one, by_two, grouped):
        assert numbers_behind(raised) == {errno.ECONNREFUSED}
        assert explain(raised, _hop(Step.CONNECT), None, NOW)[0] is Failure.REFUSED
        assert of_the_world(raised)


def test_a_group_with_a_bug_of_ours_in_it_is_not_the_worlds() -> None:
    assert of_the_world(ExceptionGroup("?", [_os(101), ExceptionGroup("?", [httpcore.ReadError()])]))
    assert not of_the_world(ExceptionGroup("?", [_os(101), ExceptionGroup("?", [KeyError("?")])]))


# Being cut off


def _no_way(_address: object) -> None:
    """As a computer without a network says."""


@pytest.mark.parametrize(
    ("exc", "step", "cut_off"),
    [
        (_os(errno.ENETUNREACH), Step.CONNECT, True),
        (_os(errno.ENETDOWN), Step.CONNECT, True),
        (_caused_by(ExceptionGroup("?", [_os(errno.ENETUNREACH)] * 2)), Step.CONNECT, True),
        (ExceptionGroup("?", [_os(errno.ENETUNREACH), _os(errno.EADDRNOTAVAIL)]), Step.CONNECT, True),
        (_os(errno.EADDRNOTAVAIL), Step.CONNECT, False),
        (ExceptionGroup("?", [_os(errno.ENETUNREACH), _os(errno.ECONNREFUSED)]), Step.CONNECT, False),
        (ExceptionGroup("?", [_os(errno.ENETUNREACH), _os(errno.ETIMEDOUT)]), Step.CONNECT, False),
        (_os(errno.ENETUNREACH), Step.ANSWER, False),
        (OSError("?"), Step.CONNECT, False),
    ],
)
def test_only_the_kernels_own_word_cuts_this_computer_off(exc: Exception, step: Step, cut_off: bool) -> None:
    hop = _hop(step)
    hop.addresses = everyone_at(("203.0.113.5", 443))("vendor.test", 443)

    assert is_cut_off(exc, hop, Network(), _no_way) is cut_off
    assert not is_cut_off(exc, hop, Network(), lambda _address: "192.0.2.2")  # a router said so


def test_without_an_address_nobody_was_out_of_reach() -> None:
    assert not is_cut_off(_os(errno.ENETUNREACH), _hop(Step.CONNECT), Network(), _no_way)
