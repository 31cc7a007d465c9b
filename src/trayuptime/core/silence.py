"""One host that is silent to all that is asked of it: the failures of its surfaces count together.

A host is asked one question at a time, so the surfaces of one that hangs wait for each other, and minutes
would pass until each of them alone has failed often enough. But nobody was answered in between: the host
itself failed at every one of those questions. So a surface that has failed too is down once its host has been
silent as often as it takes, and for as long as so many time-outs of a single surface in a row would last.
"""

from dataclasses import dataclass

from trayuptime.core.draft import Draft
from trayuptime.core.hysteresis import REOPEN_WITHIN_S
from trayuptime.core.model import Instant, Key, Result, Service
from trayuptime.core.reasons import NETWORK_FAILURES
from trayuptime.core.scatter import in_a_row
from trayuptime.core.state import Role


@dataclass(frozen=True, slots=True)
class Silence:
    """Of one host, since its last answer.

    Attributes:
        since: when the first question without an answer was asked.
        fails: how many there were.
        keys: the surfaces that asked them, in the order they are watched.
    """

    since: Instant
    fails: int
    keys: tuple[Key, ...]


def down_with_it(draft: Draft, failure: Result) -> tuple[Key, ...]:
    """The surfaces that are down with their host and were not yet.

    Of a provider's, the one watched first comes last, so that its bubble is the one that stays.

    Args:
        draft: the failure is taken into account in it already.
        failure: the newest question to that host, of any of its surfaces.
    """
    if failure.reason not in NETWORK_FAILURES:
        return ()
    silence = of_host(draft, failure.host, failure.at)
    providers = list(dict.fromkeys(key.provider for key in silence.keys))
    keys = sorted(silence.keys, key=lambda key: (providers.index(key.provider), -silence.keys.index(key)))
    return tuple(key for key in keys if _is_enough(draft, silence, key, failure.at))


def of_host(draft: Draft, host: str, now: Instant) -> Silence:
    """How long a host has been silent to all of its surfaces, as far as they were asked."""
    there = {
        key: draft.surface(key)
        for key, target in draft.watched.items()
        if target.host == host and target.role is Role.SURFACE
    }
    testimony = draft.testimonies.get(host)
    answers = [sample.at for surface in there.values() for sample in surface.recent if not sample.is_silent]
    answered_at = max(answers, default=0) if testimony is None else max(testimony.at, *answers, 0)
    oldest = now - round(REOPEN_WITHIN_S * 1000)
    since, fails, keys = now, 0, []
    for key, surface in there.items():
        began = surface.first_fail
        if began is None or began < answered_at or not NETWORK_FAILURES.issuperset(surface.fail_reasons):
            continue  # answered, or silent alone while others were answered
        if surface.last is not None and surface.last.at >= oldest:
            since, fails = min(since, began), fails + surface.fails
            keys.append(key)
    return Silence(since, fails, tuple(keys))


def _is_enough(draft: Draft, silence: Silence, key: Key, now: Instant) -> bool:
    surface, rules = draft.surface(key), draft.rules[key]
    if surface.service is Service.DOWN or surface.last is None:
        return False
    needed = in_a_row(draft, surface.last, rules.confirm_after)
    lasting_s = (needed - 1) * (rules.retry_interval_s + rules.timeout_s)
    return silence.fails >= needed and now - silence.since >= lasting_s * 1000
