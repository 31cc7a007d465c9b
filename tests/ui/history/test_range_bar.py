"""The range in view: its button is pressed, whoever moved it, and the day to go to is the one in view."""

from datetime import UTC, date

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from trayuptime.core.model import Span
from trayuptime.ui.charts.time_view import TimeView
from trayuptime.ui.history.day_field import stretch_of
from trayuptime.ui.history.range_bar import RangeBar

DAY_MS = 86_400_000
BEGINS = 1_767_225_600_000  # 2026-01-01
YEAR = Span(BEGINS, BEGINS + 200 * DAY_MS + 1)


@pytest.fixture
def bar(qtbot: QtBot) -> RangeBar:
    made = RangeBar(TimeView(YEAR), UTC)
    qtbot.addWidget(made)
    made.show()
    made.show_view()
    return made


def pressed(bar: RangeBar) -> list[int | None]:
    return [days for days, button in bar.buttons.items() if button.isChecked()]


@pytest.mark.parametrize("days", [1, 7, 30, 90])
def test_the_button_of_what_is_in_view_is_pressed_and_stays_so(bar: RangeBar, days: int) -> None:
    for _ in range(2):  # pressed again, it is in view all the same
        bar.buttons[days].click()
        assert pressed(bar) == [days]

    assert bar._view.span == Span(YEAR.end - days * DAY_MS, YEAR.end)
    state = QAccessible.queryAccessibleInterface(bar.buttons[days]).state()
    assert state.checkable
    assert state.checked


def test_whoever_moves_the_view_the_buttons_follow(bar: RangeBar) -> None:
    assert pressed(bar) == [None]
    bar.buttons[30].click()
    bar._view.pan(-DAY_MS)
    assert pressed(bar) == []
    bar._view.pan(DAY_MS)
    assert pressed(bar) == [30]
    bar._view.show_all()
    assert pressed(bar) == [None]


def test_as_time_goes_on_the_newest_days_stay_pressed(bar: RangeBar) -> None:
    bar.buttons[7].click()

    bar._view.limit(Span(YEAR.start, YEAR.end + 60_000))

    assert pressed(bar) == [7]


def test_of_less_than_a_range_all_is_in_view(bar: RangeBar) -> None:
    bar._view.limit(Span(BEGINS, BEGINS + 3 * DAY_MS))

    bar.buttons[90].click()

    assert pressed(bar) == [None]


def test_the_day_to_go_to_is_the_one_in_view(bar: RangeBar) -> None:
    bar._view.show(Span(BEGINS + 40 * DAY_MS, BEGINS + 43 * DAY_MS))
    assert bar.day.date() == QDate(2026, 2, 11)

    bar.go_to(date(2026, 3, 29))
    assert bar.day.date() == QDate(2026, 3, 29)
    bar._view.pan(-5 * DAY_MS)
    assert bar.day.date() == QDate(2026, 3, 24)
    assert (bar.day.minimumDate(), bar.day.maximumDate()) == (QDate(2026, 1, 1), QDate(2026, 7, 20))


def test_a_day_that_is_typed_is_gone_to(bar: RangeBar) -> None:
    bar.day.setDate(QDate(2026, 5, 1))

    assert bar._view.span == Span(BEGINS + 120 * DAY_MS, BEGINS + 121 * DAY_MS)


def test_what_is_half_typed_is_not_undone_by_time_going_on(bar: RangeBar) -> None:
    bar.buttons[7].click()
    bar.day.setFocus()
    bar.day.setSelectedSection(bar.day.Section.MonthSection)
    QTest.keyClick(bar.day, Qt.Key.Key_0)
    half = bar.day.lineEdit().text()
    assert half != bar.day.date().toString("yyyy-MM-dd")

    bar._view.limit(Span(YEAR.start, YEAR.end + 60_000))

    assert bar.day.lineEdit().text() == half


