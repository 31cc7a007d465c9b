"""The same incidents under other numbers: a run that could not see the last one's file counted from one."""

from collections.abc import Iterable
from dataclasses import replace

from trayuptime.core.model import Incident
from trayuptime.core.state import (
    CameUp,
    Happening,
    State,
    StillOpen,
    SurfaceState,
    WentDegraded,
    WentDown,
    WentUnstable,
)


def renumbered(state: State, by: int) -> State:
    """The state with every incident's number higher by so much, and the next one's."""
    return replace(
        state,
        surfaces={key: _surface(surface, by) for key, surface in state.surfaces.items()},
        untold={provider: number + by for provider, number in state.untold.items()},
        hushes={number + by: hush for number, hush in state.hushes.items()},
        next_incident=state.next_incident + by,
    )


def renumber_happenings(happenings: Iterable[Happening], by: int) -> list[Happening]:
    """What happened, with the same numbers as the state."""
    return [
        replace(each, incident=_incident(each.incident, by))
        if isinstance(each, WentDown | CameUp | WentDegraded | WentUnstable | StillOpen)
        else each
        for each in happenings
    ]


def _surface(surface: SurfaceState, by: int) -> SurfaceState:
    return replace(
        surface,
        incident=None if surface.incident is None else _incident(surface.incident, by),
        previous=None if surface.previous is None else _incident(surface.previous, by),
        earlier=tuple(_incident(each, by) for each in surface.earlier),
    )


def _incident(incident: Incident, by: int) -> Incident:
    return replace(incident, id=incident.id + by)
