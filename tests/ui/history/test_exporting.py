"""Export from the window: the command's own file of what is in view, to the byte; broken off, no file."""

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QThread
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cli.house import House
from disks import small_disk
from trayuptime.core.model import Instant
from trayuptime.core.window import Window
from trayuptime.runtime.export_lines import Line, recorded
from trayuptime.ui.history.exporting import ExportButton, Scope
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.view import view_of
from ui.history.record import DAY_MS
from ui.history.test_window import open_first, watched
from ui.tellings import telling

HalfAYear = tuple[Path, Instant]
WORDS = {"csv": "CSV", "jsonl": "JSON lines"}


@pytest.fixture
def window(half_a_year: HalfAYear, qtbot: QtBot) -> Iterator[HistoryWindow]:
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


@pytest.fixture
def command(half_a_year: HalfAYear, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[House]:
    """The command line beside the same history."""
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    (home / "data" / "history.db").symlink_to(half_a_year[0])
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TRAYUPTIME_HOME", str(home))
        yield House(home, capsys)


class Gate:
    """Lets an export begin, and holds it there."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def recorded(self, *args: Any) -> Iterator[Line]:
        self.reached.set()
        self.opened.wait(30)
        return recorded(*args)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    made = Gate()
    monkeypatch.setattr("trayuptime.runtime.export_file.recorded", made.recorded)
    yield made
    made.opened.set()


def offers(button: ExportButton) -> list[str]:
    """What the menu says when it is opened."""
    button.offers.aboutToShow.emit()
    return [action.text() for action in button.offers.actions() if action.text()]


def choose(button: ExportButton, words: str) -> None:
    button.offers.aboutToShow.emit()
    next(action for action in button.offers.actions() if action.text() == words).trigger()


def told(window: HistoryWindow) -> str:
    return window.exports.delivery.words.accessibleName()


def save(window: HistoryWindow, qtbot: QtBot, path: Path) -> None:
    """Answers the question where."""
    dialog = window.exports.dialog
    assert dialog is not None
    with qtbot.waitSignal(window.exports.finished, timeout=60_000):
        dialog.fileSelected.emit(str(path))
        dialog.reject()


def everything(of: Scope, window: HistoryWindow, path: Path) -> None:
    window.exports.write(of, "csv", path)


def all_of_it(window: HistoryWindow) -> Scope:
    return window.overview.scopes()[0]


def test_the_menu_offers_everybody_and_the_one_that_one_is_on(window: HistoryWindow) -> None:
    window.overview.bars.setFocus()
    window.overview.bars.go_to(5, 3)

    assert offers(window.overview.export) == [
        "28 Jun 2026 – 25 Sep 2026",
        "All providers as CSV…",
        "All providers as JSON lines…",
        "Provider 1 as CSV…",
        "Provider 1 as JSON lines…",
    ]


def test_those_that_were_found_are_offered_too(window: HistoryWindow) -> None:
    window.overview.sought.setText("provider")
    assert "The 10 found as CSV…" in offers(window.overview.export)

    window.overview.sought.setText("provider 7")
    assert offers(window.overview.export)[3:] == ["Provider 7 as CSV…", "Provider 7 as JSON lines…"]


def test_before_anything_was_recorded_nothing_is_offered(qtbot: QtBot, tmp_path: Path) -> None:
    window = HistoryWindow(tmp_path / "history.db")
    qtbot.addWidget(window)

    for button in (window.overview.export, window.provider.export):
        assert offers(button) == ["Nothing was recorded yet"]


def test_a_name_is_no_key_and_no_markup(qtbot: QtBot) -> None:
    scope = Scope("R&D <b>", frozenset({"x"}), "today", Window(0), "x")
    button = ExportButton(lambda: [scope])
    qtbot.addWidget(button)

    assert offers(button)[1] == "R&&D <b> as CSV…"


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_all_of_the_days_in_view_is_the_commands_file_to_the_byte(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path, command: House, ending: str
) -> None:
    choose(window.overview.export, f"All providers as {WORDS[ending]}…")
    dialog = window.exports.dialog
    assert dialog is not None
    assert dialog.defaultSuffix() == ending
    save(window, qtbot, tmp_path / f"window.{ending}")
    theirs = tmp_path / f"command.{ending}"
    assert command.run("export", "--since", "2026-06-28", "-o", str(theirs)).code == 0

    assert (tmp_path / f"window.{ending}").read_bytes() == theirs.read_bytes()
    assert theirs.stat().st_size > 1_000_000
    assert told(window) == f"The export is in {tmp_path / f'window.{ending}'}."


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_one_provider_of_a_range_is_the_commands_file_to_the_byte(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path, command: House, ending: str
) -> None:
    open_first(window, qtbot)
    page = window.provider
    page.go_to(date(2026, 9, 19))
    assert page.scope is not None
    assert page.scope.name == "p0 2026-09-19"
    choose(page.export, f"Provider 0 as {WORDS[ending]}…")
    save(window, qtbot, tmp_path / f"window.{ending}")
    theirs = tmp_path / f"command.{ending}"
    arguments = ("--since", "2026-09-19", "--until", "2026-09-20", "-o", str(theirs))
    assert command.run("export", "p0", *arguments).code == 0

    assert (tmp_path / f"window.{ending}").read_bytes() == theirs.read_bytes()
    assert len(theirs.read_bytes().splitlines()) > 10


def test_a_name_with_another_ending_has_its_format(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    choose(window.overview.export, "Provider 0 as CSV…")
    save(window, qtbot, tmp_path / "out.jsonl")

    assert (tmp_path / "out.jsonl").read_bytes().startswith(b"{")


def test_it_is_written_in_another_thread_and_shows_how_far_it_is(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path, gate: Gate
) -> None:
    everything(all_of_it(window), window, tmp_path / "out.csv")
    assert gate.reached.wait(30)
    with qtbot.waitSignal(window.refreshed):  # the window goes on meanwhile
        window.refresh()
    strip = window.exports.delivery
    assert strip.progress.isVisible()
    assert strip.progress.value() == 0
    assert told(window) == "All providers, 28 Jun 2026 – 25 Sep 2026: being written to out.csv…"

    heard: list[int] = []
    strip.progress.valueChanged.connect(heard.append)
    with qtbot.waitSignal(window.exports.finished, timeout=60_000):
        gate.opened.set()
    assert heard == sorted(heard)
    assert len(heard) > 20
    assert heard[-1] == 100
    assert not strip.progress.isVisible()


def test_cancelled_it_leaves_nothing_and_what_was_there_before(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path, gate: Gate
) -> None:
    folder = tmp_path / "target"
    folder.mkdir()
    (folder / "out.csv").write_text("precious")
    everything(all_of_it(window), window, folder / "out.csv")
    assert gate.reached.wait(30)

    window.exports.delivery.cancel.click()
    with qtbot.waitSignal(window.exports.finished):
        gate.opened.set()

    assert told(window) == "The export was cancelled: no file was written."
    assert [(each.name, each.read_text()) for each in folder.iterdir()] == [("out.csv", "precious")]


def test_on_a_full_disk_nothing_is_left_and_it_is_said(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        disk.fill()
        folder = disk.path.parent
        before = {each.name for each in folder.iterdir()}
        with qtbot.waitSignal(window.exports.finished, timeout=60_000):
            everything(all_of_it(window), window, folder / "out.csv")

        assert {each.name for each in folder.iterdir()} == before
        assert told(window).startswith(f"There is no export: {folder / 'out.csv'} cannot be written: ")
        assert not window.exports.delivery.open_file.isVisible()


def test_closed_in_the_middle_it_is_cancelled_and_the_window_goes(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path, gate: Gate
) -> None:
    everything(all_of_it(window), window, tmp_path / "out.csv")
    assert gate.reached.wait(30)

    with qtbot.waitSignal(window.gone):
        assert window.close()
        assert window.exports.busy
        gate.opened.set()

    assert not any(thread.isRunning() for thread in window.findChildren(QThread))
    assert not list(tmp_path.glob("*out.csv*"))


def test_at_the_end_of_the_program_it_is_cancelled_and_waited_for(
    window: HistoryWindow, tmp_path: Path, gate: Gate
) -> None:
    everything(all_of_it(window), window, tmp_path / "out.csv")
    assert gate.reached.wait(30)
    gate.opened.set()

    window.finish()

    assert not any(thread.isRunning() for thread in window.findChildren(QThread))
    assert not list(tmp_path.glob("*out.csv*"))


def test_one_that_does_not_end_in_time_is_left_alone(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that does not answer: a thread destroyed in the middle would take the program with it."""
    monkeypatch.setattr("trayuptime.ui.history.writing.LEAVE_MS", 1)
    everything(all_of_it(window), window, tmp_path / "out.csv")
    assert gate.reached.wait(30)
    writing = window.exports._writing
    assert writing is not None

    window.finish()
    assert writing.parent() is None
    gate.opened.set()
    assert writing.wait(30_000)


def test_a_second_one_is_not_begun_meanwhile(
    window: HistoryWindow, qtbot: QtBot, tmp_path: Path, gate: Gate
) -> None:
    for name in ("one.csv", "two.csv"):
        everything(all_of_it(window), window, tmp_path / name)
    assert told(window) == "One export is being written already; this one was not begun."

    with qtbot.waitSignal(window.exports.finished, timeout=60_000):
        gate.opened.set()
    assert [each.name for each in tmp_path.glob("*.csv")] == ["one.csv"]
