"""The window of a checklist reads real files away from the GUI thread, and hears what is kept."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QThread, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from history.watching import Watching, go_down, never_stamped
from trayuptime.core.ticks import Tick
from trayuptime.history import History, HistoryError, Reader
from trayuptime.ui.history.checklist_view import UNHEARD
from trayuptime.ui.history.checklist_window import ChecklistWindow

CONFIG = '[[provider]]\nid = "deepseek"\nkind = "deepseek"\n'
OWN = "# Mine\n- [ ] Tell Anna\n- [ ] Switch\n"

Open = Callable[..., ChecklistWindow]


class Desktop:
    """Opens nothing, and remembers what it was asked to open."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.can = True

    def open(self, url: QUrl) -> bool:
        self.opened.append(url.toString())
        return self.can


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "config.toml"
    path.parent.mkdir()
    path.write_text(CONFIG)
    return path


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """Of an incident 1 of deepseek, which lasts."""
    history = History.open(tmp_path / "history.db", never_stamped)
    go_down(Watching(), history)
    yield history
    history.close()


@pytest.fixture
def desktop() -> Desktop:
    return Desktop()


@pytest.fixture
def make(
    tmp_path: Path, config_file: Path, history: History, desktop: Desktop, qtbot: QtBot
) -> Iterator[Open]:
    made: list[ChecklistWindow] = []

    def opened(open_file: Callable[[Path], Reader] = Reader, patience_ms: int = 60_000) -> ChecklistWindow:
        window = ChecklistWindow(
            tmp_path / "history.db", config_file, desktop.open, open_file=open_file, patience_ms=patience_ms
        )
        made.append(window)
        qtbot.addWidget(window)
        return window

    yield opened
    for window in made:
        window.finish()


@pytest.fixture
def window(make: Open, qtbot: QtBot) -> ChecklistWindow:
    """Open, with the checklist of the incident."""
    window = make()
    window.open_incident(1, "DeepSeek")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None)
    qtbot.waitUntil(window.isActiveWindow)
    return window


def own(config_file: Path, text: str = OWN) -> Path:
    path = config_file.parent / "playbooks" / "deepseek.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def labels(window: ChecklistWindow) -> list[str]:
    return [row.label for row in window.pane.view.tasks]


def test_it_reads_away_from_the_gui_thread(make: Open, qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []

    def open_file(path: Path) -> Reader:
        threads.append(threading.current_thread())
        return Reader(path)

    window = make(open_file)
    assert threads == []
    window.open_incident(1, "DeepSeek")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None)

    assert threads
    assert threading.main_thread() not in threads


def test_it_says_whose_playbook_it_is_and_that_it_is_read(make: Open) -> None:
    window = make()

    window.open_incident(1, "<b>DeepSeek</b>")

    assert window.windowTitle() == "TrayUptime – Playbook: <b>DeepSeek</b>"
    assert window.pane.view.answer.text() == "Reading…"


def test_the_offered_one_is_shown_and_nothing_is_written(window: ChecklistWindow, config_file: Path) -> None:
    assert window.pane.view.own.isVisible()
    assert str(config_file.parent / "playbooks" / "deepseek.md") in window.pane.view.note.accessibleName()
    assert not (config_file.parent / "playbooks").exists()


def test_made_ones_own_it_is_written_and_shown_as_such(
    window: ChecklistWindow, config_file: Path, desktop: Desktop, qtbot: QtBot
) -> None:
    before = labels(window)

    window.pane.view.own.click()
    qtbot.waitUntil(window.pane.view.own.isHidden)

    assert (
        (config_file.parent / "playbooks" / "deepseek.md").read_text().startswith("# When DeepSeek fails\n")
    )
    assert labels(window) == before
    assert desktop.opened == []


def test_edit_writes_it_first_and_opens_it_then(
    window: ChecklistWindow, config_file: Path, desktop: Desktop, qtbot: QtBot
) -> None:
    window.pane.view.edit.click()
    qtbot.waitUntil(lambda: desktop.opened != [])

    path = config_file.parent / "playbooks" / "deepseek.md"
    assert path.exists()
    assert desktop.opened == [QUrl.fromLocalFile(str(path)).toString()]


def test_ones_own_is_opened_as_it_is(make: Open, config_file: Path, desktop: Desktop, qtbot: QtBot) -> None:
    path = own(config_file)
    window = make()
    window.open_incident(1, "DeepSeek")
    qtbot.waitUntil(lambda: labels(window) == ["Tell Anna", "Switch"])

    window.pane.view.edit.click()

    assert desktop.opened == [QUrl.fromLocalFile(str(path)).toString()]
    assert path.read_text() == OWN


def test_one_that_somebody_else_wrote_meanwhile_stays_and_is_shown(
    window: ChecklistWindow, config_file: Path, desktop: Desktop, qtbot: QtBot
) -> None:
    path = own(config_file)

    window.pane.view.edit.click()
    qtbot.waitUntil(lambda: labels(window) == ["Tell Anna", "Switch"])

    assert path.read_text() == OWN
    assert window.pane.view.complaint.accessibleName() == f"There is {path} already; nothing was written."
    assert desktop.opened == []


