"""The user's playbooks: a Markdown file of each provider, in a folder beside the configuration.

Files and not a setting: they are prose that is written in an editor, shared with colleagues and kept beside
the configuration in its repository; and a mistake in one can never make the configuration unusable.
"""

import errno
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from trayuptime.config.catalogue import kinds
from trayuptime.config.files import rename_without_replacing, sync_directory, written_beside
from trayuptime.config.parse import Rejected, identifier
from trayuptime.config.urls import host_of, is_loopback
from trayuptime.config.values import ProviderConfig
from trayuptime.core.playbook_offer import Known, Named, offered

FOLDER = "playbooks"
LARGEST = 256 * 1024
"""Bytes: a thousand long lines. What is larger is another file, and none to be read into a window."""


class PlaybookError(Exception):
    """A playbook cannot be read or written; the message is a sentence for a person."""


def playbook_path(config_file: Path, provider: str) -> Path | None:
    """Where a provider's is or would be; `None` for an id that a recording brought and no file may have."""
    try:
        return config_file.with_name(FOLDER) / f"{identifier(provider)}.md"
    except Rejected:
        return None


def read_playbook(path: Path) -> str | None:
    """What the user wrote; `None` where there is no such file.

    Raises:
        PlaybookError: it cannot be read, is too large or is not UTF-8.
    """
    try:
        data = _content(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        why = "its symbolic link leads nowhere" if error.errno == errno.ELOOP else error.strerror
        raise PlaybookError(f"{path} cannot be read: {why}.") from error
    if len(data) > LARGEST:
        raise PlaybookError(f"{path} is larger than {LARGEST // 1024} KiB; a playbook is a short checklist.")
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise PlaybookError(f"{path} is not UTF-8 text (line {line}); save it with that encoding.") from error


def offered_playbook(provider: ProviderConfig, others: Iterable[ProviderConfig]) -> str:
    """The text for a provider that has none, from what is known of it.

    Args:
        provider: whose.
        others: every provider there is; those that are disabled cannot be switched to.
    """
    kind = kinds()[provider.kind]
    by_id = {other.id: other for other in others if other.enabled}
    page = kind.status_url or "" if provider.feed is None else provider.feed.page_url
    return offered(
        Known(
            Named(provider.id, provider.name),
            [Named(name, by_id[name].name) for name in provider.fallbacks if name in by_id],
            local=kind.local or is_loopback(host_of(provider.reach_url)),
            status_url=page,
            console_url=kind.console_url or "",
            promise="" if kind.sla is None else kind.sla.text,
            promise_verified=kind.sla is not None and kind.sla.verified,
        )
    )


def write_playbook(path: Path, text: str) -> None:
    """Writes one where none is.

    Raises:
        PlaybookError: there is one, or it cannot be written; whatever is there stays as it is.
    """
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with written_beside(path, text.encode()) as temporary:
            rename_without_replacing(temporary, path)
        sync_directory(path.parent)
    except FileExistsError as error:
        what = path.parent if not path.parent.is_dir() else path
        raise PlaybookError(f"There is {what} already; nothing was written.") from error
    except OSError as error:
        raise PlaybookError(f"{path} cannot be written: {error.strerror}. Nothing was changed.") from error


def rename_playbook(config_file: Path, old: str, new: str) -> bool:
    """Gives the file the name of another id; whether it did: what has that name already stays as it is.

    No failure of it may hold up a rename: the text is not lost, only under its old name.
    """
    before, after = playbook_path(config_file, old), playbook_path(config_file, new)
    if before is None or after is None or os.path.lexists(after):
        return False
    try:
        before.rename(after)
        sync_directory(after.parent)
    except OSError:  # most have none
        return False
    return True


def playbooks_naming(config_file: Path, provider: str) -> list[Path]:
    """The playbooks with a command of ours in them that names an id, in the order of their names."""
    named = re.compile(rf"\btrayuptime\b[^`\n]*(?<![\w-]){re.escape(provider)}(?![\w-])")
    found = []
    for path in sorted(config_file.with_name(FOLDER).glob("*.md")):
        try:
            text = read_playbook(path)
        except PlaybookError:  # said where it is shown
            continue
        if text is not None and named.search(text):
            found.append(path)
    return found


def _content(path: Path) -> bytes:
    # A pipe must not make us wait, and no byte of a text ends a file.
    file_number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(file_number).st_mode):
            raise OSError(errno.EINVAL, "it is not a file")
        data = bytearray()
        while len(data) <= LARGEST and (piece := os.read(file_number, LARGEST + 1 - len(data))):
            data += piece
        return bytes(data)
    finally:
        os.close(file_number)
