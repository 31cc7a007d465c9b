"""A stranger's text, many lines of it, so that it can be shown: nothing in it hides, moves or commands."""

import unicodedata

from trayuptime.core.notes import can_be_shown, lines_of


def legible(text: str) -> str:
    r"""What cannot be seen, or turns the direction of reading, is spelled out: `\u202e`.

    Lines stay lines, however their ends were written; tabs and odd spaces are spaces.
    """
    lines = "\n".join(lines_of(text))
    return lines if lines.isprintable() else "".join(map(_shown, lines))


def in_a_line(text: str, most: int | None = None) -> str:
    """The same in one line, of at most so many characters."""
    line = " ".join(legible(text).split())
    return line if most is None else shortened(line, most)


def shortened(text: str, most: int) -> str:
    """At most so many characters, the last of them an ellipsis where there were more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _shown(char: str) -> str:
    if not can_be_shown(char):
        return f"\\u{ord(char):04x}"
    return " " if unicodedata.category(char) == "Zs" else char
