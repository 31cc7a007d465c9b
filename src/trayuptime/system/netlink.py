"""What the Linux kernel says of links, addresses and routes, over rtnetlink and without another process.

Only what `network` needs is read. The numbers are those of linux/netlink.h and linux/rtnetlink.h; the kernel
sends a dump at once, so asking does not wait for anything outside this computer.
"""

import errno
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Link:
    """An interface; `kind` is what made it (`tun`, `wireguard`, …), empty for most hardware."""

    index: int
    name: str
    kind: str
    up: bool
    point_to_point: bool


@dataclass(frozen=True, slots=True)
class Address:
    """An address of an interface that others may see: lasting, of global scope, ready for use."""

    link: int
    address: str


@dataclass(frozen=True, slots=True)
class Route:
    """One way of a route; a route of several ways is several of these.

    Attributes:
        family: `AF_INET` or `AF_INET6`.
        prefix: what it leads to, the network and its length.
        link: the index of its interface.
        gateway: the next router's address, empty where the interface itself is the way.
        priority: a lower one is preferred.
    """

    family: int
    prefix: str
    length: int
    table: int
    link: int
    gateway: str
    priority: int


def links() -> tuple[Link, ...]:
    """All interfaces of this network namespace.

    Raises:
        OSError: the kernel does not say.
    """
    return _dump(_GET_LINK, socket.AF_UNSPEC, _links_of)


def addresses() -> tuple[Address, ...]:
    """The addresses of all interfaces.

    Raises:
        OSError: the kernel does not say.
    """
    return _dump(_GET_ADDR, socket.AF_UNSPEC, _addresses_of)


def wide_routes(longest: Mapping[int, int]) -> tuple[Route, ...]:
    """The routes that could carry a packet to a great part of all hosts now; those of every table.

    A VPN may keep its own in a table of its own, so the main one does not tell all.

    Args:
        longest: per family, the length of the longest prefix that counts.

    Raises:
        OSError: the kernel does not say.
    """
    found = (_dump(_GET_ROUTE, family, partial(_routes_of, length)) for family, length in longest.items())
    return tuple(route for routes in found for route in routes)


def open_listener() -> socket.socket:
    """A socket that becomes readable when a link, an address or a route changes, and never otherwise.

    Raises:
        OSError: the kernel gives none.
    """
    listener = _open()
    try:
        listener.setblocking(False)
        listener.bind((0, _CHANGES))
    except OSError:
        listener.close()
        raise
    return listener


def drain(listener: socket.socket) -> None:
    """Take what has come in; it says no more than that something changed.

    Raises:
        OSError: the socket is of no use any more.
    """
    try:
        while True:
            listener.recv(_ROOM)
    except BlockingIOError:
        return
    except OSError as error:
        if error.errno != errno.ENOBUFS:  # too much came: something changed, for certain
            raise


_ROOM = 64 * 1024
_TRIES = 4
_PATIENCE_S = 1.0
"""Never needed: a kernel that owes an answer must not hold the loop."""

_GET_LINK, _GET_ADDR, _GET_ROUTE = 18, 22, 26
_ERROR, _DONE = 2, 3
_REQUEST_DUMP = 0x1 | 0x300
_DUMP_INTERRUPTED = 0x10
_CHANGES = 0x1 | 0x10 | 0x40 | 0x100 | 0x400
"""RTMGRP_LINK, _IPV4_IFADDR, _IPV4_ROUTE, _IPV6_IFADDR, _IPV6_ROUTE."""

_HEADER = struct.Struct("=IHHII")
_ASK = struct.Struct("=B15xHHI")
"""Every request's body begins with its family; zeros ask for all. With RTEXT_FILTER_SKIP_STATS in
IFLA_EXT_MASK links come without their counters, which are most of their bytes."""
_NO_COUNTERS = (8, 29, 8)
_LINK = struct.Struct("=BxHiII")
_ADDRESS = struct.Struct("=BBBBI")
_ROUTE = struct.Struct("=BBBBBBBBI")
_ATTRIBUTE = struct.Struct("=HH")
_NEXT_HOP = struct.Struct("=HBBi")
_U32 = struct.Struct("=I")

_UP, _POINT_TO_POINT, _RUNNING = 0x1, 0x10, 0x40
_LINK_NAME, _LINK_INFO, _INFO_KIND = 3, 18, 1
_ADDRESS_PLAIN, _ADDRESS_LOCAL, _ADDRESS_FLAGS = 1, 2, 8
_PASSING = {socket.AF_INET6: 0x01 | 0x08 | 0x20 | 0x40}
"""Temporary, failed, deprecated and tentative addresses come and go on a network that stays the same."""
_SCOPE_GLOBAL = 0
_UNICAST, _LOCAL_TABLE, _CLONED = 1, 255, 0x200
_DEAD = 0x1 | 0x10
"""RTNH_F_DEAD, RTNH_F_LINKDOWN: a cable that is pulled leaves its routes behind."""
_TO, _OUT, _GATEWAY, _PRIORITY, _WAYS, _TABLE, _VIA = 1, 4, 5, 6, 9, 15, 18


