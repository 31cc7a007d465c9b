"""What may be sent where: addresses and headers checked before any of it reaches a wire."""

import re
from collections.abc import Mapping

import httpx

from trayuptime.core.evidence import Failure
from trayuptime.core.sites import site_of
from trayuptime.net.hop import Stop

_PORTS = {"http": 80, "https": 443}
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\x20-\x7e\x80-\xff\t]*")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_\-]{0,61}[A-Za-z0-9_])?")
_LONGEST_NAME = 253
_LAST_PORT = 65535


def parse_url(text: str) -> httpx.URL:
    """An absolute http or https address.

    Raises:
        Stop: it is none, or it carries a user name or password, which belong into a header.
    """
    try:
        url = httpx.URL(text)
        is_one = is_place(url)
    except (httpx.InvalidURL, UnicodeError) as error:  # the second from a name like `xn--`
        raise _refused("the address is not valid") from error
    if url.scheme not in _PORTS:
        raise _refused("the address does not begin with https:// or http://")
    if not is_one:
        raise _refused("the address names no valid host or port")
    if url.userinfo:
        raise _refused("the address holds a user name or password; keep those out of it")
    return url


def check_request(method: str, headers: Mapping[str, str]) -> None:
    """Let only what HTTP allows pass.

    Raises:
        Stop: naming the header, never its value.
    """
    if not _TOKEN.fullmatch(method):
        raise _refused("the method is not valid")
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            raise _refused("a header's name is not valid")
        if not _VALUE.fullmatch(value) or value != value.strip():
            raise _refused(f"the value of {name} holds a character that HTTP does not allow")


def is_place(url: httpx.URL) -> bool:
    """Whether host and port can exist: httpx itself percent-encodes what is wrong with a host."""
    if not 0 < port_of(url) <= _LAST_PORT:
        return False
    if ":" in url.host:
        return True  # an IPv6 literal, which httpx has checked
    name = url.raw_host.decode("ascii").removesuffix(".")
    return len(name) <= _LONGEST_NAME and all(_LABEL.fullmatch(label) for label in name.split("."))


def port_of(url: httpx.URL) -> int:
    """The port that is meant, the scheme's own one included."""
    return url.port if url.port is not None else _PORTS.get(url.scheme, 0)


def origin_of(url: httpx.URL) -> str:
    """`scheme://host:port`."""
    return f"{url.scheme}://{place_of(url)}"


def place_of(url: httpx.URL) -> str:
    """`host:port`, brackets around IPv6."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{host}:{port_of(url)}"


def stays_home(old: httpx.URL, new: httpx.URL) -> bool:
    """Whether a redirect stays with whom was asked: the same origin, or its move from http to https."""
    if origin_of(old) == origin_of(new):
        return True
    moves = (old.scheme, port_of(old), new.scheme, port_of(new))
    return old.host == new.host and moves == ("http", 80, "https", 443)


def is_same_site(old: httpx.URL, new: httpx.URL) -> bool:
    """Whether two hosts belong together by their names, as `example.com` and `www.example.com` do."""
    return old.host == new.host or site_of(old.host) == site_of(new.host) is not None


def _refused(text: str) -> Stop:
    return Stop(Failure.REFUSED_BY_US, text)
