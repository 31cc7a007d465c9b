"""What made one incident, as lines and as JSON."""

from collections.abc import Iterator

from trayuptime.cli import lines
from trayuptime.core import contract
from trayuptime.core.answer import one_line
from trayuptime.core.explain import Explained
from trayuptime.core.model import Instant
from trayuptime.core.state import Settled
from trayuptime.history.evidence import Evidence
from trayuptime.runtime.account import Account, facts_of, grouped, remarks


def as_json(account: Account, now: Instant) -> contract.Json:
    """The incident's public object, with `explanation`."""
    return contract.incident(account.incident, now, account.notes) | {
        "found_again": account.found_again,
        "explanation": [line for each in account.steps if (line := _json_of(each, account)) is not None],
    }


def as_lines(account: Account, now: Instant) -> Iterator[str]:
    """The same for a person; results that go on in the same way are told as one."""
    yield lines.incident_line(account.incident, now)
    yield from lines.note_lines(account.notes)
    yield from remarks(account)
    for alike in grouped(account):
        yield from _lines_of(alike[0], account)
        if len(alike) > 1:
            last = alike[-1].happening
            assert isinstance(last, Settled)
            yield f"    … and {len(alike) - 1} more like it until {lines.stamp(last.result.at)}"


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
    for name, fact in facts_of(kept):
        yield f"    {name} {fact}" if name == "request" else f"    {name}: {fact}"
    if kept.excerpt:
        first = one_line(kept.excerpt)
        yield f"    it said: {first[:200]}{'…' if len(first) > 200 else ''}"


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
