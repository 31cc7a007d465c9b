"""The zone of this computer goes by the same rules as the database of zones."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from trayuptime.core.wall_clock import first_instant
from trayuptime.system.zone import SystemZone

ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe"]
HOUR = timedelta(hours=1)


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo]:
    """This process lives there for the time of a test."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield ZoneInfo(request.param)
    time.tzset()


@pytest.mark.parametrize("zone", ZONES, indirect=True)
def test_every_hour_of_a_year_reads_the_same(zone: ZoneInfo) -> None:
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + n * HOUR / 2 for n in range(2 * 366 * 24)]

    for hour in hours:
        here, there = hour.astimezone(SystemZone()), hour.astimezone(zone)

        assert here.replace(tzinfo=None) == there.replace(tzinfo=None)
        assert (here.fold, here.utcoffset()) == (there.fold, there.utcoffset())
        assert here.timestamp() == hour.timestamp()


@pytest.mark.parametrize("zone", ZONES, indirect=True)
def test_the_wall_clock_shows_the_same_moments(zone: ZoneInfo) -> None:
    days = [datetime(2026, 1, 1) + n * HOUR for n in range(366 * 24)]  # noqa: DTZ001 - a wall clock's

    assert [first_instant(day, SystemZone()) for day in days] == [first_instant(day, zone) for day in days]


@pytest.mark.parametrize("zone", ["Europe/Berlin"], indirect=True)
def test_it_has_a_name_and_no_opinion_on_summer_time(zone: ZoneInfo) -> None:
    summer = datetime(2026, 7, 1, tzinfo=SystemZone())

    assert summer.tzname() == "CEST"
    assert summer.dst() is None
    assert SystemZone().utcoffset(None) is None
    assert SystemZone().tzname(None) is None
