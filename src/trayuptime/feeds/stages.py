"""Where an entry of a feed stands, by its words.

An entry counts as over only where it says so, and a word that is not known is unknown. Statuspage writes
`<strong>Resolved</strong> -` before each update, the newest first, incident.io `Status: Resolved`
(2026-09-23); DeepSeek writes both Chinese and English.
"""

import re
from enum import Enum, auto

from trayuptime.core.model import Instant
from trayuptime.feeds import states
from trayuptime.feeds.entries import Entry
from trayuptime.feeds.fields import talk, word

_LOOKED_AT = 20_000
_STATUS = re.compile(
    r"(?:^|[>\n])\s{0,5}(?:[a-z]{3,12} )?status\s{0,5}(?:</[a-z]{1,10}>)?\s{0,5}[:：]"
    r"\s{0,5}(?:<[a-z/]{1,10}>\s{0,5}){0,5}"
    r"([^\W\d_][\w /]{2,60})",
    re.IGNORECASE,
)
"""A field of its own; in prose a batch may have a status too."""
_LABEL = re.compile(
    r"<(strong|b|h[1-6])\b[^<>]{0,200}>\s{0,5}([^\s<>][^<>]{2,60})</\1\s{0,5}>", re.IGNORECASE
)
_DASHED = re.compile(
    r"<(strong|b)\b[^<>]{0,200}>\s{0,5}([^\s<>][^<>]{2,60})</\1\s{0,5}>\s{0,5}[-–—]", re.IGNORECASE
)
"""An update: its label, a dash and what is said."""
_BEGINS = re.compile(
    r"(?:^|</small\s{0,5}>)\s{0,5}(?:<(?:p|div|br)\s{0,5}/?>\s{0,5}){0,3}"
    r"<(strong|b)>\s{0,5}[^\s<>][^<>]{2,60}</\1\s{0,5}>\s{0,5}[-–—]",
    re.IGNORECASE,
)
"""Where such a one surely begins: in front of all, or after its time."""
_TITLE_MARK = re.compile(r"^\s*[\[【(（]?\s*([^\W\d_]{3,20})\s*[\]】)）:：]")
_BRACKETS = re.compile(r"^\s{0,5}[\[【(（]([^\[\]【】()（）]{3,40})[\]】)）]")
_OPEN_WORDS = frozenset(
    {"investigating", "identified", "monitoring", "update", "detected", "inprogress", "verifying"}
)
_OPEN_LABELS = frozenset(
    {
        *("reopened", "recovering", "degraded", "ongoing", "acknowledged", "confirmed", "mitigating"),
        *("outage", "disruption", "servicedisruption", "partiallyresolved", "unresolved"),
    }
)
"""Open where they are all of a label; a heading may begin with them."""
_OPEN_CHINESE = frozenset(
    {"调查中", "已确认", "监控中", "处理中", "进行中", "观察中", "修复中", "排查中", "持续监控"}
)
_OF_INCIDENTS = frozenset(
    {
        *("investigating", "identified", "monitoring", "detected", "reopened", "outage"),
        *("调查中", "已确认", "监控中"),
    }
)
"""What nobody says of maintenance, whatever its title."""
_OF_MAINTENANCE = frozenset({"inprogress", "verifying", "completed"})
_PLANNED = re.compile(r"maintenance|维护", re.IGNORECASE)
_AFTER_PLANNED = re.compile(
    r"\b(after|following|since|due to)\b.{0,40}maintenance|维护(后|之后|导致)", re.IGNORECASE
)
_IN_PART = re.compile(r"\b(for (most|some|many|part)|partially|in part)\b", re.IGNORECASE)
_CLOSED = frozenset({"fixed", "recovered", "restored"})
_HARMLESS = frozenset(
    {
        *("at", "on", "for", "all", "users", "customers", "fully", "now", "the", "incident", "issue"),
        *("operational", "postmortem", "published", "am", "pm", "utc", "gmt", "cet", "pst", "pdt", "est"),
        *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "edt"),
        *("january", "february", "march", "april", "june", "july", "august", "september", "october"),
        *("november", "december"),
    }
)
"""What may follow "resolved" in a label without taking anything of it back."""
_TOKENS = re.compile(r"[\s/()（）|,，]+")
_AFTERWARDS = frozenset(
    {"rootcause", "rootcauseanalysis", "rca", "finalupdate", "summary", "impact", "nextsteps", "remediation"}
)
"""What is written after the end, and takes nothing back."""
_TAKES_BACK_MS = 3 * 86_400_000
"""How long a word that is not known takes back an older "resolved"."""
_AWS_MARKS = re.compile(
    r"^(service is operating normally|informational message|performance issues|service (impact|disruption"
    r"|degradation)|resolved|update)\s{0,3}:\s{0,3}",
    re.IGNORECASE,
)
_SCHEDULED = frozenset({"scheduled", "planned", "upcoming", "计划中", "已计划"})
_OF_PLANS = frozenset({"maintenance", "work", "works", "upgrade", "update", "downtime", "for", "on"})
"""What follows "planned" where the whole is; the next steps of somebody who repairs are planned too."""
_SCHEDULED_LABELS = _SCHEDULED | {"scheduledmaintenance", "plannedmaintenance", "upcomingmaintenance"}
_OVER = re.compile(
    r"\b(has|have|is|are|was|were|been|now|fully|already) (been )?(now )?(fully )?(resolved|mitigated)\b"
    r"|\b(services?|functionality|access|availability|operations?|functions?|api|connectivity|performance)"
    r"( to [^.]{1,40}?)? (has|have|is|are|was|were) (been )?(now )?(fully )?restored\b"
    r"|\bincident resolved\b|^resolved\b|\[resolved\]|(?<!尚未)(?<!没有)(?<!未)(?:已解决|已恢复|已修复)",
    re.IGNORECASE,
)
_NOT_OVER = re.compile(
    r"\b(?:that|which) was (?:resolved|mitigated|restored)\b|部分[^。，,]{0,8}已(?:恢复|解决|修复)"
    r"|\b(not|until|once|when|if|before|as soon as|one of)\b[^.]{0,60}\b(resolved|mitigated|restored)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\b((?<!if you are )(?<!if you )still (see|seeing|fail|failing|experienc\w+|unavailable|down|affected"
    r"|degraded|elevated|returning)"
    r"|persists?|(?<!was )(?<!were )unavailable|for (most|some|many|part|users in|customers in)|partially"
    r"|time out|timing out"
    r"|(has|have) (come back|returned)|return(s|ing)? (errors?|[45][0-9]{2})"
    r"|(is|are) (affected|impacted|returning)|(are|is) (now )?investigating(?! the root| what| why)|[0-9] ?%"
    r"|fail(s|ing)?( again)?|errors are|(is|are) down|working (to|on) (recover|restor|resolv|fix|mitigat)"
    r"|(?<!if you )(?<!should you )continu\w+ to (see|experience|observe|investigate|recover|fail|have)"
    r"|remain\w* (?!stable|normal|healthy|operational|available))"
    r"|(?<!如)(?<!若)(?<!果)仍|尚未|依然|还在|无法|但[^。]{0,12}(?:失败|异常|错误)",
    re.IGNORECASE,
)
"""What takes back, in the same sentence or the next, that something is over."""
_TROUBLE = re.compile(
    r"outage|disruption|degraded|degradation|elevated|increased (error|latenc)|unavailab|investigating"
    r"|identified|service (impact|issue|event)|\bdown\b|incident|monitoring the|异常|不可用|中断|故障|延迟",
    re.IGNORECASE,
)
WORST = re.compile(
    r"(?<!not a )(major|full|complete|total)[ _-]outage|completely (down|unavailable)", re.IGNORECASE
)
_NEXT = 600
"""Characters of two sentences, at most."""
_SENTENCE = re.compile(r"[.!?;。！？；]\s*")


