"""The user's own `catalogue.toml`: vendors that are not shipped, and other facts of those that are.

It stands beside the configuration, holds `[vendor.WORD]` tables with the facts of the shipped files, and is
taken as a whole or not at all: where it has mistakes, what was last good stays in force.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trayuptime.config.catalogue import lay_over
from trayuptime.config.problems import ConfigError, KeyPath, Problem, shown
from trayuptime.config.toml_text import Places, parsed, text_of

OVERLAY_FILE = "catalogue.toml"

Entries = Mapping[str, Mapping[str, Any]]


def use_overlay(path: Path) -> tuple[Problem, ...]:
    """Puts the user's file over the shipped catalogue, for this process.

    Args:
        path: of the file; where there is none, the shipped catalogue is in force alone.

    Returns:
        What is wrong with it. Then the last good state of this file stays, or the shipped catalogue alone.
    """
    try:
        entries = read_overlay(path)
    except ConfigError as error:
        if _in_force != [path]:
            _in_force[:] = [path]
            lay_over({})
        return error.problems
    _in_force[:] = [path]
    lay_over(entries)
    return ()


def read_overlay(path: Path) -> Entries:
    """The entries of the file, checked; none where there is no file.

    Raises:
        ConfigError: with every problem of it, in the order of the file.
    """
    text = text_of(path)
    if text is None:
        return {}
    document = parsed(text, path.name)
    from trayuptime.config.catalogue_check import of_overlay  # noqa: PLC0415 - most users start without a file

    wrong = dict.fromkeys(of_overlay(document))
    if wrong:
        raise ConfigError(Places(text, path.name, _where).problems(wrong))
    entries: Entries = document.get("vendor", {})
    return entries


_in_force: list[Path] = []
"""The file whose entries, or whose absence, is in force; at most one."""


def _where(path: KeyPath) -> str:
    match path:
        case ("vendor", str(word), *_):
            return f"vendor {shown(word)}"
    return ""
