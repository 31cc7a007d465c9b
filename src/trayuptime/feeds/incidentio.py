"""incident.io's own: `/proxy/HOST`, its `/incidents` and `/component_impacts`, and the widget's summary.

Shapes: a capture of status.openai.com of 2025-04 for the first three; for the widget, clients that read it
(`current_worst_impact`, `affected_components`, `scheduled_end_at`), looked up 2026-11-22.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from trayuptime.core.feed import Component, Page, PageIncident, worst
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.fields import (
    are_records,
    earliest,
    instant,
    key,
    one_of,
    record,
    records,
    talk,
    text,
    url,
)

_OPEN, _RUNNING, _PLANNED = "ongoing_incidents", "in_progress_maintenances", "scheduled_maintenances"
_NATIVE = frozenset(
    {"published_at", "component_impacts", "status_summaries", "updates", "affected_components"}
)


def fits(data: Any) -> bool:
    """Whether it is one of them; Flashduty's widget has the same lists, and a word for everything."""
    found = record(data)
    summary = record(found.get("summary")) or found
    lists = (_OPEN, _RUNNING, _PLANNED, "components", "affected_components", "incidents")
    if "overall" in summary or not are_records(summary, *lists):
        return False
    if (
        any(name in summary for name in (_OPEN, _RUNNING))
        and one_of(summary, ("name", "page_title", "public_url", "page_url")) is not None
    ):
        return True
    if isinstance(found.get("component_impacts"), list) and "incident_links" in found:
        return True
    entries = records(found.get("incidents"))
    return found == {"incidents": []} or any(_NATIVE & set(item) and "impact" not in item for item in entries)


def read(data: Any, now: Instant) -> Page:
    """The page; a component that is not called affected is up."""
    found = record(data)
    summary = record(found.get("summary")) or found
    names = {key(item.get("id")): text(item.get("name")) for item in records(summary.get("components"))}
    groups = _groups(record(summary.get("structure")))
    affected: dict[str, FeedState] = {}
    for item in records(summary.get("affected_components")):
        id_, state = key(item.get("component_id")), states.of_component(item.get("status"))
        affected[id_] = worst([state, affected.get(id_, FeedState.UP)])
    strays = [state for id_, state in affected.items() if id_ not in names]  # of parts that are not listed
    impacts = records(found.get("component_impacts"))
    by_incident: dict[str, list[dict[str, Any]]] = {}
    for item in impacts:
        by_incident.setdefault(key(item.get("status_page_incident_id")), []).append(item)
    entries = [
        *((item, "") for item in (*records(summary.get(_OPEN)), *records(summary.get("incidents")))),
        *(
            ({"component_impacts": by_incident.get(key(item.get("id")), []), **item}, "")
            for item in records(found.get("incident_links"))
        ),
        *((item, _RUNNING) for item in records(summary.get(_RUNNING))),
        *((item, _PLANNED) for item in records(summary.get(_PLANNED))),
    ]
    return Page(
        overall=worst(strays) if strays else None if names else FeedState.UP,
        components=tuple(
            Component(id_, name, affected.get(id_, FeedState.UP), groups.get(id_, ""))
            for id_, name in names.items()
        ),
        incidents=tuple(_announcement(item, names, kind, now) for item, kind in entries),
        url=url(one_of(summary, ("public_url", "page_url"))),
        name=text(one_of(summary, ("name", "page_title"))),
    )


def _announcement(entry: dict[str, Any], names: Mapping[str, str], kind: str, now: Instant) -> PageIncident:
    updates = sorted(
        records(entry.get("updates")), key=lambda item: instant(item.get("published_at")) or 0, reverse=True
    )
    parts = records(entry.get("affected_components"))
    impacts = records(entry.get("component_impacts"))
    status = entry.get("status")
    id_, title = key(entry.get("id")), text(entry.get("name"))
    words_at = [
        instant(entry.get("published_at")),
        instant(entry.get("last_update_at")),
        *(instant(item.get("published_at")) for item in updates),
    ]
    components = list(_components([*parts, *impacts, *_statuses(updates)], names))
    link = url(one_of(entry, ("url", "permalink")))
    said = talk([entry.get("last_update_message"), *(item.get("message_string") for item in updates)])
    over = states.has_ended(status)
    summaries = records(entry.get("status_summaries"))
    began_at = earliest(*(instant(item.get("start_at")) for item in (*impacts, *summaries)))
    ends = [instant(item.get("end_at")) for item in impacts]
    if kind or word_is_planned(entry):
        return announce.maintenance(
            id_,
            title,
            running=kind == _RUNNING or states.is_running(status),
            over=over,
            now=now,
            starts_at=instant(one_of(entry, ("started_at", "starts_at", "scheduled_start_at"))) or began_at,
            ends_at=instant(one_of(entry, ("scheduled_end_at", "ends_at"))),
            words_at=words_at,
            components=components,
            url=link,
            text=said,
        )
    return announce.incident(
        id_,
        title,
        _severity(entry, parts, impacts, updates, over=over),
        over=over,
        now=now,
        began_at=began_at,
        ended_at=max((at for at in ends if at is not None), default=None),
        words_at=words_at,
        components=components,
        stated=_stated(parts, names),
        url=link,
        text=said,
    )


def _groups(structure: dict[str, Any]) -> dict[str, str]:
    """The heading above each component, by its id."""
    headings = [record(item.get("group")) for item in records(structure.get("items"))]
    return {
        key(item.get("component_id")): text(group.get("name"))
        for group in headings
        for item in records(group.get("components"))
    }


def word_is_planned(entry: dict[str, Any]) -> bool:
    """Whether an entry among incidents is maintenance by its own words."""
    said = f"{text(entry.get('type'))} {text(entry.get('status'))}".casefold()
    return "maintenance" in said


def _severity(
    entry: dict[str, Any],
    parts: list[dict[str, Any]],
    impacts: list[dict[str, Any]],
    updates: list[dict[str, Any]],
    *,
    over: bool,
) -> FeedState | None:
    """What it is now; of one that is over, the worst that it was."""
    given = entry.get("current_worst_impact")
    now_words = [one_of(item, ("current_status", "status")) for item in parts]
    ever_words = [item.get("status") for item in (*impacts, *_statuses(updates), *parts)]
    if not over and given is not None:
        return states.of_impact(given)
    words = ever_words if over else now_words or [item.get("status") for item in _statuses(updates[:1])]
    if not words and not over:
        words = [item.get("status") for item in impacts if item.get("end_at") is None]
    return states.of_touched((states.of_component(said) for said in words), entry.get("status"))


def _stated(parts: Iterable[dict[str, Any]], names: Mapping[str, str]) -> Iterable[Component]:
    for item in parts:
        id_ = key(one_of(item, ("component_id", "id")))
        state = states.of_component(one_of(item, ("current_status", "status")))
        yield Component(id_, names.get(id_) or text(item.get("name")), state)


def _statuses(updates: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for update in updates for item in records(update.get("component_statuses"))]


def _components(items: Iterable[dict[str, Any]], names: Mapping[str, str]) -> Iterable[str]:
    for item in items:
        id_ = key(one_of(item, ("component_id", "id")))
        yield from (id_, names.get(id_, ""), text(item.get("name")))
