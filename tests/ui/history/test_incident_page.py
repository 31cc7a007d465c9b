"""The page of an incident: by keyboard alone, for a screen reader, and never losing what one was at."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QKeySequence, QShortcut, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from trayuptime.core.model import Surface
from trayuptime.core.notes import LONGEST
from trayuptime.ui.history.incident_page import IncidentPage
from trayuptime.ui.history.incident_shown import IncidentShown, NoteShown
from trayuptime.ui.history.incident_timeline import COLUMNS
from trayuptime.ui.view import View, crashed_view, view_of
from ui.history.nights import HOSTILE, outage, recovered, whole_night, write
from ui.tellings import at, down, telling, up

Show = Callable[[IncidentShown], IncidentPage]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> IncidentShown:
    return whole_night(tmp_path_factory.mktemp("night") / "history.db").read()


@pytest.fixture
def page(qtbot: QtBot) -> IncidentPage:
    made = IncidentPage()
    qtbot.addWidget(made)
    made.resize(1000, 640)
    return made


@pytest.fixture
def show(page: IncidentPage, qtbot: QtBot) -> Show:
    def shown(value: IncidentShown) -> IncidentPage:
        page.show_incident(value)
        with qtbot.waitExposed(page):
            page.show()
        page.activateWindow()
        page.take_focus()
        return page

    return shown


def press(widget: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for each in modifiers:
        held |= each
    QTest.keyClick(widget, key, held)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def name_of(widget: QWidget) -> str:
    return str(QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name))


def visible_words(page: QWidget) -> list[str]:
    return [label.text() for label in page.findChildren(QLabel) if label.isVisible()]


def test_before_it_is_read_it_says_so(page: IncidentPage) -> None:
    page.show()

    assert page.words.accessibleName() == "Reading…"
    assert (page.number, page.copy.isEnabled(), page.timeline.isVisible()) == (None, False, False)


def test_it_shows_what_it_is_given(show: Show, whole: IncidentShown) -> None:
    page = show(whole)

    words = visible_words(page)
    assert {"Alpha AI API was down", whole.when, "Their page", "Notes"} <= set(words)
    assert page.mark.accessibleName() == "down"
    assert page.timeline.model().rowCount() == len(whole.moments)
    assert page.number == 1


def test_it_can_be_walked_with_the_keyboard_alone(show: Show, whole: IncidentShown) -> None:
    page = show(whole)
    walked = []
    for _ in range(9):
        walked.append(name_of(focused()))
        press(focused(), Qt.Key.Key_Tab)

    ring = walked[walked.index("Time line, oldest first") :]
    assert ring[:6] == [
        "Time line, oldest first",
        "Evidence",
        "About this incident",
        "Open their page",
        "A note about this incident",
        "Add note",
    ]
    assert {"Back", "Copy as Markdown"} <= set(walked)
    assert page.timeline.accessibleName() in walked


def test_arrows_home_and_end_walk_the_time_line_and_the_evidence_follows(
    show: Show, whole: IncidentShown
) -> None:
    page = show(whole)
    assert whole.moments[0].exact in page.evidence.words.accessibleName()

    press(page.timeline, Qt.Key.Key_Down)
    press(page.timeline, Qt.Key.Key_Down)
    assert "request req_0" in page.evidence.text.toPlainText()
    press(page.timeline, Qt.Key.Key_End)
    assert page.evidence.text.toPlainText() == "They say a database was full.\nNo date for a fix yet."
    press(page.timeline, Qt.Key.Key_Home)

    assert page.timeline.currentIndex().row() == 0


def test_enter_goes_to_the_evidence_where_it_can_be_selected_by_keys(
    show: Show, whole: IncidentShown
) -> None:
    page = show(whole)
    page.timeline.choose(2)

    press(page.timeline, Qt.Key.Key_Return)
    assert focused() is page.evidence.text
    press(focused(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    assert page.evidence.text.textCursor().selectedText()
    assert page.evidence.text.isReadOnly()


def test_every_cell_and_every_row_has_words(show: Show, whole: IncidentShown) -> None:
    model = show(whole).timeline.model()

    for row, moment in enumerate(whole.moments):
        said = [model.index(row, n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(len(COLUMNS))]
        assert said[0] == moment.sentence
        assert all(said)


def test_a_screen_reader_reads_a_row_as_a_sentence(show: Show, whole: IncidentShown) -> None:
    reader = QAccessible.queryAccessibleInterface(show(whole).timeline)

    said = [
        str(cell.text(QAccessible.Text.Name))
        for n in range(reader.childCount())
        if (cell := reader.child(n)) is not None
    ]
    assert [moment.sentence for moment in whole.moments] == [
        name for name in said if name in {moment.sentence for moment in whole.moments}
    ]


def test_the_column_beside_it_reads_itself_out(show: Show, whole: IncidentShown) -> None:
    said = show(whole).sides.accessibleDescription()

    for fact in whole.facts:
        assert f"{fact.name}: {fact.text}" in said
    assert whole.theirs in said


def test_backspace_goes_back_from_wherever_nothing_is_written(
    show: Show, whole: IncidentShown, qtbot: QtBot
) -> None:
    page = show(whole)
    page.timeline.choose(2)

    for widget in (page.timeline, page.evidence.text, page.sides, page.copy):
        widget.setFocus()
        with qtbot.waitSignal(page.left):
            press(widget, Qt.Key.Key_Backspace)


def test_a_window_that_has_backspace_for_itself_gets_it(whole: IncidentShown, qtbot: QtBot) -> None:
    window, page = QWidget(), IncidentPage()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(page)
    back = QShortcut(QKeySequence(Qt.Key.Key_Backspace), window)
    page.show_incident(whole)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    page.take_focus()

    with qtbot.waitSignal(back.activated), qtbot.assertNotEmitted(page.left):
        press(page.timeline, Qt.Key.Key_Backspace)


def test_backspace_in_the_note_rubs_out_a_letter(show: Show, whole: IncidentShown, qtbot: QtBot) -> None:
    page = show(whole)
    field = page.sides.notes.field
    field.setFocus()
    QTest.keyClicks(field, "abc")

    with qtbot.assertNotEmitted(page.left):
        press(field, Qt.Key.Key_Backspace)

    assert field.toPlainText() == "ab"


@pytest.mark.parametrize("by", ["button", "keys"])
def test_the_ticket_is_copied(by: str, show: Show, whole: IncidentShown) -> None:
    page = show(whole)
    QGuiApplication.clipboard().clear()

    if by == "button":
        page.copy.click()
    else:
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        press(page.timeline, Qt.Key.Key_C, control, shift)

    assert QGuiApplication.clipboard().text() == whole.ticket
    assert page.answer.accessibleName().startswith("Copied.")


# Notes


def test_a_note_is_asked_for_and_its_field_is_empty_when_it_is_there(
    show: Show, whole: IncidentShown, qtbot: QtBot
) -> None:
    page = show(whole)
    field = page.sides.notes.field
    field.setPlainText("Their phone is engaged.  ")
    field.setFocus()

    with qtbot.waitSignal(page.note_added) as asked:
        press(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [1, "Their phone is engaged."]
    assert field.toPlainText() == "Their phone is engaged.  "
    page.show_incident(replace(whole, notes=(*whole.notes, NoteShown(9, "now", "now", "Their phone…"))))

    assert field.toPlainText() == ""
    assert page.sides.notes.answer.isHidden()


@pytest.mark.parametrize(("text", "why"), [(" \n", "is empty"), ("x" * (LONGEST + 1), "may have at most")])
def test_a_note_that_cannot_be_kept_says_why_and_stays(
    text: str, why: str, show: Show, whole: IncidentShown, qtbot: QtBot
) -> None:
    page = show(whole)
    page.sides.notes.field.setPlainText(text)

    with qtbot.assertNotEmitted(page.note_added):
        page.sides.notes.button.click()

    assert why in page.sides.notes.answer.accessibleName()
    assert page.sides.notes.field.toPlainText() == text


def test_a_note_that_was_refused_stays_in_its_field(show: Show, whole: IncidentShown) -> None:
    page = show(whole)
    page.sides.notes.field.setPlainText("something")
    page.sides.notes.button.click()

    page.refuse_note("The disk is full.")
    page.show_incident(replace(whole, notes=(*whole.notes, NoteShown(9, "now", "now", "another's"))))

    assert page.sides.notes.answer.accessibleName() == "The disk is full."
    assert page.sides.notes.field.toPlainText() == "something"


def test_a_half_written_note_belongs_to_its_incident(show: Show, whole: IncidentShown) -> None:
    page = show(whole)
    page.sides.notes.field.setPlainText("half a no")

    page.show_incident(replace(whole, number=2))
    assert page.sides.notes.field.toPlainText() == ""
    page.show_incident(whole)

    assert page.sides.notes.field.toPlainText() == "half a no"


# One that lasts


@pytest.fixture
def lasting(tmp_path: Path) -> tuple[IncidentShown, IncidentShown, IncidentShown]:
    """An incident as it is read three times: an answer more, and then over."""
    path, life = tmp_path / "history.db", outage()
    first = write(path, life, 6_300).read()
    life.see(6_300, "F")
    second = write(path, life, 6_360).read()
    life.now_s = 6_360
    third = write(path, life.run("SSS"), 6_600).read()
    return first, second, third


def test_reading_it_again_loses_nothing_of_what_one_was_at(
    show: Show, lasting: tuple[IncidentShown, ...]
) -> None:
    first, second, third = lasting
    page = show(first)
    page.resize(1000, 420)
    page.timeline.choose(5)
    page.timeline.verticalScrollBar().setValue(2)
    field, text = page.sides.notes.field, page.evidence.text
    field.setPlainText("half a no")
    cursor = text.textCursor()
    cursor.setPosition(3)
    cursor.setPosition(12, QTextCursor.MoveMode.KeepAnchor)
    text.setTextCursor(cursor)
    text.verticalScrollBar().setValue(4)
    marked = text.textCursor().selectedText()

    for shown in (second, third):
        page.show_incident(shown)
        QApplication.processEvents()

        assert page.timeline.currentIndex().row() == 5
        assert page.timeline.verticalScrollBar().value() == 2
        assert (text.textCursor().selectedText(), text.verticalScrollBar().value()) == (marked, 4)
        assert field.toPlainText() == "half a no"

    assert page.title.text() == "Alpha AI API was down"
    assert page.timeline.model().rowCount() == len(third.moments)


def test_evidence_that_grows_is_added_below(show: Show, lasting: tuple[IncidentShown, ...]) -> None:
    first, second, _ = lasting
    page = show(first)
    last = len(first.moments) - 1
    page.timeline.choose(last)
    text = page.evidence.text
    text.selectAll()
    before = text.textCursor().selectedText()

    page.show_incident(second)

    assert text.toPlainText() == second.moments[last].evidence
    assert len(text.toPlainText()) > len(before)
    assert text.textCursor().selectedText() == before


# What is known of it, or put off


def told(number: int = 1, provider: str = "a", **hushes: object) -> View:
    """The engine knows of one open incident of this number; others are of another provider."""
    before = [down(f"b{n}", f"B{n}") for n in range(1, number)]
    both = down(provider, "Alpha & Sons", surfaces=(Surface.API, Surface.WEB))
    return view_of(telling(*before, both, **hushes))  # type: ignore[arg-type]


def offered(page: IncidentPage) -> list[str]:
    links = (page.hush.snooze, page.hush.know, page.hush.undo)
    return [button.accessibleName() for button in links if button.isVisible()]


def test_one_that_lasts_can_be_put_off_and_says_until_when(
    show: Show, lasting: tuple[IncidentShown, ...]
) -> None:
    page = show(lasting[0])
    seen = []
    for view in (
        told(),
        told(snoozed={"a": "15:04"}),
        told(snoozed={"a": "14:08"}),  # it is over, and about to be told
        told(known=("a",)),
        told(),
    ):
        page.show_view(view)
        seen.append((offered(page), page.hushed.accessibleName() if page.hushed.isVisible() else ""))

    open_, known = ["Snooze…", "I know"], "You know of it; only the end is told, or a turn for the worse."
    assert seen == [
        (open_, ""),
        (["Undo"], "Snoozed until 15:04."),
        (open_, ""),
        (["Undo"], known),
        (open_, ""),
    ]


def test_by_keys_it_is_asked_for_this_incident_alone(
    show: Show, lasting: tuple[IncidentShown, ...], qtbot: QtBot
) -> None:
    page = show(lasting[0])
    page.show_view(told())
    assert page.hush.know.accessibleDescription() == (
        "No notifications of Alpha & Sons API, but of the end or a turn for the worse"
    )

    page.hush.know.setFocus()
    with qtbot.waitSignal(page.hush_asked) as asked:
        press(focused(), Qt.Key.Key_Space)
    page.show_view(told(known=("a",)))
    assert focused() is page.hush.undo
    with qtbot.waitSignal(page.unhush_asked) as taken_back:
        press(focused(), Qt.Key.Key_Space)

    assert (asked.args, taken_back.args) == ([(1,), None], [(1,)])


def test_the_other_part_of_the_provider_says_nothing_here(
    show: Show, lasting: tuple[IncidentShown, ...]
) -> None:
    page, view = show(lasting[0]), told(known=("a",))
    hushes = view.told.state.hushes
    assert hushes.keys() == {1, 2}
    half = replace(view.told, state=replace(view.told.state, hushes={2: hushes[2]}))
    page.show_view(view_of(half))

    assert (offered(page), page.hushed.isVisible()) == (["Snooze…", "I know"], False)


def test_nothing_is_offered_of_one_that_is_over_or_that_nobody_watches(
    show: Show, lasting: tuple[IncidentShown, ...]
) -> None:
    first, _, third = lasting
    page = show(first)
    assert offered(page) == []  # nobody has said that anything is watched
    for view in (
        crashed_view(told(known=("a",)), at("14:10")),
        view_of(telling(down("a"), known=("a",), paused=True)),
        view_of(telling(up("a"))),
        told(number=2, known=("a",)),
        told(provider="c", known=("c",)),  # of a file that this engine could not read, say
    ):
        page.show_view(view)
        assert (offered(page), page.hushed.isVisible()) == ([], False)

    page.show_view(told(known=("a",)))
    assert offered(page) == ["Undo"]
    page.show_incident(third)
    assert (offered(page), page.hushed.isVisible()) == ([], False)
    page.show_incident(first)
    page.say("There is no incident 1 any more.")
    assert (offered(page), page.hushed.isVisible()) == ([], False)


# What strangers wrote, and what is missing


def test_what_strangers_wrote_is_text(tmp_path: Path, show: Show) -> None:
    night = write(
        tmp_path / "history.db", recovered(outage(excerpt=HOSTILE, title=HOSTILE)), 7_200, ("<b>x</b>",)
    )
    page = show(night.read())

    for label in page.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or "<" not in label.text()
    for row in range(page.model.rowCount()):
        for column in range(len(COLUMNS)):
            tip = page.model.index(row, column).data(Qt.ItemDataRole.ToolTipRole)
            assert "<b>" not in tip
    assert page.width() == 1000


def test_a_row_of_which_nothing_was_kept_says_so(show: Show, whole: IncidentShown) -> None:
    page = show(replace(whole, moments=(replace(whole.moments[0], why=(), evidence=""),)))

    assert page.evidence.words.accessibleName().endswith("Nothing more was kept of it.")
    assert not page.evidence.text.isVisible()


def test_an_incident_without_a_row_is_no_mistake(show: Show, whole: IncidentShown) -> None:
    page = show(replace(whole, moments=(), facts=(), notes=(), their_url="", remarks=()))

    assert page.evidence.words.accessibleName().startswith("Choose a row")
    assert not page.sides.open_page.isVisible()


def test_what_went_wrong_takes_the_place_of_it(show: Show, whole: IncidentShown) -> None:
    page = show(whole)

    page.say("There is no incident 1.")

    assert page.words.text() == "There is no incident 1."
    assert (page.timeline.isVisible(), page.title.isVisible(), page.copy.isEnabled()) == (False, False, False)
    page.copy_ticket()
    assert page.answer.isHidden()


def test_their_page_is_asked_for_by_its_address(show: Show, whole: IncidentShown, qtbot: QtBot) -> None:
    page = show(whole)

    with qtbot.waitSignal(page.page_asked) as asked:
        page.sides.open_page.click()

    assert asked.args == [whole.their_url]


def test_a_playbook_has_a_place_and_can_be_taken_away(show: Show, whole: IncidentShown) -> None:
    page, one, other = show(whole), QPushButton("one"), QPushButton("other")

    page.set_playbook(one)
    assert one.isVisible()
    page.set_playbook(other)
    assert (one.parent(), other.isVisible()) == (None, True)
    page.set_playbook(None)

    assert other.parent() is None
