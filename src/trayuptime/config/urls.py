"""What a URL in the file may be, and whether its host is this computer; no URL is repeated in a message."""

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit

from trayuptime.core.model import Reach
from trayuptime.core.reach import reach_of


class BadUrl(ValueError):  # noqa: N818 - it reads as what it is
    """The text is no URL we use; the message says why without repeating it."""


def page_url(text: str) -> str:
    """A page's URL, checked.

    Raises:
        BadUrl: not absolute HTTP(S), or with a secret in it.
    """
    parts = _split(text)
    if any(_SECRET_NAME.fullmatch(name) for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        raise BadUrl("must not carry a key or token in its query; keys do not stand in this file")
    return text


def api_url(text: str) -> str:
    """An API's base URL, checked, its scheme in lower case and no slash at its end: paths are added to it.

    Raises:
        BadUrl: as `page_url`, or with a query or fragment.
    """
    parts = _split(text)
    if parts.query or parts.fragment or text[-1] in "?#":
        raise BadUrl('must end with its path, without "?…" or "#…"; keys do not stand in this file')
    return parts.scheme + text[len(parts.scheme) :].rstrip("/")


def neutral_url(text: str) -> str:
    """The URL of an address that is asked for its word alone, checked.

    Raises:
        BadUrl: as `page_url`; or its answer would prove nothing.
    """
    parts = _split(page_url(text))
    reach = reach_of(parts.hostname or "", None)
    if reach is Reach.LOOPBACK:
        raise BadUrl("must not be this computer: that it answers itself proves no network")
    if reach is Reach.INTERNET and parts.scheme != "https":
        raise BadUrl("must begin with https://, or whoever stands in between could answer for it")
    return text


def host_of(url: str) -> str:
    """The URL's host, in lower case and without brackets; empty where it has none."""
    return urlsplit(url).hostname or ""


def is_loopback(host: str) -> bool:
    """This computer speaking to itself: `localhost`, `*.localhost`, 127.0.0.0/8 or ::1.

    Shorthands such as `127.1` are taken for foreign, which is the strict side.
    """
    name = host.casefold().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    if not name[:1].isdigit() and ":" not in name:
        return False
    import ipaddress  # noqa: PLC0415 - 3 ms that a file of vendors' names never pays

    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


_SECRET_NAME = re.compile(
    r".*(api[-_]?key|token|secret|passw(or)?d|signature).*|key|pwd|auth|authorization|sig", re.IGNORECASE
)


def _split(text: str) -> SplitResult:
    if not text.isprintable() or any(char in text for char in ' \\"<>^`{|}'):
        raise BadUrl("must be a URL without blanks or \\ in it")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadUrl("must be a URL; its host or port cannot be read") from None
    if parts.scheme not in {"http", "https"}:
        raise BadUrl("must be a URL that starts with https:// or http://")
    if "@" in parts.netloc:
        raise BadUrl("must not carry a user name or password; they do not stand in this file")
    if not parts.hostname or port == 0:
        raise BadUrl("must be a URL with a host, such as https://example.com")
    return parts
