"""What made one incident: its results judged again, each with the rule, the witness and the evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from trayuptime.cli import lines
from trayuptime.cli.common import Place, load_config
from trayuptime.cli.recordings import rules_of
from trayuptime.core import contract, words
from trayuptime.core.answer import one_line
from trayuptime.core.explain import Explained, explain
from trayuptime.core.model import Incident, Instant, Key, Note, Rules
from trayuptime.core.notes import about, by_incident
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
        evidence: what was kept of its failures, by when each began.
        forgotten: of the results that it is judged by only failures are kept.
        found_again: today's thresholds would find it too; `None` where nobody can tell any more.
        notes: what the user wrote about it.
    """

    incident: Incident
    rules: Rules
    steps: Sequence[Explained]
    evidence: Mapping[Instant, Evidence]
    forgotten: bool
    found_again: bool | None
    notes: Sequence[Note]


def account_of(incident: Incident, reader: Reader, place: Place, now: Instant) -> Account:
    """Judges the surface's results again, from seven days before, for its usual latency.

    With them those of the others at its host, for their silences count together.

    Raises:
        HistoryError: it cannot be read.
        CommandError: the configuration cannot be used.
    """
    key = _of(incident)
    ended = now if incident.ended_at is None else incident.ended_at
    since, until = max(0, incident.started_at - BASELINE_OVER_MS), ended + _AFTERWARDS_MS
    heard = [heard_of(settled) for settled in reader.results(since, until, at_host_of=key)]
    concerned = {None, *(line.key for line in heard)}
    gaps = [gap for gap in reader.gaps(since) if gap.at < until and gap.key in concerned]
    thresholds = rules_of(load_config(place))
    steps = [each for judged in replay([*heard, *gaps], thresholds) for each in explain(judged, lines.stamp)]
    verdicts = [
        each.happening
        for each in steps
        if isinstance(each.happening, _Verdict) and _is(each.happening.incident, incident)
    ]
    if verdicts and incident.ended_at is not None:
        ended = max(ended, verdicts[-1].at)  # with the results that confirm the end
    steps = [each for each in steps if _belongs(each, incident, ended)]
    evidence = reader.evidence(key, incident.started_at, until)
    border = reader.forgotten().get(key, 0)
    forgotten = incident.started_at < border
    found_again = None if since < border and not verdicts else bool(verdicts)
    notes = by_incident(reader.notes()).get(about(incident), ())
    return Account(incident, thresholds(incident.provider), steps, evidence, forgotten, found_again, notes)


def as_json(account: Account, now: Instant) -> contract.Json:
    """The incident's public object, with `explanation`."""
    return contract.incident(account.incident, now, account.notes) | {
        "found_again": account.found_again,
        "explanation": [line for each in account.steps if (line := _json_of(each, account)) is not None],
    }


def as_lines(account: Account, now: Instant) -> Iterator[str]:
    """The same for a person; results that go on in the same way are told as one."""
    rules = account.rules
    doubt_s = rules.retry_interval_s
    doubt = words.latency(doubt_s * 1000) if doubt_s < 1 else words.duration(doubt_s)
    yield lines.incident_line(account.incident, now)
    yield from lines.note_lines(account.notes)
    yield (
        f"Today's rules: down after {rules.confirm_after} failures in a row, up after {rules.recover_after}"
        f" answers in a row, asked every {words.duration(rules.interval_s)}, in doubt every {doubt}."
    )
    if account.forgotten:
        yield "Answers of that time are forgotten: what follows rests on the failures that are kept."
    elif not account.found_again:
        yield "By today's rules its results would not make an incident: other thresholds were in force then."
    for _, group in groupby(account.steps, key=_alike):
        alike = list(group)
        yield from _lines_of(alike[0], account)
        if len(alike) > 1:
            last = alike[-1].happening
            assert isinstance(last, Settled)
            yield f"    … and {len(alike) - 1} more like it until {lines.stamp(last.result.at)}"


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


def _lines_of(each: Explained, account: Account) -> Iterator[str]:
    assert each.happening is not None
    yield lines.event_line(each.happening)
    for sentence in each.why:
        yield f"    {sentence}"
    if isinstance(each.happening, Settled):
        kept = account.evidence.get(each.happening.result.at)
        if kept is not None:
            yield from _evidence_lines(kept)


def _evidence_lines(kept: Evidence) -> Iterator[str]:
    if kept.request_id:
        yield f"    request {kept.request_id}"
    took = [f"{name.removesuffix('_ms')} {words.latency(ms)}" for name, ms in kept.phases.items() if ms]
    if took:
        yield f"    took: {', '.join(took)}"
    facts = [f"{name.replace('_', ' ')} {_fact(fact)}" for name, fact in kept.network.items()]
    if facts:
        yield f"    this computer: {', '.join(facts)}"
    if kept.excerpt:
        first = one_line(kept.excerpt)
        yield f"    it said: {first[:200]}{'…' if len(first) > 200 else ''}"


def _fact(fact: object) -> str:
    return " ".join(map(str, fact)) if isinstance(fact, list) else str(fact)


def _json_of(each: Explained, account: Account) -> contract.Json | None:
    assert each.happening is not None
    event = contract.event(each.happening)
    if event is None:
        return None
    line: contract.Json = {**event, "why": list(each.why)}
    if isinstance(each.happening, Settled):
        kept = account.evidence.get(each.happening.result.at)
        if kept is not None:
            line["evidence"] = {
                "excerpt": kept.excerpt,
                "request_id": kept.request_id,
                "phases": kept.phases,
                "network": kept.network,
            }
    return line
