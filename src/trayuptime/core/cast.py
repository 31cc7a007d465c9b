"""Who is in a recording: the thresholds of each surface, and when it is watched."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from trayuptime.core import uptime
from trayuptime.core.model import Instant, Key, Rules
from trayuptime.core.recording import Heard, host_of
from trayuptime.core.state import State, Target

LEAST_PATIENCE_S = 60.0


def rules_in(heard: Sequence[Heard], rules_of: Callable[[str], Rules]) -> dict[Key, Rules]:
    """The thresholds of every surface that is heard."""
    times: dict[Key, list[Instant]] = defaultdict(list)
    for line in heard:
        times[line.key].append(line.at)
    return {key: _with_interval(rules_of(key.provider), at) for key, at in times.items()}


def _with_interval(rules: Rules, times: Sequence[Instant]) -> Rules:
    """Nobody could be asked to bear witness, so a word may take as long to come as this surface was asked."""
    spaces = [later - earlier for earlier, later in pairwise(times) if later > earlier]
    interval_s = median(spaces) / 1000 if spaces else rules.interval_s
    patience_s = max(LEAST_PATIENCE_S, 1.5 * min(interval_s, uptime.LONGEST_WAIT_S))
    return replace(rules, interval_s=interval_s, patience_s=patience_s, can_ask=False)


class Crowd:
    """Who is watched when: each surface from its first line until its last one has stopped speaking."""

    def __init__(self, heard: Sequence[Heard], rules: Mapping[Key, Rules]) -> None:
        first: dict[Key, Heard] = {}
        last: dict[Key, Heard] = {}
        for line in heard:
            first.setdefault(line.key, line)
            last[line.key] = line
        self._targets = {key: Target(host_of(line), line.reach) for key, line in first.items()}
        self._times = {
            key: (line.at, uptime.speaks_until(last[key].at, rules[key].interval_s))
            for key, line in first.items()
        }
        self._turns = sorted({time for times in self._times.values() for time in times})
        self._turn = 0
        self._set_back = any(later.at < earlier.at for earlier, later in pairwise(heard))

    def at(self, state: State, now: Instant) -> State:
        """The state with those who are watched by then."""
        if self._set_back:  # everybody all along: first and last mean nothing on such a clock
            return state if state.watched else replace(state, watched=self._targets)
        if self._turn < len(self._turns) and now >= self._turns[self._turn]:
            while self._turn < len(self._turns) and now >= self._turns[self._turn]:
                self._turn += 1
            watched = {
                key: target
                for key, target in self._targets.items()
                if self._times[key][0] <= now < self._times[key][1] or key in _in_doubt(state)
            }
            return replace(state, watched=watched)
        return state


def _in_doubt(state: State) -> set[Key]:
    return {failure.key for failure in state.waiting}
