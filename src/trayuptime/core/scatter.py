"""How much of what other hosts were asked got lost lately: on such a network a silence proves less.

A train's Wi-Fi loses one question in ten, whoever is asked, while the others are answered: each loss has its
witness, and three in a row come by chance. So the more the others lose, the more failures without an answer
have to follow one another; where they lose nothing, nothing changes. What a vendor answers is its own
whatever the network loses.
"""

import math

from trayuptime.core.draft import Draft
from trayuptime.core.model import Result
from trayuptime.core.reasons import NETWORK_FAILURES
from trayuptime.core.state import Sample, SurfaceState

LOOKS_BACK_S = 1_800.0
LEAST_LOST = 2
"""Fewer lost questions are no sign of a bad network."""
CHANCE = 1e-5
"""How likely a false `down` may be by chance alone, at the share that others lose."""
MOST_IN_ROW = 20
UNSTEADY_FROM = 0.02
"""From this share on, a surface that loses answers like everybody is not called unstable."""


def in_a_row(draft: Draft, result: Result, confirm_after: int) -> int:
    """How many failures without an answer have to follow one another now, at least the user's own number."""
    if result.reason not in NETWORK_FAILURES:
        return confirm_after
    lost = share(draft, result)
    if not lost:
        return confirm_after
    by_chance = math.ceil(math.log(CHANCE) / math.log(min(lost, 0.9)))
    return max(confirm_after, min(by_chance, MOST_IN_ROW))


def may_be_unstable(draft: Draft, surface: SurfaceState, result: Result) -> bool:
    """Whether a surface that keeps changing is to blame for it, and not a network that loses answers."""
    unanswered = result.reason in NETWORK_FAILURES or any(
        sample.reason in NETWORK_FAILURES for sample in surface.recent
    )
    return not unanswered or share(draft, result) < UNSTEADY_FROM


def share(draft: Draft, result: Result) -> float:
    """The share that other hosts of the same reach lost lately, 0 to 1, late newest words included.

    Only what healed counts as lost: a failure that goes on is that vendor's own outage.
    """
    since = result.at - round(LOOKS_BACK_S * 1000)
    lost = asked = 0
    for key, target in draft.watched.items():
        if target.reach is result.reach and target.host != result.host:
            recent = [sample for sample in draft.surface(key).recent if since <= sample.at <= result.at]
            asked += len(recent)
            lost += _healed(recent)
    for host, testimony in draft.testimonies.items():
        if (
            testimony.late
            and host != result.host
            and testimony.reach is result.reach
            and testimony.at >= since
        ):
            asked += 1
            lost += 1
    return lost / asked if lost >= LEAST_LOST else 0.0


def _healed(recent: list[Sample]) -> int:
    last_answer = max((at for at, sample in enumerate(recent) if not sample.failed), default=0)
    return sum(sample.failed and sample.reason in NETWORK_FAILURES for sample in recent[:last_answer])
