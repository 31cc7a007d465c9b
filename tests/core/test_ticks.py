"""Ticks are notes in Markdown's own form; the last one of an item holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW, at
from trayuptime.core.model import Note, Surface
from trayuptime.core.notes import UnfitNoteError, note_text
from trayuptime.core.playbook import LONGEST_ITEM, Heading, Text, lines_in
from trayuptime.core.ticks import Checklist, Task, Tick, checklist, remarks_of, tick_of, tick_text, ticks_of


def note(text: str, seconds: float = 0) -> Note:
    return Note("a", Surface.API, at(0), at(seconds), text)


@pytest.mark.parametrize(
    ("text", "done", "by"),
    [
        ("[x] Tell Anna", True, ""),
        ("[X] Tell Anna", True, ""),
        ("[ ] Tell Anna", False, ""),
        ("[x] Tell Anna\nby Kim", True, "Kim"),
    ],
)
def test_a_note_in_markdowns_form_is_a_tick(text: str, done: bool, by: str) -> None:
    assert tick_of(note(text, 5)) == Tick("Tell Anna", done, at(5), by)


@pytest.mark.parametrize(
    "text",
    [
        "Tell Anna",
        "[x]Tell",
        "[x]",
        "[ ] ",
        "[y] a",
        "- [x] a",
        "x [x] a",
        "[x] a\nb",
        "[x] a\nby Kim\nand Bo",
    ],
)
def test_any_other_note_is_a_remark(text: str) -> None:
    notes = (note(text), note("[x] a"))

    assert tick_of(notes[0]) is None
    assert remarks_of(notes) == notes[:1]
    assert ticks_of(notes) == (Tick("a", True, at(0)),)


@LAW
@given(
    st.text(max_size=60).map(lambda text: " ".join(text.split())).filter(bool),
    st.booleans(),
    st.text(max_size=20).map(lambda text: " ".join(text.split())),
)
def test_what_is_ticked_is_told_again_by_its_note(item: str, done: bool, by: str) -> None:
    try:
        text = tick_text(item, done=done, by=by)
    except UnfitNoteError:
        return  # no item of a playbook holds what a terminal obeys

    assert note_text(text) == text
    assert tick_of(note(text)) == Tick(item, done, at(0), by)


def test_the_longest_item_fits_into_a_note() -> None:
    item = "x" * LONGEST_ITEM

    assert tick_of(note(tick_text(item, done=True, by="y" * 60))) == Tick(item, True, at(0), "y" * 60)


def test_a_line_feed_in_an_item_or_a_name_makes_no_other_tick() -> None:
    assert tick_text("a\nby Bo", done=True, by="Kim\n[ ] a") == "[x] a by Bo\nby Kim [ ] a"


def test_a_checklist_has_the_lines_with_their_ticks() -> None:
    lines = lines_in("# Now\n- [ ] Tell Anna\n- [ ] Switch")
    tick = Tick("tell  anna", True, at(1), "Kim")

    found = checklist(lines, [tick])

    assert found == Checklist(
        (
            Heading(1, "Now"),
            Task(1, "Tell Anna", "Tell Anna", tick),
            Task(2, "Switch", "Switch"),
        )
    )
    assert [task.done for task in found.tasks] == [True, False]


def test_the_last_tick_of_an_item_holds_in_whatever_order_they_come() -> None:
    ticks = [Tick("a", True, at(1)), Tick("a", False, at(2)), Tick("b", False, at(3)), Tick("b", True, at(4))]

    for order in (ticks, ticks[::-1]):
        found = checklist(lines_in("- [ ] a\n- [ ] b"), order)
        assert [task.done for task in found.tasks] == [False, True]
        assert [task.tick for task in found.tasks] == [ticks[1], ticks[3]]


def test_of_two_machines_at_one_time_both_choose_what_was_done() -> None:
    ticks = [Tick("a", True, at(1)), Tick("a", False, at(1))]

    for order in (ticks, ticks[::-1]):
        assert checklist(lines_in("- [ ] a"), order).tasks[0].done


def test_an_edit_of_the_playbook_loses_no_tick() -> None:
    before = lines_in("- [ ] a\n- [ ] b\n- [ ] c")
    ticks = [Tick("c", True, at(1)), Tick("b", True, at(2)), Tick("a", False, at(3))]
    assert [task.done for task in checklist(before, ticks).tasks] == [False, True, True]

    found = checklist(lines_in("# New\n- [ ] c\ntext\n- [ ] d"), ticks)

    assert found.rows == (Heading(1, "New"), Task(1, "c", "c", ticks[0]), Text("text"), Task(2, "d", "d"))
    assert found.gone == (Task(3, "b", "b", ticks[1]),)
    assert [task.number for task in found.tasks] == [1, 2, 3]


def test_one_of_two_alike_is_ticked_alone() -> None:
    found = checklist(lines_in("- [ ] Call\n- [ ] Call"), [Tick("Call (2)", True, at(1))])

    assert [task.done for task in found.tasks] == [False, True]


def test_without_a_playbook_what_was_ticked_is_still_told() -> None:
    assert checklist((), [Tick("a", True, at(1))]).tasks == (Task(1, "a", "a", Tick("a", True, at(1))),)
    assert checklist((), ()) == Checklist()
