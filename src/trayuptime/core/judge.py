"""The judge: `step(state, result, now)` decides what a result proves, and whether it was them or us.

Vantage comes first (`vantage.py`); what is settled goes on to `hysteresis.settle` and to the access light.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from trayuptime.core import (
    access,
    alone,
    breaks,
    choices,
    crosscheck,
    hush,
    hysteresis,
    scatter,
    silent_host,
    uptime,
    vantage,
)
from trayuptime.core.crosscheck import Reading, Weight
from trayuptime.core.draft import Draft
from trayuptime.core.model import (
    Balance,
    Gap,
    GapCause,
    Instant,
    Key,
    Reach,
    Result,
    Rules,
    Span,
    Vantage,
)
from trayuptime.core.reasons import MEANINGS, NETWORK_FAILURES, Effect, Reason
from trayuptime.core.state import (
    Blindness,
    Happening,
    Role,
    Settled,
    Silence,
    State,
    Step,
    SurfaceState,
    Target,
    WentDown,
)


def step(state: State, result: Result, rules: Mapping[Key, Rules], now: Instant) -> Step:
    """Takes one result into account.

    Args:
        state: what was known.
        result: of a watched surface.
        rules: the thresholds of every watched surface.
        now: when the answer was complete, by our clock.
    """
    draft = Draft(state, rules)
    result = vantage.placed(draft, result)
    key = result.key
    if result.retry_after_s is not None:
        # The wait is the interval in force: the answer speaks until we may ask again.
        until = now + round(result.retry_after_s * 1000)
        draft.holds[result.host] = max(until, draft.holds.get(result.host, until))
        wait_s = min(result.retry_after_s, uptime.LONGEST_WAIT_S)
        result = replace(result, interval_s=max(result.interval_s, wait_s))
    vantage.forget_unproven(draft, now)
    if result.answered_at is not None:
        for failure in vantage.hear(draft, result):
            _settle(draft, failure, now, witness=result.host)
    elif result.http_status is not None and not result.needs_witness:
        # nobody's witness, but an answer that counts came through
        vantage.end_blindness(draft, now, result.reach)
    if not result.needs_witness or result.reach is Reach.LOOPBACK:
        _settle(draft, result, now)
    elif vantage.began_blind(draft, result, now):
        draft.ask_now.add(key)  # it ended after the network came back, but it began without one
    elif vantage.crossed_networks(draft, result, now):
        draft.ask_now.add(key)
    elif (witness := vantage.witness_of(draft, result, now)) is not None:
        _settle(draft, result, now, witness=witness)
    elif result.reach not in draft.blind_since:
        draft.waiting.append(result)
        vantage.seek_witnesses(draft, result, now)
    else:
        vantage.find_portal(draft, result, now)
    return draft.step()


def watch(state: State, watched: Mapping[Key, Target], now: Instant) -> Step:
    """The configuration changed: these surfaces are asked from now on.

    A surface that is no longer watched stops being judged: its failures that wait are dropped, its open
    incident ends where it was last seen, untold. A Retry-After holds until it is over, whoever is watched.
    """
    draft = Draft(state, {})
    known = {target.host: target.reach for target in state.watched.values()}
    draft.watched = {key: replace(t, reach=known.get(t.host, t.reach)) for key, t in watched.items()}
    hosts = {target.host for target in watched.values()}
    draft.waiting = [r for r in draft.waiting if r.key in watched and watched[r.key].host == r.host]
    draft.testimonies = {host: t for host, t in draft.testimonies.items() if host in hosts}
    draft.holds = {host: until for host, until in draft.holds.items() if until > now}
    providers = {key.provider for key in watched}
    draft.accesses = {name: a for name, a in draft.accesses.items() if name in providers}
    draft.suggestions = {name: s for name, s in draft.suggestions.items() if name in providers}
    for key, surface in draft.surfaces.items():
        if key not in watched and surface.incident is not None:
            draft.surfaces[key] = hysteresis.lose_sight(surface, now)[0]
    return draft.step()


def pass_over(state: State, gap: Gap) -> Step:
    """Time that was not seen: asleep, off or paused. What was under way across it is forgotten."""
    draft = Draft(state, {})
    draft.waiting = [failure for failure in draft.waiting if gap.key not in {None, failure.key}]
    if gap.key is None:
        draft.testimonies = {}
        vantage.end_blindness(draft, gap.at)
    vantage.note_gap(draft, gap)
    return draft.step()


def network_changed(state: State, now: Instant) -> Step:
    """This computer's own network is another one from now on: a VPN went up or down, a Wi-Fi was left.

    What failed over the old one and still waits for a witness is forgotten and asked again; what is in flight
    is dropped as it lands, unless it was answered.
    """
    draft = Draft(state, {})
    draft.network_since = now
    draft.testimonies = {host: replace(t, best_ms=None, late_at=()) for host, t in draft.testimonies.items()}
    draft.surfaces = {key: breaks.changed_networks(surface) for key, surface in draft.surfaces.items()}
    draft.ask_now |= {failure.key for failure in draft.waiting}
    draft.waiting = []
    return draft.step()


def clock_stepped(state: State, by_ms: int) -> State:
    """The wall clock was set: what lasts keeps its length, and a wait ends when it would have ended."""
    return replace(
        state,
        surfaces={key: breaks.shifted(surface, by_ms) for key, surface in state.surfaces.items()},
        accesses={name: access.shifted(known, by_ms) for name, known in state.accesses.items()},
        holds={host: until + by_ms for host, until in state.holds.items()},
        hushes={number: hush.shifted(each, by_ms) for number, each in state.hushes.items()},
    )


def see_vantage(state: State, view: Vantage, now: Instant) -> Step:
    """Somebody else found this computer cut off, or online again: a recording, say."""
    draft = Draft(state, {})
    if view is Vantage.ONLINE:
        vantage.end_blindness(draft, now)
        return draft.step()
    near = any(target.reach is Reach.PRIVATE for target in draft.watched.values())
    for reach in (Reach.INTERNET, Reach.PRIVATE) if near else (Reach.INTERNET,):
        if reach not in draft.blind_since:
            since = min((f.at for f in draft.waiting if f.reach is reach), default=now)
            vantage.go_blind(draft, reach, Blindness(min(since, now), view), now)
    return draft.step()


def hear_balance(state: State, balance: Balance) -> Step:
    """What the vendor's balance endpoint says: the next 402 is read in its light.

    Where it admits what it denied before, the 402s in between were true: they are no streak of failures.
    """
    before = state.balances.get(balance.provider)
    if balance.available and before is not None and before.available:
        balance = replace(balance, disputed_since=before.disputed_since)
    surfaces = state.surfaces
    if balance.available is False:
        surfaces = {
            key: hysteresis.without_streaks(surface)
            if key.provider == balance.provider and crosscheck.disputes_credit(surface)
            else surface
            for key, surface in surfaces.items()
        }
    return Step(replace(state, surfaces=surfaces, balances={**state.balances, balance.provider: balance}))


def without_answers(state: State, result: Result, now: Instant, *, for_good: bool) -> Step:
    """No completion can be asked beside a lesser result: it is heard again, and those that follow.

    Whoever asks says so before each of them, for only he knows of the money, the key and the configuration.
    Else the last answer would hide an outage, or keep one open, for as long as it outranks.

    Args:
        state: what is known.
        result: of what asks less than a completion; it is judged next.
        now: the moment.
        for_good: none will be asked later either, so nobody will see the end of what answers alone could see.
    """
    surface = state.surface(result.key)
    deep_until = surface.deep_until
    if deep_until is None:
        return Step(access.believe_lists(state, result.provider) if for_good else state)
    happened: tuple[Happening, ...] = ()
    choice = state.choice
    waits = crosscheck.is_deep_trouble(surface)
    if for_good and waits and MEANINGS[result.reason].effect is Effect.SUCCESS:
        surface, happened = hysteresis.lose_sight(surface, now)
        if choice is not None and choice.switch.provider == result.provider:
            choice = replace(choice, back_told=True)  # nobody saw it come back
    else:
        until = None if for_good and not waits else min(deep_until, now)
        surface = replace(surface, deep_until=until)
    surfaces = {**state.surfaces, result.key: surface}
    state = replace(state, surfaces=surfaces, choice=choice)
    return Step(access.believe_lists(state, result.provider) if for_good else state, happened)


def announce(state: State, maintenance: Mapping[str, tuple[Span, ...]]) -> State:
    """When providers will be down by plan: outages that begin then are marked."""
    return replace(state, maintenance=maintenance)


def pause(state: State, now: Instant, until: Instant | None) -> Step:
    """Stops watching, until a time or until resumed; pausing again only moves the end."""
    since = now if state.paused_since is None else state.paused_since
    return Step(replace(state, paused_since=since, paused_until=until))


def resume(state: State, now: Instant) -> Step:
    """Watches again; the pause becomes a gap."""
    if state.paused_since is None:
        return Step(state)
    gap = Gap(state.paused_since, max(now, state.paused_since), GapCause.PAUSED)
    return pass_over(replace(state, paused_since=None, paused_until=None), gap)


def with_baseline(state: State, key: Key, median_ms: float | None, *, deep: bool = False) -> State:
    """The history's median latency of a surface over the last days; `deep`: of its completions."""
    known = state.surface(key)
    surface = replace(known, deep_baseline_ms=median_ms) if deep else replace(known, baseline_ms=median_ms)
    return replace(state, surfaces={**state.surfaces, key: surface})


