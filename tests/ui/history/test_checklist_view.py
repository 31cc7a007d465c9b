"""A checklist is drawn as it is kept: a box changes when a tick is, and never before."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from trayuptime.core.checklist import checklist
from trayuptime.core.playbook import lines_in
from trayuptime.core.ticks import Tick
from trayuptime.runtime.checklists import IncidentChecklist
from trayuptime.ui import theme
from trayuptime.ui.history.checklist_rows import WAITS, Prose
from trayuptime.ui.history.checklist_view import (
    EMPTY,
    GONE,
    MOST_GONE,
    MOST_TEXT,
    TICKED,
    UNHEARD,
    ChecklistView,
)
from ui.history.test_events import incident
from ui.looks import PALETTES
from ui.tellings import at

PATH = Path("/home/ada/.config/TrayUptime/playbooks/alpha.md")
TEXT = """# When Alpha AI fails
Keep calm.

## First
- [ ] Read <https://status.example.com/now>
- [ ] Tell Anna
- [ ] Switch: `trayuptime switch beta`
"""
ANNA = Tick("Tell Anna", True, at("14:03:10"), "Kim")

Show = Callable[..., ChecklistView]
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
WAITING = Qt.CheckState.PartiallyChecked


def shown(text: str = TEXT, ticks: Sequence[Tick] = (), **more: object) -> IncidentChecklist:
    facts = {"incident": incident(), "path": PATH, "own": True, "checklist": checklist(lines_in(text), ticks)}
    return IncidentChecklist(**{**facts, **more})  # type: ignore[arg-type]  # its fields, by their names


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Shows a checklist in a window that scrolls."""
    rooms: list[QScrollArea] = []  # qtbot holds nothing alive

    def made(what: IncidentChecklist, width: int = 440, patience_ms: int = 60_000) -> ChecklistView:
        view, room = ChecklistView(patience_ms=patience_ms), QScrollArea()
        room.setWidgetResizable(True)
        room.setWidget(view)
        room.resize(width, 400)
        qtbot.addWidget(room)
        rooms.append(room)
        view.show_checklist(what)
        room.show()
        room.activateWindow()
        qtbot.waitUntil(room.isActiveWindow)
        return view

    return made


