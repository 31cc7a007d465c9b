"""A fault of ours in any thread of Qt's reaches the user, and no widget is touched outside the GUI's."""

import sys

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from trayuptime.app import _Faults
from trayuptime.ui.tray import TrayHost
from ui.fakes import FakeIcon, FakePlace


class Broken(QThread):
    def run(self) -> None:
        raise RuntimeError("boom sk-ant-REDACTED")


def test_a_fault_in_a_thread_is_told_in_the_gui_thread(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda _kind, error, _trace: seen.append(error))
    FakeIcon.made = []
    faults = _Faults(TrayHost(QMenu(), FakePlace(), FakeIcon))
    thread = Broken()

    with qtbot.waitSignal(faults.happened):
        thread.start()
    thread.wait()
    boxes = [each for each in QApplication.topLevelWidgets() if isinstance(each, QMessageBox)]

    assert [str(error)[:4] for error in seen] == ["boom"]
    assert [box.thread() for box in boxes] == [qapp.thread()]
    assert "RuntimeError: boom" in boxes[0].detailedText()
    assert "sk-ant-REDACTED" not in boxes[0].detailedText()
    assert FakeIcon.made[-1].tooltips[-1] == "TrayUptime: an error of its own"
    boxes[0].close()
    boxes[0].deleteLater()