def _settle(draft: Draft, result: Result, now: Instant, *, witness: str = "") -> None:
    """A result whose vantage needs no proof, or was proven by `witness`; a mere witness is not judged."""
    key = result.key
    target = draft.watched.get(key)
    if target is not None and target.role is not Role.SURFACE:
        return
    vantage.give_up_on(draft, key)
    surface = draft.surface(key)
    if surface.unproven_since is not None:
        since = surface.unproven_since
        draft.surfaces[key] = replace(surface, unproven_since=None)
        vantage.note_gap(draft, Gap(since, max(since, result.at), GapCause.UNPROVEN, key))
        surface = draft.surfaces[key]
    if result.reason is Reason.PORTAL:
        # Somebody in between refused, a proxy say, while others answered: recorded against nobody, and the
        # light goes out as its last word grows old, here and after a restart alike.
        return
    reading = crosscheck.read(draft, result)
    if reading.weight is not Weight.COUNTS:
        _set_aside(draft, reading, witness)
        return
    if surface.crowded != reading.crowded:
        surface = replace(surface, crowded=reading.crowded)
    rules = draft.rules[key]
    silent = reading.result.reason in NETWORK_FAILURES
    silence, at_host = silent_host.find(draft, reading.result) if silent else (None, ())
    needed = scatter.in_a_row(draft, reading.result, rules.confirm_after)
    needed = max(needed, alone.in_a_row(draft, reading.result, witness, rules.confirm_after))
    after, happened, judged = hysteresis.settle(
        surface,
        reading.result,
        rules if needed == rules.confirm_after else replace(rules, confirm_after=needed),
        draft.next_incident,
        timed=lambda: not vantage.everybody_is_late(draft, result),
        may_be_unstable=lambda: (
            not alone.has_vouched(draft, surface, result) and scatter.may_be_unstable(draft, surface, result)
        ),
    )
    after = crosscheck.with_lesser_word(after, judged)
    settled = Settled(judged, proven=bool(witness), witness=witness, after=after, needed=needed)
    _keep(draft, key, after, (settled, *happened))
    access.settle(draft, judged)
    choices.follow(draft, key.provider, judged.at, went_down=any(isinstance(h, WentDown) for h in happened))
    if silence is not None:
        _go_down_with_host(draft, silence, at_host, judged, now)
    if key.provider in draft.suggestions and not choices.in_trouble(draft.state(), key.provider):
        del draft.suggestions[key.provider]


