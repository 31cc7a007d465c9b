"""How long each pause lasts, also in a night when the clocks change."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from trayuptime.core.pauses import Pause, Snooze, snoozed_until, until


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process believes to be in Berlin."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def _ends(pause: Pause, now: str) -> str:
    end = until(pause, datetime.fromisoformat(now).astimezone())
    assert end is not None
    return f"{datetime.fromtimestamp(end / 1000, UTC):%Y-%m-%d %H:%M:%S}"


def test_an_hour_is_an_hour(berlin: None) -> None:
    assert _ends(Pause.HOUR, "2026-11-23 14:09:07") == "2026-11-23 14:09:07"


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-23 14:09:07", "2026-11-24 05:00:00"),
        ("2026-12-31 23:59:59", "2027-01-01 05:00:00"),
        ("2026-03-28 20:00:00", "2026-03-29 04:00:00"),  # the clocks go forward in this night
        ("2026-10-24 20:00:00", "2026-10-25 05:00:00"),  # and back in this one
    ],
)
def test_tomorrow_is_six_in_the_morning_by_the_clock_on_the_wall(berlin: None, now: str, end: str) -> None:
    assert _ends(Pause.TOMORROW, now) == end


def test_until_resumed_has_no_end() -> None:
    assert until(Pause.RESUMED, datetime.now().astimezone()) is None


@pytest.mark.parametrize(
    ("snooze", "end"),
    [
        (Snooze.HOUR, "2026-10-24 19:30:00"),
        (Snooze.FOUR_HOURS, "2026-10-24 22:30:00"),
        (Snooze.TOMORROW, "2026-10-25 05:00:00"),  # the clocks go back in this night
    ],
)
def test_a_snooze_is_as_long_as_it_says(berlin: None, snooze: Snooze, end: str) -> None:
    ends = snoozed_until(snooze, datetime.fromisoformat("2026-10-24 20:30:00").astimezone())

    assert f"{datetime.fromtimestamp(ends / 1000, UTC):%Y-%m-%d %H:%M:%S}" == end
