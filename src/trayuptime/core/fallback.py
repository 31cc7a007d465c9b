"""Who to use instead: the first of the user's own list that has just answered usably, and why."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from trayuptime.core import words
from trayuptime.core.access import LOST
from trayuptime.core.lights import Watched
from trayuptime.core.model import Alternative, Instant, Key, Level, Result, Suggestion
from trayuptime.core.reasons import MEANINGS, Access, Effect, Reason


def suggest(
    failed: Watched,
    fallbacks: Sequence[Watched],
    answers: Mapping[str, Sequence[Result]],
    hosts: Mapping[str, frozenset[str]],
    now: Instant,
    *,
    accesses: Mapping[str, Access] = MappingProxyType({}),
    mute: Collection[Key] = (),
) -> Suggestion:
    """Chooses a fallback from answers that were just asked for.

    Args:
        failed: the provider in trouble; never suggested itself.
        fallbacks: the user's list, in the user's order.
        answers: per fallback, the fresh results of its surfaces; none where it has not answered.
        hosts: per provider, the hosts it is asked at, to flag what they share.
        now: the moment.
        accesses: per fallback, what is known of the user's own standing there.
        mute: surfaces whose completions fail, so that a good list says nothing of them.
    """
    alternatives = tuple(
        _alternative(
            fallback,
            answers.get(fallback.id, ()),
            accesses.get(fallback.id, Access.UNCHECKED),
            mute=mute,
            shared=_shared(hosts, failed.id, fallback.id),
        )
        for fallback in fallbacks
        if fallback.id != failed.id
    )
    best = next((alternative for alternative in alternatives if alternative.usable), None)
    if best is not None:
        return Suggestion(failed.id, best.provider, best.why, now, alternatives)
    if not alternatives:
        why = f"no working fallback: none is configured for {failed.id}"
    else:
        names = {fallback.id: fallback.name for fallback in fallbacks}
        why = "no working fallback: " + "; ".join(f"{names[a.provider]} {a.why}" for a in alternatives)
    return Suggestion(failed.id, None, why, None, alternatives)


def _alternative(
    fallback: Watched,
    results: Sequence[Result],
    known: Access,
    *,
    mute: Collection[Key],
    shared: frozenset[str],
) -> Alternative:
    if not results:
        # One that asked to wait is not asked: it has answered, and how is known.
        told = known is Access.RATE_LIMITED or known in LOST
        why = words.standing(known) if told else "has not answered"
        return Alternative(fallback.id, usable=False, why=why)
    for result in results:
        if MEANINGS[result.reason].effect is not Effect.SUCCESS:
            return Alternative(fallback.id, usable=False, why=result.detail or words.says(result.reason))
        if result.level is not Level.COMPLETION and result.key in mute:
            return Alternative(fallback.id, usable=False, why=words.ANSWERS_FAIL)
    best = next((r for r in results if r.level is not Level.REACH), None)
    if best is None and known in LOST:
        return Alternative(fallback.id, usable=False, why=words.standing(known))
    if best is None:
        return Alternative(
            fallback.id, usable=False, why="is reachable, but without your key nobody knows if you can use it"
        )
    access = MEANINGS[best.reason].access
    if access is not Access.OK:
        why = words.standing(access) if access is not None else words.says(best.reason)
        return Alternative(fallback.id, usable=False, why=best.detail or why)
    parts = ["up" if best.reason is not Reason.SLOW else "up but slow"]
    if best.latency_ms is not None:
        parts.append(_took(best.latency_ms))
    parts.append(words.standing(Access.OK, keyed=fallback.keyed))
    if shared:
        parts.append(f"not independent: same host {', '.join(sorted(shared))}")
    return Alternative(fallback.id, usable=True, why=", ".join(parts))


def _took(milliseconds: float) -> str:
    """In tenths of a second; what would round to none of them in milliseconds."""
    return f"{milliseconds / 1000:.1f} s" if milliseconds >= 50 else words.latency(milliseconds)


def _shared(hosts: Mapping[str, frozenset[str]], one: str, other: str) -> frozenset[str]:
    return hosts.get(one, frozenset()) & hosts.get(other, frozenset())
