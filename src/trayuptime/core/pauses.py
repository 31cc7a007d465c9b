"""How long a pause lasts: the lengths that are offered, their words, and when each ends."""

from datetime import datetime, time, timedelta
from enum import StrEnum

from trayuptime.core.model import Instant

MORNING = time(6)
"""When tomorrow begins: before anybody works, after everybody sleeps."""


class Pause(StrEnum):
    """A length that is offered; the value is what the menu says."""

    HOUR = "For an hour"
    TOMORROW = "Until tomorrow"
    RESUMED = "Until resumed"


def until(pause: Pause, now: datetime) -> Instant | None:
    """When it ends; `None`: not by itself.

    Args:
        pause: the length.
        now: with the user's own time zone, whatever clock changes lie ahead of it.
    """
    match pause:
        case Pause.HOUR:
            return _instant(now + timedelta(hours=1))
        case Pause.TOMORROW:
            # Without its offset first: the next morning is the wall clock's, also when the clocks change.
            morning = datetime.combine(now.date() + timedelta(days=1), MORNING)
            return _instant(morning.astimezone())
        case _:  # until resumed
            return None


def _instant(moment: datetime) -> Instant:
    return round(moment.timestamp() * 1000)
