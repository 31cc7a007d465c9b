"""The icon follows its host and changes only when the state does."""

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from trayuptime.ui.marks import Face, Mark, tray_icon
from trayuptime.ui.tray import TrayHost
from ui.fakes import FakeIcon, FakePlace


@pytest.fixture(autouse=True)
def no_icons_yet() -> None:
    FakeIcon.made = []


def _host(qtbot: QtBot, place: FakePlace) -> TrayHost:
    return TrayHost(QMenu(), place, FakeIcon)


def test_the_first_icon_knows_nothing(qtbot: QtBot) -> None:
    _host(qtbot, FakePlace())
    (icon,) = FakeIcon.made

    assert icon.on
    assert icon.icons[0] is tray_icon(Face(Mark.UNKNOWN))


def test_an_icon_and_a_tooltip_are_set_once_for_many_equal_states(qtbot: QtBot) -> None:
    host = _host(qtbot, FakePlace())
    (icon,) = FakeIcon.made

    for _ in range(100):
        host.show_face(Face(Mark.UP))
        host.say("TrayUptime: All 2 up")

    assert len(icon.icons) == 2
    assert icon.tooltips == ["TrayUptime", "TrayUptime: All 2 up"]


def test_where_an_icon_chooses_its_host_once_it_is_made_anew_when_one_comes(qtbot: QtBot) -> None:
    place = FakePlace(shows=False, chooses_once=True)
    host = _host(qtbot, place)
    host.show_face(Face(Mark.DOWN))
    host.say("TrayUptime: Alpha is down")

    with qtbot.waitSignal(host.shown_changed, check_params_cb=bool):
        place.come()

    first, second = FakeIcon.made
    assert (first.on, second.on) == (False, True)
    assert second.icons == [tray_icon(Face(Mark.DOWN))]
    assert second.tooltips == ["TrayUptime: Alpha is down"]
    assert second.menu is first.menu


def test_elsewhere_the_same_icon_is_shown_again(qtbot: QtBot) -> None:
    place = FakePlace(shows=False)
    _host(qtbot, place)

    place.come()

    (icon,) = FakeIcon.made
    assert icon.on


def test_a_host_that_comes_after_the_end_brings_no_icon_back(qtbot: QtBot) -> None:
    place = FakePlace(shows=False, chooses_once=True)
    host = _host(qtbot, place)
    host.remove()

    place.come()

    (icon,) = FakeIcon.made
    assert not icon.on


def test_every_coming_and_going_is_told_once(qtbot: QtBot) -> None:
    place = FakePlace()
    host = _host(qtbot, place)
    told: list[bool] = []
    host.shown_changed.connect(told.append)

    place.go()
    place.go()
    place.come()
    place.come()

    assert told == [False, True]


@pytest.mark.parametrize(
    ("how", "clicks", "checks"),
    [
        (QSystemTrayIcon.ActivationReason.Trigger, 1, 0),
        (QSystemTrayIcon.ActivationReason.MiddleClick, 0, 1),
        (QSystemTrayIcon.ActivationReason.Context, 0, 0),
    ],
)
def test_a_click_asks_for_the_window_and_the_middle_button_for_a_check(
    qtbot: QtBot, how: QSystemTrayIcon.ActivationReason, clicks: int, checks: int
) -> None:
    host = _host(qtbot, FakePlace())
    heard: list[str] = []
    host.clicked.connect(lambda: heard.append("click"))
    host.asked.connect(lambda: heard.append("check"))

    FakeIcon.made[0].activated.emit(how)

    assert (heard.count("click"), heard.count("check")) == (clicks, checks)


def test_a_balloon_goes_through_the_icon(qtbot: QtBot) -> None:
    host = _host(qtbot, FakePlace())

    host.balloon("Alpha is down", "It answers 503.")

    assert FakeIcon.made[0].balloons == [("Alpha is down", "It answers 503.")]


def test_the_real_icon_can_be_made_where_there_is_no_tray(qtbot: QtBot) -> None:
    class Unseen(QSystemTrayIcon):  # its show() would say that no tray is there
        def show(self) -> None:
            pass

    def make(icon: QIcon, parent: QObject) -> QSystemTrayIcon:
        return Unseen(icon, parent)

    host = TrayHost(QMenu(), make_icon=make)

    assert not host.shown
    host.remove()
