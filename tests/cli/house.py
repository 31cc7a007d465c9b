"""A home of a test's own, commands run in it, and an engine that is a real process."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from trayuptime.cli.main import main

PATIENCE_S = 20.0
SOON_S = 2.0
"""How long an engine may take to end."""
PROGRAM = (sys.executable, "-m", "trayuptime")


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, which must be one line."""
        assert self.out.count("\n") == 1, self.out
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class House:
    """One `TRAYUPTIME_HOME`."""

    root: Path
    capsys: pytest.CaptureFixture[str] | None = None
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def config_file(self) -> Path:
        return self.root / "config.toml"

    def write(self, *providers: str, polling: str = "") -> None:
        """A configuration; each provider is `section`."""
        fast = 'interval = "1s"\nretry_interval = "50ms"\ntimeout = "1s"'
        self.config_file.write_text(f"[polling]\n{polling or fast}\n\n" + "\n".join(providers))

    def run(self, *argv: str) -> Ran:
        """A command inside this process, whose environment must name this home."""
        assert self.capsys is not None
        self.capsys.readouterr()
        try:
            code = main(list(argv))
        except SystemExit as ended:  # argparse's own way out
            code = ended.code if isinstance(ended.code, int) else 1
        out, err = self.capsys.readouterr()
        return Ran(int(code), out, err)

    def program(self, *argv: str, **environ: str) -> Ran:
        """A command as a process."""
        done = subprocess.run(
            [*PROGRAM, *argv],
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            env=self._environ(environ),
            stdin=subprocess.DEVNULL,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def engine(
        self, *options: str, command: tuple[str, ...] = PROGRAM, **environ: str
    ) -> Iterator["Running"]:
        """`run --headless --json`, watched line by line; ended when left."""
        process = subprocess.Popen(
            [*command, "run", "--headless", *(options or ("--json",))],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environ(environ),
            stdin=subprocess.DEVNULL,
        )
        running = Running(process)
        try:
            yield running
        finally:
            if process.poll() is None:
                process.kill()
            running.close()

    def _environ(self, more: Mapping[str, str]) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        return {**kept, "TRAYUPTIME_HOME": str(self.root), **self.environ, **more}


class Running:
    """An engine's process and what it says."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.said: list[str] = []
        self.complained: list[str] = []
        self._out: queue.Queue[str] = queue.Queue()
        self._err: queue.Queue[str] = queue.Queue()
        self._threads = [
            threading.Thread(target=_drain, args=(process.stdout, self._out), daemon=True),
            threading.Thread(target=_drain, args=(process.stderr, self._err), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def line(self) -> str:
        """The next line of its output."""
        line = self._out.get(timeout=PATIENCE_S)
        assert line, f"the engine ended: {self.errors()}"
        self.said.append(line)
        return line

    def event(self, name: str, provider: str | None = None) -> dict[str, Any]:
        """The next event of this name; those before it are in `said`."""
        while True:
            event: dict[str, Any] = json.loads(self.line())
            if event["event"] == name and provider in {None, event.get("provider")}:
                return event

    def error(self, part: str) -> str:
        """The next line of its complaints with this in it."""
        while True:
            line = self._err.get(timeout=PATIENCE_S)
            assert line, f"it never said {part!r}"
            self.complained.append(line)
            if part in line:
                return line

    def errors(self) -> str:
        """Everything it complained of, after its end."""
        self._threads[1].join(PATIENCE_S)
        while not self._err.empty():
            self.complained.append(self._err.get())
        return "".join(self.complained)

    def rest(self) -> str:
        """Everything it said, after its end."""
        self._threads[0].join(PATIENCE_S)
        while not self._out.empty():
            self.said.append(self._out.get())
        return "".join(self.said)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Asks it to end, which it does soon; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(SOON_S)

    def close(self) -> None:
        self.process.wait(PATIENCE_S)
        for thread in self._threads:
            thread.join(PATIENCE_S)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


def section(name: str, port: int, *lines: str) -> str:
    """A keyless OpenAI-compatible provider on loopback."""
    return "\n".join(
        [
            "[[provider]]",
            f'id = "{name}"',
            'kind = "openai-compatible"',
            f'base_url = "http://127.0.0.1:{port}/v1"',
            *lines,
            "",
        ]
    )


def _drain(stream: Any, into: "queue.Queue[str]") -> None:
    for line in stream:
        into.put(line)
    into.put("")
