"""A line of Markdown is read for what helps in an outage, and obeyed in nothing."""

import pytest

from trayuptime.core.inline import LONGEST, Piece, Style, pieces_in, spoken

CODE, STRONG = Style.CODE, Style.STRONG
PAGE = "https://status.example.com/a_(b)?x=1&y=2"


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("", []),
        ("Tell Anna", [Piece("Tell Anna")]),
        ("Run `a  b` now", [Piece("Run "), Piece("a  b", CODE), Piece(" now")]),
        ("``a`b``", [Piece("a`b", CODE)]),
        ("` `", [Piece(" ", CODE)]),
        ("`never closed", [Piece("`never closed")]),
        ("`one``", [Piece("`one``")]),
        ("**Never** ** no **", [Piece("Never", STRONG), Piece(" ** no **")]),
        ("2 * 3 * 4", [Piece("2 * 3 * 4")]),
        (f"<{PAGE}>", [Piece(PAGE, address=PAGE)]),
        (f"see [the page]({PAGE}).", [Piece("see "), Piece("the page", address=PAGE), Piece(".")]),
        (
            "(https://a.example/x), HTTP://B.example!",
            [
                Piece("("),
                Piece("https://a.example/x", address="https://a.example/x"),
                Piece("), "),
                Piece("HTTP://B.example", address="HTTP://B.example"),
                Piece("!"),
            ],
        ),
        ("<mailto:anna@example.com>", [Piece("anna@example.com", address="mailto:anna@example.com")]),
        (r"\*not\* \[a\](b) \`c\` a\b", [Piece(r"*not* [a](b) `c` a\b")]),
        (r"`a\*b`", [Piece(r"a\*b", CODE)]),
    ],
)
def test_a_line_is_read_in_pieces(line: str, pieces: list[Piece]) -> None:
    assert list(pieces_in(line)) == pieces


@pytest.mark.parametrize(
    "line",
    [
        "<b>bold</b><script>alert(1)</script>",
        "[here](javascript:alert(1))",
        "[here](file:///etc/passwd)",
        "<file:///etc/passwd>",
        "![](data:image/png;base64,AAAA)",
        "<https://>",
        "&lt;b&gt;",
    ],
)
def test_what_leads_nowhere_safe_stays_the_words_it_was(line: str) -> None:
    assert pieces_in(line) == (Piece(line),)


def test_a_picture_is_the_address_of_one() -> None:
    assert pieces_in("![it](https://a.example/x.png)") == (
        Piece("!"),
        Piece("it", address="https://a.example/x.png"),
    )


def test_it_is_read_out_without_its_marks() -> None:
    assert spoken(f"**Read** `x` at [theirs]({PAGE})") == "Read x at theirs"


def test_what_is_too_long_for_prose_stands_as_it_is() -> None:
    assert pieces_in("`" * (LONGEST + 1)) == (Piece("`" * (LONGEST + 1)),)
