"""A small internet of a test's own: a laptop, its router and the land of the vendors, on the real kernel.

    laptop  wlan0 10.77.0.2 ── lan 10.77.0.1  router  wan 192.0.2.1 ── isp 192.0.2.2  land  lo: every server

Each of the three is a network namespace, the lines between them are veth pairs, and nothing leaves them.
Vendors are at 203.0.113.x and 2001:db8:113::x, names at 198.51.100.53: addresses set aside for examples
(RFC 5737 and 3849), and so the internet to TrayUptime. Machines in the next room are at 10.78.0.x.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

from netns.namespaces import inside, ip

INTERNET = "203.0.113."
VENDORS = f"{INTERNET}0/24"
INTERNET_6 = "2001:db8:113::"
VENDORS_6 = f"{INTERNET_6}/64"
NEXT_ROOM = "10.78.0."
ROUTER = "10.77.0.1"
NAME_SERVER = "198.51.100.53"

_NAMES = count()
_ETC = Path("/etc/netns")
_ADDRESS_6 = "address replace 2001:db8:77::2/64 dev wlan0 nodad"
_DEFAULT = ("route replace default via 10.77.0.1", "route replace default via 2001:db8:77::1")


class Network:
    """The three namespaces and their troubles; made by `open_network`.

    Attributes:
        laptop, router, land: their names.
    """

    def __init__(self, name: str) -> None:
        self.laptop, self.router, self.land = (f"{name}-{part}" for part in ("laptop", "router", "land"))

    @property
    def laptop_command(self) -> tuple[str, ...]:
        """What stands before a command that runs on the laptop."""
        return ("ip", "netns", "exec", self.laptop)

    def give_address(self, address: str) -> None:
        """One more address for the servers of the land."""
        # Without "nodad" an IPv6 address is not to be had until the kernel has come round to it.
        place = f"{address}/128 dev lo nodad" if ":" in address else f"{address}/32 dev lo"
        ip(f"address add {place}", namespace=self.land)

    # On the laptop

    def take_route(self) -> None:
        """The laptop knows no way out any more."""
        ip(
            "route delete default via 10.77.0.1",
            "route delete default via 2001:db8:77::1",
            namespace=self.laptop,
        )

    def give_route(self) -> None:
        """It knows one again."""
        ip(*_DEFAULT, namespace=self.laptop)

    def switch_off(self) -> None:
        """Wi-Fi off: the kernel takes the routes along."""
        ip("link set wlan0 down", namespace=self.laptop)

    def switch_on(self) -> None:
        """Wi-Fi on, with its address and route."""
        # The kernel keeps the IPv4 address of a link that is down, and forgets the other one.
        ip("link set wlan0 up", _ADDRESS_6, *_DEFAULT, namespace=self.laptop)

    # At the router

    def walk_away(self) -> None:
        """Out of the router's range: the carrier is gone, the laptop's routes are still there."""
        ip("link set lan down", namespace=self.router)

    def come_back(self) -> None:
        """In its range again."""
        ip("link set lan up", "address replace 2001:db8:77::1/64 dev lan nodad", namespace=self.router)

    def go_dead(self) -> None:
        """The line between router and vendors is dead, both ways, and nobody on it knows."""
        ip("route replace blackhole default", namespace=self.router)
        ip("route replace blackhole 10.77.0.0/24", namespace=self.land)

    def go_astray(self) -> None:
        """The router has lost its own way out, and says so."""
        ip("route replace unreachable default", namespace=self.router)

    def go_on(self) -> None:
        """It has its line again."""
        ip("route delete default", "route add default via 192.0.2.2", namespace=self.router)
        ip("route delete 10.77.0.0/24", "route add 10.77.0.0/24 via 192.0.2.1", namespace=self.land)

    def swallow(self, place: str) -> None:
        """What goes there vanishes without a word."""
        self._route("add", "blackhole", place)

    def turn_away(self, place: str) -> None:
        """What goes there is sent back as unreachable."""
        self._route("add", "unreachable", place)

    def pass_on(self, place: str) -> None:
        """It goes through again."""
        self._route("delete", "", place)

    def take_for_router(self, place: str) -> None:
        """What goes there ends at the router, as before the log-in at a hotel."""
        self._route("add", "local", f"{place} dev lo table local")

    def leave_to_others(self, place: str) -> None:
        """It goes to the land of the vendors again."""
        self._route("delete", "local", f"{place} dev lo table local")

    def _route(self, do: str, kind: str, place: str) -> None:
        ip(f"route {do} {kind} {place}", namespace=self.router)


@contextmanager
def open_network() -> Iterator[Network]:
    """The three namespaces, gone when left, whatever happened."""
    network = Network(f"trayuptime-{os.getpid()}-{next(_NAMES)}")
    with ExitStack() as stack:
        for name in (network.laptop, network.router, network.land):
            # A run that was killed may have left one of this name, and of its process nothing else is left.
            subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)
            ip(f"netns add {name}")
            stack.callback(ip, f"netns delete {name}")
        stack.enter_context(_etc_of(network.laptop))
        _lay_lines(network)
        yield network


def _lay_lines(network: Network) -> None:
    laptop, router, land = network.laptop, network.router, network.land
    for name in (laptop, router, land):
        inside(Path("/run/netns", name), _be_quick)
    inside(Path("/run/netns", router), _forward)
    ip(
        f"link add wlan0 netns {laptop} type veth peer name lan netns {router}",
        f"link add wan netns {router} type veth peer name isp netns {land}",
    )
    ip(
        "link set lo up",
        "link set lan up",
        "link set wan up",
        "address add 10.77.0.1/24 dev lan",
        "address add 2001:db8:77::1/64 dev lan nodad",
        "address add 192.0.2.1/24 dev wan",
        "address add 2001:db8:2::1/64 dev wan nodad",
        "route add default via 192.0.2.2",
        "route add default via 2001:db8:2::2",
        namespace=router,
    )
    ip(
        "link set lo up",
        "link set isp up",
        "address add 192.0.2.2/24 dev isp",
        "address add 2001:db8:2::2/64 dev isp nodad",
        "route add 10.77.0.0/24 via 192.0.2.1",
        "route add 2001:db8:77::/64 via 2001:db8:2::1",
        namespace=land,
    )
    ip(
        "link set lo up",
        "link set wlan0 up",
        "address add 10.77.0.2/24 dev wlan0",
        _ADDRESS_6,
        *_DEFAULT,
        namespace=laptop,
    )


def _be_quick() -> None:
    # IPv6 would first look for a second for others of its address. These files are those of the network that
    # the thread is in.
    for which in ("all", "default"):
        Path(f"/proc/sys/net/ipv6/conf/{which}/accept_dad").write_text("0")


def _forward() -> None:
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
    Path("/proc/sys/net/ipv6/conf/all/forwarding").write_text("1")


@contextmanager
def _etc_of(namespace: str) -> Iterator[None]:
    """What `ip netns exec` shows as /etc/resolv.conf and /etc/nsswitch.conf there."""
    folder = _ETC / namespace
    folder.mkdir(parents=True, exist_ok=True)
    files = {"resolv.conf": f"nameserver {NAME_SERVER}\n", "nsswitch.conf": "hosts: files dns\n"}
    try:
        for name, text in files.items():
            (folder / name).write_text(text)
        yield
    finally:
        for name in files:
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
        with suppress(OSError):  # others still use it
            _ETC.rmdir()
