"""Reads the user's keys for the poller, and knows them for redaction."""

from collections.abc import Mapping

from trayuptime.config.values import ProviderConfig
from trayuptime.net.redact import redact
from trayuptime.runtime.told import Keys
from trayuptime.system.secrets import UNREAD, Secret, SecretProblem, SecretStore


class KeyReader:
    """A `KeySource` over the system's secrets; belongs to one loop, its `clean` to any thread."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._store = SecretStore(environ)
        self._known: frozenset[str] = frozenset()

    async def __call__(self, providers: tuple[ProviderConfig, ...]) -> Keys:
        """Reads every key that the providers refer to."""
        found = await self._store.fetch({provider.id: provider.key for provider in providers})
        secrets = {name: answer.reveal() for name, answer in found.items() if isinstance(answer, Secret)}
        self._known |= frozenset(secrets.values())
        problems = {name: answer for name, answer in found.items() if isinstance(answer, SecretProblem)}
        return Keys(
            secrets,
            {name: problem.sentence for name, problem in problems.items()},
            locked=self._store.locked,
            unread=frozenset(name for name, problem in problems.items() if problem.kind in UNREAD),
        )

    def ask_again(self) -> None:
        """The user wants a locked keyring to be asked once more."""
        self._store.ask_again()

    def clean(self, text: str) -> str:
        """The text without any key that was ever read here, and without what looks like one."""
        return redact(text, self._known)
