"""Reads one incident out of the history, whole, for its page; in whichever thread, but not the GUI's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from trayuptime.core import troubles, uptime, words
from trayuptime.core.contract import instant
from trayuptime.core.legible import in_a_line, legible
from trayuptime.core.model import FeedState, Incident, IncidentKind, Instant, Note, Rules
from trayuptime.core.ticks import remarks_of
from trayuptime.history import Reader, UnknownIncidentError
from trayuptime.report.ticket import Case, Said, ticket
from trayuptime.runtime.account import Account, account_of, remarks, sketch_of
from trayuptime.system.zone import SystemZone
from trayuptime.ui.history import incident_times as times
from trayuptime.ui.history.incident_moments import moments_of
from trayuptime.ui.history.incident_shown import Fact, IncidentShown, NoteShown
from trayuptime.ui.marks import Mark

AROUND_MS = 3_600_000
"""What was told this long after its end still belongs to it: that the first provider is back."""
MOST_EVENTS = 10_000
"""Told in its time, of all providers."""
BEING_JUDGED = "The rules behind each row are being looked up…"
LONGEST_TITLE = 120
LONGEST_SAID = 600
"""Of what their page said; the time line has the whole of it."""

MARKS = {
    IncidentKind.OUTAGE: Mark.DOWN,
    IncidentKind.DEGRADED: Mark.DEGRADED,
    IncidentKind.UNSTABLE: Mark.DEGRADED,
}


def read_incident(
    reader: Reader,
    number: int,
    *,
    names: Mapping[str, str],
    rules_of: Callable[[str], Rules],
    now: Instant,
    watched_until: Instant | None = None,
    judged: bool = True,
) -> IncidentShown:
    """All that is known of the incident of a number, of one moment.

    To judge a week of results again, which tells the rule behind each, takes a second or two, all else a
    fortieth of that: it can be shown first.

    Args:
        reader: of the history.
        number: as in the table.
        names: the providers' names by their ids; one that is no longer watched keeps its id.
        rules_of: a provider's thresholds.
        now: until when one that lasts is told.
        watched_until: how far one that lasts has been seen; see `Reader.incidents`.
        judged: with the rules and the witnesses.

    Raises:
        UnknownIncidentError: there is none of that number.
        HistoryError: the history cannot be read.
    """
    with reader.snapshot():
        incident = _numbered(number, reader, watched_until)
        if judged:
            account = account_of(incident, reader, rules_of, now, times.clock)
        else:
            account = sketch_of(incident, reader, rules_of, now)
        until = (now if incident.ended_at is None else incident.ended_at) + AROUND_MS
        told = reader.transitions(incident.started_at, MOST_EVENTS, until)
        page = [_said(event) for event in reader.page_events(incident.provider)]
        switches = [each for each in reader.switches(incident.started_at) if each.at < until]
        feed = reader.state().feeds.get(incident.provider)
    before = [each for each in page if each.at < incident.started_at]  # its last word stands, however old
    said = [*before[-1:], *(each for each in page if incident.started_at <= each.at < until)]
    name = names.get(incident.provider, incident.provider)
    end = "lasting" if incident.ended_at is None else times.exact(incident.ended_at)
    return IncidentShown(
        number=incident.id,
        provider=incident.provider,
        title=in_a_line(troubles.headline(name, incident), LONGEST_TITLE),
        mark=MARKS[incident.kind],
        when=times.stretch(incident.started_at, incident.ended_at, now) + _again(incident),
        exact=f"{times.exact(incident.started_at)} – {end}",
        lasts=incident.ended_at is None,
        facts=tuple(_facts(incident, now)),
        remarks=(*remarks(account), *(() if judged else (BEING_JUDGED,))),
        moments=moments_of(account, told, switches, names),
        theirs="\n".join(_theirs(incident, said)),
        their_url="" if feed is None else feed.url,
        notes=tuple(map(_note, remarks_of(account.notes))),
        ticket=_ticket(account, name, said, now),
    )


@dataclass(frozen=True, slots=True)
class IncidentQuestion:
    """The page of an incident; first `judged=False`, then the whole of it, for that takes its time."""

    number: int
    names: Mapping[str, str]
    rules_of: Callable[[str], Rules]
    now: Instant
    watching: bool = True
    judged: bool = True

    @property
    def kind(self) -> str:
        """Neither reading takes the other's place."""
        return "incident" if self.judged else "incident at once"

    def answer(self, reader: Reader) -> IncidentShown | None:
        """`None` where there is no such incident any more: the file may be another one by now."""
        with suppress(UnknownIncidentError):
            return read_incident(
                reader,
                self.number,
                names=self.names,
                rules_of=self.rules_of,
                now=self.now,
                watched_until=self.now if self.watching else None,
                judged=self.judged,
            )
        return None


