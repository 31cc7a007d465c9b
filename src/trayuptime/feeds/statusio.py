"""Status.io's public API, `/1.0/status/ID`: numbers for states; the newest message says where things stand.

Codes as its documents and clients have them (looked up 2026-11-22): 100 operational, 200 planned
maintenance, 300 degraded, 400 partial disruption, 500 disruption, 600 a security event. Places are its
"containers".
"""

from typing import Any

from trayuptime.core.feed import Component, Page, PageIncident, worst
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.fields import (
    are_records,
    instant,
    key,
    listed,
    number,
    one_of,
    record,
    records,
    talk,
    text,
    word,
)

_CODES = {
    100: FeedState.UP,
    200: FeedState.MAINTENANCE,
    300: FeedState.DEGRADED,
    400: FeedState.DEGRADED,
    500: FeedState.DOWN,
    600: FeedState.DEGRADED,
}
_WORDS = {
    "operational": FeedState.UP,
    "plannedmaintenance": FeedState.MAINTENANCE,
    "degradedperformance": FeedState.DEGRADED,
    "partialservicedisruption": FeedState.DEGRADED,
    "servicedisruption": FeedState.DOWN,
    "securityevent": FeedState.DEGRADED,
}
_RESOLVED, _COMPLETED, _RUNNING, _WATCHED = 400, 300, 200, 300


def fits(data: Any) -> bool:
    """Whether it is such a document."""
    found = record(record(data).get("result"))
    lists = are_records(found, "status", "incidents") and are_records(
        record(found.get("maintenance")), "active", "upcoming"
    )
    return "status_overall" in found and lists


def read(data: Any, now: Instant) -> Page:
    """The page."""
    found = record(record(data).get("result"))
    planned = record(found.get("maintenance"))
    return Page(
        overall=_state(record(found.get("status_overall"))),
        components=tuple(
            Component(key(item.get("id")), text(item.get("name")), _worst_of(item))
            for item in records(found.get("status"))
        ),
        incidents=(
            *(_incident(item, now) for item in records(found.get("incidents"))),
            *(_maintenance(item, now, running=True) for item in records(planned.get("active"))),
            *(_maintenance(item, now, running=False) for item in records(planned.get("upcoming"))),
        ),
    )


def _worst_of(component: dict[str, Any]) -> FeedState:
    """Of it and of the containers that it runs in, its regions for most: an overall word may lag behind."""
    return worst([_state(component), *(_state(item) for item in records(component.get("containers")))])


def _state(facts: dict[str, Any]) -> FeedState:
    known = _CODES.get(number(facts.get("status_code")) or 0)
    return known or _WORDS.get(word(facts.get("status")), FeedState.UNKNOWN)


def _messages(entry: dict[str, Any]) -> list[dict[str, Any]]:
    return sorted(
        records(entry.get("messages")), key=lambda item: instant(item.get("datetime")) or 0, reverse=True
    )


def _incident(entry: dict[str, Any], now: Instant) -> PageIncident:
    messages = _messages(entry)
    newest = messages[0] if messages else {}
    ended_at = instant(one_of(entry, ("datetime_resolved", "datetime_closed")))
    over = (
        number(newest.get("state")) == _RESOLVED
        or states.has_ended(one_of(entry, ("current_status", "status")))
        or ended_at is not None
    )
    rated = [_CODES.get(number(item.get("status")) or 0, FeedState.UNKNOWN) for item in messages]
    watched = "monitoring" if number(newest.get("state")) == _WATCHED else newest.get("state")
    return announce.incident(
        key(one_of(entry, ("_id", "id"))),
        text(entry.get("name")),
        worst(rated) if over else states.of_touched(rated[:1], watched),
        over=over,
        now=now,
        began_at=instant(entry.get("datetime_open")),
        ended_at=ended_at,
        words_at=[instant(entry.get("datetime_open")), *(instant(item.get("datetime")) for item in messages)],
        components=_named(entry.get("components_affected")),
        places=_named(entry.get("containers_affected")),
        text=talk(item.get("details") for item in messages),
    )


def _maintenance(entry: dict[str, Any], now: Instant, *, running: bool) -> PageIncident:
    messages = _messages(entry)
    stage = number(messages[0].get("state")) if messages else None
    return announce.maintenance(
        key(one_of(entry, ("_id", "id"))),
        text(entry.get("name")),
        running=running or stage == _RUNNING,
        over=stage == _COMPLETED,
        now=now,
        starts_at=instant(one_of(entry, ("datetime_planned_start", "datetime_open"))),
        ends_at=instant(entry.get("datetime_planned_end")),
        words_at=[instant(item.get("datetime")) for item in messages],
        components=_named(entry.get("components_affected")),
        places=_named(entry.get("containers_affected")),
        text=talk(item.get("details") for item in messages),
    )


def _named(value: object) -> list[str]:
    given = listed(value)
    ids = [key(item) for item in given if isinstance(item, str)]
    found = records(given)
    return [
        *ids,
        *(key(one_of(item, ("_id", "id"))) for item in found),
        *(text(item.get("name")) for item in found),
    ]
