"""Judges a recording again: the same `judge.step`, over lines instead of answers.

It knows nothing but the recording and the thresholds. Nobody can be asked: witnesses are those whose lines
came at the right time, and a lone provider's failures without an answer count only where the recording says
that they were proven.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trayuptime.core import judge
from trayuptime.core.cast import Cast, Crowd
from trayuptime.core.model import Gap, Instant, Key, Level, Reach, Result, Rules
from trayuptime.core.order import in_order, landed, spells
from trayuptime.core.reasons import NETWORK_FAILURES, Reason
from trayuptime.core.recording import Heard, Recorded, host_of
from trayuptime.core.state import Happening, Settled, State, Step
from trayuptime.core.usual import Usuals

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
    cast = Cast()
    for line in lines:
        if isinstance(line, Heard):
            cast.hear(line)
    course = Course(cast, rules_of)
    for line in lines:
        yield course.judge(line)


class Course:
    """A replay under way.

    Attributes:
        rules: of every surface.
        state: after the last line.
        usuals: the usual latency of each surface by then.
        crowd: who is watched.
        newest_at: the time of the last result's line.
        latest: when answers were complete by then; it falls only where the clock is set back.
    """

    def __init__(self, cast: Cast, rules_of: Callable[[str], Rules]) -> None:
        self.rules = cast.rules(rules_of)
        self.outranked = cast.outranked
        self.crowd = Crowd(cast, self.rules)
        self.usuals = Usuals()
        self.state = State()
        self.newest_at: Instant = 0
        self.latest: Instant = 0

    def judge(self, line: Recorded) -> Judged:
        """The next line, in the order in which they were lived."""
        if isinstance(line, Heard):
            if line.at < self.newest_at:  # the clock was set back: what lasts keeps its length
                step_ms = line.at - self.newest_at - round(self.rules[line.key].interval_s * 1000)
                self.state = judge.clock_stepped(self.state, step_ms)
                self.latest = 0
            self.newest_at = line.at
        before = self.crowd.at(self.usuals.known_by(self.state, line), line.at)
        alone: tuple[Happening, ...] = ()
        if isinstance(line, Heard) and line.key in self.outranked:
            before, alone = _where_no_answer_came(before, line, self.rules[line.key])
        step, self.latest = _step(before, line, self.rules, self.latest)
        step = replace(step, happenings=(*alone, *step.happenings)) if alone else step
        self.state = step.state
        self.usuals.learn(step)
        return Judged(line, self.rules, before, step, self.latest)


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
