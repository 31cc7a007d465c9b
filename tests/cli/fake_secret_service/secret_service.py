"""A keyring that keeps everything in the file `FAKE_KEYRING`.

What the whole system can see of each process that asks goes into `FAKE_KEYRING_ASKED`. Empty files beside it
make it `locked`, or `undeletable`.
"""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

FILE = Path(os.environ["FAKE_KEYRING"])


class Keyring(KeyringBackend):
    priority = 5

    def get_password(self, service: str, username: str) -> str | None:
        _note(service)
        return _kept().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        _note(service)
        FILE.write_text(json.dumps({**_kept(), f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        _note(service)
        if FILE.with_name("undeletable").exists():
            raise PasswordDeleteError("no")
        left = _kept()
        del left[f"{service} {username}"]
        FILE.write_text(json.dumps(left))


def _note(service: str) -> None:
    seen = Path("/proc/self/cmdline").read_bytes() + Path("/proc/self/environ").read_bytes()
    with Path(os.environ["FAKE_KEYRING_ASKED"]).open("a") as asked:
        asked.write(json.dumps([service, seen.decode()]) + "\n")
    if FILE.with_name("locked").exists():
        raise KeyringLocked("no")


def _kept() -> dict[str, str]:
    found: dict[str, str] = json.loads(FILE.read_text()) if FILE.exists() else {}
    return found
