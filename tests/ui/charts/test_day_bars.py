"""Bars of days: walked over with the keys, pointed at, told in words, and drawn as the days were."""

from datetime import date, timedelta
from itertools import product

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from trayuptime.core.strip import STATUSES, Status
from trayuptime.ui.charts.day_bars import GAP_PX, NARROWEST_PX, WIDEST_PX, Bar, DayBars
from trayuptime.ui.charts.fills import brush
from trayuptime.ui.theme import Scheme, colours
from ui.looks import PALETTES

DAY_MS = 86_400_000
LAST = date(2026, 11, 22)


def day(**ms: int) -> list[int]:
    found = [0] * STATUSES
    for name, value in (ms or {"UP": DAY_MS}).items():
        found[Status[name]] = value
    return found


def dates(count: int) -> list[date]:
    return [LAST - timedelta(days=count - 1 - n) for n in range(count)]


@pytest.fixture
def bars(qtbot: QtBot) -> DayBars:
    made = DayBars()
    qtbot.addWidget(made)
    made.setPalette(PALETTES[Scheme.LIGHT])
    made.resize(1_200, 300)
    return made


def shown(bars: DayBars, rows: int = 3, days: int = 90) -> DayBars:
    bars.show_bars(
        [Bar(f"{n}", f"row {n}", [day()] * days, figures=("99 %",)) for n in range(rows)], dates(days)
    )
    bars.show()
    bars.setFocus()
    return bars


@pytest.mark.parametrize(
    ("key", "modifier", "to"),
    [
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, (1, 49)),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, (1, 51)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, (0, 50)),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier, (2, 50)),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, (1, 0)),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, (1, 89)),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier, (0, 50)),
        (Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier, (2, 50)),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, (2, 50)),
        (Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, (0, 50)),
    ],
)
def test_keys_move_a_cell(
    bars: DayBars, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier, to: tuple[int, int]
) -> None:
    shown(bars)
    bars.go_to(1, 50)

    with qtbot.waitSignal(bars.pointed) as told:
        QTest.keyClick(bars, key, modifier)

    assert bars.current == to
    assert told.args == list(to)


def test_the_edge_is_the_edge(bars: DayBars) -> None:
    shown(bars).go_to(0, 0)

    QTest.keyClick(bars, Qt.Key.Key_Left)
    QTest.keyClick(bars, Qt.Key.Key_Up)

    assert bars.current == (0, 0)


def test_enter_and_a_click_choose(bars: DayBars, qtbot: QtBot) -> None:
    shown(bars).go_to(1, 50)

    with qtbot.waitSignal(bars.chosen) as told:
        QTest.keyClick(bars, Qt.Key.Key_Return)
    assert told.args == [1, 50]

    with qtbot.waitSignal(bars.chosen) as told:
        QTest.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert told.args == [0, -1]


def test_no_rows_take_no_keys(bars: DayBars, qtbot: QtBot) -> None:
    bars.show_bars([], [])
    bars.show()

    with qtbot.assertNotEmitted(bars.pointed), qtbot.assertNotEmitted(bars.chosen):
        for key in (Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_PageDown):
            QTest.keyClick(bars, key)
        QTest.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(50, 50))


def test_the_pointer_tells_its_cell_and_that_it_is_gone(bars: DayBars, qtbot: QtBot) -> None:
    shown(bars)
    found = {bars._cell_at(QPoint(x, y)) for x, y in product(range(0, 1_200, 3), (5, 30, 55))}
    assert {cell for cell in found if cell} == set(product(range(3), range(90)))

    with qtbot.waitSignal(bars.pointed) as told:
        QTest.mouseMove(bars.viewport(), QPoint(bars._left_px + 3, 5))
    assert told.args == [0, 0]


def test_cells_never_stretch_and_a_long_time_scrolls_to_now(bars: DayBars) -> None:
    shown(bars, days=30)
    assert bars._cell == WIDEST_PX
    assert bars.horizontalScrollBar().maximum() == 0

    shown(bars, days=365)
    assert bars._cell == NARROWEST_PX
    assert bars.horizontalScrollBar().value() == bars.horizontalScrollBar().maximum() > 0

    QTest.keyClick(bars, Qt.Key.Key_Home)
    assert bars.horizontalScrollBar().value() == 0


def test_thirty_rows_scroll_to_the_one_that_is_walked_to(bars: DayBars) -> None:
    shown(bars, rows=30).go_to(29, 0)

    assert bars.verticalScrollBar().value() > 0
    bars.go_to(0, 0)
    assert bars.verticalScrollBar().value() == 0


def test_the_same_day_of_the_same_row_stays_current_as_days_go_on(bars: DayBars) -> None:
    shown(bars).go_to(1, 50)
    before = dates(90)[50]

    days = [each + timedelta(days=1) for each in dates(90)]
    bars.show_bars(
        [Bar("new", "new", [day()] * 90), *(Bar(f"{n}", f"row {n}", [day()] * 90) for n in range(3))], days
    )

    assert bars.current == (2, 49)
    assert days[49] == before


def column(image: QImage, x: int) -> list[int]:
    return [image.pixel(x, y) & 0xFFFFFF for y in range(image.height())]


def test_downtime_fills_a_cell_from_below_and_a_minute_of_it_can_be_seen(bars: DayBars) -> None:
    cells = [day(), day(UP=DAY_MS - 60_000, DOWN=60_000), day(DOWN=DAY_MS), day(UNSEEN=DAY_MS)]
    bars.show_bars([Bar("0", "row", cells)], dates(4))
    bars.show()
    image = bars._picture_of(0).toImage()
    down = colours(Scheme.LIGHT).down.rgb() & 0xFFFFFF
    behind = QColor("#FFFFFF").rgb() & 0xFFFFFF
    step = bars._cell + 2

    up, minute, whole, unseen = (column(image, n * step + 3) for n in range(4))

    assert down not in up
    assert minute[-2:] == [down, down]
    assert minute.count(down) == 2
    assert whole.count(down) == len(whole)
    assert set(unseen[1:-1]) == {behind}
    assert unseen[0] != behind  # an outline


def test_no_day_but_one_that_was_up_is_drawn_as_up_and_every_gap_as_its_own(bars: DayBars) -> None:
    cells = [day(**{status.name: DAY_MS}) for status in Status]
    bars.show_bars([Bar("0", "row", cells)], dates(len(cells)))
    bars.show()
    image = bars._picture_of(0).toImage()
    up, down = (brush(status, bars.palette()).color().rgb() for status in (Status.UP, Status.DOWN))
    drawn = {
        status: tuple(
            image.pixel(number * (bars._cell + GAP_PX) + x, y)
            for x in range(bars._cell)
            for y in range(image.height())
        )
        for number, status in enumerate(Status)
    }

    assert {status for status, pixels in drawn.items() if up in pixels} == {Status.UP}
    assert {status for status, pixels in drawn.items() if down in pixels} == {Status.DOWN}
    assert len(set(drawn.values())) == len(Status)


def test_its_picture_is_all_of_it(bars: DayBars) -> None:
    shown(bars, rows=30, days=365)

    picture = bars.picture()

    assert picture.width() > bars.width()
    assert picture.height() > bars.height()
