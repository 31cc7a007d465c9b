"""The user's keys as they were last read, and the reading of them that is under way."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from enum import Enum, auto
from typing import TypeVar

from trayuptime.config.keys import FileKey, KeyRef, KeyringKey
from trayuptime.config.values import ProviderConfig
from trayuptime.runtime.clock import Clock
from trayuptime.runtime.told import Keys, KeySource

KEYS_WITHIN_S = 3.0
"""How long a first question waits for its key, on the engine's clock; then it goes without."""
DOUBTED_AGAIN_S = 1_800.0
"""A keyring is looked into no sooner again because its key was rejected."""
V = TypeVar("V")


class Change(Enum):
    """What happened to a provider's key between two readings."""

    THERE = auto()
    """It is there for the first time in this run."""
    ANOTHER = auto()
    """It is another than the last one, or there was none."""
    RENEWED = auto()
    """Another is in the same file: a token may be put there every hour."""
    GONE = auto()


class Reading:
    """One per poller, on its loop.

    A key of the keyring that was read in this run is used for as long as the keyring does not open again.

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
        self._asked: Mapping[str, KeyRef] = {}
        self._whole = True
        self._later: dict[str, ProviderConfig] = {}
        self._began_s = 0.0
        self._last: dict[str, tuple[str, KeyRef]] = {}
        """The last key that each provider had in this run, and where it was."""
        self._without: set[str] = set()
        """Who had none when it was looked for."""
        self._changed_s: dict[str, float] = {}
        self._doubted_s: dict[str, float] = {}

    @property
    def hold_until_s(self) -> float:
        """No question that needs a key is asked before, in monotonic seconds."""
        if self._task is None or not self._whole:
            return float("-inf")
        return self._began_s + KEYS_WITHIN_S

    def secret_of(self, provider: ProviderConfig) -> str | None:
        """Its key, if it was read from where the provider has it now: nobody is shown another's."""
        secret, ref = self._last.get(provider.id, (None, None))
        return secret if ref == provider.key and provider.id in self.keys.secrets else None

    def rename(self, old: str, new: str) -> None:
        """A provider goes on under another id, with its key."""
        if old in self._last:
            self._last[new] = self._last.pop(old)

    def begin(self, providers: Iterable[ProviderConfig]) -> None:
        """Reads all keys anew; a reading under way is given up."""
        if self._task is not None:
            self._task.cancel()
        self._later.clear()
        self._start(providers, whole=True)

    def refresh(self, providers: Iterable[ProviderConfig]) -> None:
        """Reads the keys of these again, after a reading under way; nobody waits for it."""
        self._later |= {provider.id: provider for provider in providers}
        self._go_on()

    def doubt(self, provider: ProviderConfig) -> None:
        """Its key was rejected: a keyring tells nobody that another one was put into it."""
        now_s, doubted_s = self._clock.monotonic_s(), self._doubted_s.get(provider.id)
        lately = doubted_s is not None and now_s - doubted_s < DOUBTED_AGAIN_S
        if isinstance(provider.key, KeyringKey) and provider.id in self.keys.secrets and not lately:
            self._doubted_s[provider.id] = now_s
            self.refresh([provider])

    def take(self, providers: Iterable[str]) -> dict[str, Change]:
        """What a reading that has ended since brought, by provider; empty where nothing is new."""
        task = self._task
        if task is None or not task.done():
            return {}
        self._task = None
        before = self.keys.secrets
        self.keys = self._with(task.result())
        changes = {
            provider: change
            for provider in providers
            if (change := self._change(provider, before.get(provider))) is not None
        }
        now_s = self._clock.monotonic_s()
        self._changed_s |= {name: now_s for name, change in changes.items() if change is not Change.THERE}
        for name, ref in self._asked.items():
            if (secret := self.keys.secrets.get(name)) is not None:
                self._last[name] = secret, ref
        self._go_on()
        return changes

    def changed_since(self, provider: str, began_s: float) -> bool:
        """Whether what was asked then, in monotonic seconds, was asked with a key that is no more."""
        return began_s < self._changed_s.get(provider, float("-inf"))

    def cancel(self) -> list[asyncio.Task[Keys]]:
        """Gives up a reading under way; returns what has yet to end."""
        if self._task is None:
            return []
        self._task.cancel()
        return [self._task]

    def _go_on(self) -> None:
        if self._task is None and self._later:
            later, self._later = self._later, {}
            self._start(later.values(), whole=False)

    def _start(self, providers: Iterable[ProviderConfig], *, whole: bool) -> None:
        asked = tuple(providers)
        self._asked, self._whole = {provider.id: provider.key for provider in asked}, whole
        self._task = asyncio.get_running_loop().create_task(self._read(asked))
        self._task.add_done_callback(lambda _: self._wake())
        self._began_s = self._clock.monotonic_s()

    def _with(self, read: Keys) -> Keys:
        """What is known with what was read: of whom nobody was asked, and of a keyring that does not open."""
        kept = {
            name: self._last[name][0]
            for name in read.unread
            if name in self._last and self._last[name][1] == self._asked.get(name)
        }
        troubles = {name: why for name, why in read.troubles.items() if name not in kept}
        return Keys(
            {**self._others(self.keys.secrets), **kept, **read.secrets},
            {**self._others(self.keys.troubles), **troubles},
            locked=read.locked,
            unread=read.unread | self._others(dict.fromkeys(self.keys.unread)).keys(),
        )

    def _others(self, known: Mapping[str, V]) -> dict[str, V]:
        return {} if self._whole else {name: of for name, of in known.items() if name not in self._asked}

    def _change(self, provider: str, before: str | None) -> Change | None:
        secret = self.keys.secrets.get(provider)
        known, ref = self._last.get(provider, (None, None))
        if secret is not None:
            had_none = provider in self._without
            self._without.discard(provider)
            if known is not None and known != secret and isinstance(ref, FileKey):
                return Change.RENEWED if ref == self._asked.get(provider) else Change.ANOTHER
            if had_none or (known is not None and known != secret):
                return Change.ANOTHER
            return None if before == secret else Change.THERE
        looked_for = known is not None or provider in self.keys.troubles
        if provider in self.keys.unread or provider in self._without or not looked_for:
            return None
        self._last.pop(provider, None)
        self._without.add(provider)
        return Change.GONE
