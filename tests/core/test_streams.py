"""A streamed answer is worth its first data and its own end; keep-alives are worth nothing."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import (
    ANTHROPIC,
    COMPLETION,
    GEMINI,
    MODELS,
    OPENAI,
    PORTAL_PAGE,
    VENDORS,
    anthropic_error,
    gemini_error,
    judged,
    openai_error,
)
from core.builders import LAW, START, evidence
from trayuptime.core.evidence import Dialect, Failure, Stream
from trayuptime.core.model import Phases, Result, Usage
from trayuptime.core.reasons import MEANINGS, Effect, Reason

WHOLE = Stream(data_events=3, first_data_ms=420.0, keep_alives=2, ended=True)
HALF = Stream(data_events=2, first_data_ms=420.0)
ONLY_KEEP_ALIVES = Stream(keep_alives=40)
NOTHING = Stream()
SLOW = Phases(first_byte_ms=5.0, total_ms=10_000.0)


def streamed(
    stream: Stream,
    failure: Failure | None = None,
    dialect: Dialect = OPENAI,
    status: int = 200,
    body: bytes = b"",
) -> Result:
    seen = evidence(status, body, stream=stream, failure=failure, phases=SLOW)
    return judged(seen, dialect, COMPLETION, now=START + 10_000, lists_models=False)


@pytest.mark.parametrize("dialect", VENDORS)
def test_data_and_an_end_are_an_answer(dialect: Dialect) -> None:
    assert streamed(WHOLE, dialect=dialect).reason is Reason.OK


@pytest.mark.parametrize(
    ("stream", "failure"),
    [
        (HALF, None),
        (HALF, Failure.READ_TIMEOUT),
        (HALF, Failure.RESET),
        (HALF, Failure.MALFORMED),
        (ONLY_KEEP_ALIVES, None),
        (ONLY_KEEP_ALIVES, Failure.READ_TIMEOUT),
        (ONLY_KEEP_ALIVES, Failure.RESET),
        (NOTHING, None),
        (NOTHING, Failure.RESET),
        (Stream(ended=True), None),
        (Stream(keep_alives=3, ended=True), None),
    ],
)
def test_a_stream_without_data_or_without_its_end_is_cut(stream: Stream, failure: Failure | None) -> None:
    seen = streamed(stream, failure)

    assert (seen.reason, seen.needs_witness) == (Reason.STREAM_CUT, False)
    assert seen.latency_ms == 10_000.0


def test_a_blank_body_is_a_stream_without_data() -> None:
    assert streamed(NOTHING, body=b"\n\n\n").reason is Reason.STREAM_CUT


def test_a_stream_that_never_said_anything_until_the_time_limit_is_an_ordinary_time_out() -> None:
    assert streamed(NOTHING, Failure.READ_TIMEOUT).reason is Reason.READ_TIMEOUT


@pytest.mark.parametrize(
    ("failure", "reason"), [(Failure.TLS, Reason.TLS_FAILURE), (Failure.LIMIT, Reason.BAD_ANSWER)]
)
def test_what_else_ends_a_stream_keeps_its_name(failure: Failure, reason: Reason) -> None:
    assert streamed(HALF, failure).reason is reason


def test_a_stream_is_timed_until_its_first_data_and_a_failure_as_a_whole() -> None:
    assert streamed(WHOLE).latency_ms == 420.0
    assert streamed(Stream(data_events=1, ended=True)).latency_ms == 10_000.0
    assert streamed(HALF).latency_ms == 10_000.0


@pytest.mark.parametrize(
    ("dialect", "error", "reason"),
    [
        (ANTHROPIC, anthropic_error("overloaded_error", "Overloaded"), Reason.OVERLOADED),
        (ANTHROPIC, {"type": "overloaded_error", "message": "Overloaded"}, Reason.OVERLOADED),
        (ANTHROPIC, anthropic_error("rate_limit_error", "too many"), Reason.RATE_LIMITED),
        (ANTHROPIC, anthropic_error("api_error", "Internal"), Reason.STREAM_CUT),
        (OPENAI, openai_error("no", "insufficient_quota", "insufficient_quota"), Reason.OUT_OF_CREDIT),
        (OPENAI, openai_error("That model does not exist", "x", "model_not_found"), Reason.MODEL_MISSING),
        (OPENAI, openai_error("gone", "server_error", None), Reason.STREAM_CUT),
        (OPENAI, {"error": {"code": 502, "message": "Provider disconnected"}}, Reason.SERVER_ERROR),
        (OPENAI, {"error": {"code": 429, "message": "Slow down"}}, Reason.RATE_LIMITED),
        (OPENAI, {"error": "upstream gone", "status": 503}, Reason.SERVER_ERROR),
        (GEMINI, gemini_error(503, "UNAVAILABLE", "The model is overloaded."), Reason.OVERLOADED),
        (GEMINI, [gemini_error(429, "RESOURCE_EXHAUSTED", "Quota")], Reason.RATE_LIMITED),
        (OPENAI, {"choices": [{"delta": {}, "finish_reason": "network_error"}]}, Reason.STREAM_CUT),
        (OPENAI, "the connection was lost", Reason.STREAM_CUT),
    ],
)
@pytest.mark.parametrize("failure", [None, Failure.RESET])
def test_an_error_in_mid_stream_means_what_it_says_and_else_that_it_is_cut(
    dialect: Dialect, error: object, reason: Reason, failure: Failure | None
) -> None:
    """Zhipu reports an abnormal end as a `finish_reason`; the probe hands that event over as the error."""
    broken = Stream(data_events=1, first_data_ms=9.0, ended=True, error=json.dumps(error).encode())

    assert streamed(broken, failure, dialect).reason is reason


def test_the_error_in_a_stream_is_what_is_told_and_kept() -> None:
    error = json.dumps(anthropic_error("overloaded_error", "Overloaded")).encode()
    seen = streamed(Stream(data_events=1, error=error), dialect=ANTHROPIC, body=b"event: message_start")

    assert seen.detail == "says it is overloaded: Overloaded"
    assert seen.excerpt == error.decode()
    assert seen.request_id == "req_011"


def test_an_error_object_instead_of_a_stream_is_read_like_one_inside_it() -> None:
    error = json.dumps(openai_error("no", "insufficient_quota", None)).encode()

    assert streamed(NOTHING, body=error).reason is Reason.OUT_OF_CREDIT
    assert streamed(NOTHING, body=b'{"error":"gone"}').reason is Reason.BAD_ANSWER


def test_a_page_instead_of_a_stream_is_a_bad_answer() -> None:
    assert streamed(NOTHING, body=PORTAL_PAGE).reason is Reason.BAD_ANSWER


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        (None, Reason.UNKNOWN),
        (NOTHING, Reason.UNKNOWN),
        (ONLY_KEEP_ALIVES, Reason.UNKNOWN),
        (HALF, Reason.STREAM_CUT),
    ],
)
def test_a_local_server_may_load_its_model_for_longer_than_we_wait(
    stream: Stream | None, reason: Reason
) -> None:
    seen = evidence(200, b"", stream=stream, failure=Failure.READ_TIMEOUT)

    assert judged(seen, level=COMPLETION, must_run=False).reason is reason
    assert judged(seen, level=COMPLETION).reason is not Reason.UNKNOWN
    assert judged(seen, level=MODELS, must_run=False).reason is not Reason.UNKNOWN


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, Reason.KEY_REJECTED),
        (429, Reason.RATE_LIMITED),
        (503, Reason.SERVER_ERROR),
        (302, Reason.BAD_ANSWER),
    ],
)
def test_under_any_other_status_there_is_no_stream(status: int, reason: Reason) -> None:
    assert streamed(NOTHING, status=status).reason is reason
    assert streamed(NOTHING, Failure.RESET, status=status).reason is Reason.CONNECTION_RESET


def test_an_authentic_beginning_needs_no_witness_and_any_other_does() -> None:
    plain = evidence(200, b"", stream=HALF, failure=Failure.RESET, authentic=False)

    assert judged(plain, level=COMPLETION).needs_witness
    assert not streamed(HALF, Failure.RESET).needs_witness


def test_only_a_completion_is_a_stream() -> None:
    listed = evidence(200, b'{"data":[]}', stream=NOTHING)

    assert judged(listed, level=MODELS).reason is Reason.OK


def test_json_that_is_no_answer_is_no_stream_that_was_cut() -> None:
    assert streamed(NOTHING, body=b'{"hello":"world"}').reason is Reason.BAD_ANSWER


@pytest.mark.parametrize(
    ("stream", "per_s"),
    [
        (Stream(3, first_data_ms=400.0, last_data_ms=500.0, tokens=11), 100.0),
        (Stream(3, first_data_ms=400.0, last_data_ms=400.0, tokens=11), None),
        (Stream(1, first_data_ms=400.0, last_data_ms=500.0, tokens=1), None),
        (Stream(1, first_data_ms=400.0, last_data_ms=500.0), None),
        (Stream(1, first_data_ms=400.0, tokens=11), None),
        (Stream(last_data_ms=400.0, tokens=11), None),
    ],
)
def test_tokens_per_second_count_from_the_first_one_on(stream: Stream, per_s: float | None) -> None:
    assert streamed(replace(stream, ended=True)).tokens_per_s == per_s


def test_what_is_billed_is_part_of_the_result() -> None:
    assert streamed(replace(WHOLE, usage=Usage(8, 1))).usage == Usage(8, 1)


@LAW
@given(
    st.builds(
        Stream,
        data_events=st.integers(0, 2),
        keep_alives=st.integers(0, 2),
        ended=st.booleans(),
        error=st.binary(max_size=40),
    ),
    st.none() | st.sampled_from([Failure.READ_TIMEOUT, Failure.RESET, Failure.MALFORMED, Failure.LIMIT]),
    st.integers(200, 599),
    st.sampled_from(VENDORS),
)
def test_no_stream_is_green_without_data_and_an_end_and_none_of_them_is_blamed_on_the_user(
    stream: Stream, failure: Failure | None, status: int, dialect: Dialect
) -> None:
    reason = streamed(stream, failure, dialect, status).reason
    whole = stream.data_events > 0 and stream.ended and not stream.error and failure is None

    assert (reason is Reason.OK) is (whole and status < 300)
    if status < 400:
        assert reason is Reason.OK or MEANINGS[reason].effect is Effect.FAILURE
