"""Judges a recording again: the same `judge.step`, over lines instead of answers.

It knows nothing but the recording and the thresholds. Nobody can be asked: witnesses are those whose lines
came at the right time, and a lone provider's failures without an answer count only where the recording says
that they were proven.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from trayuptime.core import judge, uptime
from trayuptime.core.model import Gap, GapCause, Instant, Key, Level, Reach, Result, Rules, Vantage
from trayuptime.core.reasons import MEANINGS, NETWORK_FAILURES, Effect, Reason
from trayuptime.core.recording import Heard, Recorded, Seen
from trayuptime.core.state import Happening, Settled, State, Step, Target

LEAST_PATIENCE_S = 60.0
CROWDED, LEAST_TWICE = 0.75, 3
"""So many lines of two runs, so much closer together than those of either, were lived through twice."""
CLOCK_STEPS = 8
"""A recording in which the clock goes back more often than this is one whose lines are in no order."""
BASELINE_EVERY_MS = 3_600_000
BASELINE_OVER_MS = 7 * 86_400_000
BASELINE_LEAST = 20
"""As in the engine: the usual latency is the median of seven days, of at least so many, once an hour."""
DAY_MS = 86_400_000
"""Within the first day slow answers teach nothing."""

_SILENT = NETWORK_FAILURES | {Reason.PORTAL}
_MAY_BE_UNANSWERED = frozenset({Reason.UNKNOWN, Reason.BAD_REQUEST})
_VIEWS = {GapCause.OFFLINE: Vantage.OFFLINE, GapCause.PORTAL: Vantage.PORTAL}


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
    lines = _landed(in_order(_spells(recording)))
    heard = [line for line in lines if isinstance(line, Heard)]
    rules = _rules(heard, rules_of)
    outranked = {line.key for line in heard if not line.counted and line.level is not Level.COMPLETION}
    crowd = _Crowd(heard, rules)
    usual = _Usual()
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


def _spells(recording: Iterable[Recorded]) -> Iterator[Recorded]:
    """A gap of everybody without a network is the spell that the recorded run told: cut off, online again."""
    for line in recording:
        if isinstance(line, Gap) and line.key is None and line.cause in _VIEWS:
            yield Seen(line.at, _VIEWS[line.cause])
            yield Seen(line.until, Vantage.ONLINE)
        else:
            yield line


def _landed(lines: Sequence[Recorded]) -> list[Recorded]:
    """Without what was in flight when this computer fell asleep, or was paused: that is thrown away."""
    starts = [
        (line.at, line.key)
        for line in lines
        if isinstance(line, Gap) and line.cause in {GapCause.ASLEEP, GapCause.PAUSED}
    ]

    def crosses(line: Recorded) -> bool:
        if not isinstance(line, Heard):
            return False
        ended = line.at + round(line.latency_ms or 0.0)
        return any(line.at < start < ended and key in {None, line.key} for start, key in starts)

    return [line for line in lines if not crosses(line)] if starts else list(lines)


def host_of(line: Heard) -> str:
    """Whose word a line is; unless it is said, each surface is a host of its own, as most vendors have it."""
    return line.host or f"{line.key.provider} {line.key.surface}"


def in_order(recording: Iterable[Recorded]) -> list[Recorded]:
    """The lines in the order of time; where a surface's own time goes back, the clock was set back.

    Before and after such a step the order of time holds for itself. Of several lines of one surface at one
    instant a single one is heard.
    """
    runs: list[list[Recorded]] = [[]]
    newest: dict[Key, Instant] = {}
    for line in recording:
        if isinstance(line, Heard):
            at = newest.get(line.key)
            if at is not None and line.at < at:
                runs.append([])
                newest.clear()
            newest[line.key] = line.at
        runs[-1].append(line)
    if len(runs) > CLOCK_STEPS + 1 or not _was_lived_twice(runs):
        runs = [[line for run in runs for line in run]]
    return [line for run in runs for line in _sorted(run)]


def _sorted(run: list[Recorded]) -> list[Recorded]:
    if all(earlier.at < later.at for earlier, later in pairwise(run)):
        return run  # as most recordings are: nothing to compare
    return list(_without_repeats(sorted(run, key=_rank)))


_Heard = dict[Instant, Reason]


def _was_lived_twice(runs: Sequence[Sequence[Recorded]]) -> bool:
    """Whether the same time of day was lived through twice; otherwise the lines are merely in no order.

    Then a surface answered differently at one instant, or its lines lie, where two runs overlap, much closer
    together than in either.
    """
    heard = [_by_surface(run) for run in runs]
    return any(
        _is_crowded(earlier[key], later[key])
        for count, later in enumerate(heard)
        for earlier in heard[:count]
        for key in earlier.keys() & later.keys()
    )


def _by_surface(run: Sequence[Recorded]) -> dict[Key, _Heard]:
    heard: dict[Key, _Heard] = defaultdict(dict)
    for line in run:
        if isinstance(line, Heard):
            heard[line.key][line.at] = line.reason
    return heard


def _is_crowded(earlier: _Heard, later: _Heard) -> bool:
    """Two runs of one surface, each in the order of time; the same line twice crowds nothing."""
    if any(earlier[at] is not later[at] for at in earlier.keys() & later.keys()):
        return True
    start, end = max(min(earlier), min(later)), min(max(earlier), max(later))
    within = [[at for at in run if start <= at <= end] for run in (earlier, later)]
    both = _space({at for run in within for at in run})
    return bool(both) and all(both < CROWDED * _space(run) for run in within)


def _space(times: Collection[Instant]) -> float:
    """The mean space between lines; 0 where there are too few to tell."""
    return (max(times) - min(times)) / (len(times) - 1) if len(times) >= LEAST_TWICE else 0.0


_Place = tuple[Instant, int, str, str]


def _place(line: Recorded) -> _Place:
    match line:
        case Heard(at=at, key=key):
            return at, 0, key.provider, key.surface
        case Gap(at=at, key=of):
            return at, 1, "" if of is None else of.provider, "" if of is None else of.surface
        case _:
            return line.at, 2, line.vantage, ""


def _rank(line: Recorded) -> tuple[_Place, int, bool, str]:
    """Of several lines at one place the first is heard: the one that asked most, and rather a failure."""
    if not isinstance(line, Heard):
        return _place(line), 0, False, ""
    depth = list(Level).index(line.level)
    answered = MEANINGS[line.reason].effect is not Effect.FAILURE
    return _place(line), -depth, answered, line.reason


def _without_repeats(lines: Iterable[Recorded]) -> Iterator[Recorded]:
    last: _Place | None = None
    for line in lines:
        place = _place(line)
        if place != last:
            yield line
        last = place


def _rules(heard: Sequence[Heard], rules_of: Callable[[str], Rules]) -> dict[Key, Rules]:
    times: dict[Key, list[Instant]] = defaultdict(list)
    for line in heard:
        times[line.key].append(line.at)
    return {key: _with_interval(rules_of(key.provider), at) for key, at in times.items()}


def _with_interval(rules: Rules, times: Sequence[Instant]) -> Rules:
    """Nobody could be asked to bear witness, so a word may take as long to come as this surface was asked."""
    spaces = [later - earlier for earlier, later in pairwise(times) if later > earlier]
    interval_s = median(spaces) / 1000 if spaces else rules.interval_s
    patience_s = max(LEAST_PATIENCE_S, 1.5 * min(interval_s, uptime.LONGEST_WAIT_S))
    return replace(rules, interval_s=interval_s, patience_s=patience_s, can_ask=False)


def _step(state: State, line: Recorded, rules: Mapping[Key, Rules], latest: Instant) -> tuple[Step, Instant]:
    """The step and its time, which never falls: of two lines of one instant the later may come first."""
    match line:
        case Heard():
            now = max(latest, line.at + round(line.latency_ms or 0.0))
            result = _result(line, rules[line.key])
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
    step = judge.without_answers(state, _result(line, rules), now, for_good=True)
    return step.state, step.happenings


def _result(line: Heard, rules: Rules) -> Result:
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


class _Crowd:
    """Who is watched when: each surface from its first line until its last one has stopped speaking."""

    def __init__(self, heard: Sequence[Heard], rules: Mapping[Key, Rules]) -> None:
        first: dict[Key, Heard] = {}
        last: dict[Key, Heard] = {}
        for line in heard:
            first.setdefault(line.key, line)
            last[line.key] = line
        self._targets = {key: Target(host_of(line), line.reach) for key, line in first.items()}
        self._times = {
            key: (line.at, uptime.speaks_until(last[key].at, rules[key].interval_s))
            for key, line in first.items()
        }
        self._turns = sorted({time for times in self._times.values() for time in times})
        self._turn = 0
        self._set_back = any(later.at < earlier.at for earlier, later in pairwise(heard))

    def at(self, state: State, now: Instant) -> State:
        """The state with those who are watched by then."""
        if self._set_back:  # everybody all along: first and last mean nothing on such a clock
            return state if state.watched else replace(state, watched=self._targets)
        if self._turn < len(self._turns) and now >= self._turns[self._turn]:
            while self._turn < len(self._turns) and now >= self._turns[self._turn]:
                self._turn += 1
            watched = {
                key: target
                for key, target in self._targets.items()
                if self._times[key][0] <= now < self._times[key][1] or key in _in_doubt(state)
            }
            return replace(state, watched=watched)
        return state


def _in_doubt(state: State) -> set[Key]:
    return {failure.key for failure in state.waiting}


class _Usual:
    """The usual latency of each surface, as the engine would have had it from its history."""

    def __init__(self) -> None:
        self._latencies: dict[Key, deque[tuple[Instant, float, bool]]] = defaultdict(deque)
        self._looked_at: dict[Key, Instant] = {}

    def known_by(self, state: State, line: Recorded) -> State:
        """The state with the baseline of the line's surface, where it was time to look it up."""
        if not isinstance(line, Heard):
            return state
        known = self._latencies[line.key]
        looked_at = self._looked_at.get(line.key)
        if looked_at is None or not 0 <= line.at - looked_at < BASELINE_EVERY_MS:
            self._looked_at[line.key] = line.at
            while known and known[0][0] < line.at - BASELINE_OVER_MS:
                known.popleft()
            young = bool(known) and line.at - known[0][0] < DAY_MS
            usual = sorted([latency for _, latency, slow in known if not (slow and young)])
            if len(usual) >= BASELINE_LEAST:
                state = judge.with_baseline(state, line.key, usual[len(usual) // 2])
        return state

    def learn(self, step: Step) -> None:
        """Remembers the latencies of what was settled, and which of them were slow."""
        for happening in step.happenings:
            if not isinstance(happening, Settled) or not happening.counted:
                continue
            result = happening.result
            if result.latency_ms is not None and result.reason in {Reason.OK, Reason.SLOW}:
                slow = result.reason is Reason.SLOW
                self._latencies[result.key].append((result.at, result.latency_ms, slow))