def test_a_desktop_that_opens_nothing_leaves_the_user_the_path(
    make: Open, config_file: Path, desktop: Desktop, qtbot: QtBot
) -> None:
    path = own(config_file)
    desktop.can = False
    window = make()
    window.open_incident(1, "DeepSeek")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None)

    window.pane.view.edit.click()

    assert window.pane.view.complaint.accessibleName() == f"No program on this desktop opens {path}"


def test_an_address_is_opened_by_the_desktop(window: ChecklistWindow, desktop: Desktop) -> None:
    (link,) = (row.words for row in window.pane.view.tasks if "status.deepseek.com" in row.label)

    link.linkActivated.emit("https://status.deepseek.com")

    assert desktop.opened == ["https://status.deepseek.com"]


def test_a_tick_is_shown_when_it_is_kept(window: ChecklistWindow, history: History, qtbot: QtBot) -> None:
    asked: list[tuple[int, str, bool]] = []
    window.tick_asked.connect(lambda *what: asked.append(what))
    row = window.pane.view.tasks[0]

    row.box.click()
    (number, label, done), *_ = asked
    history.tick(number, Tick(label, done, 1_774_800_000_000))
    window.pane.hear_noted(2)
    assert row.waits
    window.pane.hear_noted(1)
    qtbot.waitUntil(lambda: not row.waits)

    assert len(asked) == 1
    assert row.box.checkState() is Qt.CheckState.Checked


def test_only_a_refusal_of_its_own_incident_ends_a_wait(window: ChecklistWindow) -> None:
    row = window.pane.view.tasks[0]
    row.box.click()

    window.pane.hear_unticked(2, "Another.")
    assert row.waits
    window.pane.hear_unticked(1, "The disk is full.")

    assert (row.waits, row.when.text()) == (False, "The disk is full.")


def test_without_any_answer_it_looks_what_is_kept(make: Open, history: History, qtbot: QtBot) -> None:
    window = make(patience_ms=1)
    window.open_incident(1, "DeepSeek")
    qtbot.waitUntil(lambda: window.pane.view.shown is not None)
    first, second, *_ = window.pane.view.tasks
    history.tick(1, Tick(first.label, True, 1_774_800_000_000))

    first.box.click()
    second.box.click()
    qtbot.waitUntil(lambda: first.box.checkState() is Qt.CheckState.Checked)

    assert second.box.checkState() is Qt.CheckState.Unchecked
    assert second.when.text() == UNHEARD


def test_who_comes_back_from_the_editor_sees_what_is_in_the_file_now(
    window: ChecklistWindow, config_file: Path, qtbot: QtBot
) -> None:
    own(config_file)
    editor = QWidget()
    qtbot.addWidget(editor)
    editor.show()
    editor.activateWindow()
    qtbot.waitUntil(editor.isActiveWindow)
    assert labels(window) != ["Tell Anna", "Switch"]

    window.activateWindow()
    qtbot.waitUntil(lambda: labels(window) == ["Tell Anna", "Switch"])


def test_there_is_no_checklist_of_no_incident(make: Open, qtbot: QtBot) -> None:
    window = make()

    window.open_incident(7, "DeepSeek")

    qtbot.waitUntil(lambda: window.pane.view.answer.text() == "There is no incident 7.")


def test_a_history_that_cannot_be_read_takes_nothing_away(
    make: Open, config_file: Path, qtbot: QtBot
) -> None:
    broken: list[bool] = []

    def open_file(path: Path) -> Reader:
        if broken:
            raise HistoryError("The history cannot be read: it is locked.")
        return Reader(path)

    own(config_file)
    window = make(open_file)
    window.open_incident(1, "DeepSeek")
    qtbot.waitUntil(lambda: labels(window) == ["Tell Anna", "Switch"])

    broken.append(True)
    window.pane.refresh()
    qtbot.waitUntil(lambda: window.pane.view.answer.accessibleName().endswith("it is locked."))
    assert labels(window) == ["Tell Anna", "Switch"]
    broken.clear()
    window.pane.refresh()

    qtbot.waitUntil(window.pane.view.answer.isHidden)


def test_escape_closes_and_nothing_is_remembered(window: ChecklistWindow) -> None:
    window.resize(700, 300)
    QTest.keyClick(window.pane.view.tasks[0].box, Qt.Key.Key_Escape)
    assert not window.isVisible()
    assert window.pane.view.shown is None

    window.open_incident(1, "DeepSeek")

    assert window.pane.view.answer.text() == "Reading…"
    assert (window.width(), window.height()) == (440, 600)


def test_closing_waits_for_no_answer(make: Open, qtbot: QtBot) -> None:
    held = threading.Event()

    def hold(path: Path) -> Reader:
        held.wait()
        return Reader(path)

    window = make(hold)
    window.open_incident(1, "DeepSeek")
    window.close()

    (thread,) = window.findChildren(QThread)  # not given up either
    assert thread.isRunning()
    held.set()
    qtbot.waitUntil(lambda: not thread.isRunning())


def test_turned_to_another_incident_an_answer_about_the_first_is_not_shown(
    window: ChecklistWindow, qtbot: QtBot
) -> None:
    window.pane.refresh()
    window.open_incident(7, "OpenAI")

    qtbot.waitUntil(lambda: window.pane.view.answer.text() == "There is no incident 7.")
    assert window.pane.view.shown is None
