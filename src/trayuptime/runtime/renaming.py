"""Gives a provider another id, in the file, its playbook's name and the history.

A rename that was cut short is done again. The file comes first: it alone tells one that was cut short (the
new id is there, the old one only in the history) from one onto an id with a history of its own, which is
refused.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from trayuptime.config import store
from trayuptime.config.edit import NotEditable, rename_provider
from trayuptime.config.load import load
from trayuptime.config.playbooks import rename_playbook
from trayuptime.config.problems import ConfigError
from trayuptime.config.values import Config
from trayuptime.history import HistoryError


class CannotRename(Exception):  # noqa: N818 - says why
    """Nothing was changed; the message is a sentence for a person."""


TROUBLES = (CannotRename, ConfigError, NotEditable, store.NotWritten, HistoryError)
"""Of each, the message says to a person why nothing was changed."""


def rename(
    config_file: Path,
    old: str,
    new: str,
    *,
    knows: Callable[[str], bool],
    carry: Callable[[Config], None],
    wait_s: float = store.WAIT_S,
) -> Config:
    """Renames a provider.

    Args:
        config_file: where it is configured.
        old: its id so far.
        new: its id from now on.
        knows: whether the history has anything of an id.
        carry: renames it in the history, at once or not at all; given the configuration after.
        wait_s: for somebody else who is writing the file.

    Returns:
        The configuration after.

    Raises:
        CannotRename: there is no such provider, or the new id has a history of its own.
        ConfigError, NotEditable, NotWritten: as `store.change`; nothing was changed.
        HistoryError: nothing was changed.
    """
    if old == new:
        raise CannotRename(f'The provider is called "{old}" already.')
    config = load(config_file)
    ids = {provider.id for provider in config.providers}
    if old not in ids and new in ids and knows(old):
        rename_playbook(config_file, old, new)
        carry(config)
        return config
    if old not in ids:
        raise CannotRename(f'There is no provider "{old}" in {config_file}.')
    if new in ids:
        raise CannotRename(f'There is a provider "{new}" already in {config_file}; choose another id.')
    if knows(new):
        raise CannotRename(
            f'The history holds results of an earlier provider "{new}", which would be mixed with those of '
            f'"{old}"; choose another id.'
        )
    config = store.change(config_file, partial(rename_provider, old=old, new=new), wait_s=wait_s)
    moved = rename_playbook(config_file, old, new)
    try:
        carry(config)
    except HistoryError:
        if moved:
            rename_playbook(config_file, new, old)
        store.change(config_file, partial(rename_provider, old=new, new=old), wait_s=wait_s)
        raise
    return config
