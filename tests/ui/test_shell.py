"""A telling is drawn everywhere at once, and whatever the user wants reaches the engine."""

import os
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QCursor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QMessageBox,
    QPlainTextEdit,
    QSystemTrayIcon,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from history.watching import Watching, go_down
from trayuptime.core.model import Vantage
from trayuptime.core.notice import News, Notice, Sign, Urgency, Withdrawal
from trayuptime.core.pauses import Pause
from trayuptime.core.state import PrimaryBack
from trayuptime.core.ticks import Tick
from trayuptime.history import History
from trayuptime.ui.crash import CrashReport
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.marks import Face, Mark, tray_icon
from trayuptime.ui.shell import NO_HOST
from ui.desk import Desk, MakeDesk
from ui.states import STATES
from ui.tellings import NOW, at, down, telling, up

BETA = up("beta", "Beta Models")
NOTICE = Notice("alpha", "Alpha AI is down", "It answers 503 since 14:02.", Urgency.CRITICAL, sign=Sign.DOWN)


def press(window: QWidget, text: str) -> None:
    """The one visible button of these words."""
    found = [b for b in window.findChildren(QAbstractButton) if b.isVisible()]
    (button,) = (b for b in found if b.text().replace("&", "") == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def click_icon(desk: Desk) -> None:
    desk.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)


# What is drawn


def test_a_telling_from_a_plain_thread_is_drawn_everywhere(desk: Desk, qtbot: QtBot) -> None:
    told = telling(down(advice="beta"), BETA)

    with qtbot.waitSignal(desk.bridge.told):
        threading.Thread(target=desk.bridge.tell, args=(told,)).start()

    assert desk.icon.icons[-1] is tray_icon(Face(Mark.DOWN, count=1))
    assert desk.icon.tooltips[-1] == "TrayUptime: Alpha AI is down · last checked 14:08:41"
    assert desk.rows[:2] == ["Alpha AI is down", "Switch to Beta Models (up, 0.6 s, key accepted)"]
    assert desk.panel.head.title.accessibleName() == "Alpha AI is down"


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_face_and_its_first_row(desk: Desk, state: str) -> None:
    desk.tell(STATES[state])

    assert desk.icon.icons[-1] is tray_icon(desk.panel.head.mark.face)
    assert desk.rows[0] == desk.panel.head.title.accessibleName()


def test_the_face_changes_only_when_the_state_does(desk: Desk) -> None:
    well = [telling(up(latency_ms=float(n)), BETA) for n in range(50)]
    for told in (*well, telling(down(), BETA), telling(down(), BETA), *well):
        desk.tell(told)

    faces = [Face(Mark.UNKNOWN), Face(Mark.UP), Face(Mark.DOWN, count=1), Face(Mark.UP)]
    assert desk.icon.icons == [tray_icon(face) for face in faces]


def test_the_windows_wear_the_face_too(desk: Desk) -> None:
    desk.tell(telling(down()))

    assert QGuiApplication.windowIcon().cacheKey() == tray_icon(Face(Mark.DOWN, count=1)).cacheKey()


def test_nothing_configured_opens_the_choices(make_desk: MakeDesk) -> None:
    desk = make_desk({"OPENAI_API_KEY": "a key"})

    desk.tell(telling())

    assert desk.panel.isVisible()
    assert "OpenAI" in [box.text() for box in desk.panel.findChildren(QAbstractButton) if box.isVisible()]


def test_something_configured_opens_nothing(desk: Desk) -> None:
    desk.tell(telling(up()))

    assert not desk.panel.isVisible()


# What is wanted


@pytest.mark.parametrize(
    ("row", "asked"),
    [
        ("Check now", ("check",)),
        ("Switch to Beta Models", ("switch", "beta", "alpha")),
        (Pause.RESUMED, ("pause", None)),
    ],
)
def test_every_row_of_the_menu_reaches_the_engine(desk: Desk, row: str, asked: tuple[object, ...]) -> None:
    desk.tell(telling(down(advice="beta"), BETA))

    desk.press(row)

    assert desk.commands.asked == [asked]


def test_resume_and_back_reach_the_engine(desk: Desk) -> None:
    desk.tell(telling(up(), BETA, paused=True, switched=("alpha", "beta")))

    desk.press("Resume")
    desk.press("Switch back to Alpha AI")

    assert desk.commands.asked == [("resume",), ("switch back",)]


