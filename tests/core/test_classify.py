"""Every row of "from evidence to reason", with the bodies that vendors really send."""

import json
from dataclasses import replace

import pytest

from core.answers import (
    ANTHROPIC,
    ANTHROPIC_LIST,
    CHALLENGE,
    CHAT_PAGE,
    CLOUDFLARE_502,
    CLOUDFLARE_520,
    COMPLETION,
    GEMINI,
    GEMINI_BAD_KEY,
    GEMINI_LIST,
    MODELS,
    OPENAI,
    OPENAI_LIST,
    PAGE,
    PORTAL_PAGE,
    REACH,
    VENDORS,
    anthropic_error,
    gemini_error,
    judged,
    of,
    openai_error,
)
from core.builders import evidence, no_answer
from trayuptime.core.evidence import Dialect, Failure
from trayuptime.core.model import Level, Phases, Reach
from trayuptime.core.reasons import Reason


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        (OPENAI, OPENAI_LIST),
        (OPENAI, {"object": "list", "data": []}),
        (OPENAI, {"object": "list", "data": None}),
        (OPENAI, [{"id": "meta-llama/Llama-3"}]),
        (OPENAI, {"error": None, "data": []}),
        (ANTHROPIC, ANTHROPIC_LIST),
        (GEMINI, GEMINI_LIST),
    ],
)
def test_a_model_list_in_the_shape_of_its_dialect_is_ok(dialect: Dialect, body: object) -> None:
    assert of(200, body, dialect) is Reason.OK


def test_json_that_a_gateway_labels_as_a_page_is_still_json() -> None:
    assert of(200, OPENAI_LIST, content_type="text/html; charset=utf-8") is Reason.OK


def test_a_question_about_the_account_is_content_with_any_object() -> None:
    balance = evidence(200, b'{"is_available":true,"balance_infos":[]}')

    assert judged(balance, lists_models=False).reason is Reason.OK
    assert judged(balance).reason is Reason.BAD_ANSWER
    assert judged(evidence(200, b"[1]"), lists_models=False).reason is Reason.BAD_ANSWER


@pytest.mark.parametrize(
    ("dialect", "body"),
    [
        (OPENAI, b""),
        (OPENAI, b" \r\n\r\n "),
        (OPENAI, b"null"),
        (OPENAI, b"OK"),
        (OPENAI, b"{"),
        (OPENAI, b"\xff\xfe\x00bad \xc3\x28 utf-8"),
        (OPENAI, b"[" * 200_000),
        (OPENAI, b'{"data":' + b"9" * 5_000 + b"}"),
        (OPENAI, b'{"data": 7}'),
        (OPENAI, b'{"object":"list"}'),
        (OPENAI, b'"data"'),
        (OPENAI, b'{"object":"error","message":"no","type":"server_error","code":40303}'),
        (OPENAI, json.dumps(GEMINI_LIST).encode()),
        (ANTHROPIC, b'{"data": null}'),
        (ANTHROPIC, b"[]"),
        (ANTHROPIC, json.dumps(GEMINI_LIST).encode()),
        (GEMINI, json.dumps(OPENAI_LIST).encode()),
        (GEMINI, b'{"models": null}'),
        (GEMINI, b"[]"),
        *[(dialect, CHALLENGE) for dialect in VENDORS],
        *[(dialect, PORTAL_PAGE) for dialect in VENDORS],
        *[(dialect, b'{"error":{"message":"upstream gone"}}') for dialect in VENDORS],
        *[(dialect, b'{"type":"error","error":{"type":"api_error"}}') for dialect in VENDORS],
    ],
)
def test_a_200_that_is_not_the_dialects_list_is_a_bad_answer(dialect: Dialect, body: bytes) -> None:
    assert of(200, body, dialect) is Reason.BAD_ANSWER


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (openai_error("no", "insufficient_quota", "insufficient_quota"), Reason.OUT_OF_CREDIT),
        (anthropic_error("overloaded_error", "Overloaded"), Reason.OVERLOADED),
        (openai_error("no", "invalid_request_error", "invalid_api_key"), Reason.KEY_REJECTED),
        (openai_error("no", "invalid_request_error", "model_not_found"), Reason.BAD_ANSWER),
    ],
)
def test_an_error_inside_a_200_counts_by_its_markers(body: object, reason: Reason) -> None:
    assert of(200, body) is reason


