"""The panel as it is read, walked through with the keys, and pressed."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QEnterEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from history.watching import Watching
from trayuptime.core.lights import Watched
from trayuptime.core.model import FeedState, Key, Service, Surface
from trayuptime.core.notice import Notice, Sign, Urgency
from trayuptime.core.pauses import Pause
from trayuptime.core.reasons import Reason
from trayuptime.core.strip import Status
from trayuptime.core.trace import Slot
from trayuptime.history import History
from trayuptime.runtime.told import Told
from trayuptime.ui.marks import Mark
from trayuptime.ui.panel import TROUBLE_LINES, WIDTH_PX, Panel
from trayuptime.ui.rows import ROWS, rows_of
from trayuptime.ui.upper import Upper
from trayuptime.ui.view import crashed_view, view_of
from ui.days import MINUTE_MS, calm, day_of, unseen
from ui.desk import Desk
from ui.states import CONFIG_TROUBLE, MESSAGE, STATES, many
from ui.tellings import NOW, at, down, telling, up

BETA = up("beta", "Beta Models", latency_ms=1380)
NOTICE = Notice("alpha", "Alpha AI is down", "It answers 503 since 14:02.", Urgency.CRITICAL, sign=Sign.DOWN)


def show(desk: Desk, told: Told) -> Panel:
    """The open panel, in front and ready for keys."""
    desk.tell(told)
    desk.shell.open_window()
    QTest.qWaitForWindowActive(desk.panel)
    return desk.panel


def buttons(panel: QWidget) -> list[str]:
    """What can be pressed, in the order of the panel."""
    found = [b for b in panel.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled() and b.text()]
    return [b.text().replace("&", "") for b in sorted(found, key=lambda b: b.mapTo(panel, QPoint()).y())]


def words(panel: QWidget) -> list[str]:
    """Every visible label's words, as a screen reader says them."""
    return [label.accessibleName() for label in panel.findChildren(QLabel) if label.isVisible()]


def spoken(panel: Panel) -> list[str]:
    """The rows of the list, as a screen reader says them."""
    reader = QAccessible.queryAccessibleInterface(panel.providers)
    children = [reader.child(n) for n in range(reader.childCount())]
    return [_name(child) for child in children if child is not None and _name(child)]


def _name(interface: QAccessibleInterface) -> str:
    return str(interface.text(QAccessible.Text.Name))


def test_all_well_is_one_line_and_a_row_each(desk: Desk) -> None:
    panel = show(desk, telling(up(), BETA))

    assert words(panel) == ["All 2 up", "last checked 14:08:41"]
    assert spoken(panel) == [
        "Alpha AI: up since 09:12, key accepted, 610 ms.",
        "Beta Models: up since 09:12, key accepted, 1.4 s.",
    ]
    assert sorted(buttons(panel)) == ["Check now", "History", "Pause…", "Quit"]


def test_an_outage_says_what_how_we_know_and_what_to_do(desk: Desk) -> None:
    panel = show(desk, telling(down(advice="beta", detail=MESSAGE), BETA))

    assert words(panel) == [
        "Alpha AI is down",
        "last checked 14:08:41",
        "It answers 503 since 14:02; your network is fine.",
        "Beta Models works: up, 0.6 s, key accepted, as of 14:02.",
    ]
    assert buttons(panel)[:2] == ["Details", "Switch to Beta Models"]
    assert panel.head.mark.face.mark is Mark.DOWN
    assert panel.head.mark.accessibleName() == "down"
    assert spoken(panel)[0] == f"Alpha AI: down since 14:02, {MESSAGE}, key accepted."


@pytest.mark.parametrize("state", STATES)
def test_every_row_is_one_sentence_that_begins_with_the_name(desk: Desk, state: str) -> None:
    panel = show(desk, STATES[state])
    rows = rows_of(view_of(STATES[state]))

    assert spoken(panel) == [row.sentence for row in rows]
    for row in rows:
        assert row.sentence.startswith(f"{row.name}: ")
        assert row.sentence.endswith(".")
        assert "\n" not in row.sentence


