import errno
import socket
import ssl

import httpcore
import pytest

from trayuptime.core.model import Failure
from trayuptime.net.failures import explain
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
    assert explain(exc, _hop(step), None)[0] is failure


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
    found, text = explain(TimeoutError(), _hop(step), 10.0)

    assert found is failure
    assert "10 s" in text


@pytest.mark.parametrize("step", [Step.RESOLVE, Step.CONNECT, Step.TUNNEL])
def test_up_to_its_tunnel_a_proxy_answers_for_itself(step: Step) -> None:
    failure, text = explain(OSError(errno.ECONNREFUSED, "?"), _hop(step, "proxy.test:3128"), None)

    assert failure is Failure.PROXY
    assert text.startswith("the proxy proxy.test:3128 failed: ")
    assert "vendor.test" not in text


def test_the_system_error_behind_httpcores_is_the_one_that_counts() -> None:
    wrapped = httpcore.WriteError("?")
    wrapped.__cause__ = OSError(errno.EPIPE, "?")

    assert explain(wrapped, _hop(Step.TUNNEL, "proxy.test:1080"), None)[0] is Failure.PROXY
    assert explain(wrapped, _hop(Step.ANSWER), None)[0] is Failure.RESET


@pytest.mark.parametrize(
    ("said", "words"), [("502 Bad", "answered 502"), ("", "would not"), ("Proxy no", "would not")]
)
def test_what_a_proxy_says_is_told_without_its_words(said: str, words: str) -> None:
    failure, text = explain(httpcore.ProxyError(said), _hop(Step.TUNNEL, "proxy.test:80"), None)

    assert failure is Failure.PROXY
    assert words in text
