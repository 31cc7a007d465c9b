"""Who knows of a trouble says so in the panel, is told that it was heard, and can take it back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from trayuptime.core.model import IncidentKind, Service, Surface, Vantage
from trayuptime.core.pauses import Snooze
from trayuptime.core.reasons import Reason
from trayuptime.runtime.told import Told
from trayuptime.ui.faces import face_of
from trayuptime.ui.hush_links import HushLinks
from trayuptime.ui.hushing import Trouble, hush_words, troubles_in
from trayuptime.ui.rows import rows_of
from trayuptime.ui.view import crashed_view, row_words, tooltip, view_of
from ui.desk import Desk
from ui.tellings import NOW, Provider, at, down, slow, telling, unknown, up

BETA, DELTA = down("beta", "Beta & Sons"), down("delta", "Delta")
SEVERAL = telling(down(), BETA, DELTA)


def words_of(told: Told) -> str:
    return hush_words(troubles_in(view_of(told)))


# What there is to say


@pytest.mark.parametrize(
    "told",
    [
        telling(),
        telling(up()),
        telling(slow()),  # no notification tells of it
        telling(unknown()),
        telling(down(), paused=True),
        telling(up(), vantage=Vantage.OFFLINE),
    ],
    ids=["nobody", "up", "slow", "unknown", "paused", "offline"],
)
def test_where_nothing_is_told_there_is_nothing_to_hush(told: Told) -> None:
    assert troubles_in(view_of(told)) == ()


def test_an_engine_that_died_tells_nothing_either() -> None:
    assert troubles_in(crashed_view(view_of(telling(down())), at(NOW))) == ()


@pytest.mark.parametrize("told", [telling(down()), telling(slow(kind=IncidentKind.UNSTABLE))])
def test_what_is_told_can_be_hushed(told: Told) -> None:
    assert troubles_in(view_of(told)) == (Trouble("Alpha AI", (1,)),)
    assert words_of(told) == ""


def test_a_provider_is_hushed_with_all_that_is_open_of_it() -> None:
    both = Provider(
        "alpha", "Alpha AI", Service.DOWN, Reason.SERVER_ERROR, surfaces=(Surface.API, Surface.WEB)
    )
    (trouble,) = troubles_in(view_of(telling(both)))
    assert trouble.incidents == (1, 2)

    told = telling(both, known=("alpha",))
    state = told.state
    half = {1: state.hushes[1]}
    (partly,) = troubles_in(view_of(replace(told, state=replace(state, hushes=half))))
    (wholly,) = troubles_in(view_of(told))

    assert (partly.hush, wholly.hush) == (None, state.hushes[1])


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (telling(down(), known=("alpha",)), "You know of it; only the end is told, or a turn for the worse."),
        (telling(down(), snoozed={"alpha": "15:04"}), "Snoozed until 15:04."),
        (telling(down(), snoozed={"alpha": "14:08"}), ""),  # it is over, and about to be told
        (
            telling(down(), BETA, DELTA, known=("alpha",), snoozed={"delta": "15:04"}),
            "You know of Alpha AI; only the end is told, or a turn for the worse. Delta snoozed until 15:04.",
        ),
        (
            telling(down(), BETA, DELTA, known=("alpha", "beta", "delta")),
            "You know of Alpha AI, Beta & Sons and 1 more; only the end is told, or a turn for the worse.",
        ),
        (
            telling(down(), BETA, snoozed={"alpha": "15:04", "beta": "15:04"}),
            "Alpha AI and Beta & Sons snoozed until 15:04.",
        ),
    ],
)
def test_it_is_said_in_words(told: Told, said: str) -> None:
    assert words_of(told) == said


@pytest.mark.parametrize("hushes", [{"known": ("alpha",)}, {"snoozed": {"alpha": "15:04"}}])
def test_no_mark_no_row_and_no_tooltip_is_another_for_it(hushes: dict[str, object]) -> None:
    plain = view_of(telling(down(advice="beta"), up("beta", "Beta")))
    hushed = view_of(telling(down(advice="beta"), up("beta", "Beta"), **hushes))  # type: ignore[arg-type]

    assert hushed.told.state.hushes
    assert hushed.lights == plain.lights
    assert (hushed.summary, hushed.account, hushed.offer) == (plain.summary, plain.account, plain.offer)
    assert face_of(hushed.summary) == face_of(plain.summary)
    assert tooltip(hushed) == tooltip(plain)
    assert rows_of(hushed) == rows_of(plain)
    assert [row_words(x) for x in hushed.lights] == [row_words(x) for x in plain.lights]


# The links


@pytest.fixture
def links(qtbot: QtBot) -> Iterator[HushLinks]:
    made = HushLinks("nIo")
    qtbot.addWidget(made)
    yield made
    for popup in made.findChildren(QMenu):
        popup.close()


def shown(links: HushLinks) -> list[str]:
    return [b.text().replace("&", "") for b in (links.snooze, links.know, links.undo) if b.isVisible()]


def menu_of(links: HushLinks) -> QMenu:
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def test_they_come_and_go_with_the_trouble_and_with_what_was_said(links: HushLinks) -> None:
    seen = []
    for told in (
        telling(up()),
        telling(down()),
        telling(down(), known=("alpha",)),
        telling(down(), BETA, known=("alpha",)),
        telling(up()),
    ):
        links.show_troubles(troubles_in(view_of(told)))
        seen.append(shown(links))

    assert seen == [[], ["Snooze…", "I know"], ["Undo"], ["Snooze…", "I know", "Undo"], []]


def test_a_screen_reader_says_whose_and_what_for(links: HushLinks) -> None:
    links.show_troubles(troubles_in(view_of(telling(down(), BETA, known=("beta",)))))

    told = {b.accessibleName(): b.accessibleDescription() for b in (links.snooze, links.know, links.undo)}
    assert told == {
        "Snooze…": "No notifications of Alpha AI for a while, but of the end or a turn for the worse",
        "I know": "No notifications of Alpha AI, but of the end or a turn for the worse",
        "Undo": "Notifications of Beta & Sons as before",
    }


def test_a_key_says_that_one_knows(links: HushLinks, qtbot: QtBot) -> None:
    links.show_troubles(troubles_in(view_of(telling(down()))))

    with qtbot.waitSignal(links.hush_asked) as asked:
        QTest.keyClick(links.know, Qt.Key.Key_Space)

    assert asked.args == [(1,), None]


def test_a_snooze_is_chosen_from_its_lengths(links: HushLinks, qtbot: QtBot) -> None:
    links.show_troubles(troubles_in(view_of(telling(down()))))
    QTest.keyClick(links.snooze, Qt.Key.Key_Space)
    rows = {action.text(): action for action in menu_of(links).actions()}

    assert list(rows) == ["For an hour", "For 4 hours", "Until tomorrow"]
    with qtbot.waitSignal(links.hush_asked) as asked:
        rows["For 4 hours"].trigger()
    assert asked.args == [(1,), Snooze.FOUR_HOURS]


def test_what_was_said_is_taken_back_at_once(links: HushLinks, qtbot: QtBot) -> None:
    links.show_troubles(troubles_in(view_of(telling(down(), snoozed={"alpha": "15:04"}))))

    with qtbot.waitSignal(links.unhush_asked) as asked:
        QTest.keyClick(links.undo, Qt.Key.Key_Space)

    assert asked.args == [(1,)]


@pytest.mark.parametrize(
    ("row", "incidents"), [("All 3", (1, 2, 3)), ("Alpha AI", (1,)), ("Beta && Sons", (2,))]
)
def test_of_several_it_asks_whose(
    links: HushLinks, qtbot: QtBot, row: str, incidents: tuple[int, ...]
) -> None:
    links.show_troubles(troubles_in(view_of(SEVERAL)))
    QTest.mouseClick(links.know, Qt.MouseButton.LeftButton)
    rows = {action.text(): action for action in menu_of(links).actions()}

    assert list(rows) == ["All 3", "Alpha AI", "Beta && Sons", "Delta"]
    with qtbot.waitSignal(links.hush_asked) as asked:
        rows[row].trigger()
    assert asked.args == [incidents, None]


def test_of_several_a_snooze_asks_whose_and_how_long(links: HushLinks, qtbot: QtBot) -> None:
    links.show_troubles(troubles_in(view_of(SEVERAL)))
    for _ in range(2):  # the second time it begins anew
        QTest.mouseClick(links.snooze, Qt.MouseButton.LeftButton)
        menu = menu_of(links)
        whose = {action.text(): action.menu() for action in menu.actions()}
        assert list(whose) == ["All 3", "Alpha AI", "Beta && Sons", "Delta"]
        menu.close()

    lengths = whose["All 3"]
    assert isinstance(lengths, QMenu)
    with qtbot.waitSignal(links.hush_asked) as asked:
        lengths.actions()[0].trigger()
    assert asked.args == [(1, 2, 3), Snooze.HOUR]


# In the panel


def test_the_panel_carries_it_to_the_engine_and_says_what_was_heard(desk: Desk, qtbot: QtBot) -> None:
    desk.tell(telling(down()))
    desk.shell.open_window()
    QTest.qWaitForWindowActive(desk.panel)
    head = desk.panel.head
    head.hush.know.setFocus()
    QTest.keyClick(head.hush.know, Qt.Key.Key_Space)
    desk.tell(telling(down(), known=("alpha",)))

    assert desk.commands.asked == [("hush", (1,), None)]
    assert head.hushed.isVisible()
    assert head.hushed.accessibleName() == "You know of it; only the end is told, or a turn for the worse."
    assert QApplication.focusWidget() is head.hush.undo

    QTest.keyClick(head.hush.undo, Qt.Key.Key_Space)
    desk.tell(telling(down()))
    assert desk.commands.asked[-1] == ("unhush", (1,))
    assert not head.hushed.isVisible()
    assert QApplication.focusWidget() is head.hush.snooze


def test_the_menu_carries_it_to_the_engine_too(desk: Desk) -> None:
    desk.tell(telling(down()))
    desk.press("I know")
    desk.tell(telling(down(), known=("alpha",)))
    desk.press("Undo")
    desk.press("Details")

    assert desk.commands.asked == [("hush", (1,), None), ("unhush", (1,))]
    assert desk.history.isVisible()
    assert desk.history.pages.currentWidget() is desk.history.incident


def test_the_page_of_an_incident_carries_it_to_the_engine_too(desk: Desk) -> None:
    desk.history.hush_asked.emit((1,), Snooze.HOUR)
    desk.history.unhush_asked.emit((1,))

    assert desk.commands.asked == [("hush", (1,), Snooze.HOUR), ("unhush", (1,))]


def test_no_two_of_its_buttons_share_a_key(desk: Desk) -> None:
    desk.tell(telling(down(advice="beta"), BETA, known=("beta",), keyring_locked=True))
    desk.panel.say("A remark")
    desk.shell.open_window()

    texts = [b.text() for b in desk.panel.findChildren(QToolButton) if b.isVisible()]
    keys = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert sorted(keys) == sorted(set(keys))
    assert {"n", "i", "o", "u", "m"} <= set(keys)
