"""What the user wants to hear no more of: an incident that they know of, or one put off for a while.

A hush is about notices and nothing else: no light, no figure and no event reads it. It names an incident and
not a provider, so that the next trouble is news; it holds for what the incident was by then, so that a worse
one is news as well; and the end of an incident is told as ever.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from trayuptime.core.hysteresis import REOPEN_WITHIN_S
from trayuptime.core.model import Incident, IncidentKind, Instant, Result, Service
from trayuptime.core.reasons import MEANINGS, Effect, Reason
from trayuptime.core.state import Hush, Settled, State, Step, StillOpen, SurfaceState

_KEPT_S = 2 * REOPEN_WITHIN_S
"""A fall that opens an incident again is heard of later than it begins, and confirmed later still."""


class NothingToHushError(ValueError):
    """There is nothing to tell no more of, or again; the message is a sentence."""


def hush(state: State, numbers: Iterable[int], now: Instant, until: Instant | None = None) -> State:
    """Tells no more of open incidents, whatever was said of them before.

    Args:
        state: what is known.
        numbers: of the incidents; those that are open no more are left out.
        now: the moment.
        until: from when on they are told once more; `None`: not before they end.

    Raises:
        NothingToHushError: none of them is open, or one that notices tell of.
    """
    asked, open_ = tuple(numbers), _open_in(state)
    hushed = {n: Hush(now, until, open_[n].kind) for n in asked if n in open_ and is_told(open_[n])}
    if not hushed:
        raise NothingToHushError(_why_not(state, asked, open_))
    # Nobody is owed the news of what they know.
    untold = {provider: n for provider, n in state.untold.items() if n not in hushed}
    return replace(state, hushes={**state.hushes, **hushed}, untold=untold)


def unhush(state: State, numbers: Iterable[int]) -> State:
    """Tells of these incidents as of any other.

    Raises:
        NothingToHushError: that is so already.
    """
    asked = tuple(numbers)
    left = {number: each for number, each in state.hushes.items() if number not in asked}
    if len(left) == len(state.hushes):
        raise NothingToHushError(f"{_named(asked)} is told of as any other.")
    return replace(state, hushes=left)


def is_told(incident: Incident) -> bool:
    """Whether notices tell of such an incident at all: of slow answers none does."""
    return incident.kind is not IncidentKind.DEGRADED


def told_of(state: State, provider: str) -> tuple[int, ...]:
    """The open incidents of a provider that notices have told of, by their numbers; none that yet waits."""
    waits = state.untold.get(provider)
    open_ = _open_in(state).items()
    return tuple(n for n, each in open_ if each.provider == provider and is_told(each) and n != waits)


def sooner(state: State, numbers: Iterable[int], until: Instant) -> tuple[int, ...]:
    """Those of them that would be told before a moment: neither known nor put off for as long already."""
    return tuple(n for n in numbers if n not in state.hushes or not in_force(state.hushes[n], until))


def covers(state: State, incident: Incident) -> bool:
    """Whether the user wants no more notices of an incident as bad as it is now."""
    known = state.hushes.get(incident.id)
    return known is not None and known.kind is incident.kind and not known.being_told


def in_force(hushed: Hush, now: Instant) -> bool:
    """Whether it holds; one that is over waits for an answer that shows whether the trouble is, too."""
    return hushed.until is None or (now < hushed.until and not hushed.being_told)


def shifted(hushed: Hush, by_ms: int) -> Hush:
    """The same after the wall clock was set: what was put off for an hour is put off for an hour."""
    until = None if hushed.until is None else hushed.until + by_ms
    return replace(hushed, since=hushed.since + by_ms, until=until)


def follow(step: Step, now: Instant) -> Step:
    """The step with the hushes that still hold, and with what was put off and is seen to last.

    It is seen, and not only remembered: while this computer sleeps or is offline nothing is told again, for
    nobody knows.
    """
    state = step.state
    if not state.hushes:
        return step
    left = {number: each for number, each in state.hushes.items() if _holds(state, number, each, now)}
    again: list[StillOpen] = []
    for happening in step.happenings:
        if not isinstance(happening, Settled) or not happening.counted:
            continue
        result, surface = happening.result, state.surface(happening.result.key)
        incident = surface.incident
        if incident is None or incident.id not in left:
            continue
        known = left[incident.id]
        if in_force(known, now) or known.being_told:
            continue
        if _shows_trouble(result, surface, incident):
            left[incident.id] = replace(known, being_told=True)
            again.append(StillOpen(now, result.key, incident, result.reason))
    if left == state.hushes:
        return step
    return replace(step, state=replace(state, hushes=left), happenings=(*step.happenings, *again))


def told_again(state: State, provider: str) -> State:
    """The state once nothing of a provider waits to be told once more: it was, or was over before that."""
    own = {
        incident.id
        for key, surface in state.surfaces.items()
        for incident in (surface.incident, surface.previous)
        if key.provider == provider and incident is not None
    }
    left = {n: each for n, each in state.hushes.items() if n not in own or not each.being_told}
    return state if len(left) == len(state.hushes) else replace(state, hushes=left)


def taken_up(state: State) -> State:
    """What the last run left: what it was telling once more as it was killed, nobody has heard."""
    if not any(each.being_told for each in state.hushes.values()):
        return state
    return replace(state, hushes={n: replace(each, being_told=False) for n, each in state.hushes.items()})


def _open_in(state: State) -> Mapping[int, Incident]:
    found = (surface.incident for surface in state.surfaces.values())
    return {incident.id: incident for incident in found if incident is not None}


def _holds(state: State, number: int, hushed: Hush, now: Instant) -> bool:
    """Whether the incident is open and no worse than it was, or may yet be opened again as the same one."""
    for surface in state.surfaces.values():
        fell_at = now if surface.first_fail is None else min(surface.first_fail, now)
        for incident in (surface.incident, surface.previous):
            if incident is not None and incident.id == number:
                ended_at = fell_at if incident.ended_at is None else incident.ended_at
                return incident.kind is hushed.kind and fell_at - ended_at <= _KEPT_S * 1000
    return False


def _shows_trouble(result: Result, surface: SurfaceState, incident: Incident) -> bool:
    """Whether a result is of what the surface suffers from; a good one may be the first of its recovery."""
    if surface.service is Service.DOWN or incident.kind is IncidentKind.UNSTABLE:
        return MEANINGS[result.reason].effect is Effect.FAILURE
    return result.reason is Reason.SLOW


def _why_not(state: State, asked: tuple[int, ...], open_: Mapping[int, Incident]) -> str:
    if any(number in open_ for number in asked):
        return f"{_named(asked)} is of slow answers, of which no notification tells."
    if any(0 < number < state.next_incident for number in asked):
        return f"{_named(asked)} is over: there is nothing more to tell of it."
    return f"There is no {_named(asked).lower()}."


def _named(asked: tuple[int, ...]) -> str:
    return f"Incident {' and '.join(map(str, asked))}"
