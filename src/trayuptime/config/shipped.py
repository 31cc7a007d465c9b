"""The entries that come with the program: `catalogue.toml`, and a file of its own for each vendor.

A vendor's file is read when somebody asks for that vendor, so that a start pays only for those it watches.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

Entry = Mapping[str, Any]
"""One kind's table as its file has it."""

INDEX = "catalogue.toml"


def vendor_words() -> tuple[str, ...]:
    """The kinds whose address is known, in the order in which they are told."""
    index = _read(INDEX)
    return (*index["vendors"], *index["vendor"])


def generic_words() -> tuple[str, ...]:
    """The kinds whose address is the user's to give."""
    return tuple(_read(INDEX)["generic"])


def entry(word: str) -> Entry:
    """The entry of one kind.

    Raises:
        KeyError: there is none.
    """
    index = _read(INDEX)
    if word in index["vendors"] or word in index["generic"]:
        return _read(file_of(word))
    found: Entry = index["vendor"][word]
    return found


def file_of(word: str) -> str:
    """The file that has it, below this package."""
    return INDEX if word in _read(INDEX)["vendor"] else f"vendors/{word}.toml"


def dialect_facts(word: str | None) -> Entry:
    """What the kinds of a dialect have in common; nothing for a website."""
    facts: Entry = _read(INDEX)["dialect"].get(word, {})
    return facts


def left_out() -> Mapping[str, str]:
    """Vendors that are no kind, and why not; continues the sentence "NAME …"."""
    reasons: Mapping[str, str] = _read(INDEX)["left_out"]
    return reasons


def text_of(file: str) -> str:
    """The text of one of the files."""
    return files("trayuptime.config").joinpath(file).read_text(encoding="utf-8")


@cache
def _read(file: str) -> dict[str, Any]:
    return tomllib.loads(text_of(file))
