"""Bytes of a streamed answer become its events, however the network has cut them.

The format of server-sent events is https://html.spec.whatwg.org/multipage/server-sent-events.html (read
2026-11-26); the other one is a JSON value on each line. Bytes stay bytes: a line ends at an ASCII character,
which is never part of another one in UTF-8.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from trayuptime.core.evidence import Stream

_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOM = b"\xef\xbb\xbf"


class Framing(StrEnum):
    """How an answer is cut into events."""

    SSE = "sse"
    NDJSON = "ndjson"
    """One JSON value a line."""
    WHOLE = "whole"
    """Not at all: the body is the one event."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `data` is empty for a keep-alive: a comment, or a blank line that ends nothing."""

    data: bytes = b""
    name: str = ""


KEEP_ALIVE = Event()


class Listener(Protocol):
    """Whoever hears a streamed answer while it arrives; one for each question."""

    @property
    def heard(self) -> Stream:
        """What came so far."""
        ...

    def hear(self, piece: bytes, at_ms: float) -> bool:
        """Takes the next bytes.

        Args:
            piece: decompressed, cut anywhere.
            at_ms: since the request was sent.

        Returns:
            Whether nothing of interest can follow.
        """
        ...

    def end(self, body: bytes, at_ms: float) -> None:
        """The answer is complete; `body` is all of it."""
        ...


class Lines:
    """Takes bytes and gives the lines that are complete; CRLF, LF and CR end one, a BOM begins none."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._looked = 0
        self._begun = False
        self._after_cr = False

    def take(self, piece: bytes) -> Iterator[bytes]:
        """The lines that end in `piece`, without their ends."""
        if self._after_cr and piece:  # a CR ended the last line at once; its LF may have come later
            piece = piece.removeprefix(b"\n")
            self._after_cr = False
        self._held += piece
        start = 0
        for end in _LINE_END.finditer(self._held, self._looked):
            yield self._line(start, end.start())
            start = end.end()
            self._after_cr = end[0] == b"\r" and start == len(self._held)
        del self._held[:start]
        self._looked = len(self._held)

    def rest(self) -> bytes:
        """What was left without an end."""
        held = self._line(0, len(self._held))
        self._held.clear()
        self._looked = 0
        return held

    def _line(self, start: int, end: int) -> bytes:
        line = bytes(self._held[start:end])
        if self._begun:
            return line
        self._begun = True
        return line.removeprefix(_BOM)


class ServerSent:
    """The events of `text/event-stream`."""

    def __init__(self) -> None:
        self._lines = Lines()
        self._data: list[bytes] = []
        self._name = b""

    def take(self, piece: bytes) -> Iterator[Event]:
        """The events that end in `piece`, keep-alives among them."""
        for line in self._lines.take(piece):
            yield from self._take_line(line)

    def end(self) -> Iterator[Event]:
        """What a complete answer left without its blank line, which the standard would drop."""
        if rest := self._lines.rest():
            yield from self._take_line(rest)
        if self._data:
            yield from self._take_line(b"")

    def _take_line(self, line: bytes) -> Iterator[Event]:
        if not line:
            data = b"\n".join(self._data)
            yield Event(data, self._name.decode("utf-8", "replace")) if data.strip() else KEEP_ALIVE
            self._data, self._name = [], b""
            return
        field, _, value = line.partition(b":")
        match field:
            case b"":
                yield KEEP_ALIVE
            case b"data":
                self._data.append(value.removeprefix(b" "))
            case b"event":
                self._name = value.removeprefix(b" ")


class JsonLines:
    """The events of `application/x-ndjson`."""

    def __init__(self) -> None:
        self._lines = Lines()

    def take(self, piece: bytes) -> Iterator[Event]:
        """The events that end in `piece`, keep-alives among them."""
        for line in self._lines.take(piece):
            yield Event(line) if line.strip() else KEEP_ALIVE

    def end(self) -> Iterator[Event]:
        """A last line without its end."""
        if (rest := self._lines.rest()).strip():
            yield Event(rest)


class Whole:
    """No events: everything is in the body."""

    def take(self, _piece: bytes) -> Iterator[Event]:
        """Nothing, before it is complete."""
        return iter(())

    def end(self) -> Iterator[Event]:
        """Nothing: whoever listens is given the body."""
        return iter(())


SPLITTERS: dict[Framing, type[ServerSent | JsonLines | Whole]] = {
    Framing.SSE: ServerSent,
    Framing.NDJSON: JsonLines,
    Framing.WHOLE: Whole,
}
