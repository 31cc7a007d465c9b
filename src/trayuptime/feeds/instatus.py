"""Instatus: `/summary.json`, `/v3/summary.json`, `/v3/components.json`, and the older bare list of those.

What is not going on is left out altogether; the older list nests its children (documentation and pages seen
2026-09-23).
"""

from typing import Any

from trayuptime.core.feed import Component, Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.fields import (
    are_records,
    instant,
    key,
    listed,
    number,
    record,
    records,
    talk,
    text,
    url,
    word,
)

_OVERALL = {
    "up": FeedState.UP,
    "hasissues": FeedState.DEGRADED,
    "undermaintenance": FeedState.MAINTENANCE,
}
_MOST_MINUTES = 1_000_000
_DEEPEST = 4
_PARENT = " parent"
"""Where a child keeps the name of what it is listed under; no field of theirs."""


def fits(data: Any) -> bool:
    """Whether it is such a document."""
    if isinstance(data, list):
        components = records(data)
        return len(components) == len(data) > 0 and all(
            "status" in item and "name" in item for item in components
        )
    found = record(data)
    if not are_records(found, "components", "activeIncidents", "activeMaintenances"):
        return False
    if isinstance(found.get("components"), list) and "page" not in found:
        said = [str(item.get("status")) for item in records(found["components"])]
        return all(status.isupper() for status in said) and set(found) <= {"components"}
    page = record(found.get("page"))
    return word(page.get("status")) in _OVERALL or "activeIncidents" in found or "activeMaintenances" in found


def read(data: Any, now: Instant) -> Page:
    """The page; one that "has issues" is degraded by that alone."""
    found = record(data)
    page = record(found.get("page"))
    components = _flat(data if isinstance(data, list) else found.get("components"), 0)
    holders = [found, *components]
    incidents = [item for holder in holders for item in records(holder.get("activeIncidents"))]
    planned = [item for holder in holders for item in records(holder.get("activeMaintenances"))]
    return Page(
        overall=_OVERALL.get(word(page.get("status")), FeedState.UNKNOWN) if page else None,
        components=tuple(
            Component(
                key(item.get("id")),
                text(item.get("name")),
                states.of_component(item.get("status")),
                text(item.get(_PARENT)),
            )
            for item in components
        ),
        incidents=(*(_incident(item, now) for item in incidents), *(_planned(item, now) for item in planned)),
        url=url(page.get("url")),
        name=text(page.get("name")),
    )


def _flat(value: object, depth: int) -> list[dict[str, Any]]:
    """Components with their children; a parent is a heading only."""
    flat: list[dict[str, Any]] = []
    for item in records(value):
        children = _flat(item.get("children"), depth + 1) if depth < _DEEPEST else []
        flat += [{_PARENT: item.get("name"), **child} for child in children] or [item]
    return flat


def _incident(entry: dict[str, Any], now: Instant) -> PageIncident:
    status = entry.get("status")
    began_at = instant(entry.get("started"))
    updates = records(entry.get("updates"))
    return announce.incident(
        key(entry.get("id")),
        text(entry.get("name")),
        states.of_impact(entry.get("impact")),
        over=states.is_over(status, instant(entry.get("resolved"))),
        now=now,
        began_at=began_at,
        ended_at=instant(entry.get("resolved")),
        words_at=(
            began_at,
            instant(entry.get("updatedAt")),
            *(instant(item.get("started")) for item in updates),
        ),
        components=_touched(entry),
        url=url(entry.get("url")),
        text=talk(item.get("message") for item in updates),
    )


def _planned(entry: dict[str, Any], now: Instant) -> PageIncident:
    status = entry.get("status")
    starts_at = instant(entry.get("start"))
    minutes = number(entry.get("duration"))
    known = starts_at is not None and minutes is not None and 0 < minutes < _MOST_MINUTES
    return announce.maintenance(
        key(entry.get("id")),
        text(entry.get("name")),
        running=states.is_running(status),
        over=states.has_ended(status),
        now=now,
        starts_at=starts_at,
        ends_at=(starts_at or 0) + (minutes or 0) * 60_000 if known else None,
        words_at=(instant(entry.get("updatedAt")),),
        components=_touched(entry),
        url=url(entry.get("url")),
    )


def _touched(entry: dict[str, Any]) -> list[str]:
    touched = listed(entry.get("components"))
    named = [key(item) for item in touched if isinstance(item, str)]
    return [
        *named,
        *(word_ for item in records(touched) for word_ in (key(item.get("id")), text(item.get("name")))),
    ]
