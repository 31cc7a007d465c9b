"""Which way the kernel would send a packet to an address, asked without sending one."""

import socket

from trayuptime.net.resolve import Address


def local_address_to(address: Address) -> str | None:
    """The address of ours that a packet to it would leave from; `None` where this computer knows no way.

    Connecting a datagram socket sends nothing: it only looks the route up.
    """
    family, _, _, _, place = address
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect(place)
            return str(probe.getsockname()[0])
    except OSError:
        return None
