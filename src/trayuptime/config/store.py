"""Writes the first configuration file from the choices of the first minute; never over an existing one."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from trayuptime.config.keys import KeyRef, NoKey
from trayuptime.config.load import read
from trayuptime.config.parse import show_duration
from trayuptime.config.schema import POLLING


@dataclass(frozen=True, slots=True)
class Choice:
    """A provider as the user chose it; what is not said here the catalogue knows."""

    id: str
    kind: str
    key: KeyRef = field(default_factory=NoKey)
    base_url: str | None = None
    fallbacks: tuple[str, ...] = ()


def write_first(path: Path, choices: Iterable[Choice]) -> None:
    """Creates the file, whole or not at all, readable by its owner only, and its directory if need be.

    Raises:
        ConfigError: the choices do not make a configuration; nothing is written.
        FileExistsError: there is a file already; it is left alone.
        OSError: the disk or its permissions refuse.
    """
    text = first_text(choices)
    read(text, file=path.name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _rename_without_replacing(Path(temporary), path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    _sync_directory(path.parent)


def first_text(choices: Iterable[Choice]) -> str:
    """The file's text; valid TOML whatever the choices hold."""
    return "\n".join([_HEAD, _polling_comment(), *map(_provider, choices)])


_HEAD = """\
# What TrayUptime watches. Edit it at will: it is read again while running, and a mistake is told, not obeyed.
# No key stands in here; key says where it is: "keyring", "env:NAME", "file:/whole/path" or "none".
"""


def _polling_comment() -> str:
    width = max(len(setting.name) for setting in POLLING.settings)
    lines = ["# [polling]  # the defaults; each provider may have its own"]
    for setting in POLLING.settings:
        value = f'"{show_duration(setting.default)}"' if setting.unit == "duration" else f"{setting.default}"
        lines.append(f"# {setting.name:<{width}} = {value:<5} # {setting.help}")
    return "\n".join(lines) + "\n"


def _provider(choice: Choice) -> str:
    lines = ["[[provider]]", f"id = {_quoted(choice.id)}", f"kind = {_quoted(choice.kind)}"]
    if choice.base_url is not None:
        lines.append(f"base_url = {_quoted(choice.base_url)}")
    lines.append(f"key = {_quoted(str(choice.key))}")
    if choice.fallbacks:
        lines.append(f"fallbacks = [{', '.join(map(_quoted, choice.fallbacks))}]")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = "".join(
        f"\\{char}" if char in '"\\' else char if char.isprintable() else f"\\U{ord(char):08x}"
        for char in text
    )
    return f'"{escaped}"'


def _rename_without_replacing(source: Path, target: Path) -> None:
    """A rename that fails where the target exists, which POSIX has only as a link."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # FAT and some network disks have no links: claim the name first, then replace the claim
        target.touch(mode=0o600, exist_ok=False)
        source.replace(target)


def _sync_directory(directory: Path) -> None:
    """Makes the new name last through a power cut, where the system can."""
    with suppress(OSError):  # Windows opens no directories; the file itself is synced
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
