"""Reading the history: the last known state, incidents, results, gaps; never writes, never waits."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

from trayuptime.core import hysteresis
from trayuptime.core.model import (
    Gap,
    GapCause,
    Incident,
    Instant,
    Key,
    Note,
    Phase,
    Result,
    Rules,
    Service,
    Span,
    Switch,
)
from trayuptime.core.state import Settled, State, SurfaceState
from trayuptime.history import files, grains, notes, raw, rolled, rows, suspect, told
from trayuptime.history.columns import TornError
from trayuptime.history.evidence import Evidence, Story
from trayuptime.history.grains import Grain
from trayuptime.history.rows import Place
from trayuptime.history.snapshot import unpack, unpack_incident
from trayuptime.history.tail import replay
from trayuptime.history.verify import Findings, look_through
from trayuptime.history.windows import Windows

_T = TypeVar("_T")

_log = logging.getLogger(__name__)


class Reader:
    """A read-only view of the history. Each method is one consistent look.

    Raises:
        HistoryError: from every method where the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._connection = files.open_for_reading(path)
        except files.DamagedHistoryError as error:
            raise self._told(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read inside is all of one moment, that of its beginning, whatever is written meanwhile.

        One inside another is part of it. While it lasts, no checkpoint can shorten the file's log.
        """
        if self._connection.in_transaction:
            yield
            return
        with self._readable():
            self._connection.execute("BEGIN")
        try:
            with self._readable():  # BEGIN alone looks at nothing yet
                self._connection.execute("PRAGMA user_version").fetchone()
            yield
        finally:
            with self._readable():
                self._connection.execute("COMMIT")

    def state(self, rules: Mapping[Key, Rules] | None = None) -> State:
        """The judge's last state: the last snapshot, with the results since replayed on top."""
        return self._look(lambda connection: last_state(connection, rules or {}))

    def last_seen(self) -> Instant | None:
        """When the engine last wrote anything."""
        return self._look(last_seen)

    def incidents(
        self, since: Instant = 0, watched_until: Instant | None = None, provider: str | None = None
    ) -> list[Incident]:
        """Every incident that was open after `since`, by its start.

        Args:
            since: the moment.
            watched_until: how far the open ones have been seen at most; `None` for when the engine last wrote
                anything.
            provider: whose alone.
        """
        return self._look(lambda connection: _Incidents(connection, since, watched_until, provider).all())

    def results(
        self, since: Instant = 0, until: Instant = raw.FOREVER, at_host_of: Key | None = None
    ) -> Iterator[Settled]:
        """Results as they were settled, of all or of those at one host; in the order of time, streamed.

        A surface's host is the one at which it was asked last. With a failure comes what was kept of it.
        """
        with self.snapshot(), self._readable():
            numbers = None if at_host_of is None else rows.numbers_beside(self._connection, at_host_of)
            places = rows.places(self._connection)
            for surface, grain, story in raw.everything(self._connection, since, until, numbers):
                settled = rows.settled_of(places[surface], grain)
                yield settled if story is None else story.told_with(settled)

    def first_heard(self, until: Instant = raw.FOREVER) -> Instant | None:
        """When the first result of all began, if before a time; of a forgotten one, when it first spoke."""
        return self._look(lambda connection: _first_heard(connection, until))

    def forgotten(self) -> dict[Key, Instant]:
        """Until when the results of surfaces are forgotten but for failures, of those of which any are."""
        return self._look(_forgotten)

    def evidence(self, key: Key, since: Instant, until: Instant) -> dict[Instant, Evidence]:
        """What was kept of a surface's failures, by when each began."""
        return self._look(lambda connection: _evidence(connection, key, since, until))

    def gaps(self, since: Instant = 0) -> list[Gap]:
        """Gaps that ended after `since`, in the order of their start."""
        with self._readable():
            found = self._connection.execute(
                "SELECT at, until, cause, provider, surface FROM gap WHERE until >= ? ORDER BY at, rowid",
                (since,),
            )
            return [
                Gap(at, until, GapCause(cause), rows.key_of(provider, surface))
                for at, until, cause, provider, surface in found
            ]

    def windows(
        self,
        hull: Span,
        open_gaps: Sequence[Gap] = (),
        watched_until: Instant | None = None,
        provider: str | None = None,
    ) -> AbstractContextManager[Windows]:
        """Any window within the hull, as records and totals; of one moment as long as it is open.

        Args:
            hull: no window reaches beyond it.
            open_gaps: those that have begun and are recorded only at their end.
            watched_until: see `incidents`.
            provider: whose surfaces alone are asked for; `None` for everybody's.
        """
        return self._opened_windows(hull, open_gaps, watched_until, provider)

    @contextmanager
    def _opened_windows(
        self, hull: Span, open_gaps: Sequence[Gap], watched_until: Instant | None, provider: str | None
    ) -> Iterator[Windows]:
        with self.snapshot(), self._readable():
            yield Windows(
                self._connection,
                hull,
                _Incidents(self._connection, hull.start, watched_until, provider).of,
                open_gaps,
                provider,
            )

    def verify(self) -> Findings:
        """Whether everything in it is sound; years take some minutes."""
        return self._look(look_through)

    def known(self) -> list[Key]:
        """Every surface that there is anything of, in the order in which they came."""
        return self._look(lambda connection: [place.key for place in rows.places(connection).values()])

    def switches(self, since: Instant = 0) -> list[Switch]:
        """What the user switched, oldest first."""
        with self._readable():
            found = self._connection.execute(
                "SELECT at, provider, target, back FROM switch WHERE at >= ? ORDER BY at, rowid", (since,)
            )
            return [Switch(at, provider, target, bool(back)) for at, provider, target, back in found]

    def notes(self) -> list[Note]:
        """What the user wrote about incidents, in the order of writing."""
        with self._readable():
            return notes.read(self._connection)

    def transitions(
        self, since: Instant = 0, newest: int = 500, until: Instant = raw.FOREVER
    ) -> list[dict[str, Any]]:
        """The events that were told, newest first, in the shape of the public contract."""
        with self._readable():
            found = self._connection.execute(
                "SELECT body FROM transition WHERE at >= ? AND at < ? ORDER BY at DESC, rowid DESC LIMIT ?",
                (since, until, newest),
            )
            return [json.loads(body) for (body,) in found]

    def page_events(self, provider: str) -> list[dict[str, Any]]:
        """Of these events every one that tells of a provider's status page, oldest first."""
        with self._readable():
            found = self._connection.execute(
                "SELECT body FROM transition WHERE event = 'feed' ORDER BY at, rowid"
            )
            events = (json.loads(body) for (body,) in found)
            return [event for event in events if event["provider"] == provider]

    def _look(self, read: Callable[[sqlite3.Connection], _T]) -> _T:
        """Reads with several statements what is of one moment."""
        with self.snapshot(), self._readable():
            return read(self._connection)

    @contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, TornError, UnicodeDecodeError) as error:
            raise self._told(files.trouble(self._path, error)) from error
        except files.DAMAGE as error:
            raise files.HistoryError(f"{self._path} holds what this version cannot read: {error}") from error
        except files.EITHER as error:  # whoever reads may have made a mistake in here
            raise self._told(files.trouble(self._path, error, self._connection)) from error

    def _told(self, problem: files.HistoryError) -> files.HistoryError:
        """The same, with what heals it; whoever writes the file hears of damage by a mark beside it."""
        if not isinstance(problem, files.DamagedHistoryError) or not suspect.mark(self._path):
            return problem
        return files.DamagedHistoryError(f"{problem}; {suspect.REMEDY}")


