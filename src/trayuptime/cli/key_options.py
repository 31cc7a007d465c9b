"""How a command is told where a key is: its options, and the question at a terminal. Never in an argument."""

import argparse
import asyncio
import getpass
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from trayuptime.cli.common import CommandError, Place, warn
from trayuptime.config.keys import EnvKey, FileKey, KeyRef, KeyringKey, NoKey
from trayuptime.config.pasted import LONGEST, NotAKey, looks_like_key, unwrap
from trayuptime.system import secrets
from trayuptime.system.secret_helper import ProblemKind


@dataclass(frozen=True, slots=True)
class Given:
    """Where the key is from now on.

    Attributes:
        secret: what has to be put into the keyring first; shown nowhere.
    """

    ref: KeyRef
    secret: secrets.Secret | None = None


def read_given(args: argparse.Namespace, place: Place) -> Given | None:
    """What the options say; `None` where they say nothing.

    Raises:
        CommandError: it cannot be used, in a sentence that repeats no key.
    """
    if args.key_from_env is not None:
        return Given(_from_env(args.key_from_env, place))
    if args.key_file is not None:
        return Given(_from_file(args.key_file, place))
    if args.no_key:
        return Given(NoKey())
    if args.key_stdin:
        return Given(KeyringKey(), _secret(ask("Key: ") if sys.stdin.isatty() else piped()))
    return None


def ask(question: str) -> str:
    """What is typed at the terminal, unseen; empty for nothing."""
    try:
        return getpass.getpass(question)
    except EOFError:
        return ""


def asked(question: str) -> secrets.Secret | None:
    """The key typed at the terminal; `None` for nothing.

    Raises:
        CommandError: it is no key.
    """
    text = ask(question)
    return _secret(text) if text.strip() else None


def piped() -> bytes:
    """What comes on the standard input, to its end, but no more than a key could have."""
    stream = getattr(sys.stdin, "buffer", None)
    data = sys.stdin.read(4 * LONGEST).encode() if stream is None else stream.read(4 * LONGEST)
    assert isinstance(data, bytes)
    return data


def piped_key() -> secrets.Secret:
    """The key on the standard input.

    Raises:
        CommandError: it is no key.
    """
    return _secret(piped())


def _secret(text: str | bytes) -> secrets.Secret:
    try:
        pasted = unwrap(text)
    except NotAKey as error:
        raise CommandError(f"{str(error).removesuffix('.')}; nothing was stored.") from None
    if pasted.left_out:
        warn(f"Left out: {', '.join(pasted.left_out)}.")
    return secrets.Secret(pasted.key)


def _from_env(name: str, place: Place) -> EnvKey:
    known = bool(place.environ.get(name))
    if not _VARIABLE.fullmatch(name) or (not known and (looks_like_key(name) or not name.isupper())):
        raise CommandError(
            "--key-from-env takes the name of a variable, such as DEEPSEEK_API_KEY, and never the key itself."
            " What was given is no variable here (not shown, for it might be the key). Nothing was changed."
        )
    if not known:
        warn(f"{name} is not set here; set it where TrayUptime is started.")
    return EnvKey(name)


def _from_file(given: str, place: Place) -> FileKey:
    path = Path(os.path.normpath(Path(given).expanduser().absolute()))
    found = asyncio.run(secrets.fetch({_HERE: FileKey(path)}, place.environ))[_HERE]
    if isinstance(found, secrets.SecretProblem):
        if found.kind is ProblemKind.NO_FILE and (looks_like_key(path.name) or path.name == given):
            raise CommandError(
                "--key-file takes the path of a file that holds nothing but the key; there is none of that"
                " name (not shown, for it might be the key). Nothing was changed."
            )
        raise CommandError(f"{found.sentence} Nothing was changed.")
    return FileKey(path)


_HERE = "this provider"
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
