"""What a certificate that was not accepted says: who issued it, and from when to when it holds.

OpenSSL keeps no certificate that it refuses, and Python hands none out. But it shows every message of a
handshake to a callback for debugging (private to CPython, there since 3.8), which needs no second connection.
Where that is missing one day, only the sentence is poorer. Nothing is trusted because of anything in here.
"""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from trayuptime.core.answer import one_line

_CERTIFICATE_MESSAGE = 11
_UTC_TIME, _EXPLICIT_0 = 0x17, 0xA0
_COMMON_NAME, _ORGANISATION = b"\x55\x04\x03", b"\x55\x04\x0a"
_TEXTS = {0x0C: "utf-8", 0x13: "latin-1", 0x14: "latin-1", 0x16: "latin-1", 0x1E: "utf-16-be"}
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Certificate:
    """One side's own certificate, without its proof.

    Attributes:
        issuer: its common name, else its organisation; a stranger's word, on one line.
    """

    issuer: str
    valid_from: datetime
    valid_until: datetime


class Listening(ssl.SSLObject):
    """A TLS connection that remembers the other side's certificate message."""

    presented: tuple[int, bytes] | None = None

    @property
    def certificate(self) -> Certificate | None:
        """What was presented first, as far as it can be read."""
        return None if self.presented is None else read_message(*self.presented)


def listen(context: ssl.SSLContext) -> ssl.SSLContext:
    """Makes the connections of a context remember, and returns it."""
    context.sslobject_class = Listening
    if hasattr(ssl.SSLContext, "_msg_callback"):
        context._msg_callback = _note  # type: ignore[attr-defined] # noqa: SLF001 - see the module
    return context


def read_message(version: int, message: bytes) -> Certificate | None:
    """The first certificate of a TLS certificate message; `None` where it makes no sense."""
    try:
        at = 4  # the kind of message and its length
        if version >= ssl.TLSVersion.TLSv1_3:
            at += 1 + message[at]  # the context of a request, empty in a handshake
        at += 3  # the length of all
        end = at + 3 + int.from_bytes(message[at : at + 3])
        return _read(message[at + 3 : end])
    except (ValueError, IndexError, StopIteration, OverflowError):
        return None


def _note(connection: Any, direction: str, version: int, _content: int, kind: int, data: bytes) -> None:
    if kind == _CERTIFICATE_MESSAGE and direction == "read" and isinstance(connection, Listening):
        connection.presented = int(version), bytes(data)


def _read(der: bytes) -> Certificate:
    _, certificate = next(_items(der))
    _, signed = next(_items(certificate))
    fields = _items(signed)
    tag, _ = next(fields)
    if tag == _EXPLICIT_0:
        next(fields)  # the serial number, after the version
    next(fields)  # how it is signed
    _, issuer = next(fields)
    _, validity = next(fields)
    start, end = (_time(tag, value) for tag, value in _items(validity))
    return Certificate(_name(issuer), start, end)


def _items(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each value, one after the other."""
    at = 0
    while at < len(der):
        tag, length = der[at], der[at + 1]
        at += 2
        if length >= 0x80:
            octets = length & 0x7F
            length = int.from_bytes(der[at : at + octets])
            at += octets
        if at + length > len(der):
            raise ValueError("a value is longer than what it stands in")
        yield tag, der[at : at + length]
        at += length


def _name(der: bytes) -> str:
    found: dict[bytes, str] = {}
    for _, one in _items(der):
        for _, pair in _items(one):
            (_, what), (tag, text) = list(_items(pair))[:2]
            found.setdefault(what, text.decode(_TEXTS.get(tag, "latin-1"), "replace"))
    name = found.get(_COMMON_NAME) or found.get(_ORGANISATION) or "nobody it names"
    return one_line(name)[:_LONGEST_NAME]


def _time(tag: int, value: bytes) -> datetime:
    text = value.decode("ascii")
    if tag == _UTC_TIME:  # two digits of a year that is in 1950-2049
        text = ("19" if int(text[:2]) >= 50 else "20") + text
    return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
