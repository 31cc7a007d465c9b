"""From a summary to a face: which mark, with which badges, the tray shows."""

from trayuptime.core.lights import ProviderLight
from trayuptime.core.model import Service
from trayuptime.core.summary import Overall, Summary
from trayuptime.ui.marks import Face, Mark

_MARKS = {
    Overall.CRASHED: Mark.DOWN,
    Overall.PAUSED: Mark.PAUSED,
    Overall.DOWN: Mark.DOWN,
    Overall.OFFLINE: Mark.OFFLINE,
    Overall.DEGRADED: Mark.DEGRADED,
    Overall.UNKNOWN: Mark.UNKNOWN,
    Overall.UP: Mark.UP,
}
_SERVICES = {
    Service.UP: Mark.UP,
    Service.DEGRADED: Mark.DEGRADED,
    Service.DOWN: Mark.DOWN,
    Service.UNKNOWN: Mark.UNKNOWN,
}


def face_of(summary: Summary) -> Face:
    """The tray's face."""
    return Face(
        _MARKS[summary.overall],
        checking=summary.checking,
        key_badge=summary.key_trouble,
        count=summary.down,
    )


def mark_of(light: ProviderLight) -> Mark:
    """One provider's mark."""
    return _SERVICES[light.service]
