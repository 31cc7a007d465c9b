"""Ticks are notes in Markdown's own form; the last one of an item holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW, at
from trayuptime.core.model import Note, Surface
from trayuptime.core.notes import UnfitNoteError, note_text
from trayuptime.core.playbook import LONGEST_ITEM
from trayuptime.core.ticks import Tick, remarks_of, same, tick_of, tick_text, ticks_of


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tell  Anna", " tell anna "),
        ("Zo\u0308e", "Zo\u0308E"),
        ("Zo\u0308", "Z\u00f6"),
        ("STRASSE", "straße"),
    ],
)
def test_case_and_spaces_tell_no_items_apart(one: str, other: str) -> None:
    assert same(one) == same(other)
