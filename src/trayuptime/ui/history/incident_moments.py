"""The time line of an incident: what was measured and judged, what they said, what you did, in one order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from trayuptime.core import happenings, words
from trayuptime.core.answer import one_line
from trayuptime.core.contract import exported_switch, instant, iso
from trayuptime.core.explain import Explained
from trayuptime.core.legible import in_a_line, legible
from trayuptime.core.model import Incident, Instant, Note, Switch
from trayuptime.core.state import CameUp, GapSeen, Settled, WentDegraded, WentDown, WentUnstable
from trayuptime.core.ticks import tick_of
from trayuptime.runtime.account import Account, facts_of, grouped
from trayuptime.ui.history import incident_times as times
from trayuptime.ui.history.event_rows import as_it_fell, row_of
from trayuptime.ui.history.incident_shown import Moment
from trayuptime.ui.marks import Mark

MOST_EXHIBITS = 100
"""Of results that go on alike; the export has them all."""
LONGEST_CLAUSE = 300
"""Of a stranger's words in a row; the whole of them is evidence."""

_WITH_IT = frozenset({"feed", "suggest", "back", "access"})
"""Told events of its provider that belong to its story."""
_VERDICTS = frozenset({"down", "up", "degraded", "unstable"})
_NAMED_BY_WHO = frozenset({"suggestion", "back", "access"})
"""What the column before says already."""
_WHO = {"feed": "their page", "suggest": "suggestion", "back": "suggestion", "access": "your key"}


def moments_of(
    account: Account, told: Sequence[Mapping[str, Any]], switches: Iterable[Switch], names: Mapping[str, str]
) -> tuple[Moment, ...]:
    """All rows, oldest first.

    Args:
        account: what made it.
        told: events of the public contract from its time.
        switches: of its time.
        names: the providers' names by their ids.
    """
    incident = account.incident
    rows = [_of_group(group, account) for group in grouped(account)]
    rows += _of_events(told, incident, names, verdicts=not account.found_again)
    concerned = [each for each in switches if incident.provider in {each.provider, each.to}]
    rows += [_of_event(exported_switch(each), incident, names, "you") for each in concerned]
    rows += _of_their_words(incident)
    rows += [_of_note(note, incident) for note in account.notes]
    return tuple(sorted(rows, key=lambda row: row.at))


def _of_group(group: Sequence[Explained], account: Account) -> Moment:
    first = group[0]
    assert first.happening is not None
    at = happenings.moment(first.happening)
    what = in_a_line(happenings.what(first.happening, times.clock), LONGEST_CLAUSE)
    who, mark, evidence = "verdict", None, ""
    match first.happening:
        case Settled():
            who, evidence = "measured", "\n".join(_evidence(group, account))
            if len(group) > 1:
                what += f", {len(group):,} times until {_when(_at(group[-1]), account.incident)}"
            if took := _took(group):
                what += f" · {took}"
        case GapSeen():
            who, mark = "not seen", Mark.UNKNOWN
        case WentDown():
            mark = Mark.DOWN
        case CameUp():
            mark = Mark.UP
        case WentDegraded() | WentUnstable():
            mark = Mark.DEGRADED
    when = _when(at, account.incident)
    return Moment(at, when, times.exact(at), who, what, mark, tuple(map(legible, first.why)), evidence)


def _of_events(
    told: Iterable[Mapping[str, Any]], incident: Incident, names: Mapping[str, str], *, verdicts: bool
) -> Iterator[Moment]:
    """With the verdicts as they were told then, where judging again finds none."""
    for event in told:
        kind = str(event.get("event"))
        if event.get("provider") != incident.provider:
            continue
        if kind in _WITH_IT:
            yield _of_event(event, incident, names, _WHO[kind])
        elif verdicts and kind in _VERDICTS and _is_of(event, incident):
            yield _of_event(as_it_fell(event, incident), incident, names, "told then")


def _is_of(event: Mapping[str, Any], incident: Incident) -> bool:
    """By its start or one of its ends: a merge may have given its number to another one."""
    ends = [*incident.recoveries, *(() if incident.ended_at is None else (incident.ended_at,))]
    begins = event.get("started_at") == iso(incident.started_at)
    is_it = begins or event.get("ended_at") in [iso(end) for end in ends]
    return is_it and event.get("surface") == incident.surface


