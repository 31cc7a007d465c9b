"""Where a provider's key is kept; a configuration holds this reference, never the key.

The words in the file are `keyring`, `env:NAME`, `file:PATH` and `none`. Reading the secret itself is
another package's work.
"""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class NoKey:
    """Watched without a key: `none`."""

    def __str__(self) -> str:
        return "none"


@dataclass(frozen=True, slots=True)
class KeyringKey:
    """In the operating system's keyring, under the provider's id: `keyring`."""

    def __str__(self) -> str:
        return "keyring"


@dataclass(frozen=True, slots=True)
class EnvKey:
    """In an environment variable: `env:NAME`."""

    name: str

    def __str__(self) -> str:
        return f"env:{self.name}"


@dataclass(frozen=True, slots=True)
class FileKey:
    """In a file of its own, absolute: `file:PATH`. Its reader refuses one that others may read."""

    path: Path

    def __str__(self) -> str:
        return f"file:{self.path}"


NO_KEY_HERE = "must not hold the key itself"
"""What is said of a text that names no place."""

KeyRef = NoKey | KeyringKey | EnvKey | FileKey


class NotAReference(ValueError):  # noqa: N818 - says what the text is, and the text may be a secret
    """The text names no place; it may be a key itself, so no message repeats any of it."""


def parse_key_ref(text: str, *, home: Path) -> KeyRef:
    """Reads a reference as it stands in the file.

    Args:
        text: `keyring`, `env:NAME`, `file:PATH` or `none`.
        home: what `~/` at the start of a path stands for.

    Raises:
        NotAReference: anything else; the message says what is expected and never holds `text`.
    """
    word, colon, rest = text.partition(":")
    match word, colon:
        case "none", "":
            return NoKey()
        case "keyring", "":
            return KeyringKey()
        case "env", ":" if _VARIABLE.fullmatch(rest):
            return EnvKey(rest)
        case "env", ":":
            raise NotAReference("must name an environment variable after env: (letters, digits and _)")
        case "file", ":" if path := absolute(rest, home):
            return FileKey(path)
        case "file", ":":
            raise NotAReference('must name a file after file: by its whole path, or from "~/"')
    near = text.strip().casefold() or "none"
    if near in {"keyring", "none"}:
        raise NotAReference(f'is not a valid word; did you mean "{near}"?')
    raise NotAReference(NO_KEY_HERE)


def absolute(text: str, home: Path) -> Path | None:
    """The path if it is whole or starts with `~/`, else `None`."""
    if not text or not text.isprintable():
        return None
    path = home / text[2:] if text.startswith("~/") and text[2:] else Path(text)
    return path if path.is_absolute() else None


_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
