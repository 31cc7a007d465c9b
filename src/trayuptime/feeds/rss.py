"""Any RSS or Atom feed of incidents: what is open is told by its words.

Such a feed is a history. An entry counts as over only where it says so, and one without any word for where
it stands is unknown. A feed in which no entry has such a word is no status feed, so it says nothing, not
even that all is well. Statuspage writes `<strong>Resolved</strong>` before each update, the newest first,
incident.io `Status: Resolved` (2026-09-23); DeepSeek writes both Chinese and English.
"""

import re
from enum import Enum, auto

from trayuptime.core.feed import Page, PageIncident
from trayuptime.core.model import FeedState, Instant
from trayuptime.feeds import announce, states
from trayuptime.feeds.entries import Channel, Entry
from trayuptime.feeds.fields import talk, word

_LOOKED_AT = 20_000
_STATUS = re.compile(
    r"status\s{0,5}(?:</[a-z]{1,10}>)?\s{0,5}[:：]\s{0,5}(?:<[a-z/]{1,10}>\s{0,5}){0,5}([^\W\d_][\w ]{2,30})",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"<(strong|b|h[1-6])\b[^<>]{0,200}>\s{0,5}([^\s<>][^<>]{2,40})</\1\s{0,5}>", re.IGNORECASE
)
_TITLE_MARK = re.compile(r"^\s*[\[【(（]?\s*([^\W\d_]{3,20})\s*[\]】)）:：]")
_OPEN_WORDS = frozenset(
    {"investigating", "identified", "monitoring", "update", "detected", "inprogress", "verifying"}
)
_OPEN_CHINESE = frozenset({"调查中", "已确认", "监控中", "处理中", "进行中"})
_SCHEDULED = frozenset({"scheduled", "planned", "upcoming", "计划中", "已计划"})
_OVER = re.compile(
    r"\b(has|have|is|are|was|were|been|now|fully|already) (been )?(now )?(fully )?(resolved|mitigated)\b"
    r"|\b(services?|functionality|access|availability|operations?|functions?|api|connectivity|performance)"
    r"( to [^.]{1,40}?)? (has|have|is|are|was|were) (been )?(now )?(fully )?restored\b"
    r"|\bincident resolved\b|^resolved\b|\[resolved\]|(?<!尚未)(?<!没有)(?<!未)(?:已解决|已恢复|已修复)",
    re.IGNORECASE,
)
_NOT_OVER = re.compile(
    r"\b(?:that|which) was (?:resolved|mitigated|restored)\b|部分[^。]{0,8}已(?:恢复|解决|修复)"
    r"|\b(not|until|once|when|if|before|as soon as|one of)\b[^.]{0,60}\b(resolved|mitigated|restored)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b(still (see|seeing|fail|failing|experienc\w+|unavailable|down|affected|degraded|elevated|returning)"
    r"|persists?|unavailable|for (most|some|many|part|users in|customers in)|partially|time out|timing out"
    r"|(has|have) (come back|returned)|return(s|ing)? (errors?|[45][0-9]{2})"
    r"|(is|are) (affected|impacted|returning)|(are|is) (now )?investigating(?! the root| what| why)|[0-9] ?%"
    r"|fail(s|ing)?( again)?|errors are|(is|are) down|working (to|on) (recover|restor|resolv|fix|mitigat)"
    r"|(?<!if you )(?<!should you )continu\w+ to (see|experience|observe|investigate|recover|fail|have)"
    r"|remain\w* (?!stable|normal|healthy|operational|available))"
    r"|仍|尚未|依然|还在|无法|但[^。]{0,12}(?:失败|异常|错误)",
    re.IGNORECASE,
)
"""What takes back, in the same sentence or the next, that something is over."""
_TROUBLE = re.compile(
    r"outage|disruption|degraded|degradation|elevated|increased (error|latenc)|unavailab|investigating"
    r"|identified|service (impact|issue|event)|\bdown\b|incident|monitoring the|异常|不可用|中断|故障|延迟",
    re.IGNORECASE,
)
_WORST = re.compile(r"(major|full|complete|total)[ _-]outage|completely (down|unavailable)", re.IGNORECASE)
_NEXT = 600
"""Characters of two sentences, at most."""
_SENTENCE = re.compile(r"[.!?;。！？；]\s*")
_PLANNED = re.compile(r"maintenance|维护", re.IGNORECASE)


class Stage(Enum):
    """Where an entry stands by its words."""

    OVER = auto()
    OPEN = auto()
    SCHEDULED = auto()
    UNTOLD = auto()


def read(channel: Channel, now: Instant) -> Page:
    """The page."""
    stages = [stage(entry) for entry in channel.entries]
    told = any(item is not Stage.UNTOLD for item in stages)
    return Page(
        overall=FeedState.UP if told else None,
        incidents=tuple(
            _announcement(entry, stands, now) for entry, stands in zip(channel.entries, stages, strict=True)
        ),
        url=channel.link,
        name=channel.title,
    )


def stage(entry: Entry) -> Stage:
    """Where it stands: by its label, the newest first, else by what its words say."""
    body = entry.body[:_LOOKED_AT]
    labels = [found.group(1) for found in _STATUS.finditer(body)]
    labels += [found.group(2) for found in _LABEL.finditer(body)]
    marked = _TITLE_MARK.match(entry.title)
    mark = marked.group(1) if marked else ""
    if _labelled(mark) is Stage.OVER:
        return Stage.OVER
    # A title keeps the mark that it was opened with, so what is said below it counts more.
    for label in (*labels, mark):
        known = _labelled(label)
        if known is not Stage.UNTOLD:
            return known
    plain = f"{entry.title}. {talk([body])}"
    if _says_over(entry.title) or _says_over(plain):
        return Stage.OVER
    return Stage.OPEN if _TROUBLE.search(plain) else Stage.UNTOLD


def _says_over(text: str) -> bool:
    """Whether prose says that it is over, and does not take it back at once: what is unsure is not over."""
    if _NOT_OVER.search(text):
        return False
    for found in _OVER.finditer(text):
        rest = _SENTENCE.split(text[found.end() : found.end() + _NEXT], maxsplit=2)
        if not _GOES_ON.search(" ".join(rest[:2])):
            return True
    return False


def _labelled(label: str) -> Stage:
    words = label.split()
    for said in (word(" ".join(words[:count])) for count in (len(words), 2, 1)):
        if states.has_ended(said):
            return Stage.OVER
        if said in _OPEN_WORDS or said in _OPEN_CHINESE:
            return Stage.OPEN
        if said in _SCHEDULED:
            return Stage.SCHEDULED
    return Stage.UNTOLD


def _announcement(entry: Entry, stands: Stage, now: Instant) -> PageIncident:
    said = talk([entry.body])
    words_at = (entry.published_at, entry.updated_at)
    if stands is Stage.SCHEDULED or _PLANNED.search(entry.title):
        return announce.maintenance(
            entry.id,
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
        state = FeedState.DOWN if _WORST.search(f"{entry.title} {said}") else FeedState.DEGRADED
    return announce.incident(
        entry.id,
        entry.title,
        state,
        over=stands is Stage.OVER,
        now=now,
        began_at=entry.published_at,
        words_at=words_at,
        url=entry.link,
        text=said,
    )
