"""How long a pause or a snooze lasts: the lengths that are offered, their words, and when each ends."""

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


class Snooze(StrEnum):
    """For how long an incident may be put off; the value is what the menu says."""

    HOUR = "For an hour"
    FOUR_HOURS = "For 4 hours"
    TOMORROW = "Until tomorrow"


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
            return _next_morning(now)
        case _:  # until resumed
            return None


def snoozed_until(snooze: Snooze, now: datetime) -> Instant:
    """When it ends; arguments as in `until`."""
    match snooze:
        case Snooze.HOUR:
            return _instant(now + timedelta(hours=1))
        case Snooze.FOUR_HOURS:
            return _instant(now + timedelta(hours=4))
        case _:  # until tomorrow
            return _next_morning(now)


def _next_morning(now: datetime) -> Instant:
    # Without its offset first: the next morning is the wall clock's, also when the clocks change.
    return _instant(datetime.combine(now.date() + timedelta(days=1), MORNING).astimezone())


def _instant(moment: datetime) -> Instant:
    return round(moment.timestamp() * 1000)
