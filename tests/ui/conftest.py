"""What every test of the user interface needs: Qt without a screen, and a measure of contrast."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QCursor, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from trayuptime.ui.bridge import Bridge
from trayuptime.ui.first_run import FirstRun
from trayuptime.ui.history.checklist_window import ChecklistWindow
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.lately import Lately
from trayuptime.ui.panel import Panel
from trayuptime.ui.places import Places
from trayuptime.ui.shell import Shell
from trayuptime.ui.tray import TrayHost
from ui.desk import Desk, MakeDesk
from ui.fakes import FakeCommands, FakeIcon, FakePlace, close

Contrast = Callable[[QColor, QColor], float]


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Choose the platform for pytest-qt's application, whatever the caller's desktop is."""
    return ["trayuptime-tests", "-platform", "offscreen"]


@pytest.fixture(autouse=True)
def offscreen() -> Iterator[None]:
    """Choose it for child processes too, here only: the desktop tests' children need a real screen."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("QT_QPA_PLATFORM", "offscreen")
        yield


@pytest.fixture(scope="session")
def contrast() -> Contrast:
    """The contrast ratio of WCAG 2.2, between 1 and 21."""
    return _contrast


def _contrast(one: QColor, other: QColor) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_HARMLESS = "This plugin does not support "


@pytest.fixture(autouse=True)
def quiet_qt(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail where Qt warns of anything; without a screen it excuses itself for what needs one."""
    if "qtbot" not in request.fixturenames and "desk" not in request.fixturenames:
        yield
        return
    log = request.getfixturevalue("qtlog")
    yield
    warnings = [record.message for record in log.records if not record.message.startswith(_HARMLESS)]
    assert not warnings


@pytest.fixture
def make_desk(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[MakeDesk]:
    """Makes shells; `environ` is for a first run, everything else says what the desktop's tray is like."""
    made: list[Desk] = []
    QCursor.setPos(QGuiApplication.primaryScreen().geometry().bottomRight())  # over nothing of ours

    def make(
        environ: Mapping[str, str] = MappingProxyType({}), host_wait_ms: int = 60_000, **tray: bool
    ) -> Desk:
        FakeIcon.made = []
        bridge, commands, place, menu = Bridge(), FakeCommands(), FakePlace(**tray), QMenu()
        config_file = tmp_path / "home" / "config.toml"
        panel = Panel(FirstRun(config_file, environ), Places(tmp_path / "windows.json"))
        lately = Lately(tmp_path / "history.db")

        def make_history() -> HistoryWindow:
            return HistoryWindow(tmp_path / "history.db", pause_ms=0, config_file=config_file)

        checklists: list[ChecklistWindow] = []

        def make_checklist() -> ChecklistWindow:
            checklists.append(ChecklistWindow(tmp_path / "history.db", config_file))
            return checklists[-1]

        left: list[bool] = []
        shell = Shell(
            bridge,
            panel,
            commands,
            lately,
            make_history=make_history,
            make_checklist=make_checklist,
            tray=TrayHost(menu, place, FakeIcon),
            menu=menu,
            leave=lambda: left.append(True),
            host_wait_ms=host_wait_ms,
        )
        desk = Desk(bridge, panel, commands, place, menu, shell, config_file, left, lately, checklists)
        made.append(desk)
        return desk

    yield make
    for desk in made:
        desk.shell.finish()
        for window in QApplication.topLevelWidgets():
            close(window)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A shell on a desktop with a tray whose menu goes over D-Bus."""
    return make_desk()
