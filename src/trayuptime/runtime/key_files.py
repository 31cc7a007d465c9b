"""The files that keys are kept in: one that is written is read at once."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from trayuptime.config.keys import FileKey
from trayuptime.config.values import ProviderConfig
from trayuptime.system.files import FileWatch, watch_file

SETTLE_S = 2.0
"""After the first sign of a new key: some take the old file away before they write it."""


class KeyFiles:
    """One per engine, on its loop.

    A key in an environment variable cannot change in a run; of one in the keyring nobody tells, so it is read
    again where it is rejected.
    """

    def __init__(self, changed: Callable[[Path], None]) -> None:
        """Nothing is watched yet.

        Args:
            changed: called with a file that was written, replaced, created or removed.
        """
        self._changed = changed
        self._watches: dict[Path, FileWatch] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.follow(())

    def follow(self, providers: Iterable[ProviderConfig]) -> None:
        """Watches the files of these, and no others."""
        wanted = {each.key.path for each in providers if each.enabled and isinstance(each.key, FileKey)}
        for path in self._watches.keys() - wanted:
            self._watches.pop(path).close()
        for path in wanted - self._watches.keys():
            self._watches[path] = watch_file(path, partial(self._changed, path), settle_s=SETTLE_S)
