"""`replay`: a recording through the judge, and the events that it would have raised."""

import argparse
from collections.abc import Iterable, Iterator, Sequence

from trayuptime.cli import lines, recordings
from trayuptime.cli.common import Exit, Place, json_line, load_config, say
from trayuptime.core import contract, notice, recording
from trayuptime.core.explain import Explained, explain
from trayuptime.core.notice import Notice
from trayuptime.core.recording import Heard, Recorded
from trayuptime.core.replay import Judged, replay
from trayuptime.core.state import Happening, Settled, WentDown
from trayuptime.runtime.clock import local_time

SAID_TOGETHER = 500
"""Lines that are written at once: a long recording has tens of thousands."""


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Prints the events in the order of time; with `--explain` the reasons of each."""
    thresholds = load_config(place).rules_of
    recorded = recordings.read(args.file, recording.parse)
    tell = _as_json if args.json else _as_lines
    waiting: list[str] = []
    results = downs = told = 0
    for judged in replay(recorded, thresholds):
        news = [happening for happening in judged.step.happenings if not isinstance(happening, Settled)]
        notices = _notices(judged, news)
        waiting += tell(judged, notices, explained=args.explain)
        if len(waiting) >= SAID_TOGETHER:
            say("\n".join(waiting))
            waiting.clear()
        results += len(judged.step.happenings) - len(news)
        downs += sum([isinstance(happening, WentDown) for happening in news])
        told += len(notices)
    if waiting:
        say("\n".join(waiting))
    if not args.json:
        say(f"{results} results taken into account, {_times(downs)} down, {_count(told, 'notice')}.")
    return Exit.OK


def why_lines(explained: Iterable[Explained]) -> Iterator[str]:
    """The reasons, indented under what they explain."""
    for each in explained:
        for sentence in each.why:
            yield f"    {sentence}"


def _notices(judged: Judged, news: Sequence[Happening]) -> list[Notice]:
    """What a user would have been told; advice needs answers, so a recording brings none."""
    if not news:
        return []
    names = {key.provider: key.provider for key in judged.rules}
    found = [notice.decide(each, judged.step.state, names, local_time) for each in news]
    return [each for each in found if isinstance(each, Notice)]


def _as_json(judged: Judged, notices: list[Notice], *, explained: bool) -> Iterator[str]:
    if not explained:
        for happening in judged.step.happenings:
            if (event := contract.event(happening)) is not None:
                yield json_line(event)
    else:
        for each in explain(judged, contract.iso):
            event = _unsettled(judged.recorded) if each.happening is None else contract.event(each.happening)
            if event is not None:
                yield json_line({**event, "why": list(each.why)})
    for told in notices:
        yield json_line(contract.notified(judged.now, told))


def _unsettled(line: Recorded) -> contract.Json:
    """A line of which nothing came is no event; with `--explain` it is shown all the same."""
    assert isinstance(line, Heard)
    return {
        "schema": contract.SCHEMA,
        "at": contract.iso(line.at),
        "provider": line.key.provider,
        "surface": line.key.surface.value,
        "reason": line.reason.value,
    }


def _as_lines(judged: Judged, notices: list[Notice], *, explained: bool) -> Iterator[str]:
    if explained:
        for each in explain(judged, lines.stamp):
            if each.why:
                yield lines.recorded_line(judged.recorded, each.happening)
            yield from why_lines([each])
    else:
        for happening in judged.step.happenings:
            if not isinstance(happening, Settled):
                yield lines.event_line(happening)
    for told in notices:
        yield lines.notice_line(judged.now, told)


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
