"""How often a watcher wakes the machine, in a poll and between two, and what a check makes it write."""

import time
from dataclasses import dataclass
from itertools import groupby

from benchmarks.bench import Bench, Kind, Running
from benchmarks.readings import voluntary_switches, written_bytes

WATCHERS = (
    (Kind.OURS, 10),
    (Kind.OURS, 100),
    (Kind.OURS_HEADLESS, 10),
    (Kind.BARE_BOTH, 10),
    (Kind.BARE_BOTH, 100),
    (Kind.BARE_HTTPX, 10),
)
_LOOK_EVERY_S = 1.0
_SETTLE_S = 3.0


@dataclass(frozen=True, slots=True)
class Idle:
    """One watcher over the whole time.

    Attributes:
        per_poll: voluntary context switches of each whole poll cycle.
        between: all of those at least a second away from any question.
        between_s: how many seconds that were.
        written_per_check: bytes.
    """

    per_poll: list[int]
    between: int
    between_s: float
    written_per_check: float


@dataclass(frozen=True, slots=True)
class _Look:
    at_s: float
    switches: int
    answered: int
    written: int


def measure(bench: Bench, every_s: int, for_s: float) -> dict[tuple[Kind, int], Idle]:
    """Lets all of them run at a pace that people use, and looks once a second, which they do not notice."""
    running = [bench.start(kind, providers, every_s) for kind, providers in WATCHERS]
    bench.wait_for_answers(running, 1)
    time.sleep(_SETTLE_S)
    looks: list[list[_Look]] = [[] for _ in running]
    end_at = time.monotonic() + for_s
    while time.monotonic() < end_at:
        answered = bench.vendors.answered()
        for one, seen in zip(running, looks, strict=True):
            seen.append(_look(one, answered[one.label]))
        time.sleep(_LOOK_EVERY_S)
    bench.end(running)
    return {(one.kind, one.providers): _idle(seen) for one, seen in zip(running, looks, strict=True)}


def _look(one: Running, answered: int) -> _Look:
    return _Look(time.monotonic(), voluntary_switches(one.pid), answered, written_bytes(one.pid))


def _idle(looks: list[_Look]) -> Idle:
    """Seconds with an answer in them or right beside them belong to a poll, the others lie between."""
    steps = [
        (looks[n - 2].answered == looks[n + 1].answered, looks[n - 1], looks[n])
        for n in range(2, len(looks) - 1)
    ]
    stretches = [(quiet, list(group)) for quiet, group in groupby(steps, key=lambda step: step[0])]
    between = [step for quiet, group in stretches if quiet for step in group]
    polls = [group for quiet, group in stretches[1:-1] if not quiet]  # at the ends they may be cut in half
    checks = looks[-1].answered - looks[0].answered
    return Idle(
        per_poll=[sum(_switches(step) for step in group) for group in polls],
        between=sum(_switches(step) for step in between),
        between_s=sum(after.at_s - before.at_s for _, before, after in between),
        written_per_check=(looks[-1].written - looks[0].written) / checks,
    )


def _switches(step: tuple[bool, _Look, _Look]) -> int:
    _, before, after = step
    return after.switches - before.switches