def _open() -> socket.socket:
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)


def _dump(what: int, family: int, read: Callable[[bytes], Iterator[T]]) -> tuple[T, ...]:
    with _open() as kernel:
        kernel.settimeout(_PATIENCE_S)
        for _ in range(_TRIES):
            kernel.send(
                _HEADER.pack(_HEADER.size + _ASK.size, what, _REQUEST_DUMP, 0, 0)
                + _ASK.pack(family, *_NO_COUNTERS)
            )
            whole, bodies = _answer(kernel)
            if whole:
                return tuple(found for body in bodies for found in read(body))
        raise OSError(errno.EINTR, "the network changes faster than it can be read")


def _answer(kernel: socket.socket) -> tuple[bool, list[bytes]]:
    """The messages of one dump, and whether nothing changed while it was made."""
    whole = True
    bodies: list[bytes] = []
    while True:
        for kind, flags, body in _messages(kernel.recv(_ROOM)):
            whole = whole and not flags & _DUMP_INTERRUPTED
            if kind == _DONE:
                return whole, bodies
            if kind == _ERROR:
                raise OSError(-struct.unpack_from("=i", body)[0], "the kernel gives no dump")
            bodies.append(body)


def _messages(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    offset = 0
    while offset + _HEADER.size <= len(data):
        size, kind, flags, _, _ = _HEADER.unpack_from(data, offset)
        yield kind, flags, data[offset + _HEADER.size : offset + size]
        offset += _aligned(size)


def _links_of(body: bytes) -> Iterator[Link]:
    _, _, index, flags, _ = _LINK.unpack_from(body)
    about = _attributes(body[_LINK.size :])
    kind = _attributes(about.get(_LINK_INFO, b"")).get(_INFO_KIND, b"")
    up = flags & (_UP | _RUNNING) == _UP | _RUNNING
    yield Link(index, _text(about.get(_LINK_NAME, b"")), _text(kind), up, bool(flags & _POINT_TO_POINT))


def _addresses_of(body: bytes) -> Iterator[Address]:
    family, _, flags, scope, link = _ADDRESS.unpack_from(body)
    about = _attributes(body[_ADDRESS.size :])
    if _ADDRESS_FLAGS in about:  # the byte of old has no room for all of them
        (flags,) = _U32.unpack(about[_ADDRESS_FLAGS])
    own = about.get(_ADDRESS_LOCAL) or about.get(_ADDRESS_PLAIN)
    if own is not None and scope == _SCOPE_GLOBAL and not flags & _PASSING.get(family, 0):
        yield Address(link, str(ip_address(own)))


def _routes_of(longest: int, body: bytes) -> Iterator[Route]:
    family, length, _, _, table, _, _, kind, flags = _ROUTE.unpack_from(body)
    if length > longest:  # first of all: some VPNs bring thousands
        return
    about = _attributes(body[_ROUTE.size :])
    table = _number(about, _TABLE, table)
    if kind != _UNICAST or table == _LOCAL_TABLE or flags & _CLONED:
        return
    to = about.get(_TO, bytes(4 if family == socket.AF_INET else 16))
    for way_flags, link, way in _ways(flags, about):
        if not way_flags & _DEAD and link is not None:
            yield Route(
                family=family,
                prefix=str(ip_address(to)),
                length=length,
                table=table,
                link=link,
                gateway=_gateway(way),
                priority=_number(about, _PRIORITY, 0),
            )


def _ways(flags: int, about: dict[int, bytes]) -> Iterator[tuple[int, int | None, dict[int, bytes]]]:
    """Flags, interface and attributes of each next hop."""
    if _WAYS not in about:
        yield flags, _number(about, _OUT, 0) or None, about
        return
    ways, offset = about[_WAYS], 0
    while offset + _NEXT_HOP.size <= len(ways):
        size, way_flags, _, link = _NEXT_HOP.unpack_from(ways, offset)
        yield way_flags, link, _attributes(ways[offset + _NEXT_HOP.size : offset + size])
        offset += max(_aligned(size), _NEXT_HOP.size)


def _gateway(way: dict[int, bytes]) -> str:
    # RTA_VIA is a gateway of the other family, with that family in front.
    address = way.get(_GATEWAY) or way.get(_VIA, b"")[2:]
    return str(ip_address(address)) if address else ""


def _attributes(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    offset = 0
    while offset + _ATTRIBUTE.size <= len(data):
        size, kind = _ATTRIBUTE.unpack_from(data, offset)
        if size < _ATTRIBUTE.size:
            break
        found[kind & 0x3FFF] = data[offset + _ATTRIBUTE.size : offset + size]
        offset += _aligned(size)
    return found


def _number(about: dict[int, bytes], kind: int, otherwise: int) -> int:
    return int(_U32.unpack(about[kind])[0]) if kind in about else otherwise


def _text(data: bytes) -> str:
    return data.rstrip(b"\0").decode("utf-8", "replace")


def _aligned(size: int) -> int:
    return (size + 3) & ~3
