"""Finds where every key and value of a TOML text stands, which tomllib does not tell.

The text must be one that tomllib accepts; only places are found here, values are skipped over.
"""

import re
import tomllib
from dataclasses import dataclass, field
from typing import NamedTuple

from trayuptime.config.problems import KeyPath


class Position(NamedTuple):
    """Where a key or element begins, from 1; the column in characters."""

    line: int
    column: int


class Stretch(NamedTuple):
    """A part of a text, as offsets in characters; half open."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a text's parts stand.

    Attributes:
        headers: each `[table]` and `[[table]]` in the order of the text: where it begins, and its path.
        values: each value by its path, elements of arrays and of inline tables too.
    """

    headers: tuple[tuple[int, KeyPath], ...]
    values: dict[KeyPath, Stretch]


def lay_out(text: str) -> Layout:
    """The place of every header and value.

    Args:
        text: valid TOML whose lines end in a mere line feed.
    """
    scanner = _Scanner(text)
    scanner.scan()
    return Layout(tuple(scanner.headers), scanner.values)


def locate(text: str) -> dict[KeyPath, Position]:
    """The place of every table, key and array element, by its path.

    A table that several places build up is where it is first named; a repeated `[[table]]` is at its own
    header, and the array of them at the first.

    Args:
        text: valid TOML; of anything else the answer is undefined, though it ends.
    """
    return _Scanner(text.replace("\r\n", "\n")).scan()


def position_of(path: KeyPath, places: dict[KeyPath, Position]) -> Position | None:
    """The place of `path`, or of the nearest table around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return None


_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]*")
_QUOTED = re.compile(
    r'"""(?:\\.|(?!""").)*"{3,5}'
    r"|'''(?:(?!''').)*'{3,5}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)


@dataclass(slots=True)
class _Scanner:
    text: str
    at: int = 0
    places: dict[KeyPath, Position] = field(default_factory=dict)
    headers: list[tuple[int, KeyPath]] = field(default_factory=list)
    values: dict[KeyPath, Stretch] = field(default_factory=dict)
    lengths: dict[KeyPath, int] = field(default_factory=dict)
    """How many `[[table]]` of a path there have been."""
    line: int = 1
    line_start: int = 0
    counted_to: int = 0

    def scan(self) -> dict[KeyPath, Position]:
        table: KeyPath = ()
        while self.skip(_GAP) < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.places

    def header(self) -> KeyPath:
        start = self.at
        repeated = self.text.startswith("[[", start)
        self.at += 2 if repeated else 1
        path: KeyPath = ()
        names = [name for name, _ in self.dotted_key()]
        for number, name in enumerate(names, 1):
            path = (*path, name)
            self.note(path, start)
            if repeated and number == len(names):
                self.lengths[path] = self.lengths.get(path, 0) + 1
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
                self.note(path, start)
        self.at += 2 if repeated else 1
        self.headers.append((start, path))
        return path

    def pair(self, table: KeyPath) -> None:
        path = table
        for name, start in self.dotted_key():
            path = (*path, name)
            self.note(path, start)
        self.at += 1  # the equals sign
        self.skip(_BLANK)
        self.value(path)

    def dotted_key(self) -> list[tuple[str, int]]:
        parts: list[tuple[str, int]] = []
        while True:
            start = self.skip(_BLANK)
            if quoted := _QUOTED.match(self.text, start):
                parts.append((tomllib.loads(f"key = {quoted.group()}")["key"], start))
                self.at = quoted.end()
            else:
                self.skip(_BARE_KEY)
                parts.append((self.text[start : self.at], start))
            if self.text[self.skip(_BLANK) : self.at + 1] != ".":
                return parts
            self.at += 1

    def value(self, path: KeyPath) -> None:
        start = self.at
        self.skip_value(path)
        self.values[path] = Stretch(start, start + len(self.text[start : self.at].rstrip()))

    def skip_value(self, path: KeyPath) -> None:
        match self.text[self.at : self.at + 1]:
            case "[":
                self.array(path)
            case "{":
                self.inline_table(path)
            case '"' | "'":
                self.skip(_QUOTED)
            case _:
                self.skip(_SCALAR)

    def array(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        while self.skip(_GAP) < len(self.text) and self.text[self.at] != "]":
            if self.text[self.at] == ",":
                self.at += 1
                continue
            self.note((*path, index), self.at)
            self.value((*path, index))
            index += 1
        self.at += 1

    def inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while self.skip(_GAP) < len(self.text) and self.text[self.at] != "}":
            if self.text[self.at] == ",":
                self.at += 1
            else:
                self.pair(path)
        self.at += 1

    def skip(self, pattern: re.Pattern[str]) -> int:
        if found := pattern.match(self.text, self.at):
            self.at = found.end()
        return self.at

    def note(self, path: KeyPath, start: int) -> None:
        """Keeps the first place of a path; places come in the text's order, so lines are counted once."""
        if path in self.places:
            return
        newlines = self.text.count("\n", self.counted_to, start)
        if newlines:
            self.line += newlines
            self.line_start = self.text.rfind("\n", self.counted_to, start) + 1
        self.counted_to = max(start, self.counted_to)
        self.places[path] = Position(self.line, start - self.line_start + 1)
