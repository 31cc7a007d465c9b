"""From the evidence of one probe to its reason: tables per wire dialect, over the body as well as the code.

The facts behind the tables are the vendors' own error documents and client libraries as collected on
2026-11-22 (OpenAI, Anthropic, Google Gemini, xAI, Moonshot, DeepSeek); per-vendor tables build on these.
"""

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from trayuptime.core import words
from trayuptime.core.model import Dialect, Evidence, Failure, Instant, Level, Question, Reach, Result
from trayuptime.core.reasons import MEANINGS, NETWORK_FAILURES, Effect, Reason

EXCERPT_BYTES = 2048
LONGEST_HOLD_S = 86_400.0
"""A Retry-After beyond a day would blind us at a stranger's word; it is cut to this."""

_FAILURES: dict[Failure, Reason] = {
    Failure.DNS: Reason.DNS_FAILURE,
    Failure.REFUSED: Reason.CONNECT_REFUSED,
    Failure.CONNECT_TIMEOUT: Reason.CONNECT_TIMEOUT,
    Failure.RESET: Reason.CONNECTION_RESET,
    Failure.TLS: Reason.TLS_FAILURE,
    Failure.READ_TIMEOUT: Reason.READ_TIMEOUT,
    Failure.PROXY: Reason.PORTAL,  # refused by a proxy is not refused by the vendor
    Failure.LIMIT: Reason.BAD_ANSWER,
    Failure.MALFORMED: Reason.BAD_ANSWER,
    Failure.REFUSED_BY_US: Reason.BAD_REQUEST,
}

# Gateways pass these on whatever their own dialect and code, so they count everywhere.
_UNMISTAKABLE: dict[str, Reason] = {
    "api_key_invalid": Reason.KEY_REJECTED,
    "authentication_error": Reason.KEY_REJECTED,
    "insufficient_quota": Reason.OUT_OF_CREDIT,
    "overloaded_error": Reason.OVERLOADED,
}

# Error types and codes that mean one thing when they come with a 4xx.
_CLIENT_MARKERS: dict[str, Reason] = {
    "invalid_api_key": Reason.KEY_REJECTED,
    "incorrect_api_key": Reason.KEY_REJECTED,
    "invalid_authentication_error": Reason.KEY_REJECTED,
    "unauthenticated": Reason.KEY_REJECTED,
    "billing_error": Reason.OUT_OF_CREDIT,
    "credit_balance_exhausted": Reason.OUT_OF_CREDIT,
    "credit_balance_too_low": Reason.OUT_OF_CREDIT,
    "exceeded_current_quota_error": Reason.OUT_OF_CREDIT,
    "insufficient_balance": Reason.OUT_OF_CREDIT,
    "arrearage": Reason.OUT_OF_CREDIT,
    "enforced_spend_limit_reached": Reason.OUT_OF_CREDIT,
    "engine_overloaded_error": Reason.OVERLOADED,
    "unsupported_country_region_territory": Reason.NOT_AVAILABLE_HERE,
    "model_not_found": Reason.MODEL_MISSING,
}

# Phrases of a 4xx body, tried in this order. "Exceeded your current quota" is not among them: Gemini says it
# for an ordinary rate limit.
_CLIENT_PHRASES: tuple[tuple[str, Reason], ...] = (
    ("credit balance", Reason.OUT_OF_CREDIT),
    ("insufficient balance", Reason.OUT_OF_CREDIT),
    ("spend limit", Reason.OUT_OF_CREDIT),
    ("spending limit", Reason.OUT_OF_CREDIT),
)
_REGION_PHRASES = (
    "country",
    "region",
    "territory",
    "location is not supported",
    "not available in your",
    "unsupported location",
)
_KEY_PHRASES = ("api key", "api-key", "api_key", "apikey", "access token", "credential", "authenticat")
_WRONG_KEY_PHRASES = ("incorrect api key", "invalid api key", "api key not valid", "api key is invalid")
_OVERLOAD_PHRASES = ("overloaded", "slow down", "slow_down", "server busy", "server is busy")

