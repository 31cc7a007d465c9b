"""Asks one question to its end, and insists that no task is left behind."""

import asyncio
import socket
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from trayuptime.core.evidence import Evidence
from trayuptime.net.resolve import Address, Lookup
from trayuptime.net.transport import Request, Transport

NOW = 1_774_800_000_000
KEY = "sk-test-0123456789abcdef"
SECRET = {"Authorization": f"Bearer {KEY}"}
SOON_S = 0.25
"""A total time for questions that are meant to run out of it."""

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    async def watched() -> T:
        result = await work
        assert asyncio.all_tasks() - {asyncio.current_task()} == set()
        return result

    return asyncio.run(watched())


def ask(transport: Transport, url: str, **details: Any) -> Evidence:
    """GET within two seconds, unless told otherwise."""
    return run(transport.ask(Request(**{"method": "GET", "url": url, "timeout_s": 2.0, **details})))


def transport_with(lookup: Lookup, environ: Mapping[str, str] | None = None) -> Transport:
    return Transport(lambda: NOW, "TrayUptime/test", lookup=lookup, environ=environ or {})


def everyone_at(*places: tuple[str, int | None]) -> Lookup:
    """A world in which every name means these addresses; a port of `None` is the one that was asked for."""

    def lookup(_host: str, port: int) -> Sequence[Address]:
        return [_row(address, own or port) for address, own in places]

    return lookup


def _row(address: str, port: int) -> Address:
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))
