"""From results, gaps and incidents to the figures of a window: uptime and coverage, outages, latency.

Time-weighted throughout: what lasted counts, never how often somebody asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trayuptime.core import coverage, uptime
from trayuptime.core.coverage import Coverage
from trayuptime.core.model import Gap, GapCause, Incident, Instant, Key, Result, Span, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.tally import Tally, percentile, tally
from trayuptime.core.tally import together as tallies_together

IN_TIME = frozenset({Reason.OK, Reason.SLOW})
"""Answers to the question that was asked; how fast a key is rejected says nothing of the service."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a window holds of one surface, or of one provider; as spans, so that it can be cut and drawn.

    Attributes:
        coverage: the window, sorted into seen and unseen.
        down: confirmed downtime within covered time.
        degraded: the same of `degraded`, where it was not down.
        outages: each from its first failure to the end of its last downtime, whatever was seen of it; one
            that lasts reaches beyond the window.
        marked: of each outage that began in announced maintenance its beginning and its downtime.
        unseen: the longest gap within an outage that was seen down before and after it.
        latencies: of the answers in time or slow within the window.
        results: how many there were within the window, of any kind.
        uncounted_ms: time of the window whose results and latencies are forgotten and not among these.
    """

    coverage: Coverage
    down: tuple[Span, ...]
    degraded: tuple[Span, ...]
    outages: tuple[Span, ...]
    marked: tuple[tuple[Instant, tuple[Span, ...]], ...]
    unseen: Span | None
    latencies: Tally
    results: int
    uncounted_ms: int = 0


@dataclass(frozen=True, slots=True)
class Troubles:
    """What incidents say of one surface, whatever was seen; see `Record`."""

    down: tuple[Span, ...]
    degraded: tuple[Span, ...]
    outages: tuple[Span, ...]
    marked: tuple[tuple[Instant, tuple[Span, ...]], ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """A record summed up: what its figures need, and what years can be summed up to; see `Record`.

    Attributes:
        gap_s: time that was not seen, by cause.
        down: confirmed downtime within covered time, in order: outages, and the user's maintenance, are held
            against it.
    """

    window: Span
    covered_ms: int
    degraded_ms: int
    gap_s: Mapping[GapCause, float]
    down: tuple[Span, ...]
    outages: tuple[Span, ...]
    marked: tuple[tuple[Instant, tuple[Span, ...]], ...]
    unseen: Span | None
    latencies: Tally
    results: int
    uncounted_ms: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one window.

    Attributes:
        uptime: 1 - downtime / covered time; `None` where nothing was covered.
        coverage: covered time / the whole window; `None` for an empty window.
        gap_s: time that was not seen, by cause.
        outages: those of which downtime was seen; overlapping ones are one.
        longest_outage_s: the most downtime of one outage.
        mttr_s: mean downtime of the outages that ended in the window; `None` for none.
        mtbf_s: mean time up for each outage; `None` for none.
        longest_unseen_s: the longest gap within an outage that was seen down before and after it, else 0.
        maintenance_downtime_s: the downtime in announced maintenance, counted in `downtime_s` too.
        uptime_but_maintenance: the uptime when that downtime is left out altogether, neither up nor down.
        uncounted_s: time of the window whose results and latencies are forgotten: they are neither in the
            percentiles nor in `results`.
    """

    window: Span
    uptime: float | None
    coverage: float | None
    covered_s: float
    downtime_s: float
    degraded_s: float
    gap_s: Mapping[GapCause, float]
    outages: int
    longest_outage_s: float
    mttr_s: float | None
    mtbf_s: float | None
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    results: int
    longest_unseen_s: float
    maintenance_downtime_s: float
    uptime_but_maintenance: float | None
    uncounted_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of a surface, or of a whole provider, which has none."""

    provider: str
    surface: Surface | None
    figures: Figures


def record(
    key: Key, window: Span, results: Sequence[Result], gaps: Iterable[Gap], incidents: Iterable[Incident]
) -> Record:
    """The record of one surface.

    Args:
        key: the surface.
        window: of which to tell.
        results: see `coverage.coverage`.
        gaps: see there.
        incidents: of any surface; those of others are passed over. One without an end lasts.
    """
    within = [result for result in results if window.start <= result.at < window.end]
    latencies = tally([r.latency_ms for r in within if r.reason in IN_TIME and r.latency_ms is not None])
    seen = coverage.coverage(key, window, results, gaps)
    return of_seen(key, seen, incidents, latencies, len(within))


def of_seen(
    key: Key, seen: Coverage, incidents: Iterable[Incident], latencies: Tally, results: int
) -> Record:
    """The record of one surface, from what was seen of it.

    Args:
        key: the surface.
        seen: the window, sorted.
        incidents: see `record`.
        latencies: within the window, of answers `IN_TIME`.
        results: how many there were within the window.
    """
    own = [incident for incident in incidents if Key(incident.provider, incident.surface) == key]
    troubles = troubles_of(own, seen.window)
    was_down = uptime.common(troubles.down, seen.covered)
    return Record(
        seen,
        was_down,
        uptime.without(uptime.common(troubles.degraded, seen.covered), was_down),
        troubles.outages,
        troubles.marked,
        uptime.longest_between(troubles.down, seen.covered),
        latencies,
        results,
    )


def troubles_of(incidents: Iterable[Incident], window: Span) -> Troubles:
    """The troubles of one surface as they stand at the end of a window."""
    # One that is down at the window's end reaches a millisecond beyond it.
    beyond = window.end + 1
    down: list[Span] = []
    degraded: list[Span] = []
    outages: list[Span] = []
    marked: list[tuple[Instant, tuple[Span, ...]]] = []
    for incident in incidents:
        end = beyond if incident.ended_at is None else min(incident.ended_at, beyond)
        spans = uptime.down_spans(incident.phases, end)
        if spans:
            outages.append(Span(spans[0].start, spans[-1].end))
            marked += [(spans[0].start, tuple(spans))] if incident.in_maintenance else []
        down += spans
        degraded += uptime.degraded_spans(incident.phases, end)
    return Troubles(uptime.merged(down), uptime.merged(degraded), uptime.merged(outages), tuple(marked))


def together(records: Sequence[Record]) -> Record:
    """The record of a provider: down while any of its surfaces is, seen while any of them was.

    Args:
        records: of its surfaces, at least one, of the same window.
    """
    down = uptime.merged(span for each in records for span in each.down)
    degraded = uptime.merged(span for each in records for span in each.degraded)
    unplanned = uptime.merged(span for each in records for span in _unmarked(each))
    return Record(
        coverage.together([each.coverage for each in records]),
        down,
        uptime.without(degraded, down),
        uptime.merged(span for each in records for span in each.outages),
        tuple(
            (began_at, uptime.without(spans, unplanned))
            for each in records
            for began_at, spans in each.marked
        ),
        uptime.longest([each.unseen for each in records if each.unseen is not None]),
        tallies_together([each.latencies for each in records]),
        sum(each.results for each in records),
        max(each.uncounted_ms for each in records),
    )


def _unmarked(of: Record) -> tuple[Span, ...]:
    """Its downtime that no announced maintenance explains."""
    return uptime.without(of.down, uptime.merged(span for _, spans in of.marked for span in spans))


def totals(of: Record) -> Totals:
    """A record summed up."""
    return Totals(
        of.coverage.window,
        uptime.total_ms(of.coverage.covered),
        uptime.total_ms(of.degraded),
        of.coverage.gap_s,
        of.down,
        of.outages,
        of.marked,
        of.unseen,
        of.latencies,
        of.results,
        of.uncounted_ms,
    )


def figures(of: Record | Totals, maintenance: Sequence[Span] = ()) -> Figures:
    """The numbers of a record.

    Of an outage that began in maintenance which a status page announced all is left out of the second uptime:
    how long that went on is not kept.

    Args:
        of: the record.
        maintenance: when the user knows of maintenance, disjoint and in order; of outages that begin in it
            what lies beyond it counts.
    """
    of = totals(of) if isinstance(of, Record) else of
    window_s = max(0, of.window.end - of.window.start) / 1000
    covered_s = of.covered_ms / 1000
    down_s = uptime.total_s(of.down)
    announced = [
        span
        for began_at, spans in of.marked
        if not any(known.start <= began_at < known.end for known in maintenance)
        for span in spans
    ]
    planned_s = uptime.total_s(uptime.common(of.down, uptime.merged((*maintenance, *announced))))
    down_of_each = zip(of.outages, uptime.lengths_s(of.down, of.outages), strict=True)
    lasted = [(span, seconds) for span, seconds in down_of_each if seconds]
    ended = [seconds for span, seconds in lasted if span.end <= of.window.end]
    return Figures(
        window=of.window,
        uptime=_share(covered_s - down_s, covered_s),
        coverage=_share(covered_s, window_s),
        covered_s=covered_s,
        downtime_s=down_s,
        degraded_s=of.degraded_ms / 1000,
        gap_s=of.gap_s,
        outages=len(lasted),
        longest_outage_s=max((seconds for _, seconds in lasted), default=0.0),
        mttr_s=_share(sum(ended), len(ended)),
        mtbf_s=_share(covered_s - down_s, len(lasted)),
        latency_p50_ms=percentile(of.latencies, 0.5),
        latency_p95_ms=percentile(of.latencies, 0.95),
        results=of.results,
        longest_unseen_s=0.0 if of.unseen is None else uptime.total_s((of.unseen,)),
        maintenance_downtime_s=planned_s,
        uptime_but_maintenance=_share(covered_s - down_s, covered_s - planned_s),
        uncounted_s=of.uncounted_ms / 1000,
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
