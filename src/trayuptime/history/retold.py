"""A recording as a history of its own: what the judge makes of it, packed by surface and day in one go.

Nothing is told and nothing is appended here, so millions of results take seconds; `merge.py` brings the file
into the history that is watched.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from trayuptime.core import coverage, uptime
from trayuptime.core.attached import Kept
from trayuptime.core.model import Gap, Incident, Instant, Key, Note, Rules, Span, Switch
from trayuptime.core.packed import Packed
from trayuptime.core.recording import Heard
from trayuptime.core.replay import Judged
from trayuptime.core.retelling import Retelling, Stretch
from trayuptime.core.state import GapSeen, Settled, State
from trayuptime.history import evidence, files, grains, notes, packed, raw, rows
from trayuptime.history.evidence import Story
from trayuptime.history.grains import Grain
from trayuptime.history.snapshot import row_of

Stories = dict[tuple[Key, Instant], Story]
"""What is to be kept beside results, by surface and time."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What a recording carries besides its lines.

    Attributes:
        stories: what results looked like.
        incidents: as they were told when they were recorded. Whoever watched knew more than the lines tell,
            so each takes the place of what the judge finds at that time.
        notes: about incidents.
        switches: of the user.
    """

    stories: Stories
    incidents: Sequence[Incident] = ()
    notes: Sequence[Note] = ()
    switches: Sequence[Switch] = ()


class _Kind(NamedTuple):
    """What lines of a form have in common, as it is kept."""

    surface: int
    code: int
    status: int
    interval_ms: int
    is_timed: bool


@dataclass(slots=True)
class _Times:
    """When the first so many results of a surface and day began."""

    known: set[Instant] = field(default_factory=set)
    count: int = 0


def write(path: Path, recording: Packed, rules_of: Callable[[str], Rules], attached: Attached) -> int:
    """Judges the recording and writes what comes of it into a new file.

    Args:
        path: where no file is.
        recording: it is arranged.
        rules_of: a provider's thresholds.
        attached: what belongs to it.

    Returns:
        How many results never came to count: failures at its end that no other host could vouch for.

    Raises:
        HistoryError: it cannot be written, or has too many surfaces.
    """
    try:
        with closing(files.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")  # a file that is not whole is thrown away
            connection.execute("PRAGMA synchronous = OFF")
            files.apply(connection, files.migrations_to(files.newest_version()))
            connection.execute("BEGIN")
            left = _Writer(connection, recording, attached).write(rules_of)
            connection.execute("COMMIT")
            return left
    except sqlite3.DatabaseError as error:
        raise files.trouble(path, error) from error


class _Writer:
    def __init__(self, connection: sqlite3.Connection, recording: Packed, attached: Attached) -> None:
        self._connection = connection
        self._recording = recording
        self._attached = attached
        self._numbers: dict[Key, int] = {}
        self._kinds: list[_Kind | None] = []
        self._day = Span(0, 0)
        self._open: list[list[Grain]] = []
        self._late: dict[tuple[int, Instant], list[Grain]] = {}
        self._times: dict[int, _Times] = {}
        self._stories: dict[int, dict[Instant, Story]] = {}
        self._incidents: dict[int, Incident] = {}
        self._gaps: dict[Gap, None] = {}
        self._newest: Instant = 0

    def write(self, rules_of: Callable[[str], Rules]) -> int:
        retelling = Retelling(self._recording, rules_of)
        self._kinds = [None] * len(self._recording.forms)
        self._meet_surfaces()
        seen: State | None = None
        for each in retelling:
            if isinstance(each, Stretch):
                self._take_stretch(each)
            else:
                self._take(each)
                seen = self._look(seen, each.step.state)
        state = retelling.state
        self._look(seen, state)
        self._close_day()
        self._write_late()
        self._gaps.update(dict.fromkeys(coverage.open_gaps(state, self._newest)))
        self._write_gaps()
        self._write_incidents()
        notes.write(self._connection, self._attached.notes)
        self._write_switches()
        return len(state.waiting)

    # Results

    def _meet_surfaces(self) -> None:
        """Every surface with the place where it was asked, as far as that is said."""
        for form in self._recording.forms:
            if form.key not in self._numbers:
                self._numbers[form.key] = len(self._numbers) + 1
        if len(self._numbers) >= rows.SURFACES:
            raise files.HistoryError(
                f"There are {len(self._numbers)} surfaces in it; a history tells {rows.SURFACES - 1} apart"
            )
        asked: dict[Key, Heard] = {form.key: form for form in self._recording.forms if form.host}
        for key, number in self._numbers.items():
            words = (number, key.provider, key.surface.value)
            self._connection.execute("INSERT INTO surface (id, provider, surface) VALUES (?, ?, ?)", words)
            if (place := asked.get(key)) is not None:
                self._connection.execute(
                    "UPDATE surface SET host = ?, reach = ? WHERE id = ?",
                    (place.host, place.reach.value, number),
                )
        self._open = [[] for _ in range(len(self._numbers) + 1)]
        for (key, at), story in self._attached.stories.items():
            if key in self._numbers:
                self._stories.setdefault(self._numbers[key], {})[at] = story

    def _take_stretch(self, stretch: Stretch) -> None:
        kinds, open_, (start, end) = self._kinds, self._open, self._edges()
        for at, latency_ms, form in stretch.lines:
            kind = kinds[form] or self._kind_of(form, stretch.settled_as[form])
            if not start <= at < end:
                start, end = self._turn_to(at)
            number, code, status, interval_ms, is_timed = kind
            latency = grains.latency_of(latency_ms) if is_timed else 0
            interval_ms = interval_ms if latency_ms <= interval_ms else grains.interval_of(latency_ms / 1000)
            open_[number].append((at, code, latency, status, interval_ms))
        self._newest = max(self._newest, stretch.lines[-1][0])

    def _kind_of(self, form: int, like: Settled) -> _Kind:
        _, code, latency, status, interval_ms = grains.grain_of(like.result, like.proven, like.counted)
        kind = _Kind(self._numbers[like.result.key], code, status, interval_ms, bool(latency))
        self._kinds[form] = kind
        return kind

    def _take(self, judged: Judged) -> None:
        for happening in judged.step.happenings:
            if isinstance(happening, GapSeen):
                self._gaps[happening.gap] = None
            elif isinstance(happening, Settled):
                self._take_settled(happening)
        self._newest = max(self._newest, judged.recorded.at)

    def _take_settled(self, settled: Settled) -> None:
        result = settled.result
        number = self._numbers[result.key]
        grain = grains.grain_of(result, settled.proven, settled.counted)
        start, end = self._edges()
        if result.at < start:
            found = self._late.setdefault((number, result.at // raw.DAY_MS * raw.DAY_MS), [])
        else:
            if result.at >= end:
                self._turn_to(result.at)
            found = self._open[number]
        if settled.witness and self._is_new(number, found, result.at):  # of two the first counts
            stories = self._stories.setdefault(number, {})
            story = stories.get(result.at) or evidence.story_of(result.at, Kept(), "")
            stories[result.at] = story._replace(witness=story.witness or settled.witness)
        found.append(grain)

    def _is_new(self, number: int, found: Sequence[Grain], at: Instant) -> bool:
        """Whether none of a surface's results of a day has just this time; those looked at once are known."""
        if found is not self._open[number]:
            return all(each[0] != at for each in found)
        times = self._times.setdefault(number, _Times())
        times.known.update([each[0] for each in found[times.count :]])
        times.count = len(found)
        return at not in times.known

    def _edges(self) -> tuple[Instant, Instant]:
        return self._day.start, self._day.end

    def _turn_to(self, at: Instant) -> tuple[Instant, Instant]:
        """Another day begins; only a clock that was set back comes to one that was closed."""
        self._close_day()
        start = at // raw.DAY_MS * raw.DAY_MS
        self._day = Span(start, start + raw.DAY_MS)
        return self._edges()

    def _close_day(self) -> None:
        for number, found in enumerate(self._open):
            if found:
                self._write_day(number, self._day.start, found)
                found.clear()
        self._times.clear()

    def _write_late(self) -> None:
        for (number, day), found in self._late.items():
            self._write_day(number, day, found)

    def _write_day(self, number: int, day: Instant, found: Sequence[Grain]) -> None:
        known = self._stories.get(number, {})
        stories = [known[grain[0]] for grain in found if grain[0] in known] if known else ()
        whole = packed.with_rest(self._connection, number, Span(day, day + raw.DAY_MS), found, stories)
        for part in packed.divided(whole):
            packed.write(self._connection, part, loose=False)

    # What else there is

    def _look(self, before: State | None, state: State) -> State:
        """Remembers the incidents of what changed, as they are now."""
        for key, surface in state.surfaces.items():
            if before is not None and before.surfaces.get(key) is surface:
                continue
            for incident in (*surface.earlier, surface.previous, surface.incident):
                if incident is not None:
                    self._incidents[incident.id] = incident
        return state

    def _write_gaps(self) -> None:
        for gap in sorted(self._gaps, key=_when):
            names = (None, None) if gap.key is None else (gap.key.provider, gap.key.surface.value)
            self._connection.execute(
                "INSERT INTO gap VALUES (?, ?, ?, ?, ?)",
                (gap.at, max(gap.at, gap.until), gap.cause.value, *names),
            )

    def _write_incidents(self) -> None:
        told = _told_last(self._attached.incidents)
        judged = _apart_from(told, self._incidents.values())
        found = sorted([*judged, *map(self._seen_somehow, told)], key=lambda each: each.started_at)
        for number, incident in enumerate(found, start=1):
            self._connection.execute(
                "INSERT INTO incident VALUES (?, ?, ?, ?, ?, ?)", row_of(replace(incident, id=number))
            )

    def _seen_somehow(self, told: Incident) -> Incident:
        """One that does not say when it was seen was when the judge saw it, or else all the time."""
        if told.seen:
            return told
        end = max(self._newest if told.ended_at is None else told.ended_at, told.started_at)
        seen = [span for each in self._incidents.values() if _meet(each, told) for span in each.seen]
        within = uptime.within(uptime.merged(seen), Span(told.started_at, end))
        return replace(told, seen=tuple(within) or (Span(told.started_at, end),))

    def _write_switches(self) -> None:
        self._connection.executemany(
            "INSERT INTO switch VALUES (?, ?, ?, ?)",
            [
                (each.at, each.provider, each.to, each.back)
                for each in sorted(dict.fromkeys(self._attached.switches), key=lambda each: each.at)
            ],
        )


