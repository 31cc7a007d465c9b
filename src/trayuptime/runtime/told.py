"""What the engine tells its listeners after each commit, and what it is given to tell it with."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from trayuptime.config.keys import NoKey
from trayuptime.config.values import Config, ProviderConfig
from trayuptime.core.lights import Watched
from trayuptime.core.model import Instant
from trayuptime.core.notice import News
from trayuptime.core.state import Happening, State


@dataclass(frozen=True, slots=True)
class Told:
    """One telling: the state as it is now, and what led to it; all of it is on disk.

    Attributes:
        happenings: in order; empty where only the state or a trouble changed.
        notices: what the user should be told of it.
        watched: the providers in the user's order.
        trouble: what is wrong with ourselves (configuration, history), a sentence, or `None`.
        keyring_locked: the keyring was locked or silent, and is asked again only when the user wants it.
        config: in force, whatever the file says meanwhile; `None` where no good one was ever read.
        renamed: providers that go on under another id, in this run: by the id before, the one now.
    """

    at: Instant
    state: State
    happenings: tuple[Happening, ...] = ()
    notices: tuple[News, ...] = ()
    watched: tuple[Watched, ...] = ()
    trouble: str | None = None
    keyring_locked: bool = False
    config: Config | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)


Listener = Callable[[Told], None]
"""Called on the engine's loop; must return at once and never raise."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The user's keys as far as they could be read; values are shown nowhere.

    Attributes:
        secrets: per provider.
        troubles: per provider whose key could not be read, why, a sentence.
        locked: the keyring refused, and is not asked any more until the user wants it.
        unread: providers whose key may be in a keyring that did not open; any other without one has none.
    """

    secrets: Mapping[str, str]
    troubles: Mapping[str, str]
    locked: bool = False
    unread: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return f"Keys({', '.join(sorted(self.secrets))})"


class KeySource(Protocol):
    """Whoever reads the keys that a configuration refers to."""

    def __call__(self, providers: tuple[ProviderConfig, ...]) -> Coroutine[None, None, Keys]:
        """Reads them, within its own time limit; never raises for what the world does."""
        ...


def watched_of(provider: ProviderConfig) -> Watched:
    """A provider as the lights need it."""
    keyed = not isinstance(provider.key, NoKey)
    return Watched(provider.id, provider.name, provider.surfaces, keyed=keyed)
