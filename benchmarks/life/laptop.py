"""Lives a day with the product's own rules, at the pace of its poller, and keeps a diary of what they told.

The poller's asyncio is left out, for its speed; what decides is not: classification, judge, schedule, notices
and the snapshot that survives a restart are the real ones.
"""

from dataclasses import dataclass
from functools import cache
from random import Random
from statistics import median

from benchmarks.life.answer import Answer, ask, evidence_of
from benchmarks.life.diary import Against, Diary, Outcome, Told
from benchmarks.life.world import RULES, Day, Guard, Link, Session, Stretch, Watched

from trayuptime.config.values import ProviderConfig
from trayuptime.core import access, judge, notice, schedule, vantage
from trayuptime.core.classify import classify
from trayuptime.core.evidence import Dialect, Question
from trayuptime.core.model import Gap, GapCause, Instant, Key, Level, Reach, Result, Surface
from trayuptime.core.notice import Notice
from trayuptime.core.reasons import MEANINGS, Effect
from trayuptime.core.state import (
    AccessChanged,
    CameUp,
    GapSeen,
    Happening,
    Settled,
    Silence,
    State,
    Step,
    Target,
    VantageChanged,
    WentDegraded,
    WentDown,
    WentUnstable,
)
from trayuptime.history.latency import LEAST
from trayuptime.history.snapshot import pack, unpack
from trayuptime.runtime.almanac import BASELINE_EVERY_S
from trayuptime.runtime.clock import ClockSteps
from trayuptime.runtime.flights import AT_ONCE, Landing
from trayuptime.runtime.settling import AFTER_CHANGE_S, AFTER_SLEEP_S, AGAIN_S, Settling, is_doubtful
from trayuptime.runtime.sleeping import ASLEEP_S

SEEN_AFTER_S = 0.3
"""How long after the first sign of it a change of the network is told, as in `system.network`."""
KEPT = 20
"""Outcomes of a surface that are kept to say whose they were; the longest look back of the rules."""


NOTHING = Stretch(0.0, 0.0)


def live(day: Day, tell: Stretch = NOTHING) -> Diary:
    """Watches for a whole day, and tells a stretch of it line by line."""
    laptop = _Laptop(day, tell)
    for session in day.sessions.all:
        laptop.run(session)
    return laptop.close()


@dataclass(frozen=True, slots=True)
class _Flight:
    """A probe under way; `began` is a second of the day, `ended_s` one of the schedule."""

    began: float
    began_s: float
    ended_s: float
    level: Level
    answer: Answer


