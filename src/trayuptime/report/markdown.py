"""A document as Markdown: tables of GitHub's dialect, no markup from strangers, pictures in words."""

import re
from collections.abc import Iterator, Sequence

from trayuptime.report.blocks import (
    Block,
    Document,
    Facts,
    Heading,
    NewPage,
    Paragraph,
    Picture,
    Table,
    Verbatim,
)
from trayuptime.report.escaping import shown, unmentioned

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&@])")
_ADDRESS = re.compile(r"\b(https?|ftp|www)([:.])", re.IGNORECASE)
"""GitHub makes a link of it, wherever it leads."""
_LIST = re.compile(r"^(\d+(?=[.)](?: |$))|(?=[-+=]))(.)")


def markdown(document: Document) -> str:
    """The whole text."""
    return "\n\n".join(text for block in document.blocks if (text := _text(block))) + "\n"


def _text(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {_plain(text)}"
        case Paragraph(text):
            return _plain(text)
        case Facts(rows):
            return "\n".join(f"- **{_plain(name)}:** {_broken(value)}" for name, value in rows)
        case Table():
            return f"**{_plain(block.caption)}**\n\n" + "\n".join(_table(block))
        case Picture(_, title, words):
            return f"*{_plain(title)}:* {_plain(words)}"
        case Verbatim(text):
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text) or [""]))
            return f"{fence}text\n{text}\n{fence}"
        case NewPage():
            return ""


def _table(table: Table) -> Iterator[str]:
    yield _row([_cell(head) for head in table.heads])
    yield _row(["--:" if column in table.numbers else "---" for column in range(len(table.heads))])
    for row in table.rows:
        yield _row([_cell(cell) for cell in row])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return "<br>".join(_plain(line) for line in text.splitlines()) or " "


def _broken(text: str) -> str:
    """Several lines within one item of a list."""
    return "\\\n  ".join(_plain(line) for line in text.splitlines())


def _plain(text: str) -> str:
    """One line as it is read, whatever stands in it."""
    text = _MARKUP.sub(r"\\\1", unmentioned(" ".join(shown(text).split())))
    return _LIST.sub(r"\1\\\2", _ADDRESS.sub(r"\1\\\2", text))
