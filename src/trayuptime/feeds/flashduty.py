"""Flashduty (Flashcat): a page's active changes, one change in detail, and the widget's summary.

Components have no state of their own: only a change that is open lowers those that it names. Captures of
status.deepseek.com of 2026-09-27; the widget's fields as documented at docs.flashduty.com and seen
2026-07-24. A record may begin later than the first word about it (2025-01-27), and an incident that is only
"monitoring" may have a component that is fully out (2025-01-28).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from trayuptime.core.feed import Component, Page, PageIncident, worst
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.fields import are_records, instant, key, one_of, record, records, talk, text, url, word
from trayuptime.feeds.statuspage import read_components

_WIDGET_LISTS = ("ongoing_incidents", "in_progress_maintenances", "scheduled_maintenances")


def fits(data: Any) -> bool:
    """Whether it is a page's summary or one change."""
    found = record(record(data).get("data"))
    page = record(found.get("page"))
    if not (are_records(found, "active_changes", "updates") and are_records(page, "components")):
        return False
    summary = "active_changes" in found and ("components" in page or "page_id" in page)
    return summary or ("change_id" in found and "updates" in found)


def read(data: Any, now: Instant) -> Page:
    """The page, or what one change says of it."""
    found = record(record(data).get("data"))
    page = record(found.get("page"))
    if "change_id" in found:
        touched = records(found.get("affected_components"))
        return Page(None, _listed(touched, _stated(touched)), (_change(found, {}, now),))
    parts = records(page.get("components"))
    names = {key(item.get("component_id")): text(item.get("name")) for item in parts}
    changes = records(found.get("active_changes"))
    lowered: dict[str, FeedState] = {}
    for change in changes:
        if _change(change, names, now).planned and not _goes_on(change, now):
            continue
        for id_, state in _touched_now(change).items():
            lowered[id_] = worst([state, lowered.get(id_, FeedState.UP)])
    domain = page.get("custom_domain")
    return Page(
        overall=None if parts else FeedState.UNKNOWN,  # it always lists them
        components=_listed(parts, lowered),
        incidents=tuple(_change(change, names, now) for change in changes),
        url=url(f"https://{domain}") if isinstance(domain, str) and domain else "",
        name=text(page.get("name")),
    )


def fits_widget(data: Any) -> bool:
    """Whether it is the widget's summary; its errors come with status 200."""
    found = record(data)
    return (
        "status" in record(found.get("overall"))
        and "error" not in found
        and are_records(found, *_WIDGET_LISTS)
    )


def read_widget(data: Any, now: Instant) -> Page:
    """The word for everything, and what goes on; the parts of a page are not in it."""
    found, page = record(data), record(record(data).get("page"))
    return Page(
        overall=states.of_component(record(found.get("overall")).get("status")),
        incidents=tuple(
            _event(item, kind, now) for kind in _WIDGET_LISTS for item in records(found.get(kind))
        ),
        url=url(page.get("url")),
        name=text(page.get("name")),
    )


def _listed(parts: Iterable[dict[str, Any]], known: Mapping[str, FeedState]) -> tuple[Component, ...]:
    ids = [(key(item.get("component_id")), text(item.get("name"))) for item in parts]
    return tuple(Component(id_, name, known.get(id_, FeedState.UP)) for id_, name in ids)


def _change(change: dict[str, Any], names: Mapping[str, str], now: Instant) -> PageIncident:
    updates = sorted(
        records(change.get("updates")), key=lambda item: instant(item.get("at_seconds")) or 0, reverse=True
    )
    touched = records(change.get("affected_components"))
    moved = [item for update in updates for item in records(update.get("component_changes"))]
    ids = [key(item.get("component_id")) for item in (*touched, *moved)]
    named = [text(one_of(item, ("name", "component_name"))) for item in (*touched, *moved)]
    status, ended_at = change.get("status"), instant(change.get("close_at_seconds"))
    over = states.is_over(status, ended_at)
    id_, title = key(change.get("change_id")), text(change.get("title"))
    words_at = [instant(item.get("at_seconds")) for item in updates]
    components = [*ids, *named, *(names.get(id_, "") for id_ in ids)]
    said = talk(item.get("description") for item in updates)
    starts_at = instant(change.get("start_at_seconds"))
    if word(change.get("type")) == "maintenance":
        return announce.maintenance(
            id_,
            title,
            running=states.is_running(status),
            over=over,
            now=now,
            starts_at=starts_at,
            ends_at=instant(one_of(change, ("close_at_seconds", "end_at_seconds"))),
            words_at=words_at,
            components=components,
            text=said,
        )
    current = _touched_now(change)
    ever = [states.of_component(item.get("status")) for item in moved] or list(current.values())
    called = {**names, **{id_: name for id_, name in zip(ids, named, strict=True) if name}}
    return announce.incident(
        id_,
        title,
        states.of_touched(ever if over else current.values(), status),
        over=over,
        now=now,
        began_at=starts_at,
        ended_at=ended_at,
        words_at=words_at or [starts_at],
        components=components,
        stated=(Component(part, called.get(part, ""), state) for part, state in current.items()),
        text=said,
    )


def _goes_on(change: dict[str, Any], now: Instant) -> bool:
    starts_at = instant(change.get("start_at_seconds"))
    return states.is_running(change.get("status")) or (starts_at is not None and starts_at <= now)


def _touched_now(change: dict[str, Any]) -> dict[str, FeedState]:
    """How each component that it names is now; by its updates where the change itself does not say."""
    stated = _stated(records(change.get("affected_components")))
    if stated:
        return stated
    moved: dict[str, FeedState] = {}
    for update in sorted(
        records(change.get("updates")), key=lambda item: instant(item.get("at_seconds")) or 0
    ):
        moved |= _stated(records(update.get("component_changes")))
    return moved


def _stated(items: Iterable[dict[str, Any]]) -> dict[str, FeedState]:
    return {key(item.get("component_id")): states.of_component(item.get("status")) for item in items}


def _event(event: dict[str, Any], kind: str, now: Instant) -> PageIncident:
    touched = records(event.get("affected_components"))
    last = record(event.get("last_update"))
    phase = event.get("phase")
    starts_at = instant(one_of(event, ("starts_at", "started_at")))
    words_at = [instant(one_of(last, ("at",))), instant(event.get("updated_at"))]
    id_, title = key(event.get("id")), text(event.get("title"))
    components = [word_ for item in touched for word_ in (key(item.get("id")), text(item.get("name")))]
    if kind != _WIDGET_LISTS[0]:
        return announce.maintenance(
            id_,
            title,
            running=kind == _WIDGET_LISTS[1],
            over=states.has_ended(phase),
            now=now,
            starts_at=starts_at,
            ends_at=instant(event.get("ends_at")),
            words_at=words_at,
            components=components,
            url=url(event.get("url")),
            text=talk([last.get("message")]),
        )
    rated = [states.of_component(item.get("status")) for item in touched]
    impact = event.get("impact")
    if word(impact) not in ("", "operational"):
        rated.append(states.of_component(impact))
    return announce.incident(
        id_,
        title,
        states.of_touched(rated, phase),
        over=states.has_ended(phase),
        now=now,
        began_at=starts_at,
        words_at=[starts_at, *words_at],
        components=components,
        stated=read_components(touched),
        url=url(event.get("url")),
        text=talk([last.get("message")]),
    )
