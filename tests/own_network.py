"""A network of a test's own: a thread in a fresh network namespace, where nothing leads anywhere at first.

It needs root, if only root of a user namespace (`unshare --map-root-user`). What the thread starts, the `ip`
command above all, lives there too; sockets stay in the namespace of the thread that made them.
"""

import ctypes
import fcntl
import os
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET
_SET_INTERFACE, _TUN, _WITHOUT_INFO = 0x400454CA, 0x0001, 0x1000


def in_own_network(act: Callable[[], T]) -> T:
    """Does it there and returns what it returns; the namespace ends with its thread."""
    with ThreadPoolExecutor(max_workers=1, initializer=_leave) as thread:
        return thread.submit(act).result()


def ip(*commands: str) -> None:
    """Runs `ip` for each of these, in the namespace of the calling thread."""
    for command in commands:
        subprocess.run(["ip", *command.split()], check=True)


def plug_in(name: str = "wan0", address: str = "192.0.2.2/24", gateway: str | None = "192.0.2.1") -> None:
    """An interface that is up, with an address, and with a default route if there is a gateway."""
    ip(
        f"link add {name} type veth peer name {name}-far",
        f"link set {name}-far up",
        f"link set {name} up",
        f"addr add {address} dev {name}",
    )
    if gateway is not None:
        ip(f"route add default via {gateway} dev {name}")


@contextmanager
def tunnel(name: str = "vpn0") -> Iterator[None]:
    """A VPN's interface as OpenVPN makes it, up while entered."""
    # ip link knows no wireguard on every test machine; the kernel's tun is everywhere a VPN could be
    device = os.open(Path("/dev/net/tun"), os.O_RDWR)
    try:
        fcntl.ioctl(device, _SET_INTERFACE, struct.pack("16sH22x", name.encode(), _TUN | _WITHOUT_INFO))
        ip(f"link set {name} up")
        yield
    finally:
        os.close(device)


@contextmanager
def router(name: str = "wan0", address: str = "192.0.2.1/24", *more: str) -> Iterator[Executor]:
    """The far end of an interface: a router that knows no way to anywhere but to itself.

    Args:
        name: of the interface.
        address: the router's own.
        more: further addresses at which it is several hosts.

    Yields:
        The thread it lives in, for servers to be started there.
    """
    with ThreadPoolExecutor(max_workers=1, initializer=_leave) as far:
        ip(f"link set {name}-far netns {far.submit(threading.get_native_id).result()}")
        commands = [f"addr add {address} dev {name}-far", f"link set {name}-far up"]
        far.submit(ip, *commands, *(f"addr add {host} dev lo" for host in more)).result()
        far.submit(Path("/proc/sys/net/ipv4/ip_forward").write_text, "1").result()
        yield far


def _leave() -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_NEW_NETWORK) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"needs root, or unshare --map-root-user: {os.strerror(number)}")
    ip("link set lo up")
