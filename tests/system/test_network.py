"""The ways out of this computer, in networks of the tests' own."""

import asyncio
import errno
import socket
from collections.abc import Callable, Coroutine
from select import select
from typing import Any, TypeVar

import pytest

from own_network import in_own_network, ip, plug_in, tunnel
from trayuptime.core.model import Network
from trayuptime.system import netlink
from trayuptime.system.network import (
    NetworkWatch,
    NullNetworkWatch,
    RouteWatch,
    facts,
    find_facts,
    watch_network,
)

PATIENCE_S = 10.0
AT_ONCE_S = 0.0
T = TypeVar("T")


def _nothing() -> None:
    """What happens where nothing is meant to."""


def after(*acts: Callable[[], object]) -> Network | None:
    """The facts in a network of its own, after these acts."""

    def look() -> Network | None:
        for act in acts:
            act()
        return facts()

    return in_own_network(look)


@pytest.mark.netns
def test_a_computer_without_a_network_has_no_way_out() -> None:
    assert after() == Network()


@pytest.mark.netns
def test_the_interface_of_the_default_route_is_the_way_out() -> None:
    assert after(plug_in) == Network(routes=("wan0",))


@pytest.mark.netns
def test_a_network_without_a_gateway_is_no_way_out() -> None:
    assert after(lambda: plug_in(gateway=None)) == Network()


@pytest.mark.netns
def test_either_family_is_a_way_out() -> None:
    def plug_in_ipv6() -> None:
        plug_in(gateway=None)
        ip("addr add 2001:db8::2/64 dev wan0 nodad", "-6 route add default via 2001:db8::1 dev wan0")

    assert after(plug_in_ipv6) == Network(routes=("wan0",))


@pytest.mark.netns
def test_every_interface_is_named_once() -> None:
    def plug_in_twice() -> None:
        plug_in()
        plug_in("wan1", "198.51.100.2/24", None)
        ip(
            "route add default via 198.51.100.1 dev wan1 metric 200",
            "route add default via 198.51.100.9 dev wan1 metric 300",
        )

    assert after(plug_in_twice) == Network(routes=("wan0", "wan1"))


@pytest.mark.netns
def test_a_route_of_several_ways_names_them_all() -> None:
    def plug_in_twice() -> None:
        plug_in(gateway=None)
        plug_in("wan1", "198.51.100.2/24", None)
        ip("route add default nexthop via 192.0.2.1 dev wan0 nexthop via 198.51.100.1 dev wan1")

    assert after(plug_in_twice) == Network(routes=("wan0", "wan1"))


@pytest.mark.netns
def test_a_gateway_of_the_other_family_will_do() -> None:
    def plug_in_via() -> None:
        plug_in(gateway=None)
        ip("route add default via inet6 fe80::1 dev wan0")

    assert after(plug_in_via) == Network(routes=("wan0",))


@pytest.mark.netns
@pytest.mark.parametrize(
    "route", ["unreachable default", "blackhole default", "224.0.0.0/4 dev wan0", "10.0.0.0/8 via 192.0.2.1"]
)
def test_what_leads_nowhere_or_not_far_is_no_way_out(route: str) -> None:
    assert after(lambda: plug_in(gateway=None), lambda: ip(f"route add {route}")) == Network()


@pytest.mark.netns
def test_a_cable_that_is_pulled_takes_its_route_along() -> None:
    def pull() -> None:
        plug_in()
        with netlink.open_listener() as listener:
            ip("link set wan0-far down")
            while facts() != Network():
                assert select([listener], [], [], PATIENCE_S)[0]
                netlink.drain(listener)

    in_own_network(pull)


@pytest.mark.netns
def test_a_vpn_that_is_up_is_a_tunnel_and_one_that_is_down_is_not() -> None:
    def look() -> list[Network | None]:
        plug_in()
        with tunnel():
            up = facts()
            ip("link set vpn0 down")
            return [up, facts()]

    up, down = in_own_network(look)

    assert up == Network(routes=("wan0",), tunnels=("vpn0",))
    assert down == Network(routes=("wan0",))


@pytest.mark.netns
def test_the_pair_of_routes_that_openvpn_lays_over_the_default_counts() -> None:
    def connect() -> Network | None:
        plug_in()
        with tunnel():
            ip("route add 0.0.0.0/1 dev vpn0", "route add 128.0.0.0/1 dev vpn0")
            return facts()

    found = in_own_network(connect)

    assert found is not None
    assert set(found.routes) == {"wan0", "vpn0"}


@pytest.mark.netns
def test_a_vpn_with_a_routing_table_of_its_own_is_seen() -> None:
    """So wg-quick does it."""

    def connect() -> Network | None:
        with tunnel():
            ip("route add default dev vpn0 table 51820", "rule add not fwmark 51820 table 51820")
            return facts()

    assert in_own_network(connect) == Network(routes=("vpn0",), tunnels=("vpn0",))


@pytest.mark.netns
def test_the_network_card_of_a_virtual_machine_is_no_tunnel() -> None:
    def start() -> None:
        ip("tuntap add dev tap0 mode tap", "link add br0 type bridge", "link set tap0 master br0")
        ip("link set tap0 up", "link set br0 up")

    assert after(start) == Network()


def test_where_the_kernel_says_nothing_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netlink, "_GET_LINK", 9999)  # as if it were a kernel that does not know the question

    assert facts() is None


def test_elsewhere_than_on_linux_nothing_is_known() -> None:
    assert find_facts("linux") is facts
    assert find_facts("darwin")() is find_facts("win32")() is None
    assert isinstance(watch_network(_nothing, "darwin"), NullNetworkWatch)
    watch_network(_nothing, "win32").close()


# The watch


