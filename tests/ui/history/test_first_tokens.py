"""The page of a provider tells the time to first token apart, where completions were asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from history.completions import MIDNIGHT, Told, a_day_of_completions, tidy
from history.lives import DAY_MS, HOUR_MS
from history.watching import DEEPSEEK, never_stamped
from trayuptime.core.model import Span, Surface
from trayuptime.core.retention import Retention
from trayuptime.core.state import State
from trayuptime.core.tally import percentile, tally
from trayuptime.history import History, Reader, first_tokens, forget
from trayuptime.ui.history.past import AnswersQuestion, FiguresQuestion, PacesQuestion
from trayuptime.ui.history.provider_page import ProviderPage
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.view import view_of
from ui.tellings import telling, up

DAYS = 4
ENDS = MIDNIGHT + DAYS * DAY_MS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def first(path: Path) -> Told:
    """Days with completions until noon; the last one is not put in order yet."""
    history = History.open(path, never_stamped)
    told: Told = []
    for day in range(DAYS):
        told += a_day_of_completions(history, MIDNIGHT + day * DAY_MS)
        if day == DAYS - 2:
            tidy(history, MIDNIGHT + (day + 1) * DAY_MS)
    history.save(State(), ENDS)
    history.close()
    return told


@pytest.fixture
def page(path: Path, first: Told, qtbot: QtBot) -> Iterator[ProviderPage]:
    assert first
    window = HistoryWindow(path, pause_ms=0, now=lambda: ENDS)
    qtbot.addWidget(window)
    window.show_view(view_of(telling(up("deepseek", "DeepSeek", surfaces=(Surface.API,)))))
    window.show()
    with qtbot.waitSignal(window.provider.own.scaled):
        window.open_provider("deepseek")
    qtbot.waitUntil(lambda: window.provider.figures.words.rowCount() > 0)
    yield window.provider
    window.finish()


def test_each_hour_has_a_median_of_both(path: Path, first: Told) -> None:
    hull = Span(MIDNIGHT, ENDS)
    with Reader(path) as reader:
        pacing = PacesQuestion(DEEPSEEK, hull).answer(reader)

    paces, deep = (of.within(hull, 10_000) for of in (pacing.paces, pacing.first_tokens))
    assert [(pace.start, pace.p50_ms) for pace in paces] == [(at, 200.0) for at in range(*hull_hours())]
    of_hour = {
        at // HOUR_MS: [ms for when, ms in first if when // HOUR_MS == at // HOUR_MS] for at, _ in first
    }
    assert {pace.start // HOUR_MS: pace.p50_ms for pace in deep} == {
        hour: percentile(tally(found), 0.5) for hour, found in of_hour.items()
    }
    assert pacing.least_ms < 200.0
    assert pacing.most_ms == max(ms for _, ms in first)


def hull_hours() -> tuple[int, int, int]:
    return MIDNIGHT, ENDS, HOUR_MS


def test_single_answers_are_of_one_kind_or_the_other(path: Path, first: Told) -> None:
    day = Span(ENDS - DAY_MS, ENDS)
    with Reader(path) as reader:
        told = AnswersQuestion(DEEPSEEK, day).answer(reader)

    assert [(x.at, x.latency_ms) for x in told if x.is_first_token] == first[-72:]
    assert len([x for x in told if not x.is_first_token]) == 1_440, "outranked, and measured all the same"


def test_the_figures_of_a_window_are_of_its_completions(path: Path, first: Told) -> None:
    with Reader(path) as reader:
        day, week, *_ = FiguresQuestion("deepseek", (), ENDS).answer(reader)

    assert day.first_token == tally(ms for _, ms in first[-72:])
    assert week.first_token == tally(ms for _, ms in first)


def test_where_some_are_forgotten_no_figure_pretends_to_know(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forget, "WATCHED_DAYS", 1)
    history = History.open(path, never_stamped)
    for day in range(12):
        a_day_of_completions(history, MIDNIGHT + day * DAY_MS)
    now = MIDNIGHT + 12 * DAY_MS
    history.save(State(), now)
    history.retain(Retention(8 * 86_400.0))
    tidy(history, now)
    history.close()

    with Reader(path) as reader:
        told = FiguresQuestion("deepseek", (), now).answer(reader)

    assert [bool(each.first_token) for each in told] == [True, True, False, False, False, False]


def test_the_cursor_says_both(page: ProviderPage) -> None:
    page.view.show_all()
    page.view.point(MIDNIGHT + 5 * HOUR_MS)
    assert "p50 200 ms, p95 200 ms, p99 200 ms · first token p50 832 ms, p95 835 ms" in told_by(page)

    page.view.point(MIDNIGHT + 20 * HOUR_MS)
    assert "first token" not in told_by(page)


def test_close_up_it_says_which_kind_of_answer_it_was(page: ProviderPage, qtbot: QtBot) -> None:
    page.view.show(Span(ENDS - DAY_MS, ENDS - DAY_MS + HOUR_MS))
    qtbot.waitUntil(lambda: page.own.plot.is_close)

    page.view.point(ENDS - DAY_MS + 5_100)
    assert "first token after 800 ms" in told_by(page)
    page.view.point(ENDS - DAY_MS + 30 * 60_000)
    assert "answered after 200 ms" in told_by(page)


def told_by(page: ProviderPage) -> str:
    return page.line.accessibleName()


def test_the_legend_names_what_is_drawn_however_close_one_looks(page: ProviderPage, qtbot: QtBot) -> None:
    page.view.show_all()
    assert page.legend.accessibleName().endswith("median latency, 50–95 %, 99 %, time to first token")

    page.view.show(Span(ENDS - DAY_MS, ENDS))
    qtbot.waitUntil(lambda: page.own.plot.is_close)

    assert page.legend.accessibleName().endswith("an answer, time to first token")
    exhibit = page.exhibit()
    assert exhibit is not None
    assert exhibit.strokes == page.own.plot.strokes


def test_the_figures_have_a_column_for_it(page: ProviderPage) -> None:
    figures = page.figures.words
    last = figures.columnCount() - 1

    assert figures.headerData(last, Qt.Orientation.Horizontal) == "First token, p50 / p95"
    assert figures.data(figures.index(0, last)) == "835 ms / 868 ms"


def test_the_table_tells_every_hour_in_words(page: ProviderPage) -> None:
    page.view.show_all()
    page.in_words.click()
    model = page.runs.words
    rows = [[model.data(model.index(row, column)) for column in range(5)] for row in range(model.rowCount())]

    latencies = [row for row in rows if row[0] == "latency"]
    assert len(latencies) == DAYS * (24 + 12)
    assert latencies[0][1] == "p50 200 ms, p95 200 ms, p99 200 ms"
    assert latencies[-2][1] == "first token p50 802 ms, p95 805 ms"
    assert {row[4] for row in latencies} == {"1 h"}


def test_a_window_that_is_gone_remembers_no_completions(page: ProviderPage, qtbot: QtBot) -> None:
    assert first_tokens._unpacked.cache_info().currsize

    window = page.window()
    assert isinstance(window, HistoryWindow)
    with qtbot.waitSignal(window.gone):
        window.close()

    assert not first_tokens._unpacked.cache_info().currsize
