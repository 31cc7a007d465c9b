"""Who is in a recording: each surface's thresholds at its own pace, and when it is watched."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace

from trayuptime.core import uptime
from trayuptime.core.model import Instant, Key, Level, Rules
from trayuptime.core.recording import Heard, host_of
from trayuptime.core.state import State, Target

LEAST_PATIENCE_S = 60.0
_FOR_EVER: Instant = 1 << 62


class Part:
    """One surface's: its first line, its last time, and how far apart its lines lie."""

    __slots__ = ("_spaces", "first", "first_at", "last_at")

    def __init__(self, first: Heard, at: Instant) -> None:
        self.first = first
        self.first_at = self.last_at = at
        self._spaces: dict[int, int] = defaultdict(int)

    def speaks(self, at: Instant) -> None:
        """Its next line, in the order in which they were lived."""
        if at > self.last_at:
            self._spaces[at - self.last_at] += 1
        self.last_at = at

    def paced(self, rules: Rules) -> Rules:
        """Nobody could be asked to bear witness, so a word may take as long as this surface was asked."""
        interval_s = self._usual_space_ms() / 1000 if self._spaces else rules.interval_s
        patience_s = max(LEAST_PATIENCE_S, 1.5 * min(interval_s, uptime.LONGEST_WAIT_S))
        return replace(rules, interval_s=interval_s, patience_s=patience_s, can_ask=False)

    def _usual_space_ms(self) -> float:
        """The median: the mean of the middle two, which are one where there is a middle."""
        count = sum(self._spaces.values())
        middle: list[int] = []
        passed = 0
        for space in sorted(self._spaces):
            passed += self._spaces[space]
            while len(middle) < 2 and passed > (count - 1 + len(middle)) // 2:
                middle.append(space)
        return sum(middle) / 2


class Cast:
    """Everybody in a recording.

    Attributes:
        parts: by surface, in the order in which they were first heard.
        outranked: surfaces of which lines were recorded that a completion outranked.
        set_back: the clock was, so first and last mean nothing.
    """

    def __init__(self) -> None:
        self.parts: dict[Key, Part] = {}
        self.outranked: set[Key] = set()
        self.set_back = False
        self._newest: Instant = 0

    def hear(self, line: Heard) -> None:
        """The next line, in the order in which they were lived."""
        self.set_back |= line.at < self._newest
        self._newest = line.at
        self.part(line, line.at).speaks(line.at)

    def part(self, line: Heard, at: Instant) -> Part:
        """The part of a line's surface; of a line that was not heard before, at its time."""
        if not line.counted and line.level is not Level.COMPLETION:
            self.outranked.add(line.key)
        return self.parts.get(line.key) or self.parts.setdefault(line.key, Part(line, at))

    def rules(self, rules_of: Callable[[str], Rules]) -> dict[Key, Rules]:
        """The thresholds of every surface, its provider's at its own pace."""
        return {key: part.paced(rules_of(key.provider)) for key, part in self.parts.items()}


class Crowd:
    """Who is watched when: each surface from its first line until its last one has stopped speaking."""

    def __init__(self, cast: Cast, rules: Mapping[Key, Rules]) -> None:
        self._targets = {
            key: Target(host_of(part.first), part.first.reach) for key, part in cast.parts.items()
        }
        self._times = {
            key: (part.first_at, uptime.speaks_until(part.last_at, rules[key].interval_s))
            for key, part in cast.parts.items()
        }
        self._turns = sorted({time for times in self._times.values() for time in times})
        self._turn = 0
        self._set_back = cast.set_back

    def at(self, state: State, now: Instant) -> State:
        """The state with those who are watched by then."""
        if self._set_back:  # everybody all along: first and last mean nothing on such a clock
            return state if state.watched else replace(state, watched=self._targets)
        if now < self.next_turn:
            return state
        while now >= self.next_turn:
            self._turn += 1
        watched = {
            key: target
            for key, target in self._targets.items()
            if self._times[key][0] <= now < self._times[key][1] or key in _in_doubt(state)
        }
        return replace(state, watched=watched)

    @property
    def next_turn(self) -> Instant:
        """Until then the same are watched, once the first line has been heard."""
        if self._set_back or self._turn == len(self._turns):
            return _FOR_EVER
        return self._turns[self._turn]


def _in_doubt(state: State) -> set[Key]:
    return {failure.key for failure in state.waiting}
