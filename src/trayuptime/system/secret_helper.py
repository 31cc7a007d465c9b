"""The short-lived process that talks to the operating system's keyring, run as a module by `secrets`.

A keyring may wait without end for the user to unlock it, and a thread cannot be ended: this process can. It
also takes the 13 MiB that keyring needs away with it. One JSON object comes in on the standard input, a line
of JSON goes out for each answer as soon as it is known; nothing secret is in its arguments or environment.

    {"op": "get", "services": {"deepseek": "TrayUptime/deepseek"}}
        -> {"id": "deepseek", "secret": "…"} or {"id": "deepseek", "problem": "locked"}, for each
    {"op": "set", "service": "TrayUptime/deepseek", "secret": "…"}
        -> {"problem": null} or {"problem": "refused_backend"}
    {"op": "copy", "service": "TrayUptime/deepseek", "to": "TrayUptime/ds"}
        -> {"problem": null} or {"problem": "missing"}
    {"op": "delete", "service": "TrayUptime/deepseek"}
        -> {"problem": null} or {"problem": "missing"}
    {"op": "describe"}
        -> {"backend": "keyring.backends.SecretService.Keyring", "problem": null}

Only back ends that keep secrets encrypted by the operating system are used, whatever is installed or
configured.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

USER = "api-key"
"""One service a secret: Windows merges several users of one service (keyring's Windows back end)."""

ALLOWED = frozenset(
    {
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
    }
)
CHAINER = "keyring.backends.chainer.ChainerBackend"
NONE = "keyring.backends.fail.Keyring"
LONGEST = {"keyring.backends.Windows.WinVaultKeyring": 1280}
"""Characters of a secret: CRED_MAX_CREDENTIAL_BLOB_SIZE is 2560 bytes, kept as UTF-16 (keyring issue 355)."""
LINGER_S = 5
"""After its budget it ends itself, should its parent have been killed before it could."""


class ProblemKind(StrEnum):
    """Why a secret cannot be had, or not be kept."""

    MISSING = "missing"
    """The keyring works and holds none for this provider."""
    LOCKED = "locked"
    NO_BACKEND = "no_backend"
    REFUSED_BACKEND = "refused_backend"
    """There is one, and it would keep secrets where others can read them."""
    TIMED_OUT = "timed_out"
    FAILED = "failed"
    """The keyring itself failed, or the helper ended early."""
    NOT_SET = "not_set"
    """The environment variable is not set."""
    NO_FILE = "no_file"
    OPEN_FILE = "open_file"
    """Others may read the file."""
    TOO_LONG = "too_long"
    """This keyring holds no secret as long as that."""
    UNUSABLE = "unusable"
    """It is no key: it is empty, or has characters that cannot be sent as one."""


def answer(
    request: Mapping[str, Any],
    answers: TextIO,
    allowed: frozenset[str] = ALLOWED,
    longest: Mapping[str, int] = LONGEST,
) -> None:
    """Writes the answers to one request, a line of JSON each.

    Args:
        request: see the module's own words.
        answers: flushed after each line, so that what is known survives the end of this process.
        allowed: full names of the back ends that may be used.
        longest: how many characters a back end's secret may have, where that is little.
    """
    try:
        backends, name = _backends(allowed)
        problem = _problem_with(name) if not backends else None
    except Exception as error:  # noqa: BLE001 - a forced one that is not there, a broken keyringrc.cfg, others' plug-ins
        backends, name, problem = [], f"{type(error).__name__}: {error}", ProblemKind.NO_BACKEND
    match request["op"]:
        case "describe":
            _write(answers, {"backend": name, "problem": problem})
        case "set":
            secret = request["secret"]
            if not problem and len(secret) > longest.get(_name(backends[0]), len(secret)):
                problem = ProblemKind.TOO_LONG
            _write(answers, {"problem": problem or _set(backends, request["service"], secret)})
        case "copy":
            _write(answers, {"problem": problem or _copy(backends, request["service"], request["to"])})
        case "delete":
            _write(answers, {"problem": problem or _delete(backends, request["service"])})
        case "get":
            for provider, service in request["services"].items():
                found = {"problem": problem} if problem else _get(backends, service)
                _write(answers, {"id": provider, **found})
                if found.get("problem") == ProblemKind.LOCKED:
                    problem = ProblemKind.LOCKED  # each further question would open a further dialog


def main(allowed: frozenset[str] = ALLOWED, longest: Mapping[str, int] = LONGEST) -> int:
    """Answers the one request on the standard input."""
    # a back end that prints must not spoil the answers
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        request = json.loads(sys.stdin.buffer.read())
        if hasattr(signal, "alarm"):
            signal.alarm(int(request.get("budget_s", 30)) + LINGER_S)
        answer(request, answers, allowed, longest)
    return 0


def _backends(allowed: frozenset[str]) -> tuple[list["KeyringBackend"], str]:
    """Those that may be used, in their order, and the name of the one that keyring chose.

    A chain also asks members that were merely installed, so its members are used one by one instead.
    """
    import keyring  # noqa: PLC0415 - a missing keyring is an answer, not a crash

    chosen = keyring.get_keyring()
    members = list(getattr(chosen, "backends", [])) if _name(chosen) == CHAINER else [chosen]
    return [member for member in members if _name(member) in allowed], _name(chosen)


def _problem_with(name: str) -> ProblemKind:
    return ProblemKind.NO_BACKEND if name == NONE else ProblemKind.REFUSED_BACKEND


def _get(backends: list["KeyringBackend"], service: str) -> dict[str, Any]:
    def get() -> str | None:
        return next(
            (found for each in backends if (found := each.get_password(service, USER)) is not None), None
        )

    secret, problem = _tried(get)
    if problem is not None:
        return {"problem": problem}
    return {"problem": ProblemKind.MISSING} if secret is None else {"secret": secret}


def _set(backends: list["KeyringBackend"], service: str, secret: str) -> ProblemKind | None:
    return _tried(lambda: backends[0].set_password(service, USER, secret))[1]


def _copy(backends: list["KeyringBackend"], service: str, to: str) -> ProblemKind | None:
    found = _get(backends, service)
    return _set(backends, to, found["secret"]) if "secret" in found else found["problem"]


def _delete(backends: list["KeyringBackend"], service: str) -> ProblemKind | None:
    """From every one that holds it, so that no older key comes to light behind it."""
    found = _get(backends, service)
    if "secret" not in found:
        return ProblemKind(found["problem"])
    for backend in backends:
        held, problem = _tried(partial(backend.get_password, service, USER))
        if held is not None:
            problem = _tried(partial(backend.delete_password, service, USER))[1]
        if problem is not None:
            return problem
    return None


def _tried(call: Callable[[], T]) -> tuple[T | None, ProblemKind | None]:
    """What a back end gave, or what became of it."""
    from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError  # noqa: PLC0415 - as above

    try:
        return call(), None
    except (KeyringLocked, InitError):  # InitError: the dialog to make a first keyring was dismissed
        return None, ProblemKind.LOCKED
    except NoKeyringError:
        return None, ProblemKind.NO_BACKEND
    except KeyringError:
        return None, ProblemKind.FAILED


def _name(backend: "KeyringBackend") -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _write(answers: TextIO, line: Mapping[str, Any]) -> None:
    answers.write(json.dumps(line) + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
