"""What the user may hear no more of, or hears no more: the same values and words wherever that is offered."""

from collections.abc import Sequence
from dataclasses import dataclass

from trayuptime.core import words
from trayuptime.core.hush import in_force, is_told
from trayuptime.core.lights import ProviderLight, SurfaceLight
from trayuptime.core.model import Instant, Service
from trayuptime.core.pauses import Snooze
from trayuptime.core.state import Hush
from trayuptime.core.summary import listed
from trayuptime.runtime.clock import local_time
from trayuptime.ui.view import View

SNOOZE = "Snooze"
KNOW = "I know"
UNDO = "Undo"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What notifications tell of one provider.

    Attributes:
        name: the provider's.
        incidents: the numbers of those that are open.
        hush: the first to end, where the user wants to hear of none of them; `None` where of any.
    """

    name: str
    incidents: tuple[int, ...]
    hush: Hush | None = None


def troubles_in(view: View) -> tuple[Trouble, ...]:
    """What may be hushed or is, in the user's order; nothing of what nobody can see just now."""
    found = (trouble_of(light, view) for light in view.lights)
    return tuple(trouble for trouble in found if trouble is not None)


def trouble_of(light: ProviderLight, view: View) -> Trouble | None:
    """All that is told of one provider, if anything is."""
    return _trouble(light.name, _told_in(light, view), view)


def trouble_with(number: int, provider: str, view: View) -> Trouble | None:
    """One incident alone, while it is open and told of.

    Args:
        number: of the incident.
        provider: its id: in a file that could not be read at the start the number may be another one's.
        view: of the engine that watches.
    """
    for light in view.lights:
        for surface in _told_in(light, view) if light.id == provider else ():
            if surface.incident is not None and surface.incident.id == number:
                part = f" {words.part(surface.surface)}" if len(light.surfaces) > 1 else ""
                return _trouble(f"{light.name}{part}", (surface,), view)
    return None


def hush_words(troubles: Sequence[Trouble]) -> str:
    """Of what the user hears no more, and until when; the only one in trouble has been named already."""
    lone = len(troubles) == 1
    known = [each.name for each in troubles if each.hush is not None and each.hush.until is None]
    sentences = []
    if known:
        sentences.append(f"{words.known_of('it' if lone else listed(known))}.")
    put_off: dict[Instant, list[str]] = {}
    for each in troubles:
        if each.hush is not None and each.hush.until is not None:
            put_off.setdefault(each.hush.until, []).append(each.name)
    for until, names in sorted(put_off.items()):
        whose = "Snoozed" if lone else f"{listed(names)} snoozed"
        sentences.append(f"{whose} until {local_time(until)}.")
    return " ".join(sentences)


def hush_clause(hush: Hush) -> str:
    """`snoozed until 15:04`: behind what is shown of the provider, where there is no room for a sentence."""
    return "you know of it" if hush.until is None else f"snoozed until {local_time(hush.until)}"


def snooze_words(length: Snooze) -> str:
    """`Snooze for an hour`: a row that says it whole."""
    return f"{SNOOZE} {length.value[:1].lower()}{length.value[1:]}"


def _told_in(light: ProviderLight, view: View) -> tuple[SurfaceLight, ...]:
    """Its surfaces in trouble of which notifications tell, as far as anybody can see that now."""
    if view.crashed or view.paused or light.service not in {Service.DOWN, Service.DEGRADED}:
        return ()
    return tuple(x for x in light.surfaces if x.incident is not None and is_told(x.incident))


def _trouble(name: str, surfaces: Sequence[SurfaceLight], view: View) -> Trouble | None:
    incidents = tuple(each.incident.id for each in surfaces if each.incident is not None)
    if not incidents:
        return None
    hushes = view.told.state.hushes
    holding = [hushes[n] for n in incidents if n in hushes and in_force(hushes[n], view.told.at)]
    if len(holding) < len(incidents):
        return Trouble(name, incidents)
    first = min(holding, key=lambda each: float("inf") if each.until is None else each.until)
    return Trouble(name, incidents, first)
