"""What a recovery could not bring back, as far as anything that is left still tells of it.

Indexes lie on pages of their own, events name incidents, and sums tell of days: what one of them names and
no row holds is lost. Where all of it is gone nobody can tell; so each number is the least that it may be.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import UnionType

from trayuptime.core.model import Instant
from trayuptime.core.state import State
from trayuptime.history import dates, raw, rolled, rows, snapshot, told
from trayuptime.history.pages import Pages, Value

_BY_START = "incident_by_start"
_OF_INCIDENTS: dict[str, tuple[type | UnionType, ...]] = {
    _BY_START: (int,),
    "incident_by_end": (int | None,),
    "incident_by_surface": (str, str, int | None),
}
"""The kinds of an index's columns, before the number of the row; where the end is one, it is the last."""


@dataclass(frozen=True, slots=True)
class Losses:
    """What is missing now.

    Attributes:
        incidents: numbers of those that have no row any more, nor come back by what was told of them.
        more: so many numbers besides were given to incidents of which nothing is left, or were never kept.
        days: by the number of a surface, the days of UTC of which results are missing, or all that was kept.
        unsure: what else may be missing, for pages of it were lost and nothing tells what was on them.
    """

    incidents: frozenset[int] = frozenset()
    more: int = 0
    days: Mapping[int, frozenset[Instant]] = field(default_factory=dict)
    unsure: tuple[str, ...] = ()

    def sentence(self) -> str:
        """For a person; empty where nothing can be missing."""
        parts = []
        if self.incidents:
            parts.append(f"at least {_counted(len(self.incidents), 'incident')}")
        days = sorted(set[Instant]().union(*self.days.values()))
        if days:
            first, last = dates.day(days[0]), dates.day(days[-1])
            when = first if first == last else f"{first} to {last}"
            surfaces = f" of {_counted(len(self.days), 'surface')}" if len(self.days) > 1 else ""
            parts.append(f"results of at least {_counted(len(days), 'day')}{surfaces} ({when})")
        besides = " besides" if parts else ""
        said = [f"Missing: {', and '.join(parts)}."] if parts else []
        if self.more:
            said.append(f"Up to {_counted(self.more, 'incident')} may be missing{besides}.")
        if self.unsure:
            said.append(f"Whether {' and '.join(self.unsure)} are missing{besides} nobody can tell.")
        return " ".join(said)


def of(
    pages: Pages, roots: Mapping[str, int], torn: frozenset[str], connection: sqlite3.Connection
) -> Losses:
    """What a damaged file held and the history that was made of it does not, before sums without results go.

    Args:
        pages: of the damaged file.
        roots: where its indexes begin, by name, as far as that can be read.
        torn: tables of which something was lost.
        connection: to the new history.
    """
    state = _state(connection)
    known = {number for (number,) in connection.execute("SELECT id FROM incident")}
    if state is not None:  # those that last are written again
        known |= {each.incident.id for each in state.surfaces.values() if each.incident is not None}
    incidents = frozenset(_named(pages, roots, connection) - known)
    days = _lost_days(pages, roots, connection)
    more, unsure = 0, []
    if "incident" in torn and not any(_is_whole(pages, roots, name) for name in _OF_INCIDENTS):
        if state is None:
            unsure.append("incidents")
        else:
            more = len(set(range(1, state.next_incident)) - known - incidents)
    nothing_tells = "day" in torn and not _is_whole(pages, roots, "packed_by_surface")
    if "packed" in torn and not days and nothing_tells:
        unsure.append("results")
    elif "hot" in torn:
        unsure.append("results of the last hours")
    return Losses(incidents, more, days, tuple(unsure))


def _named(pages: Pages, roots: Mapping[str, int], connection: sqlite3.Connection) -> set[int]:
    """The numbers of incidents that are over, as events and indexes tell."""
    found = told.ended(connection)
    for name, kinds in _OF_INCIDENTS.items():
        for *values, number in _entries(pages, roots, name):
            fits = len(values) == len(kinds) and all(map(isinstance, values, kinds))
            if fits and isinstance(number, int) and (name == _BY_START or values[-1] is not None):
                found.add(number)
    return found


def _state(connection: sqlite3.Connection) -> State | None:
    """The judge's, if that can be read."""
    row = connection.execute("SELECT body FROM snapshot").fetchone()
    try:
        return None if row is None else snapshot.unpack(row[0])[0]
    except ValueError:
        return None


def _lost_days(
    pages: Pages, roots: Mapping[str, int], connection: sqlite3.Connection
) -> dict[int, frozenset[Instant]]:
    final = rolled.final(connection)
    summed = {number for (number,) in connection.execute("SELECT number FROM day")}
    told_of: set[tuple[int, Instant]] = set()
    for surface, since in connection.execute(
        "SELECT number % ?1, number / ?1 * ?2 FROM day WHERE results > 0", (rows.SURFACES, raw.DAY_MS)
    ):
        if since >= final.get(surface, 0):
            told_of.add((surface, since))
    for entry in _entries(pages, roots, "day_sums"):
        match entry:
            case (int(number), *_, int(results), bytes() | None, int()) if results > 0:
                day, surface = divmod(number, rows.SURFACES)
                if day * raw.DAY_MS >= final.get(surface, 0) or number not in summed:
                    told_of.add((surface, day * raw.DAY_MS))
    lost: dict[int, set[Instant]] = {}
    for surface, since in told_of:
        if not _holds(connection, surface, since, since + raw.DAY_MS):
            lost.setdefault(surface, set()).add(since)
    for entry in _entries(pages, roots, "packed_by_surface"):
        match entry:
            case (int(surface), int(since), int()) if not _holds(connection, surface, since, since + 1):
                lost.setdefault(surface, set()).add(since // raw.DAY_MS * raw.DAY_MS)
    return {surface: frozenset(days) for surface, days in lost.items()}


def _holds(connection: sqlite3.Connection, surface: int, since: Instant, until: Instant) -> bool:
    """Whether results of a stretch of time are there."""
    found = connection.execute(
        "SELECT 1 FROM packed WHERE surface = ?1 AND since < ?3 AND until > ?2 AND since > ?2 - 86400000",
        (surface, since, until),
    )
    return found.fetchone() is not None


def _entries(pages: Pages, roots: Mapping[str, int], name: str) -> Iterator[tuple[Value, ...]]:
    if name in roots:
        for page in pages.walk_index(roots[name], set()).leaves:
            yield from pages.entries(page)


def _is_whole(pages: Pages, roots: Mapping[str, int], name: str) -> bool:
    return name in roots and not pages.walk_index(roots[name], set()).bad


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