class Stage(Enum):
    """Where an entry stands by its words."""

    OVER = auto()
    OPEN = auto()
    SCHEDULED = auto()
    UNTOLD = auto()


def stage(entry: Entry, now: Instant) -> Stage:
    """Where it stands: by its label, the newest first, else by what its words say."""
    body, mark = entry.body[:_LOOKED_AT], _mark(entry)
    if _labelled(mark) is Stage.OVER:
        return Stage.OVER
    # A title keeps the mark that it was opened with, so what is said below it counts more.
    told = [_labelled(label) for label in (*_labels(entry), mark)]
    known = next((said for said in told if said is not Stage.UNTOLD), None)
    if known is Stage.OVER and _is_taken_back(entry, now):
        return Stage.UNTOLD
    if known is not None:
        return known
    plain = f"{entry.title}. {talk([body])}"
    if _says_over(entry.title) or _says_over(plain):
        return Stage.OVER
    return Stage.OPEN if _TROUBLE.search(plain) else Stage.UNTOLD


def is_of_an_incident(entry: Entry) -> bool:
    """Whether a label says so, or a title that tells of what came after maintenance."""
    labels = {token for label in (*_labels(entry), _mark(entry)) for token in _tokens(label)[:1]}
    return bool(labels & _OF_INCIDENTS) or _AFTER_PLANNED.search(entry.title) is not None


