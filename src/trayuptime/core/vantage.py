"""Whose fault it is: a failure without an answer counts only once another host has answered since it began.

VERDICTS.md section 3 in code. A witness speaks for hosts of its own reach; when every host of a reach is
silent, this computer is cut off and nothing is held against anybody.
"""

from collections.abc import Sequence
from dataclasses import replace

from trayuptime.core import alone, breaks, crosscheck, hysteresis, slowness, uptime
from trayuptime.core.draft import Draft
from trayuptime.core.model import (
    Gap,
    GapCause,
    Instant,
    Key,
    Reach,
    Result,
    Rules,
    Service,
    Span,
    Vantage,
)
from trayuptime.core.reasons import MEANINGS, TOO_LATE, Effect
from trayuptime.core.state import (
    Blindness,
    GapSeen,
    Role,
    State,
    Testimony,
    VantageChanged,
)

FIRST_WITNESSES = 2
"""How many other hosts are asked at first; all of them once these are silent too."""
LATE_TIMES, LATE_FLOOR_MS, LATE_FIRST_MS, LATE_MOST_MS = 4.0, 500.0, 2_000.0, 3_000.0
"""The way to a host is late over so many times its best, never under the floor; a first one over the third.

And always over the last: on a network that was slow from its beginning the best says little.
"""

_DEFAULT_RULES = Rules()
_GAPS = {Vantage.OFFLINE: GapCause.OFFLINE, Vantage.PORTAL: GapCause.PORTAL}


def placed(draft: Draft, result: Result) -> Result:
    """The result with its host's reach: an answer's address tells it, anything else takes what is known.

    A portal's name server gives its own address for every name, so only what is surely the host's own answer
    tells: an authentic one, or one that is as it should be.
    """
    target = draft.watched.get(result.key)
    if target is None or target.reach is result.reach:
        return result
    right = MEANINGS[result.reason].effect is Effect.SUCCESS and not result.portal_like
    if result.http_status is None or (result.answered_at is None and not right):
        return replace(result, reach=target.reach)
    draft.watched = {**draft.watched, result.key: replace(target, host=result.host, reach=result.reach)}
    return result


def hear(draft: Draft, answer: Result) -> list[Result]:
    """An authentic answer: it ends blindness of its reach.

    One that was asked for over another network than today's says nothing.

    Returns:
        The failures that waited for such a word, oldest first; they wait no longer.
    """
    assert answer.answered_at is not None
    at = answer.answered_at
    if draft.network_since is not None and answer.at < draft.network_since <= at:
        return []
    testimony = _testimony(draft, answer)
    draft.testimonies[answer.host] = testimony
    if answer.reach in draft.blind_since:
        end_blindness(draft, at, answer.reach)
        draft.ask_now.discard(answer.key)
    if not draft.waiting:
        return []
    if _everybody_was_silent(draft, answer, at):
        # A jolt, then, that broke whatever was in flight; it is asked about again, held against nobody.
        broken = [failure for failure in draft.waiting if failure.reach is answer.reach]
        draft.ask_now |= {failure.key for failure in broken if failure.key != answer.key}
        draft.waiting = [failure for failure in draft.waiting if failure.reach is not answer.reach]
        return []
    still: list[Result] = []
    proven: list[Result] = []
    for failure in draft.waiting:
        other = failure.host != answer.host or alone.asked_less(answer, failure)
        vouched = other and _vouches(draft, testimony, failure, at)
        (proven if vouched else still).append(failure)
    draft.waiting = still
    return _one_each(draft, proven)


def _one_each(draft: Draft, proven: Sequence[Result]) -> list[Result]:
    """Of several failures of a surface the newest: one word after a short loss of our own proves no three.

    The others can no longer be settled. Where a surface is down already nothing hangs on it, and all count.
    """
    newest = {failure.key: failure for failure in proven}
    counted: list[Result] = []
    for failure in proven:
        if newest[failure.key] is failure or draft.surface(failure.key).service is Service.DOWN:
            counted.append(failure)
        else:
            _give_up(draft, failure)
    return counted


def witness_of(draft: Draft, failure: Result, now: Instant) -> str | None:
    """Another host of the same reach that proves this failure; the one that answered last."""
    found = [
        (testimony.at, host)
        for host, testimony in draft.testimonies.items()
        if host != failure.host and _vouches(draft, testimony, failure, now)
    ]
    return max(found)[1] if found else None


