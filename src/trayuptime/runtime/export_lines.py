"""What an export holds: everything that was recorded of a window, in the order of time, streamed."""

from collections.abc import Callable, Collection, Iterator
from math import inf

from trayuptime.core import contract
from trayuptime.core.model import Instant
from trayuptime.core.notes import about, by_incident
from trayuptime.core.state import Settled
from trayuptime.core.window import Window
from trayuptime.history import Reader

Line = Settled | contract.Json
"""A result as it was settled, for there are millions of them; anything else as its public object."""

LOOKED_EVERY = 500
"""Results; a few milliseconds."""

_GAP, _RESULT, _INCIDENT, _SWITCH, _NOTE = range(5)
"""The order of what began in one instant."""
_Placed = tuple[float, contract.Json]
_NOTHING: _Placed = (inf, {})


def recorded(
    reader: Reader,
    window: Window,
    ids: Collection[str],
    now: Instant,
    passing: Callable[[Instant], object] | None = None,
) -> Iterator[Line]:
    """Results that began in the window, switches made in it, what overlaps it, and notes of that.

    All of it is of one moment if the reader is in a snapshot.

    Args:
        reader: of the history.
        window: of which to tell.
        ids: the providers; empty for all. Gaps of everybody belong to each.
        now: until when an incident lasts that has no end.
        passing: hears now and then how far in time it has come, also where nothing is told of that.
    """
    results = reader.results(window.start, window.before)
    if passing is not None:
        results = _heard(results, passing)
    rest = iter(sorted(_others(reader, window, ids, now), key=lambda item: item[0]))
    due, other = next(rest, _NOTHING)
    for settled in results:
        result = settled.result
        while due < result.at * 8 + _RESULT:  # _place, without a call
            yield other
            due, other = next(rest, _NOTHING)
        if not ids or result.provider in ids:
            yield settled
    while due < inf:
        yield other
        due, other = next(rest, _NOTHING)


def as_json(line: Line) -> contract.Json:
    """The public object of a line."""
    return contract.exported(line) if isinstance(line, Settled) else line


def _heard(results: Iterator[Settled], passing: Callable[[Instant], object]) -> Iterator[Settled]:
    for count, settled in enumerate(results):
        if not count % LOOKED_EVERY:
            passing(settled.result.at)
        yield settled


def _others(reader: Reader, window: Window, ids: Collection[str], now: Instant) -> Iterator[_Placed]:
    for gap in reader.gaps(window.start):
        if window.meets(gap.at, gap.until) and (not ids or gap.key is None or gap.key.provider in ids):
            yield _place(gap.at, _GAP), contract.exported_gap(gap)
    notes = by_incident(reader.notes())
    for incident in reader.incidents(window.start):
        if window.meets(incident.started_at, incident.ended_at) and (not ids or incident.provider in ids):
            yield _place(incident.started_at, _INCIDENT), contract.exported_incident(incident, now)
            for note in notes.get(about(incident), ()):
                yield _place(note.at, _NOTE), contract.exported_note(note, incident.id)
    for switch in reader.switches(window.start):
        if window.holds(switch.at) and (not ids or switch.provider in ids):
            yield _place(switch.at, _SWITCH), contract.exported_switch(switch)


def _place(at: Instant, kind: int) -> int:
    """One number to sort by: there are millions to compare."""
    return at * 8 + kind
