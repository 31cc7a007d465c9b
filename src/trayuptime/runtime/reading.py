"""The user's keys as they were last read, and the reading of them that is under way."""

import asyncio
from collections.abc import Callable, Iterable

from trayuptime.config.values import ProviderConfig
from trayuptime.runtime.clock import Clock
from trayuptime.runtime.told import Keys, KeySource

KEYS_WITHIN_S = 3.0
"""How long a first question waits for its key, on the engine's clock; then it goes without."""


class Reading:
    """One per poller, on its loop.

    Attributes:
        keys: as they were last read.
    """

    def __init__(self, read: KeySource, clock: Clock, wake: Callable[[], None]) -> None:
        """Nothing is read yet.

        Args:
            read: reads the keys that the configuration refers to.
            clock: for how long questions wait.
            wake: called whenever a reading has ended.
        """
        self.keys = Keys({}, {})
        self._read = read
        self._clock = clock
        self._wake = wake
        self._task: asyncio.Task[Keys] | None = None
        self._began_s = 0.0

    @property
    def hold_until_s(self) -> float:
        """No question that needs a key is asked before, in monotonic seconds."""
        return float("-inf") if self._task is None else self._began_s + KEYS_WITHIN_S

    def begin(self, providers: Iterable[ProviderConfig]) -> None:
        """Reads them anew; a reading under way is given up."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.get_running_loop().create_task(self._read(tuple(providers)))
        self._task.add_done_callback(lambda _: self._wake())
        self._began_s = self._clock.monotonic_s()

    def take(self) -> Keys | None:
        """Once a reading has ended, the keys before it; `None` while there is nothing new."""
        task = self._task
        if task is None or not task.done():
            return None
        self._task = None
        before, self.keys = self.keys, task.result()
        return before

    def cancel(self) -> list[asyncio.Task[Keys]]:
        """Gives up a reading under way; returns what has yet to end."""
        if self._task is None:
            return []
        self._task.cancel()
        return [self._task]
