"""Every row of "from evidence to reason", with the bodies that vendors really send."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from llmock.simulation import build_error_response

from core.builders import LAW, START, evidence, key, no_answer
from trayuptime.core.classify import EXCERPT_BYTES, LONGEST_HOLD_S, classify, retry_after_s
from trayuptime.core.model import Dialect, Evidence, Failure, Level, Phases, Question, Reach, Result
from trayuptime.core.reasons import MEANINGS, Access, Effect, Reason

OPENAI, ANTHROPIC, GEMINI, PAGE = Dialect.OPENAI, Dialect.ANTHROPIC, Dialect.GEMINI, Dialect.PAGE
REACH, MODELS, COMPLETION = Level.REACH, Level.MODELS, Level.COMPLETION
VENDORS = (OPENAI, ANTHROPIC, GEMINI)


def question(dialect: Dialect = OPENAI, level: Level = MODELS, **more: Any) -> Question:
    more.setdefault("keyed", level is not REACH)
    return Question(key("a"), level, dialect, interval_s=60.0, **more)


def judged(
    seen: Evidence, dialect: Dialect = OPENAI, level: Level = MODELS, *, now: int = START + 100, **more: Any
) -> Result:
    return classify(question(dialect, level, **more), seen, now)


def of(status: int, body: Any, dialect: Dialect = OPENAI, level: Level = MODELS, **headers: str) -> Reason:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return judged(evidence(status, raw, headers=named), dialect, level).reason


def openai_error(message: str, kind: str, code: str | None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def anthropic_error(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_011"}


def gemini_error(code: int, status: str, message: str, *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status, "details": list(details)}}


OPENAI_LIST = {"object": "list", "data": [{"id": "gpt-4o-mini", "object": "model", "owned_by": "openai"}]}
ANTHROPIC_LIST = {"data": [{"type": "model", "id": "claude-haiku-5-5"}], "has_more": False}
GEMINI_LIST = {"models": [{"name": "models/gemini-2.5-flash-lite", "version": "001"}]}

CLOUDFLARE_502 = (
    b"<!DOCTYPE html>\n<html lang=en-US><head><title>api.openai.com | 502: Bad gateway</title></head>"
    b"<body><div id=cf-wrapper><div id=cf-error-details>Bad gateway Error code 502</div></div></body></html>"
)
CLOUDFLARE_520 = b"<html><head><title>520: Web server is returning an unknown error</title></head></html>"
CHALLENGE = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>"
    b"<script>window._cf_chl_opt={cvId:'3'};</script>Enable JavaScript and cookies to continue</body></html>"
)
CHAT_PAGE = (
    b"<!doctype html><html><head><title>Chat</title></head><body><div id=root></div>"
    b"<script>d.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'</script>"
    b"<script src='https://js.hcaptcha.com/1/api.js'></script></body></html>"
)
PORTAL_PAGE = b"<html><head><title>Welcome to Hotel WiFi</title></head><body>Log in</body></html>"

GEMINI_BAD_KEY = gemini_error(
    400,
    "INVALID_ARGUMENT",
    "API key not valid. Please pass a valid API key.",
    {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    },
)


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
    assert seen.answered_at == START + 100


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
        (400, gemini_error(400, "FAILED_PRECONDITION", "Enable billing"), GEMINI),
        (400, b"\xc3\x28", OPENAI),
        (400, b"[" * 100_000, OPENAI),
        (403, openai_error("Forbidden.", "permission_error", "forbidden"), OPENAI),
        (403, CHALLENGE, OPENAI),
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


# Pages


@pytest.mark.parametrize(
    ("status", "body", "headers", "reason"),
    [
        (200, CHAT_PAGE, {}, Reason.OK),
        (204, b"x", {}, Reason.OK),
        (200, b"", {}, Reason.BAD_ANSWER),
        (200, CHALLENGE, {}, Reason.UNKNOWN),
        (202, CHALLENGE, {}, Reason.UNKNOWN),
        (503, CHALLENGE, {}, Reason.UNKNOWN),
        (403, CHALLENGE, {"cf-mitigated": "challenge"}, Reason.UNKNOWN),
        (200, b"<html>?", {"cf-mitigated": "challenge"}, Reason.UNKNOWN),
        (401, b"", {}, Reason.UNKNOWN),
        (403, b"<html>Access denied", {}, Reason.UNKNOWN),
        (405, b"", {}, Reason.UNKNOWN),
        (406, b"", {}, Reason.UNKNOWN),
        (429, b"", {}, Reason.UNKNOWN),
        (404, b"<html>not here", {}, Reason.BAD_REQUEST),
        (302, b"", {}, Reason.BAD_ANSWER),
        (502, CLOUDFLARE_502, {}, Reason.SERVER_ERROR),
        (520, CLOUDFLARE_520, {}, Reason.SERVER_ERROR),
        (503, CHAT_PAGE, {}, Reason.SERVER_ERROR),
        (500, CHALLENGE, {}, Reason.SERVER_ERROR),
        (529, b"", {}, Reason.OVERLOADED),
        (503, b"The server is busy", {}, Reason.OVERLOADED),
    ],
)
def test_a_page_is_there_or_walled_or_broken(
    status: int, body: bytes, headers: dict[str, str], reason: Reason
) -> None:
    """A wall hides nothing but itself: a 503 that merely loads a captcha script is an outage."""
    assert judged(evidence(status, body, headers=headers), PAGE, REACH).reason is reason


# Whose word it is


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


# Retry-After


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "200"}, 200.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "250", "retry-after": "30"}, 0.25),
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


def test_only_a_429_makes_us_wait() -> None:
    asked = {"retry-after": "200"}

    assert judged(evidence(429, b"", headers=asked)).retry_after_s == 200.0
    assert judged(evidence(503, b"", headers=asked)).retry_after_s is None


# Laws


@LAW
@given(
    st.binary(max_size=200) | st.from_regex(rb'\{"(error|data|type|code)":.{0,40}\}', fullmatch=True),
    st.integers(100, 999),
    st.sampled_from(list(Dialect)),
    st.sampled_from(list(Level)),
    st.fixed_dictionaries(
        {"failure": st.none() | st.sampled_from(list(Failure)), "authentic": st.booleans()}
    ),
)
def test_nothing_that_the_world_sends_makes_us_stumble(
    body: bytes, status: int, dialect: Dialect, level: Level, more: dict[str, Any]
) -> None:
    seen = judged(evidence(status, body, **more), dialect, level)

    assert seen.detail.isprintable()
    assert (seen.detail == "") is (seen.reason is Reason.OK)
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
    403: Reason.BAD_REQUEST,
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


def test_its_429_tells_how_long_to_wait() -> None:
    response = build_error_response("/openai/v1/models", 429, retry_after=2.5)

    assert retry_after_s(dict(response.headers), START) == 2.5


def test_every_word_on_access_has_a_reason() -> None:
    said = {meaning.access for meaning in MEANINGS.values()}

    assert said == {None, *Access} - {Access.UNCHECKED}
