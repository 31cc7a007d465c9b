"""A playbook: what a user wants to do when a provider fails, as they wrote it down in Markdown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from trayuptime.core.notes import can_be_shown, lines_of
from trayuptime.core.ticks import same

LONGEST_ITEM = 1_000
"""Characters of one item that count; a tick of it has to fit into a note."""
MOST_LINES = 1_000
"""A list that nobody would read in an outage is more likely another file."""

_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+\[[ xX]\]\s+(?P<words>\S.*)")
_HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})\s+(?P<words>.*?)(?:\s+#+)?\s*")
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}(?!.*`)|~{3,})(?P<rest>.*)")


class UnfitPlaybookError(ValueError):
    """No checklist can be made of a text; the message is a clause: it "has too many lines"."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that names what follows; `level` is 1 for the largest, 6 for the smallest."""

    level: int
    words: str


@dataclass(frozen=True, slots=True)
class Text:
    """Any other line, empty between paragraphs; in a block of code its spaces count."""

    words: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """Something to do.

    Attributes:
        words: as they stand there, on one line.
        label: what a tick names it by: its words, with a number where they stand there more than once.
    """

    words: str
    label: str


Line = Heading | Text | Item


def lines_in(text: str) -> tuple[Line, ...]:
    """A playbook line by line, whatever it holds.

    An item that is ticked in the text is one to do all the same: the text is of every incident, a tick of
    one. Characters that a terminal would obey are replaced.

    Raises:
        UnfitPlaybookError: it has too many lines.
    """
    written = as_shown(text).splitlines()
    if len(written) > MOST_LINES:
        raise UnfitPlaybookError(f"has {len(written):,} lines; a playbook may have at most {MOST_LINES:,}")
    return _labelled(tuple(_told_apart(written)))


def as_shown(text: str) -> str:
    """Any text as it may be shown: lines end with line feeds, and nothing in it commands a terminal."""
    written = "\n".join(lines_of(text)).strip("\n")
    return "".join(char if can_be_shown(char) else "\ufffd" for char in written) + ("\n" if written else "")


def _told_apart(written: list[str]) -> Iterator[Line]:
    fence = ""
    blank = True
    for line in written:
        found = _FENCE.fullmatch(line)
        if fence:
            if found is not None and found["marks"].startswith(fence) and not found["rest"].strip():
                fence = ""
            else:
                yield Text(line, code=True)
        elif found is not None:
            fence, blank = found["marks"], False
        elif line or not blank:
            yield _line(line)
            blank = not line


def _line(line: str) -> Line:
    if found := _ITEM.fullmatch(line):
        words = " ".join(found["words"].split())
        if len(words) > LONGEST_ITEM:
            words = f"{words[: LONGEST_ITEM - 1].rstrip()}…"
        return Item(words, words)
    if found := _HEADING.fullmatch(line):
        return Heading(len(found["marks"]), " ".join(found["words"].split()))
    return Text(line)


def _labelled(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """With a label for each item that no other has."""
    taken = {same(line.words) for line in lines if isinstance(line, Item)}
    seen: set[str] = set()
    found: list[Line] = []
    for line in lines:
        if isinstance(line, Item) and same(line.words) in seen:
            number = 2
            while same(f"{line.words} ({number})") in taken:
                number += 1
            line = Item(line.words, f"{line.words} ({number})")  # noqa: PLW2901 - the same line, named
        if isinstance(line, Item):
            taken.add(same(line.label))
            seen.add(same(line.words))
        found.append(line)
    return tuple(found)
