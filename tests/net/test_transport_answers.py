import json

import pytest

import hostile
from hostile import Hostile
from net.asking import NOW, SECRET, ask, everyone_at, run, transport_with
from trayuptime.core.evidence import Failure
from trayuptime.core.model import Reach
from trayuptime.net.transport import Request, Transport


def test_an_answer_is_handed_over_whole(transport: Transport) -> None:
    with Hostile(hostile.json_ok) as server:
        seen = ask(transport, server.url("/v1/models"))

    assert seen.failure is None
    assert seen.failure_text == ""
    assert seen.status == 200
    assert seen.body == hostile.OK_BODY
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["date"] == "Mon, 30 Mar 2026 01:13:45 GMT"
    assert seen.headers["x-twice"] == "a, b"
    assert seen.began_at == NOW
    assert seen.host == f"127.0.0.1:{server.port}"
    assert seen.reach is Reach.LOOPBACK
    assert seen.authentic
    assert seen.network.proxy is None


def test_the_request_says_who_asks_and_wants_nothing_but_gzip(transport: Transport) -> None:
    with Hostile(hostile.json_ok) as server:
        ask(transport, server.url("/v1?q=1"), headers={"Accept-Encoding": "br", "X-Version": "1"})

    received = server.requests[0]
    assert (received.method, received.target) == ("GET", "/v1?q=1")
    assert received.headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "TrayUptime/test",
        "accept": "*/*",
        "accept-encoding": "gzip",
        "connection": "close",
        "x-version": "1",
    }


def test_key_and_body_arrive(transport: Transport) -> None:
    body = json.dumps({"max_tokens": 1}).encode()
    with Hostile(hostile.json_ok) as server:
        ask(transport, server.url(), method="POST", body=body, secret_headers=SECRET)

    assert server.requests[0].method == "POST"
    assert server.requests[0].body == body
    assert server.requests[0].headers["authorization"] == SECRET["Authorization"]


@pytest.mark.parametrize("status", [204, 304, 401, 404, 429, 500, 503, 529])
def test_every_status_is_an_answer(transport: Transport, status: int) -> None:
    with Hostile(hostile.answer(f"{status} Whatever")) as server:
        seen = ask(transport, server.url())

    assert (seen.status, seen.failure, seen.authentic) == (status, None, True)


@pytest.mark.parametrize("status", [407, 511])
def test_what_only_something_in_between_says_is_not_authentic(transport: Transport, status: int) -> None:
    with Hostile(hostile.answer(f"{status} Log in first")) as server:
        seen = ask(transport, server.url())

    assert (seen.status, seen.authentic) == (status, False)


@pytest.mark.parametrize(
    ("behaviour", "body"),
    [
        (hostile.html, b"<!doctype html><title>Please log in</title>"),
        (hostile.gzipped, hostile.OK_BODY),
        (hostile.interim_answers_first, hostile.OK_BODY),
        (hostile.bad_utf8, b"\xff\xfe\xc3\x28"),
        (hostile.more_than_promised, b"{}"),
    ],
)
def test_odd_but_legal_answers_are_taken_as_they_are(
    transport: Transport, behaviour: hostile.Behaviour, body: bytes
) -> None:
    with Hostile(behaviour) as server:
        seen = ask(transport, server.url())

    assert (seen.failure, seen.status, seen.body) == (None, 200, body)


def test_header_values_in_no_known_encoding_are_still_readable(transport: Transport) -> None:
    with Hostile(hostile.bad_utf8) as server:
        seen = ask(transport, server.url())

    assert seen.headers["x-name"] == "café ÿþ"


def test_every_phase_is_timed_and_together_they_are_the_total(transport: Transport) -> None:
    with Hostile(hostile.json_ok) as server:
        phases = ask(transport, server.url(name="localhost")).phases

    assert phases.dns_ms is not None
    assert phases.connect_ms is not None
    assert phases.first_byte_ms is not None
    assert phases.total_ms is not None
    assert phases.tls_ms is None
    assert 0 < phases.dns_ms + phases.connect_ms + phases.first_byte_ms <= phases.total_ms


def test_a_name_that_is_sunk_to_loopback_is_still_far_away() -> None:
    transport = transport_with(everyone_at(("127.0.0.1", None)))
    with Hostile(hostile.json_ok) as server:
        seen = ask(transport, server.url(name="models.vendor.test"))

    assert seen.host == f"models.vendor.test:{server.port}"
    assert seen.reach is Reach.INTERNET


def test_ipv6_is_asked_by_its_literal(transport: Transport) -> None:
    with Hostile(hostile.json_ok, host="::1") as server:
        seen = ask(transport, server.url())

    assert (seen.status, seen.host, seen.reach) == (200, f"[::1]:{server.port}", Reach.LOOPBACK)


def test_each_question_has_a_connection_of_its_own(transport: Transport) -> None:
    with Hostile(hostile.json_ok) as server:
        for _ in range(3):
            ask(transport, server.url())

    assert server.connections == 3


def test_warming_up_and_renewing_ask_nobody_and_change_no_answer(transport: Transport) -> None:
    with Hostile(hostile.json_ok) as server:
        transport.warm_up()
        run(transport.renew())

        assert server.connections == 0
        assert ask(transport, server.url()).status == 200


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "does not begin with https"),
        ("api.vendor.test/v1", "does not begin with https"),
        ("ftp://api.vendor.test/", "does not begin with https"),
        ("https://", "no valid host or port"),
        ("https://a..b/", "no valid host or port"),
        (f"https://{'a' * 64}.test/", "no valid host or port"),
        ("https://api vendor.test/", "no valid host or port"),
        ("https://api.vendor.test:99999/", "no valid host or port"),
        ("https://[::1/", "not valid"),
        ("https://api.vendor.test/\x00", "not valid"),
        ("https://me:hunter22@api.vendor.test/", "user name or password"),
    ],
)
def test_an_address_that_cannot_be_asked_is_a_value_too(transport: Transport, url: str, words: str) -> None:
    seen = ask(transport, url)

    assert seen.failure is Failure.REFUSED_BY_US
    assert words in seen.failure_text
    assert "hunter22" not in seen.failure_text


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"secret_headers": {"X-Api-Key": "sk-secret-value\n"}}, "the value of X-Api-Key"),
        ({"secret_headers": {"X-Api-Key": "sk-secret-“value”"}}, "the value of X-Api-Key"),
        ({"headers": {"X Api": "1"}}, "a header's name"),
        ({"method": "GET /"}, "the method"),
    ],
)
def test_what_http_does_not_allow_is_never_sent(
    transport: Transport, details: dict[str, object], words: str
) -> None:
    with Hostile(hostile.json_ok) as server:
        seen = ask(transport, server.url(), **details)

    assert seen.failure is Failure.REFUSED_BY_US
    assert words in seen.failure_text
    assert "secret" not in seen.failure_text
    assert server.connections == 0


def test_a_question_has_harmless_defaults() -> None:
    request = Request("GET", "https://api.vendor.test/")

    assert (request.timeout_s, request.proxy, request.allow_http) == (10.0, "auto", False)
