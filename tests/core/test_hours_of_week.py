"""When do they fail? Each hour of the week with what was seen of it, by the user's clock."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from trayuptime.core.hours_of_week import HOURS, HourOfWeek, hours_of_week
from trayuptime.core.model import Instant
from trayuptime.core.strip import SEEN, Status, joined

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MONDAY: Instant = round(datetime(2026, 3, 16, tzinfo=BERLIN).timestamp() * 1000)


def _hour(hours: tuple[HourOfWeek, ...], weekday: int, hour: int) -> HourOfWeek:
    found = hours[weekday * 24 + hour]
    assert (found.weekday, found.hour) == (weekday, hour)
    return found


def test_downtime_lies_in_its_own_hours() -> None:
    strip = ((Status.UP, 90 * MINUTE), (Status.DOWN, HOUR), (Status.UP, 7 * DAY - 150 * MINUTE))

    hours = hours_of_week(strip, MONDAY, BERLIN)

    assert [each[1:] for each in hours if each.down_ms] == [
        (1, HOUR, HOUR, HOUR // 2),
        (2, HOUR, HOUR, HOUR // 2),
    ]
    assert sum(each.seen_ms for each in hours) == 7 * DAY


def test_an_hour_that_nobody_saw_is_not_good() -> None:
    hours = hours_of_week(((Status.UP, 2 * HOUR), (Status.ASLEEP, HOUR)), MONDAY, BERLIN)

    assert _hour(hours, 0, 1) == HourOfWeek(0, 1, HOUR, HOUR, 0)
    assert _hour(hours, 0, 2) == HourOfWeek(0, 2, HOUR, 0, 0)
    assert _hour(hours, 0, 3) == HourOfWeek(0, 3, 0, 0, 0)


def test_an_hour_that_the_clocks_skip_is_not_there_and_one_they_repeat_is_twice_as_long() -> None:
    spring = round(datetime(2026, 3, 29, tzinfo=BERLIN).timestamp() * 1000)
    autumn = round(datetime(2026, 10, 25, tzinfo=BERLIN).timestamp() * 1000)

    skipped = hours_of_week(((Status.UP, 23 * HOUR),), spring, BERLIN)
    repeated = hours_of_week(((Status.DOWN, 25 * HOUR),), autumn, BERLIN)

    assert [_hour(skipped, 6, hour).window_ms for hour in (1, 2, 3, 23)] == [HOUR, 0, HOUR, HOUR]
    assert [_hour(repeated, 6, hour).down_ms for hour in (1, 2, 3, 23)] == [HOUR, 2 * HOUR, HOUR, HOUR]


def test_an_empty_window_has_all_hours_and_none_of_them_seen() -> None:
    assert hours_of_week((), MONDAY, BERLIN) == tuple(
        HourOfWeek(*divmod(n, 24), 0, 0, 0) for n in range(HOURS)
    )


@given(seed=st.integers(0, 2**32))
def test_it_is_what_looking_at_the_clock_each_minute_finds(seed: int) -> None:
    chance = random.Random(seed)
    zone = chance.choice([UTC, BERLIN, ZoneInfo("Asia/Kolkata"), ZoneInfo("Australia/Lord_Howe")])
    start = (MONDAY + chance.randint(0, 40 * 7 * DAY)) // MINUTE * MINUTE
    strip = joined([(chance.choice(list(Status)), chance.randint(1, 900) * MINUTE) for _ in range(12)])
    expected = [[0, 0, 0] for _ in range(HOURS)]
    at = start
    for status, ms in strip:
        for minute in range(at, at + ms, MINUTE):
            moment = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=minute)).astimezone(zone)
            sums = expected[moment.weekday() * 24 + moment.hour]
            sums[0] += MINUTE
            sums[1] += MINUTE if status in SEEN else 0
            sums[2] += MINUTE if status is Status.DOWN else 0
        at += ms

    assert [list(each[2:]) for each in hours_of_week(strip, start, zone)] == expected
