import asyncio
import json
import os
import socket
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from trayuptime.system.control import (
    REQUEST_BYTES,
    ControlUnavailableError,
    Message,
    NoEngineError,
    send,
    serve,
)

T = TypeVar("T")


async def _echo(request: Message) -> Message:
    return {"heard": request}


def _served(path: Path, ask: Callable[[], T], **options: Any) -> T:
    async def run() -> T:
        async with await serve(path, _echo, **options):
            return await asyncio.to_thread(ask)

    return asyncio.run(run())


def _raw(path: Path, sent: bytes, *, finish: bool = False) -> Message:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(path))
        client.sendall(sent)
        if finish:
            client.shutdown(socket.SHUT_WR)
        answer: Message = json.loads(client.makefile().readline())
        return answer


def test_a_request_gets_its_answer(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"

    assert _served(path, lambda: send(path, {"do": "pause", "für": "1 h"})) == {
        "heard": {"do": "pause", "für": "1 h"}
    }


def test_several_may_ask_at_once(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"

    async def run() -> list[Message]:
        async with await serve(path, _echo):
            asking = (asyncio.to_thread(send, path, {"n": n}) for n in range(10))
            return await asyncio.gather(*asking)

    assert [answer["heard"]["n"] for answer in asyncio.run(run())] == list(range(10))


def test_the_socket_is_the_owners_alone_and_removed_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"

    assert _served(path, lambda: stat.S_IMODE(path.stat().st_mode)) == 0o600
    assert not path.exists()


def test_a_socket_left_behind_by_a_killed_engine_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))

    assert _served(path, lambda: send(path, {})) == {"heard": {}}


def test_an_engine_that_still_answers_is_not_pushed_aside(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"

    async def run() -> Message:
        async with await serve(path, _echo):
            with pytest.raises(ControlUnavailableError, match="Another engine already answers"):
                await serve(path, _echo)
            return await asyncio.to_thread(send, path, {"still": "here"})

    assert asyncio.run(run()) == {"heard": {"still": "here"}}


def test_another_kind_of_file_is_never_removed(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"
    path.write_text("precious")

    with pytest.raises(ControlUnavailableError, match="is in the way"):
        asyncio.run(serve(path, _echo))

    assert path.read_text() == "precious"


@pytest.mark.parametrize("path", [Path("/nowhere/e.sock"), Path("/tmp", "x" * 120)])
def test_a_place_that_does_not_do_is_named(path: Path) -> None:
    with pytest.raises(ControlUnavailableError, match="Cannot listen at /"):
        asyncio.run(serve(path, _echo))


@pytest.mark.parametrize(
    "line",
    [b"nonsense\n", b"[1]\n", b"\xff\xfe\n", b"\n", b"{}{}\n", b"[" * 60_000 + b"\n"],
    ids=["words", "array", "not utf-8", "empty", "two objects", "deep"],
)
def test_a_malformed_request_is_answered_with_an_error(line: bytes, tmp_path: Path) -> None:
    path = tmp_path / "e.sock"

    answer = _served(path, lambda: _raw(path, line))

    assert answer == {"error": "A request must be one JSON object on one line."}


def test_a_request_without_an_end_is_answered_with_an_error(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"

    answer = _served(path, lambda: _raw(path, b'{"do"', finish=True))

    assert answer == {"error": "The request ended before its line did."}


def test_a_request_that_is_too_large_is_refused_at_both_ends(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"

    with pytest.raises(ValueError, match="at most 65536 bytes"):
        send(path, {"text": "x" * REQUEST_BYTES})
    answer = _served(path, lambda: _raw(path, b"x" * (REQUEST_BYTES + 10)))

    assert answer == {"error": "A request may have at most 64 KiB."}


def test_a_caller_that_says_nothing_is_sent_away_in_time(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"

    answer = _served(path, lambda: _raw(path, b'{"do"'), timeout_s=0.05)

    assert answer == {"error": "No whole request arrived within 0.05 s."}


def test_another_user_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"

    answer = _served(path, lambda: send(path, {"do": "quit"}), uid=os.geteuid() + 1)

    assert answer == {"error": "This engine belongs to another user."}


def _never_served(path: Path, handle: Callable[[Message], Awaitable[Message]], timeout_s: float) -> str:
    async def run() -> str:
        faults: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
        async with await serve(path, handle):
            with pytest.raises(NoEngineError) as caught:
                await asyncio.to_thread(send, path, {}, timeout_s)
        return " ".join([str(caught.value), *(str(fault["exception"]) for fault in faults)])

    return asyncio.run(run())


def test_an_engine_that_does_not_answer_in_time_is_none(tmp_path: Path) -> None:
    async def silent(_: Message) -> Message:
        await asyncio.Event().wait()
        return {}

    said = _never_served(tmp_path / "e.sock", silent, 0.05)

    assert said == "The engine did not answer within 0.05 s."


def test_our_own_fault_in_answering_reaches_the_loop_and_ends_the_conversation(tmp_path: Path) -> None:
    async def broken(_: Message) -> Message:
        raise LookupError("our fault")

    said = _never_served(tmp_path / "e.sock", broken, 10)

    assert said == "The engine ended the conversation without an answer. our fault"


@pytest.mark.parametrize("left_behind", [True, False])
def test_without_an_engine_the_sentence_says_so(left_behind: bool, tmp_path: Path) -> None:
    path = tmp_path / "e.sock"
    if left_behind:
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(path))

    with pytest.raises(NoEngineError, match="No engine is running here"):
        send(path, {})


def test_an_unreachable_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoEngineError, match=r"cannot be asked at .*Not a directory"):
        send(Path(__file__, "e.sock"), {})


def test_closing_ends_open_conversations(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"

    async def run() -> bytes:
        asked = asyncio.Event()

        async def thinking(_: Message) -> Message:
            asked.set()
            await asyncio.Event().wait()
            return {}

        server = await serve(path, thinking)
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(b"{}\n")
        await asked.wait()
        await server.close()
        await server.close()
        left = await reader.read()
        writer.close()
        return left

    assert asyncio.run(run()) == b""


def test_a_socket_that_has_been_replaced_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"

    async def run() -> None:
        async with await serve(path, _echo):
            path.rename(tmp_path / "moved.sock")
            path.write_text("another's")

    asyncio.run(run())

    assert path.read_text() == "another's"


def test_a_system_without_such_sockets_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        monkeypatch.delattr(socket, "AF_UNIX")
        with pytest.raises(ControlUnavailableError, match="no private local sockets"):
            await serve(tmp_path / "e.sock", _echo)
        with pytest.raises(ControlUnavailableError, match="no private local sockets"):
            send(tmp_path / "e.sock", {})
        monkeypatch.undo()

    asyncio.run(run())
