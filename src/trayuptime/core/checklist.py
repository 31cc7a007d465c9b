"""A playbook with the ticks of one incident: what is to do, and what of it was done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trayuptime.core.playbook import Heading, Item, Line, Text
from trayuptime.core.ticks import Tick, same, standing


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
