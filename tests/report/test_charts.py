"""What the pictures show of a day, of a week, of an hour: nothing unseen is drawn as up."""

from datetime import date

import pytest

from trayuptime.core.days import DayCell
from trayuptime.core.hour_cells import HourCell
from trayuptime.core.model import Span
from trayuptime.core.strip import STATUSES, Status
from trayuptime.report.charts import bars, trend, week_map
from trayuptime.report.drawing import Box, Drawing, Ink, Label, Line

HOUR = 3_600_000
DAY = 24 * HOUR
TOP, HEIGHT = 4.0, 30.0


def _cell(**hours: float) -> DayCell:
    sums = [0] * STATUSES
    for name, length in hours.items():
        sums[Status[name.upper()]] = round(length * HOUR)
    return DayCell(date(2026, 3, 1), Span(0, sum(sums)), tuple(sums))


def _shares(drawing: Drawing) -> dict[Ink, float]:
    """How much of the first bar's height each ink has in the end, the later boxes over the earlier."""
    boxes = [shape for shape in drawing.shapes if isinstance(shape, Box) and shape.y < TOP + HEIGHT]
    steps = 1_000
    found: dict[Ink, float] = {}
    for step in range(steps):
        y = TOP + (step + 0.5) / steps * HEIGHT
        ink = [box.ink for box in boxes if box.y <= y < box.y + box.height][-1]
        found[ink] = found.get(ink, 0.0) + 1 / steps
    return found


@pytest.mark.parametrize(
    ("hours", "shares"),
    [
        ({"up": 24}, {Ink.UP: 1}),
        ({"up": 12, "asleep": 12}, {Ink.UP: 0.5, Ink.UNSEEN: 0.5}),
        ({"asleep": 20, "app_off": 4}, {Ink.UNSEEN: 1}),
        ({"unseen": 24}, {Ink.NOTHING: 1}),
        ({"up": 6, "unseen": 18}, {Ink.UP: 0.25, Ink.UNSEEN: 0.75}),
        ({"down": 6, "up": 18}, {Ink.DOWN: 0.25, Ink.UP: 0.75}),
        (
            {"down": 6, "degraded": 6, "up": 6, "offline": 6},
            {Ink.DOWN: 0.25, Ink.DEGRADED: 0.25, Ink.UP: 0.25, Ink.UNSEEN: 0.25},
        ),
        ({"down": 23}, {Ink.DOWN: 1}),
    ],
)
def test_a_bar_is_filled_by_the_shares_of_its_day(hours: dict[str, float], shares: dict[Ink, float]) -> None:
    assert _shares(bars([("API", [_cell(**hours)])])) == pytest.approx(shares, abs=0.01)


def test_a_minute_of_downtime_is_still_to_be_seen() -> None:
    shares = _shares(bars([("API", [_cell(up=24 - 1 / 60, down=1 / 60)])]))

    assert shares[Ink.DOWN] > 0.04


def test_days_that_are_too_many_are_told_together() -> None:
    cells = [_cell(up=24)] * 500 + [_cell(down=24)] * 100
    widths = {box.width for box in bars([("API", cells)]).shapes if isinstance(box, Box) and box.y < 30}

    assert len(widths) == 1
    assert 500 / 600 < widths.pop() < 500 / 180


def test_a_line_breaks_where_nothing_was_measured() -> None:
    drawing = trend([100.0, None, 200.0, 300.0], [400.0] * 4, [date(2026, 3, day) for day in (2, 9, 16, 23)])
    solid = [shape for shape in drawing.shapes if isinstance(shape, Line) and shape.ink is Ink.FIRST][:-1]

    assert [len(line.points) for line in solid] == [2, 2]  # one alone is a short one
    assert solid[0].points[1][0] < solid[1].points[0][0]
    assert [shape.text for shape in drawing.shapes if isinstance(shape, Label)][:3] == [
        "0 ms",
        "200 ms",
        "400 ms",
    ]


def _week(*first: HourCell) -> Drawing:
    """These are the first hours of Monday; the others were seen, and fine."""
    return week_map(
        [first[n] if n < len(first) else HourCell(*divmod(n, 24), HOUR, HOUR, 0, 0) for n in range(168)]
    )


def _hour(number: int, seen: int, down: int = 0, degraded: int = 0) -> HourCell:
    return HourCell(0, number, 10 * HOUR, seen, down, degraded)


def _boxes(drawing: Drawing, number: int) -> list[Box]:
    """Those of an hour of Monday."""
    side = (500 - 44) / 24
    left = 44 + number * side
    return [
        shape
        for shape in drawing.shapes
        if isinstance(shape, Box) and 12 <= shape.y < 30 and left <= shape.x < left + side
    ]


def test_an_hour_that_was_hardly_seen_is_not_drawn_as_up() -> None:
    drawing = _week(
        _hour(0, 0),
        _hour(1, HOUR - 1),
        _hour(2, HOUR),
        _hour(3, 5 * HOUR),
        _hour(4, 10 * HOUR),
        _hour(5, HOUR // 3, down=HOUR // 4),
    )

    inks = [[box.ink for box in _boxes(drawing, number)] for number in range(6)]
    assert inks == [
        [Ink.NOTHING],
        [Ink.NOTHING],
        [Ink.NOTHING, Ink.UP],
        [Ink.NOTHING, Ink.UP],
        [Ink.UP],
        [Ink.NOTHING, Ink.DOWN],  # what was seen of it was down for a while
    ]
    bare, up = _boxes(drawing, 3)
    assert up.width == pytest.approx(bare.width / 2)


def test_the_trouble_of_an_hour_stands_from_the_bottom() -> None:
    drawing = _week(
        _hour(0, 10 * HOUR, down=HOUR, degraded=HOUR // 2), _hour(1, 10 * HOUR, down=1, degraded=1)
    )

    up, degraded, down = _boxes(drawing, 0)
    assert [up.ink, degraded.ink, down.ink] == [Ink.UP, Ink.DEGRADED, Ink.DOWN]
    assert down.height == pytest.approx(up.height / 2)  # a full cell is 20 %
    assert degraded.height == pytest.approx(up.height / 4)
    assert down.y + down.height == pytest.approx(up.y + up.height)
    assert degraded.y + degraded.height == pytest.approx(down.y)
    assert all(box.height > 1 for box in _boxes(drawing, 1))  # however short


def test_an_hour_that_was_all_trouble_is_no_higher_than_its_cell() -> None:
    drawing = _week(_hour(0, 10 * HOUR, down=10 * HOUR - 1, degraded=1))

    degraded, down = _boxes(drawing, 0)
    assert degraded.height + down.height == pytest.approx(degraded.width)
