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
from trayuptime.feeds.prose import is_all_over, is_happening, may_go_on, says_over, tells_of_trouble

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
_WRITTEN_AT = re.compile(
    r"<small>\s{0,5}([A-Z][a-z]{2})\s{1,5}(?:<var[^<>]{0,40}>)?\s{0,5}(\d{1,2})(?:</var>)?,\s{0,5}"
    r"(?:<var[^<>]{0,40}>)?(\d{2}:\d{2}(?::\d{2})?)"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HALF_A_YEAR = 6
_TITLE_MARK = re.compile(r"^[^\w\[【(（]{0,5}[\[【(（]?\s{0,5}([^\W\d_]{3,20})\s*[\]】)）:：]")
_ENDS_OVER = re.compile(
    r"(?:\s[-–—]|[:：(（\[【])\s?(?:resolved|fixed|已解决|已恢复|已修复)\s?[)）\]】]?\s?$", re.IGNORECASE
)
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
_UNDER_WAY = frozenset({"inprogress", "underway", "ongoing", "verifying", "进行中", "处理中"})
"""That it has begun; an "update" may as well move what is to come."""
_PLANNED = re.compile(r"maintenance|维护", re.IGNORECASE)
_AFTER_PLANNED = re.compile(
    r"\b(after|following|since|due to)\b.{0,40}maintenance|维护(后|之后|导致)", re.IGNORECASE
)
_TYPED_MAINTENANCE = re.compile(
    r"<(strong|b)>\s{0,5}type\s{0,5}[:：]?\s{0,5}</\1>\s{0,5}[:：]?\s{0,5}maintenance\b", re.IGNORECASE
)
"""Instatus names the type, calls what has yet to begin "identified", and lists that oldest first."""
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
_AUTOMATIC = re.compile(r"^(.{1,150}?) (went down|recovered)$", re.IGNORECASE)
"""What Better Stack's monitors write by themselves, with one guid for both or one for each."""
_HALF_RECOVERED = re.compile(
    r"\b(not|never|partial(ly)?|mostly|most|some|many|half|being)\b|n['’]t\b", re.IGNORECASE
)
WORST = re.compile(
    r"(?<!not a )(major|full|complete|total)[ _-]outage|completely (down|unavailable)", re.IGNORECASE
)


class Stage(Enum):
    """Where an entry stands by its words."""

    OVER = auto()
    OPEN = auto()
    SCHEDULED = auto()
    UNTOLD = auto()


def stage(entry: Entry, now: Instant) -> Stage:
    """Where it stands: by its label, the newest first, else by what its words say."""
    said = talk([entry.body[:_LOOKED_AT]])
    called = called_by_label(entry, now)
    if called is Stage.OPEN and not any(_labelled(label) is Stage.OPEN for label in _labels(entry)):
        return Stage.OVER if is_all_over(said) else called
    if called is not None:
        return called
    if automatic(entry.title) is not None and entry.title.casefold().endswith("recovered"):
        return Stage.UNTOLD if tells_of_trouble(said) or may_go_on(said) else Stage.OVER
    plain = f"{entry.title}. {said}"
    if says_over(entry.title) or _ENDS_OVER.search(entry.title):
        return Stage.OVER
    if says_over(plain) or says_over(said):
        unsure = _is_recent(entry, now) and may_go_on(plain)
        return Stage.UNTOLD if unsure else Stage.OVER
    return Stage.OPEN if tells_of_trouble(plain) else Stage.UNTOLD


def called_by_label(entry: Entry, now: Instant) -> Stage | None:
    """Where its labels or the mark in its title say that it stands; `None` where none of them does."""
    labels, mark = _labels(entry), _mark(entry)
    if _labelled(mark) is Stage.OVER:
        return Stage.OVER
    if _is_typed_maintenance(entry):
        return _of_typed_maintenance(labels)
    # A title keeps the mark that it was opened with, so what is said below it counts more.
    told = [_labelled(label) for label in (*labels, mark)]
    known = next((said for said in told if said is not Stage.UNTOLD), None)
    return Stage.UNTOLD if known is Stage.OVER and _is_taken_back(entry, now) else known


def automatic(title: str) -> str | None:
    """What a monitor's own title, `X went down` or `X recovered`, is about; `None` for any other."""
    found = _AUTOMATIC.match(title)
    return None if found is None or _HALF_RECOVERED.search(title) else found.group(1).casefold()


def is_of_an_incident(entry: Entry) -> bool:
    """Whether a label says so, or a title that tells of what came of maintenance."""
    if _is_typed_maintenance(entry):
        return False
    labels = (*_labels(entry), _mark(entry))
    if {token for label in labels for token in _tokens(label)[:1]} & _OF_INCIDENTS:
        return True
    return _AFTER_PLANNED.search(entry.title) is not None and not any(map(_is_of_maintenance, labels))


def is_planned(entry: Entry) -> bool:
    """Whether it is maintenance: by its label, or by its title where no label is one of incidents."""
    if is_of_an_incident(entry):
        return False
    labels = (*_labels(entry), _mark(entry))
    words = {word(label) for label in labels}
    if words & _SCHEDULED_LABELS or any(map(_names_maintenance, labels)) or _is_typed_maintenance(entry):
        return True
    says_so = bool(words & _OF_MAINTENANCE) and _PLANNED.search(entry.body[:_LOOKED_AT]) is not None
    if says_so or _PLANNED.search(entry.title) is None:
        return says_so
    # "Emergency maintenance" may well be what is announced, or what they do about an outage of now.
    told = any(_labelled(label) is not Stage.UNTOLD for label in labels)
    return told or not is_happening(talk([entry.body[:_LOOKED_AT]]))


def is_under_way(entry: Entry) -> bool:
    """Whether a label says that maintenance has begun, and none that is newer says otherwise."""
    for label in (*_labels(entry), _mark(entry)):
        tokens = _without_type(_tokens(label))
        if {"".join(tokens[:1]), "".join(tokens[:2])} & _UNDER_WAY:
            return True
        if _labelled(label) in {Stage.OVER, Stage.SCHEDULED}:
            return False
    return False


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
    return automatic(title) or title.casefold()


def _is_of_maintenance(label: str) -> bool:
    """Whether a label is one that maintenance has: a title may tell of the trouble that it will bring."""
    return word(label) in _SCHEDULED_LABELS | _OF_MAINTENANCE or _names_maintenance(label)


def _names_maintenance(label: str) -> bool:
    """Whether a label is "Maintenance in progress" or the like, and no heading."""
    return _tokens(label)[:1] == ["maintenance"] and _labelled(label) is not Stage.UNTOLD


def _is_typed_maintenance(entry: Entry) -> bool:
    return _TYPED_MAINTENANCE.search(entry.body[:_LOOKED_AT]) is not None


def _of_typed_maintenance(labels: list[str]) -> Stage:
    """In whatever order they are listed: what is completed has been in progress, and planned before."""
    told = {_labelled(label) for label in labels}
    if Stage.OVER in told:
        return Stage.OVER
    begun = any("".join(_tokens(label)[:2]) in _UNDER_WAY for label in labels)
    return Stage.OPEN if begun else Stage.SCHEDULED


def _is_recent(entry: Entry, now: Instant) -> bool:
    """Whether it was written so lately that what makes it unsure may still be true."""
    return now - (entry.updated_at or entry.published_at or now) <= _TAKES_BACK_MS


def _is_taken_back(entry: Entry, now: Instant) -> bool:
    """Whether the newest update of an entry that was over lately has a label that is not known."""
    body = entry.body[:_LOOKED_AT]
    updates = _updates(body) if _BEGINS.search(body) else []
    if not updates or not _is_recent(entry, now):
        return False
    return _labelled(updates[0]) is Stage.UNTOLD and word(updates[0]) not in _AFTERWARDS


def _labels(entry: Entry) -> list[str]:
    """What says where it stands, the newest first: its updates' labels, else its status, else bold words."""
    body = entry.body[:_LOOKED_AT]
    dashed = _updates(body)
    if _BEGINS.search(body):
        return dashed
    status = [found.group(1) for found in _STATUS.finditer(body)]
    return status or dashed or [found.group(2) for found in _LABEL.finditer(body)]


def _updates(body: str) -> list[str]:
    """The labels of its updates, the newest first; Instatus lists some the other way round."""
    labels = [found.group(2) for found in _DASHED.finditer(body)]
    times = [
        (_MONTHS.index(month), int(day), time)
        for month, day, time in _WRITTEN_AT.findall(body)
        if month in _MONTHS
    ]
    if len(times) < 2 or times[0] == times[-1]:
        return labels
    turned = abs(times[0][0] - times[-1][0]) > _HALF_A_YEAR  # of the year
    return labels[::-1] if (times[0] < times[-1]) is not turned else labels


def _mark(entry: Entry) -> str:
    marked = _TITLE_MARK.match(entry.title)
    return marked.group(1) if marked else ""


def _labelled(label: str) -> Stage:
    """Where a label says that it stands; "Resolved for most users", or in one region, is not over."""
    tokens, whole = _without_type(_tokens(label)), word(label)
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


def _without_type(tokens: list[str]) -> list[str]:
    """A label as it is for incidents: incident.io writes "Maintenance in progress" for the other kind."""
    return tokens[1:] if len(tokens) > 1 and tokens[0] == "maintenance" else tokens


def _tokens(label: str) -> list[str]:
    return [said for token in _TOKENS.split(label) if (said := word(token))]