# Only what a challenge page alone says: Cloudflare puts a script from `/cdn-cgi/challenge-platform/` into
# ordinary pages too, and a log-in form, or an error page around it, may well load a captcha.
_WALL_MARKS = (b"cf-chl", b"_cf_chl_opt", b"<title>just a moment", b"verify you are human")
_WALL_STATUSES = frozenset({401, 403, 405, 406, 429})


def classify(question: Question, evidence: Evidence, now: Instant) -> Result:
    """Decides the reason of one probe.

    Args:
        question: what was asked.
        evidence: what came back.
        now: when the answer was complete, by our clock.

    Returns:
        The result; whether it counts against the provider is for the judge. Its `detail` and `excerpt`
        still hold what the server sent: redact them before they are kept.
    """
    body = _Body(evidence)
    reason = _reason(question, evidence, body)
    status = evidence.status
    portal_like = _portal_like(evidence, body, reason)
    answered = status is not None and evidence.authentic and not portal_like
    failed = MEANINGS[reason].effect is Effect.FAILURE
    return Result(
        at=evidence.began_at,
        provider=question.key.provider,
        surface=question.key.surface,
        reason=reason,
        level=question.level,
        latency_ms=evidence.phases.total_ms,
        http_status=status,
        host=evidence.host,
        reach=evidence.reach,
        phases=evidence.phases,
        answered_at=now if answered else None,
        needs_witness=_needs_witness(evidence, reason, portal_like=portal_like),
        portal_like=portal_like,
        retry_after_s=retry_after_s(evidence.headers, now) if status == 429 else None,
        # A probe that takes longer than the interval is itself the interval in force.
        interval_s=max(question.interval_s, (evidence.phases.total_ms or 0.0) / 1000),
        detail=_detail(reason, evidence, body) if reason is not Reason.OK else "",
        excerpt=evidence.body[:EXCERPT_BYTES].decode("utf-8", "replace")
        if failed or status_is_odd(status)
        else "",
    )


def status_is_odd(status: int | None) -> bool:
    """An answer worth keeping an excerpt of."""
    return status is not None and status >= 400  # HTTP's own border


def retry_after_s(headers: Mapping[str, str], now: Instant) -> float | None:
    """Seconds to wait, by `retry-after-ms` or `Retry-After` (seconds or HTTP date); `None` if unsaid."""
    wait: float | None = None
    if (text := headers.get("retry-after-ms")) is not None:
        wait = _number(text)
        wait = wait / 1000 if wait is not None else None
    if wait is None and (text := headers.get("retry-after")) is not None:
        wait = _number(text)
        if wait is None:
            wait = _until_date_s(text, headers.get("date"), now)
    return None if wait is None else min(max(wait, 0.0), LONGEST_HOLD_S)


class _Body:
    """An answer's body, looked into at most once."""

    def __init__(self, evidence: Evidence) -> None:
        self.empty = not evidence.body.strip()
        kind = evidence.headers.get("content-type", "").lower()
        head = evidence.body.lstrip()[:64].lower()
        self.raw = evidence.body.lower()
        self.json: Any = None
        with suppress(ValueError, RecursionError):
            self.json = json.loads(evidence.body)
        # Some gateways label their JSON as a page, so the label counts only for what is not JSON.
        self.html = self.json is None and ("html" in kind or head.startswith((b"<!doctype html", b"<html")))
        self.markers = frozenset(_markers(self.json))
        self.text = self.raw.decode("utf-8", "replace") if not self.html else ""

    def error(self) -> object:
        """The dialect's error object, or `None`."""
        if isinstance(self.json, dict):
            return self.json.get("error") or (self.json if self.json.get("type") == "error" else None)
        return None

    def says(self, *phrases: str) -> bool:
        return any(phrase in self.text for phrase in phrases)

    def message(self) -> str:
        """The server's own words, one short line; empty if it gave none."""
        error = self.error()
        if isinstance(error, dict):
            error = error.get("message")
        if not isinstance(error, str) and isinstance(self.json, dict):
            error = self.json.get("message") or self.json.get("detail")
        return _one_line(error)[:160].rstrip(" .") if isinstance(error, str) else ""


