"""From results, gaps and incidents to the figures of a window: uptime and coverage, outages, latency.

Time-weighted throughout: what lasted counts, never how often somebody asked.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trayuptime.core import coverage, uptime
from trayuptime.core.coverage import Coverage
from trayuptime.core.model import Gap, GapCause, Incident, Instant, Key, Result, Span
from trayuptime.core.reasons import Reason

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
        latencies_ms: of the answers in time or slow within the window, in order of size.
        results: how many there were within the window, of any kind.
    """

    coverage: Coverage
    down: tuple[Span, ...]
    degraded: tuple[Span, ...]
    outages: tuple[Span, ...]
    marked: tuple[tuple[Instant, tuple[Span, ...]], ...]
    unseen: Span | None
    latencies_ms: tuple[float, ...]
    results: int


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
    seen = coverage.coverage(key, window, results, gaps)
    # One that is down at the window's end reaches a millisecond beyond it.
    beyond = window.end + 1
    down: list[Span] = []
    degraded: list[Span] = []
    outages: list[Span] = []
    marked: list[tuple[Instant, tuple[Span, ...]]] = []
    for incident in incidents:
        if Key(incident.provider, incident.surface) != key:
            continue
        end = beyond if incident.ended_at is None else min(incident.ended_at, beyond)
        spans = uptime.down_spans(incident.phases, end)
        if spans:
            outages.append(Span(spans[0].start, spans[-1].end))
            marked += [(spans[0].start, tuple(spans))] if incident.in_maintenance else []
        down += spans
        degraded += uptime.degraded_spans(incident.phases, end)
    all_down = uptime.merged(down)
    was_down = uptime.common(all_down, seen.covered)
    within = [result for result in results if window.start <= result.at < window.end]
    return Record(
        seen,
        was_down,
        uptime.without(uptime.common(uptime.merged(degraded), seen.covered), was_down),
        uptime.merged(outages),
        tuple(marked),
        uptime.longest_between(all_down, seen.covered),
        tuple(sorted(r.latency_ms for r in within if r.reason in IN_TIME and r.latency_ms is not None)),
        len(within),
    )


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
        tuple(sorted(latency for each in records for latency in each.latencies_ms)),
        sum(each.results for each in records),
    )


def _unmarked(of: Record) -> tuple[Span, ...]:
    """Its downtime that no announced maintenance explains."""
    return uptime.without(of.down, uptime.merged(span for _, spans in of.marked for span in spans))


def figures(of: Record, maintenance: Sequence[Span] = ()) -> Figures:
    """The numbers of a record.

    Of an outage that began in maintenance which a status page announced all is left out of the second uptime:
    how long that went on is not kept.

    Args:
        of: the record.
        maintenance: when the user knows of maintenance, disjoint and in order; of outages that begin in it
            what lies beyond it counts.
    """
    window_s = max(0, of.coverage.window.end - of.coverage.window.start) / 1000
    covered_s = uptime.total_s(of.coverage.covered)
    down_s = uptime.total_s(of.down)
    announced = [
        span
        for began_at, spans in of.marked
        if not any(known.start <= began_at < known.end for known in maintenance)
        for span in spans
    ]
    planned_s = uptime.total_s(uptime.common(of.down, uptime.merged((*maintenance, *announced))))
    down_of_each = [(span, uptime.total_s(uptime.within(of.down, span))) for span in of.outages]
    lasted = [(span, seconds) for span, seconds in down_of_each if seconds]
    ended = [seconds for span, seconds in lasted if span.end <= of.coverage.window.end]
    return Figures(
        window=of.coverage.window,
        uptime=_share(covered_s - down_s, covered_s),
        coverage=_share(covered_s, window_s),
        covered_s=covered_s,
        downtime_s=down_s,
        degraded_s=uptime.total_s(of.degraded),
        gap_s=of.coverage.gap_s,
        outages=len(lasted),
        longest_outage_s=max((seconds for _, seconds in lasted), default=0.0),
        mttr_s=_share(sum(ended), len(ended)),
        mtbf_s=_share(covered_s - down_s, len(lasted)),
        latency_p50_ms=percentile(of.latencies_ms, 0.5),
        latency_p95_ms=percentile(of.latencies_ms, 0.95),
        results=of.results,
        longest_unseen_s=0.0 if of.unseen is None else uptime.total_s((of.unseen,)),
        maintenance_downtime_s=planned_s,
        uptime_but_maintenance=_share(covered_s - down_s, covered_s - planned_s),
    )


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The nearest rank: always a value that was measured; `None` where none was.

    Args:
        ordered: in order of size.
        share: above 0, at most 1.
    """
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
