"""A healthy day before the night: the history of somebody who did not start watching a minute ago.

The rule for slow answers compares with the median of the last seven days. Without a past, the slow hours of
the night themselves would soon be that median, and no longer slow.
"""

from collections.abc import Iterable
from pathlib import Path

from trayuptime.core.model import Instant, Level, Result
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Settled, State
from trayuptime.demo.timeline import INTERVAL_S
from trayuptime.demo.vendors import Part, latency_ms
from trayuptime.history import History

LASTS_S = 86_400.0


def write_past(path: Path, parts: Iterable[Part], until: Instant) -> None:
    """Writes it, up to one interval before `until`, into a history that does not exist yet.

    Raises:
        HistoryError: it cannot be written.
    """
    history = History.open(path, stamp=lambda: "demo")
    try:
        history.append([Settled(result, proven=False) for result in past(parts, until)], State(), until)
        # The state is that of a first start: the engine makes up its own mind about tonight.
        history.save(State(), until)
    finally:
        history.close()


def past(parts: Iterable[Part], until: Instant) -> list[Result]:
    """The results of the day, by their time; the last of them one interval before `until`."""
    step = round(INTERVAL_S * 1000)
    times = range(until - round(LASTS_S * 1000), until, step)
    return [
        Result(
            at=at,
            provider=part.key.provider,
            surface=part.key.surface,
            reason=Reason.OK,
            level=Level.MODELS if part.models else Level.REACH,
            latency_ms=latency_ms(part, at),
            http_status=200,
            interval_s=INTERVAL_S,
        )
        for at in times
        for part in parts
    ]
