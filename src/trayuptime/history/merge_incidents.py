"""The incidents of two histories as one, and whatever names them: events that were told, and notes."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trayuptime.core import machines
from trayuptime.core.model import Incident, Instant, Key, Span, Surface
from trayuptime.core.state import State, SurfaceState
from trayuptime.history import rolled, rows
from trayuptime.history.foreign import Foreign
from trayuptime.history.snapshot import row_of, unpack_incident

AT_ONCE = 20
"""Incidents of a surface are taken over so many at a step."""
EVENTS_AT_ONCE = 100
"""Events that were told are looked at so many at a step."""


@dataclass(slots=True)
class Joined:
    """What became of the incidents of one surface.

    Attributes:
        new: those that we had not at all.
        joined: those of ours that tell more than before.
        going_on: theirs that lie within one of ours which lasts, and are ours to judge.
        forgotten: theirs from times whose sums stay as they are.
        ids: ours by theirs; `None` for one that is not here.
        ours: incidents of ours that are others now, by their number.
    """

    new: int
    joined: int
    going_on: int
    forgotten: int
    ids: dict[int, int | None]
    ours: dict[int, Incident]


def join(
    connection: sqlite3.Connection,
    key: Key,
    theirs: Sequence[Incident],
    *,
    floor: Instant,
    free: int,
) -> Joined:
    """Takes some incidents of one surface over, within the caller's transaction.

    Args:
        connection: the writer's own.
        key: the surface.
        theirs: of it, in the other history.
        floor: before which time nothing may change.
        free: a number that no incident has, here or in the judge's state, nor any higher one.
    """
    found = Joined(0, 0, 0, 0, {}, {})
    over_ = [machines.ended(incident) for incident in theirs]
    hull = Span(min(each.started_at for each in over_), max(map(_ends_at, over_)))
    closed, lasting = _ours(connection, key, hull)
    begins = min(lasting, key=lambda incident: incident.started_at, default=None)
    taken: list[tuple[Incident, bool]] = [(incident, True) for incident in closed]
    for incident, over in zip(theirs, over_, strict=True):
        if begins is not None:
            part = machines.until(over, begins.started_at)
            found.going_on += part is not over
            if part is None:
                found.ids[incident.id] = begins.id
            else:
                taken.append((part, False))
        else:
            taken.append((over, False))
    for group in _groups(taken):
        mine = sorted((each for each, is_ours in group if is_ours), key=lambda each: each.id)
        its = [each for each, is_ours in group if not is_ours]
        if not its:
            continue
        first = mine[0] if mine else its[0]
        whole = _all_of(first, [*mine, *its])
        if mine and len(mine) == 1 and whole == _all_of(first, mine):
            found.ids.update(dict.fromkeys([each.id for each in its], first.id))
            continue
        if whole.started_at < floor:
            found.forgotten += len(its)
            found.ids.update(dict.fromkeys([each.id for each in its], first.id if mine else None))
            continue
        if not mine:
            whole, free = replace(whole, id=free), free + 1
            found.new += 1
        else:
            found.joined += 1
            found.ours.update(dict.fromkeys([each.id for each in mine], whole))
        found.ids.update(dict.fromkeys([each.id for each in its], whole.id))
        _write(connection, whole, [each.id for each in mine])
        _rename_notes(connection, whole, [each.started_at for each in mine])
        number = rows.number_of(connection, key)
        if number is not None:
            assert whole.ended_at is not None
            rolled.forget(connection, (number,), whole.started_at, whole.ended_at)
    return found


def with_joined(state: State, ours: Mapping[int, Incident], next_incident: int) -> State:
    """The judge's state with incidents that are others now; those that last are never among them."""
    surfaces: Mapping[Key, SurfaceState] = state.surfaces
    if any(each.id in ours for surface in surfaces.values() for each in _closed(surface)):
        surfaces = {key: _with_joined(surface, ours) for key, surface in surfaces.items()}
    if surfaces is state.surfaces and next_incident <= state.next_incident:
        return state
    return replace(state, surfaces=surfaces, next_incident=max(state.next_incident, next_incident))


def join_events(
    connection: sqlite3.Connection, theirs: Iterable[tuple[Instant, str, str]], ids: Mapping[int, int | None]
) -> None:
    """Takes events over that were told there and not here, within the caller's transaction."""
    for at, event, body in theirs:
        named = _named(body)
        told = body if named is None else _renumbered(body, ids) if named in ids else None
        if told is None:
            continue
        known = connection.execute(
            "SELECT 1 FROM transition WHERE at = ? AND event = ? AND body = ?", (at, event, told)
        )
        if known.fetchone() is None:
            connection.execute("INSERT INTO transition VALUES (?, ?, ?)", (at, event, told))


def join_notes(
    connection: sqlite3.Connection, theirs: Foreign, starts: Mapping[tuple[str, str, Instant], Instant]
) -> int:
    """Takes notes over, within the caller's transaction; how many we had not.

    Args:
        connection: the writer's own.
        theirs: the other history.
        starts: when incidents of theirs begin here.
    """
    with theirs.reading():
        found = theirs.connection.execute("SELECT provider, surface, started_at, at, text FROM note")
        notes = found.fetchall()
    count = 0
    for provider, surface, started_at, at, text in notes:
        start = starts.get((provider, surface, started_at), started_at)
        done = connection.execute(
            "INSERT OR IGNORE INTO note (provider, surface, started_at, at, text) VALUES (?, ?, ?, ?, ?)",
            (provider, surface, start, at, text),
        )
        count += max(done.rowcount, 0)
    return count


