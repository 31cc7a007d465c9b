"""Turns a key's reference into the key, or into the reason why not and the way out.

Environment variables and files are read here; everything in the keyring is asked for by one short-lived
process (`secret_helper`), which is killed when its budget is spent.
"""

import asyncio
import contextlib
import json
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from trayuptime.config.keys import EnvKey, FileKey, KeyRef, KeyringKey, NoKey
from trayuptime.system.secret_helper import ProblemKind

HELPER: Sequence[str] = (sys.executable, "-P", "-m", "trayuptime.system.secret_helper")
"""`-P`: a file in the current directory must not pass for a module of ours."""
BUDGET_S = 30.0
"""Long enough for a person to type a password."""
SECRET_BYTES = 16 * 1024


class Secret:
    """A key that does not show itself: only `reveal` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The key, for the header it goes into and for the redactor."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never written down")


@dataclass(frozen=True, slots=True)
class SecretProblem:
    """Why there is no key; `sentence` says it to a person, with the way out, and holds nothing secret."""

    kind: ProblemKind
    sentence: str


@dataclass(frozen=True, slots=True)
class Keyring:
    """The system's keyring as found; `backend` is the full name of the class, or what went wrong."""

    backend: str
    problem: SecretProblem | None


class SecretStore:
    """Asks a locked keyring once: after a refusal it stays silent until `ask_again`.

    One question at a time, so that there is never more than one dialog. Belongs to one loop.
    """

    def __init__(
        self, environ: Mapping[str, str], *, budget_s: float = BUDGET_S, helper: Sequence[str] = HELPER
    ) -> None:
        self._environ = environ
        self._budget_s = budget_s
        self._helper = helper
        self._refusal: ProblemKind | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def locked(self) -> bool:
        """The keyring was locked or silent when it was last asked, and is not asked any more."""
        return self._refusal is not None

    def ask_again(self) -> None:
        """The user wants to unlock it: the next `fetch` asks."""
        self._refusal = None

    async def fetch(self, refs: Mapping[str, KeyRef]) -> dict[str, Secret | SecretProblem]:
        """As the function `fetch`, but silent towards a keyring that has refused."""
        async with self._one_at_a_time:
            if self._refusal is None:
                found = await fetch(refs, self._environ, self._budget_s, helper=self._helper)
                kinds = {answer.kind for answer in found.values() if isinstance(answer, SecretProblem)}
                self._refusal = next((kind for kind in _REFUSALS if kind in kinds), None)
                return found
            silent = {id_: ref for id_, ref in refs.items() if isinstance(ref, KeyringKey)}
            others = {id_: ref for id_, ref in refs.items() if id_ not in silent}
            return {
                **await fetch(others, self._environ, self._budget_s, helper=self._helper),
                **{id_: _problem(self._refusal, id_, budget_s=self._budget_s) for id_ in silent},
            }

    async def store(self, provider: str, secret: str) -> SecretProblem | None:
        """As the function `store`; asked by the user, so a locked keyring may ask them back."""
        async with self._one_at_a_time:
            problem = await store(provider, secret, self._environ, self._budget_s, helper=self._helper)
            if problem is None:
                self._refusal = None
            return problem


async def fetch(
    refs: Mapping[str, KeyRef],
    environ: Mapping[str, str],
    budget_s: float = BUDGET_S,
    *,
    helper: Sequence[str] = HELPER,
) -> dict[str, Secret | SecretProblem]:
    """Reads the keys that are referred to; a provider without a key (`none`) is left out.

    Args:
        refs: by provider id.
        environ: for `env:` references, and for the helper to find the desktop by.
        budget_s: for the keyring, all of its keys together.
        helper: the command line that runs `secret_helper.main`.
    """
    found: dict[str, Secret | SecretProblem] = {}
    in_keyring: list[str] = []
    for provider, ref in refs.items():
        match ref:
            case EnvKey(name):
                found[provider] = _from_environment(provider, name, environ)
            case FileKey(path):
                found[provider] = _from_file(provider, path)
            case KeyringKey():
                in_keyring.append(provider)
            case NoKey():
                pass
    if in_keyring:
        request = {"op": "get", "services": {provider: _service(provider) for provider in in_keyring}}
        answers, ended = await _ask(request, environ, budget_s, helper)
        by_provider = {answer["id"]: answer for answer in answers}
        for provider in in_keyring:
            answer = by_provider.get(provider, {"problem": ended})
            if "secret" in answer:
                found[provider] = _usable(provider, answer["secret"])
            else:
                found[provider] = _problem(ProblemKind(answer["problem"]), provider, budget_s=budget_s)
    return found


