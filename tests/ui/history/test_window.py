"""The history window as a user walks through it: days, a provider, another one beside it, and back."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt, QThread
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolButton
from pytestqt.qtbot import QtBot

from history.watching import CYCLE_MS, Watching, go_down, never_stamped
from trayuptime.core import judge
from trayuptime.core.model import Instant, Surface
from trayuptime.history import History, HistoryError, Reader
from trayuptime.ui.history.day_rows import DayRowsQuestion
from trayuptime.ui.history.past import PastQuestion
from trayuptime.ui.history.provider_page import BELOW_PX
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.placer import Placer
from trayuptime.ui.places import Places
from trayuptime.ui.placing import Place
from trayuptime.ui.view import crashed_view, view_of
from ui.history.nights import outage, write
from ui.history.record import DAY_MS, READ_MS
from ui.tellings import Provider, down, telling, up

HalfAYear = tuple[Path, Instant]


def watched(count: int) -> list[Provider]:
    return [
        up(f"p{n}", f"Provider {n}", surfaces=tuple(Surface))  # as they were recorded
        for n in range(count)
    ]


@pytest.fixture
def window(half_a_year: HalfAYear, qtbot: QtBot) -> Iterator[HistoryWindow]:
    """Open, with half a year of ten providers in it; it is the morning after."""
    path, ends = half_a_year
    made = HistoryWindow(path, pause_ms=0, now=lambda: ends + DAY_MS // 4)
    qtbot.addWidget(made)
    made.show_view(view_of(telling(*watched(10))))
    with qtbot.waitSignal(made.refreshed):
        made.show()
        made.refresh()
    QTest.qWaitForWindowActive(made)
    yield made
    made.finish()


def open_first(window: HistoryWindow, qtbot: QtBot) -> None:
    window.overview.bars.setFocus()
    with qtbot.waitSignal(window.provider.own.scaled):
        QTest.keyClick(window.overview.bars, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.provider.figures.words.rowCount() > 0)


def said(window: HistoryWindow) -> str:
    return window.overview.line.accessibleName()


def test_it_opens_with_the_days_of_all_providers(window: HistoryWindow) -> None:
    assert window.pages.currentWidget() is window.overview
    assert window.overview.bars.isVisible()
    assert not window.words.isVisible()


def test_days_are_walked_over_in_words(window: HistoryWindow) -> None:
    bars = window.overview.bars
    bars.setFocus()
    bars.go_to(0, 80)

    assert said(window).startswith("Provider 0 · ")
    QTest.keyClick(bars, Qt.Key.Key_Down)
    assert said(window).startswith("Provider 0, API · ")
    assert "of 21 h seen" in said(window)
    assert "3 h asleep" in said(window)
    assert bars.accessibleDescription() == said(window)


def test_a_day_of_trouble_says_why(window: HistoryWindow) -> None:
    bars = window.overview.bars
    bars.setFocus()
    troubled = []
    for day in range(90):
        bars.go_to(1, day)
        troubled += [said(window)] if " down " in said(window) else []

    assert len(troubled) == 18
    assert all("6 h down (answers with a server error)" in each for each in troubled)


def test_find_keeps_what_is_sought_and_says_when_there_is_none(window: HistoryWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.overview.sought.hasFocus()

    QTest.keyClicks(window.overview.sought, "provider 7")
    assert len(window.overview.bars._bars) == 4
    QTest.keyClicks(window.overview.sought, "xyz")
    assert window.overview.none_found.accessibleName() == "No provider has “provider 7xyz” in its name."
    window.overview.sought.clear()
    assert len(window.overview.bars._bars) == 40


def test_the_tab_of_the_page_is_marked_however_one_came_there(window: HistoryWindow) -> None:
    tabs = [tab for tab in window._tabs.buttons() if isinstance(tab, QToolButton)]
    tabs[2].click()
    assert [tab.isChecked() for tab in tabs] == [False, False, True]

    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)

    assert [tab.isChecked() for tab in tabs] == [True, False, False]


def test_the_latencies_in_view_are_read_before_figures_and_incidents(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    kinds: list[str] = []
    window._archive.answered.connect(lambda question, _answer: kinds.append(type(question).__name__))

    with qtbot.waitSignal(window.refreshed):
        window.open_provider("p0")

    of_page = [kind for kind in kinds if kind != "AnswersQuestion"]
    assert of_page == ["PastQuestion", "PacesQuestion", "FiguresQuestion", "IncidentsQuestion"]


def test_escape_gives_up_what_is_sought_before_it_closes(window: HistoryWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(window.overview.sought, "zzz")

    QTest.keyClick(window.overview.sought, Qt.Key.Key_Escape)
    assert window.overview.sought.text() == ""
    assert window.isVisible()
    QTest.keyClick(window.overview.sought, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_parts_can_be_left_out(window: HistoryWindow) -> None:
    window.overview.parts.click()

    assert [bar.name for bar in window.overview.bars._bars] == [f"Provider {n}" for n in range(10)]


def test_the_table_says_the_same_in_words(window: HistoryWindow) -> None:
    window.overview.in_words.click()
    model = window.overview.table.words

    assert model.rowCount() == 40
    first = [model.data(model.index(0, column)) for column in range(model.columnCount())]
    assert first[0] == "Provider 0"
    assert first[1] == window.overview.bars._bars[0].figures[0]
    assert "6 h down (answers with a server error)" in str(first[4])


@pytest.mark.parametrize("days", [180, 365])
def test_other_lengths_are_read(window: HistoryWindow, qtbot: QtBot, days: int) -> None:
    with qtbot.waitSignal(window.refreshed):
        window.overview.lengths.setCurrentText(f"{days} days")

    assert len(window.overview.bars._bars[0].sums) == days


def test_enter_opens_a_provider_with_its_lanes_and_their_page(window: HistoryWindow, qtbot: QtBot) -> None:
    open_first(window, qtbot)

    page = window.provider
    assert window.pages.currentWidget() is page
    assert page.title.accessibleName() == "Provider 0"
    assert [lane.name for lane in page.own.lanes.lanes] == ["API", "web", "log-in", "their page"]
    assert QApplication.focusWidget() is page.own.lanes
    figures = page.figures.words
    assert [figures.data(figures.index(row, 0)) for row in range(6)] == [
        "24 h", "7 d", "30 d", "90 d", "180 d", "365 d",
    ]  # fmt: skip


def test_a_moment_says_what_we_saw_and_what_they_said(window: HistoryWindow, qtbot: QtBot) -> None:
    open_first(window, qtbot)
    page = window.provider
    page.view.show_all()
    incident = page.own.past.incidents[-1] if page.own.past else None
    assert incident is not None

    page.view.point(incident.started_at + READ_MS + 1)

    told = page.line.accessibleName()
    assert "API down since" in told
    assert "log-in up since" in told
    assert "their page says down since" in told
    assert page.own.lanes.accessibleDescription() == told


def test_ctrl_and_arrows_find_the_incident_and_enter_opens_it(window: HistoryWindow, qtbot: QtBot) -> None:
    open_first(window, qtbot)
    page, lanes = window.provider, window.provider.own.lanes
    QTest.keyClick(lanes, Qt.Key.Key_End)
    while "API down" not in page.line.accessibleName():
        QTest.keyClick(lanes, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)

    with qtbot.waitSignal(page.incident_asked) as told:
        QTest.keyClick(lanes, Qt.Key.Key_Return)

    assert page.own.past is not None
    assert told.args[0] in {each.id for each in page.own.past.incidents}


def test_close_up_single_answers_are_read_and_told(window: HistoryWindow, qtbot: QtBot) -> None:
    open_first(window, qtbot)
    page = window.provider
    day = date(2026, 6, 1)

    page.go_to(day)
    qtbot.waitUntil(lambda: page.own.plot.wanted is None)

    assert page.own.plot._answers
    for answer in page.own.plot._answers:
        if not page.view.span.start <= answer.at < page.view.span.end:
            continue
        page.view.point(answer.at + 1_000)
        how = "failed" if answer.failed else "answered"
        assert f"{how} after 300 ms at " in page.line.accessibleName()


def test_the_table_of_a_time_line_tells_every_stretch_in_view(window: HistoryWindow, qtbot: QtBot) -> None:
    open_first(window, qtbot)
    page = window.provider
    page.view.zoom(0.1)

    page.in_words.click()

    model = page.runs.words
    rows = [[model.data(model.index(row, column)) for column in range(5)] for row in range(model.rowCount())]
    assert {row[0] for row in rows} == {"API", "web", "log-in", "their page", "latency"}
    assert {row[1] for row in rows} >= {"up", "down", "asleep", "says down", "says operational"}, [
        list(r) for r in rows
    ][:20]
    assert [row[4] for row in rows if row[1] == "down"][:2] == ["6 h"] * 2


def test_another_provider_is_compared_on_the_same_axis_and_scale(window: HistoryWindow, qtbot: QtBot) -> None:
    open_first(window, qtbot)
    page = window.provider

    with qtbot.waitSignal(page.beside.scaled):
        page.others.setCurrentText("Provider 3")
    qtbot.waitUntil(lambda: page.figures.words.rowCount() == 12)

    assert page.beside.isVisible()
    assert page.beside.view is page.own.view
    assert page.beside.title.accessibleName() == "Provider 3"
    assert page.beside.plot._most_ms == page.own.plot._most_ms
    figures = page.figures.words
    assert {figures.data(figures.index(row, 0)) for row in range(12)} == {"Provider 0", "Provider 3"}

    page.others.setCurrentIndex(0)
    assert not page.beside.isVisible()
    assert page.figures.words.rowCount() == 6


@pytest.mark.parametrize(
    ("width", "height", "low"), [(900, 620, True), (1080, 800, True), (1280, 1000, False)]
)
def test_two_that_are_compared_are_both_in_view(
    width: int, height: int, low: bool, window: HistoryWindow, qtbot: QtBot
) -> None:
    window.resize(width, height)
    open_first(window, qtbot)
    page = window.provider
    usual_px = page.own.lanes.height()

    with qtbot.waitSignal(page.beside.scaled):
        page.others.setCurrentText("Provider 3")
    qtbot.waitUntil(lambda: page.figures.words.rowCount() == 12)

    qtbot.waitUntil(lambda: page.strands.verticalScrollBar().maximum() == 0)
    assert page.own.lanes.height() == page.beside.lanes.height()
    assert (page.own.lanes.height() < usual_px) == low
    assert (page.own.plot.has_axis, page.beside.plot.has_axis) == (False, True)
    assert page.below.height() >= BELOW_PX

    page.others.setCurrentIndex(0)
    qtbot.waitUntil(lambda: page.own.lanes.height() == usual_px)
    assert page.own.plot.has_axis


def test_a_small_screen_at_twice_the_size_has_room_for_every_page(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    open_incident(window, qtbot)

    least = window.minimumSizeHint()

    assert least.width() <= 720  # 1440 × 900 pixels, less a panel and a title bar
    assert least.height() <= 400
    window.resize(720, 400)
    assert window.size() == QSize(720, 400)
    window.go_back()
    page = window.provider
    page.facts.setCurrentWidget(page.hours)
    qtbot.waitUntil(lambda: bool(page.hours.map.cells))
    QApplication.processEvents()
    assert page.hours.horizontalScrollBar().maximum() == 0
    assert page.hours.content.height() >= page.hours.content.minimumSizeHint().height()


def test_another_provider_that_is_opened_next_is_compared_with_nobody(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    open_first(window, qtbot)
    with qtbot.waitSignal(window.provider.beside.scaled):
        window.provider.others.setCurrentText("Provider 3")

    with qtbot.waitSignal(window.provider.own.scaled):
        window.open_provider("p3")

    assert window.provider.compared is None
    assert not window.provider.beside.isVisible()


def open_incident(window: HistoryWindow, qtbot: QtBot) -> int:
    open_first(window, qtbot)
    table = window.provider.incidents
    qtbot.waitUntil(lambda: table.model.rowCount() > 0)
    table.take_focus()
    with qtbot.waitSignal(table.incident_asked) as told, qtbot.waitSignal(window.refreshed):
        QTest.keyClick(table.table, Qt.Key.Key_Return)
    number: int = told.args[0]
    return number


def test_an_incident_of_the_table_opens_and_back_leads_to_its_provider(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    number = open_incident(window, qtbot)
    assert window.pages.currentWidget() is window.incident
    assert window.incident.number == number
    assert "Provider 0" in window.incident.title.accessibleName()

    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Backspace)
    assert window.pages.currentWidget() is window.provider
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is window.overview
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_all_incidents_have_a_page_and_back_leads_there(window: HistoryWindow, qtbot: QtBot) -> None:
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: window.incidents.model.rowCount() == 420)
    window.incidents.take_focus()
    with qtbot.waitSignal(window.refreshed):
        QTest.keyClick(window.incidents.table, Qt.Key.Key_Return)
    assert window.pages.currentWidget() is window.incident

    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Backspace)

    assert window.pages.currentWidget() is window.incidents


def test_a_note_goes_to_the_engine_and_is_read_again_once_it_is_kept(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    number = open_incident(window, qtbot)

    with qtbot.waitSignal(window.note_added) as told:
        window.incident.note_added.emit(number, "seen by the night shift")
    assert told.args == [number, "seen by the night shift"]
    with qtbot.waitSignal(window.refreshed):
        window.show_noted(number)
    with qtbot.assertNotEmitted(window.refreshed):
        window.show_noted(number + 1)


def test_one_that_lasts_is_hushed_from_its_page_by_a_key_of_its_own(tmp_path: Path, qtbot: QtBot) -> None:
    night = write(tmp_path / "history.db", outage(), 6_300)
    window = HistoryWindow(
        night.path, pause_ms=0, now=lambda: night.now, config_file=tmp_path / "config.toml"
    )
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.refreshed):
        window.open_incident(1)
    assert not window.incident.hush.isVisible()  # nobody has said that anything is watched
    window.show_view(view_of(telling(down("a"), down("b"), known=("b",))))

    buttons = [each for each in window.findChildren(QAbstractButton) if each.isVisible()]
    keys = [each.text()[each.text().index("&") + 1].lower() for each in buttons if "&" in each.text()]
    assert sorted(keys) == sorted(set(keys))
    assert {"s", "k"} <= set(keys)
    with qtbot.waitSignal(window.hush_asked) as asked:
        window.incident.hush.know.click()
    assert asked.args == [(1,), None]

    window.show_view(view_of(telling(down("a"), known=("a",))))
    assert "&U" in window.incident.hush.undo.text()
    with qtbot.waitSignal(window.unhush_asked) as taken_back:
        window.incident.hush.undo.click()
    assert taken_back.args == [(1,)]
    window.finish()


def test_a_number_that_is_no_incident_says_so(window: HistoryWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.refreshed):
        window.open_incident(9_999)

    assert window.incident.words.accessibleName() == "There is no incident 9999 any more."


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Backspace])
def test_back_is_to_all_providers_and_escape_then_closes(
    window: HistoryWindow, qtbot: QtBot, key: Qt.Key
) -> None:
    open_first(window, qtbot)

    QTest.keyClick(window.provider.own.lanes, key)
    assert window.pages.currentWidget() is window.overview
    assert window.overview.bars.hasFocus()

    QTest.keyClick(window.overview.bars, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_closed_it_keeps_no_thread_and_opens_again(window: HistoryWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.gone):
        window.close()
    assert not any(thread.isRunning() for thread in window.findChildren(QThread))

    with qtbot.waitSignal(window.refreshed):
        window.show()
        window.refresh()
    assert len(window.overview.bars._bars) == 40


def test_opened_again_while_an_answer_is_under_way_it_is_not_gone(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(window.gone), qtbot.waitSignal(window.refreshed):
        window.refresh()
        window.close()
        window.show()
        window.refresh()

    assert window.overview.bars.isVisible()


def test_nothing_of_one_provider_stands_under_the_name_of_another(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    open_first(window, qtbot)
    page = window.provider
    qtbot.waitUntil(lambda: page.incidents.model.rowCount() > 0)

    window.open_provider("p3")  # nothing has been read of it yet
    assert page.title.accessibleName() == "Provider 3"
    assert page.own.lanes.lanes == ()
    assert page.own.pacing is None
    assert page.figures.words.rowCount() == 0
    assert page.incidents.model.rowCount() == 0
    assert page.line.accessibleName() == "Reading…"

    qtbot.waitUntil(lambda: page.own.past is not None)
    assert page.own.past is not None
    assert page.own.past.provider == "p3"


def test_no_latency_of_one_part_stands_under_the_name_of_another(window: HistoryWindow, qtbot: QtBot) -> None:
    open_first(window, qtbot)
    strand = window.provider.own

    with qtbot.waitSignal(strand.scaled):
        strand.parts.setCurrentIndex(1)
        assert strand.pacing is None
        assert strand.plot.pace_at(strand.view.span.start) is None


def test_of_a_provider_that_was_never_asked_nothing_is_known(window: HistoryWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.refreshed):
        window.open_provider("nobody")

    assert window.provider.line.accessibleName() == "Nothing is known of it yet."
    assert window.provider.own.lanes.lanes == ()


def test_now_is_what_the_engine_calls_now(half_a_year: HalfAYear, qtbot: QtBot) -> None:
    """In a demonstration that is another year than the wall's."""
    path, ends = half_a_year
    window = HistoryWindow(path, pause_ms=0)
    qtbot.addWidget(window)
    told = replace(telling(*watched(1)), at=ends)
    window.show_view(view_of(told))

    assert ends <= window._now() < ends + 60_000
    window.show_view(crashed_view(view_of(told), ends))
    assert window._now() > ends + 60_000


