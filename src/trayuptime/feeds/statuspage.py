"""Atlassian Statuspage v2, and incident.io's document that is compatible with it.

`summary.json`, `components.json`, `incidents.json` and `status.json` alike: each holds a part of the same.
The compatible one has null for an empty list, no components in its incidents, and says `full_outage`
(2026-09-23).
"""

from typing import Any

from trayuptime.core.feed import Component, Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.fields import are_records, instant, key, one_of, record, records, talk, text, url

_LISTS = ("components", "incidents", "scheduled_maintenances")


def fits(data: Any) -> bool:
    """Whether it is such a document."""
    found = record(data)
    if not are_records(found, *_LISTS):
        return False
    if "indicator" in record(found.get("status")):
        return True
    lists = [name for name in _LISTS if name in found]
    # Its own incidents have an impact; incident.io's native ones, in a list of the same name, do not.
    entries = records(found.get("incidents"))
    foreign = entries and not any("impact" in item or "incident_updates" in item for item in entries)
    known = isinstance(found.get("page"), dict) or set(found) <= {*_LISTS, "page", "status"}
    upper = any(str(item.get("status")).isupper() for item in records(found.get("components")))
    return bool(lists) and known and not foreign and not upper


def read(data: Any, now: Instant) -> Page:
    """The page; groups of components are headings only, their parts are listed too."""
    found, page = record(data), record(record(data).get("page"))
    planned = [read_announcement(item, now, planned=True) for item in records(found.get(_LISTS[2]))]
    indicator = record(found.get("status")).get("indicator")
    overall = states.of_indicator(indicator) if "status" in found else None
    if overall is None and "incidents" in found and not found.get("components"):
        # A mere list of troubles says that nothing else is wrong; a page that lost its parts says nothing.
        overall = FeedState.UNKNOWN if "components" in found else FeedState.UP
    return Page(
        overall=overall,
        components=read_components(found.get("components")),
        incidents=(*(read_announcement(item, now) for item in records(found.get(_LISTS[1]))), *planned),
        url=url(page.get("url")),
        name=text(page.get("name")),
    )


def read_components(value: object) -> tuple[Component, ...]:
    """The components of a list, each with the heading above it."""
    entries = records(value)
    groups = {key(item.get("id")): text(item.get("name")) for item in entries if item.get("group") is True}
    return tuple(
        Component(
            key(item.get("id")),
            text(item.get("name")),
            states.of_component(item.get("status")),
            groups.get(key(item.get("group_id")), ""),
        )
        for item in entries
        if item.get("group") is not True
    )


def read_announcement(entry: dict[str, Any], now: Instant, *, planned: bool = False) -> PageIncident:
    """An incident, or maintenance.

    Args:
        entry: of either list.
        now: by our clock.
        planned: whether the page calls it planned; one with a schedule is.
    """
    updates = [*records(entry.get("incident_updates")), record(entry.get("last_update"))]
    touched = records(entry.get("components"))
    named = [*touched, *(item for update in updates for item in records(update.get("affected_components")))]
    status = entry.get("status")
    over = states.is_over(status, instant(entry.get("resolved_at")))
    id_, title = key(entry.get("id")), text(entry.get("name"))
    words_at = [instant(entry.get("created_at")), *(_said_at(update) for update in updates)]
    components = [key(one_of(item, ("id", "code"))) for item in named]
    components += [text(item.get("name")) for item in named]
    link = url(one_of(entry, ("shortlink", "url")))
    said = talk(one_of(update, ("body", "message")) for update in updates)
    if planned or instant(entry.get("scheduled_for")) is not None:
        return announce.maintenance(
            id_,
            title,
            running=states.is_running(status),
            over=over,
            now=now,
            starts_at=instant(one_of(entry, ("scheduled_for", "starts_at", "started_at"))),
            ends_at=instant(one_of(entry, ("resolved_at", "scheduled_until", "ends_at"))),
            words_at=words_at,
            components=components,
            url=link,
            text=said,
        )
    impact = entry.get("impact")
    by_parts = [states.of_component(item.get("status")) for item in touched]
    return announce.incident(
        id_,
        title,
        states.of_impact(impact) if impact is not None else states.of_touched(by_parts, status),
        over=over,
        now=now,
        began_at=instant(one_of(entry, ("started_at", "starts_at", "created_at"))),
        ended_at=instant(entry.get("resolved_at")),
        words_at=words_at,
        components=components,
        url=link,
        text=said,
    )


def _said_at(update: dict[str, Any]) -> Instant | None:
    """When it was written; where it is shown at may be dated back."""
    return instant(one_of(update, ("created_at", "display_at")))
