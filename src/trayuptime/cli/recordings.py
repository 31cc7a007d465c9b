"""What `replay` and `import` have in common: the file of a recording."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO, TypeVar

from trayuptime.cli.common import CommandError
from trayuptime.core.recording import RecordingError

_T = TypeVar("_T")


def name_of(path: Path) -> str:
    """The file in a sentence; `-` is the standard input."""
    return "Standard input" if path == Path("-") else str(path)


def read(path: Path, parse: Callable[[TextIO], _T]) -> _T:
    """What a parser makes of the file's lines.

    Raises:
        CommandError: it cannot be read, or has lines that cannot be understood; these are named.
    """
    name = name_of(path)
    try:
        if path == Path("-"):
            if sys.stdin is None:  # `<&-`
                raise CommandError("Standard input is closed.")
            return parse(sys.stdin)
        with path.open(encoding="utf-8-sig") as file:
            return parse(file)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{name} is not UTF-8 text.") from error
    except RecordingError as error:
        told = [f"{name}, line {problem.line}: {problem.sentence}." for problem in error.problems]
        if error.more:
            told.append(f"… and {error.more} more.")
        raise CommandError("\n".join(told)) from error
