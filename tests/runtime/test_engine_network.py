"""The engine on a network and on a bus of its own: routes that go, a host that falls silent, a sleep."""

from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from fake_logind import FakeLogind
from hostile import Hostile, json_ok
from own_network import in_own_network, ip, plug_in, router
from private_bus import private_bus
from runtime.test_engine import Desk
from trayuptime.core.model import GapCause
from trayuptime.core.state import GapSeen, Settled, VantageChanged, WentDown
from trayuptime.demo.clock import FastClock
from trayuptime.history import Reader
from trayuptime.system.paths import find_home
from virtual_time import START

HOSTS = {"a": "10.1.0.1", "b": "10.2.0.1", "c": "10.3.0.1"}
PACE = '[polling]\ninterval = "10s"\nretry_interval = "1s"\ntimeout = "1s"\n'
SPEED = 20.0
"""Ten seconds of the engine's pass in half a second."""


def desk_of(folder: Path, urls: dict[str, str]) -> Desk:
    home = find_home({"TRAYUPTIME_HOME": str(folder)})
    home.create()
    providers = [
        f'[[provider]]\nid = "{name}"\nkind = "openai-compatible"\nbase_url = "{url}"\n'
        for name, url in urls.items()
    ]
    home.config_file.write_text("\n".join([PACE, *providers]))
    clock = FastClock(START, SPEED)
    clock.start()
    return Desk(home, clock)


Visit = Callable[[Desk, Executor], Coroutine[Any, Any, None]]


def live_behind_a_gateway(folder: Path, visit: Visit) -> Desk:
    """The engine's life in a network of its own, its three vendors beyond a gateway; `visit` gets both."""

    def live() -> Desk:
        plug_in()
        beyond = [f"{host}/32" for host in HOSTS.values()]
        with router("wan0", "192.0.2.1/24", *beyond) as far, ExitStack() as vendors:
            for host in HOSTS.values():
                server = Hostile(json_ok, host=host, port=8000)
                far.submit(server.__enter__).result()
                vendors.push(server)
            desk = desk_of(folder, {name: f"http://{host}:8000/v1" for name, host in HOSTS.items()})
            desk.live(lambda desk: visit(desk, far))
        return desk

    return in_own_network(live)


def answered(desk: Desk) -> bool:
    """Whether everybody has."""
    names = {h.result.provider for h in desk.happened(Settled) if h.result.http_status == 200}
    poller = desk.engine.poller
    return poller is not None and names == {provider.id for provider in poller.config.providers}


@pytest.mark.netns
def test_a_route_that_goes_is_our_trouble_and_its_return_is_seen(tmp_path: Path) -> None:
    async def visit(desk: Desk, _far: Executor) -> None:
        await desk.until(answered)
        ip("route del default")
        await desk.until(lambda d: bool(d.happened(VantageChanged)))
        ip("route add default via 192.0.2.1")
        await desk.until(lambda d: bool(d.happened(GapSeen)))
        desk.told.clear()
        await desk.until(answered)

    desk = live_behind_a_gateway(tmp_path, visit)

    assert desk.titles() == ["You are offline"]
    with Reader(desk.home.history_path) as reader:
        assert [gap.cause for gap in reader.gaps()] == [GapCause.OFFLINE]
        assert {settled.result.http_status for settled in reader.results()} == {200}
        assert reader.incidents() == []


@pytest.mark.netns
def test_one_host_in_a_black_hole_is_down_and_nobody_else(tmp_path: Path) -> None:
    async def visit(desk: Desk, far: Executor) -> None:
        await desk.until(answered)
        far.submit(ip, "addr del 10.1.0.1/32 dev lo", "route add blackhole 10.1.0.1").result()
        await desk.until(lambda d: bool(d.happened(WentDown)))

    desk = live_behind_a_gateway(tmp_path, visit)

    (down,) = desk.happened(WentDown)
    assert (down.key.provider, str(down.reason)) == ("a", "connect_timeout")
    failures = [h.result for h in desk.happened(Settled) if h.result.http_status is None]
    assert {failure.network.routes for failure in failures} == {("wan0",)}
    assert not desk.happened(VantageChanged)


def test_sleep_that_is_announced_on_the_bus_is_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def visit(desk: Desk) -> None:
        await desk.until(answered)
        while not desk.happened(GapSeen):  # until the engine listens, each is lost
            logind.prepare_for_sleep(True)
            logind.prepare_for_sleep(False)
            desk.told.clear()
            await desk.until(lambda d: bool(d.told))
        desk.told.clear()
        await desk.until(answered)

    with private_bus(tmp_path) as bus, FakeLogind(bus.address) as logind, Hostile(json_ok) as server:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address)
        desk = desk_of(tmp_path / "home", {"a": server.url("/v1"), "b": server.url("/v1", name="localhost")})
        desk.live(visit)

    with Reader(desk.home.history_path) as reader:
        assert {gap.cause for gap in reader.gaps()} == {GapCause.ASLEEP}
