"""Incidents whose rows a damaged file has lost, as far as events told of them."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from trayuptime.core import uptime
from trayuptime.core.model import Incident, IncidentKind, Phase, Service, Span
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import key_of, time_of, word_of
from trayuptime.history import stretch
from trayuptime.history.snapshot import row_of

_SERVICES = {
    "down": Service.DOWN,
    "degraded": Service.DEGRADED,
    "unstable": Service.DEGRADED,
    "up": Service.UP,
}
_KINDS = {"down": IncidentKind.OUTAGE, "unstable": IncidentKind.UNSTABLE, "degraded": IncidentKind.DEGRADED}
"""What an event makes of an incident, the worst first."""

_Event = dict[str, Any]


def restore(connection: sqlite3.Connection) -> int:
    """Writes incidents again of which beginning and end were told, within the caller's transaction.

    One that lasts is left to the judge's state: nobody else would ever end it. When a later phase began is
    not told, only when that was known: sums may tell of more trouble than is left of such an incident.

    Returns:
        How many.
    """
    restored = 0
    for number, events in _of_lost(connection).items():
        with suppress(ValueError, KeyError):  # nothing checks what an event says before it is needed
            incident = _of_events(connection, number, events)
            connection.execute("INSERT INTO incident VALUES (?, ?, ?, ?, ?, ?)", row_of(incident))
            restored += 1
    return restored


def _of_lost(connection: sqlite3.Connection) -> dict[int, list[_Event]]:
    """The events of each incident that has no row, in the order of time, where they tell all of it.

    Where they tell of two, of two surfaces or beginnings, nobody knows which end is whose.
    """
    known = {number for (number,) in connection.execute("SELECT id FROM incident")}
    found: dict[int, list[_Event]] = {}
    for (body,) in connection.execute(
        f"SELECT body FROM transition WHERE event IN ({', '.join(map(repr, _SERVICES))}) ORDER BY at, rowid"
    ):
        event = json.loads(body)
        number = event.get("incident")
        if isinstance(number, int) and number not in known:
            found.setdefault(number, []).append(event)
    return {
        number: events
        for number, events in found.items()
        if events[0]["event"] != "up" and not events[0].get("reopened") and events[-1]["event"] == "up"
        if len({(each.get("provider"), each.get("surface")) for each in events}) == 1
        if len({each.get("started_at") for each in events if each["event"] != "up"}) == 1
    }


def newest_number(connection: sqlite3.Connection) -> int:
    """The highest number that any event gives an incident, whether or not it has a row; 0 for none."""
    return max(_last_words(connection), default=0)


def ended(connection: sqlite3.Connection) -> set[int]:
    """The numbers of incidents of which events tell that they are over, whether or not they have a row."""
    return {number for number, event in _last_words(connection).items() if event == "up"}


def _last_words(connection: sqlite3.Connection) -> dict[int, str]:
    """By the number of an incident, the last event that names it."""
    found = connection.execute(
        f"SELECT event, body FROM transition WHERE event IN ({', '.join(map(repr, _SERVICES))})"
        " ORDER BY at, rowid"
    )
    named = {json.loads(body).get("incident"): event for event, body in found}
    return {number: event for number, event in named.items() if isinstance(number, int)}


def _of_events(connection: sqlite3.Connection, number: int, events: Sequence[_Event]) -> Incident:
    first, *between, last = events
    key, whole = key_of(first), Span(time_of(first, "started_at"), time_of(last, "ended_at"))
    names = [event["event"] for event in events]
    later = [
        Phase(time_of(event, "ended_at" if event["event"] == "up" else "at"), _SERVICES[event["event"]])
        for event in between
    ]
    gaps = stretch.gaps_between(connection, whole.start, whole.end, key)
    return Incident(
        id=number,
        provider=key.provider,
        surface=key.surface,
        kind=next(kind for name, kind in _KINDS.items() if name in names),
        started_at=whole.start,
        confirmed_at=time_of(first, "at"),
        phases=(Phase(whole.start, _SERVICES[names[0]]), *later),
        reasons=tuple(dict.fromkeys(word_of(each, "reason", Reason) for each in events if "reason" in each)),
        ended_at=whole.end,
        recoveries=tuple(phase.at for phase in later if phase.service is Service.UP),
        seen=uptime.without((whole,), uptime.merged(Span(gap.at, gap.until) for gap in gaps)),
    )
