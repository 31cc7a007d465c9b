"""Azure's RSS feed: what is in it is open, whatever its prose says, and it is almost always empty.

It has no word for how bad something is, so what it lists is degraded; guids are used again, so an item is
known by its guid and its date, and the channel's build date ticks at every fetch (read 2026-09-23).

Its titles name the service and the region, `Azure SQL Database - Brazil South`. Of services that no model
stands on, those named here, nobody else is meant, unless the text names him too; whatever is not among them
may be everybody's.
"""

import re
from collections.abc import Iterable

from trayuptime.core.feed import Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce
from trayuptime.feeds.entries import Channel, Entry
from trayuptime.feeds.fields import talk
from trayuptime.feeds.stages import Stage, called_by_label

_OTHERS = (
    *("sql database", "sql managed instance", "database for mysql", "database for postgresql"),
    *("cosmos db", "cache for redis", "kubernetes service", "kubernetes service (aks)", "app service"),
    *("app service (linux)", "app service (windows)", "functions", "devops", "data factory", "databricks"),
    *("synapse analytics", "data explorer", "stream analytics", "analysis services", "hdinsight", "maps"),
    *("virtual desktop", "service bus", "event hubs", "event grid", "logic apps", "static web apps"),
    *("container apps", "container instances", "spring apps", "signalr service", "notification hubs"),
    *("communication services", "iot hub", "media services", "backup", "site recovery", "migrate", "batch"),
    *("netapp files", "vmware solution", "quantum", "sentinel", "purview", "automation", "bastion"),
    *("managed grafana", "load testing"),
)
_ANOTHERS = re.compile(
    rf"^\s*(?:microsoft )?(?:azure )?(?:{'|'.join(map(re.escape, _OTHERS))})\s{{0,3}}[-–—]", re.IGNORECASE
)
_LOOKED_AT = 50_000


def fits(channel: Channel) -> bool:
    """Whether it is Azure's: an empty feed of somebody else's would look just as well."""
    return "azure" in channel.title.casefold()


def read(channel: Channel, now: Instant) -> Page:
    """The page: all is well but for what is listed, if it is Azure's at all."""
    return Page(
        overall=FeedState.UP if fits(channel) else None,
        incidents=tuple(_incident(id_, entry, now) for id_, entry in _by_id(channel.entries).items()),
        url=channel.link,
        name=channel.title,
    )


def _by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        id_ = f"{entry.id}@{entry.published_at}"
        found[f"{id_} {entry.title}" if id_ in found else id_] = entry
    return found


def _incident(id_: str, entry: Entry, now: Instant) -> PageIncident:
    return announce.incident(
        id_,
        entry.title,
        FeedState.DEGRADED,
        over=called_by_label(entry, now) is Stage.OVER,
        now=now,
        began_at=entry.published_at,
        words_at=(entry.published_at, entry.updated_at),
        components=_named(entry),
        url=entry.link,
        text=talk([entry.body]),
    )


def _named(entry: Entry) -> list[str]:
    """What it is about, as one name to look for a part's words in; none where it may be anybody's."""
    return [f"{entry.title} {entry.body[:_LOOKED_AT]}"] if _ANOTHERS.match(entry.title) else []
