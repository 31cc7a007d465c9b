"""A lane from far away: time in pieces of one length that lie still as one moves, each divided by shares."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from trayuptime.core import strip as strips
from trayuptime.core.model import Instant
from trayuptime.core.strip import Strip
from trayuptime.ui.charts.columns import Stack, stack

FINEST_MS = 7_200_000
"""Closer than this a lane is drawn as exactly as the screen is."""
LENGTHS_MS = tuple(FINEST_MS << doubled for doubled in range(11))


class Bucket(NamedTuple):
    """A piece, or several side by side that look the same.

    Attributes:
        parts: from the bottom up, and how high.
    """

    start: Instant
    end: Instant
    parts: Stack


def length_for(ms_per_px: float, least_px: int) -> int | None:
    """How long a bucket has to be to be so wide; `None` where it would be finer than the finest."""
    if ms_per_px * least_px < FINEST_MS:
        return None
    return next((length for length in LENGTHS_MS if length >= ms_per_px * least_px), LENGTHS_MS[-1])


def buckets(strip: Strip, start: Instant, length_ms: int, height_px: int) -> list[Bucket]:
    """A whole strip; pieces begin at multiples of their length, whatever is in view.

    Args:
        strip: runs of statuses.
        start: when it begins.
        length_ms: of a piece; the first and the last may be shorter.
        height_px: of a column.
    """
    end = start + sum(ms for _, ms in strip)
    borders = [start, *range(start // length_ms * length_ms + length_ms, end, length_ms), end]
    lengths = [after - before for before, after in pairwise(borders)]
    return list(_joined(borders, strips.divided(strip, lengths), height_px))


def _joined(borders: Sequence[Instant], sums: Sequence[Sequence[int]], height_px: int) -> Iterator[Bucket]:
    """Neighbours that look the same are one: a calm month is a single rectangle."""
    last: Bucket | None = None
    for (begin, end), of in zip(pairwise(borders), sums, strict=True):
        parts = stack(tuple(of), height_px)
        if last is not None and parts == last.parts:
            last = last._replace(end=end)
            continue
        if last is not None:
            yield last
        last = Bucket(begin, end, parts)
    if last is not None:
        yield last
