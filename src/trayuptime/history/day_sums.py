"""The sums of local days, for bars of months of many surfaces: from those of UTC days as far as these go.

Where the user's midnight is not that of UTC, a row is divided between two days of theirs.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from operator import add

from trayuptime.core import strip as strips
from trayuptime.core import uptime
from trayuptime.core.model import Instant, Span
from trayuptime.core.strip import Strip
from trayuptime.history import raw, rolled, rows
from trayuptime.history.rolled import DAY, StripRow

Sums = list[int]


class DaySums:
    """Some local days of a window, one after the other, the same for every surface."""

    def __init__(self, days: Sequence[Span]) -> None:
        """Nothing is read.

        Args:
            days: at least one.
        """
        self._bounds = [*(day.start for day in days), days[-1].end]
        self.window = Span(self._bounds[0], self._bounds[-1])
        first, last = self.window.start // raw.DAY_MS, -(-self.window.end // raw.DAY_MS)
        self.outer = Span(first * raw.DAY_MS, last * raw.DAY_MS)
        self._of_row = [
            self._shares(Span(at, at + raw.DAY_MS))
            for at in range(self.outer.start, self.outer.end, raw.DAY_MS)
        ]

    def of(self, found: Iterable[StripRow], until: Instant, strip: Callable[[Span], Strip]) -> list[Sums]:
        """The milliseconds of each status in each day of one surface.

        Args:
            found: its rows of UTC days within `outer`, in the order of time.
            until: no row that reaches beyond it is trusted.
            strip: tells what lies beside the rows.

        Raises:
            TornError: a row is damaged.
        """
        sums: list[Sums | None] = [None] * len(self._bounds)  # the last takes what is outside
        known: list[Span] = []
        for row in found:
            start = row[0] // rows.SURFACES * raw.DAY_MS
            end = start + raw.DAY_MS
            if end > until:
                break
            numbers, lengths_ms = self._of_row[(start - self.outer.start) // raw.DAY_MS]
            _add(sums, numbers, rolled.divided(DAY, row, lengths_ms))
            if known and known[-1].end == start:
                start = known.pop().start
            known.append(Span(start, end))
        for span in uptime.without((self.window,), known):
            numbers, lengths_ms = self._shares(span)
            _add(sums, numbers, strips.divided(strip(span), lengths_ms))
        return [each or [0] * strips.STATUSES for each in sums[:-1]]

    def _shares(self, span: Span) -> tuple[list[int], list[int]]:
        """How a stretch is divided: which days it touches, and how long each of them."""
        bounds = self._bounds
        beyond = len(bounds) - 1
        numbers: list[int] = []
        lengths_ms: list[int] = []
        at, number = span.start, bisect_right(bounds, span.start) - 1
        while at < span.end:
            end = min(span.end, bounds[number + 1]) if number < beyond else span.end
            numbers.append(number if number >= 0 else beyond)
            lengths_ms.append(end - at)
            at, number = end, number + 1
        return numbers, lengths_ms


def _add(sums: list[Sums | None], numbers: Iterable[int], parts: Iterable[Sums]) -> None:
    for number, part in zip(numbers, parts, strict=True):
        before = sums[number]
        sums[number] = part if before is None else list(map(add, before, part))