@pytest.mark.parametrize("state", STATES)
def test_everything_that_can_be_pressed_has_a_name(desk: Desk, state: str) -> None:
    panel = show(desk, STATES[state])

    for button in panel.findChildren(QAbstractButton):
        interface = QAccessible.queryAccessibleInterface(button)
        assert _name(interface).strip("&") or not button.isVisible()


@pytest.mark.parametrize("state", STATES)
def test_no_state_needs_a_wide_window_or_hides_its_words(desk: Desk, state: str) -> None:
    panel = show(desk, STATES[state])

    assert panel.width() <= WIDTH_PX * 1.25
    for label in panel.findChildren(QLabel):
        if label.isVisible():
            assert label.height() >= label.heightForWidth(label.width())


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (5, 5), (ROWS, ROWS), (30, ROWS)])
def test_the_list_is_as_high_as_its_rows_up_to_a_dozen(desk: Desk, count: int, shown: int) -> None:
    panel = show(desk, telling(*many(count)))
    row = panel.providers.sizeHintForRow(0)

    assert shown * row <= panel.providers.viewport().height() < (shown + 1) * row + 4


def test_of_thirty_the_one_that_is_down_stands_first(desk: Desk) -> None:
    panel = show(desk, telling(*many(29), down("z", "Zeta")))

    assert spoken(panel)[0].startswith("Zeta: down")
    assert len(spoken(panel)) == 30


def test_other_words_move_nothing(desk: Desk) -> None:
    panel = show(desk, telling(up(), BETA))
    before = panel.size(), panel.providers.geometry()

    desk.tell(telling(up(latency_ms=12345.0, since="14:00"), BETA))

    assert (panel.size(), panel.providers.geometry()) == before


def point(panel: Panel, *, inside: bool = True) -> None:
    """Moves the pointer onto the panel, or away from it."""
    middle = QPointF(panel.rect().center())
    event = QEnterEvent(middle, middle, middle) if inside else QEvent(QEvent.Type.Leave)
    QApplication.sendEvent(panel, event)
    QApplication.processEvents()


def places(panel: Panel) -> dict[str, QPoint]:
    """Where everything is that can be pressed now and was there before."""
    found = [b for b in panel.findChildren(QAbstractButton) if b.isVisible() and b.text()]
    return {b.text().replace("&", ""): b.mapTo(panel, QPoint()) for b in found}


def test_a_window_grows_for_bad_news_and_is_as_small_as_before_after_it(desk: Desk) -> None:
    panel = show(desk, telling(up(), BETA))
    small = panel.height()

    desk.tell(telling(down(advice="beta"), BETA))
    assert panel.height() > small

    desk.tell(telling(up(), BETA))
    assert panel.height() == small


def test_under_the_pointer_it_stays_as_it_is_until_the_pointer_leaves(desk: Desk) -> None:
    panel = show(desk, telling(down(advice="beta", detail=MESSAGE), BETA))
    large, before = panel.size(), places(panel)
    point(panel)

    desk.tell(telling(up(), BETA))
    assert panel.size() == large
    after = places(panel)
    assert {"Check now", "Pause…", "History", "Quit"} <= after.keys() <= before.keys()
    assert after == {text: before[text] for text in after}

    point(panel, inside=False)
    assert panel.height() < large.height()


def test_bad_news_under_the_pointer_takes_its_room_from_the_list(desk: Desk) -> None:
    panel = show(desk, telling(*many(12)))
    before, height = places(panel), panel.height()
    point(panel)

    desk.tell(telling(down("p0", "DeepSeek 1", advice="p1"), *many(12)[1:]))

    assert panel.height() == height
    assert panel.head.offer.isVisible()
    assert {text: place for text, place in places(panel).items() if text in before} == before


