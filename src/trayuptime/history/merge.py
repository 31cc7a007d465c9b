"""Another machine's history as part of this one, by provider and surface, and nothing counted twice.

First the gaps, from what each machine saw by itself, then incidents and what names them, last the results, a
few days of a surface at a step. A merge that was cut short has lost nothing; done again, it completes what is
missing, and once all is there it changes nothing.
"""

import logging
import sqlite3
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from typing import Any, Self

from trayuptime.core.model import Incident, Instant, Key
from trayuptime.core.state import State
from trayuptime.history import files, merge_gaps, merge_incidents, merge_sums, raw, rows
from trayuptime.history.foreign import Foreign
from trayuptime.history.merge_results import Counted, Days
from trayuptime.history.merge_sums import Finality
from trayuptime.history.snapshot import unpack_incident

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Report:
    """What a merge has done.

    Attributes:
        results: what became of single results.
        incidents: those that we had not.
        joined: incidents of ours that tell more now.
        going_on: theirs that overlap one of ours which lasts, and is still to be judged here.
        outdated: theirs from times whose sums stay as they are.
        gaps: rows that became others, or are new.
        notes: those that we had not.
    """

    results: Counted = field(default_factory=Counted)
    incidents: int = 0
    joined: int = 0
    going_on: int = 0
    outdated: int = 0
    gaps: int = 0
    notes: int = 0

    def sentences(self, name: str) -> str:
        """For the user; `name` is what the other history is called."""
        results = self.results
        new = _listed([(results.taken, "result"), (self.incidents, "incident"), (self.notes, "note")])
        told = [f"Taken over from {name}: {new or 'nothing'}."]
        if results.known:
            told.append(f"Already here: {_listed([(results.known, 'result')])}.")
        changed = _listed([(self.joined, "incident"), (self.gaps, "gap")])
        if changed:
            told.append(f"Told anew, from what both saw: {changed}.")
        if self.going_on:
            within = _listed([(self.going_on, "incident")])
            told.append(f"Left out, for an incident here that still lasts: {within}.")
        old = _listed([(results.forgotten, "result"), (self.outdated, "incident")])
        if old:
            told.append(f"Left out, from a time that is kept in sums alone: {old}.")
        return " ".join(told)


def report_of(told: Mapping[str, Any]) -> Report:
    """A report that was told as its fields."""
    numbers = {each.name: told[each.name] for each in fields(Report)}
    return Report(**{**numbers, "results": Counted(**told["results"])})


@dataclass(frozen=True, slots=True)
class Desk:
    """What the writer lends to a merge.

    Attributes:
        transaction: begins one; what the writer knows of the file is forgotten afterwards.
        reading: what is done around a reading.
        keep: writes the judge's state, within a transaction: given from when on results may have come after
            it at the earliest.
        moved: how often rows have been moved by somebody else.
    """

    transaction: Callable[[bool], AbstractContextManager[sqlite3.Connection]]
    reading: Callable[[], AbstractContextManager[sqlite3.Connection]]
    keep: Callable[[sqlite3.Connection, State, Instant, Instant], None]
    moved: Callable[[], int]


