"""Times as a scenario writes them: moments, windows and lengths; everything is UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from trayuptime.core.contract import iso
from trayuptime.core.model import Instant

_MOMENT = re.compile(r"((?P<month>\d\d)-(?P<day>\d\d) )?(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d))?")
_LENGTH = re.compile(r"(?P<sign>[+-]?)(?P<hours>\d+):(?P<minutes>\d\d)(:(?P<seconds>\d\d))?")


class Unreadable(ValueError):  # noqa: N818 - it reads as what it is
    """The text is no such thing; the message quotes it."""


_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class Window:
    """From `earliest` to `latest`, both included."""

    earliest: Instant
    latest: Instant

    def __contains__(self, at: Instant) -> bool:
        return self.earliest <= at <= self.latest

    def __str__(self) -> str:
        return f"{clock(self.earliest)} .. {clock(self.latest)}"


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time with its tolerance, in seconds."""

    seconds: float
    tolerance_s: float

    def __contains__(self, seconds: float) -> bool:
        return abs(seconds - self.seconds) <= self.tolerance_s

    def __str__(self) -> str:
        return f"{span(self.seconds)} ± {span(self.tolerance_s)}"


def moment(text: str, start: Instant) -> Instant:
    """`16:20` and `16:20:34` are the first such moment from `start` on; `01-28 09:01:05` is that very day."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise Unreadable(f'"{text}" is no moment such as "16:20:34" or "01-28 09:01"')
    begins = datetime.fromtimestamp(start / 1000, UTC)
    parts = {name: int(value) for name, value in found.groupdict().items() if value is not None}
    at = begins.replace(**{"second": 0, "microsecond": 0, **parts})  # type: ignore[arg-type]
    if "month" in parts:
        return _milliseconds(at if begins - at < _HALF_A_YEAR else at.replace(year=at.year + 1))
    return _milliseconds(at if at >= begins.replace(microsecond=0) else at + timedelta(days=1))


def window(text: str, start: Instant) -> Window:
    """`16:20:34 .. 16:21:40`; a moment alone means that very second."""
    first, dots, last = text.partition(" .. ")
    earliest = moment(first, start)
    latest = moment(last, earliest) if dots else earliest + 999
    return Window(earliest, latest)


def length(text: str) -> Length:
    """`7:13:44 ± 0:02:00`; without a tolerance, to the second."""
    middle, sign, tolerance = text.partition(" ± ")
    return Length(seconds(middle), seconds(tolerance) if sign else 1.0)


def seconds(text: str) -> float:
    """`1:02:03`, `1:02` (hours and minutes), `-1:00:00`."""
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise Unreadable(f'"{text}" is no length such as "1:02:03"')
    hours, minutes, rest = (int(found[part] or 0) for part in ("hours", "minutes", "seconds"))
    return (hours * 3600 + minutes * 60 + rest) * (-1 if found["sign"] == "-" else 1)


def _milliseconds(at: datetime) -> Instant:
    return round(at.timestamp() * 1000)


def clock(at: Instant) -> str:
    """`03-29 16:20:34`, to be read beside a scenario."""
    return iso(at)[5:19].replace("T", " ")


def span(length_s: float) -> str:
    """`7:13:44`."""
    minutes, rest = divmod(round(length_s), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