def test_bad_news_for_which_the_list_has_no_room_makes_the_window_grow(desk: Desk) -> None:
    panel = show(desk, telling(up(), BETA))
    small = panel.height()
    point(panel)

    desk.tell(telling(down(advice="beta"), BETA))

    assert panel.height() > small
    assert panel.providers.height() >= 2 * panel.providers.sizeHintForRow(0)


def test_the_links_stay_where_they_are_while_the_account_gets_shorter(desk: Desk) -> None:
    panel = show(desk, telling(down(advice="beta"), BETA))
    before, account = places(panel), panel.head.account.geometry()
    point(panel)

    desk.tell(telling(down(), BETA))

    assert places(panel)["I know"] == before["I know"]
    assert panel.head.account.geometry() == account


def test_no_row_changes_its_place_under_the_pointer(desk: Desk) -> None:
    panel = show(desk, telling(*many(30)))
    point(panel)

    desk.tell(telling(*many(29), down("p29", "Zeta")))
    assert spoken(panel)[29].startswith("Zeta: down")
    desk.tell(telling(*many(28), down("p30", "Eta"), down("p29", "Zeta")))
    assert spoken(panel)[0].startswith("Eta: down"), "other rows than before have an order of their own"
    desk.tell(telling(*many(28), up("p30", "Eta"), down("p29", "Zeta")))
    assert spoken(panel)[1].startswith("Zeta: down")

    point(panel, inside=False)
    assert spoken(panel)[0].startswith("Zeta: down")


def test_a_menu_of_its_own_is_no_leaving(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(down(advice="beta"), BETA))
    large = panel.height()
    point(panel)
    click(panel, qtbot, "Pause…")
    menu = QApplication.activePopupWidget()
    assert menu is not None

    point(panel, inside=False)
    desk.tell(telling(up(), BETA))
    menu.close()
    assert panel.height() == large

    point(panel, inside=False)
    assert panel.height() < large


LONG = "the keyring did not answer within two seconds, so its key could not be read; unlock it and ask again"
TROUBLED = {
    count: telling(
        *(
            down(
                p.id,
                p.name,
                reason=Reason.READ_TIMEOUT,
                detail=MESSAGE,
                page=FeedState.UP,
                trouble=f"{p.id}: {LONG}",
            )
            for p in many(30)[:count]
        ),
        *many(30)[count:],
        trouble=CONFIG_TROUBLE,
    )
    for count in (1, 7, 30)
}


@pytest.mark.parametrize("height", [400, 768 - 48, 900 - 48])
@pytest.mark.parametrize("count", TROUBLED)
def test_however_much_is_wrong_the_list_and_the_foot_are_there(desk: Desk, count: int, height: int) -> None:
    panel = show(desk, TROUBLED[count])

    panel.resize(panel.width(), height)
    QApplication.processEvents()

    assert panel.height() == height
    row = panel.providers.sizeHintForRow(0)
    assert panel.providers.viewport().height() >= 2 * row
    for button in panel.findChildren(QAbstractButton):
        if button.text() in {"&Check now", "&Quit"}:
            assert panel.rect().contains(QRect(button.mapTo(panel, QPoint()), button.size()))
    assert panel.providers.geometry().bottom() < panel.height()


def test_what_does_not_fit_is_reached_by_the_keys(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, TROUBLED[7])
    panel.resize(panel.width(), 400)
    panel.head.details.setFocus()

    for _ in range(20):
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is panel.head.hush.know:
            break
    upper = panel.findChild(Upper)
    assert upper is not None
    place = panel.head.hush.know.mapTo(upper, QPoint())
    assert upper.rect().contains(QRect(place, panel.head.hush.know.size()))

    upper.setFocus()
    upper.verticalScrollBar().setValue(0)
    QTest.keyClick(upper, Qt.Key.Key_PageDown)
    assert upper.verticalScrollBar().value() > 0


def test_what_fits_is_no_stop_for_the_keys(desk: Desk) -> None:
    panel = show(desk, TROUBLED[7])
    panel.resize(panel.width(), 400)
    upper = panel.findChild(Upper)
    assert upper is not None
    assert upper.focusPolicy() is Qt.FocusPolicy.StrongFocus

    desk.tell(telling(*many(30)))

    assert upper.focusPolicy() is Qt.FocusPolicy.NoFocus


