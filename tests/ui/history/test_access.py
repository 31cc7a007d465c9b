"""Every page of the history for who has no pointer, sees little, or needs other colours and larger words."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from history.watching import never_stamped
from trayuptime.history import History
from trayuptime.ui.charts.day_bars import DayBars
from trayuptime.ui.charts.hour_map import HourMap
from trayuptime.ui.charts.time_chart import TimeChart
from trayuptime.ui.history.window import HistoryWindow
from ui.conftest import Contrast
from ui.history.record import DAY_MS
from ui.history.test_pictures import (
    close_up,
    compared,
    days,
    hours,
    incident,
    incidents,
    opened,
    provider,
    table_of_days,
)
from ui.history.test_window import HalfAYear
from ui.looks import PALETTES

LEAST_PX = 8

Walk = Callable[[HistoryWindow, QtBot], None]


def provider_in_words(window: HistoryWindow, qtbot: QtBot) -> None:
    provider(window, qtbot)
    window.provider.in_words.click()


def hours_in_words(window: HistoryWindow, qtbot: QtBot) -> None:
    hours(window, qtbot)
    window.provider.hours.in_words.click()


def events(window: HistoryWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.refreshed):
        window._begin_at(window.events)


PAGES: dict[str, Walk] = {
    "days": days,
    "days in words": table_of_days,
    "provider": provider,
    "provider in words": provider_in_words,
    "close up": close_up,
    "two compared": compared,
    "hours": hours,
    "hours in words": hours_in_words,
    "incidents": incidents,
    "incident": incident,
    "events": events,
}


def stark(window: str, text: str) -> QPalette:
    """A high-contrast theme: two colours and no more."""
    palette = QPalette(QColor(window), QColor(window))
    for role in QPalette.ColorRole:
        if role.name.endswith("Text"):
            palette.setColor(role, QColor(text))
    return palette


THEMES = {
    **{str(scheme): palette for scheme, palette in PALETTES.items()},
    "white on black": stark("#000000", "#FFFFFF"),
    "black on white": stark("#FFFFFF", "#000000"),
}


@pytest.fixture
def window(half_a_year: HalfAYear, qtbot: QtBot) -> Iterator[HistoryWindow]:
    made = open_window(half_a_year, qtbot)
    yield made
    made.finish()


def open_window(half_a_year: HalfAYear, qtbot: QtBot) -> HistoryWindow:
    path, ends = half_a_year
    made = opened(path, ends + DAY_MS // 4, 10, qtbot)
    QTest.qWaitForWindowActive(made)
    return made


def can_be_reached(window: QWidget) -> list[QWidget]:
    """Whatever takes the keyboard by Tab, but for the insides of other widgets."""
    return [
        each
        for each in window.findChildren(QWidget)
        if each.isVisibleTo(window)
        and each.isEnabled()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and each.focusProxy() is None
    ]


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def name_of(widget: QWidget) -> str:
    return str(QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name))


@pytest.mark.parametrize("page", PAGES)
def test_whatever_takes_the_keyboard_has_a_name(page: str, window: HistoryWindow, qtbot: QtBot) -> None:
    PAGES[page](window, qtbot)

    found = can_be_reached(window)

    assert len(found) >= 2  # a tab, and the page has something
    assert [each for each in found if not name_of(each)] == []
    painted = [
        each for each in window.findChildren(QWidget) if isinstance(each, TimeChart | DayBars | HourMap)
    ]
    assert [each for each in painted if not name_of(each)] == []


def test_each_chart_of_two_that_are_compared_says_whose_it_is_and_what_one_points_at(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    compared(window, qtbot)
    page = window.provider
    charts = (page.own.lanes, page.own.plot, page.beside.lanes, page.beside.plot)

    told = []
    for chart in charts:
        chart.setFocus()
        QTest.keyClick(chart, Qt.Key.Key_Left)
        told.append(chart.accessibleDescription())
        assert told[-1] == page.line.accessibleName()
    assert [name_of(chart) for chart in charts] == [
        "Time line of Provider 0",
        "Latency of Provider 0",
        "Time line of Provider 3",
        "Latency of Provider 3",
    ]
    assert len(set(told)) == 4

    page.others.setCurrentIndex(0)
    assert [name_of(chart) for chart in charts[:2]] == ["Time line", "Latency"]
    page.view.point(None)
    assert charts[0].accessibleDescription() == charts[1].accessibleDescription() == ""


def test_arrows_lead_from_tab_to_tab(window: HistoryWindow) -> None:
    tab = window._tab_of[window.overview]
    tab.setFocus()

    QTest.keyClick(tab, Qt.Key.Key_Right)
    QTest.keyClick(focused(), Qt.Key.Key_Space)

    assert window.pages.currentWidget() is window.incidents


@pytest.mark.parametrize("page", PAGES)
def test_tab_leads_to_everything_and_round_again(page: str, window: HistoryWindow, qtbot: QtBot) -> None:
    PAGES[page](window, qtbot)

    walk_round(window)


def test_of_an_empty_history_every_page_can_be_walked_too(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "history.db"
    History.open(path, never_stamped).close()
    window = opened(path, DAY_MS, 1, qtbot)
    QTest.qWaitForWindowActive(window)

    for page in (window.overview, window.incidents, window.events):
        with qtbot.waitSignal(window.refreshed):
            window._begin_at(page)
        walk_round(window)
    with qtbot.waitSignal(window.refreshed):
        window.open_provider("p0")
    walk_round(window)
    window.finish()


def walk_round(window: HistoryWindow) -> None:
    wanted = can_be_reached(window)
    wanted[-1].setFocus()

    walked = [focused()]
    while len(walked) == 1 or (walked[-1] is not walked[0] and len(walked) < 99):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        walked.append(focused())

    assert [name_of(each) for each in wanted if each not in walked] == []
    assert walked[-1] is walked[0]
    assert [type(each).__name__ for each in walked if not name_of(each)] == []


def words_of(window: HistoryWindow) -> Iterator[tuple[str, QRect]]:
    """Where words stand and nothing else."""
    for each in window.findChildren(QWidget):
        if not each.isVisible():
            continue
        at, whole = each.mapTo(window, QPoint()), each.rect()
        match each:
            case QLabel() | QAbstractButton() if each.text() and each.isEnabled():
                yield each.text(), whole.translated(at)
            case TimeChart():
                yield name_of(each), QRect(0, 0, each.left_px, each.body.height()).translated(at)
            case DayBars():
                figures = whole.adjusted(whole.width() - each._right_px, 0, 0, 0)
                yield name_of(each), figures.translated(at)
            case HourMap():
                yield name_of(each), QRect(0, 0, each._left_px(), whole.height()).translated(at)


@pytest.mark.parametrize("page", PAGES)
def test_every_word_stands_out_in_every_theme(
    page: str, window: HistoryWindow, qtbot: QtBot, contrast: Contrast
) -> None:
    PAGES[page](window, qtbot)
    before = QApplication.palette()
    faint = {}
    try:
        for theme, palette in THEMES.items():
            QApplication.setPalette(palette)
            QApplication.processEvents()
            image = window.grab().toImage()
            for words, place in words_of(window):
                seen = place.intersected(window.rect())
                if seen.width() >= LEAST_PX and seen.height() >= LEAST_PX:
                    faint[theme, words] = strongest(image.copy(seen), contrast)
    finally:
        QApplication.setPalette(before)

    assert len(faint) >= 3 * len(THEMES)
    assert {where: round(best, 1) for where, best in faint.items() if best < 4.5} == {}


def strongest(image: QImage, contrast: Contrast) -> float:
    raw = image.convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(raw.constBits()).cast("I"))
    (ground, _), *_ = counted.most_common(1)
    return max(contrast(QColor(pixel & 0xFFFFFF), QColor(ground & 0xFFFFFF)) for pixel in counted)


@pytest.mark.parametrize("page", PAGES)
def test_a_large_system_font_leaves_room_for_every_word(
    page: str, half_a_year: HalfAYear, qtbot: QtBot
) -> None:
    before = QApplication.font()
    large = QApplication.font()
    large.setPointSizeF(2 * before.pointSizeF())
    QApplication.setFont(large)
    try:
        window = open_window(half_a_year, qtbot)
        PAGES[page](window, qtbot)
        QApplication.processEvents()
        QApplication.processEvents()
        labels = [each for each in window.findChildren(QLabel) if each.isVisible() and each.text()]
        buttons = [each for each in window.findChildren(QAbstractButton) if each.isVisible() and each.text()]
        low = [each.text() for each in labels if each.height() < each.heightForWidth(each.width())]
        narrow = [each.text() for each in buttons if each.width() < each.minimumSizeHint().width()]
        sizes = {each.font().pointSizeF() for each in (*labels, *buttons)}
        window.finish()
    finally:
        QApplication.setFont(before)

    assert (low, narrow) == ([], [])
    assert min(sizes) >= 0.85 * large.pointSizeF() - 0.1
