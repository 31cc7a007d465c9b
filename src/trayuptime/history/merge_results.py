"""The results of another history as our own, by surface and day: copied as they are where we have none.

Of two results of a surface at one millisecond ours stays. What was summed up is worked out again, from the
result before the first new one of a day until the one after the last.
"""

import sqlite3
import zlib
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple

from trayuptime.core.model import Instant, Key, Span
from trayuptime.history import evidence, hot, packed, packing, raw, rolled, rows
from trayuptime.history.evidence import Story
from trayuptime.history.fold import STEP_S
from trayuptime.history.foreign import Foreign
from trayuptime.history.grains import Grain
from trayuptime.history.packed import Stretch

Transaction = Callable[[], AbstractContextManager[object]]


@dataclass(slots=True)
class Counted:
    """Results of theirs.

    Attributes:
        taken: that we had not.
        known: that we had, or another one of the same moment.
        forgotten: from times whose results are forgotten here, and whose sums stay as they are.
    """

    taken: int = 0
    known: int = 0
    forgotten: int = 0


class _Row(NamedTuple):
    """A packed row, as it lies there."""

    since: Instant
    until: Instant
    newest: Instant
    results: int
    first_at: int | None
    first_until: int | None
    last_at: int | None
    last_until: int | None
    loose: int
    body: bytes
    evidence: bytes | None


_COLUMNS = ", ".join(_Row._fields)
_MARKS = ", ".join("?" * len(_Row._fields))


@dataclass(slots=True)
class _Ready:
    """What is to be written of one day of a surface.

    Attributes:
        here: its number in our file.
        copied: rows of theirs, as they are.
        joined: our results and theirs, packed, and whether they wait to become part of their day.
        new: from the first new result to the last.
        taken: how many there are.
    """

    here: int
    day: Instant
    new: Span
    taken: int
    copied: Sequence[_Row] = ()
    joined: list[tuple[Stretch, bytes, bytes | None, bool]] = field(default_factory=list)


