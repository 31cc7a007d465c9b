"""How much of what other hosts were asked got lost lately: on such a network a silence proves less.

A train's Wi-Fi loses one question in ten, whoever is asked, while the others are answered: each loss has its
witness, and three in a row come by chance. So the more the others lose, the more failures without an answer
have to follow one another; where they lose nothing, nothing changes. What a vendor answers is its own
whatever the network loses.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median

from trayuptime.core.draft import Draft
from trayuptime.core.hysteresis import FLAP_WINDOW
from trayuptime.core.model import Instant, Key, Result
from trayuptime.core.reasons import NETWORK_FAILURES, TOO_LATE
from trayuptime.core.state import Role, Sample, SurfaceState

LOOKS_BACK_S = 1_800.0
LEAST_LOST = 2
"""Fewer lost questions are no sign of a bad network."""
CHANCE = 1e-5
"""How likely a false `down` may be by chance alone, at the share that others lose."""
MOST_IN_ROW = 20
MOST_POOR = 0.9
"""A higher share than this would be read off too few questions."""
CHANCE_OF_CALM = 1e-4
"""How likely so many answers in a row may be on a network that is still poor, to take it as well again."""
MANY = 3
UNSTEADY_FROM = 0.02
"""From this share on, a surface that loses answers like everybody is not called unstable."""


def in_a_row(draft: Draft, result: Result, confirm_after: int) -> int:
    """How many failures without an answer have to follow one another now, at least the user's own number."""
    if result.reason not in NETWORK_FAILURES:
        return confirm_after
    losses = _Losses(draft, result, late_ones=result.reason in TOO_LATE)
    lost = losses.middle
    if not lost or losses.are_over(draft.surface(result.key).first_fail or result.at):
        return confirm_after
    by_chance = math.ceil(math.log(CHANCE) / math.log(min(lost, MOST_POOR)))
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
        self._answers: list[Instant] = []
        self._last: Instant = 0
        for host, keys in _others(draft, result).items():
            looks_back_to = since
            for key in keys:
                recent = draft.surface(key).recent
                if len(recent) == FLAP_WINDOW:  # what is older is not among those that were asked either
                    looks_back_to = max(looks_back_to, recent[0].at)
                recent = tuple(sample for sample in recent if since <= sample.at <= result.at)
                self._take(host, len(recent), [sample.at for sample in _healed(recent)])
                self._answers += [sample.at for sample in recent if not sample.is_silent]
            testimony = draft.testimonies.get(host)
            if late_ones and testimony is not None:
                self._take(host, 0, [at for at in testimony.late_at if looks_back_to <= at])
                self._asked[host] = max(self._asked[host], self._lost[host])

    def _take(self, host: str, asked: int, lost: Sequence[Instant]) -> None:
        self._asked[host] += asked
        self._lost[host] += len(lost)
        self._last = max(self._last, *lost, 0)

    def are_over(self, failing_since: Instant) -> bool:
        """Whether the network is well again, and was all the time since then.

        So many answers in a row, none lost or late, do not come by chance on a network as poor as it was.
        """
        answers = sum(at > self._last for at in self._answers)
        poor = min(self.pooled, MOST_POOR)
        return self._last < failing_since and (1 - poor) ** answers < CHANCE_OF_CALM

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


def _others(draft: Draft, result: Result) -> dict[str, list[Key]]:
    """The surfaces of each other host of the same reach."""
    out: dict[str, list[Key]] = defaultdict(list)
    for key, target in draft.watched.items():
        if target.role is Role.SURFACE and target.reach is result.reach and target.host != result.host:
            out[target.host].append(key)
    return out


def _healed(recent: Sequence[Sample]) -> list[Sample]:
    last_answer = max((at for at, sample in enumerate(recent) if not sample.failed), default=0)
    return [sample for sample in recent[:last_answer] if sample.is_silent]
