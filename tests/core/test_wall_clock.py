"""The wall clock, on the days on which it is changed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW, utc
from core.builders import at as at_second
from trayuptime.core.model import Instant
from trayuptime.core.wall_clock import first_instant, local_date

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Beirut",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
)


def at(text: str) -> Instant:
    return at_second(utc(text))


@pytest.mark.parametrize(
    ("zone", "moment", "instant"),
    [
        ("UTC", "2026-03-29T02:30", "2026-03-29T02:30"),
        ("Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59"),
        ("Europe/Berlin", "2026-03-29T02:00", "2026-03-29T01:00"),  # skipped: 02:00 to 03:00
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29T03:30", "2026-03-29T01:30"),
        ("Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00"),  # repeated: 02:00 to 03:00
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00"),
        ("Asia/Beirut", "2026-03-29T00:00", "2026-03-28T22:00"),  # there it is midnight that is skipped
        ("Asia/Beirut", "2026-03-29T00:59", "2026-03-28T22:00"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),  # a whole day skipped
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),  # half an hour skipped
    ],
)
def test_a_moment_is_when_the_wall_clock_first_shows_it_or_would_have(
    zone: str, moment: str, instant: str
) -> None:
    assert first_instant(datetime.fromisoformat(moment), ZoneInfo(zone)) == at(instant)


def test_the_date_is_the_users_own() -> None:
    late = at("2026-03-28T23:30")

    assert local_date(late, ZoneInfo("UTC")) == date(2026, 3, 28)
    assert local_date(late, ZoneInfo("Europe/Berlin")) == date(2026, 3, 29)
    assert local_date(-1, ZoneInfo("UTC")) == date(1969, 12, 31)


@LAW
@given(
    st.sampled_from(ZONES).map(ZoneInfo),
    st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - a wall clock's
    st.integers(0, 3 * 86_400),
)
def test_a_later_moment_is_never_earlier(zone: ZoneInfo, moment: datetime, more_s: int) -> None:
    moment = moment.replace(microsecond=0)

    assert first_instant(moment, zone) <= first_instant(moment + timedelta(seconds=more_s), zone)
