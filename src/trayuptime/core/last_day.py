"""The last 24 hours of one provider, as its row draws them and tells them to who cannot see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from trayuptime.core import words
from trayuptime.core.day_words import sums_words
from trayuptime.core.model import Instant, Span, Surface
from trayuptime.core.strip import Strip, totals
from trayuptime.core.trace import Trace

LENGTH_MS = 86_400_000
SLOTS = 72
"""Parts of twenty minutes, which begin where the clock's do: those that are over hardly ever change."""
SLOT_MS = LENGTH_MS // SLOTS


@dataclass(frozen=True, slots=True)
class LastDay:
    """What was kept of it.

    Attributes:
        window: the 24 hours.
        strip: what each moment of it was, of all its surfaces together.
        traces: the latencies of each surface, in the slots of `drawn(window.end)`.
    """

    window: Span
    strip: Strip
    traces: Mapping[Surface, Trace] = field(default_factory=dict)


def drawn(now: Instant) -> Span:
    """The day as it is drawn, in whole slots; the last one is not over."""
    end = (now // SLOT_MS + 1) * SLOT_MS
    return Span(end - LENGTH_MS, end)


def bar_words(strip: Strip) -> str:
    """`last 24 hours: 99.166 % up of 20 h seen, 10 min down, 4 h asleep`."""
    return f"last 24 hours: {', '.join(sums_words(totals(strip)))}"


def trace_words(trace: Trace) -> str:
    """`latency around 610 ms, at most 4.2 s; 3 failures`; empty where nothing was answered."""
    clauses = []
    middles = sorted([slot.middle_ms for slot in trace if slot.middle_ms is not None])
    if middles:
        most = max([slot.high_ms for slot in trace if slot.high_ms is not None])
        around = middles[(len(middles) - 1) // 2]
        clauses.append(f"latency around {words.latency(around)}, at most {words.latency(most)}")
    if failures := sum([slot.failures for slot in trace]):
        clauses.append(f"{failures} {'failure' if failures == 1 else 'failures'}")
    return "; ".join(clauses)