@pytest.mark.parametrize("status", [300, 301, 302, 304, 307, 399])
def test_a_redirect_that_leads_nowhere_is_a_bad_answer_to_a_keyed_question(status: int) -> None:
    assert of(status, b"") is Reason.BAD_ANSWER


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504, 505, 511, *range(520, 529), 530, 599])
@pytest.mark.parametrize("body", [b"", CLOUDFLARE_502, CLOUDFLARE_520, b'{"error":"gone"}', b"upstream"])
@pytest.mark.parametrize("level", [REACH, MODELS])
def test_a_5xx_is_a_server_error_whatever_its_body(status: int, body: bytes, level: Level) -> None:
    assert of(status, body, level=level) is Reason.SERVER_ERROR


@pytest.mark.parametrize("status", [408, 425])
@pytest.mark.parametrize("dialect", [*VENDORS, PAGE])
def test_408_and_425_are_the_servers_fault(status: int, dialect: Dialect) -> None:
    level = REACH if dialect is PAGE else MODELS

    assert of(status, b"{}", dialect, level) is Reason.SERVER_ERROR


@pytest.mark.parametrize(
    ("status", "body", "dialect"),
    [
        (529, anthropic_error("overloaded_error", "Overloaded"), ANTHROPIC),
        (529, b"", OPENAI),
        (503, openai_error("Slow down.", "server_error", "slow_down"), OPENAI),
        (503, openai_error("The engine is currently overloaded", "server_error", None), OPENAI),
        (500, anthropic_error("overloaded_error", "Overloaded"), ANTHROPIC),
        (502, anthropic_error("overloaded_error", "Overloaded"), OPENAI),
        (503, {"error": {"message": "The server is busy. Please try again later."}}, OPENAI),
        (503, b"Server Busy", OPENAI),
        (500, openai_error("The server is currently overloaded", "server_error", None), OPENAI),
        (503, gemini_error(503, "UNAVAILABLE", "The model is overloaded."), GEMINI),
        (503, gemini_error(503, "UNAVAILABLE", "Try again later."), GEMINI),
        (429, openai_error("The engine is overloaded", "engine_overloaded_error", None), OPENAI),
    ],
)
def test_overloaded_is_told_apart_from_broken(status: int, body: object, dialect: Dialect) -> None:
    assert of(status, body, dialect) is Reason.OVERLOADED


def test_a_vendor_that_only_has_to_be_there_is_overloaded_in_the_same_words() -> None:
    assert of(503, b'{"error":{"code":"slow_down"}}', level=REACH) is Reason.OVERLOADED
    assert of(529, b"", ANTHROPIC, REACH) is Reason.OVERLOADED


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (Failure.DNS, Reason.DNS_FAILURE),
        (Failure.REFUSED, Reason.CONNECT_REFUSED),
        (Failure.CONNECT_TIMEOUT, Reason.CONNECT_TIMEOUT),
        (Failure.RESET, Reason.CONNECTION_RESET),
        (Failure.TLS, Reason.TLS_FAILURE),
        (Failure.READ_TIMEOUT, Reason.READ_TIMEOUT),
        (Failure.PROXY, Reason.PORTAL),
        (Failure.LIMIT, Reason.BAD_ANSWER),
        (Failure.MALFORMED, Reason.BAD_ANSWER),
    ],
)
@pytest.mark.parametrize("level", list(Level))
def test_a_failure_without_an_answer_needs_a_witness(failure: Failure, reason: Reason, level: Level) -> None:
    seen = judged(no_answer(failure, failure_text="[Errno 111]"), level=level)

    assert (seen.reason, seen.needs_witness, seen.answered_at) == (reason, True, None)
    assert seen.detail.endswith("([Errno 111])")


@pytest.mark.parametrize("failure", [f for f in Failure if f is not Failure.REFUSED_BY_US])
def test_loopback_needs_no_witness(failure: Failure) -> None:
    assert not judged(no_answer(failure, reach=Reach.LOOPBACK)).needs_witness


def test_what_we_refused_to_send_is_nobodys_outage() -> None:
    seen = judged(no_answer(Failure.REFUSED_BY_US))

    assert seen.reason is Reason.BAD_REQUEST
    assert not seen.needs_witness


def test_a_body_that_drips_past_the_limit_is_a_time_out_of_a_vendor_that_answered() -> None:
    seen = judged(evidence(200, b"\n\n\n", failure=Failure.READ_TIMEOUT))

    assert (seen.reason, seen.needs_witness) == (Reason.READ_TIMEOUT, False)


def test_a_drip_over_plain_http_may_be_anybodys() -> None:
    seen = judged(evidence(200, b"", failure=Failure.READ_TIMEOUT, authentic=False))

    assert (seen.needs_witness, seen.answered_at) == (True, None)


