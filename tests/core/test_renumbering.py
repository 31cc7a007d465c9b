"""A run that could not see the last one's file goes on with numbers that nobody has."""

from trayuptime.core.model import Gap, GapCause, Incident, IncidentKind, Key, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.renumbering import renumber_happenings, renumbered
from trayuptime.core.state import CameUp, GapSeen, Hush, State, SurfaceState, WentDown

KEY = Key("a", Surface.API)


def _incident(number: int) -> Incident:
    return Incident(
        id=number,
        provider="a",
        surface=Surface.API,
        kind=IncidentKind.OUTAGE,
        started_at=number,
        confirmed_at=number,
        phases=(),
    )


def test_every_number_of_a_state_is_higher_and_nothing_else_is_another() -> None:
    lasting = SurfaceState(incident=_incident(3), previous=_incident(2), earlier=(_incident(1),))
    known = Hush(1, None, IncidentKind.OUTAGE)
    surfaces = {KEY: lasting, Key("b", Surface.API): SurfaceState()}
    state = State(surfaces=surfaces, untold={"a": 3}, hushes={3: known}, next_incident=4)

    found = renumbered(state, 10)

    surface = found.surface(KEY)
    assert surface.incident is not None
    assert surface.previous is not None
    assert [surface.incident.id, surface.previous.id, surface.earlier[0].id] == [13, 12, 11]
    assert (found.untold, found.hushes, found.next_incident) == ({"a": 13}, {13: known}, 14)
    assert renumbered(found, -10) == state


def test_what_happened_tells_of_the_same_incidents() -> None:
    down = WentDown(5, KEY, _incident(1), Reason.SERVER_ERROR, reopened=False, tell=True)
    up = CameUp(6, KEY, _incident(1), 1.0, tell=True)
    gap = GapSeen(Gap(0, 1, GapCause.ASLEEP))

    first, second, third = renumber_happenings([down, gap, up], 7)

    assert isinstance(first, WentDown)
    assert isinstance(third, CameUp)
    assert (first.incident.id, second, third.incident.id) == (8, gap, 8)
