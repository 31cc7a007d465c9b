"""Times of an incident: short for the eye, exact where one looks closer, with the zone."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from trayuptime.core.model import Instant
from trayuptime.ui.history import incident_times as times

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system's zone cannot be set")
YEAR = datetime.now(UTC).year


@pytest.fixture(autouse=True)
def berlin() -> Iterator[None]:
    """A zone whose clocks change, from rules that need no database."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


def utc(text: str) -> Instant:
    return round(datetime.fromisoformat(f"{text}+00:00").timestamp() * 1000)


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("-11-12T15:20", "-11-12T22:17", "6 h 57 min · 12 Nov 16:20 – 23:17 CET"),
        ("-11-12T22:20", "-11-13T01:20", "3 h · 12 Nov 23:20 – 13 Nov 02:20 CET"),
        ("-07-12T15:20", None, "30 min · since 12 Jul 17:20 CEST"),
    ],
)
def test_a_stretch_names_its_length_its_ends_and_the_zone(start: str, end: str | None, told: str) -> None:
    began = utc(f"{YEAR}{start}")
    ended = None if end is None else utc(f"{YEAR}{end}")

    assert times.stretch(began, ended, began + 1_800_000) == told


def test_where_the_clocks_are_changed_in_it_both_zones_are_named() -> None:
    told = times.stretch(utc("2025-10-26T00:30"), utc("2025-10-26T01:30"), 0)

    year = "" if YEAR == 2025 else " 2025"
    assert told == f"1 h · 26 Oct{year} 02:30 CEST – 02:30 CET"


def test_the_exact_time_has_its_offset() -> None:
    assert times.exact(utc("2025-11-12T15:20:14")) == "Wed 12 November 2025, 16:20:14 CET (UTC+01:00)"


def test_another_year_is_named_and_this_one_is_not() -> None:
    assert times.minute(utc("2019-06-01T12:00")) == "01 Jun 2019 14:00"
    assert times.day_and_clock(utc(f"{YEAR}-06-01T12:00:05")) == "01 Jun 14:00:05"


def test_a_day_is_one_of_the_users_calendar() -> None:
    assert times.same_day(utc("2025-11-12T23:30"), utc("2025-11-13T02:00"))
    assert not times.same_day(utc("2025-11-12T22:30"), utc("2025-11-12T23:30"))
