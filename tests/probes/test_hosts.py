"""A host is written the same way everywhere, or witnesses and Retry-After would miss each other."""

import asyncio

import pytest

from hostile import Hostile, json_ok
from trayuptime.config.load import read
from trayuptime.config.values import ProviderConfig
from trayuptime.core.model import Level, Reach, Surface
from trayuptime.net.resolve import Address
from trayuptime.net.transport import Transport
from trayuptime.probes import ask, order_for
from trayuptime.probes.hosts import host_of, hosts_of, target_of


def _provider(base_url: str) -> ProviderConfig:
    text = f'[[provider]]\nid = "p"\nkind = "openai-compatible"\nbase_url = "{base_url}"\ntimeout = "1s"'
    return read(text).providers[0]


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("https://api.example.com/v1", "api.example.com:443"),
        ("https://API.Example.COM/v1", "api.example.com:443"),
        ("https://api.example.com:8443/v1", "api.example.com:8443"),
        ("http://127.0.0.1:8080/v1", "127.0.0.1:8080"),
        ("http://localhost/v1", "localhost:80"),
        ("http://[::1]:8080/v1", "[::1]:8080"),
        ("https://[2001:db8::1]/v1", "[2001:db8::1]:443"),
    ],
)
def test_a_host_is_its_name_and_port(base_url: str, host: str) -> None:
    assert host_of(_provider(base_url), Surface.API) == host


@pytest.mark.parametrize("listens", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("level", [Level.REACH, Level.MODELS])
def test_a_result_names_its_host_as_the_schedule_does(listens: str, level: Level) -> None:
    with Hostile(json_ok, host=listens) as server:
        provider = _provider(server.url("/v1"))
        transport = Transport(lambda: 0, "TrayUptime/test", environ={})
        order = order_for(provider, Surface.API, level, None)
        result = asyncio.run(ask(order, transport, lambda: 0))

    assert result.http_status == 200
    assert result.host == host_of(provider, Surface.API)


def test_a_name_beyond_ascii_is_one_host_all_the_same() -> None:
    provider = _provider("https://bücher.invalid/v1")
    transport = Transport(lambda: 0, "TrayUptime/test", environ={}, lookup=_nobody)
    result = asyncio.run(ask(order_for(provider, Surface.API, Level.REACH, None), transport, lambda: 0))

    assert result.host == host_of(provider, Surface.API)


def _nobody(_host: str, _port: int) -> list[Address]:
    raise OSError("nobody has this name")


def test_each_surface_has_its_own_host() -> None:
    text = (
        '[[provider]]\nid = "p"\nkind = "openai-compatible"\nbase_url = "http://10.0.0.7:8080/v1"\n'
        'surfaces = ["api", "web", "login"]\nweb_url = "https://chat.example/"\n'
        'login_url = "http://localhost:3000/in"'
    )
    (provider,) = read(text).providers
    targets = {surface: target_of(provider, surface) for surface in provider.surfaces}

    assert [(t.host, t.reach) for t in targets.values()] == [
        ("10.0.0.7:8080", Reach.PRIVATE),
        ("chat.example:443", Reach.INTERNET),
        ("localhost:3000", Reach.LOOPBACK),
    ]


@pytest.mark.parametrize(
    ("lines", "surface", "hosts"),
    [
        ('key = "env:X"', Surface.API, ("router.huggingface.co:443", "huggingface.co:443")),
        ('key = "env:X"', Surface.WEB, ("huggingface.co:443",)),
        ("", Surface.API, ("router.huggingface.co:443",)),
        ('key = "env:X"\nbase_url = "https://gateway.example/v1"', Surface.API, ("gateway.example:443",)),
    ],
)
def test_with_a_key_whoever_knows_the_account_is_asked_too(
    lines: str, surface: Surface, hosts: tuple[str, ...]
) -> None:
    (provider,) = read(f'[[provider]]\nid = "p"\nkind = "huggingface"\n{lines}').providers

    assert hosts_of(provider, surface) == hosts
