import tracemalloc
import zlib

import pytest

import hostile
from hostile import Hostile
from net.asking import ask
from trayuptime.core.evidence import Failure
from trayuptime.net.body import BODY_LIMIT, KEPT_OVER_LIMIT, Body
from trayuptime.net.transport import Transport


def test_an_endless_body_is_left_with_its_first_words_kept(transport: Transport) -> None:
    with Hostile(hostile.endless_body) as server:
        seen = ask(transport, server.url())

    assert (seen.failure, seen.status) == (Failure.LIMIT, 200)
    assert seen.body.startswith(b"first words")
    assert len(seen.body) == KEPT_OVER_LIMIT
    assert seen.failure_text == "the answer is over 1 MiB"


def test_a_bomb_is_never_unpacked(transport: Transport) -> None:
    with Hostile(hostile.gzip_bomb) as server:
        tracemalloc.start()
        try:
            seen = ask(transport, server.url())
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert (seen.failure, seen.status) == (Failure.LIMIT, 200)
    assert (
        peak < 10 * BODY_LIMIT
    )  # its gigabyte would be a thousand; the server's own buffers are counted too


def test_a_body_of_just_the_limit_is_taken(transport: Transport) -> None:
    with Hostile(hostile.answer("200 OK", b"x" * BODY_LIMIT)) as server:
        seen = ask(transport, server.url())

    assert (seen.failure, len(seen.body)) == (None, BODY_LIMIT)


def test_one_byte_more_is_too_much(transport: Transport) -> None:
    with Hostile(hostile.answer("200 OK", b"x" * (BODY_LIMIT + 1))) as server:
        seen = ask(transport, server.url())

    assert seen.failure is Failure.LIMIT


def test_headers_of_60_kb_are_taken(transport: Transport) -> None:
    with Hostile(hostile.huge_headers(60_000)) as server:
        seen = ask(transport, server.url())

    assert (seen.failure, seen.status) == (None, 200)


@pytest.mark.parametrize(("size", "status"), [(70_000, 200), (200_000, None)])
def test_headers_over_64_kib_are_too_much(transport: Transport, size: int, status: int | None) -> None:
    """Above 100 KB h11 gives up before there is a status to keep."""
    with Hostile(hostile.huge_headers(size)) as server:
        seen = ask(transport, server.url())

    assert (seen.failure, seen.status) == (Failure.LIMIT, status)
    assert "headers" in seen.failure_text


def test_interim_answers_count_as_headers(transport: Transport) -> None:
    with Hostile(hostile.endless_interim_answers) as server:
        seen = ask(transport, server.url())

    assert seen.failure is Failure.LIMIT


def _packed(data: bytes, window: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return packer.compress(data) + packer.flush()


GZIP = 16 + zlib.MAX_WBITS


@pytest.mark.parametrize(
    ("encoding", "raw"),
    [
        ("", b"hello hello"),
        ("identity", b"hello hello"),
        ("gzip", _packed(b"hello hello", GZIP)),
        (" X-GZIP ", _packed(b"hello hello", GZIP)),
        ("deflate", _packed(b"hello hello", zlib.MAX_WBITS)),
        ("deflate", _packed(b"hello hello", -zlib.MAX_WBITS)),
        ("gzip", _packed(b"hello", GZIP) + _packed(b" hello", GZIP)),
        ("gzip", _packed(b"hello hello", GZIP) + b"\0\0\0"),
    ],
)
@pytest.mark.parametrize("step", [1, 5, 1000])
def test_a_body_means_the_same_however_it_is_packed_and_cut(encoding: str, raw: bytes, step: int) -> None:
    body = Body(encoding)

    for start in range(0, len(raw), step):
        body.take(raw[start : start + step])
    body.finish()

    assert body.content == b"hello hello"


def test_an_empty_body_may_claim_to_be_compressed() -> None:
    body = Body("gzip")

    body.finish()

    assert body.content == b""
