"""Azure's RSS feed: what is in it is open, and it is almost always empty.

It has no word for how bad something is, so what it lists is degraded; guids are used again, so an item is
known by its guid and its date, and the channel's build date ticks at every fetch (read 2026-09-23).
"""

from trayuptime.core.feed import Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce
from trayuptime.feeds.entries import Channel, Entry
from trayuptime.feeds.fields import talk
from trayuptime.feeds.rss import Stage, stage


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
        url=entry.link,
        text=talk([entry.body]),
    )
