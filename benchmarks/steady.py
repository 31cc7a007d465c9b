"""What a probe costs in CPU, and what a watcher holds in memory, while all ask side by side."""

import time
from dataclasses import dataclass

from benchmarks.bench import Bench, Kind, Running
from benchmarks.readings import Memory, cpu_s, memory

KINDS = (Kind.OURS, Kind.BARE_BOTH, Kind.OURS_HEADLESS, Kind.BARE_HTTPX)


@dataclass(frozen=True, slots=True)
class Steady:
    """One watcher over the whole time.

    Attributes:
        probe_ms: CPU milliseconds per probe, for each window.
        memory: at the end.
    """

    probe_ms: list[float]
    memory: Memory


def measure(bench: Bench, providers: int, every_s: int, windows: int, window_s: float) -> dict[Kind, Steady]:
    """Runs all of them at once, so that each window is the same for all.

    Args:
        bench: where.
        providers: how many each asks.
        every_s: how often; far more often than anybody would, to have enough probes.
        windows: how many.
        window_s: how long each; longer than `every_s`, or one may be without any probe.
    """
    running = [bench.start(kind, providers, every_s) for kind in KINDS]
    bench.wait_for_answers(running, 2)
    spent: dict[Kind, list[float]] = {kind: [] for kind in KINDS}
    before = _counts(bench, running)
    for _ in range(windows):
        time.sleep(window_s)
        after = _counts(bench, running)
        for kind in KINDS:
            (cpu_before, asked_before), (cpu_after, asked_after) = before[kind], after[kind]
            spent[kind].append((cpu_after - cpu_before) * 1000 / (asked_after - asked_before))
        before = after
    steady = {one.kind: Steady(spent[one.kind], memory(one.pid)) for one in running}
    bench.end(running)
    return steady


def _counts(bench: Bench, running: list[Running]) -> dict[Kind, tuple[float, int]]:
    answered = bench.vendors.answered()
    return {one.kind: (cpu_s(one.pid), answered[one.label]) for one in running}
