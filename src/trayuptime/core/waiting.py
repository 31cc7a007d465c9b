"""How long a vendor asks us to stay away, and whether it named a limit at all.

Four forms are read: `retry-after-ms`, `Retry-After` in seconds or as an HTTP date, and in the body Google's
`retryDelay`. Where several are given, the longest counts: it is the only one that keeps them all, and to ask
a few seconds late costs less than to ask a vendor that said not yet.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from trayuptime.core.model import Instant, Result

LONGEST_HOLD_S = 86_400.0
"""A wait beyond a day would blind us at a stranger's word; it is cut to this."""

# Azure's x-ms-request-id and its like come with every answer and name no limit.
_LIMIT_HEADERS = ("x-ratelimit", "x-rate-limit", "ratelimit", "anthropic-ratelimit-", "x-ms-ratelimit-")


@dataclass(frozen=True, slots=True)
class Wait:
    """A host wants to be left alone.

    Attributes:
        host: `name:port` of whoever said so.
        for_s: how long, from its answer on.
    """

    host: str
    for_s: float


def wait_of(result: Result) -> Wait | None:
    """What a result's own host said of it; `None` where it said nothing."""
    return None if result.retry_after_s is None else Wait(result.host, result.retry_after_s)


def retry_after_s(headers: Mapping[str, str], now: Instant, said: object = None) -> float | None:
    """Seconds to wait; `None` if nothing readable was said.

    Args:
        headers: of the answer, names in lower case.
        now: when it was complete.
        said: its body as JSON.
    """
    waits = [*_in_headers(headers, now), *_in_body(said)]
    return min(max(0.0, *waits), LONGEST_HOLD_S) if waits else None


def names_a_limit(headers: Mapping[str, str]) -> bool:
    """Whether any rate-limit header is there: then a 429 is the caller's own."""
    return any(name.startswith(_LIMIT_HEADERS) for name in headers)


def _in_headers(headers: Mapping[str, str], now: Instant) -> Iterator[float]:
    if (milliseconds := _number(headers.get("retry-after-ms", ""))) is not None:
        yield milliseconds / 1000
    text = headers.get("retry-after", "")
    waits = [_number(part) for part in text.split(",")]  # the header came twice
    if None in waits:
        waits = [_until_date_s(text, headers.get("date"), now)]
    yield from (wait for wait in waits if wait is not None)


def _in_body(said: object) -> Iterator[float]:
    """Google's RetryInfo: `{"error": {"details": [{"retryDelay": "33s"}]}}`, in a list or not."""
    if isinstance(said, list):
        said = said[0] if said else None
    error = said.get("error") if isinstance(said, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for detail in details[:20] if isinstance(details, list) else ():
        delay = detail.get("retryDelay") if isinstance(detail, dict) else None
        if isinstance(delay, str) and (wait := _number(delay.strip().removesuffix("s"))) is not None:
            yield wait


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