@pytest.mark.parametrize("dialect", VENDORS)
def test_an_answer_over_our_limits_is_a_bad_answer_where_an_answer_was_asked_for(dialect: Dialect) -> None:
    assert judged(evidence(200, b"{", failure=Failure.LIMIT), dialect).reason is Reason.BAD_ANSWER


@pytest.mark.parametrize(
    ("status", "dialect", "body", "reason"),
    [
        (200, OPENAI, b'{"data":[', Reason.OK),
        (200, PAGE, CHAT_PAGE, Reason.OK),
        (200, PAGE, b"", Reason.OK),
        (404, OPENAI, b"", Reason.OK),
        (503, OPENAI, b"", Reason.SERVER_ERROR),
        (302, OPENAI, b"", Reason.BAD_ANSWER),
        (302, PAGE, b"", Reason.BAD_ANSWER),
    ],
)
def test_a_vendor_with_a_large_page_is_there_but_a_redirect_loop_leads_nowhere(
    status: int, dialect: Dialect, body: bytes, reason: Reason
) -> None:
    """A public model list of a megabyte is no outage of its vendor."""
    seen = judged(evidence(status, body, failure=Failure.LIMIT, failure_text="over 1 MiB"), dialect, REACH)

    assert seen.reason is reason


@pytest.mark.parametrize(
    ("status", "body", "dialect"),
    [
        (429, openai_error("Rate limit reached for gpt-4o-mini", "tokens", "rate_limit_exceeded"), OPENAI),
        (429, openai_error("Rate limit reached", "requests", "rate_limit_exceeded"), OPENAI),
        (429, {"error": {"type": "rate_limit_reached_error", "message": "max RPM: 3"}}, OPENAI),
        (429, {"status": "come back later"}, OPENAI),
        (429, b"", OPENAI),
        (429, CLOUDFLARE_520, OPENAI),
        (429, anthropic_error("rate_limit_error", "would exceed your rate limit"), ANTHROPIC),
        (
            429,
            gemini_error(
                429,
                "RESOURCE_EXHAUSTED",
                "You exceeded your current quota, please check your plan and billing details.",
                {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "36s"},
            ),
            GEMINI,
        ),
    ],
)
def test_429_is_your_own_rate(status: int, body: object, dialect: Dialect) -> None:
    assert of(status, body, dialect) is Reason.RATE_LIMITED


@pytest.mark.parametrize(
    ("status", "body", "dialect"),
    [
        (
            429,
            openai_error("You exceeded your current quota", "insufficient_quota", "insufficient_quota"),
            OPENAI,
        ),
        (429, openai_error("No credit", "insufficient_quota", "credit_balance_exhausted"), OPENAI),
        (402, openai_error("Insufficient Balance", "unknown_error", "invalid_request_error"), OPENAI),
        (402, b"", OPENAI),
        (402, openai_error("Pay first", "rate_limit_error", None), OPENAI),
        (429, {"error": {"type": "exceeded_current_quota_error", "message": "suspended"}}, OPENAI),
        (429, {"error": {"code": "1113", "message": "Insufficient balance or no resource package."}}, OPENAI),
        (400, {"code": "Arrearage", "message": "Access denied, please make sure your account is"}, OPENAI),
        (400, anthropic_error("invalid_request_error", "Your credit balance is too low to"), ANTHROPIC),
        (402, anthropic_error("billing_error", "Payment required"), ANTHROPIC),
        (429, anthropic_error("rate_limit_error", "You have reached your spend limit"), ANTHROPIC),
        (429, {"error": {"details": {"code": "enforced_spend_limit_reached"}}}, ANTHROPIC),
        (
            429,
            gemini_error(429, "RESOURCE_EXHAUSTED", "Your project has exceeded its spending limit"),
            GEMINI,
        ),
        (500, openai_error("quota", "insufficient_quota", None), OPENAI),
        (400, gemini_error(400, "FAILED_PRECONDITION", "Please enable billing on project p"), GEMINI),
        (429, gemini_error(429, "RESOURCE_EXHAUSTED", "Your prepayment credits are depleted."), GEMINI),
        (402, gemini_error(402, "PERMISSION_DENIED", "Billing is off"), GEMINI),
        (429, {"error": {"type": "insufficient_balance_error", "message": "no"}}, OPENAI),
        (429, {"error": {"details": {"error_code": "enforced_spend_limit_reached"}}}, ANTHROPIC),
    ],
)
def test_an_empty_balance_is_told_in_many_codes(status: int, body: object, dialect: Dialect) -> None:
    assert of(status, body, dialect) is Reason.OUT_OF_CREDIT


