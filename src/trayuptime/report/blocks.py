"""A document as blocks, which every format lays out in its own way; all text is plain, whatever is in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from trayuptime.report.drawing import Drawing


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a level from 1 on."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some sentences; `small` for what explains the thing above it."""

    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they stand for; a value may have several lines."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of each row is its head.

    Attributes:
        numbers: the columns whose cells are aligned to the right.
        last_is_sum: the last row is told apart.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    last_is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing, with what it shows in words for those who do not see it."""

    drawing: Drawing
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Lines to be copied, broken as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own, where there are pages."""


Block = Heading | Paragraph | Facts | Table | Picture | Verbatim | NewPage


@dataclass(frozen=True, slots=True)
class Document:
    """All of it.

    Attributes:
        title: for the window's or the file's title; the first block is the heading that is read.
        footer: at the foot of each page, where there are pages.
    """

    title: str
    footer: str
    blocks: Sequence[Block]
