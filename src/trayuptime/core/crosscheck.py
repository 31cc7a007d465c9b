"""An answer that better evidence contradicts is read anew before it counts.

The traps of real outages, from VERDICTS.md section 2: a model list that says nothing of the completions
beside it, a 402 to an account that is in credit, a 429 that says "come back later" to everybody.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto

from trayuptime.core import hysteresis, uptime
from trayuptime.core.access import ANSWER_COMES_S
from trayuptime.core.draft import Draft
from trayuptime.core.model import Balance, FeedState, Instant, Level, Result, Service
from trayuptime.core.reasons import AFTER_CONNECTING, MEANINGS, NETWORK_FAILURES, Access, Effect, Reason
from trayuptime.core.state import SurfaceState

CROWDED_AFTER = 5
"""Answers in a row that name no limit until "too many requests" may be everybody's."""
FEED_SPEAKS_S = 600.0
"""How long a reading of the vendor's page is believed to agree: while in trouble it is read every minute."""
BALANCE_SPEAKS_S = 900.0
"""How long a balance is believed; a user may well spend the rest of it in that time."""
BALANCE_AGAIN_S = 600.0
"""After what time it is asked for anew: before nobody knows it any more."""
BALANCE_LAGS_S = 300.0
"""How long after a 402 a balance may not know of it yet; only one that was read later contradicts it."""

_OF_THE_HOST = NETWORK_FAILURES - AFTER_CONNECTING
"""A completion would have failed in the same way, so these count whatever it was that was asked."""

_AT_THE_GATE = frozenset(
    reason
    for reason, meaning in MEANINGS.items()
    if meaning.effect is Effect.SUCCESS and meaning.access is not Access.OK
)
"""The vendor's gate answered, and what lies behind it was not asked: no better a word than a good list."""

_HTTP_OK = 200

SPURIOUS_CREDIT = "says your credit is used up, but its own balance says it is not"


class Weight(Enum):
    """What a result is worth beside what is known already."""

    COUNTS = auto()
    HELD = auto()
    """Neither success nor failure, until it is known whose limit it was."""
    OUTRANKED = auto()
    """A completion speaks for the surface; a lesser question adds nothing to it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A result as it is to be taken, and the surface's count of 429s that named no limit."""

    result: Result
    weight: Weight
    crowded: int


def read(draft: Draft, result: Result) -> Reading:
    """Reads one result in the light of everything else.

    Args:
        draft: what is known; `ask_balance` grows where a balance would help.
        result: whose vantage is proven.
    """
    surface = draft.surface(result.key)
    if _is_own_word(result):
        draft.balances = {**draft.balances, result.provider: Balance(result.at, result.provider, False)}
    if _is_outranked(surface, result) and not (_is_own_word(result) and disputes_credit(surface)):
        return Reading(result, Weight.OUTRANKED, surface.crowded)
    if (
        result.level is Level.COMPLETION
        and result.reason in _AT_THE_GATE
        and not disputes_credit(surface)
        and only_an_answer_can_tell(surface, result.at)
    ):
        return Reading(result, Weight.HELD, surface.crowded)
    match result.reason:
        case Reason.RATE_LIMITED if result.unexplained:
            return _everybodys(draft, surface, result)
        case Reason.OUT_OF_CREDIT:
            return _credited(draft, surface, result)
    return Reading(result, Weight.COUNTS, 0)


def adds_nothing(surface: SurfaceState, result: Result) -> bool:
    """Whether a lesser failure says nothing, whoever is to blame: an answer speaks, and nothing is wrong."""
    calm = surface.service is Service.UP and not surface.fails
    return calm and MEANINGS[result.reason].effect is Effect.FAILURE and _is_outranked(surface, result)


def is_deep(surface: SurfaceState, at: Instant) -> bool:
    """Whether a completion speaks for the surface at a time."""
    return surface.deep_until is not None and at < surface.deep_until


def only_an_answer_can_tell(surface: SurfaceState, at: Instant) -> bool:
    """Whether completions fail or are slow, and what asks less does not show when that is over.

    It was fine beside them, as at OpenAI on 2023-11-08, or has not been asked since they fail. Then nothing
    is known until an answer may be asked again; that is with tomorrow's budget at the latest, or it is waited
    for in vain.
    """
    if surface.deep_until is None or at >= surface.deep_until + round(ANSWER_COMES_S * 1000):
        return False
    return is_deep_trouble(surface)


def is_deep_trouble(surface: SurfaceState) -> bool:
    """Whether what is wrong was seen by completions alone, so that lesser questions do not tell its end."""
    if surface.service is Service.DEGRADED:
        return surface.deep_trouble
    down = surface.service is Service.DOWN and not surface.oks
    return down and not surface.shallow_red and not _only_host_failed(surface)


def with_lesser_word(surface: SurfaceState, result: Result) -> SurfaceState:
    """The surface once what asks less than a completion has said something while something fails."""
    effect = MEANINGS[result.reason].effect
    said = effect in {Effect.SUCCESS, Effect.FAILURE} and result.reason not in _OF_THE_HOST
    if result.level is Level.COMPLETION or not said or not surface.fails or surface.shallow_red is False:
        return surface
    red = effect is Effect.FAILURE
    if not red and surface.service is Service.DEGRADED and _failed_at_a_lesser_question(surface):
        return replace(hysteresis.without_streaks(surface), shallow_red=None)  # which has recovered
    return surface if surface.shallow_red is red else replace(surface, shallow_red=red)