def everybody_is_late(draft: Draft, answer: Result) -> bool:
    """Whether the newest answers of all other providers were late too: then it is our own network."""
    theirs = {target.host for key, target in draft.watched.items() if key.provider != answer.provider}
    until = answer.at + round(answer.latency_ms or 0.0)
    oldest = answer.at - round(uptime.SPEAKS_FOR * answer.interval_s * 1000)
    others = [
        testimony.late
        for host, testimony in draft.testimonies.items()
        if host in theirs - {answer.host}
        and testimony.reach is answer.reach
        and oldest <= testimony.at <= until
    ]
    return bool(others) and all(others)


def began_blind(draft: Draft, failure: Result, now: Instant) -> bool:
    """Whether it began while this computer was cut off; a span in the future is a clock set back."""
    blind = draft.last_blind.get(failure.reach)
    return blind is not None and blind.start <= failure.at < blind.end <= now


def crossed_networks(draft: Draft, failure: Result, now: Instant) -> bool:
    """Whether the network changed while it was asked: a VPN came up, say. It tells nothing of either."""
    since = draft.network_since
    return since is not None and failure.at < since <= now


def forget_unproven(draft: Draft, now: Instant) -> None:
    """Failures that waited too long for a witness can no longer be settled; the time becomes a gap."""
    still: list[Result] = []
    for failure in draft.waiting:
        rules = draft.rules.get(failure.key, _DEFAULT_RULES)
        if failure.ended_at < now - round(rules.proves_within_s * 1000):
            _give_up(draft, failure)
        else:
            still.append(failure)
    draft.waiting = still


def give_up_on(draft: Draft, key: Key) -> None:
    """The surface itself spoke before any witness: nobody can vouch in time any more."""
    for failure in draft.waiting:
        if failure.key == key:
            _give_up(draft, failure)
    draft.waiting = [failure for failure in draft.waiting if failure.key != key]


def seek_witnesses(draft: Draft, failure: Result, now: Instant) -> None:
    """Asks other hosts of the same reach; when all of them wait too, this computer is cut off.

    A lone host that is silent tells nothing of us, unless we had no way out and know it ourselves.
    """
    reach = failure.reach
    usual, neutral = _hosts(draft, reach, now)
    silent = _silent_hosts(draft, reach)
    if others := usual - silent:
        by_word = sorted(others, key=lambda host: (-_last_word(draft, host), host))
        draft.ask_witnesses |= set(by_word if len(silent) > FIRST_WITNESSES else by_word[:FIRST_WITNESSES])
    elif others := neutral - silent:
        draft.ask_witnesses |= others
    elif len(silent) > 1 or _has_no_way_out(failure):
        _suspect_ourselves(draft, failure, now)


def speakers_of(state: State, host: str) -> list[Key]:
    """The surfaces that can speak for a host: those that are not down, for the others would fail anyway.

    All of them where every one is down.
    """
    keys = [key for key, target in state.watched.items() if target.host == host]
    return [key for key in keys if state.surface(key).service is not Service.DOWN] or keys


def go_blind(draft: Draft, reach: Reach, blindness: Blindness, now: Instant) -> None:
    """This computer is cut off from a reach: nothing that failed there since then is held against anybody."""
    headline = draft.state().vantage
    draft.blind_since[reach] = blindness
    draft.waiting = [failure for failure in draft.waiting if failure.reach is not reach]
    for key in _surfaces_in(draft, reach):
        if key in draft.surfaces:
            draft.surfaces[key] = breaks.interrupt(draft.surfaces[key], blindness.since)
    if (view := draft.state().vantage) is not headline:
        draft.happenings.append(VantageChanged(now, view))


def find_portal(draft: Draft, result: Result, now: Instant) -> None:
    """A computer that was offline meets a portal: the vantage is what it is now, and the gap another one."""
    blindness = draft.blind_since.get(result.reach)
    if blindness is None or blindness.vantage is Vantage.PORTAL or not result.portal_like:
        return
    headline = draft.state().vantage
    since = max(result.at, blindness.since)
    _note_gap_of_reach(draft, result.reach, blindness, since)
    draft.blind_since[result.reach] = Blindness(since, Vantage.PORTAL)
    if (view := draft.state().vantage) is not headline:
        draft.happenings.append(VantageChanged(now, view))


