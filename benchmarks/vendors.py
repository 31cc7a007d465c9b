"""Vendors on loopback in a process of their own, so that none of their work is counted as a watcher's.

Each vendor is a port that answers `GET /LABEL/v1/models` over TLS with a short list, and closes. The label in
the path says who asked; asked on its standard input, the process says how often each label did. It ends when
its standard input does.
"""

import asyncio
import json
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ADDRESS = "127.0.0.1"
ROOT = Path(__file__).parents[1]
_BODY = json.dumps(
    {"object": "list", "data": [{"id": f"model-{n}", "object": "model"} for n in range(8)]}
).encode()
_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n" % len(_BODY)
) + _BODY
_PATIENCE_S = 10.0


class Vendors:
    """The running vendors, as the one who measures sees them."""

    def __init__(self, process: "subprocess.Popen[str]", ports: Sequence[int]) -> None:
        self._process = process
        self._ports = ports

    def base_urls(self, label: str, number: int) -> list[str]:
        """The addresses of the first so many vendors, up to and with `/v1`."""
        return [f"https://{ADDRESS}:{port}/{label}/v1" for port in self._ports[:number]]

    def answered(self) -> Counter[str]:
        """How many questions of each label were answered so far."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return Counter(json.loads(self._process.stdout.readline()))


@contextmanager
def open_vendors(certificate: Path, number: int) -> Iterator[Vendors]:
    """Runs so many vendors with this certificate and key; ready when entered, gone when left."""
    argv = [sys.executable, "-m", "benchmarks.vendors", str(certificate), str(number)]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    with process:  # leaving closes its standard input, and waits
        assert process.stdout is not None
        yield Vendors(process, json.loads(process.stdout.readline()))


async def _serve(certificate: str, number: int) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    counts: Counter[str] = Counter()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _PATIENCE_S)
            writer.write(_ANSWER)
            await writer.drain()
            counts[head.split(b"/", 2)[1].decode()] += 1
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pass  # the watcher was ended in the middle of its question
        finally:
            writer.close()

    servers = [await asyncio.start_server(answer, ADDRESS, 0, ssl=context) for _ in range(number)]
    _say([server.sockets[0].getsockname()[1] for server in servers])
    asked = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(asked), sys.stdin)
    while await asked.readline():
        _say(counts)


def _say(value: object) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
