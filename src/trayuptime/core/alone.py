"""A provider that is watched alone: where no other vendor can vouch, a host's own list does for its answers.

Whoever watches one provider would else never see that its completions break off while its list is fine. But a
network of our own that loses much looks alike, so such failures count half, and never make it unstable.
"""

from trayuptime.core.draft import Draft
from trayuptime.core.model import Instant, Key, Level, Reach, Result, Service
from trayuptime.core.reasons import AFTER_CONNECTING
from trayuptime.core.state import Role, State, SurfaceState


def asked_less(answer: Result, failure: Result) -> bool:
    """Whether its own host proves a failure: it answers a list since, and was reached for the completion too.

    Who watches one provider alone has no other witness, and of that host there is none that were nearer.
    """
    deep = failure.level is Level.COMPLETION and answer.level is not Level.COMPLETION
    return deep and failure.reason in AFTER_CONNECTING


def is_of_one_question(failure: Result) -> bool:
    """Whether the host was reached for a completion and left that alone unanswered: it is not silent."""
    return failure.level is Level.COMPLETION and failure.reason in AFTER_CONNECTING and not failure.cut_off


def is_alone(state: State, key: Key, now: Instant) -> bool:
    """Whether no other vendor's host can vouch for a surface: all are down, or may not be asked now."""
    mine = state.watched.get(key)
    return mine is not None and not any(
        target.reach is mine.reach
        and target.host != mine.host
        and target.role is Role.SURFACE
        and state.surface(other).service is not Service.DOWN
        and state.holds.get(target.host, 0) <= now
        for other, target in state.watched.items()
    )


def has_vouched(draft: Draft, surface: SurfaceState, result: Result) -> bool:
    """Whether some of what a surface was through lately was proven by nobody but its own host."""
    if result.reach is Reach.LOOPBACK or not any(
        sample.failed and sample.reason in AFTER_CONNECTING for sample in surface.recent
    ):
        return False
    return is_alone(draft.state(), result.key, result.ended_at)


def in_a_row(draft: Draft, result: Result, witness: str, confirm_after: int) -> int:
    """How many failures make a surface down, the one at hand among them: each vouched for so counts half.

    Args:
        draft: what is known.
        result: the failure, which is not in its surface's streak yet.
        witness: the host that proved it; nobody where none was needed, or a recording does not say.
        confirm_after: the user's own number.
    """
    by_itself = witness == result.host or (not witness and _is_of_its_list(draft, result))
    surface = draft.surface(result.key)
    if not by_itself and surface.deep_until is None:
        return confirm_after  # it is asked no answers that its list could vouch for
    streak = surface.recent[-surface.fails :] if surface.fails else ()
    halves = sum(sample.reason in AFTER_CONNECTING for sample in streak) + by_itself
    if by_itself:  # as those that follow will be
        return max(confirm_after, 2 * confirm_after - (surface.fails + 1 - halves))
    if not halves or not has_vouched(draft, surface, result):
        return confirm_after
    return max(confirm_after, halves + confirm_after - halves // 2)


def _is_of_its_list(draft: Draft, result: Result) -> bool:
    """Whether nobody but its own list can have proven a failure."""
    deep = result.level is Level.COMPLETION and result.reason in AFTER_CONNECTING
    away = result.reach is not Reach.LOOPBACK
    return deep and away and is_alone(draft.state(), result.key, result.ended_at)