def end_blindness(draft: Draft, until: Instant, only: Reach | None = None) -> None:
    """This computer sees again, as far as `only` or in every reach; the time until then is a gap.

    Whoever was not seen in it is asked at once.
    """
    headline = draft.state().vantage
    for reach in [reach for reach in draft.blind_since if only in {None, reach}]:
        blindness = draft.blind_since.pop(reach)
        draft.last_blind[reach] = Span(blindness.since, max(blindness.since, until))
        _note_gap_of_reach(draft, reach, blindness, until)
        draft.ask_now |= set(_surfaces_in(draft, reach))
    if (view := draft.state().vantage) is not headline:
        draft.happenings.append(VantageChanged(until, view))


def note_gap(draft: Draft, gap: Gap) -> None:
    """Time that was not seen, of one surface or of all."""
    for key in [gap.key] if gap.key is not None else list(draft.surfaces):
        draft.surfaces[key] = breaks.interrupt(draft.surface(key), gap.at)
    draft.happenings.append(GapSeen(gap))


def _hosts(draft: Draft, reach: Reach, now: Instant) -> tuple[set[str], set[str]]:
    """Those of a reach that may be asked now: the usual ones, and the neutral."""
    near = [t for t in draft.watched.values() if t.reach is reach and draft.holds.get(t.host, 0) <= now]
    neutral = {target.host for target in near if target.role is Role.NEUTRAL}
    return {target.host for target in near if target.role is not Role.NEUTRAL}, neutral


def _silent_hosts(draft: Draft, reach: Reach) -> set[str]:
    """Those that have not answered one who was answered before, or whom nobody is left to ask at.

    A surface that was down would have failed on any network, so it does not make its host a silent one while
    another surface is well there.
    """
    waiting = {
        failure.key: failure.host
        for failure in draft.waiting
        if failure.reach is reach and not alone.is_of_one_question(failure)
    }
    down = {key for key in draft.watched if draft.surface(key).service is Service.DOWN}
    fresh = {host for key, host in waiting.items() if key not in down}
    well = {target.host for key, target in draft.watched.items() if key not in down and key not in waiting}
    return fresh | (set(waiting.values()) - well)


def _everybody_was_silent(draft: Draft, answer: Result, now: Instant) -> bool:
    """Whether all hosts of a reach, more than one, had failed, and it is one of them that speaks again.

    One that was down before does not count: it would have failed on any network.
    """
    waiting = [failure for failure in draft.waiting if failure.reach is answer.reach]
    silent = {failure.host for failure in waiting}
    fresh = {f.host for f in waiting if draft.surface(f.key).service is not Service.DOWN}
    usual, _ = _hosts(draft, answer.reach, now)
    return len(fresh) > 1 and usual <= silent and answer.host in silent


def _suspect_ourselves(draft: Draft, failure: Result, now: Instant) -> None:
    """Every host of a reach is silent: this computer is cut off, if nothing speaks against it.

    A host that answered one question since speaks against it, whoever may vouch for whom. And a jolt that
    breaks everything in flight is not the end of a network: one host is asked once more.
    """
    waiting = [
        each for each in draft.waiting if each.reach is failure.reach and not alone.is_of_one_question(each)
    ]
    since = min(each.at for each in waiting)
    first = min(waiting, key=lambda each: (each.ended_at, each.host))
    words = [testimony.at for testimony in draft.testimonies.values() if testimony.reach is failure.reach]
    if any(first.ended_at <= at <= now for at in words):
        return
    can_ask = draft.rules.get(failure.key, _DEFAULT_RULES).can_ask
    fresh = [each for each in waiting if draft.surface(each.key).service is not Service.DOWN]
    if 0 < len(fresh) < len(waiting):
        # Whoever was down before is no evidence against us: the others have to fail twice.
        first, enough = fresh[0], bool(_failed_twice(fresh))
    elif can_ask:
        enough = any(each.at >= first.ended_at for each in waiting if each is not first)
    else:
        enough = len(_failed_twice(waiting)) > 1
    if _has_no_way_out(failure) or enough:
        portal = any(each.portal_like for each in waiting)
        view = Vantage.PORTAL if portal else Vantage.OFFLINE
        go_blind(draft, failure.reach, Blindness(since, view), now)
    elif can_ask:
        draft.ask_witnesses.add(first.host)