def test_now_goes_on_while_the_computer_sleeps(half_a_year: HalfAYear, qtbot: QtBot) -> None:
    path, ends = half_a_year
    clock = [1_000]
    window = HistoryWindow(path, pause_ms=0, wall=lambda: clock[0])
    qtbot.addWidget(window)
    window.show_view(view_of(replace(telling(*watched(1), paused=True), at=ends)))

    clock[0] += 8 * 3_600_000

    assert window._now() == ends + 8 * 3_600_000


def test_while_nothing_is_told_the_edge_of_now_moves_on(window: HistoryWindow, qtbot: QtBot) -> None:
    assert window._edge.isActive()
    assert window._edge.interval() >= 30_000

    with qtbot.waitSignal(window.refreshed):
        window._edge.timeout.emit()
    assert window._edge.isActive()
    window.close()
    assert not window._edge.isActive()


def test_minimized_it_reads_nothing_and_goes_on_afterwards(window: HistoryWindow) -> None:
    asked: list[object] = []
    window._archive.answered.connect(lambda question, _answer: asked.append(question))
    window.showMinimized()
    window._edge.stop()

    window._edge.timeout.emit()

    assert not window._archive.busy or not asked
    assert window._edge.isActive()


def test_resumed_it_reads_at_once(window: HistoryWindow, qtbot: QtBot) -> None:
    window.show_view(view_of(telling(*watched(10), paused=True)))

    with qtbot.waitSignal(window.refreshed):
        window.show_view(view_of(telling(*watched(10))))


