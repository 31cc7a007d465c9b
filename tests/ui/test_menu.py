"""The menu carries everything in words, is built once, and changes in place."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from trayuptime.core.model import Surface, Vantage
from trayuptime.core.pauses import Pause, Snooze
from trayuptime.runtime.told import Told
from trayuptime.ui.menu import PROVIDERS, TrayMenu
from trayuptime.ui.view import crashed_view, view_of
from ui.states import CONFIG_TROUBLE, STATES, many
from ui.tellings import NOW, at, down, slow, telling, up

BETA = up("beta", "Beta Models")
BOTH_PARTS = down(surfaces=(Surface.API, Surface.WEB))
ALWAYS = ["History", "Quit TrayUptime"]


@pytest.fixture
def menu(qtbot: QtBot) -> Iterator[TrayMenu]:
    made = TrayMenu(QMenu())
    yield made
    made.menu.deleteLater()


def rows(menu: TrayMenu) -> list[str]:
    return [row.text() for row in menu.menu.actions() if row.isVisible() and row.text()]


def show(menu: TrayMenu, told: Told) -> list[str]:
    menu.update(view_of(told))
    return rows(menu)


def test_before_the_first_word_it_can_be_quit(menu: TrayMenu) -> None:
    assert rows(menu)[0] == "Starting…"
    assert rows(menu)[-1] == "Quit TrayUptime"


def test_all_well_is_one_row_and_one_for_each_provider(menu: TrayMenu) -> None:
    assert show(menu, telling(up(), BETA)) == [
        "All 2 up",
        "Alpha AI: up, 610 ms, since 09:12",
        "Beta Models: up, 610 ms, since 09:12",
        "Check now",
        "Pause",
        *ALWAYS,
    ]


def test_the_suggestion_stands_right_under_the_state(menu: TrayMenu) -> None:
    assert show(menu, telling(down(advice="beta"), BETA))[:2] == [
        "Alpha AI is down",
        "Switch to Beta Models (up, 0.6 s, key accepted)",
    ]


def test_a_switch_in_force_can_be_taken_back(menu: TrayMenu) -> None:
    assert show(menu, telling(down(advice="beta"), BETA, switched=("alpha", "beta")))[1:3] == [
        "You use Beta Models instead of Alpha AI since 14:03",
        "Switch back to Alpha AI",
    ]


def test_a_pause_can_be_ended_and_nothing_be_asked_in_it(menu: TrayMenu) -> None:
    shown = show(menu, telling(up(), paused=True))

    assert shown[0] == "Paused"
    assert "Resume" in shown
    assert not {"Check now", "Pause"} & set(shown)


def test_with_nothing_to_watch_there_is_nothing_to_check_or_pause(menu: TrayMenu) -> None:
    assert show(menu, telling()) == ["Nothing is being watched", *ALWAYS]


def test_a_trouble_of_three_lines_is_one_short_row(menu: TrayMenu) -> None:
    row = show(menu, telling(up(), trouble=CONFIG_TROUBLE))[1]

    assert row.startswith("The last good configuration stays in force: config.toml line 3")
    assert row.endswith("…")
    assert len(row) <= 90


def test_after_a_crash_it_offers_to_watch_again_and_nothing_that_nobody_would_do(menu: TrayMenu) -> None:
    menu.update(crashed_view(view_of(telling(down(advice="beta"), BETA)), at(NOW)))

    assert rows(menu) == [
        "TrayUptime has stopped watching: an error of its own",
        "Watch again",
        "Alpha AI: unknown, since 14:09",
        "Beta Models: unknown, since 14:09",
        *ALWAYS,
    ]


def test_thirty_providers_are_a_dozen_rows_and_a_number(menu: TrayMenu) -> None:
    shown = show(menu, telling(*many(30)))

    assert len([row for row in shown if "since 09:12" in row]) == PROVIDERS
    assert "18 more, all up" in shown


def test_of_thirty_the_ones_in_trouble_have_a_row(menu: TrayMenu) -> None:
    shown = show(menu, telling(*many(28), slow("y", "Ypsilon"), down("z", "Zeta")))

    assert shown[1:4] == [
        "Zeta: down, since 14:02",
        "Ypsilon: degraded, since 13:40",
        "DeepSeek 1: up, 40 ms, since 09:12",
    ]


def test_what_is_counted_is_not_called_up_when_it_is_not(menu: TrayMenu) -> None:
    troubled = [down(f"d{n}", f"D{n}") for n in range(14)]

    assert "3 more: 2 down, 1 up" in show(menu, telling(*troubled, up()))


@pytest.mark.parametrize(
    ("over_dbus", "name", "text"),
    [
        (True, "gpt_4_turbo", "gpt__4__turbo: up"),
        (False, "gpt_4_turbo", "gpt_4_turbo: up"),
        (True, "A & B", "A && B: up"),
        (False, "A & B", "A && B: up"),
        (True, "A & B & C", "A && B & C: up"),  # Qt makes a mark of the first only
        (False, "A & B & C", "A && B && C: up"),
        (True, "a_b & c", "a__b && c: up"),
    ],
)
def test_no_sign_in_a_name_becomes_a_key(menu: TrayMenu, over_dbus: bool, name: str, text: str) -> None:
    menu.mnemonics_by_underscore = over_dbus

    assert show(menu, telling(up("a", name)))[1].startswith(text)


def test_every_provider_has_its_mark(menu: TrayMenu) -> None:
    menu.update(view_of(telling(up(), up("b", "B"), down("c", "C"))))
    one, same, other = (row.icon().cacheKey() for row in menu.menu.actions() if "since" in row.text())

    assert one == same != other


class _Births(QObject):
    """Counts what is made below the menu."""

    def __init__(self, menu: TrayMenu) -> None:
        super().__init__()
        self._menu = menu

    def count(self) -> int:
        return len(self._menu.menu.findChildren(QAction)) + len(self._menu.menu.findChildren(QMenu))


def test_a_thousand_changes_make_no_row_and_no_menu(menu: TrayMenu) -> None:
    tellings = [
        telling(up(), BETA),
        telling(down(advice="beta"), BETA),
        telling(down(), BETA, switched=("alpha", "beta")),
        telling(down(), BETA, snoozed={"alpha": "15:04"}),
        telling(up(), BETA, paused=True),
        telling(up(), BETA, vantage=Vantage.OFFLINE),
        telling(up(), BETA, trouble=CONFIG_TROUBLE),
    ]
    births = _Births(menu)
    for told in (tellings[1], tellings[0]):  # what can be done about an outage is made with the first one
        menu.update(view_of(told))
    first, icons = births.count(), {row: row.icon().cacheKey() for row in menu.menu.actions()}

    for n in range(1000):
        menu.update(view_of(tellings[n % len(tellings)]))
    menu.update(view_of(tellings[0]))

    assert births.count() == first
    assert {row: row.icon().cacheKey() for row in menu.menu.actions()} == icons


def test_an_equal_view_changes_nothing(menu: TrayMenu) -> None:
    told = telling(down(advice="beta"), BETA)
    menu.update(view_of(told))
    changes: list[QAction] = []
    for row in menu.menu.actions():
        row.changed.connect(lambda row=row: changes.append(row))

    for _ in range(100):
        menu.update(view_of(told))

    assert changes == []


def test_rows_are_made_only_for_more_providers_and_used_again_for_fewer(menu: TrayMenu) -> None:
    births = _Births(menu)
    counts = []
    for count in (2, 5, 2, 5, 1, 30, 5, 30):
        menu.update(view_of(telling(*many(count))))
        counts.append(births.count())

    assert counts == [counts[0], *[counts[0] + 3] * 4, *[counts[0] + 10] * 3]
    assert len(show(menu, telling(*many(2)))) == len(show(menu, telling(up(), BETA)))


@pytest.mark.parametrize(
    ("row", "signal"),
    [
        ("All 2 up", "window_asked"),
        ("Alpha AI", "window_asked"),
        ("Check now", "check_asked"),
        ("History", "history_asked"),
        ("Quit", "quit_asked"),
    ],
)
def test_a_row_says_what_the_user_wants(menu: TrayMenu, qtbot: QtBot, row: str, signal: str) -> None:
    show(menu, telling(up(), BETA))
    (action,) = (a for a in menu.menu.actions() if a.text().startswith(row))

    with qtbot.waitSignal(getattr(menu, signal)):
        action.trigger()


def test_the_advice_names_who_is_left_and_who_is_used(menu: TrayMenu, qtbot: QtBot) -> None:
    show(menu, telling(down(advice="beta"), BETA))
    (action,) = (a for a in menu.menu.actions() if a.text().startswith("Switch to"))

    with qtbot.waitSignal(menu.switch_asked) as asked:
        action.trigger()

    assert asked.args == ["alpha", "beta"]


# What is known, or put off


def more(menu: TrayMenu, name: str) -> QMenu:
    """The rows under that of a provider."""
    (row,) = (row for row in menu.menu.actions() if row.isVisible() and row.text().startswith(name))
    submenu = row.menu()
    assert isinstance(submenu, QMenu)
    return submenu


def offered(menu: TrayMenu, name: str) -> dict[str, QAction]:
    return {row.text(): row for row in more(menu, name).actions() if row.isVisible() and row.text()}


SNOOZES = ["Snooze for an hour", "Snooze for 4 hours", "Snooze until tomorrow"]


def test_under_who_is_down_stands_what_the_panel_offers(menu: TrayMenu) -> None:
    shown = show(menu, telling(down(), BETA))

    assert list(offered(menu, "Alpha AI: down")) == [*SNOOZES, "I know", "Details"]
    assert shown[:3] == [
        "Alpha AI is down",
        "Alpha AI: down, since 14:02",
        "Beta Models: up, 610 ms, since 09:12",
    ]


@pytest.mark.parametrize(
    ("hushes", "said"),
    [
        ({"known": ("alpha",)}, "you know of it"),
        ({"snoozed": {"alpha": "15:04"}}, "snoozed until 15:04"),
    ],
)
def test_it_says_what_is_hushed_and_until_when_and_takes_it_back(
    menu: TrayMenu, hushes: dict[str, object], said: str
) -> None:
    shown = show(menu, telling(down(advice="beta"), BETA, **hushes))  # type: ignore[arg-type]

    assert shown[:3] == [
        "Alpha AI is down",
        "Switch to Beta Models (up, 0.6 s, key accepted)",
        f"Alpha AI: down, since 14:02, {said}",
    ]
    assert list(offered(menu, "Alpha AI: down")) == ["Undo", "Details"]


def test_of_several_each_has_its_own(menu: TrayMenu) -> None:
    shown = show(menu, telling(down(), down("beta", "B_eta & Sons"), known=("beta",)))

    assert shown[1:3] == ["Alpha AI: down, since 14:02", "B_eta && Sons: down, since 14:02, you know of it"]
    assert list(offered(menu, "Alpha AI")) == [*SNOOZES, "I know", "Details"]
    assert list(offered(menu, "B_eta")) == ["Undo", "Details"]


@pytest.mark.parametrize(
    "told",
    [
        telling(up()),
        telling(slow()),  # no notification tells of it
        telling(down(), paused=True),
        telling(down(), vantage=Vantage.OFFLINE),
    ],
    ids=["up", "slow", "paused", "offline"],
)
def test_where_nothing_is_told_a_provider_is_a_row_again(menu: TrayMenu, told: Told, qtbot: QtBot) -> None:
    show(menu, telling(down(), known=("alpha",)))
    shown = show(menu, told)
    (row,) = (row for row in menu.menu.actions() if row.isVisible() and row.text().startswith("Alpha AI:"))

    assert row.menu() is None
    assert not any("you know" in each for each in shown)
    with qtbot.waitSignal(menu.window_asked):
        row.trigger()


def test_a_snooze_that_is_over_is_not_said(menu: TrayMenu) -> None:
    shown = show(menu, telling(down(), snoozed={"alpha": "14:08"}))

    assert not any("snoozed" in row for row in shown)
    assert SNOOZES[0] in offered(menu, "Alpha AI: down")


@pytest.mark.parametrize(
    ("row", "length"), [*zip(SNOOZES, Snooze, strict=True), ("I know", None)], ids=[*SNOOZES, "I know"]
)
def test_a_row_under_it_asks_for_all_that_is_open_of_it(
    menu: TrayMenu, qtbot: QtBot, row: str, length: Snooze | None
) -> None:
    show(menu, telling(BOTH_PARTS, down("beta", "Beta")))

    with qtbot.waitSignal(menu.hush_asked) as asked:
        offered(menu, "Alpha AI: down")[row].trigger()
    assert asked.args == [(1, 2), length]


def test_it_is_taken_back_and_looked_at(menu: TrayMenu, qtbot: QtBot) -> None:
    show(menu, telling(up("beta"), BOTH_PARTS, known=("alpha",)))

    with qtbot.waitSignal(menu.unhush_asked) as taken_back:
        offered(menu, "Alpha AI: down")["Undo"].trigger()
    with qtbot.waitSignal(menu.incident_asked) as looked_at:
        offered(menu, "Alpha AI: down")["Details"].trigger()

    assert (taken_back.args, looked_at.args) == ([(1, 2)], [1])


def test_its_rows_are_walked_by_keys_alone(menu: TrayMenu, qtbot: QtBot) -> None:
    show(menu, telling(down(), BETA))
    menu.menu.popup(QPoint(0, 0))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(menu.menu, key)
    submenu = more(menu, "Alpha AI: down")
    assert QApplication.activePopupWidget() is submenu

    with qtbot.waitSignal(menu.hush_asked) as asked:
        QTest.keyClick(submenu, Qt.Key.Key_Down)
        QTest.keyClick(submenu, Qt.Key.Key_Return)
    assert asked.args == [(1,), Snooze.FOUR_HOURS]


def test_the_mark_of_a_row_is_that_of_the_provider_in_trouble_too(menu: TrayMenu) -> None:
    show(menu, telling(down(), down("beta", "Beta", surfaces=(Surface.WEB,))))
    one, other = (
        row.icon().cacheKey()
        for row in menu.menu.actions()
        if row.isVisible() and row.menu() and "since" in row.text()
    )

    assert one == other
    assert not more(menu, "Alpha AI").menuAction().icon().isNull()


def test_who_stands_where_another_stood_has_its_own_rows(menu: TrayMenu, qtbot: QtBot) -> None:
    """Of more than a dozen the worst come first: from one moment to the next a row is of another."""
    show(menu, telling(*many(13), down("z", "Zeta")))
    show(menu, telling(*many(12), down("y", "Ypsilon"), down("z", "Zeta")))

    with qtbot.waitSignal(menu.hush_asked) as asked:
        offered(menu, "Ypsilon")["I know"].trigger()
    assert asked.args == [(1,), None]
    with qtbot.waitSignal(menu.hush_asked) as asked:
        offered(menu, "Zeta")["I know"].trigger()
    assert asked.args == [(2,), None]


@pytest.mark.parametrize("length", Pause)
def test_every_pause_is_offered(menu: TrayMenu, qtbot: QtBot, length: Pause) -> None:
    (submenu,) = menu.menu.findChildren(QMenu)
    (action,) = (a for a in submenu.actions() if a.text() == length.value)

    with qtbot.waitSignal(menu.pause_asked) as asked:
        action.trigger()

    assert asked.args == [length]


@pytest.mark.parametrize("state", STATES)
def test_no_visible_row_is_without_words(menu: TrayMenu, state: str) -> None:
    show(menu, STATES[state])

    rows = [row for row in menu.menu.actions() if row.isVisible() and not row.isSeparator()]
    assert all(row.text().strip() for row in rows)
