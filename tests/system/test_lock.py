import fcntl
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trayuptime.system import lock
from trayuptime.system.lock import Holder, LockUnusableError, Mode, acquire, holder

Start = Callable[[Path], subprocess.Popen[str]]

_ENGINE = """
import sys
from pathlib import Path
from trayuptime.system import lock
from trayuptime.system.lock import Mode, acquire
lock = acquire(Path(sys.argv[1]), Mode.HEADLESS)
print("held" if lock else "refused", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(path: Path) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", _ENGINE, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _says(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "engine.lock"
    engine = start(path)
    assert _says(engine) == "held"

    assert acquire(path, Mode.TRAY) is None
    assert holder(path) == Holder(engine.pid, Mode.HEADLESS)
    assert _says(start(path)) == "refused"


def test_the_lock_dies_with_a_killed_holder(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "engine.lock"
    engine = start(path)
    assert _says(engine) == "held"

    engine.send_signal(signal.SIGKILL)
    engine.wait()

    assert holder(path) is None
    with acquire(path, Mode.TRAY) or pytest.fail("still locked"):
        assert holder(path) == Holder(os.getpid(), Mode.TRAY)


def test_a_released_lock_is_free_and_forgets_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "engine.lock"
    taken = acquire(path, Mode.COMMAND)
    assert taken

    taken.release()
    taken.release()

    assert holder(path) is None
    assert path.read_text() == ""


def test_nobody_holds_what_was_never_made(tmp_path: Path) -> None:
    assert holder(tmp_path / "engine.lock") is None
    assert not (tmp_path / "engine.lock").exists()


def test_the_lock_file_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "engine.lock"

    with acquire(path, Mode.TRAY) or pytest.fail("locked"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_holder_that_has_not_written_yet_is_a_holder(tmp_path: Path) -> None:
    path = tmp_path / "engine.lock"
    with path.open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        assert holder(path) == Holder(None, None)


def test_a_command_that_looks_at_the_lock_is_not_taken_for_an_engine(tmp_path: Path) -> None:
    path = tmp_path / "engine.lock"
    with path.open("w+") as looking, path.open("r+") as starting:
        fcntl.flock(looking, fcntl.LOCK_SH)
        while_looking = lock._try(path, starting.fileno(), Mode.TRAY)
        fcntl.flock(looking, fcntl.LOCK_UN)
        afterwards = lock._try(path, starting.fileno(), Mode.TRAY)

    assert while_looking is lock._Outcome.AGAIN
    assert afterwards is lock._Outcome.OURS


def test_a_lock_file_removed_from_under_its_holder_does_not_lock_the_next_out(tmp_path: Path) -> None:
    path = tmp_path / "engine.lock"
    first = acquire(path, Mode.TRAY)
    path.unlink()
    second = acquire(path, Mode.TRAY)

    assert first
    assert second
    assert acquire(path, Mode.TRAY) is None
    first.release()
    second.release()


@pytest.mark.parametrize("ask", [lambda path: acquire(path, Mode.TRAY), holder])
def test_what_cannot_be_opened_is_named(ask: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(LockUnusableError, match=r"Cannot open .*: Is a directory"):
        ask(tmp_path)
