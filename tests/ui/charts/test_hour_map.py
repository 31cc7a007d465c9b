"""The hours of the week: walked over by keys and pointer, told in words, never good where nobody looked."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from trayuptime.core.hour_cells import HourCell, hour_words, scale_of
from trayuptime.core.strip import Status
from trayuptime.report.charts import week_map
from trayuptime.report.drawing import Box, Ink
from trayuptime.ui.charts.columns import LEAST_PX as LOW_PX
from trayuptime.ui.charts.hour_map import LEAST_PX, HourMap, filled, seen_px, statuses_of
from trayuptime.ui.theme import Scheme, colours
from ui.charts.shown import HOUR, MINUTE, SATURDAY_3, TUESDAY_14, week
from ui.looks import PALETTES

CTRL = Qt.KeyboardModifier.ControlModifier
HALF_DOWN = (10 * HOUR, 5 * HOUR, 0)
HARDLY_SEEN = (HOUR // 2, 0, 0)
NOTHING_SEEN = (0, 0, 0)


@pytest.fixture
def chart(qtbot: QtBot) -> HourMap:
    made = HourMap()
    made.setPalette(PALETTES[Scheme.LIGHT])
    qtbot.addWidget(made)
    made.resize(700, 190)
    made.show_cells(week(h38=HALF_DOWN))
    return made


def cell_colours(chart: HourMap) -> list[set[int]]:
    """The colours in each cell."""
    drawn = chart.picture().toImage().convertToFormat(QImage.Format.Format_RGB32)
    cells = [drawn.copy(chart._area(number)) for number in range(168)]
    return [set(memoryview(bytes(cell.constBits())).cast("I")) for cell in cells]


def up_rgb(chart: HourMap) -> int:
    """What an hour wholly seen and fine is filled with."""
    (found,) = cell_colours(chart)[0]
    return found


# Keys and pointer


@pytest.mark.parametrize(
    ("keys", "day", "hour"),
    [
        ([(Qt.Key.Key_Right, None)], 2, 11),
        ([(Qt.Key.Key_Left, None)], 2, 9),
        ([(Qt.Key.Key_Up, None)], 1, 10),
        ([(Qt.Key.Key_Down, None)], 3, 10),
        ([(Qt.Key.Key_Home, None)], 2, 0),
        ([(Qt.Key.Key_End, None)], 2, 23),
        ([(Qt.Key.Key_Home, CTRL)], 0, 0),
        ([(Qt.Key.Key_End, CTRL)], 6, 23),
        ([(Qt.Key.Key_End, None), (Qt.Key.Key_Right, None)], 2, 23),
        ([(Qt.Key.Key_Home, None), (Qt.Key.Key_Left, None)], 2, 0),
        ([(Qt.Key.Key_Home, CTRL), (Qt.Key.Key_Up, None)], 0, 0),
        ([(Qt.Key.Key_End, CTRL), (Qt.Key.Key_Down, None)], 6, 23),
    ],
)
def test_keys_walk_over_the_hours_and_stop_at_their_ends(
    chart: HourMap, keys: list[tuple[Qt.Key, Qt.KeyboardModifier | None]], day: int, hour: int
) -> None:
    chart.go_to(2 * 24 + 10)
    told: list[int] = []
    chart.pointed.connect(told.append)

    for key, modifier in keys:
        QTest.keyClick(chart, key, modifier or Qt.KeyboardModifier.NoModifier)

    assert divmod(chart.current, 24) == (day, hour)
    assert told[-1] == chart.current


def test_the_hour_one_is_on_is_told_to_who_cannot_see_it(chart: HourMap) -> None:
    chart.go_to(TUESDAY_14 - 1)

    QTest.keyClick(chart, Qt.Key.Key_Right)

    assert chart.accessibleName() == "Hours of the week"
    assert chart.accessibleDescription() == hour_words(chart.cells[TUESDAY_14])
    assert "50.0 % of 10 h seen was down, 5 h" in chart.accessibleDescription()


def test_new_figures_of_the_hour_one_is_on_are_told(chart: HourMap) -> None:
    chart.go_to(TUESDAY_14)

    chart.show_cells(week(h38=(10 * HOUR, HOUR, 0)))

    assert chart.current == TUESDAY_14
    assert "10.0 % of 10 h seen was down" in chart.accessibleDescription()


def test_without_hours_there_is_nothing_to_walk_over(chart: HourMap) -> None:
    chart.show_cells([])
    told: list[int] = []
    chart.pointed.connect(told.append)

    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=QPoint(200, 50))

    assert told == []
    assert chart.accessibleDescription() == ""


def test_what_the_pointer_is_on_is_told_and_forgotten(chart: HourMap) -> None:
    told: list[int] = []
    chart.pointed.connect(told.append)
    for at in (chart._area(TUESDAY_14).center(), QPoint(1, 1)):
        move(chart, at)
    move(chart, chart._area(5).center())
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))

    assert told == [TUESDAY_14, -1, 5, -1]


def test_a_click_goes_there(chart: HourMap) -> None:
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=chart._area(SATURDAY_3).center())

    assert chart.current == SATURDAY_3


def move(chart: HourMap, at: QPoint) -> None:
    place, none = QPointF(at), Qt.MouseButton.NoButton
    moved = QMouseEvent(
        QEvent.Type.MouseMove, place, chart.mapToGlobal(place), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(chart, moved)


# What is drawn


def test_an_hour_of_which_hardly_anything_was_seen_is_bare_however_well_that_went(chart: HourMap) -> None:
    good = up_rgb(chart)

    chart.show_cells(week(h127=NOTHING_SEEN, h123=HARDLY_SEEN))

    found = cell_colours(chart)
    assert good not in found[127] | found[123]
    assert found[127] == found[123]
    assert good in found[122]


def test_trouble_is_seen_even_where_hardly_anything_else_was(chart: HourMap) -> None:
    chart.show_cells(week(h38=(6 * MINUTE, 6 * MINUTE, 0)))

    found = cell_colours(chart)[TUESDAY_14]
    assert colours(Scheme.LIGHT).down.rgb() in found
    assert up_rgb(chart) not in found


@pytest.mark.parametrize("scheme", Scheme)
def test_only_an_hour_that_was_down_has_red_in_it(chart: HourMap, scheme: Scheme) -> None:
    chart.setPalette(PALETTES[scheme])
    chart.show_cells(week(h38=HALF_DOWN, h39=(10 * HOUR, 0, 5 * HOUR), h40=NOTHING_SEEN))
    red = colours(scheme).down.rgb()

    reds = [number for number, found in enumerate(cell_colours(chart)) if red in found]

    assert reds == [TUESDAY_14]


def cell(seen: int, down: int = 0, degraded: int = 0) -> HourCell:
    return HourCell(0, 0, 10 * HOUR, seen, down, degraded)


@pytest.mark.parametrize(
    ("of", "scale", "heights"),
    [
        (cell(10 * HOUR), 0.1, {Status.UP: 20}),
        (cell(10 * HOUR, HOUR // 2), 0.1, {Status.DOWN: 10, Status.UP: 10}),
        (cell(10 * HOUR, HOUR // 2, HOUR // 4), 0.1, {Status.DOWN: 10, Status.DEGRADED: 5, Status.UP: 5}),
        (cell(10 * HOUR, HOUR), 0.1, {Status.DOWN: 20}),
        (cell(10 * HOUR, 1), 0.1, {Status.DOWN: LOW_PX, Status.UP: 20 - LOW_PX}),
        (cell(HOUR // 2, 0, HOUR // 40), 0.1, {Status.DEGRADED: 10, Status.UNSEEN: 10}),
        (cell(HOUR // 2, HOUR // 2), 0.1, {Status.DOWN: 20}),
        (cell(0), 0.1, {}),
    ],
)
def test_trouble_stands_from_the_bottom_by_its_share_of_the_scale(
    of: HourCell, scale: float, heights: dict[Status, int]
) -> None:
    assert dict(filled(of, scale, 20)) == heights


@pytest.mark.parametrize(
    ("of", "width"),
    [
        (cell(10 * HOUR), 20),
        (cell(99 * HOUR // 10), 20),
        (cell(97 * HOUR // 10), 19),
        (cell(5 * HOUR), 10),
        (cell(HOUR), LEAST_PX),
        (cell(HOUR // 2), 0),
        (cell(HOUR // 2, MINUTE), LEAST_PX),
        (cell(0), 0),
    ],
)
def test_a_cell_is_filled_as_wide_as_it_was_seen(of: HourCell, width: int) -> None:
    assert seen_px(of, 20) == width


def test_the_legend_explains_what_is_drawn_and_nothing_else() -> None:
    assert statuses_of(week()) == {Status.UP}
    assert statuses_of(week(h1=NOTHING_SEEN)) == {Status.UP, Status.UNSEEN}
    assert statuses_of(week(h1=HALF_DOWN, h2=(10 * HOUR, 0, HOUR))) == {
        Status.UP,
        Status.DOWN,
        Status.DEGRADED,
    }


# The picture


def test_the_picture_has_no_cursor_in_it(chart: HourMap) -> None:
    before = chart.picture().toImage()

    chart.go_to(TUESDAY_14)
    chart.setFocus()

    assert chart.picture().toImage() == before


@pytest.mark.parametrize("size", [QSize(380, 130), QSize(700, 190), QSize(2000, 900)])
def test_all_cells_are_in_view_and_in_the_picture_in_a_window_of_any_size(
    chart: HourMap, size: QSize
) -> None:
    chart.resize(size.expandedTo(chart.minimumSizeHint()))
    all_of_it = chart._area(0).united(chart._area(167))

    assert chart.rect().contains(all_of_it)
    assert chart.picture().rect().contains(all_of_it)
    assert not any(
        chart._area(number).intersects(chart._area(number + 1)) for number in range(167) if number % 24 != 23
    )
    assert chart._area(0).bottom() < chart._area(24).top()


def test_what_is_painted_on_the_screen_has_a_ring_where_the_keys_are(chart: HourMap, qtbot: QtBot) -> None:
    chart.show()
    QTest.qWaitForWindowActive(chart)
    before = chart.grab(QRect(QPoint(0, 0), chart.size())).toImage()
    chart.setFocus()

    QTest.keyClick(chart, Qt.Key.Key_Right)

    assert chart.hasFocus()
    assert chart.grab().toImage() != before


def test_paper_and_screen_draw_an_hour_alike() -> None:
    cells = [
        HourCell(*divmod(n, 24), 100 * HOUR, n * HOUR // 2, n * HOUR // 40, n % 7 * HOUR // 40)
        for n in range(168)
    ]
    scale = scale_of(cells)
    boxes = [shape for shape in week_map(cells).shapes if isinstance(shape, Box)][:-4]  # but for the legend
    side = max(box.height for box in boxes)

    for cell in cells:
        height_px = dict(filled(cell, scale, 400))
        row = [box for box in boxes if cell.weekday * 19 <= box.y - 12 < cell.weekday * 19 + 19]
        own = [box for box in row if cell.hour * 19 <= box.x - 44 < cell.hour * 19 + 19]
        drawn = {box.ink: box for box in own if box.ink is not Ink.NOTHING}
        if not seen_px(cell, 400):
            assert drawn == {}
            continue
        for ink, status in ((Ink.DOWN, Status.DOWN), (Ink.DEGRADED, Status.DEGRADED)):
            high = drawn[ink].height / side if ink in drawn else 0.0
            assert high == pytest.approx(height_px.get(status, 0) / 400, abs=0.1)
            assert (ink in drawn) == (status in height_px)
        assert (Ink.UP in drawn) == (Status.UP in height_px)
        for box in drawn.values():
            assert box.width / side == pytest.approx(seen_px(cell, 400) / 400, abs=0.1)
