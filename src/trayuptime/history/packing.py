"""The results of one surface and one stretch of time as bytes, and back: nothing is lost.

Times lie as slots of the usual interval and what they are off; reason, level, status and interval as one
number of a short list, for they hardly change; latencies in the coarsest unit that holds them all.
"""

from array import array
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise
from operator import sub

from trayuptime.core.model import Instant
from trayuptime.history import columns, grains
from trayuptime.history.columns import TornError
from trayuptime.history.grains import Grain

_HEAD, _COLUMNS = 4, 8


def pack(grains_: Sequence[Grain], level: int = 6) -> bytes:
    """The results as bytes.

    Args:
        grains_: at least one, in the order of time, each time once.
        level: how much care zlib takes.
    """
    times, codes, latencies_, statuses, intervals = zip(*grains_, strict=True)
    kinds, index = grains.kinds_of(codes, statuses, intervals)
    grid = max(1, Counter(intervals).most_common(1)[0][0] if index else intervals[0])
    start = times[0] - _phase(times, grid)
    slots = [(at - start) // grid for at in times]
    off = [(at - start) % grid for at in times]
    unit = grains.unit_of(latencies_)
    return columns.pack(
        (
            (start, grid, unit, len(times)),
            *kinds,
            index or bytes(len(times)),
            (slots[0], *map(sub, slots[1:], slots)),
            off,
            grains.in_units(latencies_, unit),
        ),
        level,
    )


def unpack(body: bytes) -> list[Grain]:
    """The results again, in the order of time.

    Raises:
        TornError: the bytes are damaged.
    """
    (start, grid, unit, _), codes, statuses, intervals, index, slots, off, latencies_ = _read(body)
    try:
        times = [start + slot * grid + rest for slot, rest in zip(accumulate(slots), off, strict=True)]
        kinds = (codes, statuses, intervals)
        return grains.together(
            times, kinds, index if len(codes) > 1 else b"", grains.from_units(latencies_, unit)
        )
    except (IndexError, ValueError) as error:
        raise TornError(f"packed results are damaged: {error}") from error


def latencies(body: bytes) -> list[tuple[int, int]]:
    """Code and latency of each result, as they lie in a grain.

    Raises:
        TornError: the bytes are damaged.
    """
    head, codes, _, _, index, _, _, found = _read(body)
    try:
        return [
            (codes[kind], latency)
            for kind, latency in zip(index, grains.from_units(found, head[2]), strict=True)
        ]
    except (IndexError, ValueError) as error:
        raise TornError(f"packed results are damaged: {error}") from error


def codes(body: bytes) -> Sequence[int]:
    """The few codes that its results have, each once; what else is damaged goes unseen.

    Raises:
        TornError: the bytes are damaged.
    """
    return columns.leading(body, 2)[1]


def _read(body: bytes) -> "list[array[int]]":
    found = columns.unpack(body)
    if len(found) != _COLUMNS or len(found[0]) != _HEAD:
        raise TornError("packed results are damaged: they are not of the right shape")
    return found


def _phase(times: Sequence[Instant], grid: int) -> int:
    """How far into its slot the first result lies; slots begin after the longest time without a start."""
    rests = sorted({at % grid for at in times})
    if len(rests) == 1:
        return 0
    gaps = [later - earlier for earlier, later in pairwise(rests)]
    gaps.append(rests[0] + grid - rests[-1])
    widest = max(range(len(gaps)), key=gaps.__getitem__)
    begins = rests[(widest + 1) % len(rests)]
    return (times[0] - begins) % grid
