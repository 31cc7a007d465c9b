"""The gaps of two histories as one: nobody's sleep takes away what the other machine saw.

Planned first, from what both hold before anything of the one is in the other, and then written a time at a
time. What was written already, by a merge that was cut short, is planned just so again.
"""

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import accumulate

from trayuptime.core import machines, uptime
from trayuptime.core import strip as strips
from trayuptime.core.coverage import Word
from trayuptime.core.machines import Sight, Watch
from trayuptime.core.model import Gap, GapCause, Instant, Key, Span
from trayuptime.core.strip import SEEN
from trayuptime.history import raw, rolled, rows
from trayuptime.history.fold import STEP_S
from trayuptime.history.grains import Grain
from trayuptime.history.merge_sums import Finality
from trayuptime.history.rolled import DAY

SPEAKS_MS = 3 * 3_600_000
"""Gaps that are farther apart than any result speaks are written one after the other."""
_SPEAK_AT_MOST_DAYS = 18
"""A gap lasts until the next result, if that comes when it is due: an answer may be asked once a week."""
_AT_ONCE = 100
"""About so many rows are written together."""

_EDGES = 100

Reading = Callable[[], AbstractContextManager[object]]


@dataclass(slots=True)
class Change:
    """One gap, and what becomes of it in our file.

    Attributes:
        at: when it begins.
        until: when all of it is over.
        gone: the row that it has no more.
        gaps: the rows that it has instead.
        surfaces: whose time is another now; `None` for all.
    """

    at: Instant
    until: Instant
    gone: int | None
    gaps: list[Gap]
    surfaces: set[Key] | None = None


