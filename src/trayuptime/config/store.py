"""Writes the configuration file: the first one from the choices of the first minute, then one edit at a time.

Nothing is written that is not a configuration, and nothing is lost: a broken file is left as it is, a new
text takes the old one's place at once or not at all, and of two who write at the same time each sees what the
other wrote.

ConfigError     the file as it is cannot be used
RefusedEdit     the edit would make one that cannot be used
NotWritten      the world is in the way: permissions, a full disk, somebody else who is writing
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trayuptime.config.edit import Edit, add_provider, table
from trayuptime.config.files import (
    BusyError,
    locked,
    rename_without_replacing,
    sync_directory,
    written_beside,
)
from trayuptime.config.keys import KeyRef, NoKey
from trayuptime.config.load import read
from trayuptime.config.parse import show_duration
from trayuptime.config.problems import ConfigError, Problem
from trayuptime.config.schema import POLLING
from trayuptime.config.values import Config

WAIT_S = 45.0
"""For somebody else's edit, who may be waiting for the keyring's password."""
_TRIES = 20


class RefusedEdit(ConfigError):  # noqa: N818 - the edit is refused, the file is as it was
    """What an edit would make cannot be used; `problems` speak of a text that is not there."""

    def __str__(self) -> str:
        return "; ".join(problem.message for problem in self.problems)


class NotWritten(Exception):  # noqa: N818 - says what happened to the file
    """The file is as it was; the message is a sentence for a person."""


class _ChangedMeanwhile(Exception):  # noqa: N818 - as above
    """Somebody who knows nothing of our lock wrote the file: an editor."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A provider as the user chose it; what is not said here the catalogue knows.

    Attributes:
        model: asked for one short, billed answer now and then.
        usd_in, usd_out: what it costs per million tokens, where the catalogue does not know.
        allow_http: its key may go over plain HTTP beyond this computer.
    """

    id: str
    kind: str
    key: KeyRef = field(default_factory=NoKey)
    base_url: str | None = None
    fallbacks: tuple[str, ...] = ()
    name: str | None = None
    surfaces: tuple[str, ...] = ()
    web_url: str | None = None
    login_url: str | None = None
    feed: str | None = None
    allow_http: bool = False
    model: str | None = None
    usd_in: float | None = None
    usd_out: float | None = None

    def settings(self) -> dict[str, Any]:
        """As they stand in the file, in the order in which people read them."""
        said = {
            "id": self.id,
            "kind": self.kind,
            "name": self.name,
            "base_url": self.base_url,
            "web_url": self.web_url,
            "login_url": self.login_url,
            "feed": self.feed,
            "key": str(self.key),
            "surfaces": list(self.surfaces),
            "fallbacks": list(self.fallbacks),
            "allow_http": self.allow_http,
            "completion": self._completion(),
        }
        return {name: value for name, value in said.items() if value not in (None, [], False)}

    def _completion(self) -> dict[str, Any] | None:
        said = {"model": self.model, "usd_in": self.usd_in, "usd_out": self.usd_out}
        return None if self.model is None else {name: fact for name, fact in said.items() if fact is not None}


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
    with written_beside(path, text.encode()) as temporary:
        rename_without_replacing(temporary, path)
    sync_directory(path.parent)


def first_text(choices: Iterable[Choice]) -> str:
    """The file's text; valid TOML whatever the choices hold."""
    return "\n".join([_HEAD, _polling_comment(), *(table(choice.settings()) for choice in choices)])


def add(path: Path, choice: Choice) -> Config:
    """Writes one more provider into the file; see `change`."""
    return change(path, lambda text: add_provider(text, choice.settings()))


