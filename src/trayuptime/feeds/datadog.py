"""Datadog's status pages, `/config.json`: components in groups, and only a timeline says how bad it is.

Capture of status.openrouter.ai of 2026-09-15. Its incidents were entered a week after they happened:
`startedAt` is when, `createdAt` is when it was said. What its maintenance looks like has not been seen: the
fields are those of Datadog's API for status pages, and the window alone decides.
"""

from typing import Any

from trayuptime.core.feed import Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.fields import are_records, instant, key, one_of, record, records, talk, text, url
from trayuptime.feeds.statuspage import read_components

_DEEPEST = 4
_STARTS = ("startDate", "startsAt", "scheduledStartDate", "startedAt", "publishedDate")
_ENDS = ("completedDate", "endDate", "endsAt", "scheduledEndDate", "resolvedDate")


def fits(data: Any) -> bool:
    """Whether it is such a document."""
    found = record(data)
    ours = {"domainPrefix", "pageUrl", "visualizationType", "sourceDatacenter", "pageType"} & set(found)
    return are_records(found, "components", "incidents") and "components" in found and bool(ours)


def read(data: Any, now: Instant) -> Page:
    """The page; groups are headings only."""
    found = record(data)
    components = read_components(_flat(found.get("components"), 0))
    domain = found.get("customDomain")
    named = f"https://{domain}" if isinstance(domain, str) and domain else found.get("pageUrl")
    return Page(
        overall=None if components else FeedState.UNKNOWN,
        components=components,
        incidents=(
            *(_incident(item, now) for item in records(found.get("incidents"))),
            *(_maintenance(item, now) for item in records(found.get("maintenances"))),
        ),
        url=url(named),
        name=text(found.get("name")),
    )


def _flat(value: object, depth: int) -> list[dict[str, Any]]:
    flat: list[dict[str, Any]] = []
    for item in records(value):
        inside = item.get("components")
        if not isinstance(inside, list) or depth >= _DEEPEST:
            flat.append(item)
            continue
        flat += [item | {"group": True}] if inside else []
        flat += [{"group_id": item.get("id"), **child} for child in _flat(inside, depth + 1)]
    return flat


def _incident(entry: dict[str, Any], now: Instant) -> PageIncident:
    timeline = sorted(
        records(entry.get("timeline")), key=lambda item: instant(item.get("startedAt")) or 0, reverse=True
    )
    status = entry.get("currentStatus")
    over = entry.get("resolved") is True or states.has_ended(status)
    now_touched = [*records(entry.get("componentsAffected")), *_touched(timeline[:1])]
    ever = [*now_touched, *_touched(timeline)]
    judged = ever if over else now_touched
    return announce.incident(
        key(entry.get("id")),
        text(entry.get("title")),
        states.of_touched((states.of_component(item.get("status")) for item in judged), status),
        over=over,
        now=now,
        began_at=instant(entry.get("publishedDate")),
        ended_at=instant(entry.get("resolvedDate")),
        words_at=[instant(item.get("createdAt")) for item in timeline]
        or [instant(entry.get("publishedDate"))],
        components=_names(ever),
        stated=read_components(records(entry.get("componentsAffected")) or now_touched),
        text=talk(one_of(item, ("description",)) for item in (*timeline, entry)),
    )


def _maintenance(entry: dict[str, Any], now: Instant) -> PageIncident:
    status = one_of(entry, ("currentStatus", "status"))
    return announce.maintenance(
        key(entry.get("id")),
        text(one_of(entry, ("title", "name"))),
        running=states.is_running(status),
        over=states.has_ended(status),
        now=now,
        starts_at=instant(one_of(entry, _STARTS)),
        ends_at=instant(one_of(entry, _ENDS)),
        words_at=[instant(one_of(entry, ("createdAt", "publishedDate")))],
        components=_names(
            [*records(entry.get("componentsAffected")), *_touched(records(entry.get("timeline")))]
        ),
        text=talk([entry.get("description")]),
    )


def _touched(timeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for update in timeline for item in records(update.get("componentsAffected"))]


def _names(items: list[dict[str, Any]]) -> list[str]:
    return [word for item in items for word in (key(item.get("id")), text(item.get("name")))]
