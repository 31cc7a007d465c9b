"""One answer's body, looked into at most once: its JSON, its error and the words that name it."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

_MARKER_NAMES = frozenset(
    {
        *("type", "code", "status", "reason", "error", "error_type", "error_code", "status_code"),
        "__type",  # AWS
        "finish_reason",  # Zhipu tells an abnormal end there
    }
)
_STATUS_NAMES = ("code", "status", "status_code", "http_code")
_MESSAGE_NAMES = ("message", "msg", "status_msg", "detail", "title")
_FINE_CODES = frozenset({"", "0", "200", "ok", "success", "none"})
"""Codes by which an envelope says that all is well."""

_REQUEST_ID_HEADERS = (
    *("request-id", "x-request-id", "x-amzn-requestid", "apim-request-id", "x-ms-request-id"),
    *("x-goog-request-id", "x-goog-trace-id", "x-ds-trace-id", "x-siliconcloud-trace-id", "x-tt-logid"),
)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_REQUEST_ID_NAMES = ("request_id", "requestid", "trace_id")
REQUEST_ID_LENGTH = 128


class Answer:
    """The body with the headers that explain it; everything is read when it is first asked for."""

    def __init__(self, body: bytes, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self.body = body
        self.empty = not body.strip()
        self.json: Any = None
        with suppress(ValueError, RecursionError):
            self.json = json.loads(body)
        # Some gateways label their JSON as a page, so the label counts only for what is not JSON.
        head = body.lstrip()[:64].lower()
        kind = headers.get("content-type", "").lower()
        self.html = self.json is None and ("html" in kind or head.startswith((b"<!doctype html", b"<html")))

    @cached_property
    def raw(self) -> bytes:
        """The body in lower case."""
        return self.body.lower()

    @cached_property
    def text(self) -> str:
        """The body in lower case for phrases to be looked for in; of a page nothing is believed."""
        return self.raw.decode("utf-8", "replace") if not self.html else ""

    @cached_property
    def markers(self) -> frozenset[str]:
        """The words and numbers that name an error, in lower case; a dotted one names its family too."""
        named = {*_markers(self.json), *_aws_type(self._headers)}
        return frozenset({*named, *(word.partition(".")[0] for word in named)} - {""})

    @cached_property
    def error(self) -> object:
        """The error that the body is, in whichever envelope; `None` if it is none."""
        return _error_in(self.json)

    @cached_property
    def only_says(self) -> bool:
        """It is an object without any data: empty, or a mere message, as of a maintenance page."""
        if not isinstance(self.json, dict) or not set(self.json) <= {"status", "code", *_MESSAGE_NAMES}:
            return False
        codes = [self.json[name] for name in ("status", "code") if name in self.json]
        return not codes or any(_is_bad(code) for code in codes)

    @cached_property
    def own_status(self) -> int | None:
        """The HTTP status that an error names inside its body."""
        for place in (self.error, self.json):
            if isinstance(place, dict):
                codes = (_digits(place.get(name)) for name in _STATUS_NAMES)
                own = next((code for code in codes if len(code) == 3 and code[0] in "45"), None)
                if own is not None:
                    return int(own)
        return None

    def says(self, *phrases: str) -> bool:
        """Whether any of the phrases, in lower case, stands in it."""
        return any(phrase in self.text for phrase in phrases)

    def denies(self, path: str) -> bool:
        """Whether the field at this dotted path is a no: false, or a number of 0 or less."""
        value = self.json
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            value = float(value)
        return value is False or (isinstance(value, int | float) and value is not True and value <= 0)

    def message(self) -> str:
        """The server's own words, one short line; empty if it gave none."""
        for place in (self.error, self.json):
            words = place
            if isinstance(place, dict):
                words = next(
                    (place[name] for name in _MESSAGE_NAMES if isinstance(place.get(name), str)), None
                )
            if isinstance(words, str):
                return one_line(words)[:160].rstrip(" .")
        return ""

    def request_id(self, *, inside: bool) -> str:
        """The vendor's own name for the request; where it gave none, the name that Cloudflare gave it.

        Args:
            inside: look in the body too.
        """
        named = [self._headers.get(name) for name in _REQUEST_ID_HEADERS]
        for place in (self.json, self.error) if inside else ():
            if isinstance(place, dict):
                named += [item for name, item in place.items() if name.lower() in _REQUEST_ID_NAMES]
        named.append(self._headers.get("cf-ray"))
        ids = (one_line(item)[:REQUEST_ID_LENGTH].rstrip() for item in named if isinstance(item, str))
        return next((item for item in ids if item), "")


def one_line(text: str) -> str:
    """A stranger's words as they may be shown and stored: no control, direction or half characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _error_in(value: object) -> object:
    if isinstance(value, list):  # Gemini wraps its errors in a list
        return _error_in(value[0]) if value and isinstance(value[0], dict) and "error" in value[0] else None
    if not isinstance(value, dict):
        return None
    if value.get("error"):
        return value["error"]
    if value.get("object") == "error" or value.get("type") == "error":
        return value
    base = value.get("base_resp")  # MiniMax
    if isinstance(base, dict) and _is_bad(base.get("status_code")):
        return base
    if value.get("errors") or value.get("success") is False:
        return value.get("errors") or value
    said = value.get("msg", value.get("message", ""))
    return value if not value.get("data") and _is_bad(said) and _is_bad(value.get("code")) else None


def _is_bad(code: object) -> bool:
    return str(code).lower() not in _FINE_CODES


def _markers(value: object, depth: int = 0) -> Iterator[str]:
    if depth > 6:  # no dialect nests deeper
        return
    if isinstance(value, dict):
        for name, item in value.items():
            if name in _MARKER_NAMES and (word := item.lower() if isinstance(item, str) else _digits(item)):
                yield word.rpartition("#")[2] if name == "__type" else word
            else:
                yield from _markers(item, depth + 1)
    elif isinstance(value, list):
        for item in value[:20]:
            yield from _markers(item, depth + 1)


def _aws_type(headers: Mapping[str, str]) -> Iterator[str]:
    """AWS names the error in a header, with its address behind a colon."""
    yield headers.get("x-amzn-errortype", "").partition(":")[0].rpartition("#")[2].strip().lower()


def _digits(value: object) -> str:
    """A whole number as its digits; empty for anything else."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**9:  # no code is longer
        return str(value)
    return value if isinstance(value, str) and value.isascii() and value.isdigit() else ""
