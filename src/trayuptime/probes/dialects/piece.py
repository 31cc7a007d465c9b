"""What one event of an answer brings, whatever language it came in."""

from dataclasses import dataclass
from typing import Any

PING = "ping"
"""The whole question."""

_MOST_TOKENS = 10**9
"""No answer has more; what a vendor claims beyond it is no number to reckon with."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One event, understood.

    Attributes:
        data: a piece of the answer, or why it ended.
        text: some of it is text, so that it counts as a token where nobody tells how many there were.
        ended: the dialect's own end: nothing was cut off.
        final: nothing that matters can follow.
        error: it is an error.
        keep_alive: it only keeps the connection open.
        tokens_in, tokens_out: what is billed so far, where it says so.
    """

    data: bool = False
    text: bool = False
    ended: bool = False
    final: bool = False
    error: bool = False
    keep_alive: bool = False
    tokens_in: int | None = None
    tokens_out: int | None = None


NOTHING = Piece()
DONE = Piece(ended=True, final=True)
ERROR = Piece(error=True, final=True)
KEEPS_ALIVE = Piece(keep_alive=True)


def within(value: object, *names: str) -> Any:
    """What lies at a path of names, or `None`."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def entries(value: object) -> list[dict[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def tokens(value: object) -> int | None:
    """A count of tokens, if it is one."""
    counts = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS
    return value if isinstance(value, int) and counts else None
