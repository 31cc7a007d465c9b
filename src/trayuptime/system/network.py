"""This computer's own network: which ways lead out of it, and when they change.

What the kernel says is a hint and no verdict: a default route leads nowhere for certain, and a VPN without an
interface of its own (IPsec by policy) is not seen. Changes that concern nobody out there, such as the
interfaces of containers, are none.
"""

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import Protocol

from trayuptime.core.model import Network
from trayuptime.system import netlink
from trayuptime.system.netlink import Link, Route

Facts = Callable[[], Network | None]
"""What leads out of this computer now, for a failure to be read by; `None` where it cannot be known."""

SETTLE_S = 0.3
"""After the first sign of a change: a network that comes or goes shows many."""


class NetworkWatch(Protocol):
    """Calls back after each change that matters, until it is closed."""

    def close(self) -> None:
        """No call comes after this one; may be called again."""
        ...


class NullNetworkWatch:
    """The watch of a computer whose network tells nothing."""

    def close(self) -> None:
        """There is nothing to let go of."""


class RouteWatch:
    """The watch on Linux: the kernel wakes it, and it looks whether what matters has changed."""

    def __init__(self, changed: Callable[[], None], settle_s: float = SETTLE_S) -> None:
        """Watches from now on, on the running loop.

        Args:
            changed: called on the loop.
            settle_s: how long after the first sign to look.

        Raises:
            OSError: the kernel does not tell.
        """
        self._changed = changed
        self._settle_s = settle_s
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._listener = netlink.open_listener()
        try:
            self._seen = ways_out()
            self._loop.add_reader(self._listener, self._heard)
        except OSError:
            self._listener.close()
            raise

    def close(self) -> None:
        """No call comes after this one; may be called again."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._listener.fileno() >= 0:
            self._loop.remove_reader(self._listener)
            self._listener.close()

    def _heard(self) -> None:
        try:
            netlink.drain(self._listener)
        except OSError:  # deaf from here on; the judge finds out by asking, as on other systems
            self.close()
            return
        if self._timer is None:  # never put off again: a busy network would hide the change for ever
            self._timer = self._loop.call_later(self._settle_s, self._look)

    def _look(self) -> None:
        self._timer = None
        try:
            found = ways_out()
        except OSError:
            self._timer = self._loop.call_later(self._settle_s, self._look)
            return
        if found != self._seen:
            self._seen = found
            self._changed()


def find_facts(platform: str = sys.platform) -> Facts:
    """The facts of this platform, or the twin that knows nothing."""
    return facts if platform == "linux" else no_facts


def facts() -> Network | None:
    """The interfaces of default routes and of tunnels that are up (Linux); takes less than a millisecond."""
    try:
        links = {link.index: link for link in netlink.links()}
        routes = netlink.wide_routes(_WIDE)
    except OSError:
        return None
    return Network(routes=_names(links, routes), tunnels=_tunnels(links))


def no_facts() -> None:
    """The Null twin."""


def watch_network(changed: Callable[[], None], platform: str = sys.platform) -> NetworkWatch:
    """Calls `changed` on the running loop after each change of the ways out of this computer."""
    if platform != "linux":
        return NullNetworkWatch()
    try:
        return RouteWatch(changed)
    except OSError:  # a sandbox without netlink
        return NullNetworkWatch()


def ways_out() -> frozenset[tuple[object, ...]]:
    """What makes one network another: routes to everywhere, our addresses on their interfaces, tunnels up.

    Raises:
        OSError: the kernel does not say.
    """
    links = {link.index: link for link in netlink.links()}
    routes = netlink.wide_routes(_WIDE)
    outward = {route.link for route in routes}
    return frozenset(
        [
            *((route, links[route.link].name) for route in routes if route.link in links),
            *((address,) for address in netlink.addresses() if address.link in outward),
            *((link.index, link.name) for link in links.values() if _is_tunnel(link)),
        ]
    )


_WIDE: dict[int, int] = {socket.AF_INET: 3, socket.AF_INET6: 4}
"""Prefixes up to this length count as default routes: OpenVPN lays 0.0.0.0/1 and 128.0.0.0/1, and for IPv6
::/3, 2000::/4 and 3000::/4, over the default route that it leaves in place. 224.0.0.0/4 is multicast."""

_TUNNELS = {
    "amneziawg",
    "gre",
    "ip6gre",
    "ip6tnl",
    "ipip",
    "ovpn",
    "ppp",
    "sit",
    "vti",
    "vti6",
    "wireguard",
    "xfrm",
}


def _names(links: dict[int, Link], routes: tuple[Route, ...]) -> tuple[str, ...]:
    """In the order of their routes, each once."""
    return tuple(dict.fromkeys(links[route.link].name for route in routes if route.link in links))


def _tunnels(links: dict[int, Link]) -> tuple[str, ...]:
    return tuple(link.name for link in links.values() if _is_tunnel(link))


def _is_tunnel(link: Link) -> bool:
    # "tun" makes also the network cards of virtual machines, which are not point to point; a modem is, but no
    # driver of a tunnel made it.
    return link.up and (link.kind in _TUNNELS or (link.kind == "tun" and link.point_to_point))