@pytest.mark.parametrize(
    ("status", "body", "dialect"),
    [
        (401, openai_error("Incorrect API key provided: sk-x.", "invalid_request_error", None), OPENAI),
        (401, b"", OPENAI),
        (401, CLOUDFLARE_502, OPENAI),
        (401, {"error": {"type": "invalid_authentication_error", "message": "Invalid Auth"}}, OPENAI),
        (400, {"code": "invalid-argument", "error": "Incorrect API key provided: xa***."}, OPENAI),
        (401, anthropic_error("authentication_error", "invalid x-api-key"), ANTHROPIC),
        (403, anthropic_error("permission_error", "Your API key does not have permission"), ANTHROPIC),
        (400, GEMINI_BAD_KEY, GEMINI),
        (400, GEMINI_BAD_KEY, OPENAI),
        (400, [GEMINI_BAD_KEY], OPENAI),
        (400, gemini_error(400, "INVALID_ARGUMENT", "API key not valid."), GEMINI),
        (401, gemini_error(401, "UNAUTHENTICATED", "Request had invalid authentication"), GEMINI),
        (
            403,
            gemini_error(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers. Use API Key"),
            GEMINI,
        ),
        (403, {"error": {"message": "Authentication failed"}}, OPENAI),
        (403, anthropic_error("permission_error", "Not for you"), ANTHROPIC),
        (403, gemini_error(403, "PERMISSION_DENIED", "The service is disabled in project 7"), GEMINI),
        (400, {"message": "Wrong API Key", "code": "wrong_api_key"}, OPENAI),
        (502, anthropic_error("authentication_error", "passed on by a gateway"), OPENAI),
    ],
)
def test_a_rejected_key_is_told_in_many_codes(status: int, body: object, dialect: Dialect) -> None:
    assert of(status, body, dialect) is Reason.KEY_REJECTED


@pytest.mark.parametrize(
    ("status", "body", "dialect"),
    [
        (
            403,
            openai_error("Country, region, or territory not supported", "request_forbidden", "x"),
            OPENAI,
        ),
        (403, openai_error("no", "request_forbidden", "unsupported_country_region_territory"), OPENAI),
        (451, b"", OPENAI),
        (451, CLOUDFLARE_520, ANTHROPIC),
        (403, anthropic_error("forbidden", "Claude is not available in your location"), ANTHROPIC),
        (403, {"error": {"type": "forbidden", "message": "Request not allowed"}}, ANTHROPIC),
        (403, anthropic_error("permission_error", "Not served in this region"), ANTHROPIC),
        (403, gemini_error(403, "PERMISSION_DENIED", "Not for your country"), GEMINI),
        (
            400,
            gemini_error(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
            GEMINI,
        ),
        (
            400,
            gemini_error(400, "FAILED_PRECONDITION", "Free tier is not available in your country."),
            GEMINI,
        ),
    ],
)
def test_a_wrong_place_is_not_a_wrong_key(status: int, body: object, dialect: Dialect) -> None:
    assert of(status, body, dialect) is Reason.NOT_AVAILABLE_HERE


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, openai_error("The model `x` does not exist", "invalid_request_error", "model_not_found")),
        (404, {"error": {"message": "model 'x' not found"}}),
        (410, {"error": {"message": "This model has been retired"}}),
        (404, {"error": {"message": "x", "code": "model_not_found"}}),
        (400, openai_error("no such model", "invalid_request_error", "model_not_found")),
    ],
)
def test_a_missing_model_is_known_only_from_a_completion(status: int, body: object) -> None:
    assert of(status, body, level=COMPLETION) is Reason.MODEL_MISSING
    assert of(status, body) is Reason.BAD_REQUEST


@pytest.mark.parametrize(
    ("status", "body", "dialect"),
    [
        (400, openai_error("Bad request", "invalid_request_error", None), OPENAI),
        (400, gemini_error(400, "FAILED_PRECONDITION", "Wrong state"), GEMINI),
        (400, b"\xc3\x28", OPENAI),
        (400, b"[" * 100_000, OPENAI),
        (403, openai_error("Forbidden.", "permission_error", "forbidden"), OPENAI),
        (404, b"", OPENAI),
        (404, CLOUDFLARE_520, GEMINI),
        (405, b"", OPENAI),
        (407, b"", OPENAI),
        (413, anthropic_error("request_too_large", "too large"), ANTHROPIC),
        (418, b"teapot", OPENAI),
        (422, {"detail": [{"msg": "field required"}]}, OPENAI),
        (431, b"", OPENAI),
        (499, b"", OPENAI),
    ],
)
def test_any_other_4xx_is_a_bad_request_and_never_an_outage(
    status: int, body: object, dialect: Dialect
) -> None:
    assert of(status, body, dialect) is Reason.BAD_REQUEST


