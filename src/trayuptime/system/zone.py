"""The time zone of this computer, with all its clock changes."""

from datetime import UTC, datetime, timedelta, tzinfo


class SystemZone(tzinfo):
    """What the system's own clock goes by, on every platform and without a database of zones.

    `datetime.astimezone()` knows the offset of one moment only; this one asks for each.
    """

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Local time less UTC; a moment that the clocks repeat is the first, unless its `fold` is set."""
        if moment is None:
            return None
        naive = moment.replace(tzinfo=None)
        return naive - datetime.fromtimestamp(naive.timestamp(), UTC).replace(tzinfo=None)

    def dst(self, _moment: datetime | None) -> timedelta | None:
        """Not known; whoever wants it asks for the offset."""
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        """The zone's short name at the time."""
        return None if moment is None else moment.replace(tzinfo=None).astimezone().tzname()

    def fromutc(self, moment: datetime) -> datetime:
        """Local time of a moment that stands in UTC with this zone as its label."""
        utc = moment.replace(tzinfo=UTC)
        return datetime.fromtimestamp(utc.timestamp()).replace(tzinfo=self)  # noqa: DTZ006 - local on purpose
