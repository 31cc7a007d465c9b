"""Times, shares and names as a dossier writes them: local, with the zone named, and no number dressed up."""

from datetime import UTC, datetime, timedelta, tzinfo

from trayuptime.core import beside, words
from trayuptime.core.figures import Figures
from trayuptime.core.model import Incident, Instant, Span
from trayuptime.core.reasons import Reason
from trayuptime.core.sla import Against, Outcome

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

OUTCOMES = {
    Outcome.NO_DATA: "no data",
    Outcome.KEPT: "kept, as far as seen",
    Outcome.BELOW: "below, as far as seen",
    Outcome.BROKEN: "broken",
}


def stamp(at: Instant, zone: tzinfo) -> str:
    """`2026-11-23 14:02:03 CET`: the zone tells an hour from its repetition."""
    moment = _local(at, zone)
    return f"{moment:%Y-%m-%d %H:%M:%S} {_zone_name(moment)}"


def to_minute(at: Instant, zone: tzinfo) -> str:
    """`2026-11-23 14:02`, where the zone is named nearby."""
    return f"{_local(at, zone):%Y-%m-%d %H:%M}"


def zones(window: Span, zone: tzinfo) -> str:
    """`CET (UTC+01:00) and CEST (UTC+02:00)`: what the clock went by in a window."""
    found: dict[str, None] = {}
    at = window.start
    while at < window.end:
        found[_with_offset(_local(at, zone))] = None
        at += 86_400_000
    found[_with_offset(_local(window.end, zone))] = None
    return " and ".join(found)


def share(value: float | None) -> str:
    """`99.027 %`, or `no data`."""
    return words.percent(value)


def seen(value: Figures) -> str:
    """`99.027 %` and below it `96.204 % seen`: uptime and coverage, which never stand apart."""
    if value.uptime is None:
        return "no data"
    return f"{words.percent(value.uptime)}\n{words.percent(value.coverage)} seen"


def budget(value: Against) -> str:
    """`44 min of 43 min (102 %)`: what is spent of what is allowed."""
    allowed, spent = words.duration(value.allowed_s), words.duration(value.spent_s)
    if value.spent is None:
        return f"{spent} of none"
    return f"{spent} of {allowed} ({_whole_percent(value.spent)})"


def latency(milliseconds: float | None) -> str:
    """`420 ms`, or a dash."""
    return "–" if milliseconds is None else words.latency(milliseconds)


def lead(seconds: float) -> str:
    """`12 min after us`."""
    return beside.ahead(seconds)


def reasons(incident: Incident) -> str:
    """What it did, in words."""
    return "; ".join(words.says(reason) for reason in incident.reasons)


def failure(reason: Reason, http_status: int | None) -> str:
    """`answers 503`, with the status wherever there was one."""
    said = words.says(reason, http_status)
    if http_status is None or str(http_status) in said:
        return said
    return f"{said} (status {http_status})"


def many(count: int, thing: str) -> str:
    """`1 outage`, `2 outages`."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _whole_percent(value: float) -> str:
    """Rounded up where it would read as if all were spent, or down where more is: 100 is exactly that."""
    rounded = round(value * 100)
    if rounded == 100 and value != 1:
        rounded = 99 if value < 1 else 101
    return f"{rounded} %" if rounded or not value else "under 1 %"


def _local(at: Instant, zone: tzinfo) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)).astimezone(zone)


def _zone_name(moment: datetime) -> str:
    """The zone's short name, or its offset where it has none that fits in."""
    name = moment.tzname() or ""
    return name if name.isascii() and name.isalpha() and len(name) <= 5 else _offset(moment)


def _with_offset(moment: datetime) -> str:
    name, offset = _zone_name(moment), _offset(moment)
    return offset if name == offset else f"{name} ({offset})"


def _offset(moment: datetime) -> str:
    minutes = round((moment.utcoffset() or timedelta()) / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"
