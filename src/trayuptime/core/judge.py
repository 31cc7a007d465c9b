"""The judge: `step(state, result, now)` decides what a result proves, and whether it was them or us.

Vantage comes first (VERDICTS.md section 3): a failure without an HTTP answer waits until some other host of
the same reach has answered since it began; when every host of that reach waits, this computer is cut off and
nothing is held against anybody. What is settled goes on to `hysteresis.settle` and to the access light.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from trayuptime.core import hysteresis
from trayuptime.core.model import (
    Gap,
    GapCause,
    Instant,
    Key,
    Level,
    Reach,
    Result,
    Rules,
    Service,
    Span,
    Suggestion,
    Switch,
    Vantage,
)
from trayuptime.core.reasons import MEANINGS, Access
from trayuptime.core.state import (
    AccessChanged,
    AccessState,
    Blindness,
    Choice,
    GapSeen,
    Happening,
    PrimaryBack,
    Settled,
    State,
    Step,
    Suggested,
    SurfaceState,
    Switched,
    Target,
    Testimony,
    VantageChanged,
    WentDown,
)

PROVES_WITHIN_S = 60.0
"""A witness proves failures that ended at most this long before: by then, a lost network may be back."""
FIRST_WITNESSES = 2
"""How many other hosts are asked at first; all of them once these are silent too."""
KEY_RETRY_S = 3_600.0
"""How long a rejected key is not shown again."""
BACK_AFTER_S = 900.0

_GAPS = {Vantage.OFFLINE: GapCause.OFFLINE, Vantage.PORTAL: GapCause.PORTAL}


LOST = frozenset({Access.KEY_REJECTED, Access.OUT_OF_CREDIT, Access.NOT_AVAILABLE_HERE})
"""Standings with which a provider cannot be used; a rate limit passes by itself."""


def step(state: State, result: Result, rules: Mapping[Key, Rules], now: Instant) -> Step:
    """Takes one result into account.

    Args:
        state: what was known.
        result: of a watched surface.
        rules: the thresholds of every watched surface.
        now: when the answer was complete, by our clock.
    """
    draft = _Draft(state, rules)
    result = draft.placed(result)
    if result.retry_after_s is not None:
        # The wait is the interval in force: the answer speaks until we may ask again.
        until = now + round(result.retry_after_s * 1000)
        draft.holds[result.host] = max(until, draft.holds.get(result.host, until))
        result = replace(result, interval_s=max(result.interval_s, result.retry_after_s))
    draft.forget_unproven(now)
    if result.answered_at is not None:
        draft.hear_witness(result)
    elif result.http_status is not None and not result.needs_witness:
        draft.end_blindness(now, result.reach)  # nobody's witness, but an answer that counts came through
    if not result.needs_witness or result.reach is Reach.LOOPBACK:
        draft.settle(result, proven=False)
    elif draft.began_blind(result, now):
        pass  # it ended after the network came back, but it began without one
    elif draft.vouched(result, now):
        draft.settle(result, proven=True)
    elif result.reach not in draft.blind_since:
        draft.waiting.append(result)
        draft.seek_witnesses(result, now)
    return draft.step()


def watch(state: State, watched: Mapping[Key, Target], now: Instant) -> Step:
    """The configuration changed: these surfaces are asked from now on.

    A surface that is no longer watched stops being judged: its failures that wait are dropped, its open
    incident ends where it was last seen, untold.
    """
    draft = _Draft(state, {})
    known = {target.host: target.reach for target in state.watched.values()}
    draft.watched = {key: replace(t, reach=known.get(t.host, t.reach)) for key, t in watched.items()}
    hosts = {target.host for target in watched.values()}
    draft.waiting = [r for r in draft.waiting if r.key in watched and watched[r.key].host == r.host]
    draft.testimonies = {host: t for host, t in draft.testimonies.items() if host in hosts}
    draft.holds = {host: until for host, until in draft.holds.items() if host in hosts and until > now}
    providers = {key.provider for key in watched}
    draft.accesses = {name: a for name, a in draft.accesses.items() if name in providers}
    draft.suggestions = {name: s for name, s in draft.suggestions.items() if name in providers}
    for key, surface in draft.surfaces.items():
        if key not in watched and surface.incident is not None:
            seen_until = surface.last.at if surface.last is not None else surface.incident.started_at
            ended = replace(surface.incident, ended_at=seen_until)
            draft.surfaces[key] = SurfaceState(previous=ended, last=surface.last, latest=surface.latest)
    return draft.step()


def pass_over(state: State, gap: Gap) -> Step:
    """Time that was not seen: asleep, off or paused. What was under way across it is forgotten."""
    draft = _Draft(state, {})
    draft.waiting = []
    draft.testimonies = {}
    draft.end_blindness(gap.at)
    draft.note_gap(gap)
    return draft.step()


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


def advise(state: State, suggestion: Suggestion, now: Instant) -> Step:
    """Keeps the advice that was just checked."""
    suggestions = {**state.suggestions, suggestion.provider: suggestion}
    return Step(replace(state, suggestions=suggestions), (Suggested(now, suggestion),))


def choose(state: State, switch: Switch) -> Step:
    """The user switched, or went back."""
    choice = None if switch.back else Choice(switch, away=in_trouble(state, switch.provider))
    return Step(replace(state, choice=choice), (Switched(switch),))


def forget_key(state: State, provider: str) -> State:
    """The key of a provider changed: what it was worth is unknown again."""
    return replace(state, accesses={n: a for n, a in state.accesses.items() if n != provider})


def with_trouble(state: State, provider: str, sentence: str | None) -> State:
    """Notes, or forgets, what keeps the user's own key from being used."""
    rest = {name: text for name, text in state.troubles.items() if name != provider}
    return replace(state, troubles=rest if sentence is None else {**rest, provider: sentence})


