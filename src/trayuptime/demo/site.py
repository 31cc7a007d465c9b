"""A simulated web site on loopback: one request, one answer, then the connection ends."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

HOST = "127.0.0.1"
HEAD_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site says, and after how long, in real seconds."""

    status: HTTPStatus
    content_type: str
    body: bytes
    after_s: float = 0.0


Respond = Callable[[str], Answer]
"""From the path that was asked for to the answer; called when the request has been read."""


class Site:
    """Has its port from the start to `close`, and answers from `open` on, on the loop it was opened in."""

    def __init__(self, respond: Respond) -> None:
        """Takes a free port.

        Raises:
            OSError: there is none.
        """
        self._respond = respond
        self._socket = socket.create_server((HOST, 0))
        self._server: asyncio.Server | None = None
        self._visits: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.url = f"http://{HOST}:{self._socket.getsockname()[1]}"

    async def open(self) -> None:
        """Answers from now on."""
        self._server = await asyncio.start_server(self._visited, sock=self._socket, limit=HEAD_BYTES)

    async def close(self) -> None:
        """Hangs up on everybody and gives the port back, opened or not; may be called again."""
        if self._server is not None:
            self._server.close()
        self._socket.close()
        visits = list(self._visits)
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)

    def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._visits[visit] = writer
        visit.add_done_callback(lambda done: self._visits.pop(done).close())

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            head = await reader.readuntil(b"\r\n\r\n")
            answer = self._respond(_path(head))
            await asyncio.sleep(answer.after_s)
            writer.write(_bytes(answer))
            await writer.drain()


def _path(head: bytes) -> str:
    _, _, rest = head.partition(b" ")
    return rest.partition(b" ")[0].partition(b"?")[0].decode("latin-1")


def _bytes(answer: Answer) -> bytes:
    head = (
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}\r\n"
        f"Content-Type: {answer.content_type}\r\n"
        f"Content-Length: {len(answer.body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode("ascii") + answer.body
