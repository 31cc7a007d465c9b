"""The pictures of the history window under docs/ show what it looks like now."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from trayuptime.config.load import read
from trayuptime.core.model import Instant, Surface
from trayuptime.history import History, HistoryError, Reader
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.theme import Scheme
from trayuptime.ui.view import view_of
from ui import pictures
from ui.history.record import DAY_MS, READ_MS, keys_of, record
from ui.history.test_dossier_saving import CONTRACT
from ui.history.test_window import open_first, open_incident, watched
from ui.looks import PALETTES
from ui.tellings import telling

HalfAYear = tuple[Path, Instant]
WINDOW = QSize(1080, 800)
PLAYBOOK = """# When Provider 0 fails
Half of the team waits for it: tell them within ten minutes.
- [ ] Read their status page: <https://status.example.com>
- [ ] Switch to Provider 1: `trayuptime switch p1`
- [ ] Tell Anna, who has the contract
"""


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The same times for everybody."""
    with monkeypatch.context() as environment:
        environment.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Scheme]:
    chosen: Scheme = getattr(request, "param", Scheme.LIGHT)
    before = QApplication.palette()
    QApplication.setPalette(PALETTES[chosen])
    yield chosen
    QApplication.setPalette(before)


def opened(path: Path, now: Instant, providers: int, qtbot: QtBot) -> HistoryWindow:
    window = HistoryWindow(path, pause_ms=0, now=lambda: now)
    with qtbot.waitSignal(window.refreshed):
        shown(window, providers, qtbot)
    return window


def shown(window: HistoryWindow, providers: int, qtbot: QtBot) -> HistoryWindow:
    qtbot.addWidget(window)
    window.resize(WINDOW)
    window.show_view(view_of(telling(*watched(providers))))
    window.show()
    window.refresh()
    return window


def days(window: HistoryWindow, _qtbot: QtBot) -> None:
    window.overview.bars.setFocus()
    window.overview.bars.go_to(1, 70)


def table_of_days(window: HistoryWindow, _qtbot: QtBot) -> None:
    window.overview.in_words.click()


def year(window: HistoryWindow, qtbot: QtBot) -> None:
    window.overview.parts.click()
    with qtbot.waitSignal(window.refreshed):
        window.overview.lengths.setCurrentIndex(2)


def provider(window: HistoryWindow, qtbot: QtBot) -> None:
    open_first(window, qtbot)
    window.provider.view.zoom(1 / 30)
    point_at_trouble(window)
    qtbot.waitUntil(lambda: window.provider.incidents.model.rowCount() > 0)


def close_up(window: HistoryWindow, qtbot: QtBot) -> None:
    open_first(window, qtbot)
    point_at_trouble(window)
    qtbot.waitUntil(lambda: window.provider.own.plot.wanted is None)
    qtbot.waitUntil(lambda: window.provider.incidents.model.rowCount() > 0)


def point_at_trouble(window: HistoryWindow) -> None:
    past = window.provider.own.past
    assert past is not None
    window.provider.view.point(past.incidents[-1].started_at + READ_MS + 1_000, reveal=True)


def compared(window: HistoryWindow, qtbot: QtBot) -> None:
    provider(window, qtbot)
    with qtbot.waitSignals([window.provider.beside.scaled, window.refreshed]):
        window.provider.others.setCurrentIndex(3)
    qtbot.waitUntil(lambda: window.provider.figures.words.rowCount() == 12)


def hours(window: HistoryWindow, qtbot: QtBot) -> None:
    provider(window, qtbot)
    page = window.provider
    page.facts.setCurrentWidget(page.hours)
    qtbot.waitUntil(lambda: bool(page.hours.map.cells))
    page.hours.map.setFocus()
    page.hours.map.go_to(3 * 24 + 16)


def incident(window: HistoryWindow, qtbot: QtBot) -> None:
    open_incident(window, qtbot)


def incidents(window: HistoryWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.refreshed):
        window._begin_at(window.incidents)


def happened(window: HistoryWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.refreshed):
        window._begin_at(window.events)


WALKS: dict[str, Callable[[HistoryWindow, QtBot], None]] = {
    "days": days,
    "days in words": table_of_days,
    "a year": year,
    "a provider": provider,
    "close up": close_up,
    "two compared": compared,
    "hours of the week": hours,
    "an incident": incident,
    "incidents": incidents,
    "what happened": happened,
}


IN_BOTH = {"days", "a provider"}
"""Of the others one picture is enough: what is drawn in the dark is the same."""


