"""A day in few pixels shows what was there, and nothing that was not."""

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter
from pytestqt.qtbot import QtBot

from trayuptime.core.last_day import LENGTH_MS, SLOT_MS, SLOTS, LastDay
from trayuptime.core.model import Surface
from trayuptime.core.strip import Status
from trayuptime.core.trace import Slot, Trace
from trayuptime.ui.charts import miniature
from trayuptime.ui.charts.miniature import BAR_PX, USUAL_LINE_PX
from trayuptime.ui.theme import GRID_PX, Scheme, colours
from ui.conftest import Contrast
from ui.days import HOUR_MS, MINUTE_MS, calm, day_of, unseen
from ui.looks import PALETTES

LEFT, TOP, HEIGHT = 10, 8, 36
BAR_TOP = TOP + HEIGHT - BAR_PX


def paint(day: LastDay, trace: Trace = (), scheme: Scheme = Scheme.LIGHT) -> QImage:
    """A picture with room around the chart."""
    image = QImage(SLOTS + 2 * LEFT, HEIGHT + 2 * TOP, QImage.Format.Format_RGB32)
    image.fill(PALETTES[scheme].window().color())
    painter = QPainter(image)
    painter.setFont(font_of(USUAL_LINE_PX))
    miniature.paint(painter, QRectF(LEFT, TOP, SLOTS, HEIGHT), day, trace, PALETTES[scheme])
    painter.end()
    return image


def font_of(line_px: int) -> QFont:
    """One whose lines are about so high."""
    font = QFont()
    font.setPixelSize(round(line_px * 0.85))
    return font


def column(image: QImage, slot: int) -> list[QColor]:
    """The pixels of a slot's bar, from the bottom up."""
    return [image.pixelColor(LEFT + slot, y) for y in range(BAR_TOP + BAR_PX - 1, BAR_TOP - 1, -1)]


def inked(image: QImage, slot: int, scheme: Scheme = Scheme.LIGHT) -> list[int]:
    """At which heights above its base the line of a slot has ink."""
    bare = PALETTES[scheme].window().color()
    base = BAR_TOP - GRID_PX - 1
    return [base - y for y in range(base, TOP - 1, -1) if image.pixelColor(LEFT + slot, y) != bare]


@pytest.mark.parametrize("scheme", Scheme)
def test_downtime_fills_the_bar_from_below_by_its_share(scheme: Scheme, qtbot: QtBot) -> None:
    day = day_of((Status.DOWN, 2 * HOUR_MS), (Status.UP, 2 * HOUR_MS), now=100 * SLOT_MS)
    short = day_of((Status.DOWN, MINUTE_MS), (Status.UP, 2 * HOUR_MS), now=100 * SLOT_MS)
    red = colours(scheme).down

    long_down = [column(paint(day, scheme=scheme), slot).count(red) for slot in range(SLOTS)]
    shortly_down = [column(paint(short, scheme=scheme), slot) for slot in range(SLOTS)]

    assert long_down.count(BAR_PX) == 2 * HOUR_MS // SLOT_MS
    assert sum(0 < each < BAR_PX for each in long_down) == 0
    (hit,) = [each for each in shortly_down if red in each]
    assert hit[:2] == [red, red]
    assert hit.count(red) == 2  # a minute of twenty would be less than a pixel, which nobody sees


def test_time_that_nobody_watched_is_an_empty_outline(qtbot: QtBot) -> None:
    image = paint(unseen())
    bare = PALETTES[Scheme.LIGHT].window().color()

    inside = {image.pixelColor(LEFT + slot, BAR_TOP + 4).rgb() for slot in range(1, SLOTS - 2)}
    edge = {image.pixelColor(LEFT + slot, BAR_TOP).rgb() for slot in range(SLOTS - 1)}

    assert inside == {bare.rgb()}
    assert bare.rgb() not in edge


@pytest.mark.parametrize("scheme", Scheme)
def test_nothing_but_time_that_was_up_is_drawn_as_up_and_every_gap_as_its_own(
    scheme: Scheme, qtbot: QtBot
) -> None:
    drawn = {}
    for status in Status:
        image = paint(day_of((status, LENGTH_MS), now=100 * SLOT_MS), scheme=scheme)
        drawn[status] = tuple(each.rgb() for slot in range(SLOTS - 1) for each in column(image, slot))
    up, down = drawn[Status.UP][0], colours(scheme).down.rgb()

    assert {status for status, pixels in drawn.items() if up in pixels} == {Status.UP}
    assert {status for status, pixels in drawn.items() if down in pixels} == {Status.DOWN}
    assert len(set(drawn.values())) == len(Status)


