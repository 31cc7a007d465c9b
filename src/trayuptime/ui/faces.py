"""From a summary or a light to a face: which mark, with which badges, is shown."""

from trayuptime.core.access import LOST
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


def light_face(light: ProviderLight) -> Face:
    """One provider's face; a rate limit passes by itself and gets no key."""
    return Face(_SERVICES[light.service], checking=light.checking, key_badge=light.access in LOST)
