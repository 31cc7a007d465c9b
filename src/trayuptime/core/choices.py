"""The user's own choice of provider: advice that was given, the switch that is in force, and the way back."""

from collections.abc import Iterable
from dataclasses import replace

from trayuptime.core.access import LOST
from trayuptime.core.draft import Draft
from trayuptime.core.model import Instant, Service, Suggestion, Switch
from trayuptime.core.reasons import Access
from trayuptime.core.state import AccessState, Choice, PrimaryBack, State, Step, Suggested, Switched

BACK_AFTER_S = 900.0
"""How long a primary has to be up without a break until going back is suggested."""


def advise(state: State, suggestion: Suggestion, now: Instant) -> Step:
    """Keeps the advice that was just checked."""
    suggestions = {**state.suggestions, suggestion.provider: suggestion}
    return Step(replace(state, suggestions=suggestions), (Suggested(now, suggestion),))


def choose(state: State, switch: Switch) -> Step:
    """The user switched, or went back."""
    choice = None if switch.back else Choice(switch, away=in_trouble(state, switch.provider))
    return Step(replace(state, choice=choice), (Switched(switch),))


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


def follow(draft: Draft, provider: str, at: Instant, *, went_down: bool) -> None:
    """Watches the provider that was left: its return is news once it has been up for a while."""
    choice = draft.choice
    if choice is None or choice.switch.provider != provider:
        return
    if went_down or in_trouble(draft.state(), provider):
        draft.choice = replace(choice, away=True, back_told=False)
    elif choice.away and not choice.back_told and _up_for_s(draft, provider, at) >= BACK_AFTER_S:
        draft.choice = replace(choice, back_told=True)
        draft.happenings.append(PrimaryBack(at, provider))


def _up_for_s(draft: Draft, provider: str, now: Instant) -> float:
    """Seconds for which every watched surface of it was seen up, without a failure or a long gap."""
    access = draft.accesses.get(provider, AccessState())
    if access.access is Access.UNCHECKED and access.since is not None:
        return 0.0  # its key was another: reachable is not usable
    surfaces = [draft.surface(key) for key in draft.watched if key.provider == provider]
    if not all(s.service is Service.UP and not s.fails and s.first_ok is not None for s in surfaces):
        return 0.0
    since = [max(s.since or now, s.first_ok or now) for s in surfaces]
    since.append(access.since or 0)
    return (now - max(since)) / 1000 if surfaces else 0.0
