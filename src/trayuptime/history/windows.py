"""Any window of the history as records and totals: sums of days where there are such, results at its edges.

Equal to what `core` makes of every single result, whatever has been summed up by then. Where results are
forgotten, what became of the time is known to the millisecond; latencies and numbers of results are known of
whole days of UTC. A window that cuts such a day counts none of its results, and says so.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from itertools import pairwise

from trayuptime.core import figures, uptime
from trayuptime.core import strip as strips
from trayuptime.core.coverage import Coverage
from trayuptime.core.days import DayCell, cells_of
from trayuptime.core.figures import Record, Totals, Troubles
from trayuptime.core.model import Gap, GapCause, Incident, Instant, Key, Span
from trayuptime.core.strip import CAUSES, SEEN, Run, Status, Strip
from trayuptime.core.tally import Tally
from trayuptime.history import counted, first_tokens, fortnights, grains, hourly, raw, rolled, rows, stretch
from trayuptime.history.columns import TornError
from trayuptime.history.counted import Counts
from trayuptime.history.day_sums import DaySums
from trayuptime.history.first_tokens import Apart
from trayuptime.history.grains import Grain
from trayuptime.history.hourly import Pace
from trayuptime.history.rolled import DAY, HOUR

_UNCUT_DAYS = 8
_DOWN, _DEGRADED, _UNSEEN = Status.DOWN, Status.DEGRADED, Status.UNSEEN


class Windows:
    """What the history holds of some windows; lives as long as the transaction it reads in.

    Raises:
        ValueError: from every method where the file holds what this version cannot read.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        hull: Span,
        incidents: Callable[[Key], Sequence[Incident]],
        open_gaps: Sequence[Gap] = (),
        provider: str | None = None,
    ) -> None:
        """Nothing is read yet.

        Args:
            connection: to the history, within one transaction.
            hull: no window reaches beyond it.
            incidents: reads those of a surface that overlap it, as they stand.
            open_gaps: those that no row tells yet.
            provider: whose surfaces alone are asked for, and so read; `None` for everybody's.
        """
        self._connection = connection
        self._hull = hull
        self._open_gaps = open_gaps
        self._provider = provider
        self._read_incidents = incidents
        self._incidents: dict[Key, Sequence[Incident]] = {}
        self._down_days: dict[int, list[tuple[Instant, Strip]]] = {}
        self._days: dict[Instant, dict[int, Strip]] = {}
        self._strips: dict[tuple[int, Span], Strip] = {}
        self._sums: dict[Span, dict[int, list[int]]] = {}
        self._counts: dict[tuple[int, Instant], tuple[Instant, Counts]] = {}

    @cached_property
    def numbers(self) -> Mapping[Key, int]:
        """Every surface of the file that may be asked for."""
        return {
            place.key: number
            for number, place in rows.places(self._connection).items()
            if self._provider in {None, place.key.provider}
        }

    @property
    def _wanted(self) -> Collection[int] | None:
        return None if self._provider is None else self.numbers.values()

    def heard(self, window: Span) -> list[Key]:
        """The surfaces that were asked in a window, or whose last answer before it speaks into it."""
        return [key for key, number in self.numbers.items() if self._is_heard(number, window)]

    def sums(self, key: Key, window: Span) -> list[int]:
        """The milliseconds of each status, by its number: uptime and coverage, without outages."""
        days = self._whole_days(key, window)
        found = [0] * len(Status)
        for span in uptime.without((window,), days):
            found = list(map(int.__add__, found, strips.totals(self.strip(key, span))))
        for span in days:
            found = list(map(int.__add__, found, self._sums_of(key, span)))  # without the last, the results
        return found

    def record(self, key: Key, window: Span) -> Record:
        """The record of a surface; latencies and results too."""
        strip = self.strip(key, window)
        troubles = self._troubles(key, window)
        seen = _coverage(strip, window)
        results, latencies, uncounted_ms = self._answers(key, window)
        return Record(
            seen,
            strips.spans(strip, window.start, _DOWN),
            strips.spans(strip, window.start, _DEGRADED),
            troubles.outages,
            troubles.marked,
            uptime.longest_between(troubles.down, seen.covered),
            latencies,
            results,
            uncounted_ms,
        )

    def totals(self, key: Key, window: Span, *, answers: bool = True) -> Totals:
        """What the figures of a surface need.

        Args:
            key: the surface.
            window: within the hull.
            answers: count its results and latencies too, which takes longer.
        """
        sums = self.sums(key, window)
        down: list[Span] = []
        days = self._whole_days(key, window)
        for span in uptime.without((window,), days):
            down += strips.spans(self.strip(key, span), span.start, _DOWN)
        for span in days:
            down += self._down_of(key, span)
        was_down = uptime.merged(down)
        troubles = self._troubles(key, window)
        results, latencies, uncounted_ms = self._answers(key, window) if answers else (0, (), 0)
        gap_s = {cause: sums[status] / 1000 for status, cause in CAUSES.items()}
        gap_s[GapCause.APP_OFF] += sums[_UNSEEN] / 1000
        return Totals(
            window,
            sum(sums[status] for status in SEEN),
            sums[_DEGRADED],
            gap_s,
            was_down,
            troubles.outages,
            troubles.marked,
            self._unseen(key, window, troubles, was_down),
            latencies,
            results,
            uncounted_ms,
        )

    def strip(self, key: Key, window: Span) -> Strip:
        """What each moment of a surface was."""
        number = self.numbers.get(key)
        if number is None:
            return self._worked_out(key, None, window)
        found = self._strips.get((number, window))
        if found is None:
            found = self._strips[number, window] = strips.joined(self._runs(key, number, window))
        return found

    def cells(self, keys: Iterable[Key], days: Sequence[tuple[date, Span]]) -> list[tuple[DayCell, ...]]:
        """What each local day of some surfaces was; quick for months of many of them.

        Args:
            keys: the surfaces.
            days: those of a window, as `core.days.local_days` tells them.
        """
        if not days:
            return [() for _ in keys]
        by_day = DaySums([span for _, span in days])
        found = rolled.strip_rows(self._connection, DAY, by_day.outer.start, by_day.outer.end, self._wanted)
        return [
            cells_of(
                days,
                by_day.of(
                    found.get(self.numbers.get(key, 0), ()),
                    self._trusted_until(key),
                    partial(self.strip, key),
                ),
            )
            for key in keys
        ]

    def paces(self, key: Key, window: Span) -> list[Pace]:
        """The latencies of each hour in which there were some; of hours of UTC, cut at the window's ends.

        One that is cut there is left out where its results are forgotten.
        """
        number = self.numbers.get(key)
        if number is None:
            return []
        found: list[Pace] = []
        days = self._whole_days(key, window)
        for span in days:
            found += hourly.read(self._connection, number, span.start, span.end)
        for span in self._forgotten_parts(number, uptime.without((window,), days)):
            paces = hourly.read(self._connection, number, *_outer(span, raw.DAY_MS))
            found += [each for each in paces if span.start <= each.start <= span.end - raw.HOUR_MS]
        for span in self._known_pieces(number, uptime.without((window,), days)):
            by_hour: dict[Instant, list[Grain]] = {}
            for grain in self._results(number, span):
                by_hour.setdefault(grain[0] // raw.HOUR_MS * raw.HOUR_MS, []).append(grain)
            for start, within in by_hour.items():
                pace = hourly.pace_of(start, counted.counts_of(within))
                found += [] if pace is None else [pace]
        return sorted(found)

    def paces_apart(self, key: Key, window: Span) -> tuple[list[Pace], list[Pace]]:
        """The paces of what asks less than a completion, counted or not, and of the times to first token.

        Where results are forgotten nobody can tell one from the other: there all are among the first.
        """
        number = self.numbers.get(key)
        if number is None:
            return [], []
        others: list[Pace] = []
        deep: list[Pace] = []
        apart = set()
        for day, found in self._answered_days(number, window):
            apart.add(day)
            others += found.others
            deep += found.first_tokens
        whole = self.paces(key, window)
        others += [pace for pace in whole if pace.start // raw.DAY_MS * raw.DAY_MS not in apart]
        return sorted(others), deep

    def answers(self, key: Key, window: Span) -> list[Grain]:
        """Its single results, in the order of time; of forgotten ones the failures that are kept."""
        number = self.numbers.get(key)
        return [] if number is None else self._results(number, window)

    def first_tokens(self, key: Key, window: Span) -> list[tuple[Instant, float]]:
        """When its completions were asked, and after how many ms the first token came; of those kept."""
        number = self.numbers.get(key)
        if number is None:
            return []
        answered = self._answered_days(number, window)
        return [each for _, of in answered for each in zip(of.asked_at, of.took_ms, strict=True)]

    def begun(self, key: Key) -> Instant:
        """When it was first heard, to the stretch of results at rest; later than ever where it never was."""
        return self._begun.get(self.numbers.get(key, 0), raw.FOREVER)

    def kept_since(self, key: Key) -> Instant:
        """From when on every single result of a surface is kept."""
        return self._final.get(self.numbers.get(key, 0), 0)

    # Rows

    def _trusted_until(self, key: Key) -> Instant:
        """Rows know nothing of a gap that has none yet; those that are final are trusted all the same."""
        begun = [gap.at for gap in self._open_gaps if gap.key is None or gap.key == key]
        number = self.numbers.get(key)
        return max(min(begun, default=raw.FOREVER), 0 if number is None else self._final.get(number, 0))

    def _whole_days(self, key: Key, window: Span) -> tuple[Span, ...]:
        """The days of a window that have a row."""
        number = self.numbers.get(key)
        first = -(-window.start // raw.DAY_MS) * raw.DAY_MS
        last = min(window.end, self._trusted_until(key)) // raw.DAY_MS * raw.DAY_MS
        if number is None or first >= last:
            return ()
        starts = self._day_starts.get(number, [])
        within = starts[bisect_left(starts, first) : bisect_left(starts, last)]
        if within and within[-1] - within[0] == (len(within) - 1) * raw.DAY_MS:  # nearly always
            return (Span(within[0], within[-1] + raw.DAY_MS),)
        return uptime.merged(Span(start, start + raw.DAY_MS) for start in within)

    @cached_property
    def _day_starts(self) -> Mapping[int, Sequence[Instant]]:
        return rolled.starts(self._connection, DAY, *_outer(self._hull, raw.DAY_MS))

    @cached_property
    def _final(self) -> Mapping[int, Instant]:
        return rolled.final(self._connection)

    @cached_property
    def _begun(self) -> Mapping[int, Instant]:
        at_rest = self._connection.execute("SELECT surface, min(since) FROM packed GROUP BY surface")
        found: dict[int, Instant] = dict(at_rest.fetchall())
        fresh = {number: results[0][0] for number, results in self._fresh.items() if results}
        first_seen = {number: rolled.first_seen(self._connection, number) for number in self._final}
        for number, at in (*fresh.items(), *first_seen.items()):
            if at is not None:
                found[number] = min(at, found.get(number, at))
        return found

    @cached_property
    def _spoken(self) -> Mapping[int, list[tuple[Instant, int]]]:
        until = min(self._hull.end, max(self._final.values(), default=0))
        return rolled.spoken(self._connection, *_outer(Span(self._hull.start, until), raw.DAY_MS))

    def _spoken_days(self, number: int, span: Span) -> list[tuple[Instant, int]]:
        """The days in which something was heard, of those that a span of forgotten time touches."""
        first, last = _outer(span, raw.DAY_MS)
        days = self._spoken.get(number, [])
        return days[bisect_left(days, (first,)) : bisect_left(days, (last,))]

    def _forgotten_parts(self, number: int, spans: Sequence[Span]) -> tuple[Span, ...]:
        """The parts of spans whose results are forgotten."""
        return uptime.within(spans, Span(0, self._final.get(number, 0)))

    def _known_pieces(self, number: int, spans: Sequence[Span]) -> Iterator[Span]:
        """Those whose results are all there, in pieces."""
        for span in uptime.within(spans, Span(self._final.get(number, 0), raw.FOREVER)):
            yield from self._pieces(number, span)

    @cached_property
    def _hours(self) -> Mapping[int, list[tuple[Instant, Strip]]]:
        return rolled.strips_of(self._connection, HOUR, *_outer(self._hull, raw.HOUR_MS), self._wanted)

    @cached_property
    def _rows_down(self) -> Mapping[int, list[rolled.StripRow]]:
        return rolled.strip_rows(
            self._connection, DAY, *_outer(self._hull, raw.DAY_MS), self._wanted, down=True
        )

    def _of_days(self, number: int, days: Sequence[Instant]) -> list[tuple[Instant, Instant, Strip]]:
        """The strips of days that have a row; read for all surfaces at once that may be asked for."""
        missing = [day for day in days if day not in self._days]
        if missing:
            end = missing[-1] + raw.DAY_MS
            found = rolled.strips_of(self._connection, DAY, missing[0], end, self._wanted)
            for surface, rows_ in found.items():
                for day, strip in rows_:
                    self._days.setdefault(day, {})[surface] = strip
        return [(day, day + raw.DAY_MS, self._days[day][number]) for day in days]

    def _sums_of(self, key: Key, span: Span) -> list[int]:
        """Milliseconds by status, and the results, of whole days that all have a row."""
        if span not in self._sums:
            # Windows mostly end alike, and the longer hold the shorter.
            begun = [
                known.start for known in self._sums if known.end == span.end and known.start > span.start
            ]
            until = min(begun, default=span.end)
            found = rolled.whole(self._connection, DAY, span.start, until)
            if begun:
                for number, sums in self._sums[Span(until, span.end)].items():
                    found[number] = list(map(int.__add__, found[number], sums)) if number in found else sums
            self._sums[span] = found
        of_key = self._sums[span].get(self.numbers[key])
        if of_key is None or sum(of_key[:-1]) != span.end - span.start:
            raise TornError("a row of sums is damaged: it is not where it was found before")
        return of_key

    def _counts_of(self, number: int, span: Span) -> Counts:
        """The latencies of all days with a row; windows mostly end alike, the longer hold the shorter."""
        known, counts = self._counts.get((number, span.end), (span.end, {}))
        if known < span.start:
            known, counts = span.end, {}
        more = fortnights.counts(self._connection, number, span.start, known)
        counts = counted.summed([counts, *more]) if more else counts
        self._counts[number, span.end] = span.start, counts
        return counts

    def _down_of(self, key: Key, span: Span) -> Iterator[Span]:
        number = self.numbers[key]
        days = self._down_days.get(number)
        if days is None:
            days = self._down_days[number] = rolled.strips_in(DAY, self._rows_down.get(number, ()))
        for start, strip in days[bisect_left(days, span.start, key=_start) :]:
            if start >= span.end:
                return
            yield from strips.spans(strip, start, _DOWN)

    # Time

    def _runs(self, key: Key, number: int, window: Span) -> Iterator[Run]:
        """The runs of a window, from rows where there are some."""
        at = window.start
        for start, end, strip in self._rows(number, window, self._trusted_until(key)):
            if start > at:
                yield from self._worked_out(key, number, Span(at, start))
            inside = window.start <= start and end <= window.end
            yield from strip if inside else strips.cut(strip, start, window)
            at = min(end, window.end)
        if at < window.end:
            yield from self._worked_out(key, number, Span(at, window.end))

    def _rows(self, number: int, window: Span, until: Instant) -> list[tuple[Instant, Instant, Strip]]:
        """The strips that overlap a window and do not reach beyond a time, in the order of time."""
        hours = self._hours.get(number, [])
        days = self._day_starts.get(number, [])
        first = window.start // raw.DAY_MS * raw.DAY_MS
        of_days = days[bisect_left(days, first) : bisect_left(days, min(window.end, until - raw.DAY_MS + 1))]
        found = self._of_days(number, of_days)
        near = bisect_left(hours, window.start - raw.HOUR_MS + 1, key=_start)
        for start, strip in hours[near : bisect_left(hours, window.end, key=_start)]:
            if start + raw.HOUR_MS <= until and start // raw.DAY_MS * raw.DAY_MS not in of_days:
                found.append((start, start + raw.HOUR_MS, strip))
        found.sort()
        return found

    def _worked_out(self, key: Key, number: int | None, span: Span) -> Strip:
        """A stretch from its results."""
        results: list[Grain] = []
        neighbours: stretch.Neighbours = (None, None)
        if number is not None and span.start < (final := self._final.get(number, 0)):
            # Before its first day, or a row was lost: gaps alone tell of it.
            if span.end > final:
                parts = Span(span.start, final), Span(final, span.end)
                return strips.joined(run for part in parts for run in self._worked_out(key, number, part))
        elif number is not None:
            pieces = self._pieces(number, span)
            if len(pieces) > 1:
                return strips.joined(run for each in pieces for run in self._worked_out(key, number, each))
            results = self._results(number, span)
            fresh = self._fresh.get(number, ())
            neighbours = (
                raw.before(self._connection, number, span.start, fresh),
                raw.after(self._connection, number, span.end, fresh),
            )
        gaps = stretch.gaps_between(self._connection, *stretch.reach(neighbours), key)
        gaps += [gap for gap in self._open_gaps if gap.key is None or gap.key == key]
        incidents = stretch.incidents_between(self._connection, span.start, span.end, key)
        around = stretch.Circumstances(gaps, incidents)
        return stretch.strip(key, span, results, neighbours, around)

    # Results

    def _is_heard(self, number: int, window: Span) -> bool:
        fresh = self._fresh.get(number, ())
        final = self._final.get(number, 0)
        if window.start < final:
            forgotten = Span(window.start, min(window.end, final))
            if self._spoken_days(number, forgotten):
                return True
            if window.end <= final:
                return False
        start = max(window.start, final)
        before = raw.before(self._connection, number, start, fresh)
        after = raw.after(self._connection, number, start, fresh)
        return (before is not None and before.until > start) or (after is not None and after.at < window.end)

    @cached_property
    def _fresh(self) -> Mapping[int, Sequence[Grain]]:
        return raw.recent(self._connection)

    def _pieces(self, number: int, span: Span) -> list[Span]:
        """A span in pieces of some days each: what was imported is years without a row, until it has some."""
        if span.end - span.start <= _UNCUT_DAYS * raw.DAY_MS:
            return [span]
        cuts = raw.days_of(self._connection, number, span.start, span.end)[_UNCUT_DAYS::_UNCUT_DAYS]
        return [Span(start, end) for start, end in pairwise([span.start, *cuts, span.end]) if start < end]

    def _results(self, number: int, span: Span) -> list[Grain]:
        return raw.of_surface(self._connection, number, span.start, span.end, self._fresh.get(number, ()))

    def _answered_days(self, number: int, window: Span) -> Iterator[tuple[Instant, Apart]]:
        """The days of a window with completions; none of which only failures and a last word are left."""
        kept_since = max(window.start, self._final.get(number, 0))
        if kept_since >= window.end:
            return iter(())
        kept = Span(kept_since, window.end)
        return first_tokens.days(self._connection, number, kept, self._fresh.get(number, ()))

    def _answers(self, key: Key, window: Span) -> tuple[int, Tally, int]:
        """How many results counted, the latencies of answers, and the time in which some were forgotten."""
        number = self.numbers.get(key)
        if number is None:
            return 0, (), 0
        results = 0
        found: list[Counts] = []
        days = self._whole_days(key, window)
        for span in days:
            results += self._sums_of(key, span)[-1]
        if days:
            found.append(self._counts_of(number, Span(days[0].start, days[-1].end)))
        rest = uptime.without((window,), days)
        for span in self._known_pieces(number, rest):
            hours = rolled.read(self._connection, HOUR, number, *_inner(span, raw.HOUR_MS))
            known = [Span(start, start + raw.HOUR_MS) for start, _ in hours]
            results += sum([roll.results for _, roll in hours])
            found += [roll.counts for _, roll in hours]
            for part in uptime.without((span,), known):
                within = self._results(number, part)
                results += grains.count(within)
                found.append(counted.counts_of(within))
        uncounted = [
            uptime.total_ms(uptime.within((part,), Span(day, day + raw.DAY_MS)))
            for part in self._forgotten_parts(number, rest)
            for day, asked in self._spoken_days(number, part)
            if asked
        ]
        return results, counted.tally_of(found), sum(uncounted)

    # Incidents

    def _troubles(self, key: Key, window: Span) -> Troubles:
        if key not in self._incidents:
            self._incidents[key] = self._read_incidents(key)
        near = [
            incident
            for incident in self._incidents[key]
            if incident.started_at <= window.end
            and (incident.ended_at is None or incident.ended_at >= window.start)
        ]
        return figures.troubles_of(near, window)

    def _unseen(self, key: Key, window: Span, troubles: Troubles, was_down: Sequence[Span]) -> Span | None:
        """The longest gap within an outage; only those are looked into of which not all was seen."""
        pieces: list[Span] = []
        for span, seen_s in zip(troubles.down, uptime.lengths_s(was_down, troubles.down), strict=True):
            within = Span(max(span.start, window.start), min(span.end, window.end))
            if within.start < within.end and seen_s * 1000 < span.end - span.start:
                covered = strips.spans(self.strip(key, within), within.start, *SEEN)
                longest = uptime.longest_between((span,), covered)
                pieces += [] if longest is None else [longest]
        return uptime.longest(pieces)


def _coverage(strip: Strip, window: Span) -> Coverage:
    found: dict[int, list[Span]] = {status: [] for status in Status}
    at = window.start
    for status, ms in strip:
        found[status].append(Span(at, at + ms))
        at += ms
    covered = uptime.merged(span for status in SEEN for span in found[status])
    gaps = {cause: tuple(found[status]) for status, cause in CAUSES.items()}
    return Coverage(window, covered, gaps, tuple(found[_UNSEEN]))


def _outer(span: Span, length_ms: int) -> tuple[Instant, Instant]:
    """The stretches that a span touches."""
    return span.start // length_ms * length_ms, -(-span.end // length_ms) * length_ms


def _inner(span: Span, length_ms: int) -> tuple[Instant, Instant]:
    """The stretches that lie in a span."""
    start, end = -(-span.start // length_ms) * length_ms, span.end // length_ms * length_ms
    return start, max(start, end)


def _start(row: tuple[Instant, Strip]) -> Instant:
    return row[0]
