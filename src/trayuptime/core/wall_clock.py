"""The wall clock: which date it shows at an instant, and when it first shows a moment.

The clocks that people live by skip hours and repeat them; nothing here is ever ambiguous.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta, tzinfo

from trayuptime.core.model import Instant


def local_date(at: Instant, zone: tzinfo) -> date:
    """The date on the user's calendar."""
    return local_moment(at, zone).date()


def local_moment(at: Instant, zone: tzinfo) -> datetime:
    """What the user's clock shows, as a moment without a zone."""
    return (
        (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at))
        .astimezone(zone)
        .replace(tzinfo=None, fold=0)
    )


def first_instant(moment: datetime, zone: tzinfo) -> Instant:
    """When the wall clock first shows a moment; where the clocks skip it, the instant at which they do.

    Args:
        moment: without a time zone, to the second.
        zone: the user's.
    """
    found = _instant(moment.replace(tzinfo=zone, fold=0))
    if local_moment(found, zone) == moment:
        return found
    # Skipped: read by the offset after the change it lies before that, by the one before it after.
    early = _instant(moment.replace(tzinfo=zone, fold=1))
    return early + bisect_left(range(early, found), True, key=lambda at: local_moment(at, zone) > moment)


def _instant(moment: datetime) -> Instant:
    return round(moment.timestamp() * 1000)