def join_switches(connection: sqlite3.Connection, theirs: Foreign) -> None:
    """Takes over what the user switched there, within the caller's transaction."""
    with theirs.reading():
        found = theirs.connection.execute("SELECT at, provider, target, back FROM switch").fetchall()
    for row in found:
        known = connection.execute(
            "SELECT 1 FROM switch WHERE at = ? AND provider = ? AND target = ? AND back = ?", row
        )
        if known.fetchone() is None:
            connection.execute("INSERT INTO switch VALUES (?, ?, ?, ?)", row)


def by_surface(theirs: Foreign) -> dict[Key, list[bytes]]:
    """The incidents of another history, unread."""
    found: dict[Key, list[bytes]] = {}
    with theirs.reading():
        for provider, surface, body in theirs.connection.execute(
            "SELECT provider, surface, body FROM incident ORDER BY started_at, id"
        ):
            found.setdefault(Key(provider, Surface(surface)), []).append(body)
    return found


def renumber_events(connection: sqlite3.Connection, ids: Mapping[int, int]) -> None:
    """Events of ours name the incident that theirs became part of, within the caller's transaction."""
    for old in ids:
        told = connection.execute(
            "SELECT rowid, body FROM transition WHERE instr(body, ?)", (f'"incident": {old}',)
        )
        for row, body in told.fetchall():
            event = _renumbered(body, ids)
            if event != body:
                connection.execute("UPDATE transition SET body = ? WHERE rowid = ?", (event, row))


def free_number(connection: sqlite3.Connection, state: State) -> int:
    """A number that no incident has, nor any higher one."""
    used: int = connection.execute("SELECT max(id) FROM incident").fetchone()[0] or 0
    return max(used + 1, state.next_incident)


def _ours(connection: sqlite3.Connection, key: Key, hull: Span) -> tuple[list[Incident], list[Incident]]:
    """Those that have ended, of all that touch a stretch of time, and those that last."""
    closed: list[Incident] = []
    lasting: list[Incident] = []
    for (body,) in connection.execute(
        "SELECT body FROM incident WHERE provider = ? AND surface = ?"
        " AND (ended_at IS NULL OR (ended_at >= ? AND started_at <= ?)) ORDER BY started_at, id",
        (key.provider, key.surface.value, hull.start, hull.end),
    ):
        try:
            incident = unpack_incident(body)
        except ValueError:  # whoever reads it says so
            continue
        (lasting if incident.ended_at is None else closed).append(incident)
    return closed, lasting


def _groups(incidents: Iterable[tuple[Incident, bool]]) -> Iterator[list[tuple[Incident, bool]]]:
    """Those that are one trouble, each with all that overlap it."""
    group: list[tuple[Incident, bool]] = []
    widest: Incident | None = None
    for each in sorted(incidents, key=lambda pair: pair[0].started_at):
        incident = each[0]
        if widest is not None and machines.overlap(widest, incident):
            group.append(each)
            widest = max(widest, incident, key=_ends_at)
            continue
        if group:
            yield group
        group, widest = [each], incident
    if group:
        yield group


def _all_of(first: Incident, incidents: Sequence[Incident]) -> Incident:
    whole = machines.joined(first, first)
    for incident in incidents:
        whole = machines.joined(whole, incident)
    return whole


def _ends_at(incident: Incident) -> Instant:
    return max(incident.ended_at or 0, incident.started_at + 1)


def _write(connection: sqlite3.Connection, incident: Incident, instead_of: Sequence[int]) -> None:
    for number in instead_of:
        connection.execute("DELETE FROM incident WHERE id = ?", (number,))
    connection.execute("INSERT INTO incident VALUES (?, ?, ?, ?, ?, ?)", row_of(incident))
    gone = {number: incident.id for number in instead_of if number != incident.id}
    renumber_events(connection, gone)


def _rename_notes(connection: sqlite3.Connection, incident: Incident, starts: Iterable[Instant]) -> None:
    """A note names its incident by the start, which may be an earlier one now."""
    for start in starts:
        if start != incident.started_at:
            words = incident.provider, incident.surface.value, start
            connection.execute(
                "UPDATE OR IGNORE note SET started_at = ?"
                " WHERE provider = ? AND surface = ? AND started_at = ?",
                (incident.started_at, *words),
            )
            connection.execute(
                "DELETE FROM note WHERE provider = ? AND surface = ? AND started_at = ?", words
            )


def _named(body: str) -> int | None:
    """The incident that an event names."""
    if '"incident"' not in body:
        return None
    event: dict[str, Any] = json.loads(body)
    number = event.get("incident")
    return number if isinstance(number, int) else None


def _renumbered(body: str, ids: Mapping[int, int | None]) -> str | None:
    """An event with the number that its incident has here; `None` where it is not here."""
    number = _named(body)
    if number is None or ids.get(number, number) == number:
        return body
    here = ids[number]
    return None if here is None else json.dumps({**json.loads(body), "incident": here}, ensure_ascii=False)


def _closed(surface: SurfaceState) -> list[Incident]:
    return [each for each in (*surface.earlier, surface.previous) if each is not None]


def _with_joined(surface: SurfaceState, ours: Mapping[int, Incident]) -> SurfaceState:
    """Without those whose end was another machine's: the next failure here is an outage of its own."""
    if not any(each.id in ours for each in _closed(surface)):
        return surface
    closed = {each.id: each for each in _closed(surface)}
    now = {each.id: ours.get(each.id, each) for each in closed.values()}
    stay = {n: each for n, each in now.items() if each.id == n and each.ended_at == closed[n].ended_at}
    previous = None if surface.previous is None else stay.pop(surface.previous.id, None)
    return replace(surface, previous=previous, earlier=tuple(stay.values()))
