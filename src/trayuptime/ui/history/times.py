"""Moments in words, in the user's own time."""

from datetime import UTC, date, datetime, timedelta, tzinfo

from trayuptime.core.model import Instant


def exact(at: Instant, zone: tzinfo) -> str:
    """`Thu 12 Nov 2026 16:24:10`."""
    return f"{local(at, zone):%a %d %b %Y %H:%M:%S}"


def within_day(at: Instant, near: Instant, zone: tzinfo) -> str:
    """The same, or the time alone where another moment lies in the same day."""
    same = local(at, zone).date() == local(near, zone).date()
    return f"{local(at, zone):%H:%M:%S}" if same else exact(at, zone)


def local(at: Instant, zone: tzinfo) -> datetime:
    """The moment in a time zone."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).astimezone(zone)


def days_named(first: date, last: date) -> str:
    """`2026-03-29 to 2026-09-25`, or the one day, as the name of a file says it."""
    return f"{first}" if first == last else f"{first} to {last}"
