"""AWS's public events: what is going on (`/public/currentevents`, UTF-16) and history (`/public/events`).

Read 2026-06 to 2026-09. A status is '0' to '3', string or number. '1' is called informational, and yet the
loss of a whole region was posted as that for its first day (2026-03-01), so it counts as degraded. Regional
events stay open for months: who depends on one region has to say so.
"""

import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from trayuptime.core.feed import Component, Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce
from trayuptime.feeds.fields import instant, key, number, one_of, record, records, talk, text

_STATUSES = {1: FeedState.DEGRADED, 2: FeedState.DEGRADED, 3: FeedState.DOWN}
_NORMAL = 0
_RESOLVED = "[RESOLVED]"
_OURS = frozenset({"arn", "event_log", "impacted_services", "typeCode", "startTime"})


def fits(data: Any) -> bool:
    """Whether it is such a list; one without any event is empty."""
    entries = records(data)
    if not isinstance(data, list) or len(entries) < len(data):
        return False
    return not data or any(_OURS & set(item) and "service" in item for item in entries)


def read(data: Any, now: Instant) -> Page:
    """The page: all is well but for what is open."""
    return Page(overall=FeedState.UP, incidents=tuple(_event(item, now) for item in records(data)))


def _event(event: dict[str, Any], now: Instant) -> PageIncident:
    log = sorted(_log(event), key=lambda item: instant(item.get("timestamp")) or 0, reverse=True)
    newest = log[0] if log else {}
    ended_at = instant(event.get("endTime"))
    status = number(one_of(event, ("status",)))
    if status is None:
        status = number(newest.get("status"))
    title = text(one_of(event, ("summary",)) or newest.get("summary"))
    marked = text(newest.get("summary")).upper().startswith(_RESOLVED) or title.upper().startswith(_RESOLVED)
    over = ended_at is not None or status == _NORMAL or marked
    began_at = instant(one_of(event, ("date", "startTime")))
    region = _region(event)
    service = key(event.get("service"))
    impacted = record(event.get("impacted_services"))
    return announce.incident(
        key(event.get("arn")) or f"{service}@{region}@{began_at}",
        _unmarked(title) or text(event.get("service_name")),
        _STATUSES.get(_worst_code(event, log) if over else status or _NORMAL, FeedState.UNKNOWN),
        over=over,
        now=now,
        began_at=began_at,
        ended_at=ended_at,
        words_at=[instant(item.get("timestamp")) for item in log] or [began_at],
        components=_services(service, region, text(event.get("service_name")), impacted),
        stated=_stated(impacted, f"-{region}"),
        places=[region, text(event.get("region_name"))],
        text=talk(item.get("message") for item in log),
    )


def _log(event: dict[str, Any]) -> list[dict[str, Any]]:
    """The event's log; in history it is a string of JSON."""
    written = record(event.get("metadata")).get("EVENT_LOG")
    if isinstance(written, str):
        with suppress(ValueError, RecursionError):
            return records(json.loads(written, parse_constant=lambda _: None))
        return []
    return records(event.get("event_log"))


def _worst_code(event: dict[str, Any], log: Iterable[dict[str, Any]]) -> int:
    codes = [number(event.get("status")), *(number(item.get("status")) for item in log)]
    return max((code for code in codes if code is not None), default=_NORMAL)


def _region(event: dict[str, Any]) -> str:
    """Its code, from the field, else from the name of the event."""
    named = key(event.get("region"))
    if named:
        return named
    pieces = key(event.get("arn")).split(":")
    return pieces[3] if len(pieces) > 3 else ""


def _services(service: str, region: str, name: str, impacted: dict[str, Any]) -> list[str]:
    """Ids and names of services that are still impacted; an id is also given without its region."""
    named = [(service, name)]
    for id_, facts in impacted.items():
        if number(record(facts).get("current")) != _NORMAL:
            named.append((key(id_), text(record(facts).get("service_name"))))
    suffix = f"-{region}"
    return [word for id_, name_ in named for word in (id_, id_.removesuffix(suffix), name_)]


def _stated(impacted: dict[str, Any], suffix: str) -> Iterable[Component]:
    """How each service is that is impacted by name; its id without the region."""
    for id_, facts in impacted.items():
        code = number(record(facts).get("current"))
        state = FeedState.UP if code == _NORMAL else _STATUSES.get(code or _NORMAL, FeedState.UNKNOWN)
        yield Component(key(id_).removesuffix(suffix), text(record(facts).get("service_name")), state)


def _unmarked(title: str) -> str:
    return title[len(_RESOLVED) :].strip() if title.upper().startswith(_RESOLVED) else title
