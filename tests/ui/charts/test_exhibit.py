"""A picture taken along says what it is, is as large as on the screen, and a table brings no formula."""

import dataclasses

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from trayuptime.core.strip import Status
from trayuptime.ui.charts.exhibit import NARROWEST_PX, Exhibit, drawn, file_name, png, tab_separated
from trayuptime.ui.theme import Scheme
from ui.charts.shown import CHART_RGB, Chart, exhibit
from ui.looks import PALETTES


class Fine(Chart):
    """On a screen of 200 %."""

    def devicePixelRatioF(self) -> float:  # noqa: N802 - Qt's name
        return 2.0


@pytest.fixture
def chart(qtbot: QtBot) -> Chart:
    made = Chart()
    made.setPalette(PALETTES[Scheme.LIGHT])
    qtbot.addWidget(made)
    return made


def rows_of_chart(image: QImage) -> list[int]:
    middle = image.width() // 2
    return [y for y in range(image.height()) if image.pixel(middle, y) == CHART_RGB]


def ink(image: QImage, area: QRect) -> int:
    background = image.pixel(0, 0)
    return sum(
        image.pixel(x, y) != background
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    )


def test_title_and_time_stand_above_and_the_legend_below(chart: Chart) -> None:
    image = drawn(exhibit(chart), chart)

    rows = rows_of_chart(image)
    assert len(rows) == 80
    assert ink(image, QRect(0, 0, image.width(), rows[0])) > 100
    below = QRect(0, rows[-1] + 1, image.width(), image.height() - rows[-1] - 1)
    assert ink(image, below) > 100


@pytest.mark.parametrize("part", ["title", "remarks", "statuses"])
def test_each_part_of_the_words_is_in_it(chart: Chart, part: str) -> None:
    whole = exhibit(chart)
    other = {"title": "Beta: days", "remarks": ("2 Nov 2026",), "statuses": {Status.UP, Status.DEGRADED}}

    changed: Exhibit = dataclasses.replace(whole, **{part: other[part]})  # type: ignore[arg-type]

    assert drawn(changed, chart) != drawn(whole, chart)


def test_charts_stand_under_each_other_in_their_order(chart: Chart) -> None:
    assert len(rows_of_chart(drawn(exhibit(chart, chart), chart))) == 160


def test_a_long_title_wraps_and_nothing_of_it_is_lost(chart: Chart) -> None:
    short, long = (drawn(exhibit(chart, title=each), chart) for each in ("Alpha", "Alpha " * 60))

    assert long.width() == short.width()
    assert long.height() > short.height() + 40


def test_without_a_chart_it_has_room_for_its_words(chart: Chart) -> None:
    assert drawn(exhibit(), chart).width() > NARROWEST_PX


def test_it_is_as_fine_as_the_screen_and_as_large_as_on_it(qtbot: QtBot, chart: Chart) -> None:
    fine = Fine()
    qtbot.addWidget(fine)

    plain, dense = (drawn(exhibit(each), each) for each in (chart, fine))

    assert dense.deviceIndependentSize() == plain.deviceIndependentSize()
    assert dense.width() == 2 * plain.width()
    assert dense.dotsPerMeterX() == pytest.approx(2 * plain.dotsPerMeterX(), abs=1)
    # The words too: fonts are measured in points, and must not be drawn larger for it.
    halves = dense.scaledToWidth(plain.width())
    tops = [rows_of_chart(image)[0] for image in (plain, halves)]
    assert tops[0] == tops[1]
    widest = [_right_of_words(image, tops[0]) for image in (plain, halves)]
    assert widest[1] == pytest.approx(widest[0], rel=0.1)


def _right_of_words(image: QImage, below: int) -> int:
    background = image.pixel(0, 0)
    return max(x for x in range(image.width()) for y in range(below) if image.pixel(x, y) != background)


@pytest.mark.parametrize("scheme", Scheme)
def test_it_has_the_colours_of_the_screen(chart: Chart, scheme: Scheme) -> None:
    chart.setPalette(PALETTES[scheme])

    image = drawn(exhibit(chart), chart)

    assert image.pixelColor(0, 0) == PALETTES[scheme].base().color()


def test_a_png_is_read_back_as_it_was(chart: Chart) -> None:
    image = drawn(exhibit(chart), chart)

    content = png(image)

    assert content.startswith(b"\x89PNG")
    assert QImage.fromData(content).convertToFormat(image.format()) == image


def test_a_table_is_a_line_a_row_and_brings_no_formula(chart: Chart) -> None:
    assert tab_separated(exhibit(chart).table()) == "Day\tDown\n1 Nov\t2 h\n'=2+2\ta b c\n"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Alpha AI: when does it fail?", "Alpha-AI-when-does-it-fail"),
        ("../../etc/passwd", "etc-passwd"),
        ("名前 – Zeit", "名前-Zeit"),
        ("?", "chart"),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_file_is_named_by_the_title_and_never_elsewhere(title: str, name: str) -> None:
    assert file_name(exhibit(title=title)) == name
