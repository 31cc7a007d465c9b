"""Times on the page of an incident and in the table of all: local, with the zone where it matters."""

from datetime import datetime

from trayuptime.core import words
from trayuptime.core.model import Instant


def clock(at: Instant) -> str:
    """`16:20:14`."""
    return f"{_local(at):%H:%M:%S}"


def day_and_clock(at: Instant) -> str:
    """`12 Nov 16:20:14`, with the year where it is another than this one."""
    moment = _local(at)
    return f"{_day(moment)} {moment:%H:%M:%S}"


def minute(at: Instant) -> str:
    """`12 Nov 16:20`, with the year where it is another than this one."""
    moment = _local(at)
    return f"{_day(moment)} {moment:%H:%M}"


def exact(at: Instant) -> str:
    """`Thu 12 November 2026, 16:20:14 CET (UTC+01:00)`."""
    moment = _local(at)
    offset = f"{moment:%z}"
    return f"{moment:%a %d %B %Y, %H:%M:%S %Z} (UTC{offset[:3]}:{offset[3:5]})"


def same_day(one: Instant, other: Instant) -> bool:
    """Whether both are of one day of the user's calendar."""
    return _local(one).date() == _local(other).date()


def stretch(start: Instant, end: Instant | None, now: Instant) -> str:
    """`6 h 57 min · 12 Nov 16:20 – 23:17 CET`; of what lasts, `20 min · since 12 Nov 16:20 CET`."""
    lasted = words.duration(max(0, (now if end is None else end) - start) / 1000)
    if end is None:
        return f"{lasted} · since {minute(start)} {_local(start):%Z}"
    first, last = _local(start), _local(end)
    until = f"{last:%H:%M}" if first.date() == last.date() else minute(end)
    zone = f"{first:%Z}"
    changed = "" if first.utcoffset() == last.utcoffset() else f" {zone}"  # the clocks were changed in it
    return f"{lasted} · {minute(start)}{changed} – {until} {last:%Z}"


def _day(moment: datetime) -> str:
    year = "" if moment.year == datetime.now().astimezone().year else f" {moment:%Y}"
    return f"{moment:%d %b}{year}"


def _local(at: Instant) -> datetime:
    return datetime.fromtimestamp(at / 1000).astimezone()
