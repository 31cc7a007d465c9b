"""A network of a test's own: a thread in a fresh network namespace, where nothing leads anywhere at first.

It needs root. What the thread starts, the `ip` command above all, lives there too; sockets stay in the
namespace of the thread that made them.
"""

import ctypes
import fcntl
import os
import struct
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
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
def router(name: str = "wan0", address: str = "192.0.2.1/24") -> Iterator[None]:
    """Somebody at the far end of an interface: a router that itself knows no way to anywhere."""
    argv = ["unshare", "--net", "sh", "-c", "echo ready; exec cat"]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as far:
        assert far.stdout is not None
        assert far.stdout.readline() == b"ready\n"
        ip(f"link set {name}-far netns {far.pid}")
        commands = f"""
            ip addr add {address} dev {name}-far
            ip link set {name}-far up
            echo 1 > /proc/sys/net/ipv4/ip_forward
        """
        subprocess.run(["nsenter", f"--target={far.pid}", "--net", "sh", "-ec", commands], check=True)
        yield  # leaving closes its input, which ends it


def _leave() -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.unshare(_NEW_NETWORK) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"a network of our own needs root: {os.strerror(number)}")
    ip("link set lo up")
