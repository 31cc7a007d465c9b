import asyncio
import errno
import gc
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

import hostile
from hostile import Authority, Hostile
from net.asking import KEY, NOW, SECRET, SOON_S, ask, everyone_at, run, transport_with
from trayuptime.core.evidence import Failure
from trayuptime.core.model import Reach
from trayuptime.net.resolve import Address
from trayuptime.net.transport import Request, Transport


@pytest.mark.parametrize(
    ("behaviour", "failure", "status"),
    [
        (hostile.reset, Failure.RESET, None),
        (hostile.reset_after_request, Failure.RESET, None),
        (hostile.close_unanswered, Failure.RESET, None),
        (hostile.close_in_headers, Failure.RESET, None),
        (hostile.cut_body, Failure.RESET, 200),
        (hostile.cut_chunk, Failure.RESET, 200),
        (hostile.not_http, Failure.MALFORMED, None),
        (hostile.illegal_header, Failure.MALFORMED, None),
        (hostile.unasked_brotli, Failure.MALFORMED, 200),
        (hostile.false_gzip, Failure.MALFORMED, 200),
        (hostile.half_gzip, Failure.MALFORMED, 200),
        (hostile.switching_protocols, Failure.MALFORMED, None),
    ],
)
def test_each_misbehaviour_has_its_name(
    transport: Transport, behaviour: hostile.Behaviour, failure: Failure, status: int | None
) -> None:
    with Hostile(behaviour) as server:
        seen = ask(transport, server.url())

    assert (seen.failure, seen.status) == (failure, status)
    assert "127.0.0.1" in seen.failure_text or "answer" in seen.failure_text
    assert seen.phases.total_ms is not None


@pytest.mark.parametrize(
    ("behaviour", "status", "words"),
    [
        (hostile.hang, None, "no answer from"),
        (hostile.drip_headers, None, "no answer from"),
        (hostile.drip, 200, "not complete"),
    ],
)
def test_slowness_ends_with_the_total_time(
    transport: Transport, behaviour: hostile.Behaviour, status: int | None, words: str
) -> None:
    with Hostile(behaviour) as server:
        seen = ask(transport, server.url(), timeout_s=SOON_S)

    assert (seen.failure, seen.status) == (Failure.READ_TIMEOUT, status)
    assert words in seen.failure_text
    assert "0.25 s" in seen.failure_text


def test_a_body_that_was_cut_keeps_what_came(transport: Transport) -> None:
    with Hostile(hostile.cut_body) as server:
        seen = ask(transport, server.url())

    assert seen.body == b'{"object": "li'


def test_a_server_may_hang_up_while_it_is_still_being_told(transport: Transport) -> None:
    with Hostile(hostile.reset) as server:
        seen = ask(transport, server.url(), method="POST", body=b"x" * 8_000_000)

    assert (seen.failure, seen.status) == (Failure.RESET, None)


def test_a_closed_port_refuses(transport: Transport) -> None:
    seen = ask(transport, f"http://127.0.0.1:{hostile.closed_port()}/")

    assert seen.failure is Failure.REFUSED
    assert seen.reach is Reach.LOOPBACK
    assert not seen.authentic
    assert seen.phases.connect_ms is None


def test_one_address_that_refuses_says_more_than_others_that_cannot_be_reached() -> None:
    # A link-local address without its interface cannot even be tried.
    transport = transport_with(everyone_at(("fe80::1", None), ("127.0.0.1", hostile.closed_port())))

    seen = ask(transport, "http://vendor.test/")

    assert seen.failure is Failure.REFUSED


def test_connecting_without_an_answer_is_a_connect_timeout(transport: Transport) -> None:
    with hostile.silent_port() as port:
        seen = ask(transport, f"http://127.0.0.1:{port}/", timeout_s=SOON_S)

    assert seen.failure is Failure.CONNECT_TIMEOUT
    assert seen.phases.dns_ms is not None
    assert seen.phases.connect_ms is None


def test_a_silent_first_address_does_not_hide_a_good_second_one() -> None:
    with hostile.silent_port() as silent, Hostile(hostile.json_ok) as server:
        transport = transport_with(everyone_at(("127.0.0.1", silent), ("127.0.0.1", server.port)))
        seen = ask(transport, "http://vendor.test/")

    assert seen.status == 200


def test_a_broken_ipv6_does_not_hide_a_good_ipv4() -> None:
    with Hostile(hostile.json_ok) as server:
        transport = transport_with(everyone_at(("::1", hostile.closed_port()), ("127.0.0.1", server.port)))
        seen = ask(transport, "http://vendor.test/")

    assert seen.status == 200


@pytest.mark.parametrize("number", [socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_FAIL])
def test_a_name_that_is_not_found_is_a_dns_failure(number: int) -> None:
    def lookup(_host: str, _port: int) -> Sequence[Address]:
        raise socket.gaierror(number, "words of the system")

    seen = ask(transport_with(lookup), "https://api.vendor.test/")

    assert seen.failure is Failure.DNS
    assert "api.vendor.test" in seen.failure_text
    assert seen.host == "api.vendor.test:443"
    assert seen.reach is Reach.INTERNET


