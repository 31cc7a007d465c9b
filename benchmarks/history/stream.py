"""The data set: poll cycle after poll cycle of one laptop, the same for every store, without end.

Surfaces share slots of 30 s at one offset, at most eight are asked at once, so later ones wait for earlier
answers. Latencies are log-normal around a median of each surface that breathes with the hour and has bursts.
A failure is asked again 10 s after its end until it is confirmed, a recovery likewise. What the judge would
tell (outages, recoveries, gaps) is told by the few rules that are at hand here, not by the judge itself: that
takes 50 times as long as all the rest.
"""

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush, heapreplace
from random import Random
from statistics import NormalDist

from benchmarks.history.troubles import DAY, MINUTE, MONTH, START, TIMEOUT_MS, Kind, Month, Trouble, gaps

from trayuptime.core.model import (
    Gap,
    Incident,
    IncidentKind,
    Instant,
    Key,
    Level,
    Phase,
    Service,
    Span,
    Surface,
)
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.state import CameUp, GapSeen, Transition, WentDown

INTERVAL_MS, RETRY_MS, AT_ONCE = 30_000, 10_000, 8
INTERVAL_S = INTERVAL_MS / 1000
SLOTS = DAY // INTERVAL_MS
_CONFIRM_AFTER, _RECOVER_AFTER = 3, 2
_SIGMA = 0.25
_LAST_CYCLE_MS = 60_000
"""No cycle begins so shortly before a gap: none is cut by one, however many of its questions time out."""
_TOGETHER_MS = 1_000
"""Repeated questions that are due within this time are one cycle."""

Seen = tuple[int, Instant, Reason, int, int | None, Level, float]
"""Surface, when its probe began, reason, latency in ms, HTTP status, level, interval in s."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How many are watched: surfaces are numbered provider by provider."""

    providers: int
    each: int

    @property
    def surfaces(self) -> int:
        """How many of all."""
        return self.providers * self.each

    def key(self, number: int) -> Key:
        """The name of a surface."""
        provider, surface = divmod(number, self.each)
        return Key(f"p{provider:02}", tuple(Surface)[surface])


TEN_PROVIDERS = Shape(10, 3)
SAME_WORK = Shape(10, 1)


@dataclass(slots=True)
class Cycle:
    """What is committed at once.

    Attributes:
        at: when its last answer was in.
        seen: the results by their beginnings.
        told: what happened because of them.
    """

    at: Instant
    seen: list[Seen]
    told: list[Transition] = field(default_factory=list)


@dataclass(slots=True)
class _Streak:
    """A surface that is not simply up."""

    fails: int = 0
    oks: int = 0
    first: Instant = 0
    first_ok: Instant = 0
    reasons: list[Reason] = field(default_factory=list)
    incident: Incident | None = None
    seen_from: Instant = 0
    seen: tuple[Span, ...] = ()


def cycles(shape: Shape, results: int, seed: str = "20260329") -> Iterator[Cycle]:
    """Cycles until there were so many results, and the rest of the last one."""
    left = results
    last: Instant = 0
    for cycle in _Laptop(shape, seed).live():
        last = cycle.at = max(
            cycle.at, last + 1
        )  # a repeated question may be answered before a slow first one
        yield cycle
        left -= len(cycle.seen)
        if left <= 0:
            return


