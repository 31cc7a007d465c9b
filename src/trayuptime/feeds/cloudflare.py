"""Cloudflare's own status page, third version: `/api/v3/summary`, and its lists of components and of history.

Statuspage's words in an envelope of its own, as programs that read it have it (looked up 2026-11-22):
`result` holds `components`, `active_incidents`, `recent_incidents` and maintenance, or is itself the list.
What is resolved moves to the recent ones, and only there has an end.
"""

from typing import Any

from trayuptime.core.feed import Page
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import states
from trayuptime.feeds.fields import are_records, record, records
from trayuptime.feeds.statuspage import read_announcement, read_components

_INCIDENTS = ("active_incidents", "incidents", "recent_incidents")
_MAINTENANCE = ("active_maintenances", "upcoming_maintenances", "scheduled_maintenances")


def fits(data: Any) -> bool:
    """Whether it is such a document."""
    found = record(data)
    if "success" not in found or found.get("success") is not True:
        return False
    result = found.get("result")
    if isinstance(result, list):
        entries = records(result)
        return len(entries) == len(result) and any("status" in item and "name" in item for item in entries)
    lists = ("components", *_INCIDENTS)
    return bool(set(lists) & set(record(result))) and are_records(record(result), *lists, *_MAINTENANCE)


def read(data: Any, now: Instant) -> Page:
    """The page."""
    result = record(data).get("result")
    if isinstance(result, list):
        entries = records(result)
        # A component has no impact; an incident of its history has.
        happened = [item for item in entries if "impact" in item]
        parts = [item for item in entries if "impact" not in item]
        found: dict[str, Any] = {"components": parts, "incidents": happened}
    else:
        found = record(result)
    components = read_components(found.get("components"))
    indicator = record(found.get("status")).get("indicator")
    overall = FeedState.UP if not components else None
    return Page(
        overall=states.of_indicator(indicator) if indicator is not None else overall,
        components=components,
        incidents=(
            *(read_announcement(item, now) for name in _INCIDENTS for item in records(found.get(name))),
            *(
                read_announcement(item, now, planned=True)
                for name in _MAINTENANCE
                for item in records(found.get(name))
            ),
        ),
    )
