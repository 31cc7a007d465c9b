"""Any window of the history is what `core` makes of every single result, whatever was summed up by then."""

import random
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from history.watching import DEEPSEEK, KEYS, START, WEB, Watching, never_stamped
from trayuptime.core import judge
from trayuptime.core.figures import IN_TIME, figures, record, together
from trayuptime.core.model import Gap, GapCause, Instant, Key, Result, Rules, Span
from trayuptime.core.reasons import Reason
from trayuptime.core.state import GapSeen, Settled
from trayuptime.core.strip import totals
from trayuptime.core.tally import percentile, tally
from trayuptime.history import History, Reader
from trayuptime.history.rolled import Pace

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
ANSWERS = (Reason.OK, Reason.SLOW, Reason.RATE_LIMITED, Reason.UNKNOWN)
FAILURES = (Reason.SERVER_ERROR, Reason.BAD_ANSWER, Reason.OVERLOADED)


@dataclass
class Life:
    """A watcher whose every result is remembered beside the history that it writes."""

    path: Path
    chance: random.Random
    watching: Watching = field(
        default_factory=lambda: Watching(rules=Rules(interval_s=900.0, confirm_after=2, recover_after=2))
    )
    results: list[Result] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.history = History.open(self.path, never_stamped)

    def ask(self, keys: Sequence[Key], reason: Reason) -> None:
        """One commit of some surfaces."""
        for key in keys:
            interval_s = self.chance.choice([60.0, 900.0, 900.0, 3_600.0, 20_000.0])
            latency_ms = self.chance.choice([0.0, 12.5, 300.0, 300.0, 1_234.567])
            self.watching.see(key, reason, interval_s=interval_s, latency_ms=latency_ms, flight_ms=0)
        self.commit()

    def pass_time(self, ms: int, cause: GapCause | None) -> None:
        before, self.watching.now = self.watching.now, self.watching.now + ms
        if cause is not None:
            key = self.chance.choice([None, None, *KEYS])
            gap = Gap(before + self.chance.randint(0, ms // 2), self.watching.now, cause, key)
            self.watching.apply(judge.pass_over(self.watching.state, gap))
            self.commit()

    def tell_late(self, ms: int, key: Key) -> None:
        """A result, or a gap, that comes in long after its time."""
        at = self.watching.now - ms
        if self.chance.random() < 0.5:
            late = Result(at, key.provider, key.surface, Reason.OK, latency_ms=77.0, interval_s=900.0)
            if not any(r.at == at and r.key == key for r in self.results):
                self.watching.happenings.append(Settled(late, proven=False))
        else:
            self.watching.happenings.append(GapSeen(Gap(at, at + ms // 3, GapCause.UNPROVEN, key)))
        self.commit()

    def commit(self) -> None:
        for happening in self.watching.happenings:
            if isinstance(happening, Settled) and happening.counted:
                self.results.append(happening.result)
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


def _live(life: Life, acts: int) -> None:
    chance = life.chance
    for _ in range(acts):
        match chance.choice("aaaaaaaadddttttsglr"):
            case "a":
                for _ in range(chance.randint(1, 12)):
                    life.ask([key for key in KEYS if chance.random() < 0.8], chance.choice(ANSWERS))
                    life.pass_time(chance.randint(1, 1_800_000), None)
            case "d":
                for _ in range(chance.randint(1, 5)):
                    life.ask([chance.choice(KEYS)], chance.choice(FAILURES))
                    life.pass_time(chance.randint(1, 1_200_000), None)
            case "t":
                life.tidy(chance.choice([1, 2, 5, 1_000]))
            case "s":
                life.pass_time(chance.randint(1, 2 * DAY_MS), None)
            case "g":
                life.pass_time(chance.randint(1, DAY_MS), chance.choice(list(GapCause)))
            case "l":
                life.tell_late(chance.randint(1, 3 * DAY_MS), chance.choice(KEYS))
            case _:
                life.restart()


def _check(life: Life, windows: Sequence[Span]) -> None:
    hull = Span(min(w.start for w in windows), max(w.end for w in windows))
    with Reader(life.path) as reader:
        incidents = reader.incidents()
        with reader.windows(hull) as found:
            for window in windows:
                raw = {
                    key: record(key, window, [r for r in life.results if r.key == key], life.gaps, incidents)
                    for key in KEYS
                }
                for key in KEYS:
                    assert figures(found.totals(key, window)) == figures(raw[key])
                    assert found.sums(key, window) == totals(found.strip(key, window))
                    assert figures(found.record(key, window)) == figures(raw[key])
                    assert _hourly(found.paces(key, window)) == _of_each(life.results, key, window)
                mine = together([found.record(key, window) for key in (DEEPSEEK, WEB)])
                assert figures(mine) == figures(together([raw[DEEPSEEK], raw[WEB]]))


def _hourly(paces: Sequence[Pace]) -> list[tuple[Instant, int, float, float, float]]:
    return [(pace.start, pace.answers, pace.p50_ms, pace.p95_ms, pace.most_ms) for pace in paces]


def _of_each(
    results: Sequence[Result], key: Key, window: Span
) -> list[tuple[Instant, int, float | None, float | None, float]]:
    by_hour: dict[Instant, list[float]] = {}
    for each in results:
        if each.key == key and window.start <= each.at < window.end and each.reason in IN_TIME:
            assert each.latency_ms is not None
            by_hour.setdefault(each.at // HOUR_MS * HOUR_MS, []).append(each.latency_ms)
    return [
        (hour, len(found), percentile(tally(found), 0.5), percentile(tally(found), 0.95), max(found))
        for hour, found in sorted(by_hour.items())
    ]


def _windows(chance: random.Random, end: Instant) -> list[Span]:
    def moment() -> Instant:
        unit = chance.choice([1, HOUR_MS, DAY_MS])
        return chance.randint(START - DAY_MS, end + DAY_MS) // unit * unit

    spans = [Span(*sorted((moment(), moment()))) for _ in range(4)]
    return [Span(START - 2 * DAY_MS, end + DAY_MS), *spans]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), acts=st.integers(1, 40))
def test_figures_are_those_of_every_single_result(seed: int, acts: int) -> None:
    with TemporaryDirectory() as folder:
        life = Life(Path(folder) / "history.db", random.Random(seed))
        with closing(life.history):
            for _ in range(3):
                _live(life, acts)
                _check(life, _windows(life.chance, life.watching.now))
            life.tidy(10_000)
            _check(life, _windows(life.chance, life.watching.now))
            life.history.close()
