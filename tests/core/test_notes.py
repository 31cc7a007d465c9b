"""What a note may say."""

import pytest

from trayuptime.core.notes import LONGEST, UnfitNoteError, note_text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("We called them.", "We called them."),
        ("\ufeff\n one\r\ntwo\rthree\u2028four  \n\n", " one\ntwo\nthree\nfour"),
        ("a\tb", "a    b"),
        ("名前\u3000と\xa0👩\u200d🔧", "名前\u3000と\xa0👩\u200d🔧"),
        ("x" * LONGEST, "x" * LONGEST),
        ("-- \n-v =1+1", "--\n-v =1+1"),
    ],
)
def test_a_note_is_kept_as_lines(written: str, kept: str) -> None:
    assert note_text(written) == kept
    assert note_text(kept) == kept


@pytest.mark.parametrize("written", ["", " \t\r\n", "\ufeff", "\u3000"])
def test_a_note_without_words_is_none(written: str) -> None:
    with pytest.raises(UnfitNoteError, match="is empty"):
        note_text(written)


def test_a_note_that_is_too_long_is_not_cut_in_silence() -> None:
    with pytest.raises(UnfitNoteError, match="2,001 characters; a note may have at most 2,000"):
        note_text("x" * (LONGEST + 1))


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\ud800", "\ufff9"])
def test_what_a_terminal_obeys_is_no_note(char: str) -> None:
    with pytest.raises(UnfitNoteError, match=f"U\\+{ord(char):04X}"):
        note_text(f"a{char}b")
