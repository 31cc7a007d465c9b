"""One host that is silent to all that is asked of it: the failures of its surfaces count together.

A host is asked one question at a time, so the surfaces of one that hangs wait for each other, and minutes
would pass until each of them alone has failed often enough. But the host itself failed at every one of those
questions. So a surface that has failed is down, too, once its host has failed as often as it takes, each time
as long after the last as a single surface would have been asked, and has answered nobody in between.
"""

from collections.abc import Iterable, Sequence

from trayuptime.core import alone
from trayuptime.core.draft import Draft
from trayuptime.core.hysteresis import REOPEN_WITHIN_S
from trayuptime.core.model import Instant, Key, Result, Rules, Service
from trayuptime.core.reasons import NETWORK_FAILURES
from trayuptime.core.scatter import in_a_row
from trayuptime.core.state import Role, Silence, SurfaceState


def find(draft: Draft, failure: Result) -> tuple[Silence, tuple[Key, ...]]:
    """How long the host of a failure has been silent, with this failure, and who has asked it in that time.

    Args:
        draft: the failure is not taken into account yet.
        failure: proven, or in no need of it.

    Returns:
        The silence, and the surfaces in the order they are watched. One that is down already is not among
        them: it may have been silent alone.
    """
    there = {
        key: draft.surface(key)
        for key, target in draft.watched.items()
        if target.host == failure.host and target.role is Role.SURFACE
    }
    answered_at = _answered_at(draft, failure.host, there.values())
    own = there.get(failure.key, SurfaceState())
    began = failure.at if own.first_fail is None else own.first_fail
    asked = [failure.at]
    keys: list[Key] = []
    took_down = False
    for key, surface in there.items():
        if key != failure.key and not _is_silent(surface, failure, answered_at):
            continue
        if surface.service is not Service.DOWN:
            asked += [sample.at for sample in surface.recent if sample.is_silent and sample.at >= answered_at]
            keys.append(key)
        else:
            assert surface.incident is not None
            took_down |= began <= surface.incident.confirmed_at + round(failure.interval_s * 1000)
    return Silence(failure.host, tuple(sorted(asked)), took_down), tuple(keys)


def down_with_it(
    draft: Draft, silence: Silence, keys: Sequence[Key], failure: Result, now: Instant
) -> list[Key]:
    """The surfaces that their host's silence makes down, one provider after the other.

    Of a provider's the first comes last, so that its bubble is the one that stays.

    Args:
        draft: the failure is taken into account by now.
        silence: of the host.
        keys: the surfaces that have asked it in that time, as `find` gave them.
        failure: the newest of it.
        now: when it is settled.
    """
    providers = list(dict.fromkeys(key.provider for key in keys))
    order = sorted(keys, key=lambda key: (providers.index(key.provider), -keys.index(key)))
    return [key for key in order if _is_enough(draft, silence, key, failure, now)]


def _is_enough(draft: Draft, silence: Silence, key: Key, failure: Result, now: Instant) -> bool:
    surface, rules = draft.surface(key), draft.rules[key]
    last = surface.last
    if surface.service is Service.DOWN or last is None or not surface.fails:
        return False
    alone_needed = alone.in_a_row(draft, last, "", rules.confirm_after)
    needed = max(in_a_row(draft, last, rules.confirm_after), alone_needed)
    if last.ended_at < failure.ended_at:
        if now <= _asked_next(surface, last, rules):
            return False  # it is about to be asked itself
    elif silence.took_down and surface.fails >= needed - 1:
        return True
    return _in_turn(silence, rules, needed) >= needed


def _answered_at(draft: Draft, host: str, surfaces: Iterable[SurfaceState]) -> Instant:
    """When the host last answered anybody, as far as that is remembered; 0 for never."""
    testimony = draft.testimonies.get(host)
    answers = [0 if testimony is None else testimony.at]
    for surface in surfaces:
        answers += [sample.at for sample in surface.recent if not sample.is_silent]
        answers += [
            last.at
            for last in (surface.last, surface.latest)
            if last is not None and last.reason not in NETWORK_FAILURES
        ]
    return max(answers)


def _is_silent(surface: SurfaceState, failure: Result, answered_at: Instant) -> bool:
    """Whether a surface began to fail after the host's last answer, and at this host, not long ago."""
    last = surface.last
    if surface.first_fail is None or last is None:
        return False
    return (
        surface.first_fail >= answered_at
        and last.at >= failure.at - round(REOPEN_WITHIN_S * 1000)
        and last.host in {"", failure.host}
    )


def _asked_next(surface: SurfaceState, last: Result, rules: Rules) -> Instant:
    """When it would have been asked again, had its host been free; a recording goes at its own pace."""
    pace_s = rules.retry_interval_s
    if not rules.can_ask and surface.fails > 1 and surface.first_fail is not None:
        pace_s = max(pace_s, (last.at - surface.first_fail) / 1000 / (surface.fails - 1))
    return last.ended_at + round(pace_s * 1000)


def _in_turn(silence: Silence, rules: Rules, needed: int) -> int:
    """How many of the questions a single surface could have asked: after a time-out and a wait each.

    And so far apart that one witness's word cannot have proven them all.
    """
    apart_s = max(rules.timeout_s + rules.retry_interval_s, 3 * rules.timeout_s / max(1, needed - 1))
    count, earliest = 0, silence.since
    for at in silence.asked:
        if at >= earliest:
            count, earliest = count + 1, at + round(apart_s * 1000)
    return count
