import asyncio
import contextlib
import copy
import json
import os
import pickle
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from trayuptime.config.keys import EnvKey, FileKey, KeyRef, KeyringKey, NoKey
from trayuptime.system.files import watch_file
from trayuptime.system.secret_helper import ProblemKind
from trayuptime.system.secrets import (
    HELPER,
    SECRET_BYTES,
    Keyring,
    Secret,
    SecretProblem,
    SecretStore,
    delete,
    describe,
    fetch,
    store,
)
from trayuptime.system.secrets import copy as copy_secret

KEY = "sk-do-not-show-9f3a"
CHAINER = "keyring.backends.chainer.ChainerBackend"
HERE = Path(__file__).parent
HELPER_CODE = "import fake_keyrings; fake_keyrings.helper()"


class Desk:
    """An environment with one of the fake keyrings, and the helper that may use it."""

    def __init__(self, tmp_path: Path, keyring: str, *allowed: str) -> None:
        self.notes = tmp_path / "asked"
        self.kept = tmp_path / "kept"
        self.environ = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
            "PYTHON_KEYRING_BACKEND": keyring if "." in keyring else f"fake_keyrings.{keyring}",
            "FAKE_KEYRING": str(self.kept),
            "FAKE_KEYRING_ASKED": str(self.notes),
        }
        self.helper = [sys.executable, "-P", "-c", HELPER_CODE, *(allowed or [keyring])]

    def fetch(self, *providers: str, budget_s: float = 30) -> dict[str, Secret | SecretProblem]:
        refs = {provider: KeyringKey() for provider in providers}
        return asyncio.run(fetch(refs, self.environ, budget_s, helper=self.helper))

    def store(self, provider: str, secret: str) -> SecretProblem | None:
        return asyncio.run(store(provider, secret, self.environ, helper=self.helper))

    def delete(self, provider: str) -> SecretProblem | None:
        return asyncio.run(delete(provider, self.environ, helper=self.helper))

    def copy(self, provider: str, to: str) -> SecretProblem | None:
        return asyncio.run(copy_secret(provider, to, self.environ, helper=self.helper))

    def asked(self) -> list[tuple[str, str]]:
        return [(keyring, service) for keyring, service, _ in self._notes()]

    def seen_by_all(self) -> str:
        return " ".join(seen for _, _, seen in self._notes())

    def _notes(self) -> list[tuple[str, str, str]]:
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        return [(keyring, service, seen) for keyring, service, seen in map(json.loads, lines)]


def _kinds(found: Mapping[str, Secret | SecretProblem]) -> dict[str, ProblemKind | str]:
    return {
        provider: answer.kind if isinstance(answer, SecretProblem) else answer.reveal()
        for provider, answer in found.items()
    }


def _one(ref: KeyRef, environ: Mapping[str, str] | None = None) -> Secret | SecretProblem:
    return asyncio.run(fetch({"deepseek": ref}, environ or {}, helper=["/no/helper/needed"]))["deepseek"]


def _problem(ref: KeyRef, environ: Mapping[str, str] | None = None) -> SecretProblem:
    found = _one(ref, environ)
    assert isinstance(found, SecretProblem)
    return found


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret(KEY)

    assert KEY not in f"{secret} {secret!r} {[secret]} %s %r" % (secret, secret)
    assert secret.reveal() == KEY
    assert secret == Secret(KEY)
    assert secret != Secret("another")
    assert hash(secret) == hash(Secret(KEY))


def test_a_secret_cannot_be_written_down() -> None:
    with pytest.raises(TypeError, match="never written down"):
        pickle.dumps(Secret(KEY))
    with pytest.raises(TypeError, match="never written down"):
        copy.deepcopy(Secret(KEY))
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps(Secret(KEY))


def test_a_provider_without_a_key_has_no_answer() -> None:
    assert asyncio.run(fetch({"local": NoKey()}, {})) == {}


def test_a_key_comes_from_the_environment() -> None:
    assert _one(EnvKey("K"), {"K": KEY}) == Secret(KEY)