def _failed_at_a_lesser_question(surface: SurfaceState) -> bool:
    return surface.last is not None and surface.last.level is not Level.COMPLETION


def _is_outranked(surface: SurfaceState, result: Result) -> bool:
    if result.level is Level.COMPLETION or result.reason in _OF_THE_HOST or _is_not_running(result):
        return False
    failed = MEANINGS[result.reason].effect is Effect.FAILURE
    if not failed and only_an_answer_can_tell(surface, result.at):
        return True
    return is_deep(surface, result.at) and not _only_host_failed(surface)


def _is_not_running(result: Result) -> bool:
    """A program of this computer that nobody is at home of: no answer of it means anything any more."""
    return result.reason is Reason.UNKNOWN and result.http_status is None


def _only_host_failed(surface: SurfaceState) -> bool:
    """Whether all that failed was to reach the host: then whatever reaches it again counts."""
    if surface.incident is not None:
        reasons = surface.incident.reasons
    else:
        reasons = surface.fail_reasons if surface.fails else ()
    return bool(reasons) and _OF_THE_HOST.issuperset(reasons)


def _everybodys(draft: Draft, surface: SurfaceState, result: Result) -> Reading:
    """A 429 at our slow pace that names no limit: five in a row and a second opinion make it an overload.

    Within an outage the second opinion is enough, and without one such an answer does not end the outage
    before it has come five times, or five times more: by then the user's own limit is the likelier reason.
    """
    crowded = surface.crowded + 1
    down = surface.service is Service.DOWN
    agreed = surface.last is not None and surface.last.reason is Reason.OVERLOADED
    lasting = crowded >= CROWDED_AFTER
    if (lasting or down) and (_page_agrees(draft, result) or _second_key_agrees(draft, result)):
        counted = min(crowded, CROWDED_AFTER)
        return Reading(replace(result, reason=Reason.OVERLOADED), Weight.COUNTS, counted)
    over = crowded >= CROWDED_AFTER * (2 if agreed and lasting else 1)
    return Reading(result, Weight.HELD if down and not over else Weight.COUNTS, crowded)


def _page_agrees(draft: Draft, result: Result) -> bool:
    feed = draft.feeds.get(result.provider)
    if feed is None or feed.at is None or feed.frozen or not _speaks(feed.at, result.at, FEED_SPEAKS_S):
        return False
    return feed.said_of(result.surface) in {FeedState.DEGRADED, FeedState.DOWN}


def _second_key_agrees(draft: Draft, result: Result) -> bool:
    """Another provider entry at the same host gets the same answer: two accounts seldom spend alike."""
    return any(
        _is_crowded(draft.surface(key), result.at)
        for key, target in draft.watched.items()
        if target.host == result.host and key.provider != result.provider
    )


def _is_crowded(surface: SurfaceState, at: Instant) -> bool:
    latest = surface.latest
    if latest is None or surface.crowded < CROWDED_AFTER:
        return False
    return at <= uptime.speaks_until(latest.at, latest.interval_s)


def disputes_credit(surface: SurfaceState) -> bool:
    """Whether what failed last was a 402 to an account in credit."""
    return surface.last is not None and surface.last.detail == SPURIOUS_CREDIT


def _is_own_word(result: Result) -> bool:
    """The account itself was asked, and says that it is empty: a good answer, not a 402 in passing."""
    asked = result.level is Level.MODELS and result.http_status == _HTTP_OK
    return asked and result.reason is Reason.OUT_OF_CREDIT


def _credited(draft: Draft, surface: SurfaceState, result: Result) -> Reading:
    """A 402 is believed unless the vendor's own balance says otherwise: then it is the vendor that fails.

    But an account that has just run dry looks the same: its balance lags behind by minutes. So such a 402
    is held until a balance that was read well after the first of them still says that there is money.
    """
    balance = draft.balances.get(result.provider)
    if balance is None or not _speaks(balance.at, result.at, BALANCE_AGAIN_S):
        draft.ask_balance.add(result.provider)
    if balance is None or not _speaks(balance.at, result.at, BALANCE_SPEAKS_S):
        return Reading(result, Weight.COUNTS, 0)
    if not balance.available:
        return Reading(result, Weight.COUNTS, 0)
    since = balance.disputed_since
    if since is None or _answered_well(surface, since):
        since = result.at
        draft.balances = {**draft.balances, result.provider: replace(balance, disputed_since=since)}
    known = balance.at - since >= BALANCE_LAGS_S * 1000
    spurious = replace(result, reason=Reason.BAD_ANSWER, detail=SPURIOUS_CREDIT)
    return Reading(spurious, Weight.COUNTS if known else Weight.HELD, 0)


def _answered_well(surface: SurfaceState, since: Instant) -> bool:
    """Whether anything but a 402 came after a time."""
    last = surface.last
    if last is None or last.at <= since:
        return False
    return last.reason is not Reason.OUT_OF_CREDIT and not disputes_credit(surface)


def _speaks(said_at: Instant, at: Instant, for_s: float) -> bool:
    return abs(at - said_at) <= for_s * 1000