def _when(gap: Gap) -> tuple[Instant, Instant]:
    return gap.at, gap.until


def _told_last(incidents: Sequence[Incident]) -> list[Incident]:
    """Of one that was exported twice, while it lasted and later, what was known last."""
    found: dict[tuple[str, str, Instant], Incident] = {}
    for each in incidents:
        name = (each.provider, each.surface.value, each.started_at)
        before = found.get(name)
        if before is None or before.ended_at is None or each.ended_at is not None:
            found[name] = each
    return list(found.values())


def _apart_from(told: Sequence[Incident], judged: Iterable[Incident]) -> Iterator[Incident]:
    """Those of the judge's that meet none of the others of their surface."""
    starts: dict[Key, list[Instant]] = {}
    ends: dict[Key, list[Instant]] = {}
    for each in sorted(told, key=lambda each: each.started_at):
        key = Key(each.provider, each.surface)
        starts.setdefault(key, []).append(each.started_at)
        latest = ends.setdefault(key, [])
        latest.append(max([_end_of(each), *latest[-1:]]))
    for each in judged:
        key = Key(each.provider, each.surface)
        begun = bisect_left(starts.get(key, ()), _end_of(each))
        if not begun or ends[key][begun - 1] <= each.started_at:
            yield each


def _end_of(incident: Incident) -> Instant:
    """Of one that is over at once, an instant later: two that begin together meet."""
    return raw.FOREVER if incident.ended_at is None else max(incident.ended_at, incident.started_at + 1)


def _meet(one: Incident, other: Incident) -> bool:
    if (one.provider, one.surface) != (other.provider, other.surface):
        return False
    return one.started_at < _end_of(other) and other.started_at < _end_of(one)
