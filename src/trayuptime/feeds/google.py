"""Google Cloud's and Workspace's `incidents.json`: troubles old and new, open where `end` is missing.

Read 2026-07 and 2026-09. There is no word for all being well: nothing open is it. `SERVICE_INFORMATION` is
not harmless: the real error rates of Gemini on Vertex on 2026-02-27 were posted as that, so it counts as
degraded.
"""

from typing import Any

from trayuptime.core.feed import Page, PageIncident, worst
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce
from trayuptime.feeds.fields import instant, key, one_of, record, records, talk, text, url, word

_IMPACTS = {
    "serviceinformation": FeedState.DEGRADED,
    "servicedisruption": FeedState.DEGRADED,
    "serviceoutage": FeedState.DOWN,
}
_RECOVERED = "available"
_CLOUD = "https://status.cloud.google.com/"
_WORKSPACE = "https://www.google.com/appsstatus/dashboard/"
_HEADING = "Title:"


def fits(data: Any) -> bool:
    """Whether it is such a list; one without any trouble is empty."""
    entries = records(data)
    if not isinstance(data, list) or len(entries) < len(data):
        return False
    return not data or any("begin" in item or "status_impact" in item for item in entries)


def read(data: Any, now: Instant) -> Page:
    """The page: all is well but for what is open."""
    return Page(overall=FeedState.UP, incidents=tuple(_incident(item, now) for item in records(data)))


def _incident(entry: dict[str, Any], now: Instant) -> PageIncident:
    newest = record(entry.get("most_recent_update"))
    updates = records(entry.get("updates"))
    products = records(entry.get("affected_products"))
    ended_at = instant(entry.get("end"))
    over = ended_at is not None
    return announce.incident(
        key(one_of(entry, ("id", "number"))),
        text(entry.get("external_desc")).removeprefix(_HEADING).strip(),
        _state(entry, newest, over=over),
        over=over,
        now=now,
        began_at=instant(entry.get("begin")),
        ended_at=ended_at,
        words_at=[instant(entry.get("created")), *(instant(_when(item)) for item in (newest, *updates))],
        components=[
            *(key(item.get("id")) for item in products),
            *(text(item.get(name)) for item in products for name in ("title", "current_title")),
        ],
        places=_places(entry, newest),
        url=_address(entry),
        text=talk([newest.get("text"), *(item.get("text") for item in updates)]),
    )


def _when(update: dict[str, Any]) -> object:
    return one_of(update, ("created", "when"))


def _state(entry: dict[str, Any], newest: dict[str, Any], *, over: bool) -> FeedState | None:
    said = word(newest.get("status"))
    if said == _RECOVERED and not over:
        return None
    known = [_IMPACTS[name] for name in (said, word(entry.get("status_impact"))) if name in _IMPACTS]
    return worst(known)


def _places(entry: dict[str, Any], newest: dict[str, Any]) -> list[str]:
    """Where it is now, else where it was: an open one that names no place any more is not everywhere."""
    named = (
        records(entry.get("currently_affected_locations"))
        or records(newest.get("affected_locations"))
        or records(entry.get("previously_affected_locations"))
    )
    return [word_ for item in named for word_ in (key(item.get("id")), text(item.get("title")))]


def _address(entry: dict[str, Any]) -> str:
    uri = entry.get("uri")
    if not isinstance(uri, str) or uri.startswith(("http:", "https:")):
        return url(uri)
    base = _CLOUD if "currently_affected_locations" in entry else _WORKSPACE
    return url(base + uri.lstrip("/")) if uri.startswith("incidents/") else ""
