"""What the engine says in its thread is heard in the GUI's, in order, and not before somebody can listen."""

import threading

from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from trayuptime.core.notice import Notice, Sign, Urgency
from trayuptime.ui.bridge import Bridge
from ui.tellings import telling, up

NOTICE = Notice("alpha", "Alpha AI is down", "It answers 503.", Urgency.CRITICAL, sign=Sign.DOWN)


def _in_a_thread(bridge: Bridge) -> None:
    def speak() -> None:
        bridge.tell(telling(up()))
        bridge.keep_unshown(NOTICE)
        bridge.raise_window("token")
        bridge.tell_noted(7)
        bridge.tell_unticked(7, "No room.")
        bridge.tell_crash("Traceback")
        bridge.tell_end()

    thread = threading.Thread(target=speak)
    thread.start()
    thread.join()


def test_a_plain_threads_words_arrive_in_the_gui_thread_in_order(qtbot: QtBot) -> None:
    bridge = Bridge()
    heard: list[tuple[str, QThread, object]] = []

    def hear(name: str, value: object = None) -> None:
        heard.append((name, QThread.currentThread(), value))

    bridge.told.connect(lambda told: hear("told", told.watched[0].id))
    bridge.unshown.connect(lambda notice: hear("unshown", notice.title))
    bridge.raised.connect(lambda token: hear("raised", token))
    bridge.noted.connect(lambda incident: hear("noted", incident))
    bridge.unticked.connect(lambda incident, why: hear("unticked", (incident, why)))
    bridge.crashed.connect(lambda report: hear("crashed", report))
    bridge.ended.connect(lambda: hear("ended"))

    with qtbot.waitSignal(bridge.ended):
        _in_a_thread(bridge)

    assert [(name, value) for name, _, value in heard] == [
        ("told", "alpha"),
        ("unshown", "Alpha AI is down"),
        ("raised", "token"),
        ("noted", 7),
        ("unticked", (7, "No room.")),
        ("crashed", "Traceback"),
        ("ended", None),
    ]
    assert {thread for _, thread, _ in heard} == {bridge.thread()}


def test_what_is_said_before_anybody_listens_waits(qtbot: QtBot) -> None:
    bridge = Bridge()
    _in_a_thread(bridge)
    reports: list[str] = []

    bridge.crashed.connect(reports.append)
    with qtbot.waitSignal(bridge.ended):
        pass

    assert reports == ["Traceback"]