def last_state(connection: sqlite3.Connection, rules: Mapping[Key, Rules]) -> State:
    """See `Reader.state`.

    A snapshot that cannot be read (a version that never left its author's desk wrote it) is as good as
    none: what is open is taken from the incidents, everything else begins anew.
    """
    row = connection.execute("SELECT body FROM snapshot").fetchone()
    state = None
    if row is not None:
        try:
            state, tail_from = unpack(row[0])
            places = rows.places(connection)
            tail = raw.everything(connection, tail_from, raw.FOREVER)
            state = replay(
                state,
                (
                    _in_words(places[surface], grain, story)
                    for surface, grain, story in tail
                    if grains.is_counted(grain[1])
                ),
                rules,
            )
        except ValueError as error:
            _log.warning("the last state cannot be read and is begun anew: %s", error)
            state = None
    used = connection.execute("SELECT max(id) FROM incident").fetchone()[0] or 0
    if state is None:
        state = State(surfaces=_in_open_incidents(connection))
        with suppress(ValueError):  # an event that cannot be read
            used = max(used, told.newest_number(connection))
    return replace(state, next_incident=max(state.next_incident, used + 1))


def _first_heard(connection: sqlite3.Connection, until: Instant) -> Instant | None:
    found = [rolled.first_seen(connection, surface) for surface in rolled.final(connection)]
    begun = [at for at in (raw.oldest(connection, until), *found) if at is not None and at < until]
    return min(begun, default=None)


