"""The hours of the week in cells and words: trouble by its share, nothing good where nobody looked."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from trayuptime.core.hour_cells import (
    SCALES,
    HourCell,
    hour_cells,
    hour_words,
    scale_of,
    scale_words,
    share_words,
)
from trayuptime.core.model import Instant
from trayuptime.core.strip import Status

MINUTE, HOUR = 60_000, 3_600_000
MONDAY: Instant = round(datetime(2026, 3, 16, tzinfo=UTC).timestamp() * 1000)


def cell(seen: int, down: int = 0, degraded: int = 0, window: int = 100 * HOUR) -> HourCell:
    return HourCell(1, 14, window, seen, down, degraded)


def test_down_and_degraded_are_counted_apart() -> None:
    strip = ((Status.UP, HOUR), (Status.DOWN, 6 * MINUTE), (Status.DEGRADED, 84 * MINUTE))

    cells = hour_cells(strip, MONDAY, UTC)

    assert cells[:3] == (
        HourCell(0, 0, HOUR, HOUR, 0, 0),
        HourCell(0, 1, HOUR, HOUR, 6 * MINUTE, 54 * MINUTE),
        HourCell(0, 2, HOUR // 2, HOUR // 2, 0, HOUR // 2),
    )


def test_they_are_hours_of_the_users_clock() -> None:
    cells = hour_cells(((Status.DOWN, HOUR),), MONDAY, ZoneInfo("Asia/Kolkata"))

    assert [(each.hour, each.down_ms) for each in cells if each.down_ms] == [
        (5, 30 * MINUTE),
        (6, 30 * MINUTE),
    ]


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (cell(41 * HOUR, 30 * MINUTE, window=52 * HOUR), "1.2 % of 41 h seen was down, 30 min"),
        (cell(41 * HOUR, degraded=41 * MINUTE), "1.7 % of 41 h seen was degraded, 41 min"),
        (
            cell(40 * HOUR, 30 * MINUTE, 2 * HOUR),
            "1.2 % of 40 h seen was down, 30 min · 5.0 % of 40 h seen was degraded, 2 h",
        ),
        (cell(41 * HOUR), "never down in 41 h seen · coverage 41.000 %"),
        (cell(9 * HOUR), "9 h seen · coverage 9.000 %, too little to judge"),
        (cell(9 * HOUR, HOUR), "11.1 % of 9 h seen was down, 1 h · coverage 9.000 %, too little to judge"),
        (cell(0), "not watched"),
        (cell(0, window=0), "not watched"),
    ],
)
def test_an_hour_in_words(of: HourCell, told: str) -> None:
    assert hour_words(of).startswith(f"Tuesday 14:00–15:00: {told}")


@pytest.mark.parametrize("of", [cell(0), cell(9 * HOUR), cell(9 * HOUR, HOUR)])
def test_an_hour_of_which_little_was_seen_is_not_called_good(of: HourCell) -> None:
    assert not of.is_known
    assert "never down" not in hour_words(of)


def test_the_last_hour_of_a_day_ends_at_24() -> None:
    assert HourCell(6, 23, 0, 0, 0, 0).name == "Sunday 23:00–24:00"


@pytest.mark.parametrize(
    ("worst", "scale"),
    [
        (cell(10 * HOUR), 0.01),
        (cell(10 * HOUR, 6 * MINUTE), 0.01),
        (cell(10 * HOUR, 9 * MINUTE), 0.02),
        (cell(10 * HOUR, HOUR, HOUR), 0.2),
        (cell(10 * HOUR, 10 * HOUR), 1.0),
    ],
)
def test_a_full_cell_stands_for_a_round_share(worst: HourCell, scale: float) -> None:
    assert scale_of([cell(100 * HOUR), worst]) == scale
    assert scale in SCALES


def test_an_hour_that_is_not_known_does_not_set_the_scale() -> None:
    assert scale_of([cell(10 * HOUR, 6 * MINUTE), cell(HOUR, HOUR)]) == 0.01


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, "0 %"), (0.00001, "under 0.1 %"), (0.012195, "1.2 %"), (0.99999, "99.9 %"), (1.0, "100 %")],
)
def test_a_share_is_neither_nothing_nor_everything_unless_it_is(share: float, told: str) -> None:
    assert share_words(share) == told


@pytest.mark.parametrize(
    ("of", "breadth"),
    [
        (cell(100 * HOUR), 1.0),
        (cell(99 * HOUR), 1.0),  # a restart now and then makes no hole
        (cell(60 * HOUR), 0.6),
        (cell(9 * HOUR), 0.0),  # nothing good is told of it
        (cell(9 * HOUR, HOUR), 0.09),
        (cell(0, window=0), 0.0),
    ],
)
def test_a_cell_is_filled_as_wide_as_was_seen(of: HourCell, breadth: float) -> None:
    assert of.breadth == breadth


def test_trouble_stands_from_the_bottom_and_what_is_not_known_is_never_up() -> None:
    known, unknown = cell(50 * HOUR, HOUR, 2 * HOUR), cell(5 * HOUR, HOUR)

    assert known.stacked(0.1) == {Status.DOWN: HOUR, Status.DEGRADED: 2 * HOUR, Status.UP: 2 * HOUR}
    assert unknown.stacked(0.1) == {Status.DOWN: HOUR, Status.DEGRADED: 0, Status.UNSEEN: 0}
    assert list(known.stacked(0.1)) == [Status.DOWN, Status.DEGRADED, Status.UP]


def test_the_share_that_was_down_is_of_what_was_seen() -> None:
    assert cell(50 * HOUR, HOUR).share_down == 0.02
    assert cell(0).share_down == 0.0


def test_how_a_cell_is_to_be_read() -> None:
    assert scale_words(0.05) == "a full cell is 5 % of the time seen; its width is how much was seen"