def _numbered(number: int, reader: Reader, watched_until: Instant | None) -> Incident:
    for incident in reader.incidents(0, watched_until):
        if incident.id == number:
            return incident
    raise UnknownIncidentError(f"There is no incident {number}.")


def _facts(incident: Incident, now: Instant) -> Iterator[Fact]:
    start, end = incident.started_at, incident.ended_at
    yield Fact("Started", times.day_and_clock(start), times.exact(start))
    after = words.duration((incident.confirmed_at - start) / 1000)
    yield Fact("Confirmed", f"{after} later", times.exact(incident.confirmed_at))
    if end is None:
        yield Fact("Ended", "it lasts")
    else:
        yield Fact("Ended", times.day_and_clock(end), times.exact(end))
    yield Fact("Duration", words.duration(uptime.duration_s(incident, now)))
    yield Fact("Downtime", words.duration(uptime.downtime_s(incident, now)))
    unseen_s = troubles.unseen_s(incident, now)
    if unseen_s >= 1:
        around = troubles.around(incident, now)
        yield Fact("Not seen", words.duration(unseen_s) + (f"; {around}" if around else ""))
    if incident.reasons:
        yield Fact("Reason", f"It {troubles.reasons(incident)}")
    if len(incident.phases) > 1:
        yield Fact("Phases", "\n".join(_phases(incident, now)))
    if incident.recoveries:
        yield Fact("Recovered before", ", ".join(map(times.minute, incident.recoveries)))
    if incident.in_maintenance:
        yield Fact("Maintenance", "The vendor had announced maintenance for this time")


def _again(incident: Incident) -> str:
    """Of one that lasts, and did not begin so or was reopened: since when, as the panel tells it."""
    if incident.ended_at is not None or len(incident.phases) < 2:
        return ""
    now = incident.phases[-1]
    how = "again" if incident.recoveries else words.light(now.service)
    return f" · {how} since {times.minute(now.at)}"


def _phases(incident: Incident, now: Instant) -> Iterator[str]:
    for service, start, end in troubles.passages(incident):
        lasted = words.duration(max(0, (now if end is None else end) - start) / 1000)
        yield f"{times.minute(start)} {words.light(service)}, {lasted}"


def _said(event: Mapping[str, Any]) -> Said:
    """What their page said, of an event that tells of it."""
    return Said(instant(str(event["at"])), str(event.get("state", "")), str(event.get("title", "")))


def _theirs(incident: Incident, said: Sequence[Said]) -> Iterator[str]:
    """Their word of it; and what their page said when it began, which may have been that all is well."""
    was_read = troubles.page_was_read(incident, [each.heard for each in said])
    yield in_a_line(
        troubles.their_word(incident, times.minute, was_read=was_read, is_page=bool(said)), LONGEST_SAID
    )
    before = [each for each in said if each.at <= incident.started_at]
    if before and was_read:
        yield f"When it began their page said {before[-1].word}{_of_something_else(incident, before[-1])}."


def _of_something_else(incident: Incident, said: Said) -> str:
    """A page may have been red for hours, and speak of this all the same only by being red."""
    if incident.acknowledged_at is not None or said.heard[1] not in {FeedState.DEGRADED, FeedState.DOWN}:
        return ""
    return ", of something else as far as it told"


def _note(note: Note) -> NoteShown:
    return NoteShown(note.at, times.day_and_clock(note.at), times.exact(note.at), legible(note.text))


def _ticket(account: Account, name: str, said: Sequence[Said], now: Instant) -> str:
    results, zone = tuple(account.results), SystemZone()
    return ticket(Case(account.incident, name, results, tuple(said), now, zone, account.forgotten))
