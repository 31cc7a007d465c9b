"""Answers in the shapes that vendors really send, and what becomes of them."""

import json
from typing import Any

from core.builders import START, evidence, key
from trayuptime.core.classify import classify
from trayuptime.core.evidence import Dialect, Evidence, Question
from trayuptime.core.model import Level, Result
from trayuptime.core.reasons import Reason

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
