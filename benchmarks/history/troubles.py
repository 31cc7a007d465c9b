"""What goes wrong in the data set: outages of surfaces, slow spells, rate limits, nights, lost networks.

Lengths and frequencies follow published incidents of AI vendors: minutes to seven hours, most under an hour,
half of them of all surfaces at once, some flapping; a surface is down for about 0.5 % of the time. They are
drawn month by month, each from a seed of its own, so that a longer data set begins like a shorter one.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from random import Random

from trayuptime.core.model import Gap, GapCause, Instant
from trayuptime.core.reasons import Reason

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
"""In milliseconds."""
START: Instant = 1_767_225_600_000
"""2026-01-01T00:00Z."""
MONTH = 30 * DAY
TIMEOUT_MS = 10_000

_OUTAGES_A_MONTH, _SLOW_A_MONTH, _LIMITS_A_MONTH, _BLIPS_A_DAY = 4.2, 6.0, 4.0, 0.7
_MEDIAN_MS, _SIGMA, _SHORTEST_MS, _LONGEST_MS = 35 * MINUTE, 1.1, 3 * MINUTE, 7 * HOUR
_OFFLINE_A_DAY = 0.3
_MIXES = (
    (Reason.SERVER_ERROR,),
    (Reason.SERVER_ERROR, Reason.OVERLOADED),
    (Reason.OVERLOADED,),
    (Reason.READ_TIMEOUT, Reason.SERVER_ERROR),
    (Reason.CONNECT_TIMEOUT,),
    (Reason.CONNECTION_RESET, Reason.SERVER_ERROR, Reason.READ_TIMEOUT),
    (Reason.CONNECT_REFUSED,),
    (Reason.DNS_FAILURE,),
)
_MIX_WEIGHTS = (30, 20, 15, 15, 6, 8, 3, 3)


class Kind(Enum):
    """What a trouble does to an answer."""

    OUTAGE = auto()
    SLOW = auto()
    LIMIT = auto()


@dataclass(frozen=True, slots=True)
class Trouble:
    """One surface's from `start` to `end`.

    Attributes:
        share: of the questions that it befalls.
        reasons: of the failures, drawn anew for each.
        times: as slow as usual.
    """

    start: Instant
    end: Instant
    kind: Kind
    share: float = 1.0
    reasons: tuple[Reason, ...] = ()
    times: float = 1.0


class Month:
    """The troubles of all surfaces in one month; those that reach into the next are cut at its end."""

    def __init__(self, seed: str, providers: int, each: int, number: int) -> None:
        start = START + number * MONTH
        self._of: list[list[Trouble]] = [[] for _ in range(providers * each)]
        for provider in range(providers):
            dice = Random(f"{seed}, month {number}, provider {provider}")
            first = provider * each
            for _ in range(_some(dice, _OUTAGES_A_MONTH)):
                trouble = _outage(dice, start)
                for surface in _struck(dice, each):
                    self._of[first + surface].append(trouble)
            for _ in range(_some(dice, _SLOW_A_MONTH)):
                spell = _spell(dice, start, Kind.SLOW, 5 * MINUTE, 90 * MINUTE)
                self._of[first + dice.randrange(each)].append(spell)
            for _ in range(_some(dice, _LIMITS_A_MONTH)):
                self._of[first].append(_spell(dice, start, Kind.LIMIT, 2 * MINUTE, 20 * MINUTE))
            for surface in range(first, first + each):
                for _ in range(_some(dice, _BLIPS_A_DAY * 30)):
                    self._of[surface].append(_blip(dice, start))
        for troubles in self._of:
            troubles.sort(key=lambda trouble: trouble.start)

    def within(self, start: Instant, end: Instant) -> dict[int, list[Trouble]]:
        """Those of a stretch of the month, by surface; surfaces without any are left out."""
        found: dict[int, list[Trouble]] = {}
        for surface, troubles in enumerate(self._of):
            until = bisect_right(troubles, end, key=lambda trouble: trouble.start)
            inside = [trouble for trouble in troubles[:until] if trouble.end > start]
            if inside:
                found[surface] = inside
        return found


def gaps(seed: str) -> Iterator[Gap]:
    """Every second night, and networks that are lost; in order, apart from each other, without end."""
    dice = Random(f"{seed}, laptop")
    last = START
    day = 0
    while True:
        midnight = START + day * DAY
        drawn: list[Gap] = []
        for _ in range(_some(dice, _OFFLINE_A_DAY)):
            at = midnight + dice.randrange(8 * HOUR, 22 * HOUR)
            drawn.append(Gap(at, at + dice.randrange(3 * MINUTE, 40 * MINUTE), GapCause.OFFLINE))
        if day % 2 == 0:
            at = midnight + 23 * HOUR + dice.randrange(-40 * MINUTE, 40 * MINUTE)
            until = midnight + DAY + 7 * HOUR + dice.randrange(-40 * MINUTE, 40 * MINUTE)
            cause = GapCause.ASLEEP if dice.random() < 0.7 else GapCause.APP_OFF
            drawn.append(Gap(at, until, cause))
        for gap in sorted(drawn, key=lambda gap: gap.at):
            if gap.at > last + MINUTE:
                last = gap.until
                yield gap
        day += 1


def _outage(dice: Random, month: Instant) -> Trouble:
    lasts = min(max(dice.lognormvariate(0.0, _SIGMA) * _MEDIAN_MS, _SHORTEST_MS), _LONGEST_MS)
    start = month + dice.randrange(MONTH)
    flaps = dice.random() < 0.3
    return Trouble(
        start,
        min(start + round(lasts), month + MONTH),
        Kind.OUTAGE,
        share=dice.uniform(0.5, 0.9) if flaps else 1.0,
        reasons=dice.choices(_MIXES, _MIX_WEIGHTS)[0],
    )


def _struck(dice: Random, each: int) -> tuple[int, ...]:
    """All surfaces, or the API, or the pages for people, or the last alone."""
    cases = (tuple(range(each)), (0,), tuple(range(1, each)) or (0,), (each - 1,))
    return dice.choices(cases, (50, 25, 15, 10))[0]


def _spell(dice: Random, month: Instant, kind: Kind, shortest: int, longest: int) -> Trouble:
    start = month + dice.randrange(MONTH)
    end = min(start + dice.randrange(shortest, longest), month + MONTH)
    return Trouble(start, end, kind, share=dice.uniform(0.6, 1.0), times=dice.uniform(3.0, 8.0))


def _blip(dice: Random, month: Instant) -> Trouble:
    """One failure by itself: it is over when it is asked again."""
    start = month + dice.randrange(MONTH)
    reason = dice.choice((Reason.SERVER_ERROR, Reason.CONNECTION_RESET, Reason.READ_TIMEOUT))
    return Trouble(start, start + 30 * SECOND, Kind.OUTAGE, reasons=(reason,), share=0.6)


def _some(dice: Random, mean: float) -> int:
    """A number of independent events, by their waiting times."""
    count, passed = 0, dice.expovariate(mean)
    while passed < 1.0:
        count += 1
        passed += dice.expovariate(mean)
    return count