def test_a_locked_keyring_has_a_row_while_it_is_locked(desk: Desk) -> None:
    desk.tell(telling(up(), keyring_locked=True))

    desk.press("Unlock keyring…")
    desk.tell(telling(up()))

    assert desk.commands.asked == [("unlock",)]
    assert "Unlock keyring…" not in desk.rows


def test_a_pause_of_an_hour_ends_in_an_hour(desk: Desk) -> None:
    desk.tell(telling(up()))
    now = datetime.now().astimezone()

    desk.press(Pause.HOUR)

    ((word, end),) = desk.commands.asked
    assert word == "pause"
    assert isinstance(end, int)
    assert timedelta(hours=1) <= datetime.fromtimestamp(end / 1000).astimezone() - now + timedelta(seconds=1)
    assert datetime.fromtimestamp(end / 1000).astimezone() - now < timedelta(hours=1, minutes=1)


def test_quit_leaves(desk: Desk) -> None:
    desk.tell(telling(up()))

    desk.press("Quit TrayUptime")

    assert desk.left == [True]


def test_the_middle_button_checks_now(desk: Desk) -> None:
    desk.icon.activated.emit(QSystemTrayIcon.ActivationReason.MiddleClick)

    assert desk.commands.asked == [("check",)]


def test_the_icon_opens_and_hides_the_panel(desk: Desk) -> None:
    desk.tell(telling(up()))

    click_icon(desk)
    assert desk.panel.isVisible()
    click_icon(desk)
    assert not desk.panel.isVisible()


def test_a_minimised_panel_comes_back(desk: Desk) -> None:
    desk.tell(telling(up()))
    click_icon(desk)
    desk.panel.showMinimized()

    click_icon(desk)

    assert desk.panel.isVisible()
    assert not desk.panel.isMinimized()


