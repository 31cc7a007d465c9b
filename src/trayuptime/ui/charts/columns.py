"""Which columns of pixels a stretch of time fills, and how high each status stands in one.

A column of several statuses is divided by their shares, as a day's cell is: downtime fills it from below,
never less than can be seen, degraded time stands on it, then what was up, then what nobody saw.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from trayuptime.core.model import Instant, Span
from trayuptime.core.strip import STATUSES, Run, Status

LEAST_PX = 2
"""Downtime and degraded time are at least so high, however short they were."""
_TROUBLE = (Status.DOWN, Status.DEGRADED)
_REST = tuple(each for each in Status if each not in _TROUBLE)

Stack = tuple[tuple[Status, int], ...]
"""Statuses from the bottom up, each with its height in pixels; the heights add up."""


class Block(NamedTuple):
    """Columns side by side that look the same.

    Attributes:
        x: the first column.
        width: how many.
        sums: the milliseconds of each status in one of them, by its number; `()` where all is `status`.
    """

    x: int
    width: int
    status: Status
    sums: tuple[int, ...] = ()


@lru_cache(maxsize=1024)
def stack(sums: tuple[int, ...], height_px: int) -> Stack:
    """How high each status stands in a column of this height; empty where there is no time.

    Rounding never hides trouble, nor makes anything of what was not there. Most days and pieces are alike, so
    that what was worked out is kept.
    """
    whole = sum(sums)
    if not whole:
        return ()
    heights = {
        status: max(LEAST_PX, round(height_px * sums[status] / whole)) for status in _TROUBLE if sums[status]
    }
    over = sum(heights.values()) - height_px
    if over > 0:
        heights[max(heights, key=heights.__getitem__)] -= over
    left_px = height_px - sum(heights.values())
    rest = [status for status in _REST if sums[status]]
    so_far = list(accumulate([sums[status] for status in rest]))
    borders = [round(left_px * ms / so_far[-1]) for ms in so_far]
    for status, below, above in zip(rest, [0, *borders], borders, strict=False):
        heights[status] = above - below
    return tuple((status, height) for status, height in heights.items() if height)


def blocks(strip: Iterable[Run], start: Instant, view: Span, width_px: int) -> list[Block]:
    """The columns of a view, from left to right; those that the strip does not reach are left out.

    Args:
        strip: runs of statuses; those before the view are passed over.
        start: when the strip begins.
        view: what the columns show together.
        width_px: how many there are.
    """
    columns = _Columns()
    per_px = (view.end - view.start) / width_px
    at = start
    for number, ms in strip:
        begin, end = max(at, view.start), min(at + ms, view.end)
        at += ms
        if begin >= view.end:
            break
        if begin >= end:
            continue
        first = min(int((begin - view.start) / per_px), width_px - 1)
        last = min(int((end - view.start) / per_px), width_px)
        if first == last:
            columns.mix(first, number, end - begin)
            continue
        if begin > view.start + first * per_px:
            columns.mix(first, number, round(view.start + (first + 1) * per_px - begin))
            first += 1
        columns.fill(first, last - first, number)
        rest = round(end - (view.start + last * per_px))
        if rest > 0 and last < width_px:
            columns.mix(last, number, rest)
    return columns.blocks()


class _Columns:
    """What has been drawn so far, from left to right, and the column that is being mixed."""

    def __init__(self) -> None:
        self._found: list[Block] = []
        self._x = -1
        self._sums = [0] * STATUSES

    def mix(self, x: int, number: int, ms: int) -> None:
        """Some time of a status within a column."""
        if x != self._x:
            self._close()
            self._x = x
        self._sums[number] += ms

    def fill(self, x: int, width: int, number: int) -> None:
        """Whole columns of one status."""
        if width:
            self._close()
            self._add(Block(x, width, Status(number)))

    def blocks(self) -> list[Block]:
        """All of them."""
        self._close()
        return self._found

    def _close(self) -> None:
        present = [status for status, ms in enumerate(self._sums) if ms]
        if len(present) == 1:
            self._add(Block(self._x, 1, Status(present[0])))
        elif present:
            self._found.append(Block(self._x, 1, Status(present[0]), tuple(self._sums)))
        if present:
            self._sums = [0] * STATUSES

    def _add(self, block: Block) -> None:
        """One that looks like the last is one with it."""
        last = self._found[-1] if self._found else None
        if last and not last.sums and last.status is block.status and last.x + last.width == block.x:
            block = last._replace(width=last.width + block.width)
            self._found.pop()
        self._found.append(block)
