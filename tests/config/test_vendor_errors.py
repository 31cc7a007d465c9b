"""Every vendor's own errors, in the bodies it sends, mean what the vendor says they mean."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.answers import anthropic_error, gemini_error, openai_error
from core.builders import LAW, START, evidence, key
from trayuptime.config.catalogue import Kind, kinds
from trayuptime.core.classify import classify
from trayuptime.core.evidence import Dialect, ErrorRow, Question, Stream
from trayuptime.core.model import Level, Result
from trayuptime.core.reasons import MEANINGS, Effect, Reason

COMPLETION, MODELS, REACH = Level.COMPLETION, Level.MODELS, Level.REACH

KEY, CREDIT, RATE = Reason.KEY_REJECTED, Reason.OUT_OF_CREDIT, Reason.RATE_LIMITED
BUSY, BROKEN, MISSING = Reason.OVERLOADED, Reason.SERVER_ERROR, Reason.MODEL_MISSING
ELSEWHERE, OURS = Reason.NOT_AVAILABLE_HERE, Reason.BAD_REQUEST


def coded(code: str | int, message: str = "?") -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def minimax(code: int, message: str = "?") -> dict[str, Any]:
    return {"id": "1", "choices": None, "base_resp": {"status_code": code, "status_msg": message}}


def minimax_anthropic(message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": "api_error", "message": message}, "request_id": "0599"}


BY_KIND: dict[str, list[tuple[int, Any, Reason]]] = {
    "openai": [
        (429, openai_error("Your account is not active", "billing_not_active", "billing_not_active"), CREDIT),
        (
            400,
            openai_error("Hard limit reached", "invalid_request_error", "billing_hard_limit_reached"),
            CREDIT,
        ),
        (
            401,
            openai_error("Incorrect API key provided: sk-x.", "invalid_request_error", "invalid_api_key"),
            KEY,
        ),
        (401, openai_error("IP not authorized", "invalid_request_error", "ip_not_authorized"), KEY),
        (403, openai_error("no", "request_forbidden", "unsupported_country_region_territory"), ELSEWHERE),
        (
            404,
            openai_error("The model `x` does not exist", "invalid_request_error", "model_not_found"),
            MISSING,
        ),
        (429, openai_error("Rate limit reached", "tokens", "rate_limit_exceeded"), RATE),
        (429, openai_error("You exceeded your quota", "insufficient_quota", "insufficient_quota"), CREDIT),
        (429, openai_error("No credit", "insufficient_quota", "credit_balance_exhausted"), CREDIT),
        (429, openai_error("Slow down", "requests", "slow_down"), RATE),
        (500, openai_error("The server had an error", "server_error", None), BROKEN),
        (503, openai_error("Slow down", "server_error", "slow_down"), BUSY),
        (503, openai_error("?", "service_unavailable_error", "server_is_overloaded"), BUSY),
        (502, b"<html>cf_bad_gateway", BROKEN),
        (530, b"error code: 1033", BROKEN),
    ],
    "anthropic": [
        (
            400,
            anthropic_error("invalid_request_error", "You have reached your specified API usage limits."),
            CREDIT,
        ),
        (400, anthropic_error("invalid_request_error", "max_tokens: required"), OURS),
        (400, anthropic_error("invalid_request_error", "Your credit balance is too low to access"), CREDIT),
        (401, anthropic_error("authentication_error", "invalid x-api-key"), KEY),
        (402, anthropic_error("billing_error", "Payment required"), CREDIT),
        (403, anthropic_error("permission_error", "no permission for the resource"), KEY),
        (403, {"error": {"type": "forbidden", "message": "Request not allowed"}}, ELSEWHERE),
        (404, anthropic_error("not_found_error", "model: claude-x"), MISSING),
        (413, anthropic_error("request_too_large", "Request exceeds the maximum size"), OURS),
        (429, anthropic_error("rate_limit_error", "This request would exceed your rate limit"), RATE),
        (
            429,
            {"error": {"type": "rate_limit_error", "details": {"code": "enforced_spend_limit_reached"}}},
            CREDIT,
        ),
        (500, anthropic_error("api_error", "Internal server error"), BROKEN),
        (504, anthropic_error("timeout_error", "Request timed out"), BROKEN),
        (529, anthropic_error("overloaded_error", "Overloaded"), BUSY),
        (500, anthropic_error("api_error", "Overloaded"), BUSY),
        (200, anthropic_error("overloaded_error", "Overloaded"), BUSY),
    ],
    "deepseek": [
        (400, openai_error("Invalid Format", "invalid_request_error", "invalid_request_error"), OURS),
        (
            401,
            openai_error("Authentication Fails, Your api key: ****x is invalid", "authentication_error", "x"),
            KEY,
        ),
        (402, openai_error("Insufficient Balance", "unknown_error", "invalid_request_error"), CREDIT),
        (422, openai_error("Invalid Parameters", "invalid_request_error", None), OURS),
        (429, openai_error("Rate Limit Reached", "rate_limit_error", None), RATE),
        (500, openai_error("Server Error", "internal_server_error", None), BROKEN),
        (503, openai_error("Server Overloaded", "service_unavailable_error", None), BUSY),
        (503, openai_error("Service is too busy.", "service_unavailable_error", None), BUSY),
        (503, b"<html><center>nginx</center>", BROKEN),
    ],
    "gemini": [
        (400, gemini_error(400, "INVALID_ARGUMENT", "no", {"reason": "API_KEY_INVALID"}), KEY),
        (400, gemini_error(400, "INVALID_ARGUMENT", "Invalid JSON payload"), OURS),
        (400, gemini_error(400, "FAILED_PRECONDITION", "User location is not supported"), ELSEWHERE),
        (400, gemini_error(400, "FAILED_PRECONDITION", "Please enable billing"), CREDIT),
        (402, gemini_error(402, "FAILED_PRECONDITION", "no"), CREDIT),
        (403, gemini_error(403, "PERMISSION_DENIED", "unregistered callers"), KEY),
        (404, gemini_error(404, "NOT_FOUND", "models/x is not found for API version v1beta"), MISSING),
        (
            429,
            gemini_error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, check billing"),
            RATE,
        ),
        (500, gemini_error(500, "INTERNAL", "An internal error has occurred"), BROKEN),
        (503, gemini_error(503, "UNAVAILABLE", "The model is overloaded."), BUSY),
        (504, gemini_error(504, "DEADLINE_EXCEEDED", "Deadline expired"), BROKEN),
        (200, [gemini_error(503, "UNAVAILABLE", "The model is overloaded.")], BUSY),
    ],
    "openrouter": [
        (403, coded(403, "Key limit exceeded (total limit). Manage it at ..."), CREDIT),
        (401, coded(401, "User not found."), KEY),
        (402, coded(402, "Insufficient credits"), CREDIT),
        (403, {"error": {"code": 403, "message": "flagged", "metadata": {"flagged_input": "api key"}}}, OURS),
        (408, coded(408, "Your request timed out"), BROKEN),
        (429, {"error": {"code": 429, "message": "no", "metadata": {"provider_name": "X"}}}, RATE),
        (502, coded(502, "Provider returned error"), BROKEN),
        (503, coded(503, "No available model provider meets your routing requirements"), BROKEN),
        (200, coded(429, "Provider returned error"), RATE),
        (200, coded(502, "Provider disconnected"), BROKEN),
    ],
    "mistral": [
        (401, {"detail": "Unauthorized"}, KEY),
        (402, {"message": "Payment required"}, CREDIT),
        (422, {"detail": [{"type": "missing", "loc": ["body", "model"], "msg": "Field required"}]}, OURS),
        (429, {"object": "error", "message": "Service tier capacity exceeded for this model."}, RATE),
        (429, {"message": "Requests rate limit exceeded"}, RATE),
        (503, b"upstream connect error", BROKEN),
        (500, {"object": "error", "message": "Internal server error", "type": "internal_error"}, BROKEN),
        (502, b"<html>502 Bad Gateway", BROKEN),
    ],
    "groq": [
        (401, openai_error("Invalid API Key", "invalid_request_error", "invalid_api_key"), KEY),
        (429, openai_error("Rate limit reached for model", "tokens", "rate_limit_exceeded"), RATE),
        (498, openai_error("Flex tier capacity exceeded", "requests", "capacity_exceeded"), RATE),
        (503, openai_error("Service Unavailable", "internal_server_error", None), BROKEN),
        (500, openai_error("Internal Server Error", "internal_server_error", None), BROKEN),
        (502, b"<html>cf 502", BROKEN),
    ],
    "xai": [
        (
            400,
            {"code": "Client specified an invalid argument", "error": "Incorrect API key provided: x."},
            KEY,
        ),
        (400, {"code": "Client specified an invalid argument", "error": "model is required"}, OURS),
        (401, {"error": "No authorization header"}, KEY),
        (403, {"code": "?", "error": "Your newly created teams doesn't have any credits yet."}, CREDIT),
        (403, {"code": "?", "error": "Your team 1 has either used all available credits or more."}, CREDIT),
        (429, {"code": "?", "error": "Your team 1 has used all available credits."}, CREDIT),
        (403, {"code": "personal-team-blocked:spending-limit", "error": "no"}, CREDIT),
        (403, {"code": "?", "error": "Your team has been blocked"}, CREDIT),
        (403, {"code": "?", "error": "The caller may not do this"}, OURS),
        (404, {"code": "?", "error": "The model grok-x does not exist"}, MISSING),
        (429, {"code": "?", "error": "Too many requests for team"}, RATE),
        (500, {"code": "The service encountered an internal error", "error": "?"}, BROKEN),
        (503, {"code": "The service is currently unavailable", "error": "The model is overloaded."}, BUSY),
    ],
    "together": [
        (401, openai_error("Invalid API key provided", "invalid_request_error", "invalid_api_key"), KEY),
        (402, openai_error("Credit limit exceeded", "credit_limit", None), CREDIT),
        (429, openai_error("You have reached the rate limit", "model_rate_limit", None), RATE),
        (503, openai_error("The server is overloaded", "server_error", None), BUSY),
        (524, b"<html>524", BROKEN),
        (529, b"", BUSY),
        (500, openai_error("Internal server error", "server_error", None), BROKEN),
        (504, b"<html>504 Gateway Time-out", BROKEN),
    ],
    "fireworks": [
        (401, {"error": "unauthorized"}, KEY),
        (403, {"error": {"object": "error", "message": "The API key you provided is invalid."}}, KEY),
        (402, b"", CREDIT),
        (412, {"error": {"message": "Account x is suspended, possibly due to unpaid invoices"}}, CREDIT),
        (429, {"error": {"message": "rate limit exceeded"}}, RATE),
        (500, {"error": {"object": "error", "message": "server had an error"}}, BROKEN),
        (503, {"error": {"message": "The service is overloaded"}}, BUSY),
    ],
    "perplexity": [(401, b"<html>401 Authorization Required", KEY), (429, b"", RATE), (500, b"", BROKEN)],
    "cerebras": [
        (401, {"message": "Wrong API Key", "type": "invalid_request_error", "code": "wrong_api_key"}, KEY),
        (403, {"message": "Wrong API Key", "code": "wrong_api_key"}, KEY),
        (429, {"message": "We're experiencing high traffic", "code": "queue_exceeded"}, RATE),
        (429, {"message": "Tokens per day limit exceeded", "code": "token_quota_exceeded"}, RATE),
        (500, {"message": "Encountered a server error", "type": "server_error", "code": ""}, BROKEN),
        (503, b"", BROKEN),
    ],
    "moonshot": [
        (401, openai_error("Invalid Authentication", "invalid_authentication_error", None), KEY),
        (403, openai_error("The API you are accessing is not open", "permission_denied_error", None), KEY),
        (429, openai_error("Your account is suspended", "exceeded_current_quota_error", None), CREDIT),
        (429, openai_error("The engine is currently overloaded", "engine_overloaded_error", None), BUSY),
        (429, openai_error("Your account reached max RPM", "rate_limit_reached_error", None), RATE),
        (500, openai_error("?", "server_error", None), BROKEN),
    ],
    "qwen": [
        (400, {"code": "Arrearage", "message": "Access denied, please make sure your account is"}, CREDIT),
        (400, openai_error("Access denied", "Arrearage", "Arrearage"), CREDIT),
        (401, {"code": "InvalidApiKey", "message": "Invalid API-key provided."}, KEY),
        (400, {"code": "InvalidApiKey", "message": "?"}, KEY),
        (401, openai_error("Incorrect API key provided.", "invalid_request_error", "invalid_api_key"), KEY),
        (403, {"code": "AccessDenied.Unpurchased", "message": "?"}, KEY),
        (403, openai_error("?", "AllocationQuota.FreeTierOnly", "FreeTierOnly"), KEY),
        (429, {"code": "Throttling", "message": "Requests throttling triggered."}, RATE),
        (429, {"code": "Throttling.RateQuota", "message": "Requests rate limit exceeded"}, RATE),
        (
            429,
            openai_error("Allocated quota exceeded, please", "insufficient_quota", "insufficient_quota"),
            RATE,
        ),
        (429, openai_error("You exceeded your quota", "insufficient_quota", "insufficient_quota"), CREDIT),
        (200, {"code": "Throttling.RateQuota", "message": "?"}, RATE),
        (500, {"code": "InternalError", "message": "An internal error"}, BROKEN),
        (503, {"code": "ModelUnavailable", "message": "Model is unavailable"}, BROKEN),
    ],
    "zai": [
        *[(401, coded(str(code)), KEY) for code in range(1000, 1005)],
        (400, coded(1004), KEY),
        (429, coded("1112", "Your account has been locked"), CREDIT),
        (429, coded("1113", "Your account is in arrears, please recharge"), CREDIT),
        (429, coded(1113), CREDIT),
        (429, coded("1302", "High concurrency usage of this API"), RATE),
        (429, coded("1305", "The API has triggered a rate limit"), RATE),
        (200, coded("1113"), CREDIT),
        (200, coded(1302), RATE),
        (434, coded("1220", "You do not have permission to access"), KEY),
        (500, coded("500", "Internal Error"), BROKEN),
    ],
    "minimax": [
        (200, minimax(1004, "login fail: Please carry the API secret key"), KEY),
        (200, minimax(2049, "invalid api key"), KEY),
        (200, minimax(1008, "insufficient balance"), CREDIT),
        (200, minimax(1008), CREDIT),
        (200, minimax(1002, "rate limit"), RATE),
        (200, minimax(2045, "rate growth limit"), RATE),
        (200, minimax(2056, "usage limit exceeded"), RATE),
        *[(200, minimax(code), BROKEN) for code in (1000, 1001, 1024, 1033)],
        (200, minimax(2013, "invalid params"), OURS),
        (200, minimax(7777), Reason.BAD_ANSWER),
        (401, minimax_anthropic("login fail (1004)"), KEY),
        (500, minimax_anthropic("insufficient balance (1008)"), CREDIT),
        (429, minimax_anthropic("usage limit exceeded (2056)"), RATE),
        (500, minimax_anthropic("login fail (1004)"), KEY),
        (500, minimax_anthropic("rate limit (1002)"), RATE),
        (500, minimax_anthropic("unknown error, 794 (1000)"), BROKEN),
    ],
    "siliconflow": [
        (401, {"code": 20015, "message": "Invalid token", "data": None}, KEY),
        (403, {"code": 30001, "message": "Sorry, your account balance", "data": None}, CREDIT),
        (429, {"message": "Request was rejected due to rate limiting. Details:TPM limit reached."}, RATE),
        (503, {"code": 50505, "message": "Model service overloaded. Please try again later."}, BUSY),
        (504, b"", BROKEN),
    ],
    "cohere": [
        (401, {"message": "invalid api token"}, KEY),
        (402, {"message": "Please add a payment method"}, CREDIT),
        (429, {"message": "You are using a Trial key, which is limited to 10 calls / minute"}, RATE),
        (498, {"message": "blocked: invalid token"}, KEY),
        (499, {"message": "request cancelled"}, BROKEN),
        (500, {"message": "internal server error, this has been reported to our developers."}, BROKEN),
        (503, {"message": "The service is unavailable"}, BROKEN),
        (504, {"message": "request timed out"}, BROKEN),
    ],
    "volcengine": [
        (401, openai_error("The API key doesn't exist", "Unauthorized", "AuthenticationError"), KEY),
        (403, openai_error("overdue balance", "Forbidden", "AccountOverdueError"), CREDIT),
        (404, openai_error("has not activated the model", "NotFound", "ModelNotOpen"), MISSING),
        (429, openai_error("?", "TooManyRequests", "ModelAccountRpmRateLimitExceeded"), RATE),
        (500, openai_error("internal error", "InternalServerError", "InternalServiceError"), BROKEN),
        (503, openai_error("overloaded", "TooManyRequests", "ServerOverloaded"), BUSY),
    ],
    "qianfan": [
        (401, {"error": {"code": "invalid_iam_token", "message": "IAM Certification failed"}}, KEY),
        (403, {"error": {"code": "invalid_iam_token", "message": "IAM Certification failed"}}, KEY),
        (429, coded("rpm_rate_limit_exceeded"), RATE),
        (500, {"error": {"code": "internal_error", "message": "Internal error"}}, BROKEN),
    ],
    "huggingface": [
        (401, {"error": "Invalid username or password."}, KEY),
        (402, {"error": "You have exceeded your monthly included credits for Inference Providers."}, CREDIT),
        (403, {"error": "This authentication method does not have sufficient permissions"}, KEY),
        (429, b"", RATE),
        (500, {"error": "Internal Server Error"}, BROKEN),
        (503, {"error": "Model too busy, unable to get response"}, BUSY),
    ],
    "nvidia": [
        (401, {"status": 401, "title": "Unauthorized", "detail": "Authentication failed"}, KEY),
        (403, {"status": 403, "title": "Forbidden", "detail": "Authorization failed"}, KEY),
        (402, {"detail": "Account out of cloud credits"}, CREDIT),
        (429, {"status": 429, "title": "Too Many Requests"}, RATE),
        (500, {"type": "about:blank", "status": 500, "title": "Internal Server Error"}, BROKEN),
    ],
    "azure-openai": [
        (401, coded("401", "Access denied due to invalid subscription key"), KEY),
        (404, coded("DeploymentNotFound", "The API deployment for this resource does not exist."), MISSING),
        (429, coded("429", "Requests have exceeded call rate limit"), RATE),
        (503, coded("503", "?"), BROKEN),
        (500, coded("InternalServerError", "Backend returned unexpected response."), BROKEN),
        (429, openai_error("Too many requests", "insufficient_quota", "insufficient_quota"), CREDIT),
    ],
    **{
        bedrock: [
            (403, {"__type": "UnrecognizedClientException", "message": "The token is invalid."}, KEY),
            (403, {"__type": "com.amazon.coral.service#AccessDeniedException", "message": "?"}, KEY),
            (403, {"__type": "MissingAuthenticationTokenException", "message": "?"}, KEY),
            (404, {"__type": "ResourceNotFoundException", "message": "The ARN is not found"}, MISSING),
            (429, {"__type": "ThrottlingException", "message": "Too many tokens"}, RATE),
            (400, {"__type": "ThrottlingException", "message": "Rate exceeded"}, RATE),
            (429, {"__type": "ModelNotReadyException", "message": "The model is not ready"}, BUSY),
            (424, {"__type": "ModelErrorException", "message": "?"}, BROKEN),
            (500, {"__type": "InternalServerException", "message": "?"}, BROKEN),
            (503, {"__type": "ServiceUnavailableException", "message": "?"}, BROKEN),
            (
                400,
                {"__type": "ValidationException", "message": "The provided model identifier is invalid."},
                OURS,
            ),
        ]
        for bedrock in ("bedrock", "bedrock-converse")
    },
    "vertex": [
        (401, gemini_error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."), KEY),
        (
            403,
            gemini_error(403, "PERMISSION_DENIED", "Permission 'aiplatform.endpoints.predict' denied"),
            KEY,
        ),
        (404, gemini_error(404, "NOT_FOUND", "Publisher Model `x` was not found"), MISSING),
        (429, gemini_error(429, "RESOURCE_EXHAUSTED", "Resource exhausted, please try again later."), RATE),
        (500, gemini_error(500, "INTERNAL", "Internal error encountered."), BROKEN),
        (503, gemini_error(503, "UNAVAILABLE", "The service is currently unavailable."), BUSY),
        (504, gemini_error(504, "DEADLINE_EXCEEDED", "Deadline expired"), BROKEN),
    ],
    "replicate": [
        (401, {"title": "Unauthenticated", "detail": "You did not pass a valid token", "status": 401}, KEY),
        (402, {"title": "Insufficient credit", "detail": "Go to billing", "status": 402}, CREDIT),
        (429, {"detail": "Request was throttled. Expected available in 1 second.", "status": 429}, RATE),
        (500, {"detail": "Internal server error"}, BROKEN),
        (502, b"<html>502", BROKEN),
    ],
    "litellm": [(401, openai_error("Authentication Error", "auth_error", "401"), KEY)],
    **{
        local: [
            (503, openai_error("Loading model", "unavailable_error", None), Reason.UNKNOWN),
            (503, b"loading", Reason.UNKNOWN),
            (503, openai_error("?", "server_error", None), BROKEN),
            (500, openai_error("model failed while loading", "server_error", None), BROKEN),
        ]
        for local in ("ollama", "lmstudio", "llamacpp", "vllm")
    },
}
ROWS = [(kind, *row) for kind, rows in BY_KIND.items() for row in rows]


def judged(
    kind: Kind,
    status: int,
    body: Any,
    level: Level = COMPLETION,
    *,
    lists_models: bool = True,
    **more: Any,
) -> Result:
    assert kind.dialect is not None
    question = Question(
        *(key("a"), level, kind.dialect, True, 60.0), lists_models=lists_models, errors=kind.errors
    )
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return classify(question, evidence(status, raw, **more), START)


@pytest.mark.parametrize(("kind", "status", "body", "reason"), ROWS)
def test_what_a_vendor_says_is_what_is_understood(kind: str, status: int, body: Any, reason: Reason) -> None:
    assert judged(kinds()[kind], status, body).reason is reason


@pytest.mark.parametrize(
    ("kind", "status", "body", "reason"), [row for row in ROWS if row[3] not in {MISSING, Reason.UNKNOWN}]
)
def test_it_is_understood_where_only_the_key_is_asked_about(
    kind: str, status: int, body: Any, reason: Reason
) -> None:
    account = judged(kinds()[kind], status, body, MODELS, lists_models=False)

    assert judged(kinds()[kind], status, body, MODELS).reason is reason
    assert account.reason is reason


@pytest.mark.parametrize(("kind", "status", "body"), [row[:3] for row in ROWS if row[3] is MISSING])
def test_nobody_misses_a_model_who_has_not_asked_for_one(kind: str, status: int, body: Any) -> None:
    assert judged(kinds()[kind], status, body, MODELS).reason is OURS


@pytest.mark.parametrize(("kind", "status", "body"), [row[:3] for row in ROWS if 400 <= row[1] < 500])
def test_no_refusal_is_a_word_against_a_vendor_that_is_asked_without_a_key(
    kind: str, status: int, body: Any
) -> None:
    assert judged(kinds()[kind], status, body, REACH).reason is Reason.OK


@pytest.mark.parametrize("body", [b"", b"\n\n\n", b": keep-alive\n\n: keep-alive\n\n"])
def test_deepseeks_blank_answers_under_load_are_no_answers(body: bytes) -> None:
    assert judged(kinds()["deepseek"], 200, body).reason is Reason.BAD_ANSWER


@pytest.mark.parametrize(("kind", "status", "body", "reason"), [row for row in ROWS if row[1] == 200])
def test_it_is_understood_as_an_event_of_a_stream_too(
    kind: str, status: int, body: Any, reason: Reason
) -> None:
    stream = Stream(data_events=1, first_data_ms=5.0, error=json.dumps(body).encode())
    expected = Reason.STREAM_CUT if reason is Reason.BAD_ANSWER else reason

    assert judged(kinds()[kind], status, b"", stream=stream).reason is expected


def test_every_kind_with_an_api_has_its_errors_tested() -> None:
    apis = {kind.id for kind in kinds().values() if kind.dialect is not None}

    assert apis - set(BY_KIND) == {"openai-compatible", "anthropic-compatible"}


def _owned() -> list[tuple[Kind, ErrorRow]]:
    return [(kind, row) for kind in kinds().values() for row in kind.errors]


@pytest.mark.parametrize(("kind", "row"), _owned(), ids=lambda part: getattr(part, "id", ""))
def test_every_row_decides_at_least_one_of_the_tested_answers(kind: Kind, row: ErrorRow) -> None:
    without = [other for other in kind.errors if other is not row]

    def told(errors: list[ErrorRow] | tuple[ErrorRow, ...]) -> list[tuple[Reason, str]]:
        question = Question(
            key("a"), COMPLETION, kind.dialect or Dialect.PAGE, True, 60.0, errors=tuple(errors)
        )
        answers = ((status, body) for status, body, _ in BY_KIND[kind.id])
        raws = ((s, body if isinstance(body, bytes) else json.dumps(body).encode()) for s, body in answers)
        results = [classify(question, evidence(s, raw), START) for s, raw in raws]
        return [(result.reason, result.detail) for result in results]

    assert told(kind.errors) != told(without)


@pytest.mark.parametrize(("kind", "row"), _owned(), ids=lambda part: getattr(part, "id", ""))
def test_every_row_has_a_condition_and_none_makes_a_success(kind: Kind, row: ErrorRow) -> None:
    assert row.statuses or row.codes or row.says
    assert row.reason not in {Reason.OK, Reason.SLOW, Reason.PORTAL}
    assert all(phrase == phrase.lower() for phrase in row.says)
    assert all(code == code.lower() for code in row.codes)
    assert row.detail == row.detail.strip(" .")


@LAW
@given(st.sampled_from(list(kinds().values())), st.integers(500, 599), st.binary(max_size=60))
def test_no_5xx_of_any_vendor_is_ever_green(kind: Kind, status: int, body: bytes) -> None:
    if kind.dialect is not None:
        for level in Level:
            assert MEANINGS[judged(kind, status, body, level).reason].effect is Effect.FAILURE


@LAW
@given(st.sampled_from(ROWS), st.integers(500, 599), st.sampled_from([MODELS, COMPLETION]))
def test_no_error_of_any_vendor_is_green_whatever_status_it_comes_with(
    row: tuple[str, int, Any, Reason], status: int, level: Level
) -> None:
    kind, _, body, _ = row

    for other in (200, 400, 403, 404, status):
        if isinstance(body, dict | list):
            assert judged(kinds()[kind], other, body, level).reason is not Reason.OK


@LAW
@given(
    st.sampled_from(list(kinds().values())),
    st.integers(400, 499),
    st.binary(max_size=60),
)
def test_no_4xx_without_a_vendors_word_for_it_is_an_outage(kind: Kind, status: int, body: bytes) -> None:
    if kind.dialect is not None:
        failed = MEANINGS[judged(kind, status, body).reason].effect is Effect.FAILURE
        named = any(status in row.statuses and not row.codes and not row.says for row in kind.errors)

        assert not failed or status in {408, 425} or named