def _reason(question: Question, evidence: Evidence, body: _Body) -> Reason:
    status = evidence.status
    if evidence.failure is not None and not _large_but_there(question, evidence):
        return _FAILURES[evidence.failure]
    if status is None:
        raise ValueError("evidence without a failure must carry a status")
    if question.dialect is Dialect.PAGE:
        return _page_reason(status, evidence, body)
    if question.level is Level.REACH:
        return _server_reason(status, body) if status >= 500 else Reason.OK
    if status >= 500:
        return _marked(body) or _server_reason(status, body)
    if status >= 400:
        return _marked(body) or _client_reason(question, status, body)
    return _success_reason(question, status, body)


def _large_but_there(question: Question, evidence: Evidence) -> bool:
    """An answer over our limits is no less an answer where being there is all that was asked."""
    status = evidence.status
    over = evidence.failure is Failure.LIMIT and status is not None and not 300 <= status < 400
    return over and question.level is Level.REACH


def _marked(body: _Body) -> Reason | None:
    return next((reason for marker, reason in _UNMISTAKABLE.items() if marker in body.markers), None)


def _server_reason(status: int, body: _Body) -> Reason:
    if status == 529:  # Anthropic's "overloaded"
        return Reason.OVERLOADED
    if status in {500, 503} and (body.says(*_OVERLOAD_PHRASES) or "unavailable" in body.markers):
        return Reason.OVERLOADED
    return Reason.SERVER_ERROR


def _client_reason(question: Question, status: int, body: _Body) -> Reason:  # one row of the table each
    if (marked := _client_marked(question, body)) is not None:
        return marked
    for phrase, reason in _CLIENT_PHRASES:
        if body.says(phrase):
            return reason
    match status:
        case 401:
            return Reason.KEY_REJECTED
        case 402:
            return Reason.OUT_OF_CREDIT
        case 403 if body.says(*_REGION_PHRASES):
            return Reason.NOT_AVAILABLE_HERE
        case 403 if body.says(*_KEY_PHRASES):
            return Reason.KEY_REJECTED
        case 451:
            return Reason.NOT_AVAILABLE_HERE
        case 400 if "failed_precondition" in body.markers and body.says("location", *_REGION_PHRASES):
            return Reason.NOT_AVAILABLE_HERE
        case 400 if body.says(*_WRONG_KEY_PHRASES):
            return Reason.KEY_REJECTED
        case 404 | 410 if question.level is Level.COMPLETION and body.says("model"):
            return Reason.MODEL_MISSING
        case 408 | 425:
            return Reason.SERVER_ERROR
        case 429:
            return Reason.RATE_LIMITED
    return Reason.BAD_REQUEST


def _client_marked(question: Question, body: _Body) -> Reason | None:
    for marker, reason in _CLIENT_MARKERS.items():
        asks_a_model = reason is not Reason.MODEL_MISSING or question.level is Level.COMPLETION
        if marker in body.markers and asks_a_model:
            return reason
    return None


def _success_reason(question: Question, status: int, body: _Body) -> Reason:
    if status >= 300:  # a redirect that leads elsewhere or nowhere
        return Reason.BAD_ANSWER
    if body.error() is not None:
        return _marked(body) or _client_marked(question, body) or Reason.BAD_ANSWER
    shaped = (
        _is_model_list(question.dialect, body.json) if question.lists_models else isinstance(body.json, dict)
    )
    return Reason.OK if shaped else Reason.BAD_ANSWER