class Days:
    """What is to be taken over, day by day."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        theirs: Foreign,
        numbers: Mapping[Key, int],
        floors: Mapping[int, Instant],
        counted: Counted,
    ) -> None:
        """Looks at what they have; nothing is written yet.

        Args:
            connection: the writer's own.
            theirs: the other history.
            numbers: of their surfaces here.
            floors: by that number, before which time no result is taken.
            counted: what is counted on the way.
        """
        self.counted = counted
        self._connection = connection
        self._theirs = theirs
        self._floors = floors
        self._fresh: Mapping[int, Sequence[Grain]] = {}
        self._read_at: int | None = -1
        with theirs.reading():
            places = rows.places(theirs.connection)
            self._numbers = {number: numbers[place.key] for number, place in places.items()}
            recent = raw.recent(theirs.connection)
            self._recent = {number: found for number, found in recent.items() if number in places}
            self._stories: dict[tuple[int, int], list[Story]] = {}
            for number, story in evidence.recent(theirs.connection, 0, raw.FOREVER):
                self._stories.setdefault((number, story.at // raw.DAY_MS), []).append(story)
            self._rows: dict[tuple[int, int], list[int]] = {}
            at_rest = theirs.connection.execute("SELECT since / 86400000, surface, id FROM packed")
            for day, number, row in at_rest:
                if number in places:
                    self._rows.setdefault((day, number), []).append(row)
        for number, grains in self._recent.items():
            for grain in grains:
                self._rows.setdefault((grain[0] // raw.DAY_MS, number), [])

    def steps(self, clock_s: Callable[[], float], transaction: Transaction) -> Iterator[None]:
        """Takes some days of some surfaces over, the oldest first, a few milliseconds at a step.

        Args:
            clock_s: seconds that grow.
            transaction: begins one.
        """
        ready: list[_Ready] = []
        began_s = clock_s()
        for day, number in sorted(self._rows):
            self._look()
            found = yield from self._ready(day * raw.DAY_MS, number)
            if found is not None:
                ready.append(found)
            if clock_s() - began_s > STEP_S or (found is not None and found.joined):
                yield from self._write(ready, transaction)
                ready.clear()
                began_s = clock_s()
        yield from self._write(ready, transaction)

    def _write(self, ready: Sequence[_Ready], transaction: Transaction) -> Iterator[None]:
        if ready:
            with transaction():
                for each in ready:
                    self._write_day(each)
            self.counted.taken += sum([each.taken for each in ready])
        yield

    def _look(self) -> None:
        """Our own recent results, read again only when there are others."""
        newest = hot.last_id(self._connection)
        if newest != self._read_at:
            self._fresh, self._read_at = raw.recent(self._connection), newest

    def _ready(self, day: Instant, number: int) -> Generator[None, None, _Ready | None]:
        here = self._numbers[number]
        theirs = self._read(day, number)
        recent = _between(self._recent.get(number, ()), day)
        ours = [
            _Row(*row)
            for row in self._connection.execute(
                f"SELECT {_COLUMNS} FROM packed WHERE surface = ? AND since >= ? AND since < ?"
                " ORDER BY since",
                (here, day, day + raw.DAY_MS),
            )
        ]
        same = {(row.since, row.until, row.body) for row in ours}
        unknown = [row for row in theirs if (row.since, row.until, row.body) not in same]
        self.counted.known += sum([row.results for row in theirs]) - sum([row.results for row in unknown])
        if not unknown and not recent:
            return None
        fresh = _between(self._fresh.get(here, ()), day)
        if ours or fresh or recent or self._floors.get(here, 0) > day:
            both = _Both(ours, fresh, unknown, recent)
            return (
                yield from self._join(here, day, both, self._stories.get((number, day // raw.DAY_MS), ()))
            )
        with self._theirs.reading():
            for row in unknown:
                zlib.decompress(row.body)  # looks at its checksum
        new = Span(unknown[0].since, unknown[-1].until)
        return _Ready(here, day, new, sum([row.results for row in unknown]), unknown)

    def _join(
        self, here: int, day: Instant, both: "_Both", stories: Sequence[Story]
    ) -> Generator[None, None, _Ready | None]:
        found: dict[Instant, Grain] = {}
        for row in both.theirs:
            with self._theirs.reading():
                found.update((grain[0], grain) for grain in packing.unpack(row.body))
            yield
        for grain in both.recent:
            found.setdefault(grain[0], grain)
        mine: dict[Instant, Grain] = {}
        for row in both.ours:
            mine.update((grain[0], grain) for grain in packing.unpack(row.body))
            yield
        known = mine.keys() | {grain[0] for grain in both.fresh}
        new = found.keys() - known
        floor = self._floors.get(here, 0)
        allowed = {at: found[at] for at in new if at >= floor}
        self.counted.known += len(found) - len(new)
        self.counted.forgotten += len(new) - len(allowed)
        if not allowed:
            return None
        yield
        ready = _Ready(here, day, Span(min(allowed), max(allowed) + 1), len(allowed))
        with self._theirs.reading():
            told = [story for row in both.theirs for story in evidence.unpack(row.evidence)]
        told = [story for story in (*told, *stories) if story.at in allowed]
        if all(row.loose for row in (*both.ours, *both.theirs)):
            for hour in sorted({at // raw.HOUR_MS for at in allowed}):
                span = Span(hour * raw.HOUR_MS, (hour + 1) * raw.HOUR_MS)
                results = [grain for at, grain in sorted(allowed.items()) if span.start <= at < span.end]
                its = [story for story in told if span.start <= story.at < span.end]
                ready.joined.append(
                    _packed(packed.with_rest(self._connection, here, span, results, its), loose=True)
                )
                yield
            return ready
        told = [*(story for row in both.ours for story in evidence.unpack(row.evidence)), *told]
        results = sorted([*mine.values(), *allowed.values()])
        yield
        for part in packed.divided(Stretch(here, Span(day, day + raw.DAY_MS), results, told)):
            ready.joined.append(_packed(part, loose=False))
            yield
        return ready

    def _write_day(self, ready: _Ready) -> None:
        here = ready.here
        self._connection.executemany(
            f"INSERT INTO packed (surface, {_COLUMNS}) VALUES (?, {_MARKS})",
            [(here, *row) for row in ready.copied],
        )
        for stretch, body, kept, loose in ready.joined:
            packed.write_bodies(self._connection, stretch, body, kept, loose=loose)
        fresh = self._fresh.get(here, ())
        before = raw.before(self._connection, here, ready.new.start, fresh)
        after = raw.after(self._connection, here, ready.new.end, fresh)
        since = ready.day if before is None else before.at
        until = raw.FOREVER if after is None else after.at
        rolled.forget(self._connection, (here,), max(since, self._floors.get(here, 0)), until)
        if not all([*(row.loose for row in ready.copied), *(loose for *_, loose in ready.joined)]):
            rolled.miss(self._connection, (here,), ready.day)

    def _read(self, day: Instant, number: int) -> list[_Row]:
        found = self._rows[day // raw.DAY_MS, number]
        marks = ", ".join(map(str, found))
        with self._theirs.reading():
            read = self._theirs.connection.execute(
                f"SELECT {_COLUMNS} FROM packed WHERE id IN ({marks}) ORDER BY since"
            )
            return [_Row(*row) for row in read]


class _Both(NamedTuple):
    """What lies where in one day of a surface."""

    ours: Sequence[_Row]
    fresh: Sequence[Grain]
    theirs: Sequence[_Row]
    recent: Sequence[Grain]


def _packed(stretch: Stretch, *, loose: bool) -> tuple[Stretch, bytes, bytes | None, bool]:
    return stretch, packing.pack(stretch.results), evidence.pack(stretch.stories), loose


def _between(grains: Sequence[Grain], day: Instant) -> Sequence[Grain]:
    """Those of one day."""
    first, last = (bisect_left(grains, (at,)) for at in (day, day + raw.DAY_MS))
    return grains[first:last]
