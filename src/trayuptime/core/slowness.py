"""What is slow for a surface: far over its own usual, as the history or its first answers know it."""

from collections.abc import Callable
from dataclasses import replace
from statistics import median

from trayuptime.core.model import Level, Result
from trayuptime.core.reasons import Reason
from trayuptime.core.state import SurfaceState

SLOW_TIMES = 3.0
SLOW_FLOOR_MS = 2_000.0
WARM_UP = 20
"""Latencies kept until the history knows a median; fewer than `WARM_UP_LEAST` judge nothing slow."""
WARM_UP_LEAST = 3

Ask = Callable[[], bool]
"""What is to be known of the other hosts; it is asked only where something hangs on it."""


def usual_ms(surface: SurfaceState, level: Level) -> float | None:
    """What the history knows as usual for a question of this level."""
    return surface.deep_baseline_ms if level is Level.COMPLETION else surface.baseline_ms


def slow_over_ms(surface: SurfaceState, level: Level = Level.MODELS) -> float | None:
    """The latency from which an answer of a level is slow; `None` while too little is known."""
    usual = usual_ms(surface, level)
    if usual is None:
        warm_up = _warm_up(surface, level)
        if len(warm_up) < WARM_UP_LEAST:
            return None
        usual = median(warm_up)
    return max(SLOW_FLOOR_MS, SLOW_TIMES * usual)


def timed(surface: SurfaceState, result: Result, may_be: Ask) -> Result:
    """An `ok` turns out slow; looking the name up does not count, for that is our own name server's work.

    A completion is timed from the question sent: no name is looked up in that time.
    """
    limit = slow_over_ms(surface, result.level)
    looking_up_ms = 0.0 if result.level is Level.COMPLETION else result.phases.dns_ms or 0.0
    took_ms = (result.latency_ms or 0.0) - looking_up_ms
    if result.reason is Reason.OK and limit is not None and took_ms > limit and may_be():
        return replace(result, reason=Reason.SLOW)
    return result


def learned(surface: SurfaceState, result: Result, *, deep: bool) -> tuple[float, ...]:
    """The surface's first latencies of completions or of all else, with this one while there are too few.

    Slow ones teach nothing: a slow hour at the beginning would soon pass for usual.
    """
    level = Level.COMPLETION if deep else Level.MODELS
    known = _warm_up(surface, level)
    if deep is not (result.level is Level.COMPLETION):
        return known
    learning = usual_ms(surface, level) is None and len(known) < WARM_UP
    if not learning or result.reason is not Reason.OK or result.latency_ms is None:
        return known
    return (*known, result.latency_ms)


def _warm_up(surface: SurfaceState, level: Level) -> tuple[float, ...]:
    return surface.deep_warm_up if level is Level.COMPLETION else surface.warm_up
