"""When to ask a surface again: in slots, faster in doubt, not before Retry-After."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from trayuptime.core.hysteresis import IN_TIME_AFTER
from trayuptime.core.model import Instant, Key, Rules, Service
from trayuptime.core.reasons import MEANINGS, Effect
from trayuptime.core.state import Role, State, SurfaceState
from trayuptime.core.waiting import Wait


def next_ask_s(
    state: State, key: Key, rules: Rules, *, asked_s: float, ended_s: float, offset_s: float
) -> float:
    """The monotonic second at which to ask a surface again.

    Args:
        state: after its last result was taken into account.
        key: the surface.
        rules: its thresholds.
        asked_s: when its last probe started, monotonic seconds.
        ended_s: when that probe ended; in doubt the wait counts from here.
        offset_s: this installation's place within the slots.
    """
    if in_doubt(state, key, rules) or _looks_out(state, key):
        return ended_s + min(rules.retry_interval_s, rules.interval_s)
    return next_slot_s(asked_s, rules.interval_s, offset_s)


def in_order(state: State, due: Mapping[Key, float]) -> list[tuple[Key, float]]:
    """Who goes first of those who are due: whoever is not down, for that may be news; then by time."""
    return sorted(due.items(), key=lambda item: (state.surface(item[0]).service is Service.DOWN, item[1]))


def next_slot_s(asked_s: float, interval_s: float, offset_s: float) -> float:
    """The slot after `asked_s`.

    All surfaces of one interval share their slots, so that a cycle wakes the machine once. A slot less than
    half an interval away is left out: the surface has only just been asked.
    """
    earliest = asked_s + interval_s / 2
    steps = math.ceil((earliest - offset_s) / interval_s)
    return offset_s + steps * interval_s


def in_doubt(state: State, key: Key, rules: Rules) -> bool:
    """Whether the next answer decides something, so that it is asked for at the retry interval.

    A failure that nobody vouches for is asked again as often as a confirmation would take, then at the
    normal pace. What waits because something in between may have spoken, and is no failure, decides nothing.
    """
    if _is_blind(state, key):
        return False
    surface = state.surface(key)
    waits = [failure for failure in state.waiting if failure.key == key]
    waiting = sum(MEANINGS[failure.reason].effect is Effect.FAILURE for failure in waits)
    if waits and not waiting:
        return False
    if waiting:
        hopeful = surface.service is not Service.DOWN and surface.unproven_since is None
        # Beyond the user's own number it takes more of them (see `scatter.py`), and the next one decides.
        more = surface.fails >= rules.confirm_after
        return hopeful and (more or surface.fails + waiting < rules.confirm_after)
    return _unconfirmed(surface, rules)


def held_s(state: State, host: str, now: Instant) -> float:
    """Seconds until a host may be asked again after its Retry-After; 0 when it may."""
    return max(0.0, (state.holds.get(host, 0) - now) / 1000)


def hold(state: State, waits: Iterable[Wait], now: Instant) -> State:
    """The state in which each host is left alone for as long as it said, whether its answer counts or not.

    Args:
        state: what was known.
        waits: what hosts said; none of them shortens what was said before.
        now: when they said it.
    """
    until = {wait.host: now + round(wait.for_s * 1000) for wait in waits}
    longer = {host: at for host, at in until.items() if at > state.holds.get(host, 0)}
    return replace(state, holds={**state.holds, **longer}) if longer else state


def _looks_out(state: State, key: Key) -> bool:
    """While this computer is cut off from a reach, one surface of it looks out for its return."""
    if not _is_blind(state, key):
        return False
    reach = state.watched[key].reach
    return key == min(
        (of for of, target in state.watched.items() if target.reach is reach and target.role is Role.SURFACE),
        key=lambda of: (of.provider, of.surface),
    )


def _is_blind(state: State, key: Key) -> bool:
    target = state.watched.get(key)
    return target is not None and target.reach in state.blind_since


def _unconfirmed(surface: SurfaceState, rules: Rules) -> bool:
    if surface.service is Service.DOWN:
        return 0 < surface.oks < rules.recover_after
    if surface.deep_trouble and not surface.fails:
        return 0 < surface.fast < IN_TIME_AFTER
    # On a network that loses answers it may take more failures than the user's number (see `scatter.py`).
    return surface.fails > 0