def test_a_slow_name_server_is_a_dns_failure_within_the_total_time() -> None:
    release = threading.Event()

    def lookup(_host: str, _port: int) -> Sequence[Address]:
        release.wait(5)
        raise socket.gaierror(socket.EAI_AGAIN, "too late")

    seen = ask(transport_with(lookup), "https://api.vendor.test/", timeout_s=SOON_S)
    release.set()

    assert seen.failure is Failure.DNS
    assert seen.phases.dns_ms is None


def test_a_hanging_name_server_does_not_hold_the_program() -> None:
    script = """
import asyncio, threading
from trayuptime.net.transport import Request, Transport
transport = Transport(lambda: 0, "test", lookup=lambda host, port: threading.Event().wait())
request = Request("GET", "https://api.vendor.test/", timeout_s=0.05, proxy="none")
print(asyncio.run(transport.ask(request)).failure)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert ended.stdout.strip() == "dns"


def test_no_more_file_descriptors_is_our_trouble_not_the_vendors() -> None:
    def lookup(_host: str, _port: int) -> Sequence[Address]:
        raise OSError(errno.EMFILE, "Too many open files")

    seen = ask(transport_with(lookup), "https://api.vendor.test/")

    assert seen.failure is Failure.REFUSED_BY_US


def test_the_key_is_never_in_the_words() -> None:
    seen = ask(transport_with(everyone_at()), f"http://{KEY}.test/", secret_headers=SECRET)

    assert seen.failure is Failure.REFUSED_BY_US
    assert KEY not in seen.failure_text
    assert "[redacted]" in seen.failure_text


def test_a_healthy_vendor_is_answered_after_a_hundred_cancelled_connects(transport: Transport) -> None:
    """Httpx 0.28 leaks a place in its pool for each; with a shared pool the last question would starve."""

    async def cancel_many_then_ask(silent: int, healthy: str) -> int | None:
        url = f"http://127.0.0.1:{silent}/"
        given_up = [asyncio.create_task(transport.ask(Request("GET", url))) for _ in range(80)]
        # Once these have run out of time, those above are in the middle of connecting too.
        late = await asyncio.gather(
            *(transport.ask(Request("GET", url, timeout_s=SOON_S)) for _ in range(40)),
        )
        assert {seen.failure for seen in late} == {Failure.CONNECT_TIMEOUT}
        for task in given_up:
            task.cancel()
        ends = await asyncio.gather(*given_up, return_exceptions=True)
        assert {type(end) for end in ends} == {asyncio.CancelledError}
        return (await transport.ask(Request("GET", healthy, timeout_s=1.0))).status

    with hostile.silent_port() as silent, Hostile(hostile.json_ok) as server:
        status = run(cancel_many_then_ask(silent, server.url()))

    assert status == 200


def test_cancelling_is_the_only_thing_that_escapes(transport: Transport) -> None:
    async def cancel_when_asked() -> bool:
        loop, asked = asyncio.get_running_loop(), asyncio.Event()

        def answer_never(talk: hostile.Talk) -> None:
            talk.request()
            loop.call_soon_threadsafe(asked.set)
            talk.wait_for_close()

        with Hostile(answer_never) as server:
            task = asyncio.create_task(transport.ask(Request("GET", server.url())))
            await asked.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return task.cancelled()

    assert run(cancel_when_asked())


def test_nothing_is_left_open_or_running(transport: Transport) -> None:
    behaviours = [hostile.json_ok, hostile.reset, hostile.cut_body, hostile.gzip_bomb, hostile.hang]

    async def ask_all(servers: list[Hostile]) -> None:
        requests = [Request("GET", server.url(name="localhost"), timeout_s=SOON_S) for server in servers]
        await asyncio.gather(*(transport.ask(request) for request in requests))
        assert asyncio.all_tasks() == {asyncio.current_task()}

    def open_files() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    before = open_files()
    for behaviour in behaviours:
        with Hostile(behaviour) as one, Hostile(behaviour) as other:
            run(ask_all([one, other]))

    assert open_files() == before
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lookup")]


def test_wherever_time_runs_out_nothing_is_left_open(transport: Transport, authority: Authority) -> None:
    """A socket that is left makes a ResourceWarning, which fails the test run; a task fails `ask`."""
    with Hostile(hostile.json_ok, tls=authority.certify(["127.0.0.1"])) as server:
        seen = [
            ask(transport, server.url(), ca_bundle=str(authority.bundle), timeout_s=number / 2000)
            for number in range(1, 40)
        ]
    gc.collect()

    assert {one.failure for one in seen} <= {None, Failure.CONNECT_TIMEOUT, Failure.READ_TIMEOUT}


def test_the_clock_is_read_once_when_the_question_begins() -> None:
    ticks = iter([NOW, NOW + 5_000])
    transport = Transport(lambda: next(ticks), "test")

    seen = ask(transport, f"http://127.0.0.1:{hostile.closed_port()}/")

    assert seen.began_at == NOW
    assert next(ticks) == NOW + 5_000