class Side:
    """One of two histories, as far as it tells when something was seen."""

    def __init__(self, connection: sqlite3.Connection, reading: Reading = nullcontext) -> None:
        """Reads its recent results and its gaps.

        Args:
            connection: to the history.
            reading: what is done around each reading.
        """
        self._connection = connection
        self._reading = reading
        with reading():
            self.numbers = {place.key: number for number, place in rows.places(connection).items()}
            self._fresh = raw.recent(connection)
            found = connection.execute("SELECT rowid, at, until, cause, provider, surface FROM gap")
            self.gaps = {
                row: Gap(at, until, GapCause(cause), rows.key_of(provider, surface))
                for row, at, until, cause, provider, surface in found
            }
        self._days: dict[tuple[int, int], list[Grain]] = {}
        self._edges: dict[tuple[int, int, bool], Word | None] = {}

    def heard_until(self, key: Key) -> Instant:
        """How long the last result of a surface speaks at most; 0 where there is none."""
        number = self.numbers.get(key)
        if number is None:
            return 0
        with self._reading():
            last = raw.before(self._connection, number, raw.FOREVER, self._fresh.get(number, ()))
        return 0 if last is None else last.until

    def gaps_of(self, key: Key) -> "_Gaps":
        """Those that hold for a surface."""
        return _Gaps([gap for gap in self.gaps.values() if gap.key is None or gap.key == key])

    def before(self, key: Key, at: Instant) -> Word | None:
        """The word of the last result before a time that counted."""
        number = self.numbers.get(key)
        if number is None:
            return None
        day = at // raw.DAY_MS * raw.DAY_MS
        if at == day:
            return self._nearest(number, day, earlier=True)
        last = self._nearest(number, day + raw.DAY_MS, earlier=True)
        if last is None or last.at < at:
            return last  # no need to read the day
        found = raw.nearest_of(self._of_day(number, day), at, earlier=True)
        return self._nearest(number, day, earlier=True) if found is None else found

    def speaks(self, key: Key, span: Span) -> list[Word]:
        """The words of the results that counted in a stretch of one day."""
        if self.is_silent(key, span):
            return []
        results = self._of_day(self.numbers[key], span.start // raw.DAY_MS * raw.DAY_MS)
        first, last = (bisect_left(results, (at,)) for at in (span.start, span.end))
        return raw.speaks(results[first:last])

    def is_silent(self, key: Key, span: Span) -> bool:
        """Whether no result counted in a stretch of one day, as far as the ends of the day tell."""
        number = self.numbers.get(key)
        if number is None:
            return True
        day = span.start // raw.DAY_MS * raw.DAY_MS
        first = self._nearest(number, day, earlier=False)
        if first is None or first.at >= span.end:
            return True
        last = self._nearest(number, day + raw.DAY_MS, earlier=True)
        return last is None or last.at < span.start

    def summed_up(self, key: Key, span: Span) -> tuple[Span, ...] | None:
        """When a surface was seen in a stretch of a day that is summed up; `None` where it is not."""
        day = span.start // raw.DAY_MS * raw.DAY_MS
        with self._reading():
            found = rolled.read(self._connection, DAY, self.numbers[key], day, day + raw.DAY_MS)
        return uptime.within(strips.spans(found[0][1].strip, day, *SEEN), span) if found else None

    def _nearest(self, number: int, day: Instant, *, earlier: bool) -> Word | None:
        """The last word before a day, or the first from it on: rows tell it by their ends."""
        place = number, day, earlier
        if place not in self._edges:
            if len(self._edges) > _EDGES:
                self._edges.clear()
            fresh = self._fresh.get(number, ())
            look = raw.before if earlier else raw.after
            with self._reading():
                self._edges[place] = look(self._connection, number, day, fresh)
        return self._edges[place]

    def _of_day(self, number: int, day: Instant) -> list[Grain]:
        if (number, day) not in self._days:
            while len(self._days) > 1:
                del self._days[next(iter(self._days))]
            fresh = self._fresh.get(number, ())
            with self._reading():
                self._days[number, day] = raw.of_surface(
                    self._connection, number, day, day + raw.DAY_MS, fresh
                )
        return self._days[number, day]


class _Gaps:
    """The gaps of one surface, found by time."""

    def __init__(self, gaps: Iterable[Gap]) -> None:
        self.all = sorted(gaps, key=lambda gap: gap.until)
        self._ends = [gap.until for gap in self.all]
        starts = [gap.at for gap in reversed(self.all)]
        self._later = list(accumulate(starts, min))[::-1]
        """When the first of this and all later ones begins."""

    def touching(self, start: Instant, end: Instant) -> list[Gap]:
        found: list[Gap] = []
        for place in range(bisect_left(self._ends, start), len(self.all)):
            if self._later[place] > end:
                break
            if self.all[place].at <= end:
                found.append(self.all[place])
        return found

    def begin_in(self, start: Instant, end: Instant) -> bool:
        return any(start <= gap.at < end for gap in self.touching(start, end))


@dataclass(slots=True)
class _Spans:
    """A sight that grows, in the order of time, and is looked at in parts."""

    spans: list[Span] = field(default_factory=list)

    def add(self, spans: Iterable[Span]) -> None:
        for span in spans:
            if self.spans and self.spans[-1].end == span.start:
                self.spans[-1] = Span(self.spans[-1].start, span.end)
            else:
                self.spans.append(span)

    def within(self, start: Instant, end: Instant) -> tuple[Span, ...]:
        first = bisect_right(self.spans, start, key=lambda span: span.end)
        last = bisect_left(self.spans, end, key=lambda span: span.start)
        return tuple(self.spans[first:last])


def planned(
    ours: Side, theirs: Side, final: Finality, clock_s: Callable[[], float]
) -> Generator[None, None, list[Change]]:
    """What has to become of the gaps in our file, in the order of time; a few milliseconds at a step.

    Args:
        ours: nothing of theirs is in it, or all of theirs up to some time is.
        theirs: the other one.
        final: from when on each surface can be looked into.
        clock_s: seconds that grow.
    """
    keys = list(dict.fromkeys((*ours.numbers, *theirs.numbers)))
    left: tuple[dict[int, dict[Key, list[Span]]], ...] = ({}, {})
    # What both tell alike stays: neither saw how it began.
    alike = {*ours.gaps.values()} & {*theirs.gaps.values()}
    for key in keys:
        looking = _Looking(key, ours, theirs, final.results_from(key))
        yield from looking.look(clock_s)
        for place, side in enumerate((ours, theirs)):
            began_s = clock_s()
            for row, gap in side.gaps.items():
                if gap.key in {None, key} and gap not in alike:
                    pieces = machines.cut(gap, looking.seen_from(place, gap))
                    if pieces is not None:
                        left[place].setdefault(row, {})[key] = pieces
                if clock_s() - began_s > STEP_S:
                    yield
                    began_s = clock_s()
    found: list[Change] = []
    began_s = clock_s()
    for change in _changes(keys, ours, theirs, left, final):
        if change is not None:
            found.append(change)
        if clock_s() - began_s > STEP_S:
            yield
            began_s = clock_s()
    return sorted(found, key=lambda change: change.at)


def together(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """Those that have to be written at once: what becomes of one may depend on others that are near."""
    first = 0
    while first < len(changes):
        last, until, rows_ = first, changes[first].until, 0
        while last < len(changes) and (rows_ < _AT_ONCE or changes[last].at <= until + SPEAKS_MS):
            until = max(until, changes[last].until)
            rows_ += 3 + len(changes[last].gaps)
            last += 1
        yield changes[first:last]
        first = last


def write(connection: sqlite3.Connection, changes: Sequence[Change], floors: Mapping[Key, Instant]) -> None:
    """Writes changes, within the caller's transaction.

    Args:
        connection: the writer's own.
        changes: as they were planned.
        floors: by surface, before which time sums stay as they are.
    """
    places = rows.places(connection)
    for change in changes:
        if change.gone is not None:
            connection.execute("DELETE FROM gap WHERE rowid = ?", (change.gone,))
        connection.executemany("INSERT INTO gap VALUES (?, ?, ?, ?, ?)", map(_row, change.gaps))
        since: dict[Instant, list[int]] = {}
        for number, place in places.items():
            if change.surfaces is None or place.key in change.surfaces:
                since.setdefault(max(change.at, floors.get(place.key, 0)), []).append(number)
        for at, numbers in since.items():
            rolled.forget(connection, numbers, at, change.until + _SPEAK_AT_MOST_DAYS * raw.DAY_MS)


def _row(gap: Gap) -> tuple[object, ...]:
    provider, surface = (None, None) if gap.key is None else (gap.key.provider, gap.key.surface.value)
    return gap.at, gap.until, gap.cause.value, provider, surface


class _Looking:
    """When one surface was seen, as far as gaps of either side reach."""

    def __init__(self, key: Key, ours: Side, theirs: Side, floor: Instant) -> None:
        self._key = key
        self._sides = (ours, theirs)
        self._gaps = (ours.gaps_of(key), theirs.gaps_of(key))
        self._floor = floor
        self._seen = (_Spans(), _Spans(), _Spans())

    def look(self, clock_s: Callable[[], float]) -> Iterator[None]:
        began_s = clock_s()
        for area in self._areas():
            start = area.start
            while start < area.end:
                end = min(area.end, (start // raw.DAY_MS + 1) * raw.DAY_MS)
                for spans, found in zip(self._seen, self._sight(Span(start, end)), strict=True):
                    spans.add(found)
                start = end
                if clock_s() - began_s > STEP_S:
                    yield
                    began_s = clock_s()

    def seen_from(self, place: int, gap: Gap) -> Sight:
        """What was seen around a gap of one side."""
        one, other, both = (each.within(gap.at, max(gap.until, gap.at + 1)) for each in self._seen)
        return Sight(other, one, both) if place else Sight(one, other, both)

    def _areas(self) -> tuple[Span, ...]:
        """Gaps that the other side may have seen something of, as long as anybody was heard."""
        end = max(side.heard_until(self._key) for side in self._sides)
        spans = [
            Span(max(gap.at, self._floor), min(max(gap.until, gap.at + 1), max(end, gap.at + 1)))
            for gaps, other in zip(self._gaps, reversed(self._sides), strict=True)
            if self._key in other.numbers
            for gap in gaps.all
        ]
        return uptime.merged(spans)

    def _sight(self, span: Span) -> Sight:
        before = [side.before(self._key, span.start) for side in self._sides]
        if all(side.is_silent(self._key, span) for side in self._sides) and all(
            word is None or word.until <= span.start for word in before
        ):
            return Sight((), (), ())
        for place in (0, 1):
            seen = self._alone(place, span, before)
            if seen is not None:
                return Sight(seen, (), seen) if place == 0 else Sight((), seen, seen)
        start = max([word.at for word in before if word is not None], default=span.start)
        watches = [
            Watch(
                [*([] if word is None else [word]), *side.speaks(self._key, span)],
                gaps.touching(start if word is None else word.at, span.end),
            )
            for side, gaps, word in zip(self._sides, self._gaps, before, strict=True)
        ]
        return machines.sight(self._key, span, *watches)

    def _alone(self, place: int, span: Span, before: Sequence[Word | None]) -> tuple[Span, ...] | None:
        """When one side saw it where the other knows nothing at all; `None` where that is not so simple."""
        side, other = self._sides[place], self._sides[1 - place]
        mine, its = before[place], before[1 - place]
        if self._key not in side.numbers or not other.is_silent(self._key, span):
            return None
        start = span.start
        if its is not None:
            if mine is None or mine.at <= its.at:  # theirs is the last one before the day
                if any(word is not None and word.until > start for word in before):
                    return None
            elif its.until > start and not self._gaps[1 - place].begin_in(its.at, start + 1):
                return None
        speaks = mine is not None and mine.until > start
        if mine is not None and speaks and any(gaps.begin_in(mine.at, start) for gaps in self._gaps):
            return None  # with the other side's results it may not end it
        return side.summed_up(self._key, span)


def _changes(
    keys: Sequence[Key],
    ours: Side,
    theirs: Side,
    left: tuple[dict[int, dict[Key, list[Span]]], ...],
    final: Finality,
) -> Iterator[Change | None]:
    """A gap of everybody stays one where nothing of it was seen; else it is told of each surface.

    One for each gap, `None` for one that stays as it is.
    """
    told = _Told()
    for row, gap in ours.gaps.items():
        pieces = left[0].get(row)
        if pieces is None:
            told.add(gap)
            yield None
            continue
        remaining = [piece for key in _whose(gap, keys) for piece in _pieces(gap, key, pieces.get(key))]
        for piece in remaining:
            told.add(piece)
        yield Change(gap.at, gap.until, row, remaining, set(pieces))
    added: set[Gap] = set()
    for row, gap in theirs.gaps.items():
        pieces = left[1].get(row, {})
        whole = gap.key is None
        new: list[Gap] = []
        for key in _whose(gap, keys):
            untold = told.lacks(_pieces(gap, key, pieces.get(key)), final.told_from(key))
            whole = whole and [(piece.at, piece.until) for piece in untold] == [(gap.at, gap.until)]
            new += untold
        if gap.key is None and (whole if keys else told.lacks([gap], 0)):
            new = [gap]
        new = [piece for piece in new if piece not in added]
        added.update(new)
        of_all = any(piece.key is None for piece in new)
        surfaces = None if of_all else {piece.key for piece in new if piece.key is not None}
        yield Change(gap.at, gap.until, None, new, surfaces) if new else None


def _whose(gap: Gap, keys: Sequence[Key]) -> Sequence[Key]:
    return keys if gap.key is None else [gap.key]


def _pieces(gap: Gap, key: Key, left: Sequence[Span] | None) -> list[Gap]:
    spans = [Span(gap.at, gap.until)] if left is None else left
    return [Gap(span.start, span.end, gap.cause, key) for span in spans]


class _Told:
    """For whom each cause is told already, and when."""

    def __init__(self) -> None:
        self._spans: dict[tuple[Key | None, GapCause], list[Span]] = {}
        self._merged: dict[tuple[Key | None, GapCause], tuple[Span, ...]] = {}

    def add(self, gap: Gap) -> None:
        """Before anything is asked."""
        # One of no length takes a moment, for it is told by that.
        self._spans.setdefault((gap.key, gap.cause), []).append(Span(gap.at, max(gap.until, gap.at + 1)))

    def lacks(self, pieces: Iterable[Gap], floor: Instant) -> list[Gap]:
        """Those of which some part is not told, without what is too early.

        Whole: where a gap begins, a result ends to speak, so it must begin where it did.
        """
        found: list[Gap] = []
        for piece in pieces:
            start, end = max(piece.at, floor), max(piece.until, piece.at + 1)
            left: tuple[Span, ...] = (Span(start, end),) if start < end else ()
            for key in {None, piece.key}:
                told = self._of(key, piece.cause)
                first = bisect_right(told, start, key=lambda span: span.end)
                last = bisect_left(told, end, key=lambda span: span.start)
                left = uptime.without(left, told[first:last])
            if left:
                found.append(piece if start == piece.at else Gap(start, end, piece.cause, piece.key))
        return found

    def _of(self, key: Key | None, cause: GapCause) -> tuple[Span, ...]:
        if (key, cause) not in self._merged:
            self._merged[key, cause] = uptime.merged(self._spans.get((key, cause), ()))
        return self._merged[key, cause]
