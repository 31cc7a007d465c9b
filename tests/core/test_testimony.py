"""Whose word an answer is, and what of it a result keeps."""

import json

import pytest

from core.answers import (
    CLOUDFLARE_502,
    COMPLETION,
    OPENAI_LIST,
    PORTAL_PAGE,
    judged,
    openai_error,
)
from core.builders import START, Life, evidence, no_answer, way
from trayuptime.core.classify import EXCERPT_BYTES
from trayuptime.core.evidence import Evidence, Failure, Stream
from trayuptime.core.model import Network, Phases, Reach


@pytest.mark.parametrize(
    ("seen", "portal_like"),
    [
        (evidence(407, b"<html>proxy log-in"), True),
        (evidence(511, b"<html>log in"), True),
        (no_answer(Failure.TLS), True),
        (evidence(200, PORTAL_PAGE, authentic=False), True),
        (evidence(403, PORTAL_PAGE, authentic=False), True),
        (evidence(302, b"", authentic=False, redirected_to="http://portal.hotel"), True),
        (evidence(200, PORTAL_PAGE), False),
        (evidence(502, CLOUDFLARE_502), False),
        (evidence(302, b"", redirected_to="https://other.example"), False),
        (evidence(200, b"{}", authentic=False), False),
        (evidence(200, PORTAL_PAGE, authentic=False, reach=Reach.LOOPBACK), False),
        (evidence(511, b"", reach=Reach.LOOPBACK), False),
        (no_answer(Failure.DNS), False),
    ],
)
def test_what_looks_like_a_portal_waits_for_a_witness_and_is_none(seen: Evidence, portal_like: bool) -> None:
    result = judged(seen)

    assert result.portal_like is portal_like
    assert not portal_like or (result.needs_witness and result.answered_at is None)


def test_an_authentic_answer_is_a_testimony_at_the_moment_it_was_complete() -> None:
    assert judged(evidence(503, b"")).answered_at == START + 100
    assert judged(evidence(200, b"{}", authentic=False)).answered_at is None


def test_evidence_of_nothing_is_our_own_fault() -> None:
    with pytest.raises(ValueError, match="must carry a status"):
        judged(evidence(None))


def test_an_answer_that_broke_off_is_a_testimony_for_its_beginning_only() -> None:
    """Had our own network died under it, its end would convict every host that failed in the meantime."""
    phases = Phases(dns_ms=1.0, connect_ms=2.0, tls_ms=3.0, first_byte_ms=30.0, total_ms=9_000.0)
    seen = judged(evidence(200, b"", failure=Failure.READ_TIMEOUT, phases=phases), now=START + 9_000)

    assert seen.answered_at == START + 36
    assert judged(evidence(200, b"", failure=Failure.RESET, phases=Phases())).answered_at == START


def test_what_broke_off_while_this_computer_had_no_way_out_needs_a_witness() -> None:
    cut = {"failure": Failure.READ_TIMEOUT, "cut_off": True}
    seen = judged(evidence(200, b"", **cut))

    assert (seen.needs_witness, seen.cut_off) == (True, True)
    assert judged(evidence(200, b"", stream=Stream(1), **cut), level=COMPLETION).needs_witness
    assert not judged(evidence(503, b"", cut_off=True)).needs_witness


# What is kept


def test_a_result_carries_what_was_seen() -> None:
    seen = judged(evidence(503, b"busy", phases=Phases(dns_ms=1.0, total_ms=50.0)), now=START + 50)

    assert (seen.at, seen.latency_ms, seen.http_status) == (START, 50.0, 503)
    assert (seen.host, seen.reach, seen.interval_s) == ("a.example:443", Reach.INTERNET, 60.0)
    assert seen.phases.dns_ms == 1.0


def test_a_probe_longer_than_the_interval_speaks_for_as_long_as_it_took() -> None:
    """Otherwise a local server that is asked every second and hangs for ten would mostly be a gap."""
    hung = no_answer(Failure.READ_TIMEOUT, phases=Phases(total_ms=90_000.0))

    assert judged(hung).interval_s == 90.0
    assert judged(no_answer(Failure.READ_TIMEOUT, phases=Phases())).interval_s == 60.0


def test_an_excerpt_of_two_kilobytes_is_kept_of_what_went_wrong_and_nothing_of_what_went_well() -> None:
    assert len(judged(evidence(503, b"x" * 5000)).excerpt) == EXCERPT_BYTES
    assert judged(evidence(422, b"why")).excerpt == "why"
    assert judged(evidence(200, b"{")).excerpt == "{"
    assert judged(evidence(200, json.dumps(OPENAI_LIST).encode())).excerpt == ""