def _keep(draft: Draft, key: Key, after: SurfaceState, happened: Iterable[Happening]) -> None:
    """Takes over a surface's new state, and what happened to it."""
    if after.incident is not None and after.incident.id == draft.next_incident:
        draft.next_incident += 1
    draft.surfaces[key] = after
    draft.happenings += happened
    _mark_maintenance(draft, key)


def _go_down_with_host(
    draft: Draft, silence: Silence, at_host: Sequence[Key], failure: Result, now: Instant
) -> None:
    for key in silent_host.down_with_it(draft, silence, at_host, failure, now):
        surface = draft.surface(key)
        known_at = failure.ended_at if surface.last is None else max(failure.ended_at, surface.last.ended_at)
        after, happened = hysteresis.go_down(surface, known_at, draft.next_incident, silence)
        _keep(draft, key, after, happened)
        choices.follow(draft, key.provider, failure.at, went_down=True)


def _set_aside(draft: Draft, reading: Reading, witness: str) -> None:
    """A result that is kept but does not count; of a rate limit that is held the user hears all the same."""
    result = reading.result
    settled = Settled(result, proven=bool(witness), witness=witness, counted=False)
    draft.happenings.append(settled)
    surface = draft.surface(result.key)
    if reading.weight is Weight.OUTRANKED:
        draft.surfaces[result.key] = crosscheck.with_lesser_word(surface, result)
        if not crosscheck.is_deep(surface, result.at):  # no answer will come soon to tell about the key
            access.settle(draft, result)
    if reading.weight is Weight.HELD:
        draft.surfaces[result.key] = replace(surface, latest=result, crowded=reading.crowded)
        access.settle(draft, result)


def _mark_maintenance(draft: Draft, key: Key) -> None:
    """Marks an outage that was just found where it began in maintenance that the vendor had announced."""
    for at, happening in enumerate(draft.happenings):
        if not isinstance(happening, WentDown) or happening.key != key or happening.incident.in_maintenance:
            continue
        began = happening.incident.phases[-1].at
        if any(span.start <= began < span.end for span in draft.maintenance.get(key.provider, ())):
            incident = replace(happening.incident, in_maintenance=True)
            draft.happenings[at] = replace(happening, incident=incident)
            draft.surfaces[key] = replace(draft.surfaces[key], incident=incident)
