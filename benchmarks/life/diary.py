"""What is kept of a day: everything that was told, with what the rules could not know of it."""

from dataclasses import dataclass, field

from benchmarks.life.world import Stretch

from trayuptime.core.model import Gap, Incident, Key, Result, Vantage
from trayuptime.core.notice import Notice
from trayuptime.core.state import AccessChanged, CameUp, WentDegraded, WentDown, WentUnstable


@dataclass(frozen=True, slots=True)
class Outcome:
    """A success or a failure, with what the rules could not know.

    Attributes:
        began, ended: seconds of the day.
        theirs: the vendor would have failed over a perfect network too.
    """

    began: float
    ended: float
    failed: bool
    theirs: bool


Against = WentDown | WentUnstable | WentDegraded | AccessChanged


@dataclass(frozen=True, slots=True)
class Told:
    """Something that was held against a provider, and when.

    Attributes:
        outcomes: the last of its surface, the one that told it included.
        online: this computer's own network was as it should be.
    """

    at: float
    key: Key
    happening: Against
    outcomes: tuple[Outcome, ...]
    online: bool


@dataclass(slots=True)
class Diary:
    """What came of a day.

    Attributes:
        told: against providers; `ups` are their recoveries.
        vantages: this computer's own, as it was told.
        probes: how many were answered or failed, whatever became of them.
        results: per surface, those that counted.
        holds: per host, when it must not be asked.
        incidents: per number, as they were last seen.
        notices: what the user read, with its second.
        story: what happened in the stretch that was asked for, line by line.
    """

    probes: int = 0
    told: list[Told] = field(default_factory=list)
    ups: list[tuple[float, CameUp]] = field(default_factory=list)
    vantages: list[tuple[float, Vantage]] = field(default_factory=list)
    results: dict[Key, list[Result]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    holds: dict[str, list[Stretch]] = field(default_factory=dict)
    incidents: dict[int, Incident] = field(default_factory=dict)
    notices: list[tuple[float, Notice]] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
