"""What a line of Markdown says inside: words, code, what is strong, and addresses that may be opened.

Less than Markdown knows, on purpose: nothing in it is loaded or obeyed. A picture is the address of one, HTML
is words, and an address that leads elsewhere than to a web page or a letter stays the words it was.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

LONGEST = 4_000
"""Characters; a longer line is another thing than prose, and is shown as it stands."""

_PIECE = re.compile(
    r"""
    \\(?P<escaped>[!-/:-@\[-`{-~])
  | (?<!`)(?P<ticks>`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)
  | \*\*(?P<strong>[^\s*](?:[^*]*[^\s*])?)\*\*
  | <(?P<address>(?i:https?://|mailto:)[^\s<>]+)>
  | \[(?P<words>[^\[\]]+)\]\((?P<target>(?i:https?://|mailto:)[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)\)
  | (?P<bare>(?i:https?://)[^\s<>]*[^\s<>.,:;!?*'")\]])
    """,
    re.VERBOSE,
)


class Style(Enum):
    """How words are set."""

    PLAIN = auto()
    CODE = auto()
    STRONG = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a line that are alike.

    Attributes:
        address: what they lead to; empty where they only stand there.
    """

    words: str
    style: Style = Style.PLAIN
    address: str = ""


def pieces_in(line: str) -> tuple[Piece, ...]:
    """A line in pieces, in order."""
    if len(line) > LONGEST:
        return (Piece(line),)
    found: list[Piece] = []
    plain, at = "", 0
    for match in _PIECE.finditer(line):
        plain += line[at : match.start()] + (match["escaped"] or "")
        at = match.end()
        if match["escaped"] is None:
            found += [Piece(plain)] if plain else []
            found.append(_piece(match))
            plain = ""
    plain += line[at:]
    return (*found, Piece(plain)) if plain else tuple(found)


def spoken(line: str) -> str:
    """The same without any marks, as somebody would read it out."""
    return "".join(piece.words for piece in pieces_in(line))


def _piece(match: re.Match[str]) -> Piece:
    if match["code"] is not None:
        return Piece(match["code"].strip() or match["code"], Style.CODE)
    if match["strong"] is not None:
        return Piece(match["strong"], Style.STRONG)
    if match["words"] is not None:
        return Piece(match["words"], address=match["target"])
    address = match["address"] or match["bare"]
    return Piece(re.sub("^(?i:mailto:)", "", address), address=address)
