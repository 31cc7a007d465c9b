"""What was measured against what was promised: the downtime that a promise allows, and how much is spent.

Only downtime that was seen is spent. What was not seen may have been better or worse, so a month that is
below in what was seen is told apart from one whose seen downtime alone breaks the promise.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from trayuptime.core.figures import Figures
from trayuptime.core.model import Span

LEAST_PERCENT, MOST_PERCENT = 50, 100
"""Less than this nobody promises: a share was written for a percentage."""


def percent_of(text: str) -> float:
    """A promise as people write it: `99.9`, `99,9`, with or without a sign for percent.

    Raises:
        ValueError: it is none; a sentence.
    """
    try:
        percent = float(text.strip().removesuffix("%").strip().replace(",", "."))
    except ValueError:
        percent = 0.0
    if not LEAST_PERCENT <= percent <= MOST_PERCENT:
        limits = f"between {LEAST_PERCENT} and {MOST_PERCENT} percent, such as 99.9"
        raise ValueError(f"{text!r} is no uptime; write one {limits}")
    return percent


def written(percent: float) -> str:
    """`99.9`: to its last digit, so that a promise of nearly everything is not told as one of everything."""
    return f"{percent:.12g}"


class Outcome(StrEnum):
    """Whether a promise was kept in a time."""

    NO_DATA = "no_data"
    """Nothing of it was seen."""
    KEPT = "kept"
    """In what was seen of it."""
    BELOW = "below"
    """The share of what was seen is below; had all the rest been up, it might not be."""
    BROKEN = "broken"
    """The downtime that was seen is more than the whole time allows, whatever the rest was."""


@dataclass(frozen=True, slots=True)
class Against:
    """A time held against a promise; downtime in announced maintenance is left out, as contracts do.

    Attributes:
        allowed_s: the downtime that the promise allows in the whole time.
        spent_s: the downtime that was seen.
    """

    outcome: Outcome
    allowed_s: float
    spent_s: float

    @property
    def spent(self) -> float | None:
        """The share of the budget that is spent, more than 1 where it is overdrawn; `None` without any."""
        return self.spent_s / self.allowed_s if self.allowed_s else None


def against(figures: Figures, whole: Span, percent: float) -> Against:
    """Holds a time against a promise.

    Args:
        figures: of what lies of it in a window.
        whole: all of it: a calendar month, also where the window holds less.
        percent: the uptime that is promised, as it is written: 99.9.
    """
    may_fail = 1 - Fraction(Decimal(repr(percent))) / 100
    covered_ms = round((figures.covered_s - figures.maintenance_downtime_s) * 1000)
    down_ms = round((figures.downtime_s - figures.maintenance_downtime_s) * 1000)
    allowed_ms = may_fail * (whole.end - whole.start)
    if covered_ms <= 0:
        outcome = Outcome.NO_DATA
    elif down_ms > allowed_ms:
        outcome = Outcome.BROKEN
    else:
        outcome = Outcome.BELOW if down_ms > may_fail * covered_ms else Outcome.KEPT
    return Against(outcome, float(allowed_ms) / 1000, down_ms / 1000)
