"""Latencies counted by value: exact, mergeable, and small, for they are few whole numbers many times."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate

Tally = tuple[tuple[float, int], ...]
"""Values in milliseconds in order of size, and how often each was measured."""


def tally(values: Iterable[float]) -> Tally:
    """The values, counted."""
    return tuple(sorted(Counter(values).items()))


def together(tallies: Iterable[Tally]) -> Tally:
    """All of them as one."""
    found: Counter[float] = Counter()
    for each in tallies:
        for value, count in each:
            found[value] += count
    return tuple(sorted(found.items()))


def percentile(of: Tally, share: float) -> float | None:
    """The nearest rank: always a value that was measured; `None` where none was.

    Args:
        of: the values.
        share: above 0, at most 1.
    """
    reached = list(accumulate([count for _, count in of]))
    return of[bisect_left(reached, math.ceil(share * reached[-1]))][0] if reached else None


def total(of: Tally) -> float:
    """The sum of all values, in milliseconds."""
    return math.fsum([value * count for value, count in of])
