"""A playbook with the ticks of one incident: what is to do, and what of it was done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trayuptime.core.model import Instant
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
        again_since: when the incident was reopened last: what was done before has to be done again.
    """

    number: int
    words: str
    label: str
    tick: Tick | None = None
    again_since: Instant = 0

    @property
    def done(self) -> bool:
        """It is ticked, and not of an earlier fall alone."""
        return self.tick is not None and self.tick.done and self.tick.at >= self.again_since


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


def checklist(lines: Sequence[Line], ticks: Iterable[Tick], again_since: Instant = 0) -> Checklist:
    """A playbook's lines with the ticks of one incident, which may have been reopened since some of them."""
    left = dict(standing(ticks))
    rows: list[Heading | Text | Task] = []
    number = 0
    for line in lines:
        if isinstance(line, Item):
            number += 1
            tick = left.pop(same(line.label), None)
            rows.append(Task(number, line.words, line.label, tick, again_since))
        else:
            rows.append(line)
    others = [tick for tick in left.values() if tick.done]
    gone = tuple(Task(number + n, tick.item, tick.item, tick) for n, tick in enumerate(others, 1))
    return Checklist(tuple(rows), gone)