def test_a_key_walks_through_everything_and_back(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(down(advice="beta"), BETA, trouble=CONFIG_TROUBLE))
    panel.say("A remark")
    panel.head.details.setFocus()

    walked = []
    for _ in range(11):
        focus = QApplication.focusWidget()
        assert focus is not None
        walked.append(_name(QAccessible.queryAccessibleInterface(focus)))
        QTest.keyClick(focus, Qt.Key.Key_Tab)

    assert walked == [
        "Details",
        "Switch to Beta Models",
        "Playbook",
        "Snooze…",
        "I know",
        "Dismiss: take this remark away",
        "Providers",
        "Check now",
        "Pause…",
        "History",
        "Quit",
    ]
    assert QApplication.focusWidget() is panel.head.details
    QTest.keyClick(panel.head.details, Qt.Key.Key_Backtab)
    assert isinstance(QApplication.focusWidget(), QToolButton)


def test_arrows_walk_through_the_rows(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(up(), BETA))
    assert QApplication.focusWidget() is panel.providers

    QTest.keyClick(panel.providers, Qt.Key.Key_Down)

    assert panel.providers.currentIndex().row() == 1


def test_where_the_keys_are_is_seen_once_they_are_used(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(up(), BETA))
    panel.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, on=False)
    before = panel.providers.grab().toImage()

    QTest.keyClick(panel.providers, Qt.Key.Key_Down)
    QTest.keyClick(panel.providers, Qt.Key.Key_Up)

    assert panel.providers.grab().toImage() != before


def test_typing_finds_a_name(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(*many(30)))

    QTest.keyClicks(panel.providers, "Mis")

    assert panel.providers.currentIndex().data() == "Mistral 1"


def test_a_place_in_the_list_is_kept_when_words_change(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(up(), BETA))
    QTest.keyClick(panel.providers, Qt.Key.Key_Down)

    desk.tell(telling(down(), BETA))

    assert panel.providers.currentIndex().row() == 1


def test_only_the_rows_that_changed_are_drawn_again(desk: Desk) -> None:
    panel = show(desk, telling(up(), BETA))
    changed: list[int] = []

    def note(first: QModelIndex, _last: QModelIndex) -> None:
        changed.append(first.row())

    panel.providers.model().dataChanged.connect(note)
    desk.tell(telling(up(), up("beta", "Beta Models", latency_ms=99)))

    assert changed == [1]


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_W])
def test_escape_and_the_closing_key_hide_it(desk: Desk, qtbot: QtBot, key: Qt.Key) -> None:
    panel = show(desk, telling(up()))
    held = Qt.KeyboardModifier.NoModifier if key == Qt.Key.Key_Escape else Qt.KeyboardModifier.ControlModifier

    QTest.keyClick(panel, key, held)

    assert not panel.isVisible()
    assert desk.left == []


@pytest.mark.parametrize(
    ("press", "asked"),
    [
        ("Check now", ("check",)),
        ("Switch to Beta Models", ("switch", "beta", "alpha")),
    ],
)
def test_a_press_reaches_the_engine(desk: Desk, qtbot: QtBot, press: str, asked: tuple[str, ...]) -> None:
    panel = show(desk, telling(down(advice="beta"), BETA))

    click(panel, qtbot, press)

    assert desk.commands.asked == [asked]