class _Laptop:
    def __init__(self, shape: Shape, seed: str) -> None:
        self._shape, self._seed = shape, seed
        dice = Random(f"{seed}, surfaces")
        self._medians = [dice.uniform(150.0, 900.0) for _ in range(shape.surfaces)]
        self._peaks = [dice.random() for _ in range(shape.surfaces)]
        self._levels = [
            Level.MODELS if shape.key(number).surface is Surface.API else Level.REACH
            for number in range(shape.surfaces)
        ]
        self._offset = dice.randrange(INTERVAL_MS)
        self._dice = Random(f"{seed}, outcomes")
        self._streaks: dict[int, _Streak] = {}
        self._again: list[tuple[Instant, int]] = []
        self._asked: dict[int, Instant] = {}
        self._next_incident = 1
        spread = NormalDist(0.0, _SIGMA)
        self._table = [math.exp(spread.inv_cdf((n + 0.5) / 65_536)) for n in range(65_536)]

    def live(self) -> Iterator[Cycle]:
        """Day after day."""
        unseen = gaps(self._seed)
        gap = next(unseen)
        month = Month(self._seed, self._shape.providers, self._shape.each, 0)
        number = 0
        day = 0
        while True:
            midnight = START + day * DAY
            if (midnight - START) // MONTH != number:
                number += 1
                month = Month(self._seed, self._shape.providers, self._shape.each, number)
            troubles = month.within(midnight, midnight + DAY)
            touched = _touched(troubles, midnight)
            dice = Random(f"{self._seed}, day {day}")
            rows = self._latencies(dice)
            jitter = dice.randbytes(SLOTS * self._shape.surfaces)
            for slot, row in enumerate(rows):
                at = midnight + self._offset + slot * INTERVAL_MS
                if at >= gap.at - _LAST_CYCLE_MS:
                    if at < gap.until:
                        continue
                    yield self._woken(gap, at)
                    gap = next(unseen)
                while self._again and self._again[0][0] < at:
                    yield self._ask_again(troubles, row)
                here = jitter[slot * len(row) : (slot + 1) * len(row)]
                if slot in touched or self._streaks:
                    yield self._troubled(at, row, here, troubles)
                else:
                    yield self._calm(at, row, here)
            day += 1

    def _calm(self, at: Instant, row: tuple[int, ...], jitter: bytes) -> Cycle:
        free = [at] * AT_ONCE
        seen: list[Seen] = []
        ok, levels = Reason.OK, self._levels
        for number, (latency, wait) in enumerate(zip(row, jitter, strict=True)):
            began = free[0] + (wait >> 5)
            heapreplace(free, began + latency)
            seen.append((number, began, ok, latency, 200, levels[number], INTERVAL_S))
        return Cycle(max(free), seen)

    def _troubled(
        self, at: Instant, row: tuple[int, ...], jitter: bytes, troubles: dict[int, list[Trouble]]
    ) -> Cycle:
        free = [at] * AT_ONCE
        cycle = Cycle(at, [])
        waiting = {number for _, number in self._again}
        for number, (latency, wait) in enumerate(zip(row, jitter, strict=True)):
            if number in waiting or at - self._asked.get(number, 0) < INTERVAL_MS // 2:
                continue
            began = free[0] + (wait >> 5)
            seen = self._asked_of(number, began, latency, troubles, cycle)
            heapreplace(free, began + seen[3])
        cycle.at = max(free)
        return cycle

    def _ask_again(self, troubles: dict[int, list[Trouble]], row: tuple[int, ...]) -> Cycle:
        due = self._again[0][0]
        cycle = Cycle(due, [])
        while self._again and self._again[0][0] < due + _TOGETHER_MS:
            began, number = heappop(self._again)
            seen = self._asked_of(number, began, row[number], troubles, cycle)
            self._asked[number] = began
            cycle.at = max(cycle.at, began + seen[3])
        return cycle

    def _woken(self, gap: Gap, at: Instant) -> Cycle:
        self._again.clear()
        for number, streak in list(self._streaks.items()):
            if streak.incident is None:
                del self._streaks[number]
            else:
                streak.seen += (Span(streak.seen_from, gap.at),)
                streak.seen_from, streak.oks = at, 0
        return Cycle(at, [], [GapSeen(gap)])

    def _asked_of(
        self, number: int, began: Instant, latency: int, troubles: dict[int, list[Trouble]], cycle: Cycle
    ) -> Seen:
        reason, status = Reason.OK, 200
        for trouble in troubles.get(number, ()):
            if trouble.start <= began < trouble.end and self._dice.random() < trouble.share:
                reason, latency, status = self._struck_by(trouble, latency)
                break
        seen = (number, began, reason, latency, status or None, self._levels[number], INTERVAL_S)
        cycle.seen.append(seen)
        if MEANINGS[reason].effect is Effect.FAILURE:
            self._failed(number, began, latency, reason, cycle)
        elif number in self._streaks:
            self._answered(number, began, latency, cycle)
        return seen

    def _struck_by(self, trouble: Trouble, latency: int) -> tuple[Reason, int, int]:
        if trouble.kind is Kind.SLOW:
            return Reason.SLOW, min(round(latency * trouble.times), TIMEOUT_MS - 1), 200
        if trouble.kind is Kind.LIMIT:
            return Reason.RATE_LIMITED, latency // 3, 429
        reason = self._dice.choice(trouble.reasons)
        match reason:
            case Reason.SERVER_ERROR:
                return reason, latency, self._dice.choice((500, 502, 502, 503))
            case Reason.OVERLOADED:
                return reason, latency, self._dice.choice((503, 529))
            case Reason.READ_TIMEOUT | Reason.CONNECT_TIMEOUT:
                return reason, TIMEOUT_MS + self._dice.randrange(8), 0
        return reason, latency // 4, 0

    def _failed(self, number: int, began: Instant, latency: int, reason: Reason, cycle: Cycle) -> None:
        streak = self._streaks.setdefault(number, _Streak(first=began, seen_from=began))
        streak.fails += 1
        streak.oks = 0
        if reason not in streak.reasons:
            streak.reasons.append(reason)
        if streak.incident is not None:
            return
        if streak.fails < _CONFIRM_AFTER:
            heappush(self._again, (began + latency + RETRY_MS, number))
            return
        key, now = self._shape.key(number), began + latency
        streak.incident = Incident(
            self._next_incident,
            key.provider,
            key.surface,
            IncidentKind.OUTAGE,
            streak.first,
            now,
            (Phase(streak.first, Service.DOWN),),
            tuple(streak.reasons),
            seen=(Span(streak.first, now),),
            told=IncidentKind.OUTAGE,
        )
        self._next_incident += 1
        cycle.told.append(WentDown(now, key, streak.incident, reason, reopened=False, tell=True))

    def _answered(self, number: int, began: Instant, latency: int, cycle: Cycle) -> None:
        streak = self._streaks[number]
        if streak.incident is None:
            del self._streaks[number]
            return
        streak.oks += 1
        if streak.oks == 1:
            streak.first_ok = began
        if streak.oks < _RECOVER_AFTER:
            heappush(self._again, (began + latency + RETRY_MS, number))
            return
        down_until = max(streak.first_ok, streak.seen_from)
        seen = (*streak.seen, Span(streak.seen_from, down_until))
        ended = replace(
            streak.incident,
            phases=(*streak.incident.phases, Phase(down_until, Service.UP)),
            reasons=tuple(streak.reasons),
            ended_at=down_until,
            seen=seen,
        )
        downtime_s = sum(span.end - span.start for span in seen) / 1000
        now = began + latency
        cycle.told.append(CameUp(now, self._shape.key(number), ended, downtime_s, tell=True))
        del self._streaks[number]

    def _latencies(self, dice: Random) -> list[tuple[int, ...]]:
        """A day's, slot by slot: what each surface takes when nothing is wrong with it."""
        table = self._table
        columns: list[list[int]] = []
        for median, peak in zip(self._medians, self._peaks, strict=True):
            drawn = array("H", dice.randbytes(2 * SLOTS))
            column: list[int] = []
            for hour in range(24):
                usual = median * (1.0 + 0.18 * math.sin(2 * math.pi * (hour / 24 + peak)))
                column += [
                    int(usual * table[n]) for n in drawn[hour * SLOTS // 24 : (hour + 1) * SLOTS // 24]
                ]
            for _ in range(dice.randrange(6)):
                start, times = dice.randrange(SLOTS), dice.uniform(1.4, 2.6)
                burst = slice(start, start + dice.randrange(2, 40))
                column[burst] = [int(latency * times) for latency in column[burst]]
            columns.append(column)
        return list(zip(*columns, strict=True))


def _touched(troubles: dict[int, list[Trouble]], midnight: Instant) -> set[int]:
    """The slots of a day in which somebody is in trouble, generously."""
    slots: set[int] = set()
    for of_one in troubles.values():
        for trouble in of_one:
            first = (trouble.start - midnight - MINUTE) // INTERVAL_MS
            slots.update(range(max(first, 0), min((trouble.end - midnight) // INTERVAL_MS + 1, SLOTS)))
    return slots
