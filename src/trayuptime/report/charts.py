"""The three pictures of a dossier: days as bars, latency as two lines, the hours of the week as a map."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from trayuptime.core import words
from trayuptime.core.days import DayCell
from trayuptime.core.hour_cells import HourCell, scale_of
from trayuptime.core.strip import SEEN, Status
from trayuptime.report.drawing import WIDTH, Anchor, Box, Drawing, Ink, Label, Line
from trayuptime.report.told import DAYS, MONTHS

MOST_BARS = 200
"""Of more days than that each bar is several days."""
_LEFT = 44.0
_BAR = 30.0
_WIDEST = 12.0
"""Of a bar with the room beside it: a few days do not fill the page."""
_LEAST = 1.6
"""Whatever was down at all is seen."""
_LEGEND = 16.0

Shapes = Iterator[Box | Line | Label]


def bars(lanes: Sequence[tuple[str, Sequence[DayCell]]]) -> Drawing:
    """A lane for each surface, a bar for each day: what was down from the bottom up, then degraded, then up.

    Args:
        lanes: their names and their days, the same days in each.
    """
    shapes: list[Box | Line | Label] = []
    top = 4.0
    for name, cells in lanes:
        groups = _groups(cells)
        step = min(_WIDEST, (WIDTH - _LEFT) / max(1, len(groups)))
        shapes.append(Label(0, top + _BAR / 2 + 3, name))
        for number, group in enumerate(groups):
            shapes += _bar(_LEFT + number * step, top, step * 0.82, group)
        top += _BAR + 6
    days = [group[0].day for group in _groups(lanes[0][1])] if lanes else []
    shapes += _months(days, top + 6, min(_WIDEST, (WIDTH - _LEFT) / max(1, len(days))))
    shapes += _legend(top + 16, (Ink.UP, Ink.DEGRADED, Ink.DOWN, Ink.UNSEEN, Ink.NOTHING))
    return Drawing(top + 16 + _LEGEND, shapes)


def trend(p50: Sequence[float | None], p95: Sequence[float | None], begins: Sequence[date]) -> Drawing:
    """Two lines from below 0 ms to the highest; where nothing was measured they are broken."""
    height, top = 96.0, 6.0
    highest = _nice(max([each for each in (*p50, *p95) if each is not None], default=1.0))
    step = (WIDTH - _LEFT - 8) / max(1, len(begins) - 1)
    shapes: list[Box | Line | Label] = []
    for part in (0.0, 0.5, 1.0):
        y = top + height * (1 - part)
        shapes.append(Line(((_LEFT, y), (WIDTH, y)), Ink.AXIS))
        shapes.append(Label(_LEFT - 4, y + 3, words.latency(highest * part), Anchor.END))
    for values, ink in ((p50, Ink.FIRST), (p95, Ink.SECOND)):
        points = [
            None if value is None else (_LEFT + 4 + number * step, top + height * (1 - value / highest))
            for number, value in enumerate(values)
        ]
        shapes += _lines(points, ink)
    shapes += _months(begins, top + height + 10, step, 4)
    y = top + height + 22
    for x, ink, name in (
        (_LEFT, Ink.FIRST, "median (p50)"),
        (_LEFT + 110, Ink.SECOND, "95th percentile (p95)"),
    ):
        shapes += [Line(((x, y), (x + 22, y)), ink), Label(x + 26, y + 3, name)]
    return Drawing(y + 8, shapes)


def week_map(hours: Sequence[HourCell]) -> Drawing:
    """A cell for each hour of the week, filled as in the history window: see `core.hour_cells`."""
    side, top, scale = (WIDTH - _LEFT) / 24, 12.0, scale_of(hours)
    shapes: list[Box | Line | Label] = [
        Label(_LEFT + (hour + 0.5) * side, 8, f"{hour}", Anchor.MIDDLE) for hour in range(0, 24, 2)
    ]
    shapes += [Label(0, top + (day + 0.5) * side + 3, DAYS[day]) for day in range(7)]
    for each in hours:
        shapes += _hour(
            _LEFT + each.hour * side + 0.75, top + each.weekday * side + 0.75, side - 1.5, each, scale
        )
    y = top + 7 * side + 4
    shapes += _legend(y, (Ink.UP, Ink.DEGRADED, Ink.DOWN, Ink.NOTHING), {Ink.NOTHING: "not seen"})
    return Drawing(y + _LEGEND, shapes)


def _hour(x: float, y: float, side: float, of: HourCell, scale: float) -> Shapes:
    if of.breadth < 1:
        yield Box(x, y, side, side, Ink.NOTHING)
    if not of.breadth:
        return
    width, bottom, sums = max(_LEAST, of.breadth * side), y + side, of.stacked(scale)
    if sums.get(Status.UP):
        yield Box(x, y, width, side, Ink.UP)
    whole = sum(sums.values())
    down, degraded = (_height(sums[status], whole, side) for status in (Status.DOWN, Status.DEGRADED))
    down, degraded = min(down, side - min(degraded, _LEAST)), min(degraded, side - min(down, _LEAST))
    yield from _part(x, bottom - down, width, degraded, Ink.DEGRADED)
    yield from _part(x, bottom, width, down, Ink.DOWN)


_NAMES = {
    Ink.UP: "up",
    Ink.DEGRADED: "degraded",
    Ink.DOWN: "down",
    Ink.UNSEEN: "not seen",
    Ink.NOTHING: "not watched yet",
}


def _legend(y: float, inks: Sequence[Ink], names: Mapping[Ink, str] = _NAMES) -> Shapes:
    x = _LEFT
    for ink in inks:
        name = names.get(ink, _NAMES[ink])
        yield Box(x, y, 10, 10, ink)
        yield Label(x + 14, y + 9, name)
        x += 30 + 5 * len(name)


def _groups(cells: Sequence[DayCell]) -> list[Sequence[DayCell]]:
    size = -(-len(cells) // MOST_BARS) or 1
    return [cells[first : first + size] for first in range(0, len(cells), size)]


def _bar(x: float, top: float, width: float, cells: Sequence[DayCell]) -> Shapes:
    sums = [sum(each) for each in zip(*[cell.sums for cell in cells], strict=True)]
    whole = sum(sums)
    if sums[Status.UNSEEN] == whole:
        yield Box(x, top, width, _BAR, Ink.NOTHING)
        return
    bottom = top + _BAR
    seen = sum([sums[status] for status in SEEN])
    yield Box(x, top, width, _BAR, Ink.UNSEEN if seen < whole else Ink.UP)
    if seen < whole:
        yield from _part(x, bottom, width, _BAR * seen / whole, Ink.UP)
    down, degraded = (_height(sums[status], whole, _BAR) for status in (Status.DOWN, Status.DEGRADED))
    yield from _part(x, bottom - down, width, degraded, Ink.DEGRADED)
    yield from _part(x, bottom, width, down, Ink.DOWN)


def _height(part: int, whole: int, full: float) -> float:
    return max(_LEAST, full * part / whole) if part else 0.0


def _part(x: float, bottom: float, width: float, height: float, ink: Ink) -> Shapes:
    if height:
        yield Box(x, bottom - height, width, height, ink)


def _months(days: Sequence[date], y: float, step: float, inset: float = 0.0) -> Shapes:
    """Where each month begins, as far as there is room for its name."""
    free = 0.0
    for number, day in enumerate(days):
        begins = number == 0 or days[number - 1].month != day.month
        x = _LEFT + inset + number * step
        if begins and x >= free and x < WIDTH - 24:
            year = f" {day.year}" if number == 0 or day.month == 1 else ""
            yield Label(x, y, f"{MONTHS[day.month - 1]}{year}")
            free = x + (50 if year else 26)


def _lines(points: Sequence[tuple[float, float] | None], ink: Ink) -> Shapes:
    """A line for each run of neighbours; a value alone is a short one."""
    run: list[tuple[float, float]] = []
    for point in (*points, None):
        if point is not None:
            run.append(point)
        elif run:
            yield Line(run if len(run) > 1 else [(run[0][0] - 2, run[0][1]), (run[0][0] + 2, run[0][1])], ink)
            run = []


def _nice(value: float) -> float:
    """The next of 1, 2, 3, 4, 6, 8, 10 of its own size, so that the half is round too."""
    size = 1.0
    while size * 10 < value:
        size *= 10
    return next(size * step for step in (1, 2, 3, 4, 6, 8, 10, 20) if size * step >= value)
