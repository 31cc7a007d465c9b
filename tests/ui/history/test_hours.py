"""When does it fail? Read from a real history, walked over by keys, told in words and taken along."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from trayuptime.core.figures import figures, together
from trayuptime.core.model import Instant, Key, Span, Surface
from trayuptime.core.strip import Status
from trayuptime.history import History, Reader
from trayuptime.ui.charts.exhibit import Exhibit, drawn
from trayuptime.ui.charts.lanes import Lane
from trayuptime.ui.charts.taking import Taking
from trayuptime.ui.history.hours import Hours, HoursQuestion
from trayuptime.ui.history.past import THEIRS, Past
from trayuptime.ui.history.provider_page import ProviderPage
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.view import view_of
from ui.history.record import DAY_MS, HOUR_MS
from ui.tellings import telling, up

HalfAYear = tuple[Path, Instant]
WINDOW_MS = 70 * DAY_MS


def ask(half_a_year: HalfAYear, days: int = 71, **more: object) -> Hours:
    path, ends = half_a_year
    of = {"provider": "p0", "surfaces": tuple(Surface), "now": ends, "days": days, "zone": UTC, **more}
    with Reader(path) as reader:
        return HoursQuestion(**of).answer(reader)  # type: ignore[arg-type]


# What is read


def test_downtime_of_any_surface_lies_in_the_hours_in_which_it_was(half_a_year: HalfAYear) -> None:
    hours = ask(half_a_year)

    down = {cell.hour for cell in hours.cells if cell.down_ms}
    assert down == set(range(15, 21))
    by_hour = [sum(cell.down_ms for cell in hours.cells if cell.hour == hour) for hour in range(15, 21)]
    assert by_hour == [14 * HOUR_MS] * 6
    assert not any(cell.degraded_ms for cell in hours.cells)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Apia"])
@pytest.mark.parametrize("days", [7, 180, 365])
def test_all_hours_together_are_the_figures_of_the_same_time(
    half_a_year: HalfAYear, days: int, zone: str
) -> None:
    path, ends = half_a_year

    hours = ask(half_a_year, days=days, zone=ZoneInfo(zone), now=ends - 5 * HOUR_MS)

    with Reader(path) as reader, reader.windows(hours.window, (), ends) as windows:
        of = figures(together([windows.record(Key("p0", part), hours.window) for part in Surface]))
    assert sum(cell.window_ms for cell in hours.cells) == hours.window.end - hours.window.start
    assert sum(cell.seen_ms for cell in hours.cells) == of.covered_s * 1000
    assert sum(cell.down_ms for cell in hours.cells) == of.downtime_s * 1000 > 0


def test_nights_asleep_are_not_known_and_all_other_hours_are(half_a_year: HalfAYear) -> None:
    hours = ask(half_a_year)

    assert {cell.hour for cell in hours.cells if not cell.is_known} == {0, 1, 2}
    assert sum(cell.window_ms for cell in hours.cells) == WINDOW_MS


def test_it_is_by_the_users_clock(half_a_year: HalfAYear) -> None:
    hours = ask(half_a_year, zone=ZoneInfo("Asia/Tokyo"))

    assert {cell.hour for cell in hours.cells if cell.down_ms} == {0, 1, 2, 3, 4, 5}


def test_the_time_before_anybody_watched_is_no_part_of_it(half_a_year: HalfAYear) -> None:
    _, ends = half_a_year

    hours = ask(half_a_year, days=365)

    assert hours.window.end == ends
    assert hours.window.end - hours.window.start == 180 * DAY_MS


def test_while_nobody_watches_time_is_not_seen(half_a_year: HalfAYear) -> None:
    _, ends = half_a_year

    hours = ask(half_a_year, days=7, now=ends + 6 * DAY_MS, watching=False)

    assert sum(cell.seen_ms for cell in hours.cells) <= DAY_MS
    assert sum(not cell.is_known for cell in hours.cells) >= 6 * 24


def test_of_a_provider_that_nobody_knows_there_are_no_hours(half_a_year: HalfAYear) -> None:
    assert ask(half_a_year, provider="nobody", surfaces=()).cells == ()


# The page


@pytest.fixture
def window(half_a_year: HalfAYear, qtbot: QtBot) -> Iterator[HistoryWindow]:
    """The page of the first of two providers, the morning after half a year."""
    path, ends = half_a_year
    made = HistoryWindow(path, pause_ms=0, now=lambda: ends + DAY_MS // 4)
    qtbot.addWidget(made)
    watched = [up(f"p{n}", f"Provider {n}", surfaces=tuple(Surface)) for n in range(2)]
    made.show_view(view_of(telling(*watched)))
    made.show()
    with qtbot.waitSignal(made.provider.own.scaled):
        made.open_provider("p0")
    QTest.qWaitForWindowActive(made)
    yield made
    made.finish()


def turn_to_hours(page: ProviderPage, qtbot: QtBot) -> None:
    page.facts.setCurrentWidget(page.hours)
    qtbot.waitUntil(lambda: bool(page.hours.map.cells))


def test_hours_are_read_when_one_looks_at_them(window: HistoryWindow, qtbot: QtBot) -> None:
    page = window.provider
    with qtbot.waitSignal(window.refreshed):
        window.refresh()
    assert page.hours.map.cells == ()

    turn_to_hours(page, qtbot)

    assert page.hours.map.isVisible()
    assert "A full cell is" in page.hours.line.accessibleName()
    assert page.hours.legend.accessibleName() == "Legend: up, down, not watched"


def test_hours_are_walked_over_in_words(window: HistoryWindow, qtbot: QtBot) -> None:
    page = window.provider
    turn_to_hours(page, qtbot)
    hours = page.hours
    hours.map.setFocus()
    QTest.keyClick(hours.map, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert hours.line.accessibleName() == hours.map.accessibleDescription()
    assert hours.line.accessibleName().startswith("Monday 00:00–01:00: ")

    QTest.keyClick(hours.map, Qt.Key.Key_Down)
    QTest.keyClick(hours.map, Qt.Key.Key_End)

    assert hours.line.accessibleName().startswith("Tuesday 23:00–24:00: ")
    assert "coverage" in hours.line.accessibleName()
    hours.map.pointed.emit(-1)
    assert hours.line.accessibleName().endswith("its width is how much was seen.")


def test_other_lengths_are_read_and_said(window: HistoryWindow, qtbot: QtBot) -> None:
    page = window.provider
    turn_to_hours(page, qtbot)
    before = sum(cell.window_ms for cell in page.hours.map.cells)

    page.hours.lengths.setCurrentIndex(2)

    qtbot.waitUntil(lambda: sum(cell.window_ms for cell in page.hours.map.cells) > 1.9 * before)


def test_an_answer_to_a_length_that_is_no_longer_wanted_is_not_shown(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    page = window.provider
    turn_to_hours(page, qtbot)
    shown = page.hours.map.cells

    old = HoursQuestion("p0", (), 0, 7, UTC)
    window._show_answer(old, Hours(page.view.span, ()))
    window._show_answer(HoursQuestion("p1", (), 0, page.hours.length, UTC), Hours(page.view.span, ()))

    assert page.hours.map.cells is shown


def test_another_provider_never_has_the_hours_of_the_one_before(window: HistoryWindow, qtbot: QtBot) -> None:
    page = window.provider
    turn_to_hours(page, qtbot)
    of_first = page.hours.map.cells

    window.open_provider("p1")
    assert page.hours.map.cells == ()
    assert page.exhibit() is None
    assert page.hours.exhibit() is None
    qtbot.waitUntil(lambda: bool(page.hours.map.cells))

    assert page.hours.map.cells != of_first


def test_the_table_says_all_hours_in_words(window: HistoryWindow, qtbot: QtBot) -> None:
    page = window.provider
    turn_to_hours(page, qtbot)

    page.hours.in_words.click()

    words = page.hours.table.words
    rows = [tuple(words.data(words.index(row, n)) or "" for n in range(7)) for row in range(168)]
    assert page.hours.table.isVisible()
    assert page.hours.table.accessibleName() == "Hours of the week, in words"
    assert rows[0][:6] == ("Monday 00:00–01:00", "not known", "–", "not known", "–", "not watched")
    assert all("%" in row[1] and row[2] != "–" for row in rows if "18:00–" in row[0])
    assert all(row[1:5] == ("–", "–", "–", "–") for row in rows if " 10:00–" in row[0])


# Taken along


def test_the_picture_of_hours_says_whose_they_are_and_of_which_time(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    page = window.provider
    assert page.hours.exhibit() is None
    turn_to_hours(page, qtbot)

    of = page.hours.exhibit()

    assert of is not None
    assert of.title == "Provider 0: when does it fail?"
    assert of.remarks == (page.hours.line.accessibleName(),)
    assert len(of.table()[1]) == 168


def test_ctrl_c_copies_the_chart_that_has_the_keys(window: HistoryWindow, qtbot: QtBot) -> None:
    page = window.provider
    turn_to_hours(page, qtbot)
    for chart, shown, line in (
        (page.hours.map, page.hours.exhibit, page.hours.line),
        (page.own.plot, page.exhibit, page.line),
        (page.own.lanes, page.exhibit, page.line),
    ):
        chart.setFocus()
        QGuiApplication.clipboard().clear()

        QTest.keyClick(chart, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

        of = shown()
        assert of is not None
        assert QGuiApplication.clipboard().image().size() == drawn(of, chart).size()
        assert line.accessibleName() == "The picture is in the clipboard."


def test_time_line_and_latency_are_one_picture_and_all_stretches_in_view(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    page = window.provider

    of = page.exhibit()

    assert of is not None
    assert of.title == "Provider 0: time line and latency"
    assert len(of.charts) == 2
    assert {row[1] for row in of.table()[1]} >= {"up", "down"}


def test_maintenance_on_their_page_is_no_pause_of_ours_in_a_picture_either(qtbot: QtBot) -> None:
    hull = Span(0, 2 * HOUR_MS)
    lanes = (
        Lane("API", 0, ((Status.UP, 2 * HOUR_MS),)),
        Lane(THEIRS, 0, ((Status.UP, HOUR_MS), (Status.PAUSED, HOUR_MS))),
    )
    page = ProviderPage(UTC)
    qtbot.addWidget(page)
    page.introduce("a", {"a": "A"}, None)
    page.show_past(Past("a", hull, (Surface.API,), tuple(lane.prepare() for lane in lanes), ()))
    page.view.show_all()

    of = page.exhibit()

    assert of is not None
    assert of.statuses == {Status.UP}
    assert of.claimed == {Status.UP, Status.PAUSED}


def test_two_that_are_compared_are_in_one_picture_with_both_names(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    page = window.provider
    with qtbot.waitSignal(page.beside.scaled):
        page.others.setCurrentText("Provider 1")

    of = page.exhibit()

    assert of is not None
    assert of.title == "Provider 0 (above), Provider 1 (below): time line and latency"
    assert len(of.charts) == 4
    assert {row[0].split()[1] for row in of.table()[1]} == {"0", "1"}


def test_the_days_of_all_providers_are_taken_along(window: HistoryWindow, qtbot: QtBot) -> None:
    overview = window.overview
    assert overview.exhibit() is None
    window.go_back()
    qtbot.waitUntil(lambda: bool(overview.rows))
    overview.bars.setFocus()

    QTest.keyClick(overview.bars, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    of: Exhibit | None = overview.exhibit()
    assert of is not None
    assert QGuiApplication.clipboard().image().size() == drawn(of, overview.bars).size()
    assert [len(row) for row in of.table()[1]] == [5] * len(overview.rows)
    overview.taking.table_action.trigger()
    assert QGuiApplication.clipboard().text().startswith("Provider\tUptime\tCoverage\t")


def test_a_picture_of_every_page_is_saved_and_what_fails_is_told_above(
    window: HistoryWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    page = window.provider
    page.facts.setCurrentWidget(page.hours)
    qtbot.waitUntil(lambda: page.hours.exhibit() is not None)

    def save(taking: Taking, path: Path) -> str:
        taking.save_action.trigger()
        dialog = window.pictures.dialog
        assert dialog is not None
        with qtbot.waitSignal(window.pictures.finished):
            dialog.fileSelected.emit(str(path))
        dialog.reject()
        assert window.pictures.delivery.isVisible()
        return window.pictures.delivery.words.accessibleName()

    assert save(page.taking, tmp_path / "a.png") == f"The picture is in {tmp_path / 'a.png'}."
    assert save(page.hours.taking, tmp_path / "gone" / "b.png").endswith("No such file or directory.")
    window.go_back()
    qtbot.waitUntil(lambda: bool(window.overview.rows))
    assert save(window.overview.taking, tmp_path / "c.png") == f"The picture is in {tmp_path / 'c.png'}."


def test_of_an_empty_history_nothing_is_drawn_and_nothing_taken(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "history.db"
    History.open(path, lambda: "now").close()
    window = HistoryWindow(path, pause_ms=0)
    qtbot.addWidget(window)
    window.show()
    page = window.provider
    page.facts.setCurrentWidget(page.hours)

    with qtbot.waitSignal(window.refreshed):
        window.open_provider("nobody")

    assert page.hours.line.accessibleName() == "Nothing is known of these days."
    assert page.hours.exhibit() is None
    window.finish()
