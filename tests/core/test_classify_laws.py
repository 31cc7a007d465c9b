"""Whatever the world sends, nothing stumbles, no 4xx is an outage and no 5xx is green."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from llmock.simulation import build_error_response

from core.answers import (
    ANTHROPIC,
    COMPLETION,
    GEMINI,
    MODELS,
    OPENAI,
    REACH,
    VENDORS,
    judged,
    of,
)
from core.builders import LAW, evidence
from trayuptime.core.evidence import Dialect, Failure, Stream
from trayuptime.core.model import Level
from trayuptime.core.reasons import MEANINGS, Access, Effect, Reason

HEADERS = ("content-type", "retry-after", "retry-after-ms", "x-request-id", "x-amzn-errortype", "cf-ray")
STREAMS = st.builds(
    Stream,
    data_events=st.integers(0, 3),
    first_data_ms=st.none() | st.floats(0, 1e5),
    keep_alives=st.integers(0, 3),
    ended=st.booleans(),
    error=st.binary(max_size=60) | st.from_regex(rb'\{"(error|code|type)":.{0,40}\}', fullmatch=True),
)


@LAW
@given(
    st.binary(max_size=200) | st.from_regex(rb'\{"(error|data|type|code)":.{0,40}\}', fullmatch=True),
    st.integers(100, 999),
    st.sampled_from(list(Dialect)),
    st.sampled_from(list(Level)),
    st.fixed_dictionaries(
        {
            "failure": st.none() | st.sampled_from(list(Failure)),
            "authentic": st.booleans(),
            "stream": st.none() | STREAMS,
            "headers": st.dictionaries(st.sampled_from(HEADERS), st.text(max_size=20)),
        }
    ),
)
@example(b'{"error":' + b"9" * 4_000 + b"}", 400, OPENAI, MODELS, {})
@example(b"[" * 100_000 + b"]" * 100_000, 429, GEMINI, COMPLETION, {})
@example(b'{"code":' + b"9" * 4_000 + b',"message":"?"}', 200, OPENAI, MODELS, {})
def test_nothing_that_the_world_sends_makes_us_stumble(
    body: bytes, status: int, dialect: Dialect, level: Level, more: dict[str, Any]
) -> None:
    seen = judged(evidence(status, body, **more), dialect, level)

    assert seen.detail.isprintable()
    assert (seen.detail == "") is (seen.reason is Reason.OK)
    assert seen.request_id.isprintable()
    assert seen.retry_after_s is None or seen.retry_after_s >= 0
    seen.excerpt.encode("utf-8")


@LAW
@given(st.integers(400, 499), st.binary(max_size=100), st.sampled_from(VENDORS))
def test_no_4xx_but_overload_and_the_servers_own_is_ever_an_outage(
    status: int, body: bytes, dialect: Dialect
) -> None:
    failed = MEANINGS[of(status, body, dialect)].effect is Effect.FAILURE

    assert not failed or status in {408, 425}


@LAW
@given(st.integers(500, 599), st.binary(max_size=100), st.sampled_from([REACH, MODELS, COMPLETION]))
def test_no_5xx_is_ever_green(status: int, body: bytes, level: Level) -> None:
    assert MEANINGS[of(status, body, level=level)].effect is Effect.FAILURE


@LAW
@given(st.binary(max_size=200), st.sampled_from(VENDORS))
def test_a_200_without_a_list_is_never_green(body: bytes, dialect: Dialect) -> None:
    assert of(200, b'{"x":' + body, dialect) is not Reason.OK


# The real bodies of a stand-in server that others wrote

LLMOCK_PATHS = {
    "/openai/v1/models": OPENAI,
    "/anthropic/v1/models": ANTHROPIC,
    "/gemini/v1beta/models": GEMINI,
    "/mistral/v1/models": OPENAI,
    "/cohere/v1/models": OPENAI,
    "/groq/openai/v1/models": OPENAI,
    "/xai/v1/models": OPENAI,
}
LLMOCK_STATUSES = {
    400: Reason.BAD_REQUEST,
    401: Reason.KEY_REJECTED,
    402: Reason.OUT_OF_CREDIT,
    404: Reason.BAD_REQUEST,
    408: Reason.SERVER_ERROR,
    409: Reason.BAD_REQUEST,
    413: Reason.BAD_REQUEST,
    422: Reason.BAD_REQUEST,
    429: Reason.RATE_LIMITED,
    500: Reason.SERVER_ERROR,
    501: Reason.SERVER_ERROR,
    502: Reason.SERVER_ERROR,
    504: Reason.SERVER_ERROR,
    529: Reason.OVERLOADED,
}


@pytest.mark.parametrize(("path", "dialect"), LLMOCK_PATHS.items())
@pytest.mark.parametrize(("status", "reason"), LLMOCK_STATUSES.items())
def test_the_errors_of_a_strangers_mock_server_are_understood(
    path: str, dialect: Dialect, status: int, reason: Reason
) -> None:
    response = build_error_response(path, status)

    assert of(status, bytes(response.body), dialect) is reason


@pytest.mark.parametrize(("path", "dialect"), LLMOCK_PATHS.items())
def test_its_403_is_a_lack_of_permission_where_the_dialect_has_a_word_for_one(
    path: str, dialect: Dialect
) -> None:
    reason = Reason.BAD_REQUEST if dialect is OPENAI else Reason.KEY_REJECTED

    assert of(403, bytes(build_error_response(path, 403).body), dialect) is reason


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/openai/v1/models", Reason.SERVER_ERROR),
        ("/anthropic/v1/models", Reason.OVERLOADED),
        ("/gemini/v1beta/models", Reason.OVERLOADED),
    ],
)
def test_its_503_says_overloaded_where_the_vendor_says_so(path: str, reason: Reason) -> None:
    response = build_error_response(path, 503)

    assert of(503, bytes(response.body), LLMOCK_PATHS[path]) is reason


def test_every_word_on_access_has_a_reason() -> None:
    said = {meaning.access for meaning in MEANINGS.values()}

    assert said == {None, *Access} - {Access.UNCHECKED}
