"""What is wrong with a configuration, where, and which word was probably meant; never a secret.

ConfigError     the file cannot be used; `.problems` lists everything that is wrong with it
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]
"""Where a value stands: `("provider", 0, "interval")`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, or worth a warning, in words for a person.

    Attributes:
        message: a sentence without its full stop.
        key: the path of the key, `provider[0].interval`; empty where it is about the whole file.
        where: the section as its author knows it: `provider "deepseek"`, `[polling]`.
        line: from 1; `None` where no line is to blame.
        column: from 1, in characters.
        file: the name to show.
    """

    message: str
    key: str = ""
    where: str = ""
    line: int | None = None
    column: int | None = None
    file: str = "config.toml"

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} line {self.line}"
        return ": ".join(part for part in (place, self.where, self.message) if part)


class ConfigError(Exception):
    """The configuration cannot be used; `problems` holds all that is wrong, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(*self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


@dataclass(frozen=True, slots=True)
class Complaint:
    """A problem before it has its line: `path` leads to the value or to the table that lacks one."""

    path: KeyPath
    message: str


def dotted(path: KeyPath) -> str:
    """The path as people write it: `provider[0].interval`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{shown(part, quote='')}" if text else shown(part, quote="")
    return text


def shown(word: str, *, quote: str = '"') -> str:
    """The word for a message, or a stand-in where it is long, unprintable or looks like a secret."""
    if len(word) > _LONGEST_SHOWN or not word.isprintable() or looks_secret(word):
        return "(not shown)"
    return f"{quote}{word}{quote}"


def did_you_mean(word: str, valid: Iterable[str]) -> str:
    """`; did you mean "interval"?`, or nothing where no valid word is near."""
    near = nearest(word, valid)
    return f'; did you mean "{near}"?' if near else ""


def nearest(word: str, valid: Iterable[str]) -> str | None:
    """The valid word that is most like `word`, whatever its case."""
    import difflib  # noqa: PLC0415 - 14 ms that a good file never pays

    by_folded = {each.casefold(): each for each in valid}
    found = difflib.get_close_matches(word[:_LONGEST_SHOWN].casefold(), by_folded, n=1, cutoff=0.5)
    return by_folded[found[0]] if found else None


_LONGEST_SHOWN = 40
_SECRET_PREFIX = re.compile(
    r"(sk|pk|rk|ak|gsk|csk|xai|hf|r8|fw|fpk|pplx|nvapi|tgp|ghp)[-_][A-Za-z0-9_-]{12,}|AIza|eyJ|bearer ",
    re.IGNORECASE,
)
_LONG_RUN = re.compile(r"(?=[A-Za-z0-9+/=]*[0-9])(?=[A-Za-z0-9+/=]*[A-Za-z])[A-Za-z0-9+/=]{16,}")


def holds_key(text: str) -> bool:
    """Whether a word of it begins as the keys of well-known vendors do."""
    return any(_SECRET_PREFIX.match(word) for word in re.split(r"[\s:=,;/?&]+", text))


def looks_secret(word: str) -> bool:
    """Whether it may be a key: by its beginning, or long and of letters and digits at random."""
    return bool(_SECRET_PREFIX.match(word) or _LONG_RUN.search(word))
