"""The access light: the user's own standing at a provider, as authenticated probes find it."""

from dataclasses import replace

from trayuptime.core.draft import Draft
from trayuptime.core.model import Instant, Level, Result
from trayuptime.core.reasons import MEANINGS, Access
from trayuptime.core.state import AccessChanged, AccessState, State

KEY_RETRY_S = 3_600.0
"""How long a rejected key is not shown again."""

ANSWER_COMES_S = 26 * 3_600.0
"""How long an answer is waited for at most: until the midnight after the longest day, and a while."""

LOST = frozenset({Access.KEY_REJECTED, Access.OUT_OF_CREDIT, Access.NOT_AVAILABLE_HERE})
"""Standings with which a provider cannot be used; a rate limit passes by itself."""
_LASTS = LOST | {Access.MODEL_MISSING}


def settle(draft: Draft, result: Result) -> None:
    """Takes the word of one settled result; a changed standing is asked again, at once, before it is told.

    What a completion found wrong no lesser question mends: to a list all may look well.
    """
    word = MEANINGS[result.reason].access
    if word is None or result.level is Level.REACH:
        return
    known = draft.accesses.get(result.provider, AccessState())
    answered = result.level is Level.COMPLETION
    found, detail = known.by_answer, result.detail
    if answered and word is Access.OK:
        found = None
    elif word is Access.OK and found is not None:
        if _is_recent(known, result.at):
            word, detail = found, known.detail if known.access is found else ""
        else:
            found = None
    same = word is known.access
    if not same and not _told_at_once(known, word):
        draft.accesses[result.provider] = replace(known, asked_at=result.at, doubt=word, by_answer=found)
        draft.ask_now.add(result.key)
        return
    # By its fields: `replace` would take three times as long, at every answer.
    draft.accesses[result.provider] = AccessState(
        word,
        known.since if same else result.at,
        result.at,
        detail,
        told=word if not same and (word is Access.OK or word in LOST) else known.told,
        by_answer=word if answered and word in _LASTS else found,
        answer_at=result.at if answered else known.answer_at,
    )
    unasked = known.access is Access.UNCHECKED
    no_news = Access.OK if known.since is None else known.told
    if not same and not (unasked and word is no_news):
        draft.happenings.append(AccessChanged(result.at, result.provider, word, known.told, detail))


def believe_lists(state: State, provider: str) -> State:
    """No completion is asked of a provider any more: what asks less speaks for the standing again."""
    known = state.accesses.get(provider)
    if known is None or known.by_answer is None:
        return state
    return replace(
        state, accesses={**state.accesses, provider: replace(known, by_answer=None, answer_at=None)}
    )


def may_show_key(access: AccessState, now: Instant) -> bool:
    """Whether an authenticated probe is due; a rejected key is shown again only after an hour."""
    if access.access is not Access.KEY_REJECTED or access.asked_at is None or access.doubt is not None:
        return True
    return not 0 <= now - access.asked_at < KEY_RETRY_S * 1000


def forget_key(state: State, provider: str, now: Instant, *, replaced: bool = False) -> State:
    """The key of a provider is gone, or is another: what it was worth is unknown again, since now.

    Another key of the account has the same credit and country, so what was told of these stays told.
    """
    known = state.access(provider)
    if known.access is Access.UNCHECKED and known.since is None:
        return without_key(state, provider)
    told = known.told if replaced and known.told is not Access.KEY_REJECTED else Access.UNCHECKED
    return replace(state, accesses={**state.accesses, provider: AccessState(since=now, told=told)})


def without_key(state: State, provider: str) -> State:
    """A provider has no key, and never had or needs none any more."""
    return replace(state, accesses={n: a for n, a in state.accesses.items() if n != provider})


def show_again(state: State, provider: str) -> State:
    """The first key of a run may be another than the one that was rejected: it is shown, the light stays."""
    if provider not in state.accesses:
        return state
    access = replace(state.accesses[provider], asked_at=None)
    return replace(state, accesses={**state.accesses, provider: access})


def shifted(known: AccessState, by_ms: int) -> AccessState:
    """As if the clock had always been as it is now."""
    since, asked_at, answer_at = (
        None if at is None else at + by_ms for at in (known.since, known.asked_at, known.answer_at)
    )
    return replace(known, since=since, asked_at=asked_at, answer_at=answer_at)


def with_trouble(state: State, provider: str, sentence: str | None) -> State:
    """Notes, or forgets, what keeps the user's own key from being used."""
    rest = {name: text for name, text in state.troubles.items() if name != provider}
    return replace(state, troubles=rest if sentence is None else {**rest, provider: sentence})


def _is_recent(known: AccessState, now: Instant) -> bool:
    """Whether the next completion may be waited for, which comes with tomorrow's money at the latest."""
    return known.answer_at is not None and 0 <= now - known.answer_at < ANSWER_COMES_S * 1000


def _told_at_once(known: AccessState, word: Access) -> bool:
    """Everything is asked a second time but a first `ok`, a rate limit (which forbids asking) and its end."""
    if known.doubt is word or word is Access.RATE_LIMITED:
        return True
    return known.access in {Access.UNCHECKED, Access.RATE_LIMITED} and word is Access.OK
