"""Any RSS or Atom feed of incidents: what is open is told by its words (`stages.py`).

Such a feed is a history. An entry without any word for where it stands is unknown. A feed in which no entry
has such a word is no status feed, so it says nothing, not even that all is well.

Better Stack, Google Cloud and AWS write an entry for each update (documents of 2026-09): the first two with
the trouble's own id in that of the update, AWS with the service's, so that there the title and the day tell.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from trayuptime.core.announcements import merged
from trayuptime.core.feed import Component, Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.entries import Channel, Entry
from trayuptime.feeds.fields import instant, talk, text, word
from trayuptime.feeds.stages import (
    WORST,
    Stage,
    automatic,
    closes,
    is_of_an_incident,
    is_planned,
    is_under_way,
    stage,
    unmarked,
)

_LOOKED_AT = 20_000
_UPDATES = (
    re.compile(r"^(.{3,300})#update\b[^#]{0,100}$", re.IGNORECASE),
    re.compile(r"^(.{3,300}/incidents?/[\w-]{1,60})#[0-9a-f]{16,80}$", re.IGNORECASE),
    re.compile(r"^(tag:status\.cloud\.google\.com.{1,200}:feed:[^.]{1,100})\.[^.]{1,100}$"),
)
"""What the ids of all updates of one trouble have in common."""
_AWS = re.compile(r"^(https?://status\.aws\.amazon\.com/#[a-z0-9-]{1,100})_\d{9,13}$")
_DAY_MS = 86_400_000
_HALF_YEAR_MS = 183 * _DAY_MS
_MINUTE_MS = 60_000
_SPOKEN_AT = re.compile(
    r"<small>\s{0,5}([A-Z][a-z]{2})\s{1,5}(?:<var[^<>]{0,40}>)?\s{0,5}(\d{1,2})(?:</var>)?,\s{0,5}"
    r"(?:<var[^<>]{0,40}>)?(\d{1,2}:\d{2})(?::\d{2})?(?:</var>)?\s{0,5}(UTC|GMT|[ECMP][SD]T)\b"
)
"""When an update was written, without its year; the item's own date is the last one's."""
_DATED = re.compile(
    r"</small>\s{0,5}(?:<br\s{0,3}/?>\s{0,5})?<(strong|b)>\s{0,5}([^<>]{3,60})</\1>", re.IGNORECASE
)
_AFFECTED = re.compile(
    r"affected components?\s{0,5}:?\s{0,5}</b>\s{0,5}<ul>([\s\S]{1,8000}?)</ul>", re.IGNORECASE
)
_IN_A_LINE = re.compile(
    r"affected components?\s{0,5}[:：]?\s{0,5}</(?:b|strong)>\s{0,5}[:：]?\s{0,5}([^<>]{1,2000})"
    r"(?:</(?:p|li|div)\s{0,3}>|<br\s{0,3}/?>\s{0,5}(?:<(?:b|strong|p)\b|$)|$)",
    re.IGNORECASE,
)
"""As Flashduty's feeds name them, without their states."""
_BETWEEN = re.compile(r"[,，、;；]|\s(?:and|&)\s")
_NOBODY = frozenset({"", "all", "none", "na", "allservices", "allcomponents", "全部", "全部服务", "所有服务"})
_LISTED = re.compile(r"<li>\s{0,5}([^<>]{1,200})</li>", re.IGNORECASE)
_CALLED = re.compile(r"^(.{1,150}?)\s{0,5}\(([^()]{1,40})\)\s{0,5}$")


def read(channel: Channel, now: Instant) -> Page:
    """The page."""
    entries = channel.entries
    stages = [stage(entry, now) for entry in entries]
    told = any(item is not Stage.UNTOLD for item in stages)
    ids = _ids(entries, stages)
    # One that says nothing of where it stands leaves its trouble where it was.
    standing: dict[str, Stage] = {}
    for at in _by_time(entries):
        if stages[at] is Stage.UNTOLD and ids[at]:
            stages[at] = standing.get(ids[at], Stage.UNTOLD)
        standing[ids[at]] = stages[at]
    unplanned = {id_ for id_, entry in zip(ids, entries, strict=True) if is_of_an_incident(entry)} - {""}
    said = [
        _announcement(
            id_,
            entry,
            stands,
            now,
            planned=id_ not in unplanned and (stands is Stage.SCHEDULED or is_planned(entry)),
        )
        for id_, entry, stands in zip(ids, entries, stages, strict=True)
    ]
    return Page(
        overall=FeedState.UP if told else None,
        incidents=merged((), said[::-1]),  # of several at one moment the first in the feed is the newest
        url=channel.link,
        name=channel.title,
    )


