"""How far away a host is, from its name and, where known, its address."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from trayuptime.core.model import Reach

_PRIVATE_NETWORKS = tuple(
    ip_network(block)
    for block in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",  # carrier-grade NAT and overlay networks such as Tailscale
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)
_PRIVATE_SUFFIXES = (".local", ".lan", ".internal", ".home.arpa")


def reach_of(host: str, address: str | None) -> Reach:
    """Say how far away `host` is.

    Args:
        host: a name or a literal address, without its port; brackets around IPv6 are allowed.
        address: the address it has been asked at. It decides where it is known, because a name tells
            little: `models.example.com` may well be a machine in the next room. Behind a proxy it is
            not known, and then the name decides.
    """
    name = host.strip("[]").rstrip(".").lower()
    known = _parsed(address) if address is not None else _parsed(name)
    local = name == "localhost" or name.endswith(".localhost")
    if known is not None:
        reach = _of_address(known)
        # A filter that answers 0.0.0.0 for a vendor's name has not moved the vendor into this computer.
        sunk = reach is Reach.LOOPBACK and not local and _parsed(name) is None
        return Reach.INTERNET if sunk else reach
    if local:
        return Reach.LOOPBACK
    if "." not in name or name.endswith(_PRIVATE_SUFFIXES):
        return Reach.PRIVATE
    return Reach.INTERNET


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])  # a scope such as %eth0 says nothing here
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _of_address(address: IPv4Address | IPv6Address) -> Reach:
    # Connecting to 0.0.0.0 or :: reaches this machine; servers that listen there are often written so.
    if address.is_loopback or address.is_unspecified:
        return Reach.LOOPBACK
    if any(address in network for network in _PRIVATE_NETWORKS):
        return Reach.PRIVATE
    return Reach.INTERNET
