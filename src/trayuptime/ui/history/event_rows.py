"""One thing that happened as a row of words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from trayuptime.core import contract, troubles, words
from trayuptime.core.model import GapCause, Incident, Surface, Vantage
from trayuptime.core.reasons import Access, Reason
from trayuptime.ui.history.untold import UNTOLD
from trayuptime.ui.marks import Mark

COLUMNS = ("When", "Who", "What", "Details")


class Row(NamedTuple):
    """The cells of a row.

    Attributes:
        at: sorts it.
        mark: goes before what happened, where that is a light.
    """

    when: str
    who: str
    what: str
    details: str
    at: str
    mark: Mark | None


def row_of(event: Mapping[str, Any], names: Mapping[str, str], stories: Mapping[int, str]) -> Row:
    """A row from an event of the public contract.

    Args:
        event: what happened.
        names: the providers' names by id; one that is no longer watched keeps its id.
        stories: by incident, what the vendor's page said of it and when; empty where it said nothing.
    """
    at = str(event["at"])
    moment = _moment(at)
    what, details = _what(event, names, moment)
    if event.get("event") == "up" and (said := stories.get(event.get("incident", 0))):
        details += f"; {said}"
    if event.get(UNTOLD):
        details += "; from a recording, nobody was told"
    year = "" if moment.year == datetime.now().astimezone().year else f" {moment:%Y}"
    mark = _MARKS.get(str(event.get("event")))
    return Row(f"{moment:%a %d %b}{year} {moment:%H:%M:%S}", _who(event, names), what, details, at, mark)


def as_it_fell(event: Mapping[str, Any], incident: Incident | None) -> Mapping[str, Any]:
    """An outage as the event of it, with when it began; the contract tells when its incident did.

    That may have begun with slow answers, or have been over in between.
    """
    if incident is None or event.get("event") != "down":
        return event
    if event.get("started_at") != contract.iso(incident.started_at):  # a merge gave its number to another one
        return event
    fell_at = troubles.fell_at(incident, contract.instant(event["at"]))
    return {**event, "started_at": contract.iso(fell_at)}


_MARKS = {
    "down": Mark.DOWN,
    "up": Mark.UP,
    "degraded": Mark.DEGRADED,
    "unstable": Mark.DEGRADED,
    "offline": Mark.OFFLINE,
}
_GAPS = {
    GapCause.ASLEEP: "this computer slept",
    GapCause.APP_OFF: "TrayUptime was not running",
    GapCause.OFFLINE: "this computer was offline",
    GapCause.PORTAL: "the network asked for a log-in",
    GapCause.PAUSED: "paused",
    GapCause.UNPROVEN: "nobody could say whether it was them or your network",
}


def _who(event: Mapping[str, Any], names: Mapping[str, str]) -> str:
    match event:
        case {"switch": _}:
            return "you"
        case {"provider": provider, "surface": surface}:
            return f"{names.get(provider, provider)} {words.part(Surface(surface))}"
        case {"provider": provider}:
            return names.get(provider, provider)
    return "this computer"


def _what(event: Mapping[str, Any], names: Mapping[str, str], now: datetime) -> tuple[str, str]:
    match event:
        case {"switch": {"provider": left, "to": to, "back": back}}:
            words_ = "switched back" if back else "switched"
            return words_, f"from {names.get(left, left)} to {names.get(to, to)}"
        case {"event": "down", "reason": reason, "started_at": since}:
            again = "down again" if event.get("reopened") else "down"
            return again, f"{words.says(Reason(reason))} since {_time(since, now)}"
        case {"event": "up", "downtime_s": down_s, "ended_at": ended}:
            return "up again", f"since {_time(ended, now)}, after {words.duration(down_s)} of downtime"
        case {"event": "unstable", "started_at": since}:
            return "unstable", f"{words.UNSTABLE} since {_time(since, now)}"
        case {"event": "degraded", "reason": reason, "started_at": since}:
            return "degraded", f"{words.says(Reason(reason))} since {_time(since, now)}"
        case {"event": "down" | "degraded" as word, "started_at": since}:  # a recording may not say why
            return word, f"since {_time(since, now)}"
        case {"event": "access", "access": access}:
            return "access", words.standing(Access(access))
        case {"event": "offline" | "online" as word, "vantage": vantage}:
            return word, words.view(Vantage(vantage))
        case {"event": "gap", "cause": cause, "until": until}:
            return "not seen", f"{_GAPS[GapCause(cause)]}, until {_time(until, now)}"
        case {"event": "suggest", "suggested": suggested, "why": why}:
            if suggested is None:
                return "suggestion", str(why)
            return "suggestion", f"use {names.get(suggested, suggested)}: {why}"
        case {"event": "feed", "state": state, "title": title}:
            return f"their page: {words.page_word(contract.feed_state(state))}", str(title)
        case {"event": "back"}:
            return "back", "up for 15 minutes without a break"
    return str(event.get("event", "")), ""


def _time(text: str, now: datetime) -> str:
    """A time of day; with its day where that is another one than the row's."""
    moment = _moment(text)
    return f"{moment:%H:%M:%S}" if moment.date() == now.date() else f"{moment:%a %d %b %H:%M:%S}"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone()
