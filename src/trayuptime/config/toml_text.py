"""A TOML file of the user's, read whole, with the place of everything that somebody complains of."""

import re
import tomllib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trayuptime.config.lines import Position, locate, position_of
from trayuptime.config.problems import Complaint, ConfigError, KeyPath, Problem, dotted


def text_of(path: Path) -> str | None:
    """The text of a file; `None` where there is none.

    Raises:
        ConfigError: it cannot be read, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError([Problem(f"cannot be read: {error.strerror or error}", file=str(path))]) from error
    try:
        return data.decode("utf-8-sig")  # some editors of Windows begin a file with a byte order mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "is not UTF-8 text; save it with that encoding"
        raise ConfigError([Problem(message, line=line, file=str(path))]) from error


def parsed(text: str, file: str) -> dict[str, Any]:
    """The document in a text.

    Args:
        text: TOML.
        file: what to call it in problems.

    Raises:
        ConfigError: it is not valid TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax_problem(str(error), text, file)]) from None
    except (RecursionError, ValueError) as error:  # tomllib lets these through: too many brackets or digits
        raise ConfigError([Problem("is nested too deeply or has a number too long", file=file)]) from error


@dataclass(slots=True)
class Places:
    """Turns complaints into problems; looks for lines only once somebody complains.

    Attributes:
        file: what to call it in problems.
        where: the section around a path, as its author knows it.
    """

    text: str
    file: str
    where: Callable[[KeyPath], str]
    found: dict[KeyPath, Position] | None = None

    def problems(self, complaints: Iterable[Complaint]) -> tuple[Problem, ...]:
        """In the order of the file."""
        made = [self.problem(complaint) for complaint in complaints]
        return tuple(sorted(made, key=lambda each: (each.line or 0, each.column or 0)))

    def problem(self, complaint: Complaint) -> Problem:
        """One of them."""
        if self.found is None:
            with suppress(RecursionError):  # nesting that tomllib just survived; then no line is told
                self.found = locate(self.text)
        place = position_of(complaint.path, self.found or {})
        return Problem(
            message=complaint.message,
            key=dotted(complaint.path),
            where=self.where(complaint.path),
            line=place.line if place else None,
            column=place.column if place else None,
            file=self.file,
        )


_TOML_PLACE = re.compile(r" \(at (?:line (?P<line>[0-9]+), column (?P<column>[0-9]+)|end of document)\)$")
_TOML_ECHO = re.compile(r" \('.*\)| '\w[^']+'")
_TOML_WORDS = {
    "invalid value": "this value cannot be read; does text have its quotes?",
    "cannot overwrite a value": "this key is there already",
    "cannot declare twice": "this table is there already",
}


def _syntax_problem(message: str, text: str, file: str) -> Problem:
    """What tomllib says, with the place taken out of its sentence and names that it repeats left out."""
    place = _TOML_PLACE.search(message)
    words = _TOML_ECHO.sub("", _TOML_PLACE.sub("", message))
    words = words[:1].lower() + words[1:]
    last = text.rstrip("\n").count("\n") + 1
    return Problem(
        message=f"not valid TOML: {_TOML_WORDS.get(words, words)}",
        line=int(place["line"]) if place and place["line"] else last,
        column=int(place["column"]) if place and place["column"] else None,
        file=file,
    )
