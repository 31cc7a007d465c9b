"""What the pictures show of a day, of a week, of an hour: nothing unseen is drawn as up."""

from datetime import date

import pytest

from trayuptime.core.days import DayCell
from trayuptime.core.hours_of_week import HourOfWeek
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


def test_an_hour_that_was_hardly_seen_is_not_drawn_as_up() -> None:
    seen = {0: 0, 1: HOUR - 1, 2: HOUR, 3: 2 * HOUR, 4: HOUR // 3}
    down = {3: HOUR, 4: HOUR // 4}
    hours = [HourOfWeek(*divmod(n, 24), 10 * HOUR, seen.get(n, 9 * HOUR), down.get(n, 0)) for n in range(168)]
    drawing = week_map(hours)
    cells = [shape for shape in drawing.shapes if isinstance(shape, Box) and 12 <= shape.y < 31]

    assert [box.ink for box in cells][:7] == [
        *(Ink.UNSEEN, Ink.UNSEEN, Ink.UP),
        *(Ink.UP, Ink.DOWN),
        *(Ink.UNSEEN, Ink.DOWN),  # what was seen of it was down for a while
    ]
    largest = cells[4]
    assert largest.width > 0.7 * cells[0].width
