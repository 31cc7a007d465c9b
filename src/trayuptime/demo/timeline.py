"""What the simulated DeepSeek's chat page went through, by the vendor's own record of 29-30 March 2026.

The record is DeepSeek's status page (change 498991839811287, "Web/APP Service Performance Abnormal", read
2026-09-27); it speaks of the chat page and app only. The shorter outage of that afternoon is left out: here
the day before the night is healthy.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from trayuptime.core.model import Instant


class Mood(StrEnum):
    """How a simulated vendor answers."""

    HEALTHY = "healthy"
    SLOW = "slow"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Turn:
    """From `at` on, the vendor answers like this."""

    at: Instant
    mood: Mood


def at(text: str) -> Instant:
    """An ISO time with its zone as an instant."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


NIGHT: tuple[Turn, ...] = (
    Turn(at("2026-03-29T16:20:14Z"), Mood.DOWN),
    Turn(at("2026-03-29T16:36:29Z"), Mood.SLOW),
    Turn(at("2026-03-29T18:16:16Z"), Mood.DOWN),
    Turn(at("2026-03-30T01:13:45Z"), Mood.SLOW),
    Turn(at("2026-03-30T02:33:42Z"), Mood.HEALTHY),
)
STARTS_AT = at("2026-03-29T15:55:00Z")
"""When the demo begins: some answers before the first failure."""
ENDS_AT = at("2026-03-30T03:10:00Z")
"""When it is over if the recovery has been confirmed; by then it is also old enough for "is back"."""
GIVES_UP_AT = at("2026-03-30T04:10:00Z")
"""When it is over in any case."""

INTERVAL_S = 300.0
"""How often each surface is asked, in virtual seconds."""
SLOW_S = 2.05
"""What a slow answer takes, in real seconds: the threshold is never under 2."""

SLOWEST = 1.0
FASTEST = 320.0
"""Beyond it, one slow answer would last longer than the one before it speaks; then they are not in a row."""


def mood_at(night: Sequence[Turn], now: Instant) -> Mood:
    """How the vendor answers now; healthy before the first turn."""
    passed = bisect_right(night, now, key=lambda turn: turn.at)
    return night[passed - 1].mood if passed else Mood.HEALTHY


def spells_s(night: Sequence[Turn], mood: Mood) -> tuple[float, ...]:
    """How long each spell of a mood lasts, in virtual seconds; one without an end is left out."""
    return tuple((after.at - turn.at) / 1000 for turn, after in pairwise(night) if turn.mood is mood)
