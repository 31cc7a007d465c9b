"""Vendors on loopback: llmock, which nobody here wrote, and servers of our own that listen or stay silent."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

LLMOCK = Path(sys.executable).with_name("llmock")
_PATIENCE_S = 20.0
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Served:
    """One request as llmock's journal has it; `at` is in milliseconds since 1970."""

    at: float
    path: str
    status: int


class Vendor:
    """One llmock server; made by `llmock`."""

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def openai_url(self) -> str:
        """The base URL of its OpenAI-compatible side."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def anthropic_url(self) -> str:
        """The base URL of its Anthropic-compatible side."""
        return f"http://127.0.0.1:{self.port}/anthropic"

    def fail(self, status: int = 503) -> None:
        """From now on every answer is this failure."""
        self._call(
            "POST", "scenario", {"behaviors": [{"type": "fail", "status": status, "times": 1_000_000}]}
        )

    def slow_down(self, seconds: float) -> None:
        """From now on every answer takes this much longer."""
        self._call(
            "POST", "scenario", {"behaviors": [{"type": "delay", "seconds": seconds, "times": 1_000_000}]}
        )

    def heal(self) -> None:
        """From now on every answer is as it should be."""
        self._call("DELETE", "scenario")

    def reset(self) -> None:
        """Healthy, and with an empty journal."""
        self._call("POST", "reset")

    def served(self) -> list[Served]:
        """Every request since the last reset, oldest first."""
        # The journal's clock is the machine's monotonic one.
        epoch_s = time.time() - time.monotonic()
        return [
            Served((epoch_s + line["started_at"]) * 1000, line["path"], line["status"])
            for line in self._call("GET", "requests")["requests"]
        ]

    def _call(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/_llmock/{path}",
            None if body is None else json.dumps(body).encode(),
            method=method,
        )
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:
            return json.load(answer)


class Recorder:
    """Notes every request with its headers, and answers it as it was told to; made by `recorder`.

    Attributes:
        heard: method, path and headers (their names in lower case) of each request, oldest first.
    """

    def __init__(self, port: int, heard: list[tuple[str, str, dict[str, str]]]) -> None:
        self.port = port
        self.heard = heard

    def headers(self, name: str) -> list[str | None]:
        """This header of each request."""
        return [headers.get(name.lower()) for _, _, headers in self.heard]


@contextmanager
def llmock(log: Path) -> Iterator[Vendor]:
    """Run a server of its own, ready when entered, gone when left."""
    for _ in range(_TRIES):
        port = _free_port()
        with log.open("ab") as out:
            process = subprocess.Popen(
                [LLMOCK, "serve", "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            if _answers(process, port):
                yield Vendor(port)
                return
        finally:
            process.kill()
            process.wait()
    raise AssertionError(f"llmock does not start: {log.read_text(errors='replace')}")


@contextmanager
def recorder(answer: Callable[[str, dict[str, str]], tuple[int, object]]) -> Iterator[Recorder]:
    """A server that notes what it hears.

    Args:
        answer: from a path and its headers to a status and what to send as JSON.
    """
    heard: list[tuple[str, str, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard.append((self.command, self.path, headers))
            status, content = answer(self.path, headers)
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_HEAD = do_CONNECT = _take  # noqa: N815  the library's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), name="recorder")
        thread.start()
        try:
            yield Recorder(server.server_port, heard)
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def silent_server() -> Iterator[socket.socket]:
    """A socket that listens and whose connections nobody answers; `accept` tells that one was made."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(_PATIENCE_S)
        yield server


@pytest.fixture(scope="session")
def running_llmocks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vendor, Vendor]]:
    """Two servers for all tests; a test takes `vendors`."""
    folder = tmp_path_factory.mktemp("llmock")
    with ExitStack() as stack:
        yield (
            stack.enter_context(llmock(folder / "one.log")),
            stack.enter_context(llmock(folder / "other.log")),
        )


@pytest.fixture
def vendors(running_llmocks: tuple[Vendor, Vendor]) -> tuple[Vendor, Vendor]:
    """Two healthy vendors that have not been asked anything."""
    for vendor in running_llmocks:
        vendor.reset()
    return running_llmocks


def _answers(process: "subprocess.Popen[bytes]", port: int) -> bool:
    give_up_at = time.monotonic() + _PATIENCE_S
    while process.poll() is None and time.monotonic() < give_up_at:
        try:
            Vendor(port).served()
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
        else:
            return True
    return False


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port: int = server.getsockname()[1]
    return port
