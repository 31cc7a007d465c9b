"""One thing that happened as a row of words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from trayuptime.core import words
from trayuptime.core.model import Vantage
from trayuptime.core.reasons import Access, Reason

COLUMNS = ("When", "Who", "What", "Details")


class Row(NamedTuple):
    """The cells of a row; `at` sorts it."""

    when: str
    who: str
    what: str
    details: str
    at: str


def row_of(event: Mapping[str, Any]) -> Row:
    """A row from an event of the public contract."""
    at = str(event["at"])
    who = " ".join(str(event[part]) for part in ("provider", "surface") if part in event)
    what, details = _what(event)
    return Row(f"{datetime.fromisoformat(at).astimezone():%a %d %b %H:%M:%S}", who, what, details, at)


def _what(event: Mapping[str, Any]) -> tuple[str, str]:  # one case an event
    match event:
        case {"switch": {"provider": left, "to": to, "back": back}}:
            return "switched back" if back else "switched", f"from {left} to {to}"
        case {"event": "down", "reason": reason, "started_at": since}:
            again = "down again" if event.get("reopened") else "down"
            return again, f"{words.says(Reason(reason))} since {_time(since)}"
        case {"event": "up", "downtime_s": down_s, "ended_at": ended}:
            return "up again", f"since {_time(ended)}, after {words.duration(down_s)} of downtime"
        case {"event": "degraded" | "unstable" as word, "reason": reason, "started_at": since}:
            return word, f"{words.says(Reason(reason))} since {_time(since)}"
        case {"event": "access", "access": access}:
            return "access", words.standing(Access(access))
        case {"event": "offline" | "online", "vantage": vantage}:
            return str(event["event"]), words.view(Vantage(vantage))
        case {"event": "gap", "cause": cause, "until": until}:
            return "not seen", f"{str(cause).replace('_', ' ')} until {_time(until)}"
        case {"event": "suggest", "suggested": suggested, "why": why}:
            return "suggestion", f"use {suggested}: {why}" if suggested else str(why)
        case {"event": "back"}:
            return "back", "up for 15 minutes without a break"
    return str(event.get("event", "")), ""


def _time(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone():%H:%M:%S}"
