"""What a vendor says of the user's balance, and that nothing else is taken for it."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from hostile import Behaviour, Hostile, answer, bad_utf8, drip, endless_body, html, reset
from probes.streams import KEY, NOW, provider
from trayuptime.config.values import ProviderConfig
from trayuptime.core.evidence import Dialect
from trayuptime.core.model import Balance
from trayuptime.core.waiting import Wait
from trayuptime.net.transport import Transport
from trayuptime.probes import balance

DEEPSEEK = {
    "is_available": True,
    "balance_infos": [{"currency": "USD", "total_balance": "12.50", "granted_balance": "0.00"}],
}


def _provider(port: int, path: str = "is_available") -> ProviderConfig:
    base = f"http://127.0.0.1:{port}"
    return replace(
        provider(Dialect.OPENAI, port, timeout_s=0.5),
        base_url=f"{base}/v1",
        balance_url=f"{base}/user/balance",
        balance_available=path,
    )


def _ask(behaviour: Behaviour, path: str = "is_available") -> tuple[Balance, Hostile]:
    with Hostile(behaviour) as server:
        of = _provider(server.port, path)
        question = balance.request(of, KEY)
        assert question is not None
        transport = Transport(lambda: NOW, "TrayUptime/test", environ={})
        return asyncio.run(balance.ask(of, question, transport, NOW)).balance, server


@pytest.mark.parametrize(
    ("said", "path", "available"),
    [
        (DEEPSEEK, "is_available", True),
        (DEEPSEEK | {"is_available": False}, "is_available", False),
        (DEEPSEEK, "balance_infos.0.total_balance", True),
        (DEEPSEEK, "balance_infos.0.granted_balance", False),
        (DEEPSEEK, "balance_infos.1.total_balance", None),
        (DEEPSEEK, "balance_infos.-1.total_balance", None),
        (DEEPSEEK, "balance_infos.total_balance", None),
        (DEEPSEEK, "balance_infos.0.currency", None),
        (DEEPSEEK, "nothing.of.it", None),
        (DEEPSEEK, "", None),
        ({"data": {"available_balance": 49.5}}, "data.available_balance", True),
        ({"data": {"available_balance": 0}}, "data.available_balance", False),
        ({"data": {"available_balance": -3}}, "data.available_balance", False),
        ({"data": {"available_balance": "-0.01"}}, "data.available_balance", False),
        ({"data": {"available_balance": None}}, "data.available_balance", None),
        ({"data": {"available_balance": "nan"}}, "data.available_balance", None),
        ({"data": {"available_balance": "inf"}}, "data.available_balance", None),
        ({"data": {"available_balance": {}}}, "data.available_balance", None),
        ({"data": {"available_balance": 10**400}}, "data.available_balance", None),
        ({"data": []}, "data.available_balance", None),
        ([True], "0", True),
        (True, "is_available", None),
    ],
)
def test_a_yes_or_a_number_above_zero_is_money(said: Any, path: str, available: bool | None) -> None:
    found, server = _ask(answer("200 OK", json.dumps(said).encode()), path)

    assert found == Balance(NOW, "p", available)
    (request,) = server.requests
    assert (request.method, request.target) == ("GET", "/user/balance")
    assert request.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "behaviour",
    [
        answer("401 Unauthorized", json.dumps(DEEPSEEK).encode()),
        answer("500 Oops", json.dumps(DEEPSEEK).encode()),
        answer("200 OK"),
        answer("200 OK", b"[" * 100_000),
        *(html, bad_utf8, endless_body, reset, drip),
    ],
)
def test_whatever_else_comes_says_nothing(behaviour: Behaviour) -> None:
    assert _ask(behaviour)[0].available is None


def test_nobody_is_asked_where_nobody_documents_it_or_the_key_would_go_elsewhere() -> None:
    of = _provider(8080)

    assert balance.request(of, KEY) is not None
    assert balance.request(of, None) is None
    assert balance.request(replace(of, balance_url=None), KEY) is None
    assert balance.request(replace(of, base_url="https://gateway.example/v1"), KEY) is None
    assert balance.request(replace(of, base_url=None), KEY) is None


def test_a_host_that_asks_to_wait_is_heard_here_too() -> None:
    with Hostile(answer("429 Too Many Requests", b"{}", "Retry-After: 200")) as server:
        of = _provider(server.port)
        question = balance.request(of, KEY)
        assert question is not None
        transport = Transport(lambda: NOW, "TrayUptime/test", environ={})
        told = asyncio.run(balance.ask(of, question, transport, NOW))

    assert told == balance.Told(Balance(NOW, "p", None), (Wait(f"127.0.0.1:{server.port}", 200),))
