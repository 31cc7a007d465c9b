"""A recording of millions of lines, in some twenty bytes each.

They are a result's time, its latency, and the number of what else it says, which is said by many.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import compress, islice
from operator import eq
from typing import Any

from trayuptime.core.model import Gap, GapCause, Instant, Key
from trayuptime.core.order import Place, in_order, landed, rank_of, spells, without_repeats
from trayuptime.core.recording import Heard, Recorded, Seen

Line = tuple[Instant, float, int]
"""A result's time, its latency (0 where it has none) and its form."""
Other = Gap | Seen


class Packed:
    """Results in columns, and between them what else was recorded.

    Attributes:
        forms: what results say, but for their time and their latency, which stand there as 0 or as `None`.
        is_set_back: once it is arranged, the clock was.
    """

    def __init__(self, recording: Iterable[Recorded] = ()) -> None:
        self.forms: list[Heard] = []
        self._numbers: dict[Heard, int] = {}
        self._empty()
        for line in recording:
            self.append(line)

    def _empty(self) -> None:
        self._at: array[int] = array("q")
        self._latency_ms: array[float] = array("d")
        self._form: array[int] = array("I")
        self._others: list[tuple[int, Other]] = []
        self._newest: Instant = 0
        self.is_set_back = False
        self._is_arranged = False

    def __len__(self) -> int:
        return len(self._at)

    @property
    def latest(self) -> Instant:
        """The latest time that is told of; 0 for nothing."""
        ends = [other.until if isinstance(other, Gap) else other.at for _, other in self._others]
        return max([max(self._at, default=0), *ends])

    def append(self, line: Recorded) -> None:
        """The next line."""
        if isinstance(line, Heard):
            self.add(line.at, line.latency_ms or 0.0, self.form(line))
        else:
            self._others.append((len(self._at), line))

    def form(self, line: Heard) -> int:
        """The number of what a line says."""
        form = replace(line, at=0, latency_ms=None if line.latency_ms is None else 0.0, line=0)
        number = self._numbers.setdefault(form, len(self.forms))
        if number == len(self.forms):
            self.forms.append(form)
        return number

    def add(self, at: Instant, latency_ms: float, form: int) -> None:
        """The next line, of a form that is known."""
        self._at.append(at)
        self._latency_ms.append(latency_ms)
        self._form.append(form)
        if at < self._newest:
            self.is_set_back = True
        self._newest = at

    def heard(self, line: Line) -> Heard:
        """A line as it was recorded, but for its number."""
        at, latency_ms, number = line
        form = self.forms[number]
        return replace(form, at=at, latency_ms=None if form.latency_ms is None else latency_ms)

    def __iter__(self) -> Iterator[Recorded]:
        """The recording, line by line."""
        for results, other in self.stretches():
            yield from map(self.heard, results)
            if other is not None:
                yield other

    def stretches(self) -> Iterator[tuple[Iterator[Line], Other | None]]:
        """Results, and what comes after them; nothing after the last."""
        results = zip(self._at, self._latency_ms, self._form, strict=True)
        passed = 0
        for position, other in self._others:
            yield islice(results, position - passed), other
            passed = position
        yield results, None

    def arrange(self) -> None:
        """Puts the lines into the order in which they were lived, without those in flight into a sleep.

        That is what `order.py` says, in place. Where all lie in the order of time, as in an export, it takes
        no more memory; lines in another order are sorted by numbers. Only if the time of a surface goes back,
        and perhaps the clock did, is every line unpacked for it.
        """
        if self._is_arranged:
            return
        self._others = [
            (position, each)
            for position, other in self._others
            for each in spells([other])
            if not isinstance(each, Heard)
        ]
        if self.is_set_back and self._goes_back():
            lines = landed(in_order(self))
            self._empty()
            for line in lines:
                self.append(line)
        else:
            if self.is_set_back:
                self.is_set_back = False
                order = sorted(range(len(self)), key=self._at.__getitem__)
                self._refill(lambda column: map(column.__getitem__, order))
            others = [other for _, other in self._others]
            others = [o for o in without_repeats(sorted(others, key=rank_of)) if not isinstance(o, Heard)]
            keep = bytearray(b"\1") * len(self)
            self._settle_ties(keep)
            self._drop_what_was_in_flight(others, keep)
            if not all(keep):
                self._refill(lambda column: compress(column, keep))
            self._others = [(bisect_right(self._at, other.at), other) for other in others]
        self._is_arranged = True

    def _refill(self, chosen: Callable[["array[Any]"], Iterable[Any]]) -> None:
        columns: tuple[array[Any], ...] = (self._at, self._latency_ms, self._form)
        for column in columns:
            column[:] = array(column.typecode, chosen(column))

    def _goes_back(self) -> bool:
        """Whether a surface's own time does."""
        newest: dict[Key, Instant] = {}
        keys = [form.key for form in self.forms]
        for at, number in zip(self._at, self._form, strict=True):
            key = keys[number]
            if at < newest.get(key, 0):
                return True
            newest[key] = at
        return False

    def _settle_ties(self, keep: bytearray) -> None:
        """Orders the lines of each instant; `keep` loses what repeats another."""
        ranks = [rank_of(form) for form in self.forms]
        following = islice(self._at, 1, None)
        start = end = 0
        for tied in compress(range(len(self)), map(eq, self._at, following)):
            if tied < end:
                continue
            start, end = tied, bisect_right(self._at, self._at[tied], lo=tied)
            lines = sorted(
                zip(self._latency_ms[start:end], self._form[start:end], strict=True),
                key=lambda line: ranks[line[1]],
            )
            last: Place | None = None
            for at, (latency_ms, number) in enumerate(lines, start):
                self._latency_ms[at], self._form[at] = latency_ms, number
                keep[at] = ranks[number][0] != last
                last = ranks[number][0]

    def _drop_what_was_in_flight(self, others: Iterable[Other], keep: bytearray) -> None:
        starts = [o for o in others if isinstance(o, Gap) and o.cause in {GapCause.ASLEEP, GapCause.PAUSED}]
        longest = round(max(self._latency_ms, default=0.0))
        for gap in starts:
            began, ended = bisect_left(self._at, gap.at - longest), bisect_left(self._at, gap.at)
            for at in range(began, ended):
                crosses = self._at[at] + round(self._latency_ms[at]) > gap.at
                if crosses and gap.key in {None, self.forms[self._form[at]].key}:
                    keep[at] = False
