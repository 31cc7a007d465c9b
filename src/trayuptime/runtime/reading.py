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
    """It is there for the first time in this run, or can be read again."""
    ANOTHER = auto()
    """It is another than the last one, or there was none."""
    UNREAD = auto()
    """It cannot be read any more, and may well be there."""
    GONE = auto()


def is_another(change: Change) -> bool:
    """Whether what the last key was worth says nothing any more."""
    return change in {Change.ANOTHER, Change.GONE}


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
        self._without: set[str] = set()
        """Who had none when it was looked for."""
        self._changed_s: dict[str, float] = {}

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
        changes = {
            provider: change
            for provider in providers
            if (change := self._change(provider, before.secrets.get(provider))) is not None
        }
        now_s = self._clock.monotonic_s()
        self._changed_s |= {name: now_s for name, change in changes.items() if is_another(change)}
        return changes

    def changed_since(self, provider: str, began_s: float) -> bool:
        """Whether what was asked then, in monotonic seconds, was asked with a key that is no more."""
        return began_s < self._changed_s.get(provider, float("-inf"))

    def _change(self, provider: str, before: str | None) -> Change | None:
        secret, known = self.keys.secrets.get(provider), self._last.get(provider)
        if secret is not None:
            self._last[provider] = secret
            had_none = provider in self._without
            self._without.discard(provider)
            if had_none or (known is not None and known != secret):
                return Change.ANOTHER
            return None if before == secret else Change.THERE
        wanted = known is not None or provider in self.keys.troubles
        if provider in self.keys.unread or not wanted:
            return None if before is None else Change.UNREAD
        if provider in self._without:
            return None
        self._last.pop(provider, None)
        self._without.add(provider)
        return Change.GONE

    def cancel(self) -> list[asyncio.Task[Keys]]:
        """Gives up a reading under way; returns what has yet to end."""
        if self._task is None:
            return []
        self._task.cancel()
        return [self._task]
