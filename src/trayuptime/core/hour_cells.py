"""The hours of the week as they are drawn and told: how much of what was seen was down, how much degraded.

A cell is drawn alike on the screen and on paper: the trouble in it stands from the bottom. How high says how
much of what was seen was down, and above that degraded; a full cell is as much as the scale says. How wide it
is filled says how much was seen at all: what nobody saw is left bare, and so is an hour of which hardly
anything was seen, however well that went.
"""

from calendar import day_name
from collections.abc import Iterable
from datetime import tzinfo
from typing import NamedTuple

from trayuptime.core import words
from trayuptime.core.hours_of_week import hours_of_week
from trayuptime.core.model import Instant
from trayuptime.core.strip import Status, Strip

LEAST_SEEN = 0.1
"""An hour of which a smaller share was seen is not known."""
SCALES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""What a full cell may stand for; never less, or else a minute in a year would look like a wreck."""
WHOLE = 0.98
"""A restart now and then makes no hole; what is missing beyond that can be seen."""
_EXCHANGED = {Status.DOWN: Status.DEGRADED, Status.DEGRADED: Status.DOWN}


class HourCell(NamedTuple):
    """All the hours of a window that the clock showed as this one.

    Attributes:
        weekday: 0 for Monday.
        hour: 0 to 23, by the user's clock.
        window_ms: how long they were together.
        seen_ms: how much of that was seen.
        down_ms: how much of the seen time was down.
        degraded_ms: how much of it was degraded, none of which was down.
    """

    weekday: int
    hour: int
    window_ms: int
    seen_ms: int
    down_ms: int
    degraded_ms: int

    @property
    def coverage(self) -> float:
        """The share that was seen."""
        return self.seen_ms / self.window_ms if self.window_ms else 0.0

    @property
    def is_known(self) -> bool:
        """Enough was seen to say how good an hour it is."""
        return self.coverage >= LEAST_SEEN

    @property
    def trouble_ms(self) -> int:
        """How much of the seen time was down or degraded."""
        return self.down_ms + self.degraded_ms

    @property
    def share_down(self) -> float:
        """The part of the seen time that was down."""
        return self.down_ms / self.seen_ms if self.seen_ms else 0.0

    @property
    def breadth(self) -> float:
        """The share of a cell's width that is filled: as much as was seen; none where nothing is known."""
        if not self.is_known and not self.trouble_ms:
            return 0.0
        return 1.0 if self.coverage > WHOLE else self.coverage

    def stacked(self, scale: float) -> dict[Status, int]:
        """What stands in a cell from the bottom up, by shares of all of it together.

        Up only if enough was seen to say so, else bare, which is `UNSEEN`.
        """
        rest = Status.UP if self.is_known else Status.UNSEEN
        return {
            Status.DOWN: self.down_ms,
            Status.DEGRADED: self.degraded_ms,
            rest: max(0, round(self.seen_ms * scale) - self.trouble_ms),
        }

    @property
    def name(self) -> str:
        """`Tuesday 14:00–15:00`."""
        return f"{day_name[self.weekday]} {self.hour:02}:00–{self.hour + 1:02}:00"


def hour_cells(strip: Strip, start: Instant, zone: tzinfo) -> tuple[HourCell, ...]:
    """The 168 hours of the week, from Monday's first on; see `hours_of_week`."""
    down = hours_of_week(strip, start, zone)
    # Down and degraded in each other's place: the same arithmetic then says what was degraded.
    exchanged = tuple([(_EXCHANGED.get(Status(status), status), ms) for status, ms in strip])
    degraded = hours_of_week(exchanged, start, zone)
    return tuple([HourCell(*one, other.down_ms) for one, other in zip(down, degraded, strict=True)])


def scale_of(cells: Iterable[HourCell]) -> float:
    """The share that a full cell stands for, a round one: the worst of those that are known is not fuller."""
    most = max([cell.trouble_ms / cell.seen_ms for cell in cells if cell.is_known], default=0.0)
    return next(scale for scale in SCALES if scale >= most)


def hour_words(cell: HourCell) -> str:
    """`Tuesday 14:00–15:00: 1.2 % of 41 h seen was down, 30 min · coverage 78.846 %`."""
    if not cell.seen_ms:
        return f"{cell.name}: {words.NOT_WATCHED}"
    seen = f"{words.duration(cell.seen_ms / 1000)} seen"
    coverage = f"coverage {words.percent(cell.coverage)}"
    parts = [
        f"{share_words(ms / cell.seen_ms)} of {seen} was {what}, {words.duration(ms / 1000)}"
        for what, ms in (("down", cell.down_ms), ("degraded", cell.degraded_ms))
        if ms
    ]
    if not cell.is_known:
        return f"{cell.name}: {' · '.join(parts or [seen])} · {coverage}, too little to judge"
    return f"{cell.name}: {' · '.join([*(parts or [f'never down in {seen}']), coverage])}"


def scale_words(scale: float) -> str:
    """How a cell is to be read."""
    return f"a full cell is {scale * 100:.0f} % of the time seen; its width is how much was seen"


def share_words(share: float) -> str:
    """A share of trouble, `1.2 %`; neither nothing nor everything unless it is that."""
    percent = share * 100
    if not 0 < share < 1:
        return f"{percent:.0f} %"
    if percent < 0.1:  # a tenth is the finest that is told
        return "under 0.1 %"
    return f"{min(percent, 99.9):.1f} %"
