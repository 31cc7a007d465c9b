"""Judges a recording again: the same `judge.step`, over lines instead of answers.

It knows nothing but the recording and the thresholds. Nobody can be asked: witnesses are those whose lines
came at the right time, and a lone provider's failures without an answer count only where the recording says
that they were proven.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trayuptime.core import judge
from trayuptime.core.cast import Crowd, rules_in
from trayuptime.core.model import Gap, Instant, Key, Level, Reach, Result, Rules
from trayuptime.core.order import in_order, landed, spells
from trayuptime.core.reasons import NETWORK_FAILURES, Reason
from trayuptime.core.recording import Heard, Recorded, host_of
from trayuptime.core.state import Happening, Settled, State, Step
from trayuptime.core.usual import Usual

_SILENT = NETWORK_FAILURES | {Reason.PORTAL}
_MAY_BE_UNANSWERED = frozenset({Reason.UNKNOWN, Reason.BAD_REQUEST})


@dataclass(frozen=True, slots=True)
class Judged:
    """One line and what the judge made of it.

    Attributes:
        recorded: the line.
        rules: of every surface in the recording.
        before: the state that it met.
        now: when its answer was complete.
    """

    recorded: Recorded
    rules: Mapping[Key, Rules]
    before: State
    step: Step
    now: Instant


def replay(recording: Sequence[Recorded], rules_of: Callable[[str], Rules]) -> Iterator[Judged]:
    """Every line in the order of time with its step.

    Args:
        recording: in any order of surfaces; lines of the same instant may be permuted.
        rules_of: a provider's thresholds; its interval only matters where a surface has a single line.
    """
    lines = landed(in_order(spells(recording)))
    heard = [line for line in lines if isinstance(line, Heard)]
    rules = rules_in(heard, rules_of)
    outranked = {line.key for line in heard if not line.counted and line.level is not Level.COMPLETION}
    crowd = Crowd(heard, rules)
    usual = Usual()
    state = State()
    newest: Heard | None = None
    latest: Instant = 0
    for line in lines:
        if isinstance(line, Heard):
            if (
                newest is not None and line.at < newest.at
            ):  # the clock was set back: what lasts keeps its length
                step_ms = line.at - newest.at - round(rules[line.key].interval_s * 1000)
                state = judge.clock_stepped(state, step_ms)
                latest = 0
            newest = line
        before = crowd.at(usual.known_by(state, line), line.at)
        alone: tuple[Happening, ...] = ()
        if isinstance(line, Heard) and line.key in outranked:
            before, alone = _where_no_answer_came(before, line, rules[line.key])
        step, now = _step(before, line, rules, latest)
        step = replace(step, happenings=(*alone, *step.happenings)) if alone else step
        latest = now
        state = step.state
        usual.learn(step)
        yield Judged(line, rules, before, step, now)


def _step(state: State, line: Recorded, rules: Mapping[Key, Rules], latest: Instant) -> tuple[Step, Instant]:
    """The step and its time, which never falls: of two lines of one instant the later may come first."""
    match line:
        case Heard():
            now = max(latest, line.at + round(line.latency_ms or 0.0))
            result = result_of(line, rules[line.key])
            if line.counted:
                return judge.step(state, result, rules, now), now
            aside = Settled(result, proven=line.proven, counted=False)
            return Step(state, (aside,)), now
        case Gap():
            return judge.pass_over(state, line), max(latest, line.at)
        case _:
            return judge.see_vantage(state, line.vantage, line.at), max(latest, line.at)


def _where_no_answer_came(state: State, line: Heard, rules: Rules) -> tuple[State, tuple[Happening, ...]]:
    """A lesser line that counted, of a surface whose others were outranked: no answer could be asked then."""
    if not line.counted or line.level is Level.COMPLETION:
        return state, ()
    now = line.at + round(line.latency_ms or 0.0)
    step = judge.without_answers(state, result_of(line, rules), now, for_good=True)
    return step.state, step.happenings


def result_of(line: Heard, rules: Rules) -> Result:
    """What the line says, as its probe would have seen it."""
    silent = line.reason in _SILENT
    unanswered = silent or (line.reason in _MAY_BE_UNANSWERED and line.http_status is None)
    took_s = (line.latency_ms or 0.0) / 1000
    return Result(
        at=line.at,
        provider=line.key.provider,
        surface=line.key.surface,
        reason=line.reason,
        level=line.level,
        latency_ms=line.latency_ms,
        http_status=line.http_status,
        host=host_of(line),
        reach=line.reach,
        answered_at=None if unanswered else line.at + round(line.latency_ms or 0.0),
        needs_witness=silent and not line.proven and line.reach is not Reach.LOOPBACK,
        portal_like=line.reason in {Reason.PORTAL, Reason.TLS_FAILURE},
        interval_s=max(rules.interval_s if line.interval_s is None else line.interval_s, took_s),
    )
