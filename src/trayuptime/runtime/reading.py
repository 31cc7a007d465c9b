"""The user's keys as they were last read, and the reading of them that is under way."""

import asyncio
from collections.abc import Callable, Iterable
from enum import Enum, auto

from trayuptime.config.values import ProviderConfig
from trayuptime.runtime.clock import Clock
from trayuptime.runtime.told import Keys, KeySource

KEYS_WITHIN_S = 3.0
"""How long a first question waits for its key, on the engine's clock; then it goes without."""


class Change(Enum):
    """What happened to a provider's key between two readings."""

    THERE = auto()
    """It is there for the first time in this run, or again."""
    ANOTHER = auto()
    UNREAD = auto()
    """Its keyring does not open any more."""
    GONE = auto()


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
        self._last: dict[str, str] = {}
        """The last key that each provider had in this run."""

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

    def take(self, providers: Iterable[str]) -> dict[str, Change]:
        """What a reading that has ended since brought, by provider; empty where nothing is new."""
        task = self._task
        if task is None or not task.done():
            return {}
        self._task = None
        before, self.keys = self.keys, task.result()
        changes = {provider: self._change(provider, before) for provider in providers}
        return {provider: change for provider, change in changes.items() if change is not None}

    def _change(self, provider: str, before: Keys) -> Change | None:
        """One that is there again after its keyring was locked is no other one."""
        secret = self.keys.secrets.get(provider)
        if secret is None:
            if provider not in self.keys.unread and self._last.pop(provider, None) is not None:
                return Change.GONE
            return None if before.secrets.get(provider) is None else Change.UNREAD
        known, self._last[provider] = self._last.get(provider), secret
        if known is not None and known != secret:
            return Change.ANOTHER
        return None if before.secrets.get(provider) == secret else Change.THERE

    def cancel(self) -> list[asyncio.Task[Keys]]:
        """Gives up a reading under way; returns what has yet to end."""
        if self._task is None:
            return []
        self._task.cancel()
        return [self._task]
