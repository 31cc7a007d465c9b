"""Arguments that may hold a key by mistake: it is refused, and no message repeats it.

Every program of this computer can read another's arguments, and shells keep them in a file for years.
"""

import argparse
from collections.abc import Sequence
from typing import ClassVar, NoReturn

from trayuptime.config.pasted import looks_like_key
from trayuptime.config.problems import shown

NO_KEYS = (
    "an argument looks like a key. Keys do not go there: every program can read arguments, and shells keep "
    "them. Nothing was done. Pipe the key in with --key-stdin, or name its variable with --key-from-env; "
    "and take it out of your shell's history"
)
_OF_KEYS = (["provider", "add"], ["provider", "key"])


class Parser(argparse.ArgumentParser):
    """As argparse's, but no message of it repeats what may be a key."""

    _given: ClassVar[list[str]] = []
    """The one command line of this process: which of its parsers complains, nobody knows before."""

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The arguments, understood; ends the program where they cannot be."""
        self._given[:] = arguments
        if list(arguments[:2]) in _OF_KEYS and any(map(looks_like_key, _values(arguments))):
            super().error(NO_KEYS)
        return self.parse_args(arguments)

    def error(self, message: str) -> NoReturn:
        """Says what is wrong, and ends the program with exit code 2."""
        careful = self._given[:2] in _OF_KEYS
        for value in sorted(_values(self._given), key=len, reverse=True):
            if (careful and len(value) > 3) or shown(value) == "(not shown)":
                message = message.replace(value, "(not shown)")
        super().error(message)


def _values(arguments: Sequence[str]) -> list[str]:
    """What stands there besides commands and names of options."""
    rest = arguments[2:] if list(arguments[:2]) in _OF_KEYS else arguments
    options = [each.partition("=")[2] for each in rest if each.startswith("--")]
    return [each for each in (*options, *(each for each in rest if not each.startswith("--"))) if each]