@pytest.mark.parametrize(
    ("name", "scheme"),
    [(name, scheme) for name in WALKS for scheme in Scheme if name in IN_BOTH or scheme is Scheme.LIGHT],
    indirect=["scheme"],
)
def test_a_picture_shows_the_window_as_it_is(
    name: str, scheme: Scheme, half_a_year: HalfAYear, qtbot: QtBot
) -> None:
    path, ends = half_a_year
    window = opened(path, ends + DAY_MS // 4, 10, qtbot)

    WALKS[name](window, qtbot)

    hold(window, f"{name}, {scheme}" if name in IN_BOTH else name)


@pytest.mark.usefixtures("scheme")
def test_a_picture_of_a_fine_screen_is_as_sharp_as_the_screen(half_a_year: HalfAYear, qtbot: QtBot) -> None:
    path, ends = half_a_year
    window = opened(path, ends + DAY_MS // 4, 10, qtbot)
    hours(window, qtbot)
    QApplication.processEvents()
    QApplication.processEvents()

    fine = QPixmap(WINDOW * 2)
    fine.setDevicePixelRatio(2)
    window.render(fine)

    taken = fine.toImage()
    taken.setDevicePixelRatio(1)  # held pixel for pixel
    pictures.hold(taken, "hours of the week, 200 %")


@pytest.mark.usefixtures("scheme")
def test_a_picture_of_one_day_is_one_too(one_day: HalfAYear, qtbot: QtBot) -> None:
    path, ends = one_day

    hold(opened(path, ends, 1, qtbot), "one day")


@pytest.mark.usefixtures("scheme")
def test_a_picture_of_thirty_providers_shows_as_many_as_there_is_room_for(
    tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "history.db"
    ends = record(path, keys_of(30, (Surface.API, Surface.WEB)), 40)

    window = opened(path, ends, 30, qtbot)
    window.overview.parts.click()

    hold(window, "thirty providers")


@pytest.mark.usefixtures("scheme")
def test_a_picture_of_nothing_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "history.db"
    History.open(path, lambda: "now").close()

    hold(opened(path, DAY_MS, 0, qtbot), "nothing yet")


@pytest.mark.usefixtures("scheme")
def test_a_picture_of_what_is_not_read_yet_says_so(half_a_year: HalfAYear, qtbot: QtBot) -> None:
    path, ends = half_a_year
    may_go_on = Event()

    def open_file(path: Path) -> Reader:
        may_go_on.wait()
        return Reader(path)

    window = shown(HistoryWindow(path, open_file, pause_ms=0, now=lambda: ends), 10, qtbot)
    hold(window, "reading")

    with qtbot.waitSignal(window.refreshed):
        may_go_on.set()
    window.finish()


@pytest.mark.usefixtures("scheme")
def test_a_picture_of_a_history_that_cannot_be_read_says_why(half_a_year: HalfAYear, qtbot: QtBot) -> None:
    path, ends = half_a_year
    window = opened(path, ends + DAY_MS // 4, 10, qtbot)

    def open_file() -> Reader:
        raise HistoryError("The history cannot be read: disk I/O error.")

    window._archive._open = open_file
    with qtbot.waitSignal(window.refreshed):
        window.refresh()

    assert window.words.accessibleName() == "The history cannot be read: disk I/O error."
    hold(window, "cannot be read")


@pytest.mark.usefixtures("scheme")
def test_a_picture_of_an_incident_has_its_playbook(
    half_a_year: HalfAYear, tmp_path: Path, qtbot: QtBot
) -> None:
    path, ends = half_a_year
    config_file = tmp_path / "config.toml"
    config_file.write_text('[[provider]]\nid = "p0"\nkind = "deepseek"\n')
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "p0.md").write_text(PLAYBOOK)
    window = HistoryWindow(path, pause_ms=0, now=lambda: ends + DAY_MS // 4, config_file=config_file)
    with qtbot.waitSignal(window.refreshed):
        shown(window, 10, qtbot)

    open_incident(window, qtbot)
    pane = window.playbook
    assert pane is not None
    qtbot.waitUntil(lambda: len(pane.view.tasks) == 3)

    hold(window, "an incident with its playbook")
    window.finish()


@pytest.mark.usefixtures("scheme")
def test_a_picture_of_the_sheet_before_a_dossier(half_a_year: HalfAYear, qtbot: QtBot) -> None:
    path, ends = half_a_year
    window = opened(path, ends + DAY_MS // 4, 10, qtbot)
    window.show_view(view_of(replace(telling(*watched(10)), config=read(CONTRACT))))
    open_first(window, qtbot)

    window.provider.dossier_asked.emit("p0")
    sheet = window.dossiers.sheet
    assert sheet is not None
    qtbot.waitUntil(lambda: sheet.promise.placeholderText() != "as configured, in %")

    pictures.hold(sheet.grab().toImage(), "of which time")
    sheet.reject()


def hold(window: HistoryWindow, name: str) -> None:
    """See `pictures.hold`."""
    QApplication.processEvents()
    QApplication.processEvents()  # scroll bars come and go one by one
    pictures.hold(window.grab().toImage(), name)
