"""What of a playbook was done in one incident: ticks, which are kept as notes about it.

A tick is a note in Markdown's own form: `[x] Told Anna` ticks an item, `[ ] Told Anna` takes that back, and
the last one holds. So it goes wherever notes go, through export, import, merge, rename and recovery, and an
earlier version shows it as a line that speaks for itself. A table of their own would need all of that again.
An item is named by its words, not by its place: the playbook may be edited while an outage lasts.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trayuptime.core.model import Instant, Note
from trayuptime.core.notes import note_text

_TICK = re.compile(r"\[(?P<mark>[ xX])\] (?P<item>\S[^\n]*)(?:\nby (?P<by>\S[^\n]*))?")


@dataclass(frozen=True, slots=True)
class Tick:
    """An item that was ticked, or whose tick was taken back.

    Attributes:
        item: its label at that time.
        by: who did it, if somebody said so; nobody is named unasked, for notes go to vendors.
    """

    item: str
    done: bool
    at: Instant
    by: str = ""


def tick_text(item: str, *, done: bool, by: str = "") -> str:
    """The note that ticks an item, or takes that back.

    Raises:
        UnfitNoteError: the item's label cannot be kept.
    """
    mark = "x" if done else " "
    who = " ".join(by.split())
    return note_text(f"[{mark}] {' '.join(item.split())}" + (f"\nby {who}" if who else ""))


def tick_of(note: Note) -> Tick | None:
    """What a note ticks; `None` for one that is no tick."""
    found = _TICK.fullmatch(note.text)
    return None if found is None else Tick(found["item"], found["mark"] != " ", note.at, found["by"] or "")


def ticks_of(notes: Iterable[Note]) -> tuple[Tick, ...]:
    """Those of the notes that are ticks, in their order."""
    return tuple(tick for note in notes if (tick := tick_of(note)) is not None)


def remarks_of(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Those that are no ticks."""
    return tuple(note for note in notes if tick_of(note) is None)


def same(label: str) -> str:
    """What two labels have in common that name the same item: neither case nor spaces tell them apart."""
    return " ".join(unicodedata.normalize("NFC", label).casefold().split())


def standing(ticks: Iterable[Tick]) -> Mapping[str, Tick]:
    """The tick that holds of each item, by `same` of its label.

    Of two at one time, which only two machines can have made, both must choose alike: what was done is done.
    """
    found: dict[str, Tick] = {}
    for tick in sorted(ticks, key=lambda each: (each.at, each.done)):
        found[same(tick.item)] = tick
    return found
