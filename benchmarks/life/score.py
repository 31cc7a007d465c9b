"""What was told of a day, held against what was true.

The definitions:

    false alarm    a `down` whose last failure was not the vendor's, or of whose three failures two were not,
                   unless the last belongs to a trouble that lasts (`LASTING_S`): then it only came early.
    attribution    a `down` told while this computer's own network was at fault, an `unstable` with fewer than
                   three failures of the vendor's own, a loss of access that the account never had, a second
                   notice of one incident.
    missed         an outage that could be seen for longer than `OWED_S` in one stretch (app on, awake and
                   settled, online, not bidden to wait, with another host that answers if it does not itself)
                   and not told by its end and one time-out more; `late` if told, but not within `OWED_S`.
    delay          from the first moment of the stretch in which it was told.
    true downtime  of outages that were confirmed, or could be seen for longer than `OWED_S`, within covered
                   time. Time in which a surface flaps, or only some of its answers fail, is left out on both
                   sides: nobody can say from when to when it is down.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from benchmarks.life.diary import Diary, Outcome, Told
from benchmarks.life.naive import Log
from benchmarks.life.sight import Sight, outages
from benchmarks.life.world import (
    DAY_S,
    LASTING_S,
    MIDNIGHT,
    OWED_S,
    RULES,
    UNANSWERED,
    Day,
    Fault,
    Stretch,
    Watched,
    overlap,
    union,
)

from trayuptime.core import figures, uptime
from trayuptime.core.access import LOST
from trayuptime.core.model import Gap, GapCause, Key, Reach, Span, Vantage
from trayuptime.core.state import AccessChanged, WentDegraded, WentDown, WentUnstable

WORD_S = 2.0
"""How long the last witness may take to answer."""
FARTHEST_SET_MS = 7_200_000
"""No clock is set by so much."""
ECHO_S = 180.0
"""How far hazy trouble may reach into the light before and after it."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that must not be: what, of whom, and when in the day."""

    what: str
    key: Key | None
    at: float


@dataclass(frozen=True, slots=True)
class Delay:
    """How long a detection took, and how much of that the probes themselves did."""

    took_s: float
    probes_s: float


@dataclass(slots=True)
class Sums:
    """What counts for the uptime figure, in seconds."""

    covered_s: float = 0.0
    down_s: float = 0.0
    truly_down_s: float = 0.0


@dataclass(slots=True)
class Score:
    """One watcher's day.

    Attributes:
        visible: outages that had to be told.
        sums: of all surfaces.
        errors: of each surface's figure, in percentage points.
    """

    results: int = 0
    downs: int = 0
    visible: int = 0
    false_alarms: list[Wrong] = field(default_factory=list)
    attributions: list[Wrong] = field(default_factory=list)
    missed: list[Wrong] = field(default_factory=list)
    late: list[Wrong] = field(default_factory=list)
    offline: list[Wrong] = field(default_factory=list)
    delays: list[Delay] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)
    errors: list[float] = field(default_factory=list)
    slow_blames: int = 0
    notices: int = 0


def score_ours(day: Day, diary: Diary) -> Score:
    """Our rules' day."""
    out = Score(results=diary.probes, notices=len(diary.notices))
    sight = Sight(day, diary.holds)
    down = _down(diary)
    for told in diary.told:
        _weigh(day, told, out)
    out.attributions += _told_again(diary)
    for watched in day.watched:
        its_downs = [t for t in diary.told if t.key == watched.key and isinstance(t.happening, WentDown)]
        out.delays += _delays(day, sight, watched, [(t.at, _confirming(t.outcomes)) for t in its_downs])
        _count_missed(day, sight, watched, down[watched.key], out)
        _count_uptime(day, diary, sight, watched, out)
    out.offline = [
        Wrong("offline was told", None, at)
        for at, vantage in diary.vantages
        if vantage is not Vantage.ONLINE and _was_well(day, at)
    ]
    return out