def test_a_marker_deeper_than_any_dialect_nests_is_not_looked_for() -> None:
    body: object = {"code": "insufficient_quota"}
    for _ in range(6):
        body = {"error": body}
    assert of(400, body) is Reason.OUT_OF_CREDIT

    body = {"error": body}
    assert of(400, body) is Reason.BAD_REQUEST
    assert of(400, {"error": {"inner": [{"code": "insufficient_quota"}]}}) is Reason.OUT_OF_CREDIT


@pytest.mark.parametrize("dialect", VENDORS)
@pytest.mark.parametrize(
    "marker", ["API_KEY_INVALID", "insufficient_quota", "overloaded_error", "authentication_error"]
)
@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
def test_unmistakable_markers_count_in_every_dialect(dialect: Dialect, marker: str, status: int) -> None:
    reason = {
        "API_KEY_INVALID": Reason.KEY_REJECTED,
        "insufficient_quota": Reason.OUT_OF_CREDIT,
        "overloaded_error": Reason.OVERLOADED,
        "authentication_error": Reason.KEY_REJECTED,
    }[marker]

    assert of(status, {"error": {"type": marker, "message": "?"}}, dialect) is reason


@pytest.mark.parametrize("status", [200, 204, 301, 302, 400, 401, 402, 403, 404, 405, 407, 429, 451, 499])
@pytest.mark.parametrize("body", [b"", CHALLENGE, b"{}", json.dumps(GEMINI_BAD_KEY).encode()])
def test_anything_below_500_proves_that_the_vendor_is_there(status: int, body: bytes) -> None:
    assert of(status, body, level=REACH) is Reason.OK


def test_a_missing_model_has_a_code_of_its_own_in_each_dialect() -> None:
    gone = anthropic_error("not_found_error", "claude-x")
    lost = gemini_error(404, "NOT_FOUND", "gemini-x is not there")

    assert of(404, gone, ANTHROPIC, COMPLETION) is of(404, lost, GEMINI, COMPLETION) is Reason.MODEL_MISSING
    assert of(404, gone, ANTHROPIC) is of(404, lost, GEMINI) is Reason.BAD_REQUEST


@pytest.mark.parametrize(
    ("dialect", "body", "reason"),
    [
        (OPENAI, {"choices": [{"message": {"content": "pong"}, "finish_reason": "stop"}]}, Reason.OK),
        (ANTHROPIC, {"type": "message", "content": [{"type": "text", "text": "pong"}]}, Reason.OK),
        (GEMINI, {"candidates": [{"finishReason": "MAX_TOKENS"}]}, Reason.OK),
        (OPENAI, {"choices": []}, Reason.BAD_ANSWER),
        (OPENAI, {"candidates": [{}]}, Reason.BAD_ANSWER),
        (OPENAI, [], Reason.BAD_ANSWER),
        (OPENAI, OPENAI_LIST, Reason.BAD_ANSWER),
    ],
)
def test_a_completion_that_is_not_streamed_has_the_dialects_shape(
    dialect: Dialect, body: object, reason: Reason
) -> None:
    assert of(200, body, dialect, COMPLETION) is reason


# Local servers


@pytest.mark.parametrize("level", [REACH, MODELS, COMPLETION])
@pytest.mark.parametrize("reach", list(Reach))
def test_a_closed_port_of_a_local_server_is_one_that_is_not_running(level: Level, reach: Reach) -> None:
    seen = judged(no_answer(Failure.REFUSED, reach=reach), level=level, must_run=False)

    assert (seen.reason, seen.detail, seen.needs_witness) == (Reason.UNKNOWN, "is not running", False)


@pytest.mark.parametrize("failure", [f for f in Failure if f is not Failure.REFUSED])
def test_only_a_closed_port_excuses_a_local_server(failure: Failure) -> None:
    assert judged(no_answer(failure), must_run=False).reason is judged(no_answer(failure)).reason


def test_a_closed_port_is_an_outage_of_what_must_run() -> None:
    assert judged(no_answer(Failure.REFUSED)).reason is Reason.CONNECT_REFUSED


@pytest.mark.parametrize(
    ("took_ms", "told_ms"),
    [(0.04, 0.0), (3.9173, 3.9), (9.96, 10.0), (10.4, 10.0), (812.51, 813.0), (None, None)],
)
def test_latencies_are_told_to_the_millisecond_and_short_ones_to_its_tenth(
    took_ms: float | None, told_ms: float | None
) -> None:
    result = judged(replace(evidence(200), phases=Phases(total_ms=took_ms)))

    assert result.latency_ms == told_ms