def _failed_twice(failures: Sequence[Result]) -> set[str]:
    """The hosts that failed and, asked anew, failed again."""
    return {
        later.host
        for earlier in failures
        for later in failures
        if later is not earlier and later.host == earlier.host and later.at >= earlier.ended_at
    }


def _has_no_way_out(failure: Result) -> bool:
    """Whether this computer had no route at all; one that leads to other hosts makes nobody offline."""
    return failure.cut_off and not failure.network.routes and not failure.network.tunnels


def _vouches(draft: Draft, testimony: Testimony, failure: Result, now: Instant) -> bool:
    """Whether an answer of another host proves a failure: it came since, and by now.

    While it decides something, since the failure ended: a network that is lost in mid-probe fails a slow
    question whose quick neighbours have just been answered. Otherwise since it began. One that was late
    itself says nothing of what took too long: a slow network or name server would do that. A word from the
    future is older than a step of the clock. And nobody proves a failure to which we knew no way at all: a
    host with IPv6 alone, say, on a network without it.

    Nor does anybody who came another way: a proxy may take a connection and then break it off, or open its
    TLS, while whoever is asked past it answers; and a network that forbids the direct way lets its proxy out.
    """
    if failure.cut_off or failure.network.proxy != testimony.proxy:
        return False
    rules = draft.rules.get(failure.key, _DEFAULT_RULES)
    decides = rules.can_ask and draft.surface(failure.key).service is not Service.DOWN
    since = failure.ended_at if decides else failure.at
    if testimony.reach is not failure.reach or not since <= testimony.at <= now:
        return False
    return not (testimony.late and failure.reason in TOO_LATE)


def _testimony(draft: Draft, answer: Result) -> Testimony:
    """What an answer tells of our network: the time until it was connected is the way, the rest the vendor's.

    Where the parts are not known, as in a recording, the whole is held against what is usual there.
    """
    assert answer.answered_at is not None
    parts = (answer.phases.dns_ms, answer.phases.connect_ms, answer.phases.tls_ms)
    known = [part for part in parts if part is not None]
    before = draft.testimonies.get(answer.host)
    best_ms = None if before is None else before.best_ms
    if known:
        way_ms = sum(known)
        usual_ms = LATE_FIRST_MS if best_ms is None else max(LATE_FLOOR_MS, LATE_TIMES * best_ms)
        limit_ms = min(usual_ms, LATE_MOST_MS)
        late = way_ms > limit_ms
        best_ms = way_ms if best_ms is None else min(best_ms, way_ms)
    else:
        slow_ms = slowness.slow_over_ms(draft.surface(answer.key), answer.level)
        late = (answer.latency_ms or 0.0) > (slowness.SLOW_FLOOR_MS if slow_ms is None else slow_ms)
    late_at = () if before is None else before.late_at
    if late:
        late_at = (*late_at, answer.answered_at)[-hysteresis.FLAP_WINDOW :]
    elif not known and (answer.latency_ms or 0.0) > slowness.SLOW_FLOOR_MS:
        late_at = ()  # that long is usual there, so the first ones were not late either
    return Testimony(answer.reach, answer.answered_at, late, best_ms, late_at, answer.network.proxy)


def _note_gap_of_reach(draft: Draft, reach: Reach, blindness: Blindness, until: Instant) -> None:
    keys = _surfaces_in(draft, reach)
    cause = _GAPS[blindness.vantage]
    until = max(until, blindness.since)
    everywhere = len(keys) == sum(target.role is Role.SURFACE for target in draft.watched.values())
    for key in [None] if everywhere else keys:
        note_gap(draft, Gap(blindness.since, until, cause, key))


def _surfaces_in(draft: Draft, reach: Reach) -> list[Key]:
    return [
        key for key, target in draft.watched.items() if target.reach is reach and target.role is Role.SURFACE
    ]


def _last_word(draft: Draft, host: str) -> Instant:
    testimony = draft.testimonies.get(host)
    return 0 if testimony is None else testimony.at


def _give_up(draft: Draft, failure: Result) -> None:
    target = draft.watched.get(failure.key)
    if target is not None and target.role is not Role.SURFACE:
        return  # nobody's light hangs on it
    surface = draft.surface(failure.key)
    if surface.unproven_since is None and not crosscheck.adds_nothing(surface, failure):
        draft.surfaces[failure.key] = replace(surface, unproven_since=failure.at)
