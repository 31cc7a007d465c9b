import asyncio
import socket
import threading
from collections.abc import Sequence

import pytest

from net.asking import run
from trayuptime.net.resolve import Address, resolve, system_lookup


def _unasked(host: str, _port: int) -> Sequence[Address]:
    raise AssertionError(host)


@pytest.mark.parametrize(
    ("host", "family"),
    [("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6), ("2001:db8::1", socket.AF_INET6)],
)
def test_a_literal_address_needs_no_lookup(host: str, family: int) -> None:
    rows = run(resolve(host, 443, _unasked))

    assert [(row[0], row[4][:2]) for row in rows] == [(family, (host, 443))]


def test_an_address_with_an_interface_is_the_systems_business() -> None:
    asked: list[str] = []

    def lookup(host: str, _port: int) -> Sequence[Address]:
        asked.append(host)
        return []

    run(resolve("fe80::1%eth0", 80, lookup))

    assert asked == ["fe80::1%eth0"]


def test_the_system_knows_localhost() -> None:
    rows = run(resolve("localhost", 80, system_lookup))

    assert {row[4][0] for row in rows} <= {"127.0.0.1", "::1"}
    assert rows


def test_what_the_lookup_raises_arrives() -> None:
    def lookup(_host: str, _port: int) -> Sequence[Address]:
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    with pytest.raises(socket.gaierror):
        run(resolve("vendor.test", 80, lookup))


def test_a_lookup_runs_on_a_thread_that_nobody_waits_for() -> None:
    seen: list[threading.Thread] = []

    def lookup(_host: str, _port: int) -> Sequence[Address]:
        seen.append(threading.current_thread())
        return []

    run(resolve("vendor.test", 80, lookup))

    assert seen[0].daemon
    assert seen[0] is not threading.current_thread()


def test_a_lookup_that_ends_after_everything_else_disturbs_nobody() -> None:
    release, threads = threading.Event(), list[threading.Thread]()

    def lookup(_host: str, _port: int) -> Sequence[Address]:
        threads.append(threading.current_thread())
        release.wait(5)
        return []

    async def give_up() -> None:
        async with asyncio.timeout(0.05):
            await resolve("vendor.test", 80, lookup)

    with pytest.raises(TimeoutError):
        run(give_up())
    release.set()
    threads[0].join(5)

    assert not threads[0].is_alive()  # an exception in it would fail this test run by itself