async def store(
    provider: str,
    secret: str,
    environ: Mapping[str, str],
    budget_s: float = BUDGET_S,
    *,
    helper: Sequence[str] = HELPER,
) -> SecretProblem | None:
    """Puts the provider's key into the keyring, in the place of an older one; `None` when it is there."""
    checked = _usable(provider, secret)
    if isinstance(checked, SecretProblem):
        return checked
    request = {"op": "set", "service": _service(provider), "secret": secret}
    return await _problem_of(request, provider, environ, budget_s, helper)


async def copy(
    provider: str,
    to: str,
    environ: Mapping[str, str],
    budget_s: float = BUDGET_S,
    *,
    helper: Sequence[str] = HELPER,
) -> SecretProblem | None:
    """Puts one provider's key into the keyring for another too; it never comes into this process."""
    request = {"op": "copy", "service": _service(provider), "to": _service(to)}
    return await _problem_of(request, provider, environ, budget_s, helper)


async def delete(
    provider: str, environ: Mapping[str, str], budget_s: float = BUDGET_S, *, helper: Sequence[str] = HELPER
) -> SecretProblem | None:
    """Takes the provider's key out of the keyring; `None` when one was there and is gone."""
    request = {"op": "delete", "service": _service(provider)}
    return await _problem_of(request, provider, environ, budget_s, helper)


async def describe(
    environ: Mapping[str, str], budget_s: float = 10.0, *, helper: Sequence[str] = HELPER
) -> Keyring:
    """Which keyring this system has, and whether it is fit; opens no dialog."""
    answers, ended = await _ask({"op": "describe"}, environ, budget_s, helper)
    answer = answers[0] if answers else {"backend": "", "problem": ended}
    if answer["problem"] is None:
        return Keyring(answer["backend"], None)
    return Keyring(answer["backend"], _problem(ProblemKind(answer["problem"]), "ID", budget_s=budget_s))


async def _problem_of(
    request: Mapping[str, Any],
    provider: str,
    environ: Mapping[str, str],
    budget_s: float,
    helper: Sequence[str],
) -> SecretProblem | None:
    answers, ended = await _ask(request, environ, budget_s, helper)
    problem = answers[0]["problem"] if answers else ended
    return None if problem is None else _problem(ProblemKind(problem), provider, budget_s=budget_s)


async def _ask(
    request: Mapping[str, Any], environ: Mapping[str, str], budget_s: float, helper: Sequence[str]
) -> tuple[list[dict[str, Any]], ProblemKind]:
    """What the helper answered, and what to say of that which it did not answer."""
    answers: list[dict[str, Any]] = []
    ended = ProblemKind.FAILED
    try:
        process = await asyncio.create_subprocess_exec(
            *helper,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a back end's own words might hold a secret
            env=dict(environ),
            limit=4 * SECRET_BYTES,
            start_new_session=True,  # Ctrl-C is for us; we end it ourselves
        )
    except OSError:
        return answers, ended
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        async with asyncio.timeout(budget_s):
            process.stdin.write(json.dumps({**request, "budget_s": budget_s}).encode())
            process.stdin.write_eof()
            async for line in process.stdout:
                answers.append(json.loads(line))  # noqa: PERF401 - those before a time-out are kept
            await process.wait()
    except TimeoutError:
        ended = ProblemKind.TIMED_OUT
    except (OSError, ValueError):  # it ended before it was asked, or said something else
        pass
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    return answers, ended


