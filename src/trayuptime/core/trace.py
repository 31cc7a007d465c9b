"""The answers of a stretch as a line of a few pixels: least and most of each slot, and how many failed."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from trayuptime.core.model import Instant, Span

Answer = tuple[Instant, Instant, float | None, bool]
"""One result as far as a line needs it, a plain tuple, for there are thousands of them:

* when its probe started;
* when its word runs out if no other follows;
* the latency of an answer in time or slow, in milliseconds; `None` for every other;
* whether it counts against the provider.
"""


class Slot(NamedTuple):
    """One of equally long parts of a stretch.

    Attributes:
        low_ms, middle_ms, high_ms: of its latencies; `None` is a hole, never 0.
        failures: how many of its results were one.
        follows: it begins with a latency, and so did the result before it end, which spoke until then.
    """

    low_ms: float | None = None
    middle_ms: float | None = None
    high_ms: float | None = None
    failures: int = 0
    follows: bool = False


Trace = tuple[Slot, ...]
"""A stretch in slots."""


def trace_of(answers: Sequence[Answer], window: Span, count: int) -> Trace:
    """The trace of a window.

    Args:
        answers: within the window, in the order of time.
        window: at least a millisecond for each slot.
        count: into how many slots it is cut.
    """
    length_ms = window.end - window.start
    bounds = [window.start + length_ms * n // count for n in range(count + 1)]
    cuts = [bisect_left(answers, bound, key=_at) for bound in bounds]
    return tuple([_slot(answers, first, last) for first, last in pairwise(cuts)])


def _slot(answers: Sequence[Answer], first: int, last: int) -> Slot:
    """The slot of some answers that are next to each other."""
    if first == last:
        return Slot()
    within = answers[first:last]
    latencies = sorted([ms for _, _, ms, failed in within if ms is not None and not failed])
    failures = len([None for _, _, _, failed in within if failed])
    if not latencies:
        return Slot(failures=failures)
    follows = first > 0 and _leads_to(answers[first - 1], answers[first])
    middle = latencies[(len(latencies) - 1) // 2]
    return Slot(latencies[0], middle, latencies[-1], failures, follows)


def _leads_to(before: Answer, after: Answer) -> bool:
    timed = all(ms is not None and not failed for _, _, ms, failed in (before, after))
    return timed and after[0] <= before[1]


def _at(answer: Answer) -> Instant:
    return answer[0]
