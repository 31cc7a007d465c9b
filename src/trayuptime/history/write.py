"""Writing the history: everything of a poll cycle in one transaction, before anyone is told."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from trayuptime.core import contract
from trayuptime.core.attached import Kept
from trayuptime.core.model import Gap, Incident, Instant, Key, Rules, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.retention import FOREVER, Retention
from trayuptime.core.state import (
    GapSeen,
    Happening,
    Settled,
    State,
    Switched,
    Transition,
)
from trayuptime.core.ticks import Tick
from trayuptime.core.undecided import undecided_since
from trayuptime.history import (
    evidence,
    files,
    fold,
    forget,
    fortnights,
    hot,
    notes,
    raw,
    rename,
    rolled,
    rows,
    spending,
)
from trayuptime.history.evidence import Story
from trayuptime.history.grains import Grain, grain_of
from trayuptime.history.known import Known, Late, keep_place
from trayuptime.history.latency import median_latency_ms
from trayuptime.history.read import last_seen, last_state, tail_start
from trayuptime.history.snapshot import pack, row_of, unpack_incident
from trayuptime.history.spending import Spent
from trayuptime.history.store import Store
from trayuptime.history.tail import goes_back, is_routine

if TYPE_CHECKING:
    from trayuptime.history.merge import Merge

SYNC_EVERY_S = 300
"""A power cut may cost the results of this time, never a transition."""
_DONE = object()
_IN_FLIGHT_MS = 120_000
"""A probe may have begun this long before the snapshot and ended after it."""


class History(Store):
    """The one writer of a history file; see `Store` for its opening and its troubles."""

    def __init__(self, path: Path, stamp: Callable[[], str], connect: files.Connect = files.connect) -> None:
        """See `open`."""
        super().__init__(path, stamp, connect)
        self._surfaces: dict[tuple[str, Surface], Known] = {}
        self._heard: dict[int, tuple[Instant, Instant]] | None = None
        self._incidents: dict[int, Incident] = {}
        self._known: State | None = None
        self._synced_at: Instant | None = None
        self._tail_from: Instant = 0
        self._rolled_until: Instant = raw.FOREVER
        self._at: Instant = 0
        self._steps: fold.Steps | None = None
        self._retention = FOREVER
        self._is_too_large = False
        self._moved = 0
        self._merge: Merge | None = None

    def last_state(self, rules: Mapping[Key, Rules]) -> State:
        """The state at the end of the last run.

        Raises:
            HistoryError: the file cannot be read.
        """
        with self._readable() as connection:
            state = last_state(connection, rules)
        self._known = state
        return state

    def last_seen(self) -> Instant | None:
        """When the last run last wrote anything.

        Raises:
            HistoryError: the file cannot be read.
        """
        with self._readable() as connection:
            return last_seen(connection)

    def append(self, happenings: Sequence[Happening], state: State, at: Instant) -> None:
        """Commits what happened in one cycle, and the state after it.

        A file that turns out to be damaged is set aside, and the next call begins a new one.

        Raises:
            HistoryError: nothing of it was written; the caller keeps it and tries again.
        """
        settled = [happening for happening in happenings if isinstance(happening, Settled)]
        told = len(settled) < len(happenings)
        synced = told or self._synced_at is None or abs(at - self._synced_at) >= SYNC_EVERY_S * 1000
        with self._transaction(synced=synced) as connection:
            self._write(connection, (settled, happenings if told else ()), state, at, synced=synced)
        self._known = state
        if synced:
            self._synced_at = at

    def save(self, state: State, at: Instant) -> None:
        """Commits the state alone, at a clean stop.

        Raises:
            HistoryError: it was not written.
        """
        self._synced_at = None
        self.append((), state, at)

    def knows(self, provider: str) -> bool:
        """Whether anything was ever recorded of it.

        Raises:
            HistoryError: the file cannot be read.
        """
        with self._readable() as connection:
            return rename.knows(connection, provider)

    def rename(self, old: str, new: str, state: State, at: Instant) -> None:
        """Gives a provider's whole history another id, at once or not at all.

        Args:
            old: the id so far.
            new: the id from now on; what is recorded of it becomes part of the same history.
            state: with the new id in it already; an incident of it that this does not know as open is ended.
            at: of the state.

        Raises:
            HistoryError: nothing of it was written, as while a damaged file is being read: what comes of it
                later would lie under the old id, or be somebody else's.
        """
        with self._transaction(synced=True) as connection:
            self._refuse_while_recovering()
            self._forget_rows()
            self._moved += 1
            rename.rename_rows(connection, old, new)
            open_ids = [each.incident.id for each in state.surfaces.values() if each.incident is not None]
            rename.end_forgotten(connection, new, open_ids)
            self._write(connection, ((), ()), state, at, synced=True)
        self._known = state
        self._synced_at = at

    def note(self, number: int, text: str, at: Instant) -> None:
        """Attaches what the user wrote to an incident, durably; the same twice is one.

        Args:
            number: of the incident, as the file has it.
            text: as `core.notes.note_text` makes it, without any key in it.
            at: when it was written.

        Raises:
            UnknownIncidentError: the file holds no such incident.
            HistoryError: nothing of it was written.
        """
        with self._readable() as connection:
            note = notes.about(connection, number, text, at)
        with self._transaction(synced=True) as connection:
            notes.write(connection, (note,))

    def tick(self, number: int, wanted: Tick) -> None:
        """Ticks an item of an incident's playbook, or takes that back, durably; where it stands so, nothing.

        Raises:
            UnknownIncidentError: the file holds no such incident.
            UnfitNoteError: the item cannot be kept.
            HistoryError: nothing of it was written.
        """
        with self._readable() as connection:
            note = notes.tick(connection, number, wanted)
        if note is not None:
            with self._transaction(synced=True) as connection:
                notes.write(connection, (note,))

    def end_open(self) -> None:
        """Ends what the file says is lasting, as of when it was last seen: nobody goes on with it.

        Raises:
            HistoryError: nothing of it was written.
        """
        with self._transaction(synced=True) as connection:
            lasting = "SELECT DISTINCT provider FROM incident WHERE ended_at IS NULL"
            for (provider,) in connection.execute(lasting).fetchall():
                rename.end_forgotten(connection, provider, ())
        self._known = None
        self._synced_at = None

    def spent(self, provider: str, model: str, day: date) -> Spent:
        """What is known of a provider's spending before a question.

        Raises:
            HistoryError: the file cannot be read.
        """
        with self._readable() as connection:
            return spending.look_up(connection, provider, model, day)

    def reserve(self, provider: str, model: str, usd: float, *, at: Instant, day: date) -> int:
        """Sets money aside for one question, durably: only then may it be sent.

        Raises:
            HistoryError: it was not written, so nothing may be spent.
        """
        with self._transaction(synced=True) as connection:
            return spending.reserve(connection, provider, model, usd, at=at, day=day)

    def settle(self, number: int, usd: float) -> None:
        """What a question has cost in the end.

        Raises:
            HistoryError: it was not written; what was set aside stays spent.
        """
        with self._transaction(synced=False) as connection:
            spending.settle(connection, number, usd)

    def median_latency_ms(self, key: Key, since: Instant, *, deep: bool = False) -> float | None:
        """The median latency of a surface's successes since a time; `None` for fewer than 20 of them.

        See `latency.py` for which of them are looked at. `None` also while the file cannot be read: whoever
        appends hears of that, and a median can wait.
        """
        try:
            with self._readable() as connection:
                return median_latency_ms(connection, key, since, deep=deep)
        except files.HistoryError:
            return None

    def tidy(self, now: Instant, clock_s: Callable[[], float]) -> bool:
        """Does a few milliseconds of what there is to put in order; returns whether there is more.

        Args:
            now: decides what is over.
            clock_s: seconds that grow; time is worth nothing where a test counts steps.

        Raises:
            HistoryError: something could not be read or written; it is begun again at the next call.
        """
        connection = self._connection
        if connection is None or self.recovering or self.held:
            return False
        try:
            self._sync(connection, synced=False)
            if self._steps is None:
                self._steps = self._tidying(connection, now, clock_s)
            done = next(self._steps, _DONE) is _DONE
        except files.WRONG as error:
            self._steps = None
            raise self._trouble(error) from error
        finally:
            self._rolled_until = raw.FOREVER  # looked up again before the next writing
        if done:
            self._steps = None
        return not done

    def retain(self, retention: Retention) -> None:
        """How long results are kept from now on; what is too old goes as things are put in order."""
        if retention != self._retention:
            self._retention = retention
            self._steps = None
            self._is_too_large = False

    def merge(self, other: Path, clock_s: Callable[[], float]) -> "Merge":
        """Begins to take over another history, a few milliseconds at each step of what is returned.

        Args:
            other: a file that nobody writes; see `foreign.prepared`.
            clock_s: seconds that grow.

        Raises:
            HistoryError: it is no such file, or ours cannot be written, or is being recovered.
        """
        from trayuptime.history import foreign, merge  # noqa: PLC0415 - an engine's start does without

        self._opened()
        self._refuse_while_recovering()
        theirs = foreign.Foreign(other)
        if self._path.samefile(other):
            theirs.close()
            raise files.HistoryError(f"{other} is this very history.")
        desk = merge.Desk(self._moving, self._readable, self._keep_for, lambda: self._moved)
        self._merge = merge.Merge(theirs, desk, clock_s)
        self._steps = None  # nothing is forgotten before all of theirs is summed up too
        return self._merge

    def distrust(self, sums: Iterable[tuple[int, Instant, Instant]]) -> None:
        """Has sums that are wrong worked out again, from the results, as things are put in order next.

        Where these are forgotten, nothing is known of such a day from now on.

        Args:
            sums: each by the number of its surface, its beginning and its end.

        Raises:
            HistoryError: nothing was written.
        """
        with self._moving(True) as connection:
            for surface, since, until in sums:
                fortnights.distrust(connection, surface, since, until)

    def _tidying(
        self, connection: sqlite3.Connection, now: Instant, clock_s: Callable[[], float]
    ) -> fold.Steps:
        yield from fold.tasks(connection, now, clock_s)
        keep, known = self._retention, self._known
        if keep.is_endless or known is None:  # without a state nobody knows of gaps that last
            return
        if self._merge is not None and not self._merge.closed:
            return
        was_too_large = self._is_too_large
        undecided = partial(undecided_since, known)
        self._is_too_large = yield from forget.tasks(connection, now, keep, undecided, clock_s)
        if self._is_too_large and not was_too_large and keep.most_bytes is not None:
            self._news.append(
                f"The history takes {forget.in_use(connection) / 1e6:.0f} MB and not the"
                f" {keep.most_bytes / 1e6:.0f} MB that max_size allows: the last week, incidents and the"
                " figures of each day are never forgotten."
            )

    # What is known of the file

    def _look_into(self, connection: sqlite3.Connection) -> None:
        self._tail_from = tail_start(connection)

    def _forget_rows(self) -> None:
        """Nothing is known of what the file holds; the next state is kept whole."""
        self._surfaces.clear()
        self._incidents.clear()
        self._synced_at = None
        self._heard = None
        self._steps = None
        self._rolled_until = raw.FOREVER

    def _forget_file(self) -> None:
        self._steps = None
        self._moved += 1
        self._known = None
        self._tail_from = 0

    @contextmanager
    def _moving(self, synced: bool) -> Iterator[sqlite3.Connection]:
        """A transaction in which somebody else changes rows."""
        with self._transaction(synced=synced) as connection:
            yield connection
        self._forget_rows()

    def _keep_for(
        self, connection: sqlite3.Connection, state: State, at: Instant, tail_from: Instant
    ) -> None:
        """Writes the state, upon which no result from before a time will be replayed."""
        self._tail_from = max(self._tail_from, tail_from)
        connection.execute(
            "INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?)", (at, pack(state, self._tail_from))
        )
        self._known = state

    # The rows

    def _write(
        self,
        connection: sqlite3.Connection,
        happenings: tuple[Sequence[Settled], Sequence[Happening]],
        state: State,
        at: Instant,
        *,
        synced: bool,
    ) -> None:
        """Results, and what else happened, with the state after it."""
        self._at = at
        before = State() if self._known is None else self._known
        settled, told = happenings
        routine = not synced and is_routine(before, state, settled, self._tail_from)
        if self._rolled_until == raw.FOREVER:
            self._rolled_until = rolled.newest_end(connection)
        self._insert_results(connection, settled)
        for happening in told:
            if not isinstance(happening, Settled):
                if isinstance(happening, GapSeen):
                    self._changes(connection, happening.gap.at, happening.gap.key)
                _insert_transition(connection, happening)
        for incident in _incidents(state):
            if not (routine and incident.id in self._incidents):  # seen longer, it waits for a snapshot
                self._keep_incident(connection, incident)
        if not routine:
            starts = [self._tail_from, at - _IN_FLIGHT_MS]
            if goes_back(
                before, state, settled
            ):  # the clock was set: what the file holds is not replayed again
                starts.append((raw.newest(connection) or 0) + 1)
            self._tail_from = max(starts)
            body = pack(state, self._tail_from)
            connection.execute("INSERT OR REPLACE INTO snapshot VALUES (1, ?, ?)", (at, body))

    def _insert_results(self, connection: sqlite3.Connection, settled: Sequence[Settled]) -> None:
        heap: list[tuple[int, Grain]] = []
        surfaces, rolled_until = self._surfaces, self._rolled_until
        late = Late(connection)
        for each in settled:
            result = each.result
            known = surfaces.get((result.provider, result.surface)) or self._meet(connection, result.key)
            if result.host and (result.host, result.reach) != known.place:
                keep_place(connection, known, result)
            if result.at > known.newest_at:
                known.newest_at = result.at
            elif late.is_forgotten(known.number, result.at) or late.is_there(known.number, result.at, heap):
                continue
            if each.counted:
                heard_at = known.heard_at
                if result.at >= heard_at:
                    known.heard_at = result.at
                else:
                    heard_at = late.before(known.number, result.at)
                if heard_at < rolled_until:
                    # A result changes what is told of the time since the one before it.
                    self._belie(connection, (known.number,), heard_at, result.at)
            heap.append((known.number, grain_of(result, each.proven, each.counted)))
            if (result.reason is not Reason.OK or result.detail != known.said) and known.has_a_story(result):
                excerpt = result.excerpt if known.is_news(result) else ""
                evidence.append(connection, known.number, _story_of(each, excerpt))
        hot.append(connection, heap)

    def _keep_incident(self, connection: sqlite3.Connection, incident: Incident) -> None:
        """Writes an incident that changed."""
        if self._incidents.get(incident.id) == incident:
            return
        before = self._incidents.get(incident.id) or _stored(connection, incident.id)
        changed_at = _first_difference(before, incident)
        self._changes(connection, changed_at, Key(incident.provider, incident.surface))
        connection.execute("INSERT OR REPLACE INTO incident VALUES (?, ?, ?, ?, ?, ?)", row_of(incident))
        self._incidents[incident.id] = incident

    def _changes(self, connection: sqlite3.Connection, since: Instant, key: Key | None) -> None:
        """What is summed up of a surface, or of all, is true no longer from a time on."""
        if since < self._rolled_until:
            surfaces = None if key is None else (self._meet(connection, key).number,)
            self._belie(connection, surfaces, since, since)

    def _belie(
        self, connection: sqlite3.Connection, surfaces: tuple[int, ...] | None, since: Instant, at: Instant
    ) -> None:
        """Deletes the sums since a time; those that a recovery has yet to take over go at its end.

        Args:
            connection: to the history.
            surfaces: `None` for all.
            since: -1 where nothing is known of a surface before.
            at: when it happened.
        """
        rolled.forget(connection, surfaces, since)
        if self.recovering:  # kept in the file: it may be read on after a restart
            owners = rows.places(connection) if surfaces is None else surfaces
            rolled.miss_all(connection, owners, at if since < 0 else since, self._at)

    def _meet(self, connection: sqlite3.Connection, key: Key) -> Known:
        """What is known of a surface, which gets a number if it has none."""
        known = self._surfaces.get((key.provider, key.surface))
        if known is None:
            words = (key.provider, key.surface.value)
            connection.execute("INSERT OR IGNORE INTO surface (provider, surface) VALUES (?, ?)", words)
            number = rows.number_of(connection, key)
            assert number is not None
            if number >= rows.SURFACES:
                raise files.HistoryError(
                    f"{self._path} is full: it can tell {rows.SURFACES - 1} surfaces apart"
                )
            if self._heard is None:
                self._heard = raw.newest_of_each(connection)
            known = Known(number, *self._heard.get(number, (-1, -1)))
            self._surfaces[key.provider, key.surface] = known
        return known


def _incidents(state: State) -> list[Incident]:
    return [
        incident
        for surface in state.surfaces.values()
        for incident in (*surface.earlier, surface.previous, surface.incident)
        if incident is not None
    ]


def _stored(connection: sqlite3.Connection, number: int) -> Incident | None:
    row = connection.execute("SELECT body FROM incident WHERE id = ?", (number,)).fetchone()
    with suppress(ValueError):  # it is written anew
        return None if row is None else unpack_incident(row[0])
    return None


def _first_difference(before: Incident | None, after: Incident) -> Instant:
    """From when on an incident tells another story of its surface than before."""
    if before is None:
        return min([after.started_at, *[phase.at for phase in after.phases]])
    times: list[Instant] = []
    for pair in zip_longest(before.phases, after.phases):
        if pair[0] != pair[1]:
            times += [phase.at for phase in pair if phase is not None]
    if before.ended_at != after.ended_at:
        times += [at for at in (before.ended_at, after.ended_at) if at is not None]
    return min(times, default=raw.FOREVER)


def _story_of(settled: Settled, excerpt: str) -> Story:
    result = settled.result
    kept = Kept(result.detail, excerpt, result.request_id, result.phases, result.network)
    return evidence.story_of(result.at, kept, settled.witness)


def _insert_transition(connection: sqlite3.Connection, happening: Transition) -> None:
    match happening:
        case GapSeen(gap=gap):
            at = gap.at
            _insert_gap(connection, gap)
        case Switched(switch=switch):
            at = switch.at
            connection.execute(
                "INSERT INTO switch VALUES (?, ?, ?, ?)", (at, switch.provider, switch.to, switch.back)
            )
        case _:
            at = happening.at
    event = contract.event(happening)
    if event is not None:
        body = json.dumps(event, ensure_ascii=False)
        connection.execute("INSERT INTO transition VALUES (?, ?, ?)", (at, event["event"], body))


def _insert_gap(connection: sqlite3.Connection, gap: Gap) -> None:
    provider, surface = (None, None) if gap.key is None else (gap.key.provider, gap.key.surface.value)
    connection.execute(
        "INSERT INTO gap VALUES (?, ?, ?, ?, ?)",
        (gap.at, max(gap.at, gap.until), gap.cause.value, provider, surface),
    )
