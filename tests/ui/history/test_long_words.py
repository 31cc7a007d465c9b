"""Every page of the history window in a language of long words: it can be read, on a small screen too."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from trayuptime.core.model import Instant
from trayuptime.history import History
from trayuptime.ui.history.dossier_sheet import DossierSheet
from trayuptime.ui.history.strand import LEFT_PX
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.pieces import Words, quiet_button
from ui import pictures
from ui.geometry import faults
from ui.history.record import DAY_MS
from ui.history.test_pictures import WALKS, opened, scheme, utc
from ui.longer import longer, speak_longer

__all__ = ["scheme", "utc"]

HalfAYear = tuple[Path, Instant]
SIZES = (QSize(900, 620), QSize(720, 400), QSize(1280, 800))
"""The second one is a screen of 1440 × 900 pixels at 200 %, less a panel and a title bar."""
KEPT = {"days", "two compared", "an incident"}
"""Of the others one sees nothing in the long language that is not in the usual pictures."""


@pytest.fixture(autouse=True)
def long_language(monkeypatch: pytest.MonkeyPatch) -> None:
    speak_longer(monkeypatch)


def what_happened(window: HistoryWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.refreshed):
        window._begin_at(window.events)


def told_of_a_file(window: HistoryWindow, _qtbot: QtBot) -> None:
    path = Path("/home/somebody/Documents/a folder of some length/TrayUptime 2026-06-28 to 2026-09-25.csv")
    window.exports.delivery.hand_over(f"The export is in {path}.", path)


def settle() -> None:
    for _ in range(4):  # scroll bars come and go one by one
        QApplication.processEvents()


@pytest.mark.usefixtures("scheme")
@pytest.mark.parametrize(
    ("name", "walk"), [*WALKS.items(), ("what happened", what_happened), ("a file", told_of_a_file)]
)
def test_every_page_can_be_read_and_pictures_show_some(
    name: str, walk: Callable[[HistoryWindow, QtBot], None], half_a_year: HalfAYear, qtbot: QtBot
) -> None:
    path, ends = half_a_year
    window = opened(path, ends + DAY_MS // 4, 10, qtbot)
    window.resize(SIZES[0])
    walk(window, qtbot)

    for size in SIZES:
        window.resize(size)
        settle()
        assert window.size() == size
        assert faults(window) == [], size
        if name in KEPT and size == SIZES[0]:
            pictures.hold(window.grab().toImage(), f"long words/{name}")


def test_long_names_of_lanes_move_the_begin_of_the_time_in_all_charts(
    half_a_year: HalfAYear, qtbot: QtBot
) -> None:
    path, ends = half_a_year
    window = opened(path, ends + DAY_MS // 4, 10, qtbot)
    WALKS["two compared"](window, qtbot)
    strands = (window.provider.own, window.provider.beside)

    (left_px,) = {chart.left_px for strand in strands for chart in (strand.lanes, strand.plot)}

    assert LEFT_PX < max(strand.lanes.names_px() for strand in strands) == left_px


@pytest.mark.parametrize("size", SIZES)
def test_nothing_yet_can_be_read(size: QSize, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "history.db"
    History.open(path, lambda: "now").close()
    window = opened(path, DAY_MS, 0, qtbot)
    window.resize(size)
    settle()

    assert window.overview.empty.isVisible()
    assert faults(window) == []


@pytest.mark.parametrize("size", SIZES)
def test_what_is_being_read_and_what_cannot_be_can_be_read(size: QSize, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(b"no history" * 1_000)
    window = HistoryWindow(path, pause_ms=0)
    qtbot.addWidget(window)
    window.resize(size)
    window.show()
    settle()
    assert window.words.accessibleName() == longer("Reading…")
    assert faults(window) == []

    with qtbot.waitSignal(window.refreshed):
        window.refresh(news=True)
    settle()

    assert "Reading" not in window.words.accessibleName()
    assert faults(window) == []
    window.finish()


def test_the_sheet_before_a_dossier_can_be_read(qtbot: QtBot) -> None:
    sheet = DossierSheet("a", {"a": "Alpha AI", "b": "Beta Models"}, None)
    qtbot.addWidget(sheet)
    sheet.show()
    settle()
    assert faults(sheet) == []

    QTest.keyClicks(sheet.promise, "many")
    settle()
    assert sheet.words.isVisible()
    assert faults(sheet) == []


def test_a_fault_would_be_found(qtbot: QtBot) -> None:
    window = HistoryWindow(Path("nowhere.db"))
    qtbot.addWidget(window)
    button: Any = quiet_button("Some words", lambda: None)
    over, words = QPushButton("Over it"), Words()
    words.say("Averyverylongword and others")
    for each in (button, over, words):
        window.layout().addWidget(each)  # type: ignore[union-attr]
    window.show()
    settle()
    button.setFixedWidth(20)
    over.setGeometry(button.geometry())
    words.setFixedWidth(30)
    words.setGeometry(0, 0, 30, 10)

    told = " ".join(faults(window))

    assert all(said in told for said in ("is cut off", "lies over", "its longest word", "for its lines"))
    window.finish()