def change(
    path: Path, edit: Edit, *, first: Callable[[], None] = lambda: None, wait_s: float = WAIT_S
) -> Config:
    """Edits the file; one that is missing begins as that of a new user.

    Args:
        path: of the file; a link stays one.
        edit: from the text to the new one; may be called again where an editor was faster.
        first: what must have worked before, called when nothing but a rename is left to do; called again too.
        wait_s: for somebody else's edit.

    Returns:
        What the file says now.

    Raises:
        ConfigError: the file is broken; it is left as it is, and `edit` is not called.
        RefusedEdit: the new text is no configuration.
        NotEditable: as `edit`; like everything that it or `first` raises, with the file as it was.
        NotWritten: see there.
    """
    for _ in range(_TRIES):
        with suppress(_ChangedMeanwhile), prepared(path, edit, wait_s=wait_s) as ready:
            first()
            ready.commit()
            return ready.config
    raise NotWritten(f"{path} is being written by another program again and again; nothing was changed.")


@dataclass(slots=True)
class Prepared:
    """A new text that lies beside the file already: only a name has to change."""

    path: Path
    config: Config
    before: bytes | None
    _temporary: Path

    def commit(self) -> None:
        """Puts it into the file's place.

        Raises:
            NotWritten: the file is as it was.
        """
        try:
            if _content(self.path) != self.before:
                raise _ChangedMeanwhile
            if self.before is None:
                rename_without_replacing(self._temporary, self.path)
            else:
                self._temporary.replace(self.path)
        except FileExistsError as error:
            raise _ChangedMeanwhile from error
        except OSError as error:
            raise _not_written(self.path, error) from error
        sync_directory(self.path.parent)


@contextmanager
def prepared(path: Path, edit: Edit, *, wait_s: float = WAIT_S) -> Iterator[Prepared]:
    """Everything of `change` that can fail, before anything is changed; others wait until it is left.

    For whoever has to do something else between: what is not committed is forgotten.
    """
    real = Path(os.path.realpath(path))
    with ExitStack() as stack:
        try:
            real.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            stack.enter_context(locked(real, wait_s))
        except BusyError as error:
            raise NotWritten(f"{path} is being changed by somebody else; nothing was changed.") from error
        except OSError as error:
            raise _not_written(path, error) from error
        before = _content(real)
        text, mark, ending = _text_of(before, path)
        after = edit(text)
        try:
            config = read(after, file=path.name)
        except ConfigError as error:
            raise RefusedEdit(error.problems) from error
        data = mark + after.replace("\n", ending).encode()
        try:
            like = None if before is None else real
            temporary = stack.enter_context(written_beside(real, data, like=like))
        except OSError as error:
            raise _not_written(path, error) from error
        yield Prepared(real, config, before, temporary)


_HEAD = """\
# What TrayUptime watches. Edit it at will: it is read again while running, and a mistake is told, not obeyed.
# No key stands in here; key says where it is: "keyring", "env:NAME", "file:/whole/path" or "none".
"""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _polling_comment() -> str:
    width = max(len(setting.name) for setting in POLLING.settings)
    lines = ["# [polling]  # the defaults; each provider may have its own"]
    for setting in POLLING.settings:
        value = f'"{show_duration(setting.default)}"' if setting.unit == "duration" else f"{setting.default}"
        lines.append(f"# {setting.name:<{width}} = {value:<5} # {setting.help}")
    return "\n".join(lines) + "\n"


def _content(path: Path) -> bytes | None:
    """What is in the file; `None` where there is none.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe in its place must not make us wait
            raise ConfigError([Problem("cannot be read: it is not a file", file=str(path))])
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError([Problem(f"cannot be read: {error.strerror or error}", file=str(path))]) from error


def _text_of(data: bytes | None, path: Path) -> tuple[str, bytes, str]:
    """The text, checked, its lines ending in line feeds; the mark before it; how its lines end there."""
    if data is None or not data.strip():
        return first_text([]), b"", "\n"
    mark = _BYTE_ORDER_MARK if data.startswith(_BYTE_ORDER_MARK) else b""
    try:
        text = data.removeprefix(mark).decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "is not UTF-8 text; save it with that encoding"
        raise ConfigError([Problem(message, line=line, file=str(path))]) from error
    read(text, file=path.name)
    ending = "\r\n" if "\r\n" in text else "\n"
    return text.replace("\r\n", "\n"), mark, ending


def _not_written(path: Path, error: OSError) -> NotWritten:
    return NotWritten(f"{path} cannot be written: {error.strerror or error}. Nothing was changed.")
