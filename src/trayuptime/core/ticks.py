"""What of a playbook was done in one incident: ticks, which are kept as notes about it.

A tick is a note in Markdown's own form: `[x] Told Anna` ticks an item, `[ ] Told Anna` takes that back, and
the last one holds. So it goes wherever notes go, through export, import, merge, rename and recovery, and an
earlier version shows it as a line that speaks for itself. A table of their own would need all of that again.
An item is named by its words, not by its place: the playbook may be edited while an outage lasts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trayuptime.core.model import Instant, Note
from trayuptime.core.notes import note_text
from trayuptime.core.playbook import Heading, Item, Line, Text, same

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


@dataclass(frozen=True, slots=True)
class Task:
    """An item with its tick.

    Attributes:
        number: from 1, in the order shown.
        words: what is to do.
        label: what a tick of it names it by.
        tick: the last one; `None` where there never was any.
    """

    number: int
    words: str
    label: str
    tick: Tick | None = None

    @property
    def done(self) -> bool:
        """It is ticked."""
        return self.tick is not None and self.tick.done


@dataclass(frozen=True, slots=True)
class Checklist:
    """A playbook as it stands in one incident.

    Attributes:
        rows: the playbook's lines in order.
        gone: what was ticked and stands in the playbook no more, oldest first.
    """

    rows: tuple[Heading | Text | Task, ...] = ()
    gone: tuple[Task, ...] = ()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What is to do, by number; those that are gone come last."""
        return (*(row for row in self.rows if isinstance(row, Task)), *self.gone)


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


def standing(ticks: Iterable[Tick]) -> Mapping[str, Tick]:
    """The tick that holds of each item, by `same` of its label.

    Of two at one time, which only two machines can have made, both must choose alike: what was done is done.
    """
    found: dict[str, Tick] = {}
    for tick in sorted(ticks, key=lambda each: (each.at, each.done)):
        found[same(tick.item)] = tick
    return found


def checklist(lines: Sequence[Line], ticks: Iterable[Tick]) -> Checklist:
    """A playbook's lines with the ticks of one incident."""
    left = dict(standing(ticks))
    rows: list[Heading | Text | Task] = []
    number = 0
    for line in lines:
        if isinstance(line, Item):
            number += 1
            rows.append(Task(number, line.words, line.label, left.pop(same(line.label), None)))
        else:
            rows.append(line)
    others = [tick for tick in left.values() if tick.done]
    gone = tuple(Task(number + n, tick.item, tick.item, tick) for n, tick in enumerate(others, 1))
    return Checklist(tuple(rows), gone)
