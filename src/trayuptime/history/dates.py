"""Moments of the file as a person reads them, in UTC; damage may have made any number of one."""

from datetime import UTC, datetime, timedelta

from trayuptime.core.model import Instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute(at: Instant) -> str:
    """`2026-03-30 05:00 UTC`."""
    moment = _moment(at)
    return _no_date(at) if moment is None else f"{moment:%Y-%m-%d %H:%M} UTC"


def day(at: Instant) -> str:
    """`2026-03-30`."""
    moment = _moment(at)
    return _no_date(at) if moment is None else f"{moment:%Y-%m-%d}"


def _moment(at: Instant) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=at)
    except OverflowError:
        return None


def _no_date(at: Instant) -> str:
    return f"no date that there is ({at} ms)"
