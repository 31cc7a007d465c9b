"""How much of what other hosts were asked got lost lately: on such a network a silence proves less.

A train's Wi-Fi loses one question in ten, whoever is asked, while the others are answered: each loss has its
witness, and three in a row come by chance. So the more the others lose, the more failures without an answer
have to follow one another; where they lose nothing, nothing changes. What a vendor answers is its own
whatever the network loses.
"""

import math
from collections import Counter
from statistics import median

from trayuptime.core.draft import Draft
from trayuptime.core.model import Result
from trayuptime.core.reasons import NETWORK_FAILURES, TOO_LATE
from trayuptime.core.state import Sample, SurfaceState

LOOKS_BACK_S = 1_800.0
LEAST_LOST = 2
"""Fewer lost questions are no sign of a bad network."""
CHANCE = 1e-5
"""How likely a false `down` may be by chance alone, at the share that others lose."""
MOST_IN_ROW = 20
MANY = 3
UNSTEADY_FROM = 0.02
"""From this share on, a surface that loses answers like everybody is not called unstable."""


def in_a_row(draft: Draft, result: Result, confirm_after: int) -> int:
    """How many failures without an answer have to follow one another now, at least the user's own number."""
    if result.reason not in NETWORK_FAILURES:
        return confirm_after
    lost = _Losses(draft, result, late_ones=result.reason in TOO_LATE).middle
    if not lost:
        return confirm_after
    by_chance = math.ceil(math.log(CHANCE) / math.log(min(lost, 0.9)))
    return max(confirm_after, min(by_chance, MOST_IN_ROW))


def may_be_unstable(draft: Draft, surface: SurfaceState, result: Result) -> bool:
    """Whether a surface that keeps changing is to blame for it, and not a network that loses answers."""
    unanswered = result.reason in NETWORK_FAILURES or any(
        sample.reason in NETWORK_FAILURES for sample in surface.recent
    )
    return not unanswered or _Losses(draft, result, late_ones=True).pooled < UNSTEADY_FROM


class _Losses:
    """What other hosts of the same reach lost lately, with `late_ones` also what nearly came too late.

    Only what healed counts as lost: a failure that goes on is its own vendor's outage. Late answers count
    because on a slow network one prompt witness is found in the end, among many that were late.
    """

    def __init__(self, draft: Draft, result: Result, *, late_ones: bool) -> None:
        since = result.at - round(LOOKS_BACK_S * 1000)
        self._lost: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        for key, target in draft.watched.items():
            if target.reach is result.reach and target.host != result.host:
                recent = [sample for sample in draft.surface(key).recent if since <= sample.at <= result.at]
                self._lost[target.host] += _healed(recent)
                self._asked[target.host] += len(recent)
        for host in list(self._asked):
            testimony = draft.testimonies.get(host)
            if late_ones and testimony is not None:
                self._lost[host] += sum(at >= since for at in testimony.late_at)
                self._asked[host] = max(self._asked[host], self._lost[host])

    @property
    def pooled(self) -> float:
        """The share of all questions to them, 0 to 1."""
        lost = self._lost.total()
        return lost / self._asked.total() if lost >= LEAST_LOST else 0.0

    @property
    def middle(self) -> float:
        """Of three hosts and more the middle one's share.

        A single one that flaps says nothing of the network while the others lose nothing.
        """
        if len(self._asked) < MANY or not self.pooled:
            return self.pooled
        return median(self._lost[host] / asked for host, asked in self._asked.items() if asked)


def _healed(recent: list[Sample]) -> int:
    last_answer = max((at for at, sample in enumerate(recent) if not sample.failed), default=0)
    return sum(sample.is_silent for sample in recent[:last_answer])