@pytest.mark.parametrize(
    ("seen", "detail"),
    [
        (evidence(200, json.dumps(OPENAI_LIST).encode()), ""),
        (evidence(503, b""), "answers 503"),
        (evidence(502, CLOUDFLARE_502), "answers 502"),
        (evidence(200, b""), "answers, but not what it should: an empty body"),
        (evidence(200, PORTAL_PAGE), "answers, but not what it should: a web page instead of data"),
        (evidence(200, b"[7"), "answers, but not what it should (status 200)"),
        (
            evidence(302, b"", redirected_to="https://new.example"),
            "answers, but not what it should: it points to https://new.example",
        ),
        (
            evidence(401, json.dumps(openai_error("Incorrect API key.", "x", None)).encode()),
            "rejects your key: Incorrect API key",
        ),
        (
            evidence(400, b'{"error":"Incorrect API key provided"}'),
            "rejects your key: Incorrect API key provided",
        ),
        (
            evidence(422, b'{"detail":"no such field"}'),
            "did not accept the question (status 422): no such field",
        ),
        (evidence(422, b'{"detail":[1]}'), "did not accept the question (status 422)"),
        (evidence(422, b'{"error":7,"message":"why"}'), "did not accept the question (status 422): why"),
        (evidence(503, b'["a"]'), "answers 503"),
        (no_answer(Failure.DNS), "has a name that cannot be resolved"),
        (no_answer(Failure.REFUSED, failure_text="port 443"), "refuses connections (port 443)"),
    ],
)
def test_the_detail_is_a_sentence_for_a_person(seen: Evidence, detail: str) -> None:
    assert judged(seen).detail == detail


def test_a_strangers_words_are_one_short_printable_line() -> None:
    message = "no\n\x1b[31m\u202egnp\x00 \ud800" + "x" * 500
    seen = judged(evidence(401, json.dumps({"error": {"message": message}}).encode()))

    assert seen.detail.isprintable()
    assert seen.detail.encode("utf-8").startswith(b"rejects your key: no [31m gnp x")
    assert len(seen.detail) < 200


@pytest.mark.parametrize(
    ("headers", "body", "request_id"),
    [
        ({}, b"", ""),
        ({"x-request-id": "req_1"}, b"", "req_1"),
        ({"request-id": "req_2", "cf-ray": "8e69-SJC"}, b"", "req_2"),
        ({"x-amzn-requestid": "a-1"}, b"", "a-1"),
        ({"apim-request-id": "b-1"}, b"", "b-1"),
        ({"x-goog-request-id": "c-1"}, b"", "c-1"),
        ({"cf-ray": "8e69-SJC"}, b"{}", "8e69-SJC"),
        ({"cf-ray": "8e69-SJC"}, b'{"request_id":"req_3"}', "req_3"),
        ({}, b'{"error":{"requestId":"req_4","message":"no"}}', "req_4"),
        ({}, b'{"request_id":null,"error":"no"}', ""),
        ({"x-request-id": " \t"}, b'{"request_id":7}', ""),
        ({"x-request-id": "a\x1b[31m\u202eb\nc"}, b"", "a [31m b c"),
        ({"x-request-id": "x" * 500}, b"", "x" * 128),
    ],
)
def test_a_result_names_the_request_as_the_vendor_does(
    headers: dict[str, str], body: bytes, request_id: str
) -> None:
    assert judged(evidence(503, body, headers=headers)).request_id == request_id


def test_of_an_answer_that_went_well_the_body_is_not_searched_for_a_name() -> None:
    body = json.dumps({**OPENAI_LIST, "request_id": "req_5"}).encode()

    assert judged(evidence(200, body)).request_id == ""
    assert judged(evidence(200, body, headers={"request-id": "req_6"})).request_id == "req_6"


def test_the_facts_of_our_own_network_are_kept_of_what_went_wrong() -> None:
    here = Network(local_address="192.0.2.7", routes=("wlan0",), tunnels=("tun0",))

    assert judged(evidence(503, b"", network=here)).network == here
    assert judged(no_answer(Failure.PROXY, network=here)).network == here
    assert judged(evidence(429, b"", network=here)).network == Network()
    assert judged(evidence(200, json.dumps(OPENAI_LIST).encode(), network=here)).network == Network()


def test_of_an_answer_the_proxy_it_came_through_is_kept() -> None:
    through = Network(local_address="192.0.2.7", proxy="proxy.test:3128")
    seen = judged(evidence(200, json.dumps(OPENAI_LIST).encode(), network=through))

    assert seen.network == Network(proxy="proxy.test:3128")


def test_on_a_network_that_was_slow_from_its_beginning_seconds_are_late_all_the_same() -> None:
    life = Life("a", "b").run("S")
    for second, way_ms in ((1, 6_000), (61, 5_000), (121, 9_000)):
        life.see(second, "S", "b", **way(way_ms, way_ms + 500))

    assert len(life.state.testimonies["b.example:443"].late_at) == 3
