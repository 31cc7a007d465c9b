"""One laptop's day as it truly was: who is watched, what fails and when, where the laptop is, when it sleeps.

Times are seconds of the day, by a clock that nobody ever sets and that runs on during sleep.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from trayuptime.core.model import Instant, Key, Reach, Rules

DAY_S = 86_400.0
MIDNIGHT: Instant = int(datetime(2026, 3, 29, tzinfo=UTC).timestamp()) * 1000
"""Second 0 of every day."""
RULES = Rules()
"""Every surface has the thresholds that a user gets who sets none."""
OWED_S = RULES.interval_s + 2 * RULES.retry_interval_s + 3 * RULES.timeout_s
"""An outage that could be seen for longer than this must have been told by then."""
LASTING_S = 2 * RULES.retry_interval_s + 3 * RULES.timeout_s
"""What fails for so long is no blip, whichever of its failures was seen first."""


class Fault(StrEnum):
    """What is wrong with a surface: the vendor's doing, but for the last three, which are the account's."""

    ERROR = "answers 502"
    OVERLOADED = "says it is overloaded"
    PAGE = "answers with a web page instead of data"
    REFUSED = "refuses connections"
    RESET = "closes connections unanswered"
    BLACK_HOLE = "lets nobody connect"
    HANG = "accepts and never answers"
    NAME = "has no address"
    CERTIFICATE = "shows an expired certificate"
    SLOW = "is slow"
    RATE = "answers 429"
    CREDIT = "answers 402"
    KEY = "answers 401"


UNANSWERED = frozenset(
    {Fault.REFUSED, Fault.RESET, Fault.BLACK_HOLE, Fault.HANG, Fault.NAME, Fault.CERTIFICATE}
)
"""Without an HTTP answer: they need a witness, and their host is none."""
OUTAGES = UNANSWERED | {Fault.ERROR, Fault.OVERLOADED, Fault.PAGE}
ACCOUNT = frozenset({Fault.RATE, Fault.CREDIT, Fault.KEY})
"""The user's own standing: never an outage."""


class Link(StrEnum):
    """What is wrong with this computer's own network."""

    GONE = "no network"
    """No route: everything fails at once."""
    SILENT = "nothing gets through"
    PORTAL = "a portal stands in between"
    NAMELESS = "no name can be resolved"
    SLUGGISH = "names are resolved slowly"


class Guard(StrEnum):
    """How this laptop learns that it has slept."""

    CLOCKS = "clocks"
    """At the next thing that it does, by comparing two clocks."""
    SIGNAL = "signal"
    """At once: the power signal."""


class Jolt(StrEnum):
    """What a VPN switch does to a probe that is under way."""

    RESET = "reset"
    HANG = "hang"
    DELAY = "delay"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` up to, and not at, `end`."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Trouble(Stretch):
    """A surface's trouble.

    Attributes:
        rate: how many of its answers fail.
        wait_s: the Retry-After that comes with a 429; 0 for none.
        flapping: one of many, with recoveries in between that are too short to last.
    """

    fault: Fault
    rate: float = 1.0
    wait_s: int = 0
    flapping: bool = False

    @property
    def is_outage(self) -> bool:
        """Every answer fails, and it is the vendor's doing."""
        return self.fault in OUTAGES and self.rate >= 1.0

    @property
    def is_hazy(self) -> bool:
        """Nobody can say from when to when it is down."""
        return self.flapping or self.rate < 1.0


@dataclass(frozen=True, slots=True)
class Spell(Stretch):
    """The own network's trouble."""

    link: Link


@dataclass(frozen=True, slots=True)
class Session(Stretch):
    """The app runs; `killed` when it ends without a word."""

    killed: bool = False


@dataclass(frozen=True, slots=True)
class Set:
    """The wall clock is set by `by_s`; the schedule does not notice."""

    at: float
    by_s: float


S = TypeVar("S", bound=Stretch)


class Timeline(Generic[S]):
    """Stretches in order, none within another, for looking up."""

    def __init__(self, stretches: Iterable[S] = ()) -> None:
        self.all = tuple(sorted(stretches, key=lambda stretch: stretch.start))
        self._starts = [stretch.start for stretch in self.all]

    def at(self, second: float) -> S | None:
        """The one that holds at a second."""
        place = bisect_right(self._starts, second) - 1
        return self.all[place] if place >= 0 and second < self.all[place].end else None

    def next_from(self, second: float) -> S | None:
        """The first that begins after a second."""
        place = bisect_right(self._starts, second)
        return self.all[place] if place < len(self.all) else None


@dataclass(frozen=True, slots=True)
class Watched:
    """One surface that is watched, and how fast it usually answers."""

    key: Key
    host: str
    reach: Reach
    keyed: bool
    usual_ms: float


@dataclass(frozen=True)
class Day:
    """The whole script of a day; nothing in it depends on who watches.

    Attributes:
        troubles: of each surface.
        account: of each provider whose key is used.
        jolts: when a VPN went up or down.
        knows_routes: this computer can say of itself that it has no way out, and when its network is another.
        offset_s: its place within the slots.
    """

    seed: str
    watched: tuple[Watched, ...]
    troubles: Mapping[Key, Timeline[Trouble]] = field(default_factory=dict)
    account: Mapping[str, Timeline[Trouble]] = field(default_factory=dict)
    spells: Timeline[Spell] = field(default_factory=Timeline)
    jolts: Sequence[float] = ()
    naps: Timeline[Stretch] = field(default_factory=Timeline)
    sessions: Timeline[Session] = field(default_factory=lambda: Timeline([Session(0.0, DAY_S)]))
    clock: Sequence[Set] = ()
    guard: Guard = Guard.SIGNAL
    knows_routes: bool = True
    offset_s: float = 0.0

    def wall(self, second: float) -> Instant:
        """What the clock on the wall says, for better or worse."""
        shown = second + sum(step.by_s for step in self.clock if step.at <= second)
        return MIDNIGHT + round(shown * 1000)

    def changes(self) -> list[float]:
        """When this computer notices that its network is another one than before."""
        if not self.knows_routes:
            return []
        moved = [spell for spell in self.spells.all if spell.link is not Link.SILENT]
        return sorted({*self.jolts, *(at for spell in moved for at in (spell.start, spell.end))})


def overlap(one: Iterable[Stretch], other: Iterable[Stretch]) -> list[Stretch]:
    """The time in both; each side in order and disjoint."""
    rest = list(other)
    return [
        Stretch(max(a.start, b.start), min(a.end, b.end))
        for a in one
        for b in rest
        if max(a.start, b.start) < min(a.end, b.end)
    ]


def without(one: Iterable[Stretch], cut: Iterable[Stretch]) -> list[Stretch]:
    """The time of `one` that is not in `cut`."""
    left = [Stretch(each.start, each.end) for each in one]
    for hole in cut:
        left = [
            Stretch(start, end)
            for each in left
            for start, end in ((each.start, min(each.end, hole.start)), (max(each.start, hole.end), each.end))
            if start < end
        ]
    return left


def union(*parts: Iterable[Stretch]) -> list[Stretch]:
    """The time in any of them, in order and disjoint."""
    out: list[Stretch] = []
    for each in sorted((stretch for part in parts for stretch in part), key=lambda stretch: stretch.start):
        if out and each.start <= out[-1].end:
            out[-1] = Stretch(out[-1].start, max(out[-1].end, each.end))
        else:
            out.append(Stretch(each.start, each.end))
    return out
