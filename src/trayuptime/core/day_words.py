"""A day in one line of words: how much of it was up, of how much that was seen, and why not."""

from collections.abc import Iterable, Sequence

from trayuptime.core import words
from trayuptime.core.days import DayCell
from trayuptime.core.model import Incident
from trayuptime.core.strip import CAUSES, SEEN, Status

_LEAST_S = 1
"""What is shorter is not told."""


def day_words(cell: DayCell, reasons: Sequence[str] = ()) -> str:
    """`Tue 11 Nov 2026 · 99.097 % up of 22 h 10 min seen · 12 min down (503) · 1 h 50 min asleep`.

    Args:
        cell: the day.
        reasons: why it was down, a few words each.
    """
    return " · ".join([f"{cell.day:%a %d %b %Y}", *sums_words(cell.sums, reasons)])


def sums_words(sums: Sequence[int], reasons: Sequence[str] = ()) -> list[str]:
    """The same of the milliseconds of each status, by its number, in parts; nothing seen is never up."""
    seen_ms = sum([sums[status] for status in SEEN])
    why = f" ({', '.join(reasons)})" if reasons else ""
    parts = []
    if seen_ms:
        up = words.percent((seen_ms - sums[Status.DOWN]) / seen_ms)
        parts.append(f"{up} up of {words.duration(seen_ms / 1000)} seen")
    if sums[Status.DOWN]:
        parts.append(f"{words.duration(sums[Status.DOWN] / 1000)} down{why}")
    if sums[Status.DEGRADED]:
        parts.append(f"{words.duration(sums[Status.DEGRADED] / 1000)} degraded")
    parts += [
        f"{words.duration(sums[status] / 1000)} {words.unseen(cause)}"
        for status, cause in CAUSES.items()
        if sums[status] >= _LEAST_S * 1000
    ]
    if sums[Status.UNSEEN] >= _LEAST_S * 1000:
        long = words.duration(sums[Status.UNSEEN] / 1000)
        parts.append(f"{long} {words.NOT_WATCHED}" if parts else words.NOT_WATCHED)
    return parts or ["no data"]


def reasons_of(cell: DayCell, incidents: Iterable[Incident]) -> list[str]:
    """Why it was down on a day: each reason once, of the incidents that overlap it."""
    found: dict[str, None] = {}
    for incident in incidents:
        lasting = incident.ended_at is None or incident.ended_at > cell.window.start
        if lasting and incident.started_at < cell.window.end:
            found |= {words.says(reason): None for reason in incident.reasons}
    return list(found)
