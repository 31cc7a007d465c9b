"""Keyrings as keyring loads them, for the helper process: one that works, and one of each kind of trouble."""

import json
import os
import sys
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringError, KeyringLocked, PasswordDeleteError

from trayuptime.system import secret_helper


def helper() -> None:
    """The helper process, with the fake keyrings named in its arguments allowed besides the real ones."""
    longest = {f"{__name__}.Short": 1280}
    allowed = secret_helper.ALLOWED | {f"{__name__}.{name}" for name in sys.argv[1:]}
    sys.exit(secret_helper.main(allowed, longest))


class _Fake(KeyringBackend):
    """Keeps everything in the file `FAKE_KEYRING`; notes each question in `FAKE_KEYRING_ASKED`."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        self.note(service)
        return self._all().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.note(service)
        self._file().write_text(json.dumps({**self._all(), f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        self.note(service)
        left = self._all()
        if left.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("No such password!")
        self._file().write_text(json.dumps(left))

    def note(self, service: str) -> None:
        """Who was asked for what, and what the whole system can see of this process meanwhile."""
        seen = Path("/proc/self/cmdline").read_bytes() + Path("/proc/self/environ").read_bytes()
        with Path(os.environ["FAKE_KEYRING_ASKED"]).open("a") as asked:
            asked.write(json.dumps([type(self).__name__, service, seen.decode()]) + "\n")

    def _file(self) -> Path:
        return Path(os.environ["FAKE_KEYRING"])

    def _all(self) -> dict[str, str]:
        kept: dict[str, str] = json.loads(self._file().read_text()) if self._file().exists() else {}
        return kept


class Working(_Fake):
    """Unlocked; talks while it works, as some do."""

    def get_password(self, service: str, username: str) -> str | None:
        sys.stdout.write("a library says hello\n")
        return super().get_password(service, username)


class Short(Working):
    """Holds no more than Windows does."""


class Plaintext(_Fake):
    """Works, comes first, and keeps everything where others can read it."""

    priority = 9


class Locked(_Fake):
    """The user dismissed the dialog."""

    def get_password(self, service: str, username: str) -> str | None:
        self.note(service)
        raise KeyringLocked("Failed to unlock the collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.get_password(service, username)


class NotSetUp(Locked):
    """There is no collection yet, and the dialog to make one was dismissed."""

    def get_password(self, service: str, username: str) -> str | None:
        self.note(service)
        raise InitError("Failed to create the collection")


class Broken(Locked):
    """Fails in a way that keyring knows."""

    def get_password(self, service: str, username: str) -> str | None:
        self.note(service)
        raise KeyringError("broken")


class Dying(_Fake):
    """Takes the process with it at the second question."""

    def get_password(self, service: str, username: str) -> str | None:
        if service.endswith("second"):
            os._exit(3)
        return super().get_password(service, username)


class Hanging(_Fake):
    """Waits for a dialog that nobody answers."""

    def get_password(self, service: str, username: str) -> str | None:
        self.note(service)
        threading.Event().wait()
        return None