@pytest.mark.parametrize("typed", ["2026-02-03", "2026-05-30", "2026-01-01"])
def test_asked_for_a_day_one_types_it_whole(bar: RangeBar, qtbot: QtBot, typed: str) -> None:
    seen: list[Span] = []
    bar._view.moved.connect(lambda: seen.append(bar._view.span))
    QTest.qWaitForWindowActive(bar)

    QTest.keyClick(bar, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(bar.day, typed)
    assert seen == []
    QTest.keyClick(bar.day, Qt.Key.Key_Return)

    wanted = BEGINS + (date.fromisoformat(typed) - date(2026, 1, 1)).days * DAY_MS
    assert seen == [Span(wanted, wanted + DAY_MS)]


@pytest.mark.parametrize(
    ("typed", "first", "days"),
    [
        ("2026-02", date(2026, 2, 1), 28),
        ("2026-5", date(2026, 5, 1), 31),
        ("2026-06-", date(2026, 6, 1), 30),
    ],
)
def test_a_month_that_is_typed_is_gone_to_as_a_month(
    bar: RangeBar, typed: str, first: date, days: int
) -> None:
    QTest.keyClick(bar, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(bar.day, typed)
    QTest.keyClick(bar.day, Qt.Key.Key_Return)

    start = BEGINS + (first - date(2026, 1, 1)).days * DAY_MS
    assert bar._view.span == Span(start, start + days * DAY_MS)
    assert bar.day.lineEdit().text() == bar.day.date().toString("yyyy-MM-dd")
    bar.buttons[7].setFocus()  # leaving the field goes nowhere else
    assert bar._view.span == Span(start, start + days * DAY_MS)


def test_a_year_that_is_typed_into_a_days_own_is_that_days(bar: RangeBar) -> None:
    bar.go_to(date(2026, 3, 3))
    bar.day.setFocus()
    bar.day.setSelectedSection(bar.day.Section.YearSection)
    QTest.keyClicks(bar.day, "2026")
    QTest.keyClick(bar.day, Qt.Key.Key_Return)

    assert bar._view.span.end - bar._view.span.start == DAY_MS


def test_a_year_that_is_typed_is_all_that_there_is_of_it(bar: RangeBar) -> None:
    bar.go_to(date(2026, 3, 3))
    QTest.keyClick(bar, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(bar.day, "2026")
    QTest.keyClick(bar.day, Qt.Key.Key_Return)

    assert bar._view.span == YEAR


@pytest.mark.parametrize(
    ("typed", "stretch"),
    [
        ("2026-12", (date(2026, 12, 1), date(2027, 1, 1))),
        ("2026", (date(2026, 1, 1), date(2027, 1, 1))),
        ("2026-13", None),
        ("2026-0", None),
        ("0000", None),
        ("9999", None),
        ("2026-10-03", None),
        ("", None),
    ],
)
def test_of_what_is_typed_only_months_and_years_are_stretches(
    typed: str, stretch: tuple[date, date] | None
) -> None:
    assert stretch_of(typed) == stretch


@pytest.mark.parametrize("hour", [0, 5, 23])
def test_who_goes_to_today_is_told_so(bar: RangeBar, hour: int) -> None:
    """As much of it as there is lies at the end of a view that begins the day before."""
    now = BEGINS + 100 * DAY_MS + hour * 3_600_000 + 1
    bar._view.limit(Span(BEGINS, now))

    bar.go_to(date(2026, 4, 11))

    assert bar._view.span.end == now
    assert bar.day.date() == QDate(2026, 4, 11)
    bar._view.limit(Span(BEGINS, now + 60_000))
    assert bar.day.date() == QDate(2026, 4, 11)


def test_who_goes_to_the_first_day_is_told_so(bar: RangeBar) -> None:
    bar._view.limit(Span(BEGINS + 20 * 3_600_000, YEAR.end))

    bar.go_to(date(2026, 1, 1))

    assert bar.day.date() == QDate(2026, 1, 1)


def test_no_day_of_the_calendar_is_red(bar: RangeBar) -> None:
    calendar = bar.day.calendarWidget()

    for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        assert calendar.weekdayTextFormat(day).foreground().style() == Qt.BrushStyle.NoBrush