def press(key: Qt.Key) -> None:
    """A key, wherever the keyboard is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key)


def states(view: ChecklistView) -> list[Qt.CheckState]:
    return [row.box.checkState() for row in view.tasks]


def said(view: ChecklistView) -> list[str]:
    """All the words that can be seen, in their order from top to bottom."""
    labels = [label for label in view.findChildren(QLabel) if label.isVisible()]
    labels.sort(key=lambda label: label.mapTo(view, QPoint()).y())
    return [label.accessibleName() for label in labels]


# What is drawn


def test_headings_text_and_items_stand_in_their_order(show: Show) -> None:
    view = show(shown(ticks=[ANNA]))

    assert said(view) == [
        "1 of 3 done",
        "When Alpha AI fails",
        "Keep calm.",
        "First",
        "Read https://status.example.com/now",
        "Tell Anna",
        view.tasks[1].when.accessibleName(),
        "Switch: trayuptime switch beta",
    ]
    assert states(view) == [UNCHECKED, CHECKED, UNCHECKED]


def test_who_ticked_and_when_stands_below(show: Show) -> None:
    taken = Tick("Switch: `trayuptime switch beta`", False, at("14:05"))
    first, anna, switch = show(shown(ticks=[ANNA, taken])).tasks

    assert first.when.isHidden()
    assert anna.when.text().startswith("ticked ")
    assert anna.when.text().endswith("14:03, Kim")
    assert "14:03:10" in anna.when.toolTip()
    assert switch.when.text().startswith("taken back ")


def test_what_is_gone_from_the_file_is_still_there_and_not_counted(show: Show) -> None:
    view = show(shown("- [ ] Tell Bob\n", [ANNA]))

    assert view.progress.text() == "0 of 1 done"
    assert GONE in said(view)
    assert [(row.label, row.box.isChecked()) for row in view.tasks] == [
        ("Tell Bob", False),
        ("Tell Anna", True),
    ]


def test_a_playbook_that_cannot_be_read_says_so_and_nothing_of_what_is_in_it(show: Show) -> None:
    view = show(shown("", [ANNA], trouble=f"{PATH} is not UTF-8 text (line 3); save it with that encoding."))

    assert view.note.accessibleName().endswith("save it with that encoding.")
    assert (TICKED in said(view), GONE in said(view), view.progress.isVisible()) == (True, False, False)
    assert states(view) == [CHECKED]
    assert view.edit.isVisible()


def test_an_empty_one_says_so(show: Show) -> None:
    assert said(show(shown(""))) == [EMPTY]


def test_the_offered_one_says_what_it_is_and_where_yours_would_be(show: Show) -> None:
    view = show(shown(own=False))

    assert (view.own.isVisible(), view.edit.isVisible()) == (True, True)
    assert view.note.accessibleName().endswith(str(PATH))


def test_where_no_file_can_be_none_is_offered(show: Show) -> None:
    view = show(shown(own=False, path=None))

    assert (view.own.isVisible(), view.edit.isVisible()) == (False, False)


def test_your_own_is_not_to_be_made_yours(show: Show) -> None:
    view = show(shown())

    assert (view.own.isVisible(), view.edit.isVisible(), view.note.isVisible()) == (False, True, False)


def test_code_keeps_its_spaces(show: Show) -> None:
    view = show(shown("```\nif x:\n    <b>y</b>\n```\n"))

    (code,) = (label for label in view.findChildren(QLabel) if "if x" in label.text())
    assert code.text() == "if x:\n    <b>y</b>"
    assert code.textFormat() is Qt.TextFormat.PlainText


# Strangers


def test_markup_of_strangers_is_words(show: Show) -> None:
    hostile = 'x <b>b</b> <img src="https://evil.example/x.png"> & "q" `<i>c</i>`'
    view = show(
        shown(f"# {hostile}\n{hostile}\n- [ ] {hostile}\n", [Tick(hostile, True, at("14:03"), "<b>Kim</b>")])
    )

    words = hostile.replace("`", "")
    assert said(view)[1:4] == [words] * 3
    assert view.tasks[0].box.accessibleName() == words
    for prose in view.findChildren(Prose):
        assert "<img" not in prose.text()
        assert "<i>" not in prose.text()
    assert view.tasks[0].when.textFormat() is Qt.TextFormat.PlainText


def test_an_address_is_opened_by_a_click_on_it_and_by_nothing_else(show: Show, qtbot: QtBot) -> None:
    view = show(shown("- [ ] https://status.example.com/now\n"))
    asked: list[str] = []
    view.address_asked.connect(asked.append)
    row = view.tasks[0]
    assert asked == []

    QTest.mouseClick(
        row.words, Qt.MouseButton.LeftButton, pos=QPoint(30, row.words.fontMetrics().height() // 2)
    )

    assert asked == ["https://status.example.com/now"]
    assert not row.waits


def test_an_address_leads_where_its_tooltip_says(show: Show) -> None:
    words = show(shown("- [ ] [https://bank.example](https://evil.example/?a=1&b=2)\n")).tasks[0].words

    words.linkHovered.emit("https://evil.example/?a=1&b=2")

    assert words.toolTip() == "<qt>https://evil.example/?a=1&amp;b=2</qt>"
    assert 'href="https://evil.example/?a=1&amp;b=2"' in words.text()


@pytest.mark.parametrize("scheme", theme.Scheme)
def test_an_address_follows_the_palette(
    scheme: theme.Scheme, show: Show, contrast: Callable[..., float]
) -> None:
    view = show(shown())
    view.setPalette(PALETTES[scheme])
    QApplication.processEvents()

    row = view.tasks[0]
    assert f"color: {PALETTES[scheme].windowText().color().name()}" in row.words.text()
    outline = row.box.palette().color(QPalette.ColorRole.Window).darker(140)  # as Qt's own style draws it
    assert contrast(outline, PALETTES[scheme].window().color()) >= 3


# Ticking


def asked_of(view: ChecklistView) -> list[tuple[int, str, bool]]:
    asked: list[tuple[int, str, bool]] = []
    view.tick_asked.connect(lambda *what: asked.append(what))
    return asked


def test_a_click_asks_and_the_box_waits_until_it_is_kept(show: Show) -> None:
    view = show(shown())
    asked = asked_of(view)

    QTest.mouseClick(view.tasks[1].box, Qt.MouseButton.LeftButton, pos=QPoint(6, 8))
    assert states(view) == [UNCHECKED, WAITING, UNCHECKED]
    assert view.tasks[1].when.text() == WAITS
    view.show_checklist(shown(ticks=[ANNA]))

    assert asked == [(incident().id, "Tell Anna", True)]
    assert states(view) == [UNCHECKED, CHECKED, UNCHECKED]
    assert view.progress.text() == "1 of 3 done"


def test_a_click_on_the_words_is_one_on_the_box(show: Show) -> None:
    view = show(shown())
    asked = asked_of(view)

    QTest.mouseClick(view.tasks[1].words, Qt.MouseButton.LeftButton)

    assert asked == [(incident().id, "Tell Anna", True)]
    assert view.tasks[1].box.hasFocus()


def test_a_tick_is_taken_back_in_the_same_way(show: Show) -> None:
    view = show(shown(ticks=[ANNA]))
    asked = asked_of(view)

    view.tasks[1].box.click()
    assert states(view)[1] is WAITING
    view.show_checklist(shown(ticks=[ANNA, Tick("Tell Anna", False, at("14:06"))]))

    assert asked == [(incident().id, "Tell Anna", False)]
    assert states(view)[1] is UNCHECKED


def test_a_box_that_waits_asks_nothing_more(show: Show) -> None:
    view = show(shown())
    asked = asked_of(view)

    view.tasks[1].box.click()
    view.tasks[1].box.click()

    assert len(asked) == 1


def test_what_a_screen_reader_toggles_is_asked_for_like_a_click(show: Show) -> None:
    view = show(shown())
    asked = asked_of(view)

    view.tasks[1].box.toggle()

    assert asked == [(incident().id, "Tell Anna", True)]
    assert states(view)[1] is WAITING


def test_a_list_that_was_read_before_the_tick_does_not_end_the_wait(show: Show) -> None:
    view = show(shown())
    view.tasks[1].box.click()

    view.show_checklist(shown())

    assert states(view)[1] is WAITING


def test_a_refused_tick_says_why_and_is_as_before(show: Show) -> None:
    view = show(shown())
    view.tasks[1].box.click()

    view.refuse("The disk is full. It was not ticked.")
    view.show_checklist(shown())

    assert states(view) == [UNCHECKED] * 3
    assert view.tasks[1].when.text() == "The disk is full. It was not ticked."
    assert view.tasks[1].box.accessibleDescription() == "The disk is full. It was not ticked."
    assert view.tasks[0].when.isHidden()


def test_a_refused_one_may_be_ticked_again(show: Show) -> None:
    view = show(shown())
    view.tasks[1].box.click()
    view.refuse("The disk is full.")
    asked = asked_of(view)

    view.tasks[1].box.click()
    view.show_checklist(shown(ticks=[ANNA]))

    assert len(asked) == 1
    assert view.tasks[1].when.text().startswith("ticked ")


def test_a_tick_nobody_answers_for_is_as_before_and_doubted(show: Show, qtbot: QtBot) -> None:
    view = show(shown(), patience_ms=1)

    with qtbot.waitSignal(view.doubted):
        view.tasks[1].box.click()

    assert states(view) == [UNCHECKED] * 3
    assert view.tasks[1].when.text() == UNHEARD


def test_once_all_is_kept_nothing_is_doubted(show: Show, qtbot: QtBot) -> None:
    view = show(shown(), patience_ms=1)
    view.tasks[1].box.click()
    view.show_checklist(shown(ticks=[ANNA]))

    with qtbot.assertNotEmitted(view.doubted, wait=20):
        pass

    assert states(view)[1] is CHECKED


def test_a_file_that_is_edited_meanwhile_ends_no_wait_and_moves_no_keyboard(show: Show) -> None:
    view = show(shown())
    view.tasks[1].box.setFocus()
    view.tasks[1].box.click()

    view.show_checklist(shown(f"- [ ] New\n{TEXT}"))

    assert [row.waits for row in view.tasks] == [False, False, True, False]
    assert view.tasks[2].box.hasFocus()


def test_the_same_list_again_draws_no_row_anew(show: Show) -> None:
    view = show(shown())
    before = view.tasks

    view.show_checklist(shown(ticks=[ANNA]))

    assert view.tasks == before


def test_another_incident_waits_for_nothing(show: Show) -> None:
    view = show(shown())
    view.tasks[1].box.click()

    other = replace(incident(), id=incident().id + 1)
    view.show_checklist(shown(incident=other))

    assert states(view) == [UNCHECKED] * 3


# Keyboard and screen reader


def test_arrows_home_and_end_go_through_the_boxes(show: Show) -> None:
    view = show(shown("".join(f"- [ ] Item {n}\n" for n in range(100))))
    view.tasks[0].box.setFocus()

    walk = []
    for key in (
        Qt.Key.Key_Down,
        Qt.Key.Key_Down,
        Qt.Key.Key_Up,
        Qt.Key.Key_End,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
    ):
        press(key)
        walk.append(next(n for n, row in enumerate(view.tasks) if row.box.hasFocus()))

    assert walk == [1, 2, 1, 99, 99, 0]


def test_who_has_the_keyboard_is_in_sight(show: Show) -> None:
    view = show(shown("".join(f"- [ ] Item {n}\n" for n in range(100))))
    view.tasks[0].box.setFocus()

    press(Qt.Key.Key_End)

    assert not view.tasks[99].visibleRegion().isEmpty()
    assert view.tasks[0].visibleRegion().isEmpty()


def test_the_space_bar_ticks_and_the_keyboard_stays(show: Show) -> None:
    view = show(shown())
    asked = asked_of(view)
    view.tasks[1].box.setFocus()

    QTest.keyClick(view.tasks[1].box, Qt.Key.Key_Space)

    assert asked == [(incident().id, "Tell Anna", True)]
    assert view.tasks[1].box.hasFocus()


def test_tab_stops_at_buttons_boxes_and_addresses_once(show: Show) -> None:
    view = show(shown(own=False))
    view.own.setFocus()

    walk = []
    for _ in range(5):
        press(Qt.Key.Key_Tab)
        walk.append(QApplication.focusWidget())

    read, anna, switch = view.tasks
    assert walk == [view.edit, read.box, read.words, anna.box, switch.box]


def test_enter_opens_the_address_that_tab_came_to(show: Show) -> None:
    view = show(shown())
    asked: list[str] = []
    view.address_asked.connect(asked.append)
    view.tasks[0].box.setFocus()

    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Return)

    assert asked == ["https://status.example.com/now"]


def test_a_screen_reader_hears_what_is_to_do_whether_it_is_done_and_when(show: Show) -> None:
    view = show(shown(ticks=[ANNA]))
    view.tasks[2].box.click()

    heard = []
    for row in view.tasks:
        spoken = QAccessible.queryAccessibleInterface(row.box)
        assert spoken.role() is QAccessible.Role.CheckBox
        state = spoken.state()
        word = "mixed" if state.checkStateMixed else "checked" if state.checked else "not checked"
        heard.append((spoken.text(QAccessible.Text.Name), word))

    assert heard == [
        ("Read https://status.example.com/now", "not checked"),
        ("Tell Anna", "checked"),
        ("Switch: trayuptime switch beta", "mixed"),
    ]
    assert view.tasks[1].box.accessibleDescription() == view.tasks[1].when.accessibleName()
    assert view.tasks[2].box.accessibleDescription() == WAITS


# Much, and little room


@pytest.mark.parametrize("width", [200, 320])
def test_long_words_widen_nothing_and_are_cut_nowhere(width: int, show: Show) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitän" * 3
    view = show(
        shown(f"# {long}\n{long}\n- [ ] {long} `{long}` https://a.example/{long}\n", own=False), width
    )

    room = view.parentWidget()
    assert room is not None
    assert view.width() <= room.width()
    for label in view.findChildren(QLabel):
        if label.isVisible():
            assert label.height() >= label.heightForWidth(label.width())


def test_a_hundred_items_are_all_there(show: Show) -> None:
    view = show(shown("".join(f"- [ ] Item {n}\n" for n in range(100))))

    assert [row.label for row in view.tasks] == [f"Item {n}" for n in range(100)]
    assert view.progress.text() == "0 of 100 done"


def test_a_file_that_is_no_checklist_is_not_laid_out_to_its_end(show: Show) -> None:
    view = show(shown(f"{'x ' * MOST_TEXT}\n- [ ] Item\n{'y ' * MOST_TEXT}\n"))

    assert sum(len(words) for words in said(view)) < MOST_TEXT + 100
    assert any(words.endswith("… the rest is in the file") for words in said(view))
    assert [row.label for row in view.tasks] == ["Item"]


def test_of_very_many_that_are_gone_the_others_are_counted(show: Show) -> None:
    ticks = [Tick(f"Item {n}", True, at("14:03") + n) for n in range(MOST_GONE + 7)]
    view = show(shown("- [ ] Item\n", ticks))

    assert len(view.tasks) == 1 + MOST_GONE
    assert said(view)[-1] == f"7 more: trayuptime playbook --incident {incident().id}"


def test_in_place_of_a_list_a_sentence(show: Show) -> None:
    view = show(shown(own=False))

    view.say("There is no incident 7.")

    assert said(view) == ["There is no incident 7."]
    assert view.tasks == ()
    assert (view.own.isVisible(), view.edit.isVisible()) == (False, False)