def _ids(entries: Sequence[Entry], stages: Sequence[Stage]) -> list[str]:
    """What the trouble of each entry is known by, which is the entry's own id where each has its own."""
    titles: dict[str, set[str]] = {}
    for entry in entries:
        titles.setdefault(entry.id, set()).add(unmarked(entry.title))
    # An id that several have who speak of different things is nobody's.
    ids = [entry.id if len(titles[entry.id]) == 1 else "" for entry in entries]
    open_: dict[tuple[str, str], tuple[str, Instant]] = {}
    down: dict[str, list[str]] = {}
    shared = Counter(ids)
    for at in _by_time(entries):
        entry = entries[at]
        common = next((found.group(1) for form in _UPDATES if (found := form.match(entry.id))), None)
        if common is not None:
            ids[at] = common
        elif (name := automatic(entry.title)) is not None:
            if ids[at] and shared[ids[at]] > 1:
                continue
            went_down = down.setdefault(name, [])
            if stages[at] is Stage.OPEN:
                went_down.append(ids[at])
            elif stages[at] is Stage.OVER and went_down:
                ids[at] = went_down.pop()
        elif (found := _AWS.match(entry.id)) is not None and entry.published_at is not None:
            trouble = (found.group(1), unmarked(entry.title))
            first, said_at = open_.get(trouble, (entry.id, entry.published_at))
            ids[at] = first if entry.published_at - said_at <= _DAY_MS else entry.id
            open_[trouble] = ids[at], entry.published_at
            if stages[at] is Stage.OVER:
                del open_[trouble]
    return ids


def _by_time(entries: Sequence[Entry]) -> list[int]:
    """The numbers of the entries, the oldest first; feeds list the newest first."""
    return sorted(range(len(entries)), key=lambda at: (entries[at].published_at or 0, -at))


def _announcement(id_: str, entry: Entry, stands: Stage, now: Instant, *, planned: bool) -> PageIncident:
    said = talk([entry.body])
    words_at = (*_spoken_at(entry, now), entry.published_at, entry.updated_at)
    if planned:
        return announce.maintenance(
            id_,
            entry.title,
            running=stands is Stage.OPEN and is_under_way(entry),
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
        ended_at=_closed_at(entry, now),
        words_at=words_at,
        components=[part.name for part in parts],
        stated=parts if stands is Stage.OPEN else (),
        url=entry.link,
        text=said,
    )
    # Whatever it is, nobody has said that it is about trouble.
    return incident if stands is not Stage.UNTOLD else replace(incident, first_word_at=None)


def _spoken_at(entry: Entry, now: Instant) -> Iterator[Instant]:
    """When each update was written, as Statuspage writes it into the text: without its year.

    CST is China's time too: a zone other than UTC is believed only where one of them is the entry's own date.
    """
    dated = entry.updated_at or entry.published_at
    if dated is None:
        return
    year = datetime.fromtimestamp(dated / 1000, UTC).year
    found: list[tuple[Instant, bool]] = []
    for month, day, time, zone in _SPOKEN_AT.findall(entry.body[:_LOOKED_AT]):
        told = [instant(f"{day} {month} {each} {time}:00 {zone}") for each in (year - 1, year, year + 1)]
        near = [at for at in told if at is not None and abs(at - dated) <= _HALF_YEAR_MS and at <= now]
        found += [(at, zone in {"UTC", "GMT"}) for at in near[:1]]
    agrees = any(
        abs(at - own) < _MINUTE_MS for at, _ in found for own in (entry.published_at, entry.updated_at) if own
    )
    yield from (at for at, universal in found if universal or agrees)


def _closed_at(entry: Entry, now: Instant) -> Instant | None:
    """When it was called over first after it had last been open: a post-mortem comes weeks later."""
    spoken = list(_spoken_at(entry, now))
    labels = [label for _, label in _DATED.findall(entry.body[:_LOOKED_AT])]
    if not labels or len(labels) != len(spoken):
        return None
    closed_at = None
    newest_first = sorted(zip(spoken, labels, strict=True), key=lambda said: said[0], reverse=True)
    for at, label in newest_first:
        if not closes(label):
            break
        closed_at = at
    return closed_at


def _parts(entry: Entry) -> list[Component]:
    """What is listed below an announcement: in incident.io's feed each part with its state in brackets.

    Nothing where one of them cannot be read: it may be ours.
    """
    body = entry.body[:_LOOKED_AT]
    listed = _AFFECTED.search(body)
    if listed is None:
        line = _IN_A_LINE.search(body)
        return [] if line is None else _in_a_line(text(line.group(1)))
    items = [text(item) for item in _LISTED.findall(listed.group(1))]
    if len(items) != listed.group(1).lower().count("<li"):
        return []
    return [_part(item) for item in items if item]


def _in_a_line(line: str) -> list[Component]:
    """Each part, and the whole of it: a comma may belong to a name."""
    names = [line, *_BETWEEN.split(line)]
    if ":" in line or {word(name) for name in names} & _NOBODY:
        return []
    return [_part(name.strip()) for name in dict.fromkeys(names)]


def _part(item: str) -> Component:
    found = _CALLED.match(item)
    state = FeedState.UNKNOWN if found is None else states.of_component(found.group(2))
    if found is None or state is FeedState.UNKNOWN:
        return Component("", item, FeedState.UNKNOWN)
    return Component("", found.group(1), state)
