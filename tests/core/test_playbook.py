"""A playbook is understood line by line, whatever a user wrote into it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from trayuptime.core.notes import can_be_shown
from trayuptime.core.playbook import (
    LONGEST_ITEM,
    MOST_LINES,
    Heading,
    Item,
    Line,
    Text,
    UnfitPlaybookError,
    lines_in,
)
from trayuptime.core.ticks import same


def item(words: str) -> Item:
    return Item(words, words)


def labels(text: str) -> list[str]:
    return [line.label for line in lines_in(text) if isinstance(line, Item)]


def test_headings_items_and_text_are_told_apart_in_their_order() -> None:
    text = "# When it fails\n\nRead this first.\n- [ ] Tell Anna\n\n## After ##\n- [ ] Go back\n"

    assert lines_in(text) == (
        Heading(1, "When it fails"),
        Text(""),
        Text("Read this first."),
        item("Tell Anna"),
        Text(""),
        Heading(2, "After"),
        item("Go back"),
    )


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] a",
        "* [ ] a",
        "+ [ ] a",
        "1. [ ] a",
        "12) [ ] a",
        "  - [ ] a",
        "\t- [ ]  a  ",
        "- [x] a",
        "- [X] a",
    ],
)
def test_every_way_of_writing_an_item_is_one_to_do(line: str) -> None:
    assert lines_in(line) == (item("a"),)


@pytest.mark.parametrize("line", ["- a", "- [] a", "-[ ] a", "- [ ]a", "- [ ]", "- [y] a", "[ ] a", "#a"])
def test_what_is_no_item_is_text(line: str) -> None:
    assert lines_in(line) == (Text(line),)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- [ ] Anna ａｎｒｕｆｅｎ, 名前 に電話", "Anna ａｎｒｕｆｅｎ, 名前 に電話"),
        ("- [ ] به آنا می\u200cگوییم", "به آنا می\u200cگوییم"),
        ("- [ ] 👩\u200d🔧 holen\u00a0!", "👩\u200d🔧 holen !"),
        ("- [ ] **Tell** <b>Anna</b> `x`", "**Tell** <b>Anna</b> `x`"),
    ],
)
def test_words_stay_as_they_were_written(text: str, line: str) -> None:
    assert labels(text) == [line]


def test_what_a_terminal_would_obey_is_replaced() -> None:
    lines = lines_in("# a\x1b[31mb\n- [ ] c\u202ed\x00\ne\x9bf\n```\n\x07\n")

    assert lines == (
        Heading(1, "a\ufffd[31mb"),
        item("c\ufffdd\ufffd"),
        Text("e\ufffdf"),
        Text("\ufffd", code=True),
    )


def test_what_stands_in_a_block_of_code_is_nothing_to_do() -> None:
    text = "```sh\n- [ ] a\n\n    # b\n```\n- [ ] c\n~~~\n- [ ] d\n```\n~~~ \n- [ ] e"

    assert lines_in(text) == (
        Text("- [ ] a", code=True),
        Text("", code=True),
        Text("    # b", code=True),
        item("c"),
        Text("- [ ] d", code=True),
        Text("```", code=True),
        item("e"),
    )


def test_code_within_a_line_begins_no_block() -> None:
    assert lines_in("```make run```\n- [ ] a") == (Text("```make run```"), item("a"))


def test_a_block_that_never_ends_goes_to_the_end() -> None:
    assert labels("- [ ] a\n````\n- [ ] b\n```\n- [ ] c") == ["a"]


def test_empty_lines_are_one_and_none_at_the_ends() -> None:
    assert lines_in("\ufeff\n\n  \na\r\n\r\n\t\r\nb\n\n\n") == (Text("a"), Text(""), Text("b"))


@pytest.mark.parametrize("text", ["", "\ufeff", "\n \n\t\n", "\u3000"])
def test_an_empty_file_has_no_lines(text: str) -> None:
    assert lines_in(text) == ()


def test_the_same_item_twice_is_two_to_do() -> None:
    assert labels("- [ ] Call\n- [ ] call\n- [ ]  Call ") == ["Call", "call (2)", "Call (3)"]


def test_a_number_that_stands_there_already_names_its_own_item() -> None:
    assert labels("- [ ] Call\n- [ ] Call\n- [ ] Call (2)\n- [ ] Call (3)") == [
        "Call",
        "Call (4)",
        "Call (2)",
        "Call (3)",
    ]


def test_an_item_of_a_novel_is_cut() -> None:
    (label,) = labels("- [ ] " + "word " * LONGEST_ITEM)

    assert len(label) <= LONGEST_ITEM
    assert label.endswith("word…")


def test_a_file_of_very_many_lines_is_no_playbook() -> None:
    assert len(lines_in("a\n" * MOST_LINES)) == MOST_LINES
    with pytest.raises(UnfitPlaybookError, match="has 1,001 lines; a playbook may have at most 1,000"):
        lines_in("a\n" * (MOST_LINES + 1))


MARKED = st.text(alphabet="-[]x X*#`~1.)\n\t\r\x00\u202eaä (2)", max_size=80)


def _words(line: Line) -> str:
    return line.words


@LAW
@given(st.one_of(st.text(max_size=200), MARKED))
def test_any_text_is_understood_and_every_item_has_a_name_of_its_own(text: str) -> None:
    lines = lines_in(text)

    named = [same(line.label) for line in lines if isinstance(line, Item)]
    assert len(set(named)) == len(named)
    assert all(can_be_shown(char) and char != "\n" for line in lines for char in _words(line))


@LAW
@given(st.lists(st.sampled_from(["a", "A", "a (2)", "a (3)", "b"]), max_size=8))
def test_however_often_an_item_stands_there_each_is_named_once(words: list[str]) -> None:
    found = labels("".join(f"- [ ] {each}\n" for each in words))

    assert len({same(label) for label in found}) == len(words)