def test_a_provider_that_is_renamed_meanwhile_is_followed(window: HistoryWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.refreshed):
        window.open_provider("gone")
    assert window.provider.own.past is None

    told = replace(telling(*watched(10)), renamed={"gone": "p3"})
    with qtbot.waitSignal(window.refreshed):
        window.show_view(view_of(told))

    assert window.provider.title.accessibleName() == "Provider 3"
    assert window.provider.own.past is not None
    assert window.provider.own.past.provider == "p3"
    assert window.provider.others.findData("gone") == -1


def test_an_id_that_is_given_to_another_provider_later_is_its_own(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    open_first(window, qtbot)

    window.show_view(view_of(replace(telling(*watched(10)), renamed={"p0": "p3"})))

    assert window.provider.title.accessibleName() == "Provider 0"


def test_what_is_known_of_one_provider_explains_nothing_of_another(
    window: HistoryWindow, qtbot: QtBot
) -> None:
    open_first(window, qtbot)
    window.provider.in_words.click()
    assert window.provider.legend.accessibleName() != "Legend: "
    assert window.provider.runs.words.rowCount() > 0

    window.open_provider("nobody")

    assert window.provider.legend.accessibleName() == "Legend: "
    assert window.provider.runs.words.rowCount() == 0


def test_closed_while_a_past_is_read_it_is_gone_all_the_same(half_a_year: HalfAYear, qtbot: QtBot) -> None:
    path, ends = half_a_year
    window = HistoryWindow(path, pause_ms=0, now=lambda: ends)
    qtbot.addWidget(window)
    window.show()

    with qtbot.waitSignal(window.gone):
        window.open_provider("p0")
        window.close()

    assert not window._archive.isRunning()


def test_closed_it_keeps_no_thread_though_its_playbook_looks_once_more(
    half_a_year: HalfAYear, qtbot: QtBot, tmp_path: Path
) -> None:
    """As it does when a box has waited long enough, or has become the user's own."""
    path, ends = half_a_year
    window = HistoryWindow(path, pause_ms=0, now=lambda: ends, config_file=tmp_path / "config.toml")
    qtbot.addWidget(window)
    window.show()
    window.open_incident(1)
    with qtbot.waitSignal(window.gone):
        window.close()
    assert window.playbook is not None

    with qtbot.waitSignal(window.gone):
        window.playbook.refresh()

    assert not window._archive.isRunning()


def test_failures_are_drawn_also_where_the_clock_was_set_back(tmp_path: Path, qtbot: QtBot) -> None:
    path, watching = tmp_path / "history.db", Watching()
    with closing(History.open(path, never_stamped)) as history:
        for _ in range(120):
            watching.cycle(history)
        window = HistoryWindow(path, pause_ms=0, now=lambda: watching.now)
        qtbot.addWidget(window)
        window.show()
        strand = window.provider.own
        with qtbot.waitSignal(strand.answered):
            window.open_provider("deepseek")

        by_ms = 7_000 - 20 * CYCLE_MS
        watching.state = judge.clock_stepped(watching.state, by_ms)
        watching.now += by_ms
        go_down(watching, history)
        window.refresh(news=True)

        failed = watching.rules.confirm_after
        qtbot.waitUntil(lambda: sum(answer.failed for answer in strand.plot._answers) == failed)
    window.finish()


def test_it_is_not_gone_while_its_thread_is_about_to_begin_anew(window: HistoryWindow, qtbot: QtBot) -> None:
    """It has ended and has not said so: what came behind its end is still there."""
    with qtbot.waitSignal(window.gone):
        window.close()
    window._archive._asked.put(None)

    with qtbot.assertNotEmitted(window.gone):
        window._look_whether_gone()
    with qtbot.waitSignal(window.gone):
        window._archive.finished.emit()


def test_a_part_that_cannot_be_read_is_told_though_the_rest_can(
    window: HistoryWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_first(window, qtbot)

    def refuses(*_: object) -> object:
        raise HistoryError("The disk is gone.")

    monkeypatch.setattr(PastQuestion, "answer", refuses)
    with qtbot.waitSignal(window.refreshed):
        window.refresh()

    assert window.words.accessibleName() == "The disk is gone."


def test_a_fault_of_ours_in_a_question_is_told_and_the_next_one_answered(
    window: HistoryWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        def breaks(*_: object) -> object:
            raise RuntimeError("boom")

        broken.setattr(DayRowsQuestion, "answer", breaks)
        with qtbot.waitSignal(window.refreshed):
            window.refresh()
        assert window.words.accessibleName() == "An error in TrayUptime itself: boom"

    with qtbot.waitSignal(window.refreshed):
        window.refresh()
    assert window.words.accessibleName() == ""


def test_news_is_read_at_once_however_short_the_pause_has_been(half_a_year: HalfAYear, qtbot: QtBot) -> None:
    path, ends = half_a_year
    window = HistoryWindow(path, pause_ms=600_000, now=lambda: ends)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(window.refreshed):
        window.refresh()

    with qtbot.waitSignal(window.refreshed):
        window.refresh(news=True)


def test_an_empty_history_opens_too(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "history.db"
    History.open(path, lambda: "now").close()
    window = HistoryWindow(path, pause_ms=0)
    qtbot.addWidget(window)

    with qtbot.waitSignal(window.refreshed):
        window.show()
        window.refresh()

    assert window.overview.empty.isVisible()
    assert window.overview.empty.words.accessibleName().startswith("No provider has been watched yet.")
    assert not window.overview.tools.isVisible()  # there is nothing to find, to draw or to export
    assert not window.overview.line.isVisible()
    with qtbot.waitSignal(window.refreshed):
        window.open_provider("nobody")
    window.closeEvent(QCloseEvent())


def test_one_day_of_one_provider_is_enough(one_day: HalfAYear, qtbot: QtBot) -> None:
    path, ends = one_day
    window = HistoryWindow(path, pause_ms=0, now=lambda: ends)
    qtbot.addWidget(window)
    window.show_view(view_of(telling(*watched(1))))
    with qtbot.waitSignal(window.refreshed):
        window.show()
        window.refresh()

    open_first(window, qtbot)

    assert window.provider.others.isHidden()
    assert window.provider.view.span == window.provider.view.limits


def test_it_opens_where_and_as_large_as_its_user_left_it(tmp_path: Path, qtbot: QtBot) -> None:
    places = Places(tmp_path / "windows.json")
    first = HistoryWindow(tmp_path / "history.db", places=places)
    qtbot.addWidget(first)
    first.show()
    placer = first.findChild(Placer)
    assert placer is not None
    placer._settle()
    handle = first.windowHandle()
    assert handle is not None
    handle.setFramePosition(QPoint(20, 10))  # as a window manager does it for the user
    handle.resize(760, 560)
    QApplication.processEvents()
    first.finish()
    places.finish()

    again = HistoryWindow(tmp_path / "history.db", places=Places(tmp_path / "windows.json"))
    qtbot.addWidget(again)
    again.show()

    assert again.size() == QSize(760, 560)
    assert again.frameGeometry().topLeft() == QPoint(20, 10)


def test_left_on_a_screen_that_is_gone_it_opens_on_this_one(tmp_path: Path, qtbot: QtBot) -> None:
    places = Places()
    places.keep("history", Place(QPoint(9_000, 9_000), QSize(9_000, 9_000)))
    window = HistoryWindow(tmp_path / "history.db", places=places)
    qtbot.addWidget(window)
    window.show()

    free = window.screen().availableGeometry()
    assert free.contains(window.frameGeometry().topLeft())
    assert (window.size() - free.size()).width() <= 0
    assert (window.size() - free.size()).height() <= 0


def test_no_page_reads_in_the_thread_of_the_windows(half_a_year: HalfAYear, qtbot: QtBot) -> None:
    path, ends = half_a_year
    threads: list[QThread] = []

    def open_file(path: Path) -> Reader:
        threads.append(QThread.currentThread())
        return Reader(path)

    window = HistoryWindow(path, open_file, pause_ms=0, now=lambda: ends)
    qtbot.addWidget(window)
    window.show_view(view_of(telling(*watched(3))))
    kinds: set[str] = set()
    window._archive.answered.connect(lambda question, _answer: kinds.add(type(question).__name__))
    with qtbot.waitSignal(window.refreshed):
        window.show()
        window.refresh()
    open_first(window, qtbot)
    window.provider.facts.setCurrentWidget(window.provider.hours)
    qtbot.waitUntil(lambda: "HoursQuestion" in kinds)
    window.provider.others.setCurrentIndex(1)
    open_incident(window, qtbot)
    for page in (window.incidents, window.events):
        with qtbot.waitSignal(window.refreshed):
            window._begin_at(page)
    window.finish()

    assert len(kinds) >= 8
    assert len(threads) >= len(kinds)
    assert window.thread() not in threads


def test_of_what_was_never_seen_before_no_since_is_told(window: HistoryWindow, qtbot: QtBot) -> None:
    """Their page was first read twenty minutes after the first answer: nothing begins where the lane does."""
    open_first(window, qtbot)
    own = window.provider.own
    theirs = own.lanes.lanes[-1]

    assert "their page not read" in own.told_at(theirs.start + READ_MS // 2)
    assert "their page says operational since" in " ".join(own.told_at(theirs.start + 2 * READ_MS))
