"""The private local socket of the running engine: one JSON object asked, one answered, a line each.

The socket is the user's alone (mode 0600, in a directory of mode 0700), and on Linux the other end's user is
checked besides. Asking blocks and is for commands; the engine answers on its own loop.
"""

import asyncio
import contextlib
import errno
import json
import os
import socket
import stat
import struct
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Message = dict[str, Any]
"""A JSON object; an answer with `error` holds a sentence for a person there."""
Handle = Callable[[Message], Awaitable[Message]]
"""Answers one request. What it raises is our own fault: the loop's exception handler gets it."""

REQUEST_BYTES = 64 * 1024
ANSWER_BYTES = 1024 * 1024
CONVERSATIONS = 16
"""At once; more are turned away unheard."""


class NoEngineError(Exception):
    """No engine answered; the message is a sentence for a person."""


class ControlUnavailableError(Exception):
    """A private socket is not possible here; the message is a sentence for a person."""


class ControlServer:
    """Listens until `close`; lives in the loop it was made in."""

    def __init__(self, path: Path, handle: Handle, uid: int, timeout_s: float) -> None:
        self._path = path
        self._handle = handle
        self._uid = uid
        self._timeout_s = timeout_s
        self._server: asyncio.Server | None = None
        self._inode = 0
        self._conversations: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def open(self) -> None:
        """Takes the place of a socket that an engine left behind when it was killed.

        Raises:
            ControlUnavailableError: no such sockets here, the path is unfit, or another engine answers there.
        """
        listening = _bind(self._path)
        self._inode = self._path.lstat().st_ino
        self._server = await asyncio.start_unix_server(self._connected, sock=listening, limit=REQUEST_BYTES)

    async def close(self) -> None:
        """Stops listening, ends every conversation and removes the socket; may be called again."""
        if self._server is None:
            return
        self._server.close()
        self._server = None
        conversations = list(self._conversations)
        for conversation in conversations:
            conversation.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)
        with contextlib.suppress(OSError):  # already gone, or its directory is
            if self._path.lstat().st_ino == self._inode:
                self._path.unlink()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None or len(self._conversations) >= CONVERSATIONS:
            writer.close()
            return
        conversation = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._conversations[conversation] = writer
        conversation.add_done_callback(self._ended)

    def _ended(self, conversation: asyncio.Task[None]) -> None:
        self._conversations.pop(conversation).close()  # here: one cancelled before it began closes nothing
        if not conversation.cancelled() and (error := conversation.exception()):
            context = {"message": "The answer to a control request failed", "exception": error}
            conversation.get_loop().call_exception_handler(context)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answer = await self._answer(reader, writer.get_extra_info("socket"))
        writer.write(_line(answer))
        with contextlib.suppress(OSError, TimeoutError):  # who asked has left: nobody to tell
            async with asyncio.timeout(self._timeout_s):
                await writer.drain()

    async def _answer(self, reader: asyncio.StreamReader, peer: socket.socket) -> Message:
        if _peer_uid(peer) not in (None, self._uid):
            return {"error": "This engine belongs to another user."}
        try:
            async with asyncio.timeout(self._timeout_s):
                request = _parse(await reader.readuntil(b"\n"))
        except TimeoutError:
            return {"error": f"No whole request arrived within {self._timeout_s:g} s."}
        except asyncio.LimitOverrunError:
            return {"error": f"A request may have at most {REQUEST_BYTES // 1024} KiB."}
        except (asyncio.IncompleteReadError, OSError):
            return {"error": "The request ended before its line did."}
        except ValueError:
            return {"error": "A request must be one JSON object on one line."}
        return await self._handle(request)


async def serve(
    path: Path, handle: Handle, *, uid: int | None = None, timeout_s: float = 10.0
) -> ControlServer:
    """Starts to answer at `path`, whose directory must exist and be private.

    Args:
        path: see `Home.socket_path`.
        handle: what answers.
        uid: whose requests are heard; `None` for those of the engine's own user.
        timeout_s: for a request to arrive and for its answer to be taken; `handle` takes what it needs.

    Raises:
        ControlUnavailableError: as `ControlServer.open`.
    """
    _need_unix_sockets()
    server = ControlServer(path, handle, os.geteuid() if uid is None else uid, timeout_s)
    await server.open()
    return server


def send(path: Path, request: Message, timeout_s: float = 10.0) -> Message:
    """Asks the engine at `path` and waits for its answer, at most `timeout_s` in all.

    Raises:
        NoEngineError: nobody answers, or not in time, or not as an engine does.
        ControlUnavailableError: this platform has no such sockets.
        ValueError: the request is too large.
    """
    _need_unix_sockets()
    line = _line(request)
    if len(line) > REQUEST_BYTES:
        raise ValueError(f"a request may have at most {REQUEST_BYTES} bytes")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        try:
            return _parse(_exchange(client, path, line, timeout_s))
        except TimeoutError as error:
            raise NoEngineError(f"The engine did not answer within {timeout_s:g} s.") from error
        except (ConnectionRefusedError, FileNotFoundError) as error:
            raise NoEngineError("No engine is running here.") from error
        except OSError as error:
            raise NoEngineError(f"The engine cannot be asked at {path}: {error}.") from error
        except ValueError as error:
            raise NoEngineError("The engine ended the conversation without an answer.") from error


def _exchange(client: socket.socket, path: Path, line: bytes, timeout_s: float) -> bytes:
    ends_at = time.monotonic() + timeout_s
    client.settimeout(timeout_s)
    client.connect(os.fsencode(path))
    if _peer_uid(client) not in (None, os.geteuid()):
        raise PermissionError(errno.EPERM, "it belongs to another user")
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # turned away; the reason may be waiting
        client.sendall(line)
    answer = bytearray()
    while not answer.endswith(b"\n") and len(answer) <= ANSWER_BYTES:
        client.settimeout(max(0.001, ends_at - time.monotonic()))
        if not (piece := client.recv(64 * 1024)):
            break
        answer += piece
    return bytes(answer)


def _bind(path: Path) -> socket.socket:
    _remove_stale(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(os.fsencode(path))
        path.chmod(0o600)  # before anybody can connect: it does not listen yet
    except OSError as error:
        listening.close()
        raise ControlUnavailableError(f"Cannot listen at {path}: {error}.") from error
    listening.setblocking(False)
    return listening


def _remove_stale(path: Path) -> None:
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise ControlUnavailableError(f"{path} is in the way: it is not a socket.")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.setblocking(False)
            client.connect(os.fsencode(path))
    except FileNotFoundError:
        return
    except ConnectionRefusedError:
        path.unlink(missing_ok=True)
        return
    except BlockingIOError:
        pass  # somebody listens, with more callers waiting than it takes
    except OSError as error:
        raise ControlUnavailableError(f"Cannot listen at {path}: {error}.") from error
    raise ControlUnavailableError(f"Another engine already answers at {path}.")


def _peer_uid(connection: socket.socket) -> int | None:
    """The user at the other end; `None` where the platform does not tell."""
    if sys.platform != "linux":
        return None
    facts = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", facts)
    return int(uid)


def _line(message: Message) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def _parse(line: bytes) -> Message:
    """Raises `ValueError` unless it is one JSON object."""
    try:
        message = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(message, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - the sender's value, not our type
    return message


def _need_unix_sockets() -> None:
    if not hasattr(socket, "AF_UNIX"):
        raise ControlUnavailableError(
            "This system has no private local sockets: a running engine cannot be asked."
        )