def is_planned(entry: Entry) -> bool:
    """Whether it is maintenance: by its label, or by its title where no label is one of incidents."""
    if is_of_an_incident(entry):
        return False
    labels = {word(label) for label in (*_labels(entry), _mark(entry))}
    if labels & _SCHEDULED_LABELS:
        return True
    says_so = bool(labels & _OF_MAINTENANCE) and _PLANNED.search(entry.body[:_LOOKED_AT]) is not None
    return says_so or _PLANNED.search(entry.title) is not None


def is_under_way(entry: Entry) -> bool:
    """Whether a label says that it goes on; of maintenance mere words tell what will be."""
    told = [_labelled(label) for label in (*_labels(entry), _mark(entry))]
    return next((said for said in told if said is not Stage.UNTOLD), None) is Stage.OPEN


def closes(label: str) -> bool:
    """Whether an update with this label ends what it is about."""
    return _labelled(label) is Stage.OVER


def unmarked(title: str) -> str:
    """A title without the words before it that say where it stands, to be compared."""
    before = ""
    while before != title:
        before = title
        marked = _TITLE_MARK.match(title) or _BRACKETS.match(title)
        if marked is not None and _labelled(marked.group(1)) is not Stage.UNTOLD:
            title = title[marked.end() :]
        title = _AWS_MARKS.sub("", title.strip(), count=1)
    return title.casefold()


def _is_taken_back(entry: Entry, now: Instant) -> bool:
    """Whether the newest update of an entry that was over lately has a label that is not known."""
    body = entry.body[:_LOOKED_AT]
    newest = _DASHED.search(body) if _BEGINS.search(body) else None
    said_at = entry.updated_at or entry.published_at or now
    if newest is None or now - said_at > _TAKES_BACK_MS:
        return False
    label = newest.group(2)
    return _labelled(label) is Stage.UNTOLD and word(label) not in _AFTERWARDS


def _labels(entry: Entry) -> list[str]:
    """What says where it stands, the newest first: its updates' labels, else its status, else bold words."""
    body = entry.body[:_LOOKED_AT]
    dashed = [found.group(2) for found in _DASHED.finditer(body)]
    if _BEGINS.search(body):
        return dashed
    status = [found.group(1) for found in _STATUS.finditer(body)]
    return status or dashed or [found.group(2) for found in _LABEL.finditer(body)]


def _mark(entry: Entry) -> str:
    marked = _TITLE_MARK.match(entry.title)
    return marked.group(1) if marked else ""


def _says_over(text: str) -> bool:
    """Whether prose says that it is over, and does not take it back at once: what is unsure is not over."""
    for found in _OVER.finditer(text):
        before = max((end.end() for end in _SENTENCE.finditer(text, 0, found.start())), default=0)
        rest = _SENTENCE.split(text[found.end() : found.end() + _NEXT], maxsplit=2)
        if _NOT_OVER.search(text[before : found.end()] + rest[0]):
            continue
        if not _GOES_ON.search(" ".join(rest[:2])):
            return True
    return False


def _labelled(label: str) -> Stage:
    """Where a label says that it stands; "Resolved for most users", or in one region, is not over."""
    tokens, whole = _tokens(label), word(label)
    if not tokens:
        return Stage.UNTOLD
    first, two = tokens[0], "".join(tokens[:2])
    if states.has_ended(whole) or states.has_ended(first) or first in _CLOSED:
        return _closing(label, tokens[1:])
    if whole in _OPEN_LABELS or {first, two} & (_OPEN_WORDS | _OPEN_CHINESE):
        return Stage.OPEN
    planned = first in _SCHEDULED and (len(tokens) == 1 or tokens[1] in _OF_PLANS)
    return Stage.SCHEDULED if planned or whole in _SCHEDULED_LABELS else Stage.UNTOLD


def _closing(label: str, rest: list[str]) -> Stage:
    """Of a label that begins with "resolved": what follows may take it back."""
    if _IN_PART.search(label) or set(rest) & (_OPEN_WORDS | _OPEN_CHINESE):
        return Stage.OPEN
    if re.match(r"\s*\w+\s{0,3}[:：]", label):
        return Stage.OVER
    harmless = all(
        token in _HARMLESS | _CLOSED or token.isdigit() or states.has_ended(token) for token in rest
    )
    return Stage.OVER if harmless else Stage.UNTOLD


def _tokens(label: str) -> list[str]:
    return [said for token in _TOKENS.split(label) if (said := word(token))]
