"""What made one incident: its results judged again, each with the rule, the witness and the evidence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from trayuptime.core import words
from trayuptime.core.explain import Explained, explain
from trayuptime.core.happenings import moment
from trayuptime.core.model import Incident, Instant, Key, Note, Rules
from trayuptime.core.notes import about, by_incident
from trayuptime.core.notice import LocalTime
from trayuptime.core.recording import heard_of
from trayuptime.core.replay import replay
from trayuptime.core.state import CameUp, GapSeen, Settled, WentDegraded, WentDown, WentUnstable
from trayuptime.core.usual import BASELINE_OVER_MS
from trayuptime.history import Reader
from trayuptime.history.evidence import Evidence

_AFTERWARDS_MS = 3_600_000
"""How long after its end the results are looked at that confirm the end."""

_Verdict = WentDown | WentDegraded | WentUnstable | CameUp


@dataclass(frozen=True, slots=True)
class Account:
    """One incident with what made it.

    Attributes:
        rules: the thresholds in force today.
        steps: its results and verdicts in order, with their reasons.
        results: its results as they were settled, with all that was kept of each.
        evidence: what was kept of its failures, by when each began.
        forgotten: of the results that it is judged by only failures are kept.
        found_again: today's thresholds would find it too; `None` where nobody can tell, or nobody has tried.
        notes: what the user wrote about it.
    """

    incident: Incident
    rules: Rules
    steps: Sequence[Explained]
    results: Sequence[Settled]
    evidence: Mapping[Instant, Evidence]
    forgotten: bool
    found_again: bool | None
    notes: Sequence[Note]


def account_of(
    incident: Incident, reader: Reader, rules_of: Callable[[str], Rules], now: Instant, local: LocalTime
) -> Account:
    """Judges the surface's results again, from seven days before, for its usual latency.

    With them those of the others at its host, for their silences count together.

    Args:
        incident: one of the reader's.
        reader: of the history; all is of one moment where the caller keeps a snapshot.
        rules_of: a provider's thresholds.
        now: until when one that lasts is told.
        local: how to write a time.

    Raises:
        HistoryError: it cannot be read.
    """
    key = _of(incident)
    ended = now if incident.ended_at is None else incident.ended_at
    since, until = max(0, incident.started_at - BASELINE_OVER_MS), ended + _AFTERWARDS_MS
    heard, own = [], []
    for settled in reader.results(since, until, at_host_of=key):
        heard.append(heard_of(settled))
        if settled.result.key == key and settled.result.at >= incident.started_at:
            own.append(settled)
    concerned = {None, *(line.key for line in heard)}
    gaps = [gap for gap in reader.gaps(since) if gap.at < until and gap.key in concerned]
    steps = [each for judged in replay([*heard, *gaps], rules_of) for each in explain(judged, local)]
    verdicts = [
        each.happening
        for each in steps
        if isinstance(each.happening, _Verdict) and _is(each.happening.incident, incident)
    ]
    if verdicts and incident.ended_at is not None:
        ended = max(ended, verdicts[-1].at)  # with the results that confirm the end
    border = reader.forgotten().get(key, 0)
    return Account(
        incident,
        rules_of(incident.provider),
        [each for each in steps if _belongs(each, incident, ended)],
        [settled for settled in own if settled.result.at <= ended],
        reader.evidence(key, incident.started_at, until),
        incident.started_at < border,
        None if since < border and not verdicts else bool(verdicts),
        by_incident(reader.notes()).get(about(incident), ()),
    )


def sketch_of(incident: Incident, reader: Reader, rules_of: Callable[[str], Rules], now: Instant) -> Account:
    """What can be told of it at once: its results until its end and the gaps, nothing judged again.

    To judge a week of a busy surface takes more than a second.

    Raises:
        HistoryError: it cannot be read.
    """
    key = _of(incident)
    ended = now if incident.ended_at is None else incident.ended_at
    found = reader.results(incident.started_at, ended + 1, at_host_of=key)
    own = [settled for settled in found if settled.result.key == key]
    gaps = [GapSeen(gap) for gap in reader.gaps(incident.started_at) if gap.at < ended]
    happened: list[Settled | GapSeen] = sorted([*own, *gaps], key=moment)
    steps = [Explained(each, ()) for each in happened]
    return Account(
        incident,
        rules_of(incident.provider),
        [each for each in steps if _belongs(each, incident, ended)],
        own,
        reader.evidence(key, incident.started_at, ended + 1),
        incident.started_at < reader.forgotten().get(key, 0),
        None,
        by_incident(reader.notes()).get(about(incident), ()),
    )


def remarks(account: Account) -> Iterator[str]:
    """What has to be known of the rules before the steps are read, sentences."""
    yield words.rules_in_force(account.rules)
    if account.forgotten:
        yield "Answers of that time are forgotten: what follows rests on the failures that are kept."
    elif account.found_again is False:
        yield "By today's rules its results would not make an incident: other thresholds were in force then."


def grouped(account: Account) -> Iterator[Sequence[Explained]]:
    """The steps in order; results that go on in the same way, for the same reasons, are one group."""
    for _, group in groupby(account.steps, key=_alike):
        yield list(group)


def facts_of(kept: Evidence) -> Iterator[tuple[str, str]]:
    """What was kept of a failure beside the vendor's own words, each fact with its name."""
    if kept.request_id:
        yield "request", kept.request_id
    phases = {name.removesuffix("_ms").replace("_", " "): ms for name, ms in kept.phases.items()}
    took = [f"{name} {words.latency(ms)}" for name, ms in phases.items() if ms]
    if took:
        yield "took", ", ".join(took)
    facts = [f"{name.replace('_', ' ')} {_fact(fact)}" for name, fact in kept.network.items()]
    if facts:
        yield "this computer", ", ".join(facts)


def _belongs(each: Explained, incident: Incident, until: Instant) -> bool:
    key = _of(incident)
    match each.happening:
        case Settled(result=result):
            return result.key == key and incident.started_at <= result.at <= until
        case WentDown() | WentDegraded() | WentUnstable() | CameUp():
            return _is(each.happening.incident, incident)
        case GapSeen(gap=gap):
            return gap.key in {None, key} and incident.started_at <= gap.at < until
    return False


def _is(found: Incident, incident: Incident) -> bool:
    """Whether judging again has found this very incident; its number may be another one."""
    return _of(found) == _of(incident) and found.started_at == incident.started_at


def _of(incident: Incident) -> Key:
    return Key(incident.provider, incident.surface)


def _alike(each: Explained) -> object:
    """Results of one reason with the same reasons behind them; everything else stands alone."""
    if isinstance(each.happening, Settled):
        return each.happening.result.reason, each.why, each.happening.result.http_status
    return id(each)


def _fact(fact: object) -> str:
    return " ".join(map(str, fact)) if isinstance(fact, list) else str(fact)
