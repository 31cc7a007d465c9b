"""Azure's RSS feed: what is in it is open, and it is almost always empty.

It has no word for how bad something is, so what it lists is degraded; guids are used again, so an item is
known by its guid and its date, and the channel's build date ticks at every fetch (read 2026-09-23).

Its titles name the service and the region, `Azure SQL Database - Brazil South`: whoever depends on another
service is not meant, unless the text names that, or it is of what all of them stand on.
"""

import re

from trayuptime.core.feed import Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce
from trayuptime.feeds.entries import Channel, Entry
from trayuptime.feeds.fields import talk
from trayuptime.feeds.stages import Stage, stage

_EVERYBODYS = re.compile(
    r"\b(multiple|multi-service|all|several|many|various|global|network\w*|connectivity|dns|front door|entra"
    r"|active directory|power|cooling|data ?cent(er|re)|storage|virtual machines|compute|portal"
    r"|resource manager)\b",
    re.IGNORECASE,
)
_SERVICE = re.compile(r"^\s*((?:microsoft )?azure [a-z ]{2,40}?)\s+[-–—]", re.IGNORECASE)


def fits(channel: Channel) -> bool:
    """Whether it is Azure's: an empty feed of somebody else's would look just as well."""
    return "azure" in channel.title.casefold()


def read(channel: Channel, now: Instant) -> Page:
    """The page: all is well but for what is listed, if it is Azure's at all."""
    return Page(
        overall=FeedState.UP if fits(channel) else None,
        incidents=tuple(_incident(entry, now) for entry in channel.entries),
        url=channel.link,
        name=channel.title,
    )


def _incident(entry: Entry, now: Instant) -> PageIncident:
    return announce.incident(
        f"{entry.id}@{entry.published_at}",
        entry.title,
        FeedState.DEGRADED,
        over=stage(entry) is Stage.OVER,
        now=now,
        began_at=entry.published_at,
        words_at=(entry.published_at, entry.updated_at),
        components=_named(entry),
        url=entry.link,
        text=talk([entry.body]),
    )


def _named(entry: Entry) -> list[str]:
    """What it is about, as one name in which a part's words are looked for; none where it is everybody's."""
    service = _SERVICE.match(entry.title)
    if service is None or _EVERYBODYS.search(entry.title):
        return []
    return [f"{entry.title} {talk([entry.body])}"]