def _from_environment(provider: str, name: str, environ: Mapping[str, str]) -> Secret | SecretProblem:
    value = environ.get(name)
    return _usable(provider, value) if value else _problem(ProblemKind.NOT_SET, provider, name=name)


def _from_file(provider: str, path: Path) -> Secret | SecretProblem:
    try:
        # a pipe in its place must not make us wait
        file_number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            mode = os.fstat(file_number).st_mode
            if not stat.S_ISREG(mode):
                return _problem(ProblemKind.NO_FILE, provider, path=path, why="it is not a file")
            if sys.platform != "win32" and mode & 0o077:
                return _problem(ProblemKind.OPEN_FILE, provider, path=path)
            content = os.read(file_number, SECRET_BYTES + 1)
        finally:
            os.close(file_number)
    except OSError as error:
        return _problem(ProblemKind.NO_FILE, provider, path=path, why=error.strerror)
    return _usable(provider, content.decode("utf-8", "replace").rstrip("\r\n"))


def _usable(provider: str, text: str) -> Secret | SecretProblem:
    """A header can carry it: HTTP allows no control characters there, and nobody issues others."""
    if text and len(text) <= SECRET_BYTES and text.isascii() and text.isprintable() and text == text.strip():
        return Secret(text)
    return _problem(ProblemKind.UNUSABLE, provider)


def _service(provider: str) -> str:
    return f"TrayUptime/{provider}"


def _problem(kind: ProblemKind, provider: str, **facts: object) -> SecretProblem:
    return SecretProblem(kind, _SENTENCES[kind].format(id=provider, **facts))


_REFUSALS = (ProblemKind.LOCKED, ProblemKind.TIMED_OUT)

UNREAD = frozenset({*_REFUSALS, ProblemKind.NO_BACKEND, ProblemKind.FAILED})
"""The keyring could not be looked into, so the key may well be there."""

_UNLOCK = "Choose Unlock keyring… in the menu, or run: trayuptime provider key --again"
_ELSEWHERE = 'Keep the key in a variable or a file instead: key = "env:NAME" or key = "file:PATH".'

_SENTENCES = {
    ProblemKind.MISSING: "The keyring holds no key for {id}. Store it with: trayuptime provider key {id}",
    ProblemKind.LOCKED: f"The keyring is locked. {_UNLOCK}",
    ProblemKind.NO_BACKEND: f"No keyring can be used here. {_ELSEWHERE}",
    ProblemKind.REFUSED_BACKEND: (
        f"The keyring set up here does not keep secrets safe, so it is not used. {_ELSEWHERE}"
    ),
    ProblemKind.TIMED_OUT: (
        f"The keyring did not answer within {{budget_s:g}} s; it may be waiting for its password. {_UNLOCK}"
    ),
    ProblemKind.FAILED: "The keyring failed. Try again; trayuptime doctor says which keyring it is.",
    ProblemKind.NOT_SET: (
        "The environment variable {name} is not set, so there is no key for {id}. "
        "Set it, then start TrayUptime again."
    ),
    ProblemKind.NO_FILE: "The key of {id} cannot be read from {path}: {why}.",
    ProblemKind.OPEN_FILE: (
        "Others may read {path}, so the key of {id} is not taken from it. Close it with: chmod 600 {path}"
    ),
    ProblemKind.TOO_LONG: (
        "The key of {id} is longer than the 1280 characters that the keyring of Windows holds. "
        'Keep it in a file of its own: key = "file:PATH".'
    ),
    ProblemKind.UNUSABLE: (
        "What is stored as the key of {id} cannot be one: it is empty, too long, or holds line breaks, "
        "spaces around it or characters outside ASCII. Store it again, without them."
    ),
}
