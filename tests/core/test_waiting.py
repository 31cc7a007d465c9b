"""How long a vendor asks us to wait, in every form, and whether it named a limit at all."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from llmock.simulation import build_error_response

from core.answers import GEMINI, REACH, gemini_error, judged, openai_error
from core.builders import LAW, START, evidence
from trayuptime.core.waiting import LONGEST_HOLD_S, retry_after_s


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "200"}, 200.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "30"}, 30.0),
        ({"retry-after-ms": "60000", "retry-after": "30"}, 60.0),
        ({"retry-after-ms": "soon", "retry-after": "30"}, 30.0),
        ({"retry-after": "Sun, 29 Mar 2026 12:03:20 GMT"}, 200.0),
        ({"retry-after": "Sunday, 29-Mar-26 12:03:20 GMT"}, 200.0),
        ({"retry-after": "Sun Mar 29 12:03:20 2026"}, 200.0),
        ({"retry-after": "Sun, 29 Mar 2026 14:03:20 +0200"}, 200.0),
        (
            {"retry-after": "Sun, 29 Mar 2026 13:03:20 GMT", "date": "Sun, 29 Mar 2026 13:00:00 GMT"},
            200.0,
        ),
        ({"retry-after": "Sun, 29 Mar 2026 12:03:20 GMT", "date": "yesterday"}, 200.0),
        ({"retry-after": "Sun, 29 Mar 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after-ms": "-1"}, 0.0),
        ({"retry-after": "99999999999"}, LONGEST_HOLD_S),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, LONGEST_HOLD_S),
        ({"retry-after": ""}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e999"}, None),
        ({"retry-after": "Sun, 99 Mar 2026 12:00:00 GMT"}, None),
        ({"retry-after": "Sun, 29 Mar 2026 12:00:00 +9999999"}, None),
    ],
)
def test_retry_after_is_read_in_all_three_forms_and_never_believed_beyond_a_day(
    headers: dict[str, str], wait_s: float | None
) -> None:
    assert retry_after_s(headers, START) == wait_s


@LAW
@given(st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "date"]), st.text(max_size=40)))
@example({"retry-after": "9" * 400})
@example({"retry-after": "Sun, 29 Mar 2026 12:00:00 " + "9" * 30})
@example({"retry-after": "Mon, 01 Jan 0001 00:00:00 +2300"})
def test_no_header_makes_us_wait_for_ever_or_stumble(headers: dict[str, str]) -> None:
    wait_s = retry_after_s(headers, START)

    assert wait_s is None or 0 <= wait_s <= LONGEST_HOLD_S


def _google(*delays: object) -> dict[str, object]:
    info = "type.googleapis.com/google.rpc.RetryInfo"
    return gemini_error(
        429, "RESOURCE_EXHAUSTED", "Quota", *({"@type": info, "retryDelay": d} for d in delays)
    )


@pytest.mark.parametrize(
    ("headers", "said", "wait_s"),
    [
        ({}, _google("33s"), 33.0),
        ({}, _google("0.847655010s"), 0.847655010),
        ({}, [_google("33s")], 33.0),
        ({}, _google("5s", "33s"), 33.0),
        ({"retry-after": "60"}, _google("33s"), 60.0),
        ({"retry-after-ms": "500"}, _google("33s"), 33.0),
        ({}, _google("999999s"), LONGEST_HOLD_S),
        ({}, _google("-5s"), 0.0),
        ({}, _google("soon", 33, None), None),
        ({}, _google(), None),
        ({}, {"error": {"details": "33s"}}, None),
        ({}, {"error": {"details": ["33s"]}}, None),
        ({}, {"error": "retryDelay"}, None),
        ({}, [], None),
        ({}, ["33s"], None),
        ({}, "33s", None),
    ],
)
def test_the_longest_of_what_is_said_counts_the_body_included(
    headers: dict[str, str], said: object, wait_s: float | None
) -> None:
    assert retry_after_s(headers, START, said) == wait_s


def test_only_a_rate_limit_makes_us_wait() -> None:
    asked = {"retry-after": "200"}
    in_band = b'{"error":{"type":"rate_limit_error","message":"no"}}'

    assert judged(evidence(429, b"", headers=asked)).retry_after_s == 200.0
    assert judged(evidence(200, in_band, headers=asked)).retry_after_s == 200.0
    assert judged(evidence(503, b"", headers=asked)).retry_after_s is None
    assert judged(evidence(429, json.dumps(_google("33s")).encode()), GEMINI).retry_after_s == 33.0


@pytest.mark.parametrize(
    ("headers", "body", "unexplained"),
    [
        ({}, b'{"status":"come back later"}', True),
        ({"content-type": "application/json", "x-ms-request-id": "1"}, b"", True),
        ({"retry-after": "soon"}, b"", True),
        ({"retry-after": "0"}, b"", False),
        ({"retry-after-ms": "10"}, b"", False),
        ({"x-ratelimit-remaining-requests": "0"}, b"", False),
        ({"x-rate-limit-limit": "5"}, b"", False),
        ({"anthropic-ratelimit-tokens-reset": "2026-03-29T12:00:00Z"}, b"", False),
        ({"ratelimit": '"default";r=0;t=5'}, b"", False),
        ({"ratelimit-policy": '"default";q=5'}, b"", False),
        ({"x-ms-ratelimit-remaining-requests": "0"}, b"", False),
        ({}, json.dumps(_google("33s")).encode(), False),
    ],
)
def test_a_429_that_names_no_limit_is_unexplained(
    headers: dict[str, str], body: bytes, unexplained: bool
) -> None:
    """OpenAI told every caller to come back later on 2023-11-08: an outage, and not anybody's rate."""
    assert judged(evidence(429, body, headers=headers)).unexplained is unexplained


def test_nothing_but_a_rate_limit_is_unexplained() -> None:
    quota = json.dumps(openai_error("no", "insufficient_quota", None)).encode()

    assert not judged(evidence(429, quota)).unexplained
    assert not judged(evidence(200, b'{"error":{"type":"rate_limit_error"}}')).unexplained
    assert not judged(evidence(503, b"")).unexplained
    assert not judged(evidence(429, b""), level=REACH).unexplained


def test_its_429_tells_how_long_to_wait() -> None:
    response = build_error_response("/openai/v1/models", 429, retry_after=2.5)

    assert retry_after_s(dict(response.headers), START) == 3.0  # it rounds its 2500 ms up in the other header