def click(panel: QWidget, qtbot: QtBot, text: str) -> None:
    """Presses the one visible button of these words."""
    found = [b for b in panel.findChildren(QAbstractButton) if b.isVisible()]
    (button,) = (b for b in found if b.text().replace("&", "") == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_switch_can_be_taken_back(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(down(advice="beta"), BETA, switched=("alpha", "beta")))

    click(panel, qtbot, "Switch back to Alpha AI")

    assert desk.commands.asked == [("switch back",)]
    assert "You use Beta Models instead of Alpha AI since 14:03." in words(panel)


def test_paused_it_offers_to_resume_and_nothing_else(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(up(), paused=True, paused_until="15:00"))
    assert sorted(buttons(panel)) == ["History", "Quit", "Resume"]

    click(panel, qtbot, "Resume")

    assert desk.commands.asked == [("resume",)]


def test_a_locked_keyring_can_be_asked_again(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(up(trouble="The keyring is locked."), keyring_locked=True))

    click(panel, qtbot, "Unlock keyring…")

    assert desk.commands.asked == [("unlock",)]


def test_the_pauses_are_offered_above_the_button(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(up()))

    click(panel, qtbot, "Pause…")
    menu = QApplication.activePopupWidget()

    assert menu is not None
    rows = {action.text(): action for action in menu.actions()}
    assert list(rows) == [length.value for length in Pause]
    rows[Pause.RESUMED].trigger()
    menu.close()
    assert desk.commands.asked == [("pause", None)]


def test_f5_checks_now(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(up()))

    QTest.keyClick(panel, Qt.Key.Key_F5)

    assert desk.commands.asked == [("check",)]


def test_an_ampersand_in_a_name_is_read_as_one(desk: Desk) -> None:
    panel = show(desk, telling(down(advice="b"), up("b", "Ada & Grace")))

    assert panel.head.offer.text() == "Switch to Ada && Grace"
    assert _name(QAccessible.queryAccessibleInterface(panel.head.offer)) == "Switch to Ada & Grace"


def test_no_stranger_writes_markup(desk: Desk) -> None:
    evil = "<img src=x><b>bold</b>"
    panel = show(desk, telling(down("a", evil, advice="b", detail=evil), up("b", "B"), trouble=evil))

    for label in panel.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText
    tooltip = panel.providers.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>" not in tooltip
    assert "&lt;b&gt;" in tooltip


def test_a_tooltip_gives_the_whole_row_and_the_exact_time(desk: Desk) -> None:
    panel = show(desk, telling(down("a", "A" * 90, detail=MESSAGE)))
    place = panel.providers.visualRect(panel.providers.model().index(0, 0)).center()

    help_asked = QHelpEvent(QEvent.Type.ToolTip, place, panel.providers.viewport().mapToGlobal(place))
    QApplication.sendEvent(panel.providers.viewport(), help_asked)
    text = panel.providers.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)

    assert help_asked.isAccepted()
    assert "A" * 90 in text
    assert "Service unavailable, please try again later" in text
    assert "14:02:00" in text


def test_a_broken_configuration_is_told_line_by_line(desk: Desk) -> None:
    panel = show(desk, telling(up(), trouble=CONFIG_TROUBLE))

    assert panel.trouble.isVisible()
    assert panel.trouble.words == CONFIG_TROUBLE


def test_many_problems_are_counted(desk: Desk) -> None:
    panel = show(desk, telling(up(), trouble="\n".join(f"problem {n}" for n in range(40))))

    assert panel.trouble.words.splitlines()[TROUBLE_LINES:] == ["… and 35 more"]


def test_a_broken_first_configuration_offers_no_choices_that_could_not_be_written(desk: Desk) -> None:
    panel = show(desk, STATES["trouble at first"])

    assert panel.trouble.isVisible()
    assert sorted(buttons(panel)) == ["History", "Quit"]


def test_a_notice_stands_before_the_remark_and_each_goes_by_itself(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(down()))
    panel.say("No tray here.")
    panel.say_notice(NOTICE)
    assert panel.note.words == "Alpha AI is down. It answers 503 since 14:02."

    click(panel, qtbot, "Dismiss")
    assert panel.note.words == "No tray here."
    click(panel, qtbot, "Dismiss")
    assert not panel.note.isVisible()


def test_only_its_own_withdrawal_takes_a_notice_away(desk: Desk) -> None:
    panel = show(desk, telling(down()))
    panel.say_notice(NOTICE)

    panel.withdraw("beta")
    assert panel.note.isVisible()
    panel.withdraw("alpha")
    assert not panel.note.isVisible()