def _of_event(event: Mapping[str, Any], incident: Incident, names: Mapping[str, str], who: str) -> Moment:
    row = row_of(event, names, {})
    at = instant(row.at)
    name = row.what.removeprefix(f"{who}: ")
    said = legible(row.details if name in _NAMED_BY_WHO and row.details else _joined(name, row.details))
    what = in_a_line(said, LONGEST_CLAUSE)
    rest = said if what != said else ""
    return Moment(at, _when(at, incident), times.exact(at), who, what, row.mark, (), rest)


def _of_note(note: Note, incident: Incident) -> Moment:
    """A note, or what was ticked in the playbook."""
    if (tick := tick_of(note)) is not None:
        by = f" by {tick.by}" if tick.by else ""
        did = in_a_line(f"{'ticked' if tick.done else 'unticked'}{by}: {tick.item}", LONGEST_CLAUSE)
        return Moment(note.at, _when(note.at, incident), times.exact(note.at), "you", did)
    first, _, rest = legible(note.text).partition("\n")
    what = f"note: {in_a_line(first, LONGEST_CLAUSE)}"
    whole = legible(note.text) if rest or len(first) > LONGEST_CLAUSE else ""
    return Moment(note.at, _when(note.at, incident), times.exact(note.at), "you", what, evidence=whole)


def _joined(name: str, details: str) -> str:
    """A clause that goes on is no list of two."""
    joint = " " if details.startswith(("from ", "since ")) else ": "
    return f"{name}{joint}{details}" if details else name


def _of_their_words(incident: Incident) -> Iterator[Moment]:
    """When their page first spoke of it, by its own date, and when it last did."""
    said = [(incident.acknowledged_at, "first word"), (incident.vendor_last_at, "last word")]
    if incident.vendor_last_at == incident.acknowledged_at:
        del said[1]
    for at, name in said:
        if at is not None:
            whole = legible(f"{name}: {incident.vendor_title}" if incident.vendor_title else name)
            what = in_a_line(whole, LONGEST_CLAUSE)
            rest = whole if what != whole else ""
            yield Moment(at, _when(at, incident), times.exact(at), "their page", what, evidence=rest)


def _took(group: Sequence[Explained]) -> str:
    """How long the answers took, from the shortest to the longest."""
    found = [
        each.happening.result.latency_ms
        for each in group
        if isinstance(each.happening, Settled) and each.happening.result.latency_ms is not None
    ]
    ends = list(dict.fromkeys(map(words.latency, (min(found), max(found))))) if found else []
    return " to ".join(ends)


def _evidence(group: Sequence[Explained], account: Account) -> Iterator[str]:
    """What was kept of each of them, one below the other."""
    shown, more, before = 0, 0, ""
    for each in group:
        assert isinstance(each.happening, Settled)
        result = each.happening.result
        kept = account.evidence.get(result.at)
        if kept is None:
            continue
        if shown == MOST_EXHIBITS:
            more += 1
            continue
        shown += 1
        status = "no answer" if result.http_status is None else f"status {result.http_status}"
        facts = dict(facts_of(kept))
        named = f"  request {one_line(request)}" if (request := facts.pop("request", "")) else ""
        yield f"{_when(result.at, account.incident)}  {status}{named}"
        for name, fact in facts.items():
            if name != "this computer" or fact != before:  # it says the same a thousand times
                yield f"  {name}: {legible(fact)}".replace("\n", " ")
            before = fact if name == "this computer" else before
        if kept.excerpt:
            yield "  it said:"
            yield from (f"    {line}" for line in legible(kept.excerpt).split("\n"))
    if more:
        yield f"… and of {more:,} more; `export` has them all"


def _at(each: Explained) -> Instant:
    assert each.happening is not None
    return happenings.moment(each.happening)


def _when(at: Instant, incident: Incident) -> str:
    """With the day where that is another one than its beginning's."""
    return times.clock(at) if times.same_day(at, incident.started_at) else times.day_and_clock(at)
