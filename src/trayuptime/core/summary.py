"""The one sentence for all providers together, and which mark stands for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from trayuptime.core import words
from trayuptime.core.judge import LOST
from trayuptime.core.lights import ProviderLight
from trayuptime.core.model import Instant, Service, Vantage
from trayuptime.core.state import State

NAMED = 2
"""How many providers in trouble a headline names."""


class Overall(StrEnum):
    """What all lights together come to, the worst first."""

    CRASHED = "crashed"
    PAUSED = "paused"
    DOWN = "down"
    OFFLINE = "offline"
    DEGRADED = "degraded"
    UNKNOWN = "unknown"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Summary:
    """All providers at a glance.

    Attributes:
        headline: in words, without a full stop.
        down: how many providers are down.
        key_trouble: the user's own access is lost somewhere.
        checking: a failure is being confirmed somewhere.
        checked_at: the newest answer of all.
    """

    overall: Overall
    headline: str
    down: int = 0
    key_trouble: bool = False
    checking: bool = False
    checked_at: Instant | None = None


def summarize(state: State, lights: Sequence[ProviderLight]) -> Summary:
    """The summary of what is shown.

    Nothing that is unknown is ever shown as up: one provider without a known light keeps the whole from it.
    """
    by_service = {service: [light for light in lights if light.service is service] for service in Service}
    overall, headline = _verdict(state, lights, by_service)
    return Summary(
        overall,
        headline,
        down=len(by_service[Service.DOWN]),
        key_trouble=any(light.access in LOST for light in lights),
        checking=any(light.checking for light in lights),
        checked_at=max((s.checked_at for x in lights for s in x.surfaces if s.checked_at), default=None),
    )


def _verdict(
    state: State, lights: Sequence[ProviderLight], by_service: dict[Service, list[ProviderLight]]
) -> tuple[Overall, str]:
    down, degraded = by_service[Service.DOWN], by_service[Service.DEGRADED]
    if not lights:
        return Overall.UNKNOWN, "Nothing is being watched"
    if state.paused_since is not None:
        return Overall.PAUSED, "Paused"
    if down:
        return Overall.DOWN, _named(down, len(lights), "down")
    if state.vantage is not Vantage.ONLINE:
        sentence = words.view(state.vantage)
        return Overall.OFFLINE, sentence[:1].upper() + sentence[1:]
    if degraded:
        return Overall.DEGRADED, _named(degraded, len(lights), "degraded")
    if by_service[Service.UNKNOWN]:
        checked = any(light.worst.checked_at is not None for light in lights)
        if not checked:
            return Overall.UNKNOWN, "Asking for the first time"
        return Overall.UNKNOWN, _named(by_service[Service.UNKNOWN], len(lights), "unknown")
    if len(lights) == 1:
        return Overall.UP, f"{lights[0].name} is up"
    return Overall.UP, f"All {len(lights)} up"


def _named(lights: Sequence[ProviderLight], of: int, word: str) -> str:
    """`DeepSeek is down`, `2 of 12 down: OpenAI, DeepSeek`."""
    names = ", ".join(light.name for light in lights[:NAMED]) + (" …" if len(lights) > NAMED else "")
    if len(lights) == 1:
        return f"{names} is {word}"
    return f"{len(lights)} of {of} {word}: {names}"