def test_a_notice_of_several_goes_with_the_first_of_whom_it_is_true_no_more(desk: Desk) -> None:
    panel = show(desk, telling(down()))
    panel.say_notice(
        replace(NOTICE, key=":down", title="3 providers are down", of=("alpha", "beta", "gamma"))
    )

    panel.withdraw("delta")
    assert panel.note.isVisible()
    panel.withdraw("beta")
    assert not panel.note.isVisible()


def test_after_a_crash_there_is_one_thing_to_do(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(up(), BETA))

    panel.show_view(crashed_view(view_of(telling(up(), BETA)), at(NOW)))

    assert sorted(buttons(panel)) == ["History", "Quit", "Watch again"]
    assert [row.split(",")[0] for row in spoken(panel)] == [
        "Alpha AI: unknown since 14:09",
        "Beta Models: unknown since 14:09",
    ]
    click(panel, qtbot, "Watch again")
    assert desk.commands.asked == [("restart",)]


def test_a_failed_probes_time_is_no_latency(desk: Desk) -> None:
    panel = show(desk, STATES["checking"])

    assert spoken(panel)[0] == "Alpha AI: up since 09:12, checking, answers 503, key accepted."


def test_what_nobody_has_asked_yet_is_not_called_unknown_since_ever(desk: Desk) -> None:
    panel = show(desk, STATES["first asking"])

    assert spoken(panel)[0] == "Alpha AI: not asked yet, key not checked."
    assert view_of(STATES["first asking"]).lights[0].service is Service.UNKNOWN


# The last day


def described(panel: Panel) -> list[str]:
    """What a screen reader adds to each row."""
    reader = QAccessible.queryAccessibleInterface(panel.providers)
    children = [reader.child(n) for n in range(reader.childCount())]
    return [str(child.text(QAccessible.Text.Description)) for child in children if child is not None]


def test_bar_and_line_are_told_in_words(desk: Desk) -> None:
    panel = show(desk, telling(down(), BETA))

    panel.show_days({"alpha": day_of((Status.DOWN, 12 * MINUTE_MS)), "beta": unseen()})

    latencies = "latency around 720 ms, at most 960 ms; 12 failures"
    assert described(panel) == [
        "last 24 hours: 99.166 % up of 24 h seen, 12 min down; " + latencies,
        "last 24 hours: not watched",
    ]
    tooltip = panel.providers.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "99.166 % up of 24 h seen" in tooltip


def test_what_is_not_read_yet_says_nothing_and_leaves_its_place_empty(desk: Desk) -> None:
    panel = show(desk, telling(up(), BETA))
    before = panel.providers.grab().toImage()

    panel.show_days({"alpha": calm()})
    with_one = panel.providers.grab().toImage()
    panel.show_days({})

    assert described(panel) == ["", ""]
    assert with_one != before
    assert panel.providers.grab().toImage() == before
    area = panel.providers.visualRect(panel.providers.model().index(1, 0))
    assert with_one.copy(area) == before.copy(area)


def test_a_day_moves_nothing(desk: Desk) -> None:
    panel = show(desk, telling(up(), BETA))
    before = panel.size(), panel.providers.geometry()

    panel.show_days({"alpha": calm(), "beta": unseen()})

    assert (panel.size(), panel.providers.geometry()) == before


def test_a_day_stays_with_its_provider_when_another_gets_worse(desk: Desk) -> None:
    panel = show(desk, telling(*many(30)))
    panel.show_days({"p29": calm()})

    desk.tell(telling(*many(29), down("p29", "Zeta")))

    assert ["up of" in words for words in described(panel)] == [True, *[False] * 29]