@pytest.mark.parametrize("environ", [{}, {"K": ""}])
def test_a_variable_that_is_not_set_is_named(environ: dict[str, str]) -> None:
    problem = _problem(EnvKey("K"), environ)

    assert problem.kind is ProblemKind.NOT_SET
    assert problem.sentence.startswith(
        "The environment variable K is not set, so there is no key for deepseek."
    )


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_key_comes_from_a_file_without_its_line_ending(ending: str, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_bytes((KEY + ending).encode())

    assert _one(FileKey(path)) == Secret(KEY)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o777])
def test_a_file_that_others_may_touch_is_refused_with_the_way_to_close_it(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(KEY)
    path.chmod(mode)

    problem = _problem(FileKey(path))

    assert problem.kind is ProblemKind.OPEN_FILE
    assert problem.sentence.endswith(f"Close it with: chmod 600 {path}")


def test_a_missing_file_a_directory_and_a_pipe_are_no_keys(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)

    for name, why in [("missing", "No such file"), ("", "not a file"), ("pipe", "not a file")]:
        problem = _problem(FileKey(tmp_path / name))
        assert problem.kind is ProblemKind.NO_FILE
        assert why in problem.sentence


@pytest.mark.parametrize(
    "text",
    [
        "a\nb",
        "a\r\nX-Evil: 1",
        "a\x00b",
        "a\tb",
        "schlüssel",
        "sk-…",
        "",
        " padded ",
        "x" * (SECRET_BYTES + 1),
    ],
)
def test_what_no_header_can_carry_is_no_key(text: str, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_text(text)

    problem = _problem(FileKey(path))

    assert problem.kind is ProblemKind.UNUSABLE
    assert not text or text not in problem.sentence


def test_a_stored_key_comes_back_and_stands_under_its_provider(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Working")

    assert desk.store("deepseek", KEY) is None
    assert desk.fetch("deepseek", "openai") == {
        "deepseek": Secret(KEY),
        "openai": SecretProblem(
            ProblemKind.MISSING,
            "The keyring holds no key for openai. Store it with: trayuptime provider key openai",
        ),
    }
    assert json.loads(desk.kept.read_text()) == {"TrayUptime/deepseek api-key": KEY}


def test_nothing_secret_is_in_the_arguments_or_the_environment_of_the_helper(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Working")

    desk.store("deepseek", KEY)
    desk.fetch("deepseek")

    assert len(desk.asked()) == 2
    assert HELPER_CODE in desk.seen_by_all()
    assert KEY not in desk.seen_by_all()


def test_a_key_that_no_header_can_carry_is_not_stored(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Working")

    problem = desk.store("deepseek", "two\nlines")

    assert problem
    assert problem.kind is ProblemKind.UNUSABLE
    assert desk.asked() == []


@pytest.mark.parametrize("keyring", ["Locked", "NotSetUp"])
def test_a_locked_keyring_is_asked_once_for_all(keyring: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, keyring)

    found = desk.fetch("a", "b", "c")

    assert set(_kinds(found).values()) == {ProblemKind.LOCKED}
    assert desk.asked() == [(keyring, "TrayUptime/a")]


@pytest.mark.parametrize(
    ("keyring", "kind"), [("Locked", ProblemKind.LOCKED), ("Broken", ProblemKind.FAILED)]
)
def test_what_cannot_be_stored_says_why(keyring: str, kind: ProblemKind, tmp_path: Path) -> None:
    problem = Desk(tmp_path, keyring).store("deepseek", KEY)

    assert problem
    assert problem.kind is kind


def test_a_keyring_that_fails_for_one_key_is_asked_for_the_next(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Broken")

    assert _kinds(desk.fetch("a", "b")) == {"a": ProblemKind.FAILED, "b": ProblemKind.FAILED}
    assert len(desk.asked()) == 2


def test_a_hanging_keyring_is_killed_when_its_time_is_up(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Hanging")
    desk.helper.append(str(tmp_path))  # a word to know the process by

    found = desk.fetch("a", "b", budget_s=0.5)

    assert _kinds(found) == {"a": ProblemKind.TIMED_OUT, "b": ProblemKind.TIMED_OUT}
    assert "within 0.5 s" in str(found["a"])
    assert not _runs_with(str(tmp_path))


def _runs_with(word: str) -> bool:
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            if word.encode() in (process / "cmdline").read_bytes().split(b"\0"):
                return True
    return False


def test_leaving_while_it_hangs_leaves_no_process_behind(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Hanging")
    desk.helper.append(str(tmp_path))

    async def run() -> None:
        asked = asyncio.Event()
        with watch_file(desk.notes, asked.set, settle_s=0):
            asking = asyncio.create_task(fetch({"a": KeyringKey()}, desk.environ, helper=desk.helper))
            await asked.wait()
        assert _runs_with(str(tmp_path))
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(run())

    assert not _runs_with(str(tmp_path))


def test_what_was_answered_before_the_helper_died_is_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Dying")
    desk.store("first", KEY)

    assert _kinds(desk.fetch("first", "second")) == {"first": KEY, "second": ProblemKind.FAILED}


@pytest.mark.parametrize(
    "helper",
    [["/no/such/program"], [sys.executable, "-c", "print('no JSON')"], [sys.executable, "-c", "1/0"]],
    ids=["missing", "talking nonsense", "crashing"],
)
def test_a_helper_that_does_not_work_is_a_failed_keyring(helper: list[str]) -> None:
    found = asyncio.run(fetch({"a": KeyringKey()}, os.environ, helper=helper))

    assert _kinds(found) == {"a": ProblemKind.FAILED}


@pytest.mark.parametrize(
    ("keyring", "kind"),
    [
        ("fake_keyrings.Plaintext", ProblemKind.REFUSED_BACKEND),
        ("keyring.backends.null.Keyring", ProblemKind.REFUSED_BACKEND),
        ("keyring.backends.fail.Keyring", ProblemKind.NO_BACKEND),
        ("no_such_module.Keyring", ProblemKind.NO_BACKEND),
        ("fake_keyrings.NoSuchKeyring", ProblemKind.NO_BACKEND),
        ("keyring.backends.Windows.WinVaultKeyring", ProblemKind.NO_BACKEND),
    ],
)
def test_a_keyring_that_is_not_safe_or_not_there_is_never_used(
    keyring: str, kind: ProblemKind, tmp_path: Path
) -> None:
    desk = Desk(tmp_path, keyring)

    found = asyncio.run(fetch({"a": KeyringKey(), "b": KeyringKey()}, desk.environ))

    assert _kinds(found) == {"a": kind, "b": kind}
    assert 'key = "env:NAME"' in str(found["a"])
    assert desk.asked() == []


def test_nothing_is_stored_in_a_keyring_that_is_not_safe(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Plaintext")

    async def run() -> tuple[SecretProblem | None, Keyring]:
        return await asyncio.gather(store("a", KEY, desk.environ), describe(desk.environ))

    stored, described = asyncio.run(run())

    assert stored
    assert stored.kind is ProblemKind.REFUSED_BACKEND
    assert described == Keyring("fake_keyrings.Plaintext", stored)
    assert not desk.kept.exists()


def test_in_a_chain_only_the_safe_keyring_is_asked(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CHAINER, "Working")

    assert desk.store("deepseek", KEY) is None
    assert desk.fetch("deepseek") == {"deepseek": Secret(KEY)}
    assert {keyring for keyring, _ in desk.asked()} == {"Working"}


def test_a_chain_of_unsafe_keyrings_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CHAINER, "none of them")

    assert _kinds(desk.fetch("deepseek")) == {"deepseek": ProblemKind.REFUSED_BACKEND}
    assert desk.asked() == []


def test_the_keyring_is_described_without_asking_it_for_anything(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Working")

    described = asyncio.run(describe(desk.environ, helper=desk.helper))

    assert described == Keyring("fake_keyrings.Working", None)
    assert desk.asked() == []


def test_a_file_beside_the_user_does_not_pass_for_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keyring.py").write_text("import os; os._exit(0)")
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path, "keyring.backends.null.Keyring")
    desk.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)

    described = asyncio.run(describe(desk.environ, helper=HELPER))

    assert described.backend == "keyring.backends.null.Keyring"


def test_a_locked_keyring_is_left_alone_until_the_user_wants_it_asked(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Locked")
    refs: dict[str, KeyRef] = {"a": KeyringKey(), "b": EnvKey("K"), "c": NoKey()}

    async def run() -> list[int]:
        secrets = SecretStore({**desk.environ, "K": KEY}, helper=desk.helper)
        dialogs = []
        for want in (False, False, True):
            if want:
                secrets.ask_again()
                assert not secrets.locked
            found = await secrets.fetch(refs)
            assert _kinds(found) == {"a": ProblemKind.LOCKED, "b": KEY}
            assert secrets.locked
            dialogs.append(len(desk.asked()))
        return dialogs

    assert asyncio.run(run()) == [1, 1, 2]


def test_two_who_ask_at_once_open_one_dialog(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Locked")

    async def run() -> None:
        secrets = SecretStore(desk.environ, helper=desk.helper)
        await asyncio.gather(*(secrets.fetch({name: KeyringKey()}) for name in "abc"))

    asyncio.run(run())

    assert len(desk.asked()) == 1


def test_a_key_that_could_be_stored_shows_the_keyring_to_be_open(tmp_path: Path) -> None:
    locked, working = Desk(tmp_path, "Locked"), Desk(tmp_path, "Working")
    environ = dict(locked.environ)

    async def run() -> dict[str, Secret | SecretProblem]:
        secrets = SecretStore(environ, helper=[*locked.helper, "Working"])
        await secrets.fetch({"a": KeyringKey()})
        assert secrets.locked
        environ.update(working.environ)  # the user unlocks it
        assert await secrets.store("a", KEY) is None
        return await secrets.fetch({"a": KeyringKey()})

    assert asyncio.run(run()) == {"a": Secret(KEY)}


def test_a_key_that_goes_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Working")
    desk.store("deepseek", KEY)
    desk.store("openai", KEY)

    assert desk.delete("deepseek") is None
    assert _kinds(desk.fetch("deepseek", "openai")) == {"deepseek": ProblemKind.MISSING, "openai": KEY}


def test_a_key_that_is_not_there_cannot_be_taken_out_or_copied(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Working")

    problems = [desk.delete("deepseek"), desk.copy("deepseek", "ds")]

    assert [problem and problem.kind for problem in problems] == [ProblemKind.MISSING] * 2


def test_a_copied_key_stands_under_both_and_never_comes_here(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Working")
    desk.store("deepseek", KEY)

    assert desk.copy("deepseek", "ds") is None
    assert _kinds(desk.fetch("deepseek", "ds")) == {"deepseek": KEY, "ds": KEY}
    assert KEY not in desk.seen_by_all()


@pytest.mark.parametrize(
    ("keyring", "kind"), [("Locked", ProblemKind.LOCKED), ("Broken", ProblemKind.FAILED)]
)
def test_what_cannot_be_taken_out_or_copied_says_why_after_one_question(
    keyring: str, kind: ProblemKind, tmp_path: Path
) -> None:
    desk = Desk(tmp_path, keyring)

    problems = [desk.delete("a"), desk.copy("a", "b")]

    assert [problem and problem.kind for problem in problems] == [kind, kind]
    assert desk.asked() == [(keyring, "TrayUptime/a")] * 2


def test_in_a_chain_a_key_is_taken_out_of_the_safe_keyring_only(tmp_path: Path) -> None:
    desk = Desk(tmp_path, CHAINER, "Working")
    desk.store("deepseek", KEY)

    assert desk.delete("deepseek") is None
    assert desk.delete("deepseek") is not None
    assert {keyring for keyring, _ in desk.asked()} == {"Working"}


def test_a_keyring_that_holds_only_short_keys_says_so_and_keeps_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Short")

    assert desk.store("deepseek", "k" * 1280) is None
    problem = desk.store("deepseek", "k" * 1281)

    assert problem
    assert problem.kind is ProblemKind.TOO_LONG
    assert "1280 characters" in problem.sentence
    assert len(json.loads(desk.kept.read_text())["TrayUptime/deepseek api-key"]) == 1280


def test_a_broken_setting_of_the_keyring_itself_is_no_crash(tmp_path: Path) -> None:
    desk = Desk(tmp_path, "Working")
    del desk.environ["PYTHON_KEYRING_BACKEND"]
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        desk.environ[name] = str(tmp_path)
    (tmp_path / "python_keyring").mkdir()
    (tmp_path / "python_keyring" / "keyringrc.cfg").write_text("no section here = true\n")

    found = desk.fetch("a")

    assert _kinds(found) == {"a": ProblemKind.NO_BACKEND}
    assert 'key = "env:NAME"' in str(found["a"])