def test_whoever_asks_for_the_window_gets_it_with_the_desktops_token(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_ACTIVATION_TOKEN", "")

    desk.bridge.raise_window("token-of-the-desktop")
    QApplication.processEvents()

    assert desk.panel.isVisible()
    assert os.environ["XDG_ACTIVATION_TOKEN"] == "token-of-the-desktop"


def test_history_opens_from_menu_and_panel(desk: Desk) -> None:
    desk.tell(telling(up()))

    desk.press("History")
    assert desk.history.isVisible()
    desk.history.close()
    desk.shell.open_window()
    press(desk.panel, "History")

    assert desk.history.isVisible()


def test_a_minimised_history_comes_back_as_large_as_it_was(desk: Desk) -> None:
    desk.press("History")
    desk.history.showMaximized()
    desk.history.showMinimized()

    desk.press("History")

    assert not desk.history.isMinimized()
    assert desk.history.isMaximized()


def test_a_closed_history_takes_none_with_it_that_was_opened_since(desk: Desk, qtbot: QtBot) -> None:
    """That it is gone it says when it is closed and when its thread has ended: that may be twice."""
    desk.press("History")
    first = desk.history
    opened: list[HistoryWindow] = []

    def open_again() -> None:
        if not opened:
            desk.panel.history_asked.emit()
            opened.append(desk.history)
            first.gone.emit()

    first.gone.connect(open_again)
    first.close()
    qtbot.waitUntil(lambda: not isValid(first))

    (second,) = opened
    assert second is not first
    assert desk.shell._history is second
    assert second.isVisible()


def test_a_closed_history_leaves_nothing_behind_and_opens_anew(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.tell(telling(up(), BETA))
    desk.press("History")
    first = desk.history
    given_back: list[bool] = []
    monkeypatch.setattr("trayuptime.ui.shell.give_back", lambda: given_back.append(isValid(first)))

    first.close()
    qtbot.waitUntil(lambda: desk.shell._history is None)
    qtbot.waitUntil(lambda: given_back == [False])
    desk.press("History")

    assert desk.history.isVisible()


def test_enter_on_a_row_opens_the_page_of_its_provider(desk: Desk) -> None:
    desk.tell(telling(BETA, up()))
    desk.shell.open_window()

    QTest.keyClick(desk.panel.providers, Qt.Key.Key_Down)
    QTest.keyClick(desk.panel.providers, Qt.Key.Key_Return)

    assert desk.history.isVisible()
    assert desk.history.pages.currentWidget() is desk.history.provider
    assert desk.history._opened == "alpha"


def test_details_open_the_page_of_the_incident(desk: Desk) -> None:
    desk.tell(telling(BETA, down()))
    desk.shell.open_window()

    press(desk.panel, "Details")

    assert desk.history.isVisible()
    assert desk.history.pages.currentWidget() is desk.history.incident
    assert desk.history._incident == 1


# Where it opens


def test_a_click_on_the_icon_brings_the_panel_before_another_window_of_ours(desk: Desk, qtbot: QtBot) -> None:
    click_icon(desk)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)

    click_icon(desk)

    assert desk.panel.isVisible()
    qtbot.waitUntil(desk.panel.isActiveWindow)


def test_a_click_on_the_icon_opens_the_panel_beside_it(desk: Desk) -> None:
    desk.tell(telling(up()))
    screen = QGuiApplication.primaryScreen().availableGeometry()
    desk.icon.place = QRect(screen.right() - 30, screen.bottom() - 30, 22, 22)

    click_icon(desk)

    assert screen.contains(desk.panel.frameGeometry())
    assert desk.panel.frameGeometry().bottom() < desk.icon.place.top()
    assert desk.panel.frameGeometry().right() > screen.right() - 20


def test_where_no_icon_tells_its_place_the_pointer_does(desk: Desk) -> None:
    desk.tell(telling(up()))
    screen = QGuiApplication.primaryScreen().availableGeometry()
    QCursor.setPos(screen.right() - 20, screen.top() + 10)

    click_icon(desk)

    assert desk.panel.frameGeometry().top() < screen.top() + 60
    assert desk.panel.frameGeometry().right() > screen.right() - 20


def test_bad_news_do_not_push_the_panel_off_the_screen(desk: Desk) -> None:
    desk.tell(telling(up(), BETA))
    screen = QGuiApplication.primaryScreen().availableGeometry()
    desk.icon.place = QRect(screen.right() - 30, screen.bottom() - 30, 22, 22)
    click_icon(desk)

    desk.tell(telling(down(advice="beta"), BETA))

    assert screen.contains(desk.panel.frameGeometry())


# The playbook


def test_an_outage_opens_no_window_and_the_next_panel_offers_its_playbook(desk: Desk) -> None:
    desk.tell(telling(down(), BETA))
    assert not desk.panel.isVisible()
    assert desk.checklists == []

    desk.shell.open_window()
    press(desk.panel, "Playbook")

    assert desk.checklist.isVisible()
    assert desk.checklist.windowTitle() == "TrayUptime – Playbook: Alpha AI"


def test_a_tick_reaches_the_engine_and_its_answer_the_window(lived: Desk, qtbot: QtBot) -> None:
    row = lived.checklist.pane.view.tasks[0]

    row.box.click()
    assert lived.commands.asked == [("tick", 1, row.label, True)]
    lived.bridge.tell_unticked(1, "The disk is full.")
    qtbot.waitUntil(lambda: not row.waits)

    assert row.when.text() == "The disk is full."


def test_a_tick_by_a_command_is_shown_at_once(lived: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    row = lived.checklist.pane.view.tasks[0]
    history = History.open(tmp_path / "history.db", lambda: "now")
    history.tick(1, Tick(row.label, True, at("14:05")))
    history.close()

    lived.bridge.tell_noted(1)

    qtbot.waitUntil(row.box.isChecked)


def test_the_page_of_an_incident_has_its_playbook_and_its_ticks_go_the_same_way(
    down_once: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    down_once.press("History")
    down_once.history.open_incident(1)
    pane = down_once.history.playbook
    assert pane is not None
    qtbot.waitUntil(lambda: pane.view.shown is not None)
    first, second, *_ = pane.view.tasks

    first.box.click()
    second.box.click()
    assert down_once.commands.asked == [("tick", 1, row.label, True) for row in (first, second)]
    history = History.open(tmp_path / "history.db", lambda: "now")
    history.tick(1, Tick(first.label, True, at("14:05")))
    history.close()
    down_once.bridge.tell_noted(1)
    down_once.bridge.tell_unticked(1, "The disk is full.")
    qtbot.waitUntil(first.box.isChecked)
    qtbot.waitUntil(lambda: not first.waits)

    assert second.when.text() == "The disk is full."
    assert down_once.history.incident.isAncestorOf(pane)


def test_a_tick_is_read_into_no_window_that_is_closed(down_once: Desk, qtbot: QtBot) -> None:
    down_once.press("History")
    down_once.history.open_incident(1)
    pane = down_once.history.playbook
    assert pane is not None
    qtbot.waitUntil(lambda: pane.view.shown is not None)
    down_once.history.close()
    qtbot.waitUntil(lambda: down_once.shell._history is None)

    down_once.bridge.tell_noted(1)
    QApplication.processEvents()

    assert down_once.shell._history is None


@pytest.fixture
def down_once(desk: Desk, tmp_path: Path) -> Desk:
    """With an incident 1 of deepseek, which lasts."""
    history = History.open(tmp_path / "history.db", lambda: "now")
    go_down(Watching(), history)
    history.close()
    desk.tell(telling(down("deepseek", "DeepSeek"), BETA))
    return desk


@pytest.fixture
def lived(down_once: Desk, qtbot: QtBot) -> Desk:
    """With the playbook of an outage open."""
    desk = down_once
    desk.shell.open_window()
    press(desk.panel, "Playbook")
    qtbot.waitUntil(lambda: desk.checklist.pane.view.shown is not None)
    return desk


# Without a tray


def test_closing_hides_where_there_is_an_icon(desk: Desk) -> None:
    desk.tell(telling(up()))
    desk.shell.open_window()

    desk.panel.close()

    assert not desk.panel.isVisible()
    assert desk.left == []


@pytest.fixture
def trayless(make_desk: MakeDesk) -> Desk:
    """A desktop that shows no icons, and a window that has waited long enough for them."""
    desk = make_desk(shows=False, over_dbus=False)
    desk.tell(telling(up()))
    desk.shell.open_window()
    return desk


def _question(desk: Desk) -> QMessageBox:
    (found,) = (box for box in desk.panel.findChildren(QMessageBox) if box.isVisible())
    return found


def test_closing_without_an_icon_asks_first_and_can_quit(trayless: Desk) -> None:
    trayless.panel.close()
    assert trayless.panel.isVisible()

    press(_question(trayless), "Quit")

    assert trayless.left == [True]


def test_keeping_on_without_an_icon_minimises_and_is_not_asked_twice(trayless: Desk) -> None:
    trayless.panel.close()
    press(_question(trayless), "Keep watching")
    assert trayless.panel.isMinimized()

    trayless.panel.showNormal()
    trayless.panel.close()

    assert trayless.panel.isMinimized()
    assert trayless.left == []


def test_escape_in_the_question_keeps_watching(trayless: Desk) -> None:
    trayless.panel.close()

    QTest.keyClick(_question(trayless), Qt.Key.Key_Escape)

    assert trayless.left == []
    assert trayless.panel.isMinimized()


def test_a_session_that_ends_is_not_held_up(trayless: Desk) -> None:
    trayless.panel.may_close = True

    assert trayless.panel.close()
    assert trayless.panel.findChildren(QMessageBox) == []


def test_when_no_tray_comes_the_window_says_so_and_stays(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(host_wait_ms=0, shows=False)
    desk.tell(telling(up()))

    qtbot.waitUntil(desk.panel.isVisible)

    assert desk.panel.note.words == NO_HOST


def test_a_tray_that_comes_takes_the_place_of_a_window_that_nobody_opened(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk(host_wait_ms=0, shows=False)
    desk.tell(telling(up()))
    qtbot.waitUntil(desk.panel.isVisible)

    desk.place.come()

    assert not desk.panel.isVisible()
    assert desk.panel.note.words == ""


def test_a_window_that_the_user_opened_stays_when_a_tray_comes(trayless: Desk) -> None:
    trayless.place.come()

    assert trayless.panel.isVisible()


@pytest.mark.parametrize(("over_dbus", "row"), [(True, "gpt__4: up"), (False, "gpt_4: up")])
def test_underscores_are_doubled_only_where_the_menu_goes_over_dbus(
    make_desk: MakeDesk, over_dbus: bool, row: str
) -> None:
    desk = make_desk(over_dbus=over_dbus)

    desk.tell(telling(up("a", "gpt_4")))

    assert desk.rows[1].startswith(row)


# Notices that nobody shows


def test_a_bad_notice_that_nobody_shows_is_said_by_window_and_icon(desk: Desk) -> None:
    desk.tell(telling(down()))

    desk.bridge.keep_unshown(NOTICE)
    QApplication.processEvents()

    assert desk.panel.isVisible()
    assert desk.panel.note.words == "Alpha AI is down. It answers 503 since 14:02."
    assert desk.icon.balloons == [("Alpha AI is down", "It answers 503 since 14:02.")]


def test_a_good_one_opens_no_window(desk: Desk) -> None:
    desk.tell(telling(up()))

    desk.bridge.keep_unshown(Notice("alpha", "Alpha AI is up again", "", Urgency.LOW, sign=Sign.UP))
    QApplication.processEvents()

    assert not desk.panel.isVisible()
    assert desk.icon.balloons == []


@pytest.mark.parametrize(
    "later", [Withdrawal("alpha"), Notice("alpha", "Alpha AI is up again", "", Urgency.LOW, sign=Sign.UP)]
)
def test_a_notice_goes_when_it_is_no_longer_true(desk: Desk, later: News) -> None:
    desk.bridge.keep_unshown(NOTICE)
    QApplication.processEvents()

    desk.tell(telling(up(), notices=(later,)))

    assert desk.panel.note.words == ""


# The engine dies


def _dialog() -> CrashReport:
    (found,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, CrashReport) and w.isVisible())
    return found


def crash(desk: Desk) -> CrashReport:
    desk.bridge.tell_crash("Traceback …\nRuntimeError: boom")
    QApplication.processEvents()
    return _dialog()


def test_a_crash_is_red_and_says_so(desk: Desk) -> None:
    desk.tell(telling(up(), BETA))

    dialog = crash(desk)

    assert desk.icon.icons[-1] is tray_icon(Face(Mark.DOWN))
    assert desk.icon.tooltips[-1] == "TrayUptime: TrayUptime has stopped watching: an error of its own"
    assert desk.rows[:3] == [
        "TrayUptime has stopped watching: an error of its own",
        "Watch again",
        desk.rows[2],
    ]
    assert desk.rows[2].startswith("Alpha AI: unknown, since ")
    assert "RuntimeError: boom" in dialog.text.toPlainText()


def test_a_crash_before_the_first_word_is_red_too(desk: Desk) -> None:
    crash(desk)

    assert desk.icon.icons[-1] is tray_icon(Face(Mark.DOWN))
    assert desk.rows == [
        "TrayUptime has stopped watching: an error of its own",
        "Watch again",
        "History",
        "Quit TrayUptime",
    ]


def test_the_report_can_be_copied(desk: Desk) -> None:
    dialog = crash(desk)

    press(dialog, "Copy report")

    assert QGuiApplication.clipboard().text() == "Traceback …\nRuntimeError: boom"
    assert dialog.isVisible()


@pytest.mark.parametrize("how", ["dialog", "menu", "panel"])
def test_watching_begins_again_from_anywhere(desk: Desk, how: str) -> None:
    desk.tell(telling(up()))
    dialog = crash(desk)

    if how == "dialog":
        press(dialog, "Watch again")
    elif how == "menu":
        desk.press("Watch again")
    else:
        desk.shell.open_window()
        desk.panel.head.again.click()

    assert desk.commands.asked == [("restart",)]
    assert not dialog.isVisible()


def test_after_a_restart_all_is_as_it_was(desk: Desk) -> None:
    desk.tell(telling(up(), BETA))
    crash(desk)
    desk.press("Watch again")

    desk.tell(telling(up(), BETA))

    assert desk.icon.icons[-1] is tray_icon(Face(Mark.UP))
    assert desk.rows[0] == "All 2 up"
    assert "Watch again" not in desk.rows


def test_a_closed_report_leaves_the_ways_back(desk: Desk) -> None:
    desk.tell(telling(up()))
    dialog = crash(desk)

    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert not dialog.isVisible()
    assert "Watch again" in desk.rows


def test_tab_leaves_the_report_in_the_dialog(desk: Desk) -> None:
    dialog = crash(desk)
    text = dialog.findChild(QPlainTextEdit)
    assert text is not None
    QTest.qWaitForWindowActive(dialog)
    text.setFocus()

    QTest.keyClick(text, Qt.Key.Key_Tab)

    assert QApplication.focusWidget() is not text


# The end


def test_at_the_end_the_icon_is_gone_and_windows_may_close(desk: Desk) -> None:
    icon = desk.icon

    desk.shell.finish()

    assert not icon.on
    assert desk.panel.may_close


def test_what_happens_is_read_into_an_open_history(desk: Desk, qtbot: QtBot) -> None:
    desk.tell(telling(up()))
    desk.press("History")
    qtbot.waitUntil(lambda: desk.history.words.accessibleName() != "Reading…")

    with qtbot.waitSignal(desk.history.refreshed):
        desk.tell(telling(up(), happenings=(PrimaryBack(at(NOW), "alpha"),)))


def test_offline_is_neither_green_nor_red(desk: Desk) -> None:
    desk.tell(telling(up(), BETA, vantage=Vantage.OFFLINE))

    assert desk.icon.icons[-1] is tray_icon(Face(Mark.OFFLINE))
