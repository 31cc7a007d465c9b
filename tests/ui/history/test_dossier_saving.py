"""A dossier from the window: of which time, held against what, to which file, and where it is then."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from trayuptime.config.load import read
from trayuptime.core.model import Instant
from trayuptime.core.window import Window
from trayuptime.ui.history.delivery import Delivery
from trayuptime.ui.history.dossier_saving import DossierSaving
from trayuptime.ui.history.dossier_sheet import NO_PROMISE, Choice, DossierSheet
from trayuptime.ui.history.exporting import Scope
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.view import crashed_view, view_of
from ui.history.record import DAY_MS
from ui.history.test_window import open_first, watched
from ui.tellings import telling

HalfAYear = tuple[Path, Instant]
VIEW = Scope("Provider 0", frozenset({"p0"}), "01 Sep 2026 – 14 Sep 2026", Window(1_000, 2_000), "p0")
NAMES = {"p0": "Provider 0", "p1": "Provider 1"}
CONTRACT = """
[[provider]]
id = "p0"
kind = "openai-compatible"
base_url = "https://p0.example/v1"
sla = 99.5
"""


@pytest.fixture
def window(half_a_year: HalfAYear, qtbot: QtBot) -> Iterator[HistoryWindow]:
    path, ends = half_a_year
    made = HistoryWindow(path, pause_ms=0, now=lambda: ends + DAY_MS // 4)
    qtbot.addWidget(made)
    made.show_view(view_of(replace(telling(*watched(2)), config=read(CONTRACT))))
    with qtbot.waitSignal(made.refreshed):
        made.show()
        made.refresh()
    QTest.qWaitForWindowActive(made)
    yield made
    made.finish()


def sheet_of(window: HistoryWindow) -> DossierSheet:
    sheet = window.dossiers.sheet
    assert sheet is not None
    return sheet


def told(window: HistoryWindow) -> str:
    return window.dossiers.delivery.words.accessibleName()


def choices(box: QComboBox) -> list[str]:
    return [box.itemText(at) for at in range(box.count())]


def written(window: HistoryWindow, qtbot: QtBot, path: Path) -> None:
    """Answers the question where."""
    dialog = window.dossiers.dialog
    assert dialog is not None
    with qtbot.waitSignal(window.dossiers.finished, timeout=30_000):
        dialog.fileSelected.emit(str(path))
        dialog.reject()


@pytest.mark.parametrize("ending", ["html", "pdf", "md", "json"])
def test_enter_goes_on_to_the_file_and_the_dossier_is_written(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path, ending: str
) -> None:
    open_first(window, qtbot)
    window.provider.dossier_asked.emit("p0")
    QTest.keyClick(sheet_of(window).promise, Qt.Key.Key_Return)
    path = tmp_path / f"for the call.{ending}"

    written(window, qtbot, path)

    assert path.stat().st_size > 3_000
    assert told(window) == f"The dossier is in {path}."


def test_the_sheet_offers_the_provider_and_the_range_in_view(window: HistoryWindow, qtbot: QtBot) -> None:
    open_first(window, qtbot)
    window.provider.ranges.buttons[7].click()
    window.provider.dossier_asked.emit("p0")
    sheet = sheet_of(window)

    assert choices(sheet.providers) == ["Provider 0"]
    assert choices(sheet.windows) == [
        "the last 30 days",
        "the last 90 days",
        "the last 180 days",
        "the last 365 days",
        "in view: 18 Sep 2026 – 25 Sep 2026",
    ]
    assert sheet.windows.currentText() == "the last 180 days"
    sheet.reject()


def test_from_the_days_any_provider_can_be_chosen(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.overview.bars.setFocus()
    window.overview.bars.go_to(5, 80)
    window.overview.dossier.click()
    sheet = sheet_of(window)
    assert sheet.providers.currentText() == "Provider 1"
    assert "p9" in choices(sheet.providers)  # no longer watched, but the history knows it

    sheet.providers.setCurrentIndex(0)
    sheet.go_on.click()
    written(window, qtbot, tmp_path / "out.md")

    assert (tmp_path / "out.md").read_text().startswith("# p0")


def test_what_holds_where_nothing_is_typed_is_read_and_shown(window: HistoryWindow, qtbot: QtBot) -> None:
    window.overview.dossier.click()
    sheet = sheet_of(window)

    qtbot.waitUntil(lambda: sheet.promise.placeholderText() == "99.5 % (configured)")
    sheet.providers.setCurrentIndex(1)
    qtbot.waitUntil(lambda: sheet.promise.placeholderText() == "none is known")
    sheet.reject()


def test_a_configuration_that_cannot_be_read_is_not_told_as_one_without_a_promise(
    window: HistoryWindow,
) -> None:
    window.show_view(view_of(replace(telling(*watched(2)), config=None)))
    window.overview.dossier.click()
    sheet = sheet_of(window)

    assert sheet.promise.placeholderText() == "your configuration cannot be read"
    sheet.reject()


@pytest.mark.parametrize(
    ("typed", "name"),
    [("", "p0 2026-03-29 to 2026-09-25, SLA 99.5"), ("99,9 %", "p0 2026-03-29 to 2026-09-25, SLA 99.9")],
)
def test_the_file_is_offered_by_its_window_and_promise(
    window: HistoryWindow, qtbot: QtBot, typed: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []
    monkeypatch.setattr(DossierSaving, "ask_where", lambda _self, _title, each, *_: offered.append(each))
    window.overview.dossier.click()
    sheet = sheet_of(window)
    qtbot.waitUntil(lambda: "configured)" in sheet.promise.placeholderText())

    QTest.keyClicks(sheet.promise, typed)
    QTest.keyClick(sheet.promise, Qt.Key.Key_Return)

    assert offered == [name]


@pytest.mark.parametrize(
    ("typed", "percent"), [("", None), ("99.9", 99.9), ("99,95%", 99.95), (" 100 % ", 100.0), ("50", 50.0)]
)
def test_a_promise_is_a_percentage_or_what_is_configured(
    qtbot: QtBot, typed: str, percent: float | None
) -> None:
    sheet = DossierSheet("p0", NAMES, VIEW)
    qtbot.addWidget(sheet)
    sheet.promise.setText(typed)
    sheet.windows.setCurrentIndex(4)

    with qtbot.waitSignal(sheet.chosen) as chosen:
        sheet.go_on.click()

    assert chosen.args == [Choice("p0", VIEW.window, percent)]


@pytest.mark.parametrize("typed", ["0", "49.9", "100.1", "much", "nan", "99.9.9", "-99", "1e1000"])
def test_what_is_no_promise_cannot_be_chosen_and_it_is_said_why(qtbot: QtBot, typed: str) -> None:
    sheet = DossierSheet("p0", NAMES, None)
    qtbot.addWidget(sheet)
    sheet.show()
    sheet.promise.setText(typed)

    with qtbot.assertNotEmitted(sheet.chosen):
        QTest.keyClick(sheet.promise, Qt.Key.Key_Return)
        sheet.go_on.click()
    assert sheet.words.accessibleName() == NO_PROMISE
    assert sheet.isVisible()
    sheet.promise.setText("99")
    assert sheet.go_on.isEnabled()
    assert sheet.words.isHidden()


def test_one_that_cannot_be_written_says_why(window: HistoryWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "x.html"

    with qtbot.waitSignal(window.dossiers.finished, timeout=30_000):
        window.dossiers.write(Choice("p0", 180, None), path)

    assert told(window).startswith("There is no dossier: ")
    assert str(path.parent) in told(window)


def test_one_that_meets_a_fault_of_ours_is_not_told_as_on_its_way_for_ever(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> Any:
        raise RuntimeError("boom")

    monkeypatch.setattr("trayuptime.ui.dossier.read_dossier", breaks)
    with qtbot.waitSignal(window.dossiers.finished, timeout=30_000):
        window.dossiers.write(Choice("p0", 180, None), tmp_path / "x.html")

    assert told(window) == "There is no dossier: An error in TrayUptime itself: boom"


def test_one_after_the_engine_died_counts_the_time_since_as_a_gap(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "x.json"
    watching = view_of(telling(*watched(10)))

    gaps_s = []
    for view in (watching, crashed_view(watching, watching.told.at)):
        window.show_view(view)
        with qtbot.waitSignal(window.dossiers.finished, timeout=30_000):
            window.dossiers.write(Choice("p0", 180, None), path)
        gaps_s.append([row["gap_s"]["app_off"] for row in json.loads(path.read_text("utf-8"))["uptime"]])

    assert gaps_s == [[0.0] * 4, [pytest.approx(6 * 3_600, abs=1_800)] * 4]


def test_it_goes_by_the_configuration_in_force_and_without_one_claims_nothing(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "x.json"

    found = []
    for known in (read(CONTRACT), None):
        window.show_view(view_of(replace(telling(*watched(10)), config=known)))
        with qtbot.waitSignal(window.dossiers.finished, timeout=30_000):
            window.dossiers.write(Choice("p0", 180, None), path)
        told_ = json.loads(path.read_text("utf-8"))
        found.append((told_["configured"], told_["promise"]["percent"]))

    assert found == [("enabled", 99.5), ("unread", None)]


def test_of_two_at_a_time_the_second_is_not_begun(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.dossiers.finished, timeout=30_000):
        window.dossiers.write(Choice("p0", 30, None), tmp_path / "one.md")
        window.dossiers.write(Choice("p0", 30, None), tmp_path / "two.md")
        assert told(window) == "One dossier is being written already; this one was not begun."

    assert [each.name for each in tmp_path.glob("*.md")] == ["one.md"]


def test_the_ending_follows_the_format_that_is_chosen(window: HistoryWindow) -> None:
    window.dossiers.ask("p0", NAMES, None)
    sheet_of(window).go_on.click()
    dialog = window.dossiers.dialog
    assert dialog is not None

    formats = (
        ("PDF (*.pdf)", "pdf"),
        ("JSON, for programs (*.json)", "json"),
        ("Web page, prints well", "html"),  # as GTK gives it back, without the pattern
        ("PDF", "pdf"),
        ("", "html"),
    )
    for words, ending in formats:
        dialog.filterSelected.emit(words)
        assert dialog.defaultSuffix() == ending
    dialog.reject()


# The notice


@pytest.fixture
def opened() -> list[QUrl]:
    return []


@pytest.fixture
def delivery(opened: list[QUrl], qtbot: QtBot) -> Delivery:
    def opens(url: QUrl) -> bool:
        opened.append(url)
        return "nobody" not in url.path()

    made = Delivery(opens)
    qtbot.addWidget(made)
    return made


def test_what_is_written_can_be_opened_and_shown_and_closed(delivery: Delivery, opened: list[QUrl]) -> None:
    delivery.hand_over("It is there.", Path("/a folder/for 100%.html"))
    assert delivery.isVisible()
    assert opened == []  # nothing opens by itself

    delivery.open_file.click()
    delivery.show_folder.click()
    assert [url.toLocalFile() for url in opened] == ["/a folder/for 100%.html", "/a folder"]
    delivery.close_it.click()
    assert not delivery.isVisible()


def test_where_nothing_opens_it_the_file_is_named(delivery: Delivery) -> None:
    delivery.hand_over("It is there.", Path("/nobody/x.html"))

    delivery.open_file.click()

    assert delivery.words.accessibleName() == "Nothing here opens it; the file is /nobody/x.html."


def test_what_is_under_way_cannot_be_closed_and_what_has_failed_not_opened(delivery: Delivery) -> None:
    delivery.begin("It is being written…", measured=False)
    assert not delivery.close_it.isVisible()
    assert not delivery.cancel.isVisible()
    delivery.pass_on()
    assert delivery.isVisible()

    delivery.regret("There is none.")
    assert delivery.close_it.isVisible()
    assert not delivery.open_file.isVisible()
    assert not delivery.show_folder.isVisible()


def test_another_provider_has_no_notice_of_the_one_before(window: HistoryWindow, qtbot: QtBot) -> None:
    open_first(window, qtbot)
    window.dossiers.delivery.hand_over("The dossier is in x.", Path("x"))

    window.go_back()
    window.open_provider("p0")
    assert window.dossiers.delivery.isVisible()
    window.open_provider("p1")
    assert not window.dossiers.delivery.isVisible()
