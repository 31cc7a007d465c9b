"""Latencies counted by value, exact to the microsecond: what percentiles of any length are made of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from trayuptime.core.figures import IN_TIME
from trayuptime.core.tally import Tally
from trayuptime.history import columns, grains
from trayuptime.history.columns import TornError
from trayuptime.history.grains import Grain

Counts = dict[int, int]
"""Latencies in microseconds, and how often each was measured."""

_IN_TIME = frozenset(grains.REASONS.index(reason) for reason in IN_TIME)


def counts_of(results: Sequence[Grain]) -> Counts:
    """The latencies of those that answered in time or slowly, and counted."""
    codes = {grain[1] for grain in results}
    good = {code for code in codes if grains.is_counted(code) and grains.reason_number(code) in _IN_TIME}
    return Counter([grain[2] - 1 for grain in results if grain[2] and grain[1] in good])


def summed(counts: Iterable[Counts]) -> Counts:
    """Several counts as one."""
    found: Counts = {}
    known = found.get
    for each in counts:
        if not found:
            found.update(each)
            continue
        for latency, count in each.items():
            found[latency] = known(latency, 0) + count
    return found


def tally_of(counts: Iterable[Counts]) -> Tally:
    """Several counts as one tally."""
    return tuple([(latency / 1000, count) for latency, count in sorted(summed(counts).items())])


def pack(found: Counts) -> bytes | None:
    """Latencies as bytes; `None` for none."""
    if not found:
        return None
    unit = next(unit for unit in (1000, 100, 10, 1) if all(each % unit == 0 for each in found))
    values = [each // unit for each in sorted(found)]
    steps = [values[0], *(after - before for before, after in pairwise(values))]
    return columns.pack(((unit,), steps, [found[value * unit] for value in values]))


def unpack(body: bytes | None) -> Counts:
    """The latencies again.

    Raises:
        TornError: the bytes are damaged.
    """
    if body is None:
        return {}
    try:
        (unit,), steps, often = columns.unpack(body)
        values = accumulate(steps)
        return dict(zip(values if unit == 1 else [value * unit for value in values], often, strict=True))
    except ValueError as error:
        raise TornError(f"packed latencies are damaged: {error}") from error