def with_baseline(state: State, key: Key, median_ms: float | None) -> State:
    """The history's median latency of a surface over the last days."""
    surface = replace(state.surface(key), baseline_ms=median_ms)
    return replace(state, surfaces={**state.surfaces, key: surface})


def in_trouble(state: State, provider: str) -> bool:
    """Whether the user needs another provider now: a surface is down, or access is lost."""
    down = any(s.service is Service.DOWN for key, s in state.surfaces.items() if key.provider == provider)
    return down or state.access(provider).access in LOST


def switch_to(
    state: State, providers: Iterable[str], to: str, now: Instant, leaving: str | None = None
) -> Switch | None:
    """What it means to use a provider now: a switch, a way back to the one that was left, or nothing new.

    Args:
        state: for the choice in force, and for who is in trouble.
        providers: those that are watched, in the user's order.
        to: the provider to use.
        now: the moment.
        leaving: the one left behind; `None` for the one in use, one in trouble, else the first other.

    Returns:
        What to record; `None` when that very switch is in force already.
    """
    switch = None if state.choice is None else state.choice.switch
    if switch is not None and switch.to == to and leaving in {None, switch.provider}:
        return None
    if leaving is not None:
        return Switch(now, leaving, to)
    if switch is not None and switch.to != to:
        return Switch(now, switch.to, to, back=switch.provider == to)
    others = [name for name in providers if name != to]
    first = others[0] if others else to
    return Switch(now, next((name for name in others if in_trouble(state, name)), first), to)


def may_show_key(access: AccessState, now: Instant) -> bool:
    """Whether an authenticated probe is due; a rejected key is shown again only after an hour."""
    if access.access is not Access.KEY_REJECTED or access.asked_at is None or access.doubt is not None:
        return True
    return not 0 <= now - access.asked_at < KEY_RETRY_S * 1000


