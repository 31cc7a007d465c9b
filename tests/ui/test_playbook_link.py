"""While somebody is down their playbook is one click away, and at no other time."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from trayuptime.core.model import Vantage
from trayuptime.runtime.told import Told
from trayuptime.ui.playbook_link import PlaybookLink, Wanted, wanted_in
from trayuptime.ui.view import View, crashed_view, view_of
from ui.tellings import NOW, at, down, slow, telling, unknown, up


def number(view: View, place: int = 0) -> int:
    found = view.lights[place].incident
    assert found is not None
    return found.id


@pytest.mark.parametrize(
    "told",
    [telling(), telling(up()), telling(slow()), telling(unknown()), telling(up(), vantage=Vantage.OFFLINE)],
    ids=["nobody", "up", "slow", "unknown", "offline"],
)
def test_nobody_down_wants_no_playbook(told: Told) -> None:
    assert wanted_in(view_of(told)) == ()


def test_who_is_down_wants_one_in_the_users_order() -> None:
    view = view_of(telling(up("gamma", "Gamma"), down("beta", "Beta"), down()))

    assert wanted_in(view) == (Wanted(number(view, 1), "Beta"), Wanted(number(view, 2), "Alpha AI"))


def test_an_engine_that_died_knows_of_nobody() -> None:
    assert wanted_in(crashed_view(view_of(telling(down())), at(NOW))) == ()


@pytest.fixture
def link(qtbot: QtBot) -> PlaybookLink:
    link = PlaybookLink()
    qtbot.addWidget(link)
    return link


def test_it_comes_and_goes_with_the_outage(link: PlaybookLink) -> None:
    seen = []
    for told in (telling(up()), telling(down()), telling(up())):
        link.show_view(view_of(told))
        seen.append(link.isVisible())

    assert seen == [False, True, False]


def test_a_key_opens_the_one_there_is(link: PlaybookLink, qtbot: QtBot) -> None:
    view = view_of(telling(down(), up("beta", "Beta")))
    link.show_view(view)

    with qtbot.waitSignal(link.asked) as asked:
        QTest.keyClick(link.button, Qt.Key.Key_Space)

    assert asked.args == [number(view), "Alpha AI"]
    assert link.button.accessibleName() == "Playbook"
    assert link.button.accessibleDescription() == "What you want to do while it is down: Alpha AI"


def test_of_several_it_asks_whose(link: PlaybookLink, qtbot: QtBot) -> None:
    view = view_of(telling(down(), down("beta", "Beta & Sons")))
    link.show_view(view)
    QTest.mouseClick(link.button, Qt.MouseButton.LeftButton)

    (names,) = link.findChildren(QMenu)
    assert names.isVisible()
    assert [row.text() for row in names.actions()] == ["Alpha AI", "Beta && Sons"]
    with qtbot.waitSignal(link.asked) as asked:
        names.actions()[1].trigger()

    assert asked.args == [number(view, 1), "Beta & Sons"]