class Merge:
    """One merge of one file; lives until `close`.

    Attributes:
        report: what was done so far.
        done: everything was.
        closed: it is over, done or not.
    """

    def __init__(self, theirs: Foreign, desk: Desk, clock_s: Callable[[], float]) -> None:
        """Nothing is done yet.

        Args:
            theirs: the other history; closed with this.
            desk: the writer's.
            clock_s: seconds that grow.
        """
        self.report = Report()
        self.done = False
        self.closed = False
        self._theirs = theirs
        self._desk = desk
        self._clock_s = clock_s
        self._moved = desk.moved()
        self._state = State()
        self._at: Instant | None = None
        self._steps = self._tasks()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the other file."""
        self.closed = True
        self._steps.close()
        self._theirs.close()

    def step(self, state: State, at: Instant | None) -> State:
        """Does some milliseconds of it, outside any transaction.

        Args:
            state: the judge's, as it was committed last.
            at: of that state; `None` for a history in which nothing was ever recorded.

        Returns:
            The state to go on with: closed incidents in it may tell more now.

        Raises:
            HistoryError: nothing of this step was written; the merge cannot go on, but can be done again.
        """
        if self._desk.moved() != self._moved:
            raise files.HistoryError("The history was changed by somebody else meanwhile; merge again.")
        self._theirs.need_quiet()
        self._state, self._at = state, at
        try:
            self.done = next(self._steps, self) is self
        except (*files.DAMAGE, OSError) as error:
            # Whoever wrote it, it must not end the watcher; what is ours is looked after where it is read.
            raise files.HistoryError(f"{self._theirs.name} cannot be merged: {error}") from error
        except files.EITHER as error:  # nor must a fault of ours, but it is called one
            why = files.damage(self._theirs.connection)
            if not why:
                _log.exception("the merge of %s came to no end", self._theirs.name)
                why = f"an error in TrayUptime itself: {error}"
            raise files.HistoryError(f"{self._theirs.name} cannot be merged: {why}") from error
        return self._state

    def _tasks(self) -> Generator[None, None, None]:
        with self._desk.reading() as connection:
            final = merge_sums.finality(connection, self._theirs)
            _need_numbers(connection, self._theirs)
        yield from self._join_gaps(final)
        numbers = self._meet()
        yield
        yield from self._join_incidents(final)
        with self._theirs.reading():
            newest = raw.newest(self._theirs.connection)
        if newest is not None:
            with self._desk.transaction(False) as connection:
                self._keep(connection, newest + 1)
            yield
        yield from self._adopt(numbers, final)
        yield from self._join_results(numbers, final)
        with self._desk.transaction(True) as connection:
            self._keep(connection, 0)

    def _join_gaps(self, final: Finality) -> Iterator[None]:
        with self._desk.reading() as connection:
            ours = merge_gaps.Side(connection, self._desk.reading)
        theirs = merge_gaps.Side(self._theirs.connection, self._theirs.reading)
        yield
        changes = yield from merge_gaps.planned(ours, theirs, final, self._clock_s)
        for some in merge_gaps.together(changes):
            with self._desk.transaction(False) as connection:
                merge_gaps.write(connection, some, final.ours)
            self.report.gaps += len(some)
            yield

    def _meet(self) -> dict[Key, int]:
        """Every surface of theirs has a number here, and a place if it had none."""
        with self._theirs.reading():
            places = rows.places(self._theirs.connection)
        numbers: dict[Key, int] = {}
        with self._desk.transaction(False) as connection:
            for place in places.values():
                key = place.key
                words = key.provider, key.surface.value
                connection.execute("INSERT OR IGNORE INTO surface (provider, surface) VALUES (?, ?)", words)
                number = rows.number_of(connection, key)
                assert number is not None
                numbers[key] = number
                connection.execute(
                    "UPDATE surface SET host = ?, reach = ? WHERE id = ? AND host = '' AND ? != ''",
                    (place.host, place.reach.value, number, place.host),
                )
        return numbers

    def _join_incidents(self, final: Finality) -> Iterator[None]:
        ids: dict[int, int | None] = {}
        named: dict[int, tuple[str, str, Instant]] = {}
        for key, bodies in merge_incidents.by_surface(self._theirs).items():
            for first in range(0, len(bodies), merge_incidents.AT_ONCE):
                with self._theirs.reading():
                    theirs = [unpack_incident(body) for body in bodies[first:][: merge_incidents.AT_ONCE]]
                named |= {each.id: (key.provider, key.surface.value, each.started_at) for each in theirs}
                with self._desk.transaction(False) as connection:
                    found = self._join_some(connection, key, theirs, final.told_from(key))
                for each, number in ids.items():
                    if number in found.ours:  # it became part of another one
                        ids[each] = found.ours[number].id
                ids |= found.ids
                yield
        with self._desk.transaction(False) as connection:
            here = dict(connection.execute("SELECT id, started_at FROM incident").fetchall())
            starts = {named[each]: here[number] for each, number in ids.items() if number is not None}
            self.report.notes += merge_incidents.join_notes(connection, self._theirs, starts)
            merge_incidents.join_switches(connection, self._theirs)
        yield
        yield from self._join_events(ids)

    def _join_some(
        self,
        connection: sqlite3.Connection,
        key: Key,
        theirs: Sequence[Incident],
        floor: Instant,
    ) -> merge_incidents.Joined:
        free = merge_incidents.free_number(connection, self._state)
        found = merge_incidents.join(connection, key, theirs, floor=floor, free=free)
        if found.new or found.joined:
            free = merge_incidents.free_number(connection, self._state)
            self._state = merge_incidents.with_joined(self._state, found.ours, free)
            self._keep(connection, 0)
        self.report.incidents += found.new
        self.report.joined += found.joined
        self.report.going_on += found.going_on
        self.report.outdated += found.forgotten
        return found

    def _join_events(self, ids: dict[int, int | None]) -> Iterator[None]:
        after = -1
        while True:
            with self._theirs.reading():
                found = self._theirs.connection.execute(
                    "SELECT rowid, at, event, body FROM transition WHERE rowid > ? ORDER BY rowid LIMIT ?",
                    (after, merge_incidents.EVENTS_AT_ONCE),
                ).fetchall()
            if not found:
                return
            after = found[-1][0]
            with self._desk.transaction(False) as connection:
                merge_incidents.join_events(connection, [row[1:] for row in found], ids)
            yield

    def _adopt(self, numbers: dict[Key, int], final: Finality) -> Iterator[None]:
        with self._theirs.reading():
            there = {place.key: number for number, place in rows.places(self._theirs.connection).items()}
        for key, until in final.adopted.items():
            with self._desk.transaction(False) as connection:
                self.report.results.taken += merge_sums.adopt(
                    connection, self._theirs, there[key], numbers[key], until
                )
            yield

    def _join_results(self, numbers: dict[Key, int], final: Finality) -> Iterator[None]:
        floors = {number: final.results_from(key) for key, number in numbers.items()}
        with self._desk.reading() as connection:
            days = Days(connection, self._theirs, numbers, floors, self.report.results)
        yield
        yield from days.steps(self._clock_s, lambda: self._desk.transaction(False))

    def _keep(self, connection: sqlite3.Connection, tail_from: Instant) -> None:
        if self._at is not None:
            self._desk.keep(connection, self._state, self._at, tail_from)


def _need_numbers(connection: sqlite3.Connection, theirs: Foreign) -> None:
    with theirs.reading():
        keys = {place.key for place in rows.places(theirs.connection).values()}
    numbers = {place.key: number for number, place in rows.places(connection).items()}
    if max(numbers.values(), default=0) + len(keys - numbers.keys()) >= rows.SURFACES:
        raise files.HistoryError(
            f"The history would be full: it can tell {rows.SURFACES - 1} surfaces apart."
        )


def _listed(counts: Sequence[tuple[int, str]]) -> str:
    """How many of each there are; nothing of those of which there is none."""
    parts = [f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
