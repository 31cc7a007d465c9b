"""xAI's RSS feed: an item for each surface of an incident, with its status and severity in the description.

Read 2026-10-07: title `[Surface] what`, `Status: RESOLVED`, `Severity: outage|disruption|available`, and
each update under the time that it was written at. The items of one incident share their guid, so the
surface is part of the id.
"""

import re

from trayuptime.core.feed import Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.entries import Channel, Entry
from trayuptime.feeds.fields import instant, talk, word

_SURFACE = re.compile(r"\s*\[([^\[\]]{1,100})\]\s*")
_FIELD = re.compile(r"\b(status|severity|resolved):\s{0,5}([^<>]{1,60})", re.IGNORECASE)
_SPOKEN = re.compile(r"<strong>([^<>]{8,60})</strong>", re.IGNORECASE)
_LOOKED_AT = 50_000
_SEVERITIES: dict[str, FeedState | None] = {
    "outage": FeedState.DOWN,
    "disruption": FeedState.DEGRADED,
    "available": None,
    "maintenance": FeedState.MAINTENANCE,
}


def fits(channel: Channel) -> bool:
    """Whether its items have what xAI's have."""
    return any(_SURFACE.match(entry.title) and "status" in _fields(entry) for entry in channel.entries)


def read(channel: Channel, now: Instant) -> Page:
    """The page: all is well but for what is open; a history that has become empty says nothing."""
    return Page(
        overall=FeedState.UP if fits(channel) else None,
        incidents=tuple(_incident(entry, now) for entry in channel.entries),
        url=channel.link,
        name=channel.title,
    )


def _fields(entry: Entry) -> dict[str, str]:
    found = [(name.lower(), value.strip()) for name, value in _FIELD.findall(entry.body[:_LOOKED_AT])]
    return dict(reversed(found))  # the first of each name counts; later ones are quoted in updates


def _incident(entry: Entry, now: Instant) -> PageIncident:
    fields = _fields(entry)
    surface = _SURFACE.match(entry.title)
    name = surface.group(1).strip() if surface else ""
    title = entry.title[surface.end() :] if surface else entry.title
    spoken_at = [instant(found) for found in _SPOKEN.findall(entry.body[:_LOOKED_AT])]
    return announce.incident(
        f"{entry.id}@{name}" if entry.id else "",
        title if title and title != name else entry.title,
        _SEVERITIES.get(word(fields.get("severity")), FeedState.UNKNOWN),
        over=states.has_ended(fields.get("status")),
        now=now,
        began_at=entry.published_at,
        ended_at=instant(fields.get("resolved")),
        words_at=spoken_at or [entry.published_at],
        components=[name],
        url=entry.link,
        text=talk([entry.body]),
    )
