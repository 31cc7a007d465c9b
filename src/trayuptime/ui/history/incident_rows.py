"""Incidents as rows of a table: words for each cell, what it is sorted by, and what a filter finds it by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trayuptime.core import claims, troubles, uptime, words
from trayuptime.core.legible import in_a_line, legible
from trayuptime.core.model import Incident, IncidentKind, Instant, Note, Span, Surface
from trayuptime.core.notes import About, about, by_incident
from trayuptime.core.ticks import remarks_of
from trayuptime.history import Reader
from trayuptime.ui.history import incident_times as times
from trayuptime.ui.history.incident_reading import MARKS
from trayuptime.ui.marks import Mark

COLUMNS = ("Started", "Surface", "Kind", "Lasted", "Downtime", "Reason", "Notes", "Their word")
STARTED, KIND = COLUMNS.index("Started"), COLUMNS.index("Kind")
LONGEST_CELL = 120
_NEVER = float("inf")
_KINDS = tuple(IncidentKind)


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident in the table.

    Attributes:
        number: of the incident.
        mark: of its kind.
        cells: the words of each column.
        order: what each column is sorted by.
        started_at: the first failure.
        ended_at: `None` while it lasts.
        sentence: the whole row, for who cannot see it.
        found_by: all its words in small letters, the vendor's title and the notes with them.
        down: when it was seen down.
    """

    number: int
    surface: Surface
    kind: IncidentKind
    mark: Mark
    cells: tuple[str, ...]
    order: tuple[str | float, ...]
    started_at: Instant
    ended_at: Instant | None
    sentence: str
    found_by: str
    down: tuple[Span, ...]

    @property
    def exact(self) -> str:
        """From when to when, with the zone; worked out when it is asked for, which takes its time."""
        until = "lasting" if self.ended_at is None else times.exact(self.ended_at)
        return f"{times.exact(self.started_at)} – {until}"


def read_incidents(
    reader: Reader,
    *,
    names: Mapping[str, str],
    now: Instant,
    provider: str | None = None,
    since: Instant = 0,
    watched_until: Instant | None = None,
) -> tuple[IncidentRow, ...]:
    """The rows of every incident, or of one provider's, by their start; in whichever thread.

    Args:
        reader: of the history.
        names: the providers' names by their ids; one that is no longer watched keeps its id.
        now: until when one that lasts is told.
        provider: whose alone; its name is not in the rows then.
        since: those that were over by then are left out.
        watched_until: see `Reader.incidents`.

    Raises:
        HistoryError: the history cannot be read.
    """
    with reader.snapshot():
        found = reader.incidents(since, watched_until, provider)
        notes = by_incident(reader.notes())
    if provider is not None:
        names = {**names, provider: ""}
    return rows_of(found, notes, names, now)


@dataclass(frozen=True, slots=True)
class IncidentsQuestion:
    """The rows of a provider's incidents, or of all; `provider` is `None` for these."""

    provider: str | None
    names: Mapping[str, str]
    now: Instant
    watching: bool = True
    kind: str = "incidents"

    def answer(self, reader: Reader) -> tuple[IncidentRow, ...]:
        """By their start."""
        until = self.now if self.watching else None
        return read_incidents(
            reader, names=self.names, now=self.now, provider=self.provider, watched_until=until
        )


def rows_of(
    incidents: Iterable[Incident],
    notes: Mapping[About, Sequence[Note]],
    names: Mapping[str, str],
    now: Instant,
) -> tuple[IncidentRow, ...]:
    """A row for each, in their order; of a provider whose name is empty the surface alone is named."""
    return tuple(_row(each, notes.get(about(each), ()), names, now) for each in incidents)


def down_s(rows: Iterable[IncidentRow]) -> float:
    """How long something was seen down, in seconds; two at one time count once."""
    return uptime.total_s(uptime.merged(span for row in rows for span in row.down))


def _row(incident: Incident, notes: Sequence[Note], names: Mapping[str, str], now: Instant) -> IncidentRow:
    written, start, end = (
        remarks_of(notes),
        incident.started_at,
        now if incident.ended_at is None else incident.ended_at,
    )
    started = times.minute(start)
    name = in_a_line(names.get(incident.provider, incident.provider))
    surface = f"{name} {words.part(incident.surface)}".strip()
    lasted_s = uptime.duration_s(incident, now)
    down = uptime.common(uptime.down_spans(incident.phases, end), incident.seen)
    downtime_s = uptime.total_s(down)
    lasted = words.duration(lasted_s) + (" so far" if incident.ended_at is None else "")
    reason, lead = troubles.reasons(incident), troubles.lead(incident)
    lead_s = claims.lead_s(incident)
    title = legible(incident.vendor_title)
    told = f"{lead}: {title}" if lead and title else lead
    counted = "" if not written else "1 note" if len(written) == 1 else f"{len(written)} notes"
    cells = (
        started,
        in_a_line(surface, LONGEST_CELL),
        incident.kind.value,
        lasted,
        words.duration(downtime_s) if downtime_s else "–",
        reason,
        str(len(written)) if written else "–",
        in_a_line(told, LONGEST_CELL) or "–",
    )
    parts = (
        f"{incident.kind} of {surface}, {started}",
        f"lasted {lasted}",
        f"{words.duration(downtime_s)} down" if downtime_s else "no downtime",
        reason,
        f"their first word {cells[-1]}" if lead else "no word of theirs is known",
        counted,
    )
    sentence = ", ".join(part for part in parts if part)
    return IncidentRow(
        incident.id,
        incident.surface,
        incident.kind,
        MARKS[incident.kind],
        cells,
        (
            start,
            surface.casefold(),
            _KINDS.index(incident.kind),
            lasted_s,
            downtime_s,
            reason,
            len(written),
            _NEVER if lead_s is None else lead_s,
        ),
        start,
        incident.ended_at,
        sentence,
        "\n".join([sentence, title, *(note.text for note in notes)]).casefold(),
        down,
    )