class _Laptop:
    """One app on one laptop. Seconds called `_s` are the schedule's: they stand still in sleep."""

    def __init__(self, day: Day, tell: Stretch) -> None:
        self._day = day
        self._tell = tell
        self._dice = Random(f"{day.seed}, the answers")
        self._watched = {each.key: each for each in day.watched}
        self._targets = {each.key: Target(each.host, each.reach) for each in day.watched}
        self._names = {each.key.provider: each.key.provider.upper() for each in day.watched}
        self._rules = dict.fromkeys(self._watched, RULES)
        self._naps = list(day.naps.all)
        self._changes = [at + SEEN_AFTER_S for at in day.changes()]
        self._state = State()
        self._stopped_at: Instant | None = None
        self._due: dict[Key, float] = {}
        self._air: dict[Key, _Flight] = {}
        self._settling = Settling()
        self._now_s = 0.0
        self._slept_s = 0.0
        self._steps = ClockSteps(self, lambda: self._slept_s)
        self._unnoticed_s = 0.0
        self._probes: dict[tuple[Key, Instant], Outcome] = {}
        self._outcomes: dict[Key, list[Outcome]] = {key: [] for key in self._watched}
        self._latencies: dict[Key, list[float]] = {key: [] for key in self._watched}
        self._baseline_s: dict[Key, float] = {}
        self._diary = Diary(results={key: [] for key in self._watched})

    def run(self, session: Session) -> None:
        """The app from its start to its end."""
        self._start(session.start)
        while True:
            second = self._next_s()
            now = second + self._slept_s
            until = min(now, session.end)
            nap = self._naps[0] if self._naps and self._naps[0].start <= until else None
            if self._changes and self._changes[0] <= (until if nap is None else nap.start):
                self._change_network(self._changes.pop(0))
            elif nap is not None:
                self._sleep(self._naps.pop(0))
            elif now >= session.end:
                break
            elif self._unnoticed_s > ASLEEP_S:
                self._wake_up(now)
            else:
                self._unnoticed_s = 0.0
                self._turn(second)
        self._stop(session)

    def close(self) -> Diary:
        """The diary, with the incidents that are still open."""
        for surface in self._state.surfaces.values():
            if surface.incident is not None:
                self._diary.incidents[surface.incident.id] = surface.incident
        return self._diary

    # A clock, as the poller has one

    def now(self) -> Instant:
        """What the wall shows."""
        return self._day.wall(self._now_s + self._slept_s)

    def monotonic_s(self) -> float:
        """The schedule's own second."""
        return self._now_s

    def real_s(self, seconds: float) -> float:
        """As it is."""
        return seconds

    # As the poller does it

    def _start(self, now: float) -> None:
        wall = self._day.wall(now)
        if self._stopped_at is not None:
            self._state, _ = unpack(pack(self._state, 0))
        self._apply(judge.watch(self._state, self._targets, wall), now)
        if self._stopped_at is not None and self._stopped_at < wall and self._state.surfaces:
            self._apply(judge.pass_over(self._state, Gap(self._stopped_at, wall, GapCause.APP_OFF)), now)
        self._now_s = now - self._slept_s
        self._settling = Settling()
        self._steps = ClockSteps(self, lambda: self._slept_s)
        self._due = dict.fromkeys(self._watched, self._now_s)
        self._changes = [at for at in self._changes if at > now]

    def _stop(self, session: Session) -> None:
        self._air.clear()
        newest = max((counted[-1].at for counted in self._diary.results.values() if counted), default=None)
        self._stopped_at = newest if session.killed else self._day.wall(session.end)

    def _next_s(self) -> float:
        landings = [flight.ended_s for flight in self._air.values()]
        starts = [self._not_before(key) for key in self._due if self._may_start(key)]
        return max(self._now_s, min(landings + starts))

    def _not_before(self, key: Key) -> float:
        due = max(self._due[key], self._settling.hold_until_s)
        if not self._state.holds:
            return due
        hold_s = schedule.held_s(self._state, self._watched[key].host, self.now())
        return max(due, self._now_s + hold_s) if hold_s else due

    def _may_start(self, key: Key) -> bool:
        if not self._air:
            return True
        host = self._watched[key].host
        busy = any(self._watched[other].host == host for other in self._air)
        return not busy and len(self._air) < AT_ONCE

    def _sleep(self, nap: Stretch) -> None:
        self._slept_s += nap.end - nap.start
        self._unnoticed_s += nap.end - nap.start
        self._changes = [at for at in self._changes if at >= nap.end]
        if self._day.guard is Guard.SIGNAL:
            self._wake_up(nap.end)

    def _change_network(self, now: float) -> None:
        if self._unnoticed_s > ASLEEP_S:
            self._wake_up(now)
        self._now_s = now - self._slept_s
        self._settling.begin(self._now_s, AFTER_CHANGE_S)
        doubtful = [key for key in self._watched if is_doubtful(self._state, key, RULES)]
        self._apply(judge.network_changed(self._state, self._day.wall(now)), now)
        self._due |= dict.fromkeys(doubtful, self._now_s)

    def _wake_up(self, now: float) -> None:
        wall = self._day.wall(now)
        self._now_s = now - self._slept_s
        self._settling.begin(self._now_s, AFTER_SLEEP_S)
        self._air.clear()
        gap = Gap(wall - round(self._unnoticed_s * 1000), wall, GapCause.ASLEEP)
        self._unnoticed_s = 0.0
        self._apply(judge.pass_over(self._state, gap), now)
        self._due = dict.fromkeys(self._due, self._now_s)

    def _turn(self, second: float) -> None:
        self._now_s = second
        if (by_ms := self._steps.since_last_ms()) != 0:
            self._state = judge.clock_stepped(self._state, by_ms)
        landed = [(flight.ended_s, key) for key, flight in self._air.items() if flight.ended_s <= second]
        for _, key in sorted(landed, key=lambda landing: landing[0]):
            self._take(key, self._air.pop(key))
        for key, due in schedule.in_order(self._state, self._due):
            if self._not_before(key) <= max(second, due) <= second and self._may_start(key):
                self._launch(key)

    def _launch(self, key: Key) -> None:
        now = self._now_s + self._slept_s
        watched = self._watched[key]
        level = _LEVELS[watched.keyed or watched.reach is Reach.LOOPBACK]
        if watched.keyed and not access.may_show_key(self._state.access(key.provider), self._day.wall(now)):
            level = Level.REACH
        answer = ask(self._day, watched, level, now, self._dice)
        self._air[key] = _Flight(now, self._now_s, self._now_s + answer.takes_s, level, answer)

    def _take(self, key: Key, flight: _Flight) -> None:
        now = flight.ended_s + self._slept_s
        wall = self._day.wall(now)
        evidence = evidence_of(flight.answer, self._watched[key], self._day, flight.began)
        result = classify(_question(self._watched[key], flight.level), evidence, wall)
        if result.retry_after_s is not None:
            hold = Stretch(now, now + result.retry_after_s)
            self._diary.holds.setdefault(result.host, []).append(hold)
        failed = MEANINGS[result.reason].effect is Effect.FAILURE
        self._probes[key, result.at] = Outcome(flight.began, now, failed, flight.answer.theirs)
        self._diary.probes += 1
        if self._tell.start <= now < self._tell.end:
            self._diary.story.append(_seen(flight, now, result))
        if self._settling.spoils(Landing(_ANY, result, flight.began_s, flight.ended_s, wall)):
            self._due[key] = flight.ended_s + AGAIN_S
            return
        step = judge.step(self._state, result, self._rules, wall)
        self._apply(step, now)
        self._due[key] = schedule.next_ask_s(
            self._state,
            key,
            RULES,
            asked_s=flight.began_s,
            ended_s=flight.ended_s,
            offset_s=self._day.offset_s,
        )
        if key in step.ask_now:
            self._due[key] = self._now_s
        self._refresh_baseline(key)

    def _apply(self, step: Step, now: float) -> None:
        self._state = step.state
        for happening in step.happenings:
            self._note(happening, now)
        for key in step.ask_now:
            self._due[key] = self._now_s
        for host in step.ask_witnesses:
            speakers = vantage.speakers_of(self._state, host)
            if speakers and not any(key in self._air for key in speakers):
                self._due[speakers[0]] = self._now_s

    def _refresh_baseline(self, key: Key) -> None:
        if self._now_s - self._baseline_s.get(key, -BASELINE_EVERY_S) < BASELINE_EVERY_S:
            return
        self._baseline_s[key] = self._now_s
        known = self._latencies[key]
        if len(known) >= LEAST:
            self._state = judge.with_baseline(self._state, key, median(known))

    # The diary

    def _note(self, happening: Happening, now: float) -> None:
        if self._tell.start <= now < self._tell.end:
            self._diary.story.append(_happened(happening, now))
        if isinstance(happening, Settled):
            self._note_settled(happening)
            return
        told = notice.decide(happening, self._state, self._names, str)
        if isinstance(told, Notice):
            self._diary.notices.append((now, told))
        match happening:
            case WentDown() | WentUnstable() | WentDegraded():
                self._diary.incidents[happening.incident.id] = happening.incident
                self._held_against(happening.key, happening, now)
            case CameUp():
                self._diary.incidents[happening.incident.id] = happening.incident
                self._diary.ups.append((now, happening))
            case AccessChanged():
                self._held_against(Key(happening.provider, Surface.API), happening, now)
            case VantageChanged():
                self._diary.vantages.append((now, happening.vantage))
            case GapSeen():
                self._diary.gaps.append(happening.gap)
        if (provider := notice.wants_advice(happening)) is not None:
            self._seek_fallback(provider)

    def _note_settled(self, settled: Settled) -> None:
        if not settled.counted:
            return
        result = settled.result
        effect = MEANINGS[result.reason].effect
        self._diary.results[result.key].append(result)
        if effect is Effect.SUCCESS and result.latency_ms is not None:
            self._latencies[result.key].append(result.latency_ms)
        if effect is not Effect.NOTHING:
            outcomes = self._outcomes[result.key]
            outcomes.append(self._probes[result.key, result.at])
            del outcomes[:-KEPT]

    def _held_against(self, key: Key, happening: Against, now: float) -> None:
        spell = None if self._watched[key].reach is Reach.LOOPBACK else self._day.spells.at(now)
        online = spell is None or spell.link is Link.SLUGGISH
        outcomes = tuple(self._outcomes[key])
        if isinstance(happening, WentDown) and happening.silence is not None:
            outcomes = self._of_host(happening.silence)
        self._diary.told.append(Told(now, key, happening, outcomes, online=online))

    def _of_host(self, silence: Silence) -> tuple[Outcome, ...]:
        """What decided: the failures of every surface at a host, in the order they were asked."""
        asked = set(silence.asked)
        found = [outcome for (_, at), outcome in self._probes.items() if at in asked and outcome.failed]
        return tuple(sorted(found, key=lambda outcome: outcome.began))

    def _seek_fallback(self, failed: str) -> None:
        """The next provider is this one's fallback, and is asked at once."""
        names = list(self._names)
        other = names[(names.index(failed) + 1) % len(names)]
        for key in self._due:
            if key.provider == other != failed and key not in self._air:
                self._due[key] = self._now_s