class _Draft:
    """The next state while it is being made."""

    def __init__(self, state: State, rules: Mapping[Key, Rules]) -> None:
        self._before = state
        self._rules = rules
        self.surfaces = dict(state.surfaces)
        self.accesses = dict(state.accesses)
        self.watched: Mapping[Key, Target] = state.watched
        self.testimonies = dict(state.testimonies)
        self.waiting = list(state.waiting)
        self.blind_since = dict(state.blind_since)
        self.last_blind = dict(state.last_blind)
        self.holds = dict(state.holds)
        self.suggestions = dict(state.suggestions)
        self.choice = state.choice
        self.next_incident = state.next_incident
        self.happenings: list[Happening] = []
        self.ask_now: set[Key] = set()
        self.ask_witnesses: set[str] = set()

    def step(self) -> Step:
        return Step(
            self._state(), tuple(self.happenings), frozenset(self.ask_now), frozenset(self.ask_witnesses)
        )

    def _state(self) -> State:
        return replace(
            self._before,
            surfaces=self.surfaces,
            accesses=self.accesses,
            watched=self.watched,
            testimonies=self.testimonies,
            waiting=tuple(self.waiting),
            blind_since=self.blind_since,
            last_blind=self.last_blind,
            holds=self.holds,
            suggestions=self.suggestions,
            choice=self.choice,
            next_incident=self.next_incident,
        )

    # Vantage

    def placed(self, result: Result) -> Result:
        """The result with its host's reach: an answer's address tells it, a failure takes what is known."""
        target = self.watched.get(result.key)
        if target is None or target.reach is result.reach:
            return result
        if result.http_status is None:
            return replace(result, reach=target.reach)
        self.watched = {**self.watched, result.key: Target(result.host, result.reach)}
        return result

    def hear_witness(self, result: Result) -> None:
        """An authentic answer: it ends blindness of its reach and settles what waited for such a word."""
        assert result.answered_at is not None
        at = result.answered_at
        self.testimonies[result.host] = Testimony(result.reach, at)
        if result.reach in self.blind_since:
            self.end_blindness(at, result.reach)
        still: list[Result] = []
        proven: list[Result] = []
        for failure in self.waiting:
            vouched = failure.reach is result.reach and failure.host != result.host and failure.at <= at
            (proven if vouched else still).append(failure)
        self.waiting = still
        for failure in proven:
            self.settle(failure, proven=True)

    def vouched(self, failure: Result, now: Instant) -> bool:
        """Whether another host of the same reach has answered since this failure began.

        A testimony from the future is older than a step of the clock, and says nothing.
        """
        return any(
            testimony.reach is failure.reach and failure.at <= testimony.at <= now and host != failure.host
            for host, testimony in self.testimonies.items()
        )

    def began_blind(self, failure: Result, now: Instant) -> bool:
        """Whether it began while this computer was cut off; a span in the future is a clock set back."""
        blind = self.last_blind.get(failure.reach)
        return blind is not None and blind.start <= failure.at < blind.end <= now

    def forget_unproven(self, now: Instant) -> None:
        """Failures that waited too long for a witness can no longer be settled; the time becomes a gap."""
        limit = now - round(PROVES_WITHIN_S * 1000)
        for failure in self.waiting:
            if _ended(failure) < limit:
                self._give_up(failure)
        self.waiting = [failure for failure in self.waiting if _ended(failure) >= limit]

    def seek_witnesses(self, failure: Result, now: Instant) -> None:
        """Asks other hosts of the same reach; when all of them wait too, this computer is cut off."""
        reach = failure.reach
        hosts = {
            t.host for t in self.watched.values() if t.reach is reach and self.holds.get(t.host, 0) <= now
        }
        silent = {waiting.host for waiting in self.waiting if waiting.reach is reach}
        others = hosts - silent
        if others:
            by_word = sorted(others, key=lambda host: (-self._last_word(host), host))
            self.ask_witnesses |= set(by_word if len(silent) > FIRST_WITNESSES else by_word[:FIRST_WITNESSES])
        elif len(silent) > 1:
            self._go_blind(reach, now)

    def end_blindness(self, until: Instant, only: Reach | None = None) -> None:
        headline = self._state().vantage
        for reach in [reach for reach in self.blind_since if only in {None, reach}]:
            blindness = self.blind_since.pop(reach)
            self.last_blind[reach] = Span(blindness.since, max(blindness.since, until))
            self._note_gap_of_reach(reach, blindness, until)
        if (view := self._state().vantage) is not headline:
            self.happenings.append(VantageChanged(until, view))

    def note_gap(self, gap: Gap) -> None:
        for key in [gap.key] if gap.key is not None else list(self.surfaces):
            surface = self.surfaces.get(key, SurfaceState())
            self.surfaces[key] = hysteresis.interrupt(surface, gap.at, gap.until)
        self.happenings.append(GapSeen(gap))

    def _go_blind(self, reach: Reach, now: Instant) -> None:
        headline = self._state().vantage
        waiting = [failure for failure in self.waiting if failure.reach is reach]
        portal = any(failure.portal_like for failure in waiting)
        since = min(failure.at for failure in waiting)
        self.blind_since[reach] = Blindness(since, Vantage.PORTAL if portal else Vantage.OFFLINE)
        self.waiting = [failure for failure in self.waiting if failure.reach is not reach]
        for key in self._keys_of(reach):
            if key in self.surfaces:
                self.surfaces[key] = hysteresis.interrupt(self.surfaces[key], since, since)
        if (view := self._state().vantage) is not headline:
            self.happenings.append(VantageChanged(now, view))

    def _note_gap_of_reach(self, reach: Reach, blindness: Blindness, until: Instant) -> None:
        keys = self._keys_of(reach)
        cause = _GAPS[blindness.vantage]
        until = max(until, blindness.since)
        everywhere = len(keys) == len(self.watched)
        for key in [None] if everywhere else keys:
            self.note_gap(Gap(blindness.since, until, cause, key))

    def _keys_of(self, reach: Reach) -> list[Key]:
        return [key for key, target in self.watched.items() if target.reach is reach]

    def _last_word(self, host: str) -> Instant:
        testimony = self.testimonies.get(host)
        return 0 if testimony is None else testimony.at

    def _give_up(self, failure: Result) -> None:
        surface = self.surfaces.get(failure.key, SurfaceState())
        if surface.unproven_since is None:
            self.surfaces[failure.key] = replace(surface, unproven_since=failure.at)

    # Service and access

    def settle(self, result: Result, *, proven: bool) -> None:
        """A result that counts."""
        key = result.key
        for failure in self.waiting:
            if failure.key == key:  # the surface itself spoke first: nobody can vouch in time any more
                self._give_up(failure)
        self.waiting = [failure for failure in self.waiting if failure.key != key]
        surface = self.surfaces.get(key, SurfaceState())
        if surface.unproven_since is not None:
            since = surface.unproven_since
            self.surfaces[key] = replace(surface, unproven_since=None)
            self.note_gap(Gap(since, max(since, result.at), GapCause.UNPROVEN, key))
            surface = self.surfaces[key]
        after, happened, judged = hysteresis.settle(surface, result, self._rules[key], self.next_incident)
        if after.incident is not None and after.incident.id == self.next_incident:
            self.next_incident += 1
        self.surfaces[key] = after
        self.happenings += [Settled(judged, proven), *happened]
        self._settle_access(judged)
        self._follow_choice(judged, went_down=any(isinstance(h, WentDown) for h in happened))
        if not in_trouble(self._state(), key.provider):
            self.suggestions.pop(key.provider, None)

    def _settle_access(self, result: Result) -> None:
        word = MEANINGS[result.reason].access
        if word is None or result.level is Level.REACH:
            return
        known = self.accesses.get(result.provider, AccessState())
        if word is known.access:
            after = replace(known, asked_at=result.at, detail=result.detail, doubt=None)
        elif _told_at_once(known, word):
            told = known.told if word is Access.RATE_LIMITED else word
            after = AccessState(word, result.at, result.at, result.detail, told=told)
            if not (known.access is Access.UNCHECKED and word is Access.OK):
                self.happenings.append(
                    AccessChanged(result.at, result.provider, word, known.told, result.detail)
                )
        else:
            after = replace(known, asked_at=result.at, doubt=word)
            self.ask_now.add(result.key)
        self.accesses[result.provider] = after

    def _follow_choice(self, result: Result, *, went_down: bool) -> None:
        choice = self.choice
        if choice is None or choice.switch.provider != result.provider:
            return
        state = self._state()
        if went_down or in_trouble(state, result.provider):
            self.choice = replace(choice, away=True, back_told=False)
        elif (
            choice.away and not choice.back_told and self._up_for(result.provider, result.at) >= BACK_AFTER_S
        ):
            self.choice = replace(choice, back_told=True)
            self.happenings.append(PrimaryBack(result.at, result.provider))

    def _up_for(self, provider: str, now: Instant) -> float:
        """Seconds for which every watched surface of it was seen up, without a failure or a long gap."""
        surfaces = [
            self.surfaces.get(key, SurfaceState()) for key in self.watched if key.provider == provider
        ]
        if not all(s.service is Service.UP and not s.fails and s.first_ok is not None for s in surfaces):
            return 0.0
        since = [max(s.since or now, s.first_ok or now) for s in surfaces]
        since.append(self.accesses.get(provider, AccessState()).since or 0)
        return (now - max(since)) / 1000 if surfaces else 0.0


def _told_at_once(known: AccessState, word: Access) -> bool:
    """Everything is asked a second time but a first `ok`, a rate limit (which forbids asking) and its end."""
    if known.doubt is word or word is Access.RATE_LIMITED:
        return True
    return known.access in {Access.UNCHECKED, Access.RATE_LIMITED} and word is Access.OK


def _ended(failure: Result) -> Instant:
    return failure.at + round(failure.latency_ms or 0.0)
