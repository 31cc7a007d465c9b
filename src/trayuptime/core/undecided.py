"""From when on the judge may yet tell another story of a surface: nothing before that changes any more."""

from trayuptime.core.coverage import open_gaps
from trayuptime.core.hysteresis import REOPEN_WITHIN_S
from trayuptime.core.model import Instant, Key
from trayuptime.core.state import State, SurfaceState


def undecided_since(state: State, key: Key) -> Instant | None:
    """When the oldest gap began that has no end yet, or what may become an incident or its end.

    Args:
        state: the judge's last one.
        key: the surface.

    Returns:
        `None` where nothing that is past is in doubt.
    """
    begun = [gap.at for gap in open_gaps(state, 0) if gap.key is None or gap.key == key]
    surface = state.surfaces.get(key)
    if surface is not None:
        # An incident that ended so shortly before is the same one, and its end was none.
        begun += [at - round(REOPEN_WITHIN_S * 1000) for at in _doubts(surface)]
    return min(begun, default=None)


def _doubts(surface: SurfaceState) -> list[Instant]:
    """When the streaks began that may yet be confirmed."""
    lasts = surface.incident is not None
    streaks = (
        (surface.fails > 0, surface.first_fail),
        (surface.slows > 0, surface.first_slow),
        (lasts and surface.oks > 0, surface.first_ok),
        (lasts and surface.fast > 0, surface.first_fast),
    )
    begun = [at for counts, at in streaks if counts and at is not None]
    return begun + [sample.at for sample in surface.recent[:1]]
