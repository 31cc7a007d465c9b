"""Whose fault it is: a failure without an answer counts only once another host has answered since it began.

VERDICTS.md section 3 in code. A witness speaks for hosts of its own reach; when every host of a reach is
silent, this computer is cut off and nothing is held against anybody.
"""

from dataclasses import replace

from trayuptime.core import hysteresis
from trayuptime.core.draft import Draft
from trayuptime.core.model import Gap, GapCause, Instant, Key, Reach, Result, Span, Vantage
from trayuptime.core.state import Blindness, GapSeen, Target, Testimony, VantageChanged

PROVES_WITHIN_S = 60.0
"""A witness proves failures that ended at most this long before: by then, a lost network may be back."""
FIRST_WITNESSES = 2
"""How many other hosts are asked at first; all of them once these are silent too."""

_GAPS = {Vantage.OFFLINE: GapCause.OFFLINE, Vantage.PORTAL: GapCause.PORTAL}


def placed(draft: Draft, result: Result) -> Result:
    """The result with its host's reach: an answer's address tells it, a failure takes what is known."""
    target = draft.watched.get(result.key)
    if target is None or target.reach is result.reach:
        return result
    if result.http_status is None:
        return replace(result, reach=target.reach)
    draft.watched = {**draft.watched, result.key: Target(result.host, result.reach)}
    return result


def hear(draft: Draft, answer: Result) -> list[Result]:
    """An authentic answer: it ends blindness of its reach.

    Returns:
        The failures that waited for such a word, oldest first; they wait no longer.
    """
    assert answer.answered_at is not None
    at = answer.answered_at
    draft.testimonies[answer.host] = Testimony(answer.reach, at)
    if answer.reach in draft.blind_since:
        end_blindness(draft, at, answer.reach)
    still: list[Result] = []
    proven: list[Result] = []
    for failure in draft.waiting:
        vouched = failure.reach is answer.reach and failure.host != answer.host and failure.at <= at
        (proven if vouched else still).append(failure)
    draft.waiting = still
    return proven


def is_vouched(draft: Draft, failure: Result, now: Instant) -> bool:
    """Whether another host of the same reach has answered since this failure began.

    A testimony from the future is older than a step of the clock, and says nothing.
    """
    return any(
        testimony.reach is failure.reach and failure.at <= testimony.at <= now and host != failure.host
        for host, testimony in draft.testimonies.items()
    )


def began_blind(draft: Draft, failure: Result, now: Instant) -> bool:
    """Whether it began while this computer was cut off; a span in the future is a clock set back."""
    blind = draft.last_blind.get(failure.reach)
    return blind is not None and blind.start <= failure.at < blind.end <= now


def forget_unproven(draft: Draft, now: Instant) -> None:
    """Failures that waited too long for a witness can no longer be settled; the time becomes a gap."""
    limit = now - round(PROVES_WITHIN_S * 1000)
    for failure in draft.waiting:
        if _ended(failure) < limit:
            _give_up(draft, failure)
    draft.waiting = [failure for failure in draft.waiting if _ended(failure) >= limit]


def give_up_on(draft: Draft, key: Key) -> None:
    """The surface itself spoke before any witness: nobody can vouch in time any more."""
    for failure in draft.waiting:
        if failure.key == key:
            _give_up(draft, failure)
    draft.waiting = [failure for failure in draft.waiting if failure.key != key]


def seek_witnesses(draft: Draft, failure: Result, now: Instant) -> None:
    """Asks other hosts of the same reach; when all of them wait too, this computer is cut off."""
    reach = failure.reach
    hosts = {t.host for t in draft.watched.values() if t.reach is reach and draft.holds.get(t.host, 0) <= now}
    silent = {waiting.host for waiting in draft.waiting if waiting.reach is reach}
    others = hosts - silent
    if others:
        by_word = sorted(others, key=lambda host: (-_last_word(draft, host), host))
        draft.ask_witnesses |= set(by_word if len(silent) > FIRST_WITNESSES else by_word[:FIRST_WITNESSES])
    elif len(silent) > 1:
        _go_blind(draft, reach, now)


def end_blindness(draft: Draft, until: Instant, only: Reach | None = None) -> None:
    """This computer sees again, as far as `only` or in every reach; the time until then is a gap."""
    headline = draft.state().vantage
    for reach in [reach for reach in draft.blind_since if only in {None, reach}]:
        blindness = draft.blind_since.pop(reach)
        draft.last_blind[reach] = Span(blindness.since, max(blindness.since, until))
        _note_gap_of_reach(draft, reach, blindness, until)
    if (view := draft.state().vantage) is not headline:
        draft.happenings.append(VantageChanged(until, view))


def note_gap(draft: Draft, gap: Gap) -> None:
    """Time that was not seen, of one surface or of all."""
    for key in [gap.key] if gap.key is not None else list(draft.surfaces):
        draft.surfaces[key] = hysteresis.interrupt(draft.surface(key), gap.at, gap.until)
    draft.happenings.append(GapSeen(gap))


def _go_blind(draft: Draft, reach: Reach, now: Instant) -> None:
    headline = draft.state().vantage
    waiting = [failure for failure in draft.waiting if failure.reach is reach]
    portal = any(failure.portal_like for failure in waiting)
    since = min(failure.at for failure in waiting)
    draft.blind_since[reach] = Blindness(since, Vantage.PORTAL if portal else Vantage.OFFLINE)
    draft.waiting = [failure for failure in draft.waiting if failure.reach is not reach]
    for key in _keys_of(draft, reach):
        if key in draft.surfaces:
            draft.surfaces[key] = hysteresis.interrupt(draft.surfaces[key], since, since)
    if (view := draft.state().vantage) is not headline:
        draft.happenings.append(VantageChanged(now, view))


def _note_gap_of_reach(draft: Draft, reach: Reach, blindness: Blindness, until: Instant) -> None:
    keys = _keys_of(draft, reach)
    cause = _GAPS[blindness.vantage]
    until = max(until, blindness.since)
    everywhere = len(keys) == len(draft.watched)
    for key in [None] if everywhere else keys:
        note_gap(draft, Gap(blindness.since, until, cause, key))


def _keys_of(draft: Draft, reach: Reach) -> list[Key]:
    return [key for key, target in draft.watched.items() if target.reach is reach]


def _last_word(draft: Draft, host: str) -> Instant:
    testimony = draft.testimonies.get(host)
    return 0 if testimony is None else testimony.at


def _give_up(draft: Draft, failure: Result) -> None:
    surface = draft.surface(failure.key)
    if surface.unproven_since is None:
        draft.surfaces[failure.key] = replace(surface, unproven_since=failure.at)


def _ended(failure: Result) -> Instant:
    return failure.at + round(failure.latency_ms or 0.0)
