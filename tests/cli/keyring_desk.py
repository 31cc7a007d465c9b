"""The program as processes, with a keyring of ours, and everything that they show to the system."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.house import PATIENCE_S, PROGRAM, House, Ran

FAKE = Path(__file__).parent / "fake_secret_service"


@dataclass(frozen=True, slots=True)
class KeyringDesk:
    """A home and a keyring beside it."""

    house: House
    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.house.environ.update(
            PYTHONPATH=os.pathsep.join([str(FAKE), *filter(None, sys.path)]),
            PYTHON_KEYRING_BACKEND="keyring.backends.SecretService.Keyring",
            FAKE_KEYRING=str(self.folder / "kept"),
            FAKE_KEYRING_ASKED=str(self.folder / "asked"),
            HOME=str(self.house.root.parent),
        )

    def run(self, *argv: str, stdin: str | bytes = b"", **environ: str) -> Ran:
        """A command with this on its standard input."""
        done = subprocess.run(
            [*PROGRAM, *argv],
            check=False,
            capture_output=True,
            timeout=PATIENCE_S,
            env=self._environ(environ),
            input=stdin.encode() if isinstance(stdin, str) else stdin,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *argv: str) -> "subprocess.Popen[bytes]":
        """A command that is not waited for."""
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            [*PROGRAM, *argv], env=self._environ({}), stdin=quiet, stdout=quiet, stderr=quiet
        )

    def at_terminal(self, *argv: str, types: Sequence[str], **environ: str) -> tuple[int, str]:
        """A command at a terminal, where a person types a line at each question; its code and the screen."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [*PROGRAM, *argv],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env=self._environ(environ),
        )
        os.close(theirs)
        screen, lines = b"", list(types)
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:  # the other end has closed
                break
            screen += piece
            if lines and screen.rstrip(b" ").endswith((b":", b"]", b")")) and screen.endswith(b" "):
                os.write(ours, f"{lines.pop(0)}\n".encode())
        os.close(ours)
        return process.wait(PATIENCE_S), screen.decode()

    def lock(self) -> None:
        (self.folder / "locked").touch()

    def kept(self) -> dict[str, str]:
        """What is in the keyring, by provider."""
        file = self.folder / "kept"
        found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        return {name.removeprefix("TrayUptime/").removesuffix(" api-key"): key for name, key in found.items()}

    def asked(self) -> list[tuple[str, str]]:
        """Each question to the keyring, and what all could see of who asked."""
        file = self.folder / "asked"
        return [tuple(json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []

    def _environ(self, more: dict[str, str]) -> dict[str, str]:
        return self.house._environ(more)
