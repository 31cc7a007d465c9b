"""What a surface keeps when time or the network breaks: over a gap, a clock that is set, another network."""

from dataclasses import replace

from trayuptime.core.model import Instant, Result, Span
from trayuptime.core.state import SurfaceState


def interrupt(surface: SurfaceState, start: Instant) -> SurfaceState:
    """A gap: the last word ends with its start.

    Whether results on both sides of it are in a row is a matter of time alone (see `hysteresis.py`): a gap
    that somebody noted must not decide otherwise than the same silence that nobody did. While nothing is
    wrong, an answer from before it outranks nothing any more: the first good list makes it green again.
    """
    cut_at = start if surface.cut_at is None else min(start, surface.cut_at)
    wrong = surface.incident is not None or surface.fails
    return replace(surface, cut_at=cut_at, deep_until=surface.deep_until if wrong else None)


def changed_networks(surface: SurfaceState) -> SurfaceState:
    """The network is another one: what was lost over the old one tells of no flapping, whoever lost it."""
    if not any(sample.is_silent for sample in surface.recent):
        return surface
    return replace(surface, recent=tuple(sample for sample in surface.recent if not sample.is_silent))


def shifted(surface: SurfaceState, by_ms: int) -> SurfaceState:
    """As if the clock had always been as it is now: what is open or under way keeps its length.

    What is over stays as it was told.
    """

    def moved(at: Instant | None) -> Instant | None:
        return None if at is None else at + by_ms

    def moved_result(result: Result | None) -> Result | None:
        return None if result is None else replace(result, at=result.at + by_ms)

    incident = surface.incident
    if incident is not None:
        incident = replace(
            incident,
            started_at=incident.started_at + by_ms,
            confirmed_at=incident.confirmed_at + by_ms,
            phases=tuple(replace(phase, at=phase.at + by_ms) for phase in incident.phases),
            recoveries=tuple(at + by_ms for at in incident.recoveries),
            seen=tuple(Span(span.start + by_ms, span.end + by_ms) for span in incident.seen),
            told_up_at=moved(incident.told_up_at),
        )
    return replace(
        surface,
        since=moved(surface.since),
        last=moved_result(surface.last),
        latest=moved_result(surface.latest),
        first_fail=moved(surface.first_fail),
        first_ok=moved(surface.first_ok),
        first_slow=moved(surface.first_slow),
        first_fast=moved(surface.first_fast),
        recent=tuple(replace(sample, at=sample.at + by_ms) for sample in surface.recent),
        seen=tuple(Span(span.start + by_ms, span.end + by_ms) for span in surface.seen),
        cut_at=moved(surface.cut_at),
        mute_at=moved(surface.mute_at),
        unproven_since=moved(surface.unproven_since),
        deep_until=moved(surface.deep_until),
        incident=incident,
    )