def score_naive(day: Day, log: Log, diary: Diary) -> Score:
    """The naive rules' day; which outages had to be seen is the same as for us, bidden waits included."""
    out = Score(results=log.checks, downs=len(log.alarms), notices=len(log.alarms))
    sight = Sight(day, diary.holds)
    for alarm in log.alarms:
        if _is_false(day, alarm.key, alarm.failures):
            out.false_alarms.append(Wrong("down was told", alarm.key, alarm.at))
    for watched in day.watched:
        alarms = [(alarm.at, alarm.failures) for alarm in log.alarms if alarm.key == watched.key]
        out.delays += _delays(day, sight, watched, alarms)
        _count_missed(day, sight, watched, log.down[watched.key], out)
        truth = union(trouble for trouble in day.troubles[watched.key].all if trouble.is_outage)
        awake = sight.awake
        out.sums.covered_s += _length(awake)
        out.sums.truly_down_s += _length(overlap(awake, truth))
    out.sums.down_s = out.sums.covered_s * log.failed / log.checks if log.checks else 0.0
    return out


def _was_well(day: Day, at: float) -> bool:
    """Whether the own network had been well for two time-outs, and any host out there would answer."""
    lately = Stretch(at - 2 * RULES.timeout_s, at)
    if overlap([lately], day.spells.all):
        return False
    out_there = [day.troubles[each.key].at(at) for each in day.watched if each.reach is not Reach.LOOPBACK]
    return any(trouble is None or trouble.fault not in UNANSWERED for trouble in out_there)


# What was told


def _weigh(day: Day, told: Told, out: Score) -> None:
    match told.happening:
        case WentDown():
            out.downs += 1
            if _is_false(day, told.key, _confirming(told.outcomes)):
                out.false_alarms.append(Wrong("down was told", told.key, told.at))
            elif not told.online:
                out.attributions.append(Wrong("down was told while cut off", told.key, told.at))
        case WentUnstable():
            if sum(outcome.failed and outcome.theirs for outcome in told.outcomes) < RULES.confirm_after:
                out.attributions.append(Wrong("unstable was told", told.key, told.at))
        case WentDegraded():
            trouble = day.troubles[told.key].at(told.outcomes[-1].began)
            out.slow_blames += trouble is None or trouble.fault is not Fault.SLOW
        case AccessChanged(provider=provider, access=access):
            account = day.account.get(provider)
            asked = told.outcomes[-1].began
            if access in LOST and (account is None or account.at(asked) is None):
                out.attributions.append(Wrong(f"{access.value} was told", told.key, told.at))


def _told_again(diary: Diary) -> list[Wrong]:
    """One incident is one notice, whatever restarts and recoveries there were in between."""
    wrongs: list[Wrong] = []
    told: set[int] = set()
    for each in diary.told:
        if isinstance(each.happening, WentDown) and each.happening.tell:
            if each.happening.incident.id in told:
                wrongs.append(Wrong("down was told twice", each.key, each.at))
            told.add(each.happening.incident.id)
    return wrongs