def _forgotten(connection: sqlite3.Connection) -> dict[Key, Instant]:
    places = rows.places(connection)
    return {
        places[number].key: until for number, until in rolled.final(connection).items() if number in places
    }


def last_seen(connection: sqlite3.Connection) -> Instant | None:
    """See `Reader.last_seen`."""
    snapshot = connection.execute("SELECT at, body FROM snapshot").fetchone()
    newest = raw.newest(connection)
    if snapshot is None:
        return newest
    at: Instant = snapshot[0]
    if newest is None or newest < _tail_start(snapshot[1]):
        return at  # the clock was set back: the newest results are from a future that has not come
    return max(at, newest)


def tail_start(connection: sqlite3.Connection) -> Instant:
    """From when on results may have come after the last snapshot; without one, after all that are there.

    Those came from elsewhere, and are not this machine's to judge.
    """
    row = connection.execute("SELECT body FROM snapshot").fetchone()
    return (raw.newest(connection) or -1) + 1 if row is None else _tail_start(row[0])


def _tail_start(body: bytes) -> Instant:
    try:
        return unpack(body)[1]
    except ValueError:
        return 0


def _evidence(
    connection: sqlite3.Connection, key: Key, since: Instant, until: Instant
) -> dict[Instant, Evidence]:
    surface = rows.number_of(connection, key)
    if surface is None:
        return {}
    found = raw.stories(connection, surface, since, until)
    return {at: story.as_evidence() for at, story in sorted(found.items())}


def _in_words(place: Place, grain: Grain, story: Story | None) -> Result:
    result = rows.settled_of(place, grain).result
    return result if story is None else replace(result, detail=story.detail)


class _Incidents:
    """Those that were not over by a time; each is unpacked when somebody asks for it."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        since: Instant,
        watched_until: Instant | None,
        provider: str | None,
    ) -> None:
        self._connection = connection
        self._since = since
        self._provider = provider
        self._watched_until = watched_until

    def all(self) -> list[Incident]:
        """In the order of their start."""
        return self._up_to_date([body for _, body in self._rows])

    def of(self, key: Key) -> list[Incident]:
        """The same of one surface."""
        return self._up_to_date(self._by_surface.get((key.provider, key.surface), []))

    def _up_to_date(self, bodies: Sequence[bytes]) -> list[Incident]:
        incidents = [unpack_incident(body) for body in bodies]
        if all(incident.ended_at is not None for incident in incidents):
            return incidents
        return [self._lasting.get(incident.id, incident) for incident in incidents]

    @cached_property
    def _rows(self) -> list[tuple[tuple[str, str], bytes]]:
        found = self._connection.execute(
            "SELECT provider, surface, body FROM incident WHERE (ended_at IS NULL OR ended_at >= ?)"
            " AND provider = ifnull(?, provider) ORDER BY started_at, id",
            (self._since, self._provider),
        )
        return [((provider, surface), body) for provider, surface, body in found]

    @cached_property
    def _by_surface(self) -> dict[tuple[str, str], list[bytes]]:
        found: dict[tuple[str, str], list[bytes]] = {}
        for surface, body in self._rows:
            found.setdefault(surface, []).append(body)
        return found

    @cached_property
    def _lasting(self) -> dict[int, Incident]:
        """While one lasts, its row is minutes old: the state knows how far it has been seen."""
        state = last_state(self._connection, {})
        until = last_seen(self._connection) if self._watched_until is None else self._watched_until
        ends = [end for end in (until, state.paused_since) if end is not None]
        found = (hysteresis.open_incident(each, min(ends, default=0)) for each in state.surfaces.values())
        return {incident.id: incident for incident in found if incident is not None}


def _in_open_incidents(connection: sqlite3.Connection) -> dict[Key, SurfaceState]:
    surfaces: dict[Key, SurfaceState] = {}
    for (body,) in connection.execute("SELECT body FROM incident WHERE ended_at IS NULL ORDER BY id"):
        try:
            incident = unpack_incident(body)
        except ValueError as error:
            _log.warning("an open incident cannot be read and is left as it is: %s", error)
            continue
        now = incident.phases[-1] if incident.phases else Phase(incident.started_at, Service.UNKNOWN)
        key = Key(incident.provider, incident.surface)
        surfaces[key] = SurfaceState(service=now.service, since=now.at, incident=incident)
    return surfaces