def test_what_is_calm_is_green_and_nothing_else(qtbot: QtBot) -> None:
    image = paint(calm())

    assert len({colour.rgb() for slot in range(SLOTS) for colour in column(image, slot)}) == 1


def test_a_latency_is_as_high_as_it_is_long_and_a_hole_is_bare(qtbot: QtBot) -> None:
    trace = (
        Slot(100.0, 100.0, 100.0), Slot(), Slot(400.0, 400.0, 400.0), *[Slot()] * (SLOTS - 3),
    )  # fmt: skip

    image = paint(calm(), trace)

    (low,), (high,) = inked(image, 0), inked(image, 2)
    assert high > 3 * low > 0
    assert [inked(image, slot) for slot in (1, 3, 50)] == [[], [], []]


def test_an_answer_in_no_time_is_drawn_and_no_hole(qtbot: QtBot) -> None:
    assert inked(paint(calm(), (Slot(0.0, 0.0, 0.0),)), 0) == [0]


@pytest.mark.parametrize("follows", [True, False])
def test_a_line_bridges_only_what_was_spoken_for(follows: bool, qtbot: QtBot) -> None:
    ten = Slot(10.0, 10.0, 10.0)
    trace = (ten, *[Slot()] * 9, ten._replace(follows=follows), *[Slot()] * (SLOTS - 11))

    assert bool(inked(paint(calm(), trace), 5)) == follows


def test_a_failure_is_a_cross_at_the_base_in_no_states_colour(qtbot: QtBot) -> None:
    trace = (*[Slot()] * 50, Slot(failures=3), *[Slot()] * (SLOTS - 51))
    image = paint(calm(), trace)
    ink = PALETTES[Scheme.LIGHT].windowText().color()

    assert [inked(image, slot) for slot in (48, 50, 52)] == [[0, 4], [2], [0, 4]]
    seen = {image.pixelColor(LEFT + slot, y).rgb() for slot in range(45, 56) for y in range(TOP, BAR_TOP - 1)}
    assert seen == {ink.rgb(), PALETTES[Scheme.LIGHT].window().color().rgb()}


def test_failures_in_a_row_stay_crosses(qtbot: QtBot) -> None:
    image = paint(calm(), (Slot(failures=15),) * SLOTS)

    bare_columns = [slot for slot in range(SLOTS) if not inked(image, slot)]
    assert len(bare_columns) >= SLOTS // 6 - 1


@pytest.mark.parametrize("scheme", Scheme)
def test_line_and_outline_can_be_told_from_the_window(
    scheme: Scheme, contrast: Contrast, qtbot: QtBot
) -> None:
    window = PALETTES[scheme].window().color()
    line = paint(calm(), (Slot(0.0, 0.0, 100.0),), scheme)
    outline = paint(unseen(), scheme=scheme)
    base = BAR_TOP - GRID_PX - 1

    assert contrast(line.pixelColor(LEFT, base), window) >= 4.5
    assert contrast(outline.pixelColor(LEFT + 9, BAR_TOP), window) >= 3


def test_it_stays_in_its_place(qtbot: QtBot) -> None:
    wild = tuple(Slot(1.0, 5.0, 9000.0, failures=n % 7 == 0, follows=True) for n in range(SLOTS))
    day = day_of((Status.DOWN, 3 * HOUR_MS))
    image = paint(day, wild)
    bare = PALETTES[Scheme.LIGHT].window().color()

    def is_bare(x: int, y: int) -> bool:
        return image.pixelColor(x, y) == bare

    assert all(is_bare(x, y) for x in range(image.width()) for y in (TOP - 1, TOP + HEIGHT))
    margin = miniature.CROSS_PX // 2 + 1
    assert all(
        is_bare(x, y) for x in (LEFT - margin, LEFT + SLOTS + margin - 1) for y in range(image.height())
    )


def test_the_painter_is_given_back_as_it_was(qtbot: QtBot) -> None:
    image = QImage(200, 60, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.DotLine)

    trace = calm().traces[Surface.API]
    miniature.paint(painter, QRectF(0, 0, SLOTS, HEIGHT), calm(), trace, PALETTES[Scheme.LIGHT])

    assert painter.testRenderHint(QPainter.RenderHint.Antialiasing)
    assert painter.pen().style() is Qt.PenStyle.DotLine
    painter.end()


@pytest.mark.parametrize(("line_px", "times"), [(12, 1), (16, 1), (20, 1), (26, 2), (34, 2), (48, 3)])
def test_it_grows_with_the_words_beside_it(line_px: int, times: int, qtbot: QtBot) -> None:
    assert miniature.width_px(QFontMetrics(font_of(line_px))) == times * SLOTS
