"""Days in which completions are asked beside a list of models."""

from collections.abc import Sequence

from history.lives import DAY_MS
from history.watching import DEEPSEEK, START, a_result
from trayuptime.core.model import Instant, Key, Level, Result
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Settled, State
from trayuptime.history import History

MIDNIGHT = START // DAY_MS * DAY_MS + DAY_MS
TEN_MINUTES_MS = 600_000
Told = list[tuple[Instant, float]]
"""When a completion was asked, and how long its first token took."""


def keep(history: History, results: Sequence[Result], *, counted: bool = True) -> None:
    settled = [Settled(result, proven=False, counted=counted) for result in results]
    history.append(settled, State(), results[-1].at)


def a_day_of_completions(history: History, day: Instant, key: Key = DEEPSEEK) -> Told:
    """Every ten minutes until noon; a list of models each minute, outranked until then."""
    minutes = [
        a_result(key, Reason.OK, day + n * 60_000, latency_ms=200.0, interval_s=60.0) for n in range(1_440)
    ]
    keep(history, minutes[:720], counted=False)
    keep(history, minutes[720:])
    first = [(day + n * TEN_MINUTES_MS + 5_000, 800.0 + n) for n in range(72)]
    deep = [
        a_result(key, Reason.OK, at, latency_ms=ms, level=Level.COMPLETION, interval_s=600.0)
        for at, ms in first
    ]
    keep(history, deep)
    return first


def tidy(history: History, now: Instant) -> None:
    while history.tidy(now, lambda: 0.0):
        pass