def _confirming(outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    return tuple(outcomes[-RULES.confirm_after :])


def _is_false(day: Day, key: Key, failures: Sequence[Outcome]) -> bool:
    theirs = sum(failure.theirs for failure in failures)
    if not failures[-1].theirs:
        return True
    if theirs > len(failures) / 2:
        return False
    trouble = day.troubles[key].at(failures[-1].began)
    return trouble is None or not trouble.is_outage or trouble.end - trouble.start < LASTING_S


def _down(diary: Diary) -> dict[Key, list[Stretch]]:
    """When each surface was called down."""
    out: dict[Key, list[Stretch]] = {key: [] for key in diary.results}
    since: dict[Key, float] = {}
    ends = [(told.at, told.key, isinstance(told.happening, WentDown)) for told in diary.told]
    ends = [
        end
        for end, told in zip(ends, diary.told, strict=True)
        if not isinstance(told.happening, AccessChanged)
    ]
    ends += [(at, up.key, False) for at, up in diary.ups]
    for at, key, down in sorted(ends, key=lambda end: end[0]):
        if down:
            since.setdefault(key, at)
        elif key in since:
            out[key].append(Stretch(since.pop(key), at))
    for key, start in since.items():
        out[key].append(Stretch(start, DAY_S))
    return out


# What had to be told, and when


def _count_missed(day: Day, sight: Sight, watched: Watched, down: Sequence[Stretch], out: Score) -> None:
    for trouble in outages(day, watched):
        for seen in sight.of(watched, trouble):
            if seen.end - seen.start <= OWED_S:
                continue
            out.visible += 1
            told = [
                each.start
                for each in down
                if each.start <= seen.end + RULES.timeout_s and each.end > seen.start
            ]
            wrong = Wrong(f"it {trouble.fault.value}", watched.key, seen.start)
            if not told:
                out.missed.append(wrong)
            elif min(told) > seen.start + OWED_S + WORD_S:
                out.late.append(wrong)


def _delays(
    day: Day, sight: Sight, watched: Watched, downs: Iterable[tuple[float, Sequence[Outcome]]]
) -> list[Delay]:
    """Of the first `down` of each outage."""
    out: dict[float, Delay] = {}
    for at, failures in downs:
        trouble = day.troubles[watched.key].at(failures[-1].began)
        if trouble is None or not trouble.is_outage or trouble.start in out:
            continue
        seen = [each for each in sight.of(watched, trouble) if each.start <= at]
        if seen and at <= seen[-1].end:
            probes_s = sum(failure.ended - failure.began for failure in failures)
            out[trouble.start] = Delay(at - seen[-1].start, probes_s + at - failures[-1].ended)
    return list(out.values())


# Uptime


def _count_uptime(day: Day, diary: Diary, sight: Sight, watched: Watched, out: Score) -> None:
    """Adds one surface's figure, by the wall clock as its user would read it."""
    hazy = [
        Stretch(trouble.start - ECHO_S, trouble.end + ECHO_S)
        for trouble in day.troubles[watched.key].all
        if trouble.is_hazy
    ]
    stopped = day.wall(day.sessions.all[-1].end)
    whole = Span(MIDNIGHT - FARTHEST_SET_MS, MIDNIGHT + round(DAY_S * 1000) + FARTHEST_SET_MS)
    record = figures.record(
        watched.key,
        whole,
        diary.results[watched.key],
        [*diary.gaps, Gap(stopped, whole.end, GapCause.APP_OFF)],
        diary.incidents.values(),
    )
    covered = uptime.without(record.coverage.covered, _walls(day, union(hazy)))
    down = uptime.common(record.down, covered)
    owed = {
        trouble
        for trouble in outages(day, watched)
        if any(seen.end - seen.start > OWED_S for seen in sight.of(watched, trouble))
    }
    true = [
        span
        for trouble in day.troubles[watched.key].all
        if trouble.is_outage
        for span in _walls(day, [trouble])
        if trouble in owed or uptime.common((span,), record.down)
    ]
    covered_s = uptime.total_s(covered)
    down_s = uptime.total_s(down)
    truly_down_s = uptime.total_s(uptime.common(uptime.merged(true), covered))
    out.sums.covered_s += covered_s
    out.sums.down_s += down_s
    out.sums.truly_down_s += truly_down_s
    if covered_s:
        out.errors.append(100 * (down_s - truly_down_s) / covered_s)


def _walls(day: Day, stretches: Iterable[Stretch]) -> tuple[Span, ...]:
    """The same time as the wall clock showed it: a step in the middle cuts it in two."""
    steps = sorted(step.at for step in day.clock)
    out: list[Span] = []
    for stretch in stretches:
        cuts = [stretch.start, *(at for at in steps if stretch.start < at < stretch.end), stretch.end]
        for start, end in pairwise(cuts):
            before = day.wall(start)
            out.append(Span(before, before + round((end - start) * 1000)))
    return uptime.merged(out)


def _length(stretches: Iterable[Stretch]) -> float:
    return sum(each.end - each.start for each in stretches)
