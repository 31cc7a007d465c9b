"""Any RSS or Atom feed of incidents: what is open is told by its words (`stages.py`).

Such a feed is a history. An entry without any word for where it stands is unknown. A feed in which no entry
has such a word is no status feed, so it says nothing, not even that all is well.

Better Stack, AWS and Google Cloud write an entry for each update (documents of 2026-09): those of one trouble
are told by an id that differs in its end alone, and by their title.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from trayuptime.core.announcements import merged
from trayuptime.core.feed import Component, Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.entries import Channel, Entry
from trayuptime.feeds.fields import instant, talk, text
from trayuptime.feeds.stages import WORST, Stage, is_planned, stage

_LOOKED_AT = 20_000
_UPDATE_OF = re.compile(r"^(.{3,300})#update\b[^#]{0,100}$", re.IGNORECASE)
_NUMBERED = re.compile(r"^(.{3,300}[._#])[A-Za-z0-9]{1,60}$")
_MARKS = re.compile(
    r"^\s*(?:[\[【(（][^\[\]【】()（）]{1,40}[\]】)）]|[A-Za-z ]{3,40}:)\s*",
)
"""Before the title proper: `[Resolved]`, `RESOLVED:`, `Service is operating normally:`."""
_SPOKEN_AT = re.compile(
    r"<small>\s{0,5}([A-Z][a-z]{2})\s{1,5}(?:<var[^<>]{0,40}>)?\s{0,5}(\d{1,2})(?:</var>)?,\s{0,5}"
    r"(?:<var[^<>]{0,40}>)?(\d{1,2}:\d{2})(?:</var>)?\s{0,5}(UTC|GMT|[ECMP][SD]T)\b"
)
"""When an update was written, without its year; the item's own date is the last one's."""
_AFFECTED = re.compile(r"affected components?\s{0,5}:?\s{0,5}</b>\s{0,5}<ul>(.{1,8000}?)</ul>", re.IGNORECASE)
_LISTED = re.compile(r"<li>\s{0,5}([^<>]{1,200})</li>", re.IGNORECASE)
_CALLED = re.compile(r"^(.{1,150}?)(?:\s{0,5}\(([^()]{1,40})\))?\s{0,5}$")
_DAY_MS = 86_400_000


def read(channel: Channel, now: Instant) -> Page:
    """The page."""
    stages = [stage(entry) for entry in channel.entries]
    told = any(item is not Stage.UNTOLD for item in stages)
    ids = _ids(channel.entries, stages)
    said = [
        _announcement(id_, entry, stands, now)
        for id_, entry, stands in zip(ids, channel.entries, stages, strict=True)
    ]
    return Page(
        overall=FeedState.UP if told else None,
        incidents=merged((), said[::-1]),  # of several at one moment the first in the feed is the newest
        url=channel.link,
        name=channel.title,
    )


def _ids(entries: Sequence[Entry], stages: Sequence[Stage]) -> list[str]:
    """What each entry is known by; an update goes on with what was open under the same title before."""
    ids = [found.group(1) if (found := _UPDATE_OF.match(entry.id)) else entry.id for entry in entries]
    open_: dict[tuple[str, str], str] = {}
    for at in sorted(range(len(entries)), key=lambda at: (entries[at].published_at or 0, -at)):
        found = _NUMBERED.match(ids[at])
        if found is None:
            continue
        trouble = (found.group(1), _plain(entries[at].title))
        ids[at] = open_.setdefault(trouble, ids[at])
        if stages[at] is Stage.OVER:
            del open_[trouble]
    return ids


def _plain(title: str) -> str:
    """Without the marks before it."""
    before = ""
    while before != title:
        before, title = title, _MARKS.sub("", title, count=1) or title
    return title.casefold()


def _announcement(id_: str, entry: Entry, stands: Stage, now: Instant) -> PageIncident:
    said = talk([entry.body])
    words_at = (*_spoken_at(entry, now), entry.published_at, entry.updated_at)
    if is_planned(entry):
        return announce.maintenance(
            id_,
            entry.title,
            running=stands is Stage.OPEN,
            over=stands is Stage.OVER,
            now=now,  # its window is told in prose only
            words_at=words_at,
            url=entry.link,
            text=said,
        )
    state = FeedState.UNKNOWN
    if stands is not Stage.UNTOLD:
        state = FeedState.DOWN if WORST.search(f"{entry.title} {said}") else FeedState.DEGRADED
    parts = _parts(entry)
    incident = announce.incident(
        id_,
        entry.title,
        state,
        over=stands is Stage.OVER,
        now=now,
        words_at=words_at,
        components=[part.name for part in parts],
        stated=parts if stands is Stage.OPEN else (),
        url=entry.link,
        text=said,
    )
    # Whatever it is, nobody has said that it is about trouble.
    return incident if stands is not Stage.UNTOLD else replace(incident, first_word_at=None)


def _spoken_at(entry: Entry, now: Instant) -> Iterator[Instant]:
    """When each update was written, as Statuspage writes it into the text."""
    latest = entry.updated_at or entry.published_at or now
    year = datetime.fromtimestamp(latest / 1000, UTC).year
    for month, day, time, zone in _SPOKEN_AT.findall(entry.body[:_LOOKED_AT]):
        told = [instant(f"{day} {month} {each} {time}:00 {zone}") for each in (year, year - 1)]
        yield from [at for at in told if at is not None and at <= latest + _DAY_MS][:1]


def _parts(entry: Entry) -> list[Component]:
    """What incident.io's feed lists below an announcement: each part with its state in brackets."""
    listed = _AFFECTED.search(entry.body[:_LOOKED_AT])
    if listed is None:
        return []
    called = [_CALLED.match(text(item)) for item in _LISTED.findall(listed.group(1))]
    return [
        Component("", found.group(1), states.of_component(found.group(2)))
        for found in called
        if found is not None
    ]
