"""What every part of the user interface draws from: the last telling, with its lights and its summary."""

from dataclasses import dataclass
from datetime import datetime

from trayuptime.core import words
from trayuptime.core.lights import ProviderLight, provider_light
from trayuptime.core.model import Instant, Service
from trayuptime.core.reasons import Access
from trayuptime.core.summary import Overall, Summary, summarize
from trayuptime.runtime.clock import local_time
from trayuptime.runtime.told import Told


@dataclass(frozen=True, slots=True)
class View:
    """One moment of the engine, ready to be drawn."""

    told: Told
    lights: tuple[ProviderLight, ...]
    summary: Summary


def view_of(told: Told) -> View:
    """The view of a telling."""
    lights = tuple(provider_light(told.state, watched, told.at, live=True) for watched in told.watched)
    return View(told, lights, summarize(told.state, lights))


def crashed_view(before: View) -> View:
    """The same after the engine has died: nothing is known any more, and that is red."""
    summary = Summary(Overall.CRASHED, "TrayUptime has stopped watching: an error of its own")
    return View(before.told, before.lights, summary)


def tooltip(view: View) -> str:
    """One line, the worst first, with the time of the last answer."""
    checked = view.summary.checked_at
    if checked is None:
        return view.summary.headline
    return f"{view.summary.headline} · last checked {clock_time(checked)}"


def row_words(light: ProviderLight) -> str:
    """A provider in one line of plain text, for a menu."""
    parts = [light.service.value]
    if light.checking:
        parts.append("checking")
    if light.access not in {Access.OK, Access.UNCHECKED}:
        parts.append(words.standing(light.access))
    if light.service is Service.UP and light.worst.latency_ms is not None:
        parts.append(words.latency(light.worst.latency_ms))
    if light.worst.since is not None:
        parts.append(f"since {local_time(light.worst.since)}")
    return f"{light.name}: {', '.join(parts)}"


def advice_words(view: View) -> tuple[str, str, str] | None:
    """The suggestion to show first: the provider left, the one to use, and the words; `None` without one."""
    names = {light.id: light.name for light in view.lights}
    for light in view.lights:
        advice = light.suggestion
        chosen = view.told.state.choice
        if advice is None or advice.suggested is None:
            continue
        if chosen is not None and chosen.switch.to == advice.suggested:
            continue
        name = names.get(advice.suggested, advice.suggested)
        return light.id, advice.suggested, f"Switch to {name} ({advice.why})"
    return None


def choice_words(view: View) -> str | None:
    """The switch that is in force."""
    if view.told.state.choice is None:
        return None
    names = {light.id: light.name for light in view.lights}
    switch = view.told.state.choice.switch
    to, left = names.get(switch.to, switch.to), names.get(switch.provider, switch.provider)
    return f"You use {to} instead of {left} since {local_time(switch.at)}"


def clock_time(at: Instant) -> str:
    """`14:02:03`, local."""
    return f"{datetime.fromtimestamp(at / 1000).astimezone():%H:%M:%S}"
