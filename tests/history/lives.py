"""A watcher that lives through anything, with every result remembered beside the history that it writes."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from history.watching import KEYS, START, Watching, never_stamped
from trayuptime.core import judge
from trayuptime.core.model import Gap, GapCause, Instant, Key, Level, Result, Rules, Span, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.state import GapSeen, Settled
from trayuptime.history import History

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
ANSWERS = (Reason.OK, Reason.SLOW, Reason.RATE_LIMITED, Reason.UNKNOWN)
FAILURES = (Reason.SERVER_ERROR, Reason.BAD_ANSWER, Reason.OVERLOADED)


@dataclass
class Life:
    """A watcher whose every result is remembered beside the history that it writes."""

    path: Path
    chance: random.Random
    keys: tuple[Key, ...] = KEYS
    watching: Watching = field(
        default_factory=lambda: Watching(rules=Rules(interval_s=900.0, confirm_after=2, recover_after=2))
    )
    results: list[Result] = field(default_factory=list)
    """Those that counted."""
    set_aside: list[Result] = field(default_factory=list)
    """Those that did not, mostly because a completion spoke for the surface."""
    gaps: list[Gap] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.history = History.open(self.path, never_stamped)

    def ask(self, keys: Sequence[Key], reason: Reason) -> None:
        """One commit of some surfaces; of an API now and then an answer is asked for."""
        # By the clock, so that a life with a number goes on as it always did.
        deep = random.Random(self.watching.now).random() < 0.1
        for key in keys:
            interval_s = self.chance.choice([60.0, 900.0, 900.0, 3_600.0, 20_000.0])
            latency_ms = self.chance.choice([0.0, 12.5, 300.0, 300.0, 1_234.567])
            level = Level.REACH
            if key.surface is Surface.API:
                level = Level.COMPLETION if deep else Level.MODELS
            self.watching.see(
                key, reason, level=level, interval_s=interval_s, latency_ms=latency_ms, flight_ms=0
            )
        self.commit()

    def pass_time(self, ms: int, cause: GapCause | None) -> None:
        before, self.watching.now = self.watching.now, self.watching.now + ms
        if cause is not None:
            key = self.chance.choice([None, None, *self.keys])
            gap = Gap(before + self.chance.randint(0, ms // 2), self.watching.now, cause, key)
            self.watching.apply(judge.pass_over(self.watching.state, gap))
            self.commit()

    def tell_late(self, ms: int, key: Key) -> None:
        """A result, or a gap, that comes in long after its time."""
        at = self.watching.now - ms
        if self.chance.random() < 0.5:
            late = Result(at, key.provider, key.surface, Reason.OK, latency_ms=77.0, interval_s=900.0)
            if not any(r.at == at and r.key == key for r in (*self.results, *self.set_aside)):
                self.watching.happenings.append(Settled(late, proven=False))
        else:
            self.watching.happenings.append(GapSeen(Gap(at, at + ms // 3, GapCause.UNPROVEN, key)))
        self.commit()

    def commit(self) -> None:
        for happening in self.watching.happenings:
            if isinstance(happening, Settled):
                (self.results if happening.counted else self.set_aside).append(happening.result)
            if isinstance(happening, GapSeen):
                self.gaps.append(happening.gap)
        self.watching.commit(self.history)

    def tidy(self, steps: int) -> None:
        for _ in range(steps):
            if not self.history.tidy(self.watching.now, lambda: 0.0):
                return

    def restart(self) -> None:
        self.history.close()
        self.history = History.open(self.path, never_stamped)
        self.watching.state = self.history.last_state(dict.fromkeys(KEYS, self.watching.rules))


def live(life: Life, acts: int, kinds: str = "aaaaaaaadddttttsglr") -> None:
    """So many things happen, by chance, of these kinds."""
    chance = life.chance
    for _ in range(acts):
        match chance.choice(kinds):
            case "a":
                for _ in range(chance.randint(1, 12)):
                    life.ask([key for key in life.keys if chance.random() < 0.8], chance.choice(ANSWERS))
                    life.pass_time(chance.randint(1, 1_800_000), None)
            case "d":
                for _ in range(chance.randint(1, 5)):
                    life.ask([chance.choice(life.keys)], chance.choice(FAILURES))
                    life.pass_time(chance.randint(1, 1_200_000), None)
            case "t":
                life.tidy(chance.choice([1, 2, 5, 1_000]))
            case "s":
                life.pass_time(chance.randint(1, 2 * DAY_MS), None)
            case "g":
                life.pass_time(chance.randint(1, DAY_MS), chance.choice(list(GapCause)))
            case "l":
                life.tell_late(chance.randint(1, 3 * DAY_MS), chance.choice(life.keys))
            case _:
                life.restart()


def some_windows(chance: random.Random, end: Instant) -> list[Span]:
    """All of it, and some parts."""

    def moment() -> Instant:
        unit = chance.choice([1, HOUR_MS, DAY_MS])
        return chance.randint(START - DAY_MS, end + DAY_MS) // unit * unit

    spans = [Span(*sorted((moment(), moment()))) for _ in range(4)]
    return [Span(START - 2 * DAY_MS, end + DAY_MS), *spans]