class Witness(RouteWatch):
    """A watch in the test's own network, and what it told."""

    def __init__(self) -> None:
        self._told: asyncio.Queue[None] = asyncio.Queue()
        self.heard, self._looked = asyncio.Event(), asyncio.Event()
        self.after_hearing: Callable[[], None] = _nothing
        super().__init__(lambda: self._told.put_nowait(None), AT_ONCE_S)

    async def told(self) -> bool:
        """Waits for a change, and says whether it was told only once."""
        await asyncio.wait_for(self._told.get(), PATIENCE_S)
        return self._told.empty()

    async def looked(self) -> bool:
        """Waits until what the kernel said was looked at, and says whether nothing was told."""
        await asyncio.wait_for(self._looked.wait(), PATIENCE_S)
        return self.silent()

    def silent(self) -> bool:
        return self._told.empty()

    def _heard(self) -> None:
        super()._heard()
        self.after_hearing()
        self.heard.set()

    def _look(self) -> None:
        super()._look()
        self._looked.set()


def beside(act: Callable[[Witness], Coroutine[Any, Any, T]]) -> T:
    """Acts beside a watch, in a network of its own that has a way out."""

    async def watch() -> T:
        plug_in()
        witness = Witness()
        try:
            return await act(witness)
        finally:
            witness.close()
            witness.close()  # again is harmless

    return in_own_network(lambda: asyncio.run(watch()))


@pytest.mark.netns
@pytest.mark.parametrize(
    "commands",
    [
        ["route del default"],
        ["route replace default via 192.0.2.9 dev wan0"],
        ["route add 0.0.0.0/1 via 192.0.2.1", "route add 128.0.0.0/1 via 192.0.2.1"],
        ["addr add 192.0.2.77/24 dev wan0"],
        ["addr add 2001:db8::2/64 dev wan0 nodad"],
        ["link set wan0 down"],
        ["link set wan0-far down"],
        ["route add default via 192.0.2.1 table 51820"],
        ["link del wan0"],
    ],
)
def test_another_way_out_is_told_as_one_change(commands: list[str]) -> None:
    async def act(witness: Witness) -> bool:
        ip(*commands)
        return await witness.told()

    assert beside(act)


@pytest.mark.netns
@pytest.mark.parametrize(
    "commands",
    [
        [
            "link add veth1 type veth peer name veth2",
            "link set veth1 up",
            "link set veth2 up",
            "link del veth1",
        ],
        ["link add docker0 type bridge", "addr add 172.17.0.1/16 dev docker0", "link set docker0 up"],
        ["route add 10.0.0.0/8 via 192.0.2.1"],
        ["addr add 10.9.8.7/32 dev lo"],
        ["addr change 192.0.2.2/24 dev wan0 valid_lft 3600 preferred_lft 3600"],
        ["link set wan0 mtu 1400"],
        ["route del default", "route add default via 192.0.2.1 dev wan0"],
    ],
)
def test_what_leaves_the_ways_out_as_they_were_is_no_change(commands: list[str]) -> None:
    async def act(witness: Witness) -> bool:
        ip(*commands)
        return await witness.looked()

    assert beside(act)


@pytest.mark.netns
def test_a_network_that_goes_and_one_that_comes_are_two_changes() -> None:
    async def act(witness: Witness) -> list[bool]:
        ip("link del wan0")
        gone = await witness.told()
        plug_in()
        return [gone, await witness.told()]

    assert beside(act) == [True, True]


@pytest.mark.netns
def test_a_vpn_coming_up_and_going_down_is_a_change_each() -> None:
    async def act(witness: Witness) -> list[bool]:
        with tunnel():
            up = await witness.told()
        return [up, await witness.told()]

    assert beside(act) == [True, True]


@pytest.mark.netns
def test_more_than_the_kernel_can_tell_is_still_a_change() -> None:
    async def act(witness: Witness) -> bool:
        witness._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        ip(*(f"addr add 10.1.1.{number}/32 dev lo" for number in range(20)), "route del default")
        return await witness.told()

    assert beside(act)


@pytest.mark.netns
def test_a_network_that_cannot_be_read_just_now_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [OSError(errno.EINTR, "it changes too fast")]

    def dump(*longest: Any) -> tuple[netlink.Route, ...]:
        if failures:
            raise failures.pop()
        return wide_routes(*longest)

    async def act(witness: Witness) -> bool:
        monkeypatch.setattr(netlink, "wide_routes", dump)
        ip("route del default")
        return await witness.told()

    wide_routes = netlink.wide_routes

    assert beside(act)
    assert failures == []


@pytest.mark.netns
def test_after_it_is_closed_nothing_is_told() -> None:
    async def act(witness: Witness) -> bool:
        witness.after_hearing = witness.close
        ip("route del default")
        await asyncio.wait_for(witness.heard.wait(), PATIENCE_S)
        for _ in range(10):
            await asyncio.sleep(0)
        return witness.silent()

    assert beside(act)


@pytest.mark.netns
def test_a_kernel_that_fails_to_tell_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_listener: socket.socket) -> None:
        raise OSError(errno.EIO, "as the test wants")

    async def act(witness: Witness) -> bool:
        monkeypatch.setattr(netlink, "drain", fail)
        ip("route del default")
        await asyncio.wait_for(witness.heard.wait(), PATIENCE_S)
        ip("route add default via 192.0.2.9")
        for _ in range(10):
            await asyncio.sleep(0)
        return witness.silent()

    assert beside(act)


def test_a_sandbox_without_netlink_is_watched_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    async def watch() -> NetworkWatch:
        return watch_network(_nothing)

    monkeypatch.setattr(socket, "AF_NETLINK", 12345)

    assert isinstance(asyncio.run(watch()), NullNetworkWatch)
    assert facts() is None
