"""What a user may write about an incident: a few lines of text, as they are kept, shown and told again."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from trayuptime.core.model import Incident, Instant, Note, Surface

LONGEST = 2_000
"""Characters of one note."""

_ENDS_OF_LINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_JOINERS = "\u200c\u200d"
"""They change how the letters beside them look, in Persian as in emoji; no terminal obeys them."""


class UnfitNoteError(ValueError):
    """No note can be made of a text; the message is a clause: it "is empty"."""


def note_text(written: str) -> str:
    """The text as it is kept: lines end with a line feed, tabs are spaces, nothing blank at its ends.

    Raises:
        UnfitNoteError: it is empty, too long, or a terminal would obey a character of it.
    """
    text = "\n".join(lines_of(written)).strip("\n")
    if not text:
        raise UnfitNoteError("is empty")
    if len(text) > LONGEST:
        raise UnfitNoteError(f"has {len(text):,} characters; a note may have at most {LONGEST:,}")
    for char in text:
        if not can_be_shown(char):
            raise UnfitNoteError(f"holds a character that cannot be shown: U+{ord(char):04X}")
    return text


def lines_of(written: str) -> list[str]:
    """Any text line by line, whatever ends them; tabs are spaces, and nothing blank ends a line."""
    text = _ENDS_OF_LINES.sub("\n", written.removeprefix("\ufeff")).replace("\t", "    ")
    return [line.rstrip() for line in text.split("\n")]


def can_be_shown(char: str) -> bool:
    """Whether it is a letter for every terminal and window, and nothing that they obey."""
    return char.isprintable() or char == "\n" or char in _JOINERS or unicodedata.category(char) == "Zs"


About = tuple[str, Surface, Instant]
"""An incident by what it has in every file: provider, surface, start."""


def by_incident(notes: Iterable[Note]) -> Mapping[About, list[Note]]:
    """The notes of each incident, in the order given."""
    found: dict[About, list[Note]] = {}
    for note in notes:
        found.setdefault((note.provider, note.surface, note.started_at), []).append(note)
    return found


def about(incident: Incident) -> About:
    """What its notes name it by."""
    return incident.provider, incident.surface, incident.started_at
