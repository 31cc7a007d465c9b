"""Slack's own status document, `/api/v2.0.0/current`: a word for everything and what is going on.

Its documents as quoted 2026-09-23: types incident, outage and notice; an incident's services are its
components.
"""

from typing import Any

from trayuptime.core.feed import Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.fields import are_records, instant, key, listed, record, records, talk, text, url, word

_TYPES: dict[str, FeedState | None] = {
    "incident": FeedState.DEGRADED,
    "outage": FeedState.DOWN,
    "notice": None,
}
_PLANNED = frozenset({"scheduled", "maintenance"})


def fits(data: Any) -> bool:
    """Whether it is such a document."""
    found = record(data)
    return "active_incidents" in found and are_records(found, "active_incidents")


def read(data: Any, now: Instant) -> Page:
    """The page; one that is "active" is well but for what it lists."""
    found = record(data)
    incidents = tuple(_incident(item, now) for item in records(found.get("active_incidents")))
    fine = word(found.get("status")) == "ok" or (word(found.get("status")) == "active" and incidents)
    overall = FeedState.UP if fine else FeedState.UNKNOWN
    return Page(overall=overall, incidents=incidents, is_sure=word(found.get("status")) == "ok")


def _incident(entry: dict[str, Any], now: Instant) -> PageIncident:
    status, kind = entry.get("status"), word(entry.get("type"))
    notes = sorted(
        records(entry.get("notes")), key=lambda item: instant(item.get("date_created")) or 0, reverse=True
    )
    created_at, updated_at = instant(entry.get("date_created")), instant(entry.get("date_updated"))
    words_at = [created_at, *(instant(item.get("date_created")) for item in notes)]
    id_, title = key(entry.get("id")), text(entry.get("title"))
    services = [text(item) for item in listed(entry.get("services"))]
    said = talk(item.get("body") for item in notes)
    over = states.has_ended(status)
    if kind == "maintenance" or word(status) in _PLANNED:
        return announce.maintenance(
            id_,
            title,
            running=word(status) == "active",
            over=over,
            now=now,
            words_at=words_at,
            components=services,
            url=url(entry.get("url")),
            text=said,
        )
    return announce.incident(
        id_,
        title,
        _TYPES.get(kind, FeedState.UNKNOWN),
        over=over,
        now=now,
        began_at=created_at,
        ended_at=updated_at,
        words_at=[*words_at, updated_at],
        components=services,
        url=url(entry.get("url")),
        text=said,
    )