def _seen(flight: _Flight, now: float, result: Result) -> str:
    whose = "theirs" if flight.answer.theirs else "ours" if flight.answer.ours else "nobody's fault"
    what = f"{result.provider}/{result.surface} {result.reason} ({whose})"
    return f"{flight.began:9.2f} – {now:9.2f}  {what}"


def _happened(happening: Happening, now: float) -> str:
    name = type(happening).__name__
    match happening:
        case Settled(result=result, proven=proven):
            name = f"counts: {result.provider}/{result.surface} {result.reason}{', proven' if proven else ''}"
        case WentDown(key=key) | WentUnstable(key=key) | WentDegraded(key=key) | CameUp(key=key):
            name = f"{name}: {key.provider}/{key.surface}"
        case AccessChanged(provider=provider, access=standing):
            name = f"{name}: {provider} {standing}"
        case VantageChanged(vantage=vantage):
            name = f"{name}: {vantage}"
        case GapSeen(gap=gap):
            name = f"{name}: {gap.cause}, {(gap.until - gap.at) / 1000:.1f} s"
    return f"{now:21.2f}  {name}"


_ANY = ProviderConfig("any", "Any", "website", "https://any.example", RULES)
"""Whom a landing is of; whether its failure counts does not depend on it."""
_LEVELS = {True: Level.MODELS, False: Level.REACH}


@cache
def _question(watched: Watched, level: Level) -> Question:
    dialect = Dialect.OPENAI if watched.key.surface is Surface.API else Dialect.PAGE
    return Question(watched.key, level, dialect, keyed=watched.keyed, interval_s=RULES.interval_s)
