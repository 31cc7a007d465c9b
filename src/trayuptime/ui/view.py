"""What every part of the user interface draws from: one moment of the engine, in values and words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trayuptime.core import beside, words
from trayuptime.core.access import LOST
from trayuptime.core.lights import ProviderLight, SurfaceLight, provider_light
from trayuptime.core.model import Instant, Service
from trayuptime.core.reasons import Access
from trayuptime.core.state import State
from trayuptime.core.summary import Overall, Summary, account, advice, shorten, summarize
from trayuptime.runtime.clock import local_time
from trayuptime.runtime.told import Told

TOOLTIP_CHARS = 120
"""Windows cuts at 127 UTF-16 units; nobody reads more."""
WORST_FIRST = (Service.DOWN, Service.DEGRADED, Service.UNKNOWN, Service.UP)
CRASHED = Summary(Overall.CRASHED, "TrayUptime has stopped watching: an error of its own")


@dataclass(frozen=True, slots=True)
class Offer:
    """Advice as a button: `left` is the provider to leave, `to` the one to use, both ids."""

    left: str
    to: str
    name: str
    why: str
    verified_at: Instant | None


@dataclass(frozen=True, slots=True)
class View:
    """One moment of the engine, ready to be drawn.

    Attributes:
        account: how we know, a sentence each.
        offer: what to do about it.
        back_to: the name of the provider that a switch back would return to, while one is in force.
    """

    told: Told
    lights: tuple[ProviderLight, ...]
    summary: Summary
    account: tuple[str, ...] = ()
    offer: Offer | None = None
    back_to: str | None = None

    @property
    def paused(self) -> bool:
        """The user wants nobody to be asked."""
        return self.told.state.paused_since is not None

    @property
    def crashed(self) -> bool:
        """The engine has died."""
        return self.summary.overall is Overall.CRASHED


def view_of(told: Told) -> View:
    """The view of a telling."""
    lights = tuple(provider_light(told.state, watched, told.at) for watched in told.watched)
    choice = told.state.choice
    return View(
        told,
        lights,
        summarize(told.state, lights),
        account(told.state, lights, local_time, told.at) + _without_fallback(told.state, lights),
        _offer(told.state, lights),
        None if choice is None else names_of(lights).get(choice.switch.provider, choice.switch.provider),
    )


def crashed_view(before: View | None, at: Instant) -> View:
    """The same after the engine has died: nothing is known any more, and that is red."""
    told = Told(at, State()) if before is None else before.told
    lights = () if before is None else tuple(_forgotten(light, at) for light in before.lights)
    return View(told, lights, CRASHED, ("What was seen until then is on disk.",))


def names_of(lights: tuple[ProviderLight, ...]) -> dict[str, str]:
    """The providers' names by their ids."""
    return {light.id: light.name for light in lights}


def subject_of(view: View) -> ProviderLight | None:
    """Of which provider more can be told, where something is wrong: the one that the head names first."""
    if view.crashed or view.paused:
        return None
    in_trouble = [light for light in view.lights if light.service in {Service.DOWN, Service.DEGRADED}]
    refusing = [light for light in view.lights if light.access in LOST]
    worst_first = sorted(in_trouble, key=lambda light: WORST_FIRST.index(light.service))
    return next(iter([*worst_first, *refusing]), None)


def tooltip(view: View) -> str:
    """One line, the worst first, with the time of the last answer."""
    line = f"TrayUptime: {view.summary.headline}"
    checked = view.summary.checked_at
    when = "" if checked is None else f" · last checked {clock_time(checked)}"
    if len(line) + len(when) > TOOLTIP_CHARS:
        line = f"{line[: TOOLTIP_CHARS - len(when) - 1]}…"
    return line + when


def by_need(lights: Sequence[ProviderLight], room: int) -> Sequence[ProviderLight]:
    """In the user's order; the worst first where there are more of them than can be seen at once."""
    if len(lights) <= room:
        return lights
    return sorted(lights, key=lambda light: WORST_FIRST.index(light.service))


def row_words(light: ProviderLight, trouble: str | None = None) -> str:
    """A provider in one line of plain text, for a menu; `trouble` keeps its key from being used."""
    parts = [light.service.value]
    if light.checking:
        parts.append("checking")
    if light.access not in {Access.OK, Access.UNCHECKED}:
        parts.append(words.standing(light.access))
    if trouble is not None:
        parts.append("key not read")
    if light.service is Service.UP and not light.worst.checking and light.worst.latency_ms is not None:
        parts.append(words.latency(light.worst.latency_ms))
    if light.worst.since is not None:
        parts.append(f"since {local_time(light.worst.since)}")
    if claim := beside.short(light):
        parts.append(claim)
    return f"{light.name}: {', '.join(parts)}"


def offer_words(offer: Offer) -> str:
    """The advice in one line of plain text, for a menu."""
    return f"Switch to {shorten(offer.name)} ({offer.why})"


def choice_words(view: View) -> str | None:
    """The switch that is in force."""
    if view.told.state.choice is None:
        return None
    names = names_of(view.lights)
    switch = view.told.state.choice.switch
    to, left = names.get(switch.to, switch.to), names.get(switch.provider, switch.provider)
    return f"You use {shorten(to)} instead of {shorten(left)} since {local_time(switch.at)}"


def clock_time(at: Instant) -> str:
    """`14:02:03`, local."""
    return f"{datetime.fromtimestamp(at / 1000).astimezone():%H:%M:%S}"


def _offer(state: State, lights: tuple[ProviderLight, ...]) -> Offer | None:
    found = advice(state, lights)
    if found is None or found.suggested is None:
        return None
    name = names_of(lights).get(found.suggested, found.suggested)
    return Offer(found.provider, found.suggested, name, found.why, found.verified_at)


def _without_fallback(state: State, lights: tuple[ProviderLight, ...]) -> tuple[str, ...]:
    """None fits is news too, unless the user has found a way already."""
    if state.choice is not None:
        return ()
    reasons = [
        x.suggestion.why for x in lights if x.suggestion is not None and x.suggestion.suggested is None
    ]
    return tuple(f"{why[:1].upper()}{why[1:]}." for why in reasons[:1])


def _forgotten(light: ProviderLight, at: Instant) -> ProviderLight:
    def blank(surface: SurfaceLight) -> SurfaceLight:
        return replace(surface, service=Service.UNKNOWN, since=at, checking=False)

    return replace(
        light,
        service=Service.UNKNOWN,
        worst=blank(light.worst),
        surfaces=tuple(map(blank, light.surfaces)),
        checking=False,
        suggestion=None,
    )
