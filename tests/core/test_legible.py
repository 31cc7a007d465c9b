"""A stranger's text is shown as it stands, and does nothing."""

import pytest

from trayuptime.core.legible import in_a_line, legible, shortened


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("plain, ünïcode, 漢字, שלום", "plain, ünïcode, 漢字, שלום"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("a\tb\u00a0c", "a    b c"),
        ("\u202egnp.exe\u202c", r"\u202egnp.exe\u202c"),
        ("\x1b[2J\x00", r"\u001b[2J\u0000"),
        ("half \ud800", r"half \ud800"),
        ("\u0646\u200c\u0647\n", "\u0646\u200c\u0647\n"),
        ("tag \U000e0041", r"tag \ue0041"),
    ],
    ids=["plain", "lines", "spaces", "bidi", "escape", "surrogate", "joiner", "tag"],
)
def test_what_cannot_be_seen_is_spelled_out(written: str, shown: str) -> None:
    assert legible(written) == shown


def test_many_lines_can_be_one() -> None:
    assert in_a_line(" one\n two\u202e\t") == r"one two\u202e"
    assert in_a_line("one\ntwo", 5) == "one …"


def test_what_is_too_long_ends_with_an_ellipsis() -> None:
    assert shortened("abcd", 4) == "abcd"
    assert shortened("abcde", 4) == "abc…"