def _is_model_list(dialect: Dialect, answer: object) -> bool:
    if dialect is Dialect.OPENAI and isinstance(answer, list):  # Together lists without an envelope
        return True
    name = "models" if dialect is Dialect.GEMINI else "data"
    if not isinstance(answer, dict) or name not in answer:
        return False
    # `null` is how some local servers list no model
    return isinstance(answer[name], list) or (dialect is Dialect.OPENAI and answer[name] is None)


def _page_reason(status: int, evidence: Evidence, body: _Body) -> Reason:
    walled = evidence.headers.get("cf-mitigated") == "challenge" or any(
        mark in body.raw for mark in _WALL_MARKS
    )
    if walled and status in {200, 202, 503, *_WALL_STATUSES}:
        return Reason.UNKNOWN
    if status >= 500 or status in {408, 425}:
        return _server_reason(status, body)
    if status in _WALL_STATUSES:
        return Reason.UNKNOWN
    if status >= 400:
        return Reason.BAD_REQUEST
    if status >= 300 or (body.empty and evidence.failure is None):
        return Reason.BAD_ANSWER
    return Reason.OK


def _portal_like(evidence: Evidence, body: _Body, reason: Reason) -> bool:
    """Whether something between us and the vendor may have spoken.

    An answer over verified TLS is the vendor's own, whatever it says; only a proxy's 407 and 511 never are.
    """
    if evidence.reach is Reach.LOOPBACK:
        return False
    if evidence.status in {407, 511} or reason in {Reason.TLS_FAILURE, Reason.PORTAL}:
        return True
    return (
        not evidence.authentic
        and evidence.status is not None
        and (body.html or evidence.redirected_to is not None)
    )


def _needs_witness(evidence: Evidence, reason: Reason, *, portal_like: bool) -> bool:
    if evidence.reach is Reach.LOOPBACK:
        return False
    unanswered = reason in NETWORK_FAILURES or (evidence.status is None and reason is Reason.BAD_ANSWER)
    return portal_like or (unanswered and not (evidence.authentic and evidence.status is not None))


def _detail(reason: Reason, evidence: Evidence, body: _Body) -> str:
    words_ = words.says(reason, evidence.status)
    if evidence.failure is not None:
        return f"{words_} ({evidence.failure_text})" if evidence.failure_text else words_
    if evidence.redirected_to is not None and reason is Reason.BAD_ANSWER:
        return f"{words_}: it points to {evidence.redirected_to}"
    if reason is Reason.BAD_ANSWER and body.html:
        return f"{words_}: a web page instead of data"
    if reason is Reason.BAD_ANSWER and body.empty:
        return f"{words_}: an empty body"
    if reason in {Reason.BAD_REQUEST, Reason.BAD_ANSWER} and evidence.status is not None:
        words_ = f"{words_} (status {evidence.status})"
    message = body.message()
    return f"{words_}: {message}" if message else words_


def _markers(value: object, depth: int = 0) -> Iterator[str]:
    """The strings that name an error's kind, lower-cased, wherever they are nested."""
    if depth > 6:  # no dialect nests deeper
        return
    if isinstance(value, dict):
        for name, item in value.items():
            if name in {"type", "code", "status", "reason", "error"} and isinstance(item, str):
                yield item.lower()
            else:
                yield from _markers(item, depth + 1)
    elif isinstance(value, list):
        for item in value[:20]:
            yield from _markers(item, depth + 1)


def _one_line(text: str) -> str:
    """A stranger's words as they may be shown and stored: no control, direction or half characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _until_date_s(text: str, date: str | None, now: Instant) -> float | None:
    """Seconds until an HTTP date, by the server's own clock where it gave it."""
    until = _date_s(text)
    start = _date_s(date) if date is not None else None
    if until is None:
        return None
    return until - (now / 1000 if start is None else start)


def _date_s(text: str) -> float | None:
    """Seconds since the epoch of an HTTP date; its oldest form names no zone and means UTC."""
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo is not None else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
