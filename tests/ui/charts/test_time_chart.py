"""Charts over time: the same keys and gestures in each, one cursor, and drawn as it was."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPalette, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from trayuptime.core.model import Span
from trayuptime.core.strip import Status
from trayuptime.ui import theme
from trayuptime.ui.charts.fills import brush
from trayuptime.ui.charts.lanes import LANE_PX, SPACE_PX, Lane, Lanes, lanes_px
from trayuptime.ui.charts.latency_plot import Answer, LatencyPlot
from trayuptime.ui.charts.legend import Legend
from trayuptime.ui.charts.paces import Pace, Paces
from trayuptime.ui.charts.strokes import Stroke
from trayuptime.ui.charts.time_view import TimeView
from trayuptime.ui.theme import Scheme, colours
from ui.looks import PALETTES

HOUR = 3_600_000
DAYS = 400
ALL = Span(0, DAYS * 24 * HOUR)
LEFT_PX = 80
STRIP = ((Status.UP, 100 * 24 * HOUR), (Status.DOWN, HOUR), (Status.UP, ALL.end - 100 * 24 * HOUR - HOUR))
NO, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def view(qapp: object) -> TimeView:
    return TimeView(ALL)


@pytest.fixture
def lanes(view: TimeView, qtbot: QtBot) -> Lanes:
    made = Lanes(view, UTC, LEFT_PX)
    qtbot.addWidget(made)
    made.setPalette(PALETTES[Scheme.LIGHT])
    made.show_lanes([Lane("API", 0, STRIP), Lane("web", 0, ((Status.UP, ALL.end),))])
    made.resize(1_088, made.sizeHint().height())
    made.show()
    made.setFocus()
    return made


@pytest.fixture
def plot(view: TimeView, qtbot: QtBot) -> LatencyPlot:
    made = LatencyPlot(view, UTC, LEFT_PX)
    qtbot.addWidget(made)
    made.setPalette(PALETTES[Scheme.LIGHT])
    made.resize(1_088, made.sizeHint().height())
    made.show()
    return made


def wheel(chart: Lanes, x: float, turned: QPoint) -> None:
    at = QPointF(x, 10)
    event = QWheelEvent(
        at,
        chart.mapToGlobal(at),
        QPoint(),
        turned,
        Qt.MouseButton.NoButton,
        NO,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(chart, event)


def test_the_wheel_zooms_at_the_pointer(lanes: Lanes, view: TimeView) -> None:
    x = lanes.body.left() + lanes.body.width() / 4
    under = lanes.at_of(x)

    wheel(lanes, x, QPoint(0, 120))

    assert view.span.end - view.span.start == pytest.approx((ALL.end - ALL.start) / 1.25, abs=2)
    assert lanes.at_of(x) == pytest.approx(under, abs=HOUR)


def test_the_wheel_sideways_pans(lanes: Lanes, view: TimeView) -> None:
    view.show(Span(100 * HOUR, 200 * HOUR))

    wheel(lanes, 500, QPoint(-120, 0))

    assert view.span == Span(110 * HOUR, 210 * HOUR)


def test_dragging_pans_and_does_not_point(lanes: Lanes, view: TimeView) -> None:
    view.show(Span(1_000 * HOUR, 2_000 * HOUR))

    QTest.mousePress(lanes, Qt.MouseButton.LeftButton, pos=QPoint(600, 10))
    QTest.mouseMove(lanes, QPoint(500, 10))
    QTest.mouseRelease(lanes, Qt.MouseButton.LeftButton, pos=QPoint(500, 10))

    assert view.span == Span(1_100 * HOUR, 2_100 * HOUR)
    assert view.at is None


def test_a_click_points_and_a_double_click_chooses(lanes: Lanes, view: TimeView, qtbot: QtBot) -> None:
    QTest.mouseClick(lanes, Qt.MouseButton.LeftButton, pos=QPoint(580, 10))
    assert view.at == lanes.at_of(580)

    with qtbot.waitSignal(lanes.chosen) as told:
        QTest.mouseDClick(lanes, Qt.MouseButton.LeftButton, pos=QPoint(580, 10))
    assert told.args == [lanes.at_of(580)]


@pytest.mark.parametrize(
    ("key", "modifier", "span"),
    [
        (Qt.Key.Key_Plus, NO, Span(1_100 * HOUR, 1_900 * HOUR)),
        (Qt.Key.Key_Minus, NO, Span(875 * HOUR, 2_125 * HOUR)),
        (Qt.Key.Key_0, NO, ALL),
        (Qt.Key.Key_PageDown, NO, Span(2_000 * HOUR, 3_000 * HOUR)),
        (Qt.Key.Key_PageUp, NO, Span(0, 1_000 * HOUR)),
        (Qt.Key.Key_Right, SHIFT, Span(1_100 * HOUR, 2_100 * HOUR)),
        (Qt.Key.Key_Left, SHIFT, Span(900 * HOUR, 1_900 * HOUR)),
    ],
)
def test_keys_zoom_and_move(
    lanes: Lanes, view: TimeView, key: Qt.Key, modifier: Qt.KeyboardModifier, span: Span
) -> None:
    view.show(Span(1_000 * HOUR, 2_000 * HOUR))

    QTest.keyClick(lanes, key, modifier)

    assert view.span == span


def test_arrows_move_the_cursor_and_take_the_view_along(lanes: Lanes, view: TimeView) -> None:
    view.show(Span(1_000 * HOUR, 1_060 * HOUR))

    QTest.keyClick(lanes, Qt.Key.Key_Right)
    assert view.at == 1_031 * HOUR
    QTest.keyClick(lanes, Qt.Key.Key_Left)
    assert view.at == 1_030 * HOUR
    for _ in range(40):
        QTest.keyClick(lanes, Qt.Key.Key_Right)
    assert view.at == 1_070 * HOUR
    assert view.span.start <= view.at < view.span.end


def test_ctrl_and_an_arrow_jump_to_the_next_change(lanes: Lanes, view: TimeView, qtbot: QtBot) -> None:
    view.show(Span(0, 100 * HOUR))
    QTest.keyClick(lanes, Qt.Key.Key_Home)

    QTest.keyClick(lanes, Qt.Key.Key_Right, CTRL)
    assert view.at == 2_400 * HOUR
    assert view.span.start <= view.at < view.span.end
    QTest.keyClick(lanes, Qt.Key.Key_Right, CTRL)
    assert view.at == 2_401 * HOUR
    QTest.keyClick(lanes, Qt.Key.Key_Right, CTRL)
    assert view.at == 2_401 * HOUR
    QTest.keyClick(lanes, Qt.Key.Key_Left, CTRL)
    assert view.at == 2_400 * HOUR

    with qtbot.waitSignal(lanes.chosen) as told:
        QTest.keyClick(lanes, Qt.Key.Key_Return)
    assert told.args == [2_400 * HOUR]


def test_home_and_end_are_the_first_and_the_last_moment(lanes: Lanes, view: TimeView) -> None:
    view.show(Span(1_000 * HOUR, 1_060 * HOUR))

    QTest.keyClick(lanes, Qt.Key.Key_End)
    assert view.at == ALL.end - 1
    QTest.keyClick(lanes, Qt.Key.Key_Home)
    assert view.at == 0


def down_columns(lanes: Lanes) -> list[int]:
    """The columns of the first lane in which the colour of downtime is."""
    down = colours(Scheme.LIGHT).down.rgb()
    image = lanes.picture().toImage()
    top = lanes_px(0, low=lanes.is_low)
    rows = range(top, top + lanes.lane_px)
    return [x for x in range(image.width()) if any(image.pixel(x, y) == down for y in rows)]


@pytest.mark.parametrize("low", [False, True])
def test_an_hour_of_downtime_is_seen_from_a_year_away_and_close_up(
    low: bool, lanes: Lanes, view: TimeView
) -> None:
    lanes.draw_low(low=low)
    assert (
        lanes.body_px() == lanes.sizeHint().height() - lanes.axis_px() == lanes_px(len(lanes.lanes), low=low)
    )

    far = down_columns(lanes)
    assert 1 <= len(far) <= 8
    assert abs(far[0] - lanes.x_of(2_400 * HOUR)) <= 8

    view.show(Span(2_399 * HOUR, 2_402 * HOUR))
    close = down_columns(lanes)
    assert close[0] == pytest.approx(lanes.x_of(2_400 * HOUR), abs=1)
    assert close[-1] == pytest.approx(lanes.x_of(2_401 * HOUR), abs=1)


@pytest.mark.parametrize("near", [False, True])
def test_nothing_but_time_that_was_up_is_drawn_as_up_and_every_gap_as_its_own(
    lanes: Lanes, view: TimeView, near: bool
) -> None:
    day = Span(200 * 24 * HOUR, 201 * 24 * HOUR)
    if near:
        view.show(Span(day.start - HOUR, day.end + HOUR))
    else:
        view.show(Span(day.start - 99 * 24 * HOUR, day.end + 99 * 24 * HOUR))
        day = view.span
    up, down = (brush(status, lanes.palette()).color().rgb() for status in (Status.UP, Status.DOWN))
    drawn: dict[Status, tuple[int, ...]] = {}
    for status in Status:
        other = Status.DEGRADED if status is not Status.DEGRADED else Status.UP
        strip = ((other, day.start), (status, day.end - day.start), (other, ALL.end - day.end))
        lanes.show_lanes([Lane("API", 0, tuple(run for run in strip if run[1])).prepare()])
        image = lanes.picture().toImage()
        left, right = (round(lanes.x_of(at)) for at in (day.start, day.end))
        drawn[status] = tuple(
            image.pixel(x, y)
            for x in range(left + 10, right - 10)
            for y in range(SPACE_PX, SPACE_PX + LANE_PX)
        )

    assert {status for status, pixels in drawn.items() if up in pixels} == {Status.UP}
    assert {status for status, pixels in drawn.items() if down in pixels} == {Status.DOWN}
    assert len(set(drawn.values())) == len(Status)


def test_a_lane_tells_what_it_was(lanes: Lanes) -> None:
    lane = lanes.lanes[0]

    run = lane.run_at(2_400 * HOUR)
    assert run is not None
    assert run == (Status.DOWN, Span(2_400 * HOUR, 2_401 * HOUR))
    assert lane.run_at(2_401 * HOUR - 1) == (Status.DOWN, Span(2_400 * HOUR, 2_401 * HOUR))
    assert lane.run_at(ALL.end) is None
    assert lane.run_at(-1) is None
    assert [status for status, _ in lane.runs_in(Span(2_400 * HOUR, 2_401 * HOUR))] == [Status.DOWN]


def test_single_answers_are_wanted_only_close_up_and_only_once(plot: LatencyPlot, view: TimeView) -> None:
    assert plot.wanted is None

    view.show(Span(1_000 * HOUR, 1_010 * HOUR))
    assert plot.wanted == Span(990 * HOUR, 1_020 * HOUR)

    plot.show_answers([Answer(1_005 * HOUR, 250.0, failed=False)], Span(990 * HOUR, 1_020 * HOUR))
    assert plot.wanted is None
    view.pan(5 * HOUR)
    assert plot.wanted is None
    view.pan(10 * HOUR)
    assert plot.wanted is not None


def test_answers_that_come_later_are_wanted_too(plot: LatencyPlot, view: TimeView) -> None:
    view.show(Span(ALL.end - 10 * HOUR, ALL.end))
    assert plot.wanted == Span(ALL.end - 20 * HOUR, ALL.end)
    plot.show_answers([Answer(ALL.end - HOUR, 250.0, failed=False)], Span(ALL.end - 20 * HOUR, ALL.end))
    assert plot.wanted is None

    view.limit(Span(0, ALL.end + HOUR))

    assert plot.wanted == Span(ALL.end - 19 * HOUR, ALL.end + HOUR)


def test_the_answer_and_the_hour_under_the_pointer_are_found(plot: LatencyPlot, view: TimeView) -> None:
    plot.show_paces(Paces([Pace(n * HOUR, (n + 1) * HOUR, 200, 300, 900) for n in range(2_000)]), 100, 900)
    view.show(Span(1_000 * HOUR, 1_100 * HOUR))
    found = plot.pace_at(1_050 * HOUR + 5)
    assert found is not None
    assert found.start == 1_050 * HOUR
    assert plot.answer_near(1_050 * HOUR) is None

    view.show(Span(1_000 * HOUR, 1_010 * HOUR))
    answers = [Answer(1_005 * HOUR, 250.0, failed=False), Answer(1_006 * HOUR, None, failed=True)]
    plot.show_answers(answers, Span(990 * HOUR, 1_020 * HOUR))
    assert plot.answer_near(1_005 * HOUR + 1_000) == answers[0]
    assert plot.answer_near(1_006 * HOUR) == answers[1]
    assert plot.answer_near(1_008 * HOUR) is None


def test_a_failure_is_a_red_cross_and_an_answer_is_not(plot: LatencyPlot, view: TimeView) -> None:
    down = colours(Scheme.LIGHT).down.rgb()
    view.show(Span(1_000 * HOUR, 1_010 * HOUR))

    def red() -> int:
        image = plot.picture().toImage()
        return sum(image.pixel(x, y) == down for x in range(image.width()) for y in range(image.height()))

    plot.show_answers([Answer(1_005 * HOUR, 250.0, failed=False)], Span(990 * HOUR, 1_020 * HOUR))
    assert red() == 0
    plot.show_answers([Answer(1_005 * HOUR, None, failed=True)], Span(990 * HOUR, 1_020 * HOUR))
    assert red() > 0


def test_nothing_measured_is_an_empty_plot(plot: LatencyPlot) -> None:
    plot.show_paces(Paces(()), 10, 1_000)

    assert not plot.picture().isNull()
    assert plot.pace_at(5) is None


def hours_of(ms: float, count: int = 100) -> Paces:
    return Paces([Pace(n * HOUR, (n + 1) * HOUR, ms, 1.5 * ms, 2 * ms) for n in range(count)])


def blue(plot: LatencyPlot) -> int:
    """How many pixels have the tone of the second line, or much of it."""
    image = plot.picture().toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return sum(each.blue() - each.red() > 40 for each in pixels)


def test_the_time_to_first_token_is_a_line_of_its_own(plot: LatencyPlot, view: TimeView) -> None:
    view.show(Span(0, 100 * HOUR))

    plot.show_paces(hours_of(200.0), 100, 4_000)
    assert blue(plot) == 0
    plot.show_paces(hours_of(200.0), 100, 4_000, hours_of(900.0, 60))

    assert blue(plot) > 300
    first = plot.first_token_at(50 * HOUR + 5)
    assert first is not None
    assert first.p50_ms == 900.0
    assert plot.first_token_at(70 * HOUR) is None


def test_without_colour_the_diamonds_tell_the_lines_apart(plot: LatencyPlot, view: TimeView) -> None:
    """Both lines lie at the same height, and yet the one is not the other."""
    view.show(Span(0, 100 * HOUR))

    def heights() -> int:
        """How many rows of pixels a line takes."""
        grey = plot.picture().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        body = plot.body
        return sum(
            any(grey.pixelColor(x, y).lightness() < 160 for x in range(body.left() + 4, body.right()))
            for y in range(body.height() - 4)
        )

    level = [Pace(n * HOUR, (n + 1) * HOUR, 200, 200, 200) for n in range(100)]
    plot.show_paces(Paces(level), 100, 900)
    alone = heights()
    plot.show_paces(Paces(()), 100, 900, Paces(level))

    assert heights() >= alone + 4


def test_close_up_a_first_token_is_a_diamond(plot: LatencyPlot, view: TimeView) -> None:
    view.show(Span(1_000 * HOUR, 1_010 * HOUR))
    known = Span(990 * HOUR, 1_020 * HOUR)

    plot.show_answers([Answer(1_005 * HOUR, 250.0, failed=False)], known)
    assert blue(plot) == 0
    plot.show_answers([Answer(1_005 * HOUR, 250.0, failed=False, is_first_token=True)], known)

    assert blue(plot) > 0


def test_it_knows_what_it_is_drawn_with(plot: LatencyPlot, view: TimeView) -> None:
    usual = {Stroke.MEDIAN, Stroke.MOST, Stroke.WORST}
    assert plot.strokes == set()
    plot.show_paces(hours_of(200.0), 100, 4_000)
    assert plot.strokes == usual
    plot.show_paces(hours_of(200.0), 100, 4_000, hours_of(900.0))
    assert plot.strokes == {*usual, Stroke.FIRST_TOKEN}

    view.show(Span(1_000 * HOUR, 1_010 * HOUR))
    answers = [
        Answer(1_004 * HOUR, 250.0, failed=False),
        Answer(1_005 * HOUR, 250.0, failed=False, is_first_token=True),
        Answer(1_006 * HOUR, None, failed=True),
    ]
    plot.show_answers(answers, Span(990 * HOUR, 1_020 * HOUR))

    assert plot.strokes == {Stroke.ANSWER, Stroke.FIRST_TOKEN, Stroke.FAILED}


@pytest.mark.parametrize("scheme", Scheme)
def test_the_legend_names_each_stroke_and_draws_it_like_no_other(scheme: Scheme, qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    legend.setPalette(PALETTES[scheme])
    legend.show_statuses({Status.UP}, drawn=set(Stroke))
    assert legend.accessibleName() == f"Legend: up, {', '.join(Stroke)}"

    patches = set()
    for stroke in Stroke:
        legend.show_statuses((), drawn={stroke})
        legend.resize(200, 20)
        patches.add(bytes(legend.grab().toImage().copy(QRect(0, 0, 24, 20)).constBits()))

    assert len(patches) == len(Stroke)


@pytest.mark.parametrize("scheme", Scheme)
def test_the_second_line_is_seen_on_its_chart_and_is_no_states(
    scheme: Scheme, contrast: Callable[[QColor, QColor], float]
) -> None:
    tone = theme.second_line(PALETTES[scheme])

    assert contrast(tone, PALETTES[scheme].color(QPalette.ColorRole.Base)) >= 3
    assert tone not in asdict(colours(scheme)).values()