def test_the_line_is_of_the_surface_that_speaks_for_the_provider(desk: Desk) -> None:
    panel = show(desk, STATES["web down"])
    day = replace(calm(), traces={Surface.LOGIN: (Slot(1.0, 1.0, 1.0),), Surface.WEB: (Slot(failures=7),)})

    panel.show_days({"alpha": day})

    assert described(panel)[0].endswith("; 7 failures")


# More of something


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_opens_the_provider_of_the_row(desk: Desk, qtbot: QtBot, key: Qt.Key) -> None:
    panel = show(desk, telling(up(), BETA))
    QTest.keyClick(panel.providers, Qt.Key.Key_Down)

    with qtbot.waitSignal(panel.provider_asked) as asked:
        QTest.keyClick(panel.providers, key)

    assert asked.args == ["beta"]


def test_two_clicks_open_the_provider_of_the_row_and_one_does_not(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(up(), BETA))
    asked: list[str] = []
    panel.provider_asked.connect(asked.append)
    place = panel.providers.visualRect(panel.providers.model().index(1, 0)).center()

    QTest.mouseClick(panel.providers.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked == []
    QTest.mouseDClick(panel.providers.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert asked == ["beta"]


@pytest.mark.parametrize(
    ("state", "asked"),
    [
        ("down with suggestion", (1,)),
        ("one of thirty down", (1,)),
        ("degraded", (1,)),
        ("unstable", (1,)),
        ("key rejected", ("alpha",)),
        ("two", None),
        ("offline", None),
        ("paused", None),
        ("first asking", None),
        ("nothing", None),
    ],
)
def test_details_lead_to_what_is_wrong(desk: Desk, state: str, asked: tuple[object] | None) -> None:
    panel = show(desk, STATES[state])
    found: list[object] = []
    panel.incident_asked.connect(found.append)
    panel.provider_asked.connect(found.append)

    assert panel.head.details.isVisible() == (asked is not None)
    panel.head.details.click()

    assert tuple(found) == (asked or ())


@pytest.mark.parametrize(("state", "what"), [("degraded", "incident"), ("key rejected", "history")])
def test_details_name_whose_they_are(desk: Desk, state: str, what: str) -> None:
    panel = show(desk, STATES[state])

    interface = QAccessible.queryAccessibleInterface(panel.head.details)
    assert interface.text(QAccessible.Text.Description) == f"Opens the {what} of Alpha AI"


# Whether it is looked at


def test_it_is_seen_once_it_is_painted_and_no_longer_when_it_is_hidden(desk: Desk, qtbot: QtBot) -> None:
    desk.tell(telling(up()))
    seen: list[bool] = []
    desk.panel.seen.connect(seen.append)

    desk.shell.open_window()
    assert seen == []
    qtbot.waitUntil(lambda: seen == [True])
    desk.panel.showMinimized()
    assert seen == [True, False]
    desk.panel.showNormal()
    qtbot.waitUntil(lambda: seen == [True, False, True])
    desk.panel.hide()

    assert seen == [True, False, True, False]


def test_an_open_panel_tells_how_the_last_day_was(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    watching = Watching(keys=(Key("alpha", Surface.API),))
    history = History.open(tmp_path / "history.db", lambda: "now")
    for _ in range(30):
        watching.cycle(history)
    history.close()
    told = Told(watching.now, watching.state, watched=(Watched("alpha", "Alpha AI", (Surface.API,)),))
    panel = show(desk, told)

    qtbot.waitUntil(lambda: described(panel) != [""])

    assert described(panel)[0].startswith(
        "last 24 hours: 100.000 % up of 14 min seen, 23 h 45 min not watched"
    )
    panel.hide()
    assert not desk.lately._wanted


def test_without_a_history_everything_else_is_there(desk: Desk, qtbot: QtBot) -> None:
    panel = show(desk, telling(down(advice="beta"), BETA))

    with qtbot.waitSignal(desk.lately.changed) as told:
        desk.lately._ageing.timeout.emit()

    assert told.args == [{}]
    assert spoken(panel)[1] == "Beta Models: up since 09:12, key accepted, 1.4 s."
    assert described(panel) == ["", ""]
