"""What is slow for a surface: far over its own usual, as the history or its first answers know it."""

from collections.abc import Callable
from dataclasses import replace
from statistics import median

from trayuptime.core.model import Result
from trayuptime.core.reasons import Reason
from trayuptime.core.state import SurfaceState

SLOW_TIMES = 3.0
SLOW_FLOOR_MS = 2_000.0
WARM_UP = 20
"""Latencies kept until the history knows a median; fewer than `WARM_UP_LEAST` judge nothing slow."""
WARM_UP_LEAST = 3

Ask = Callable[[], bool]
"""What is to be known of the other hosts; it is asked only where something hangs on it."""


def slow_over_ms(surface: SurfaceState) -> float | None:
    """The latency from which an answer is slow; `None` while too little is known."""
    usual = surface.baseline_ms
    if usual is None:
        if len(surface.warm_up) < WARM_UP_LEAST:
            return None
        usual = median(surface.warm_up)
    return max(SLOW_FLOOR_MS, SLOW_TIMES * usual)


def timed(surface: SurfaceState, result: Result, may_be: Ask) -> Result:
    """An `ok` turns out slow; looking the name up does not count, for that is our own name server's work."""
    limit = slow_over_ms(surface)
    took_ms = (result.latency_ms or 0.0) - (result.phases.dns_ms or 0.0)
    if result.reason is Reason.OK and limit is not None and took_ms > limit and may_be():
        return replace(result, reason=Reason.SLOW)
    return result


def learned(surface: SurfaceState, result: Result) -> tuple[float, ...]:
    """The surface's first latencies, with this one while there are too few.

    Slow ones teach nothing: a slow hour at the beginning would soon pass for usual.
    """
    known = surface.warm_up
    learning = surface.baseline_ms is None and len(known) < WARM_UP
    if not learning or result.reason is not Reason.OK or result.latency_ms is None:
        return known
    return (*known, result.latency_ms)
