"""Better Stack's `index.json`, a JSON:API document: resources, reports and their updates in one flat list.

Traps seen 2026-09-23: `ends_at` is null on reports that are resolved by their `aggregate_state`, and
resources that are not monitored have a status of their own.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from trayuptime.core.feed import Component, Page, PageIncident, worst
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.fields import are_records, instant, key, record, records, talk, text, url, word

_UNWATCHED = "notmonitored"


def fits(data: Any) -> bool:
    """Whether it is such a document."""
    main = record(record(data).get("data"))
    if not are_records(record(data), "included"):
        return False
    return main.get("type") == "status_page" or "aggregate_state" in record(main.get("attributes"))


def read(data: Any, now: Instant) -> Page:
    """The page; what is not monitored is not listed."""
    found = record(data)
    page = record(record(found.get("data")).get("attributes"))
    included = records(found.get("included"))
    parts = _of_type(included, "status_page_resource")
    names = {id_: text(item.get("public_name")) for id_, item in parts.items()}
    sections = _of_type(included, "status_page_section")
    updates = _of_type(included, "status_update")
    reports = [item for item in included if item.get("type") == "status_report"]
    state = page.get("aggregate_state")
    return Page(
        overall=states.of_component(state) if state is not None else None,
        components=tuple(
            Component(
                id_,
                names[id_],
                states.of_component(item.get("status")),
                text(sections.get(key(item.get("status_page_section_id")), {}).get("name")),
            )
            for id_, item in parts.items()
            if word(item.get("status")) != _UNWATCHED
        ),
        incidents=tuple(_report(item, updates, names, now) for item in reports),
        url=_address(page),
        name=text(page.get("company_name")),
    )


def _of_type(included: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {
        key(item.get("id")): record(item.get("attributes")) for item in included if item.get("type") == kind
    }


def _report(
    report: dict[str, Any],
    updates: Mapping[str, dict[str, Any]],
    names: Mapping[str, str],
    now: Instant,
) -> PageIncident:
    facts = record(report.get("attributes"))
    links = records(record(record(report.get("relationships")).get("status_updates")).get("data"))
    said = sorted(
        (updates[key(link.get("id"))] for link in links if key(link.get("id")) in updates),
        key=lambda item: instant(item.get("published_at")) or 0,
        reverse=True,
    )
    state, ends_at = facts.get("aggregate_state"), instant(facts.get("ends_at"))
    over = states.has_ended(state) or (ends_at is not None and ends_at <= now)
    touched = [record_ for holder in (facts, *said) for record_ in records(holder.get("affected_resources"))]
    ids = [key(item.get("status_page_resource_id")) for item in touched]
    components = [*ids, *(names.get(id_, "") for id_ in ids)]
    words_at = [instant(item.get("published_at")) for item in said]
    id_, title = key(report.get("id")), text(facts.get("title"))
    spoken = talk(item.get("message") for item in said)
    if word(facts.get("report_type")) == "maintenance":
        return announce.maintenance(
            id_,
            title,
            running=False,  # its window says when
            over=over,
            now=now,
            starts_at=instant(facts.get("starts_at")),
            ends_at=ends_at,
            words_at=words_at,
            components=components,
            text=spoken,
        )
    return announce.incident(
        id_,
        title,
        _ever(touched) if over else states.of_impact(state),
        over=over,
        now=now,
        began_at=instant(facts.get("starts_at")),
        ended_at=ends_at,
        words_at=words_at or [instant(facts.get("starts_at"))],
        components=components,
        stated=_stated(said, facts, names),
        text=spoken,
    )


def _stated(
    said: Iterable[Mapping[str, Any]], facts: Mapping[str, Any], names: Mapping[str, str]
) -> Iterable[Component]:
    """How the newest update that names a resource calls it."""
    newest: dict[str, FeedState] = {}
    for holder in (*said, facts):
        for item in records(holder.get("affected_resources")):
            status = item.get("status")
            state = FeedState.UP if states.has_ended(status) else states.of_component(status)
            newest.setdefault(key(item.get("status_page_resource_id")), state)
    return [Component(id_, names.get(id_, ""), state) for id_, state in newest.items()]


def _ever(touched: list[dict[str, Any]]) -> FeedState:
    """The worst that one was which is over."""
    known = [item.get("status") for item in touched if not states.has_ended(item.get("status"))]
    return worst([states.of_component(said) for said in known])


def _address(page: dict[str, Any]) -> str:
    domain = page.get("custom_domain")
    return url(f"https://{domain}") if isinstance(domain, str) and domain else ""
