"""The usual latency of each surface in a recording, as the engine would have had it from its history."""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict, deque
from collections.abc import Iterable

from trayuptime.core import judge
from trayuptime.core.model import Instant, Key
from trayuptime.core.reasons import Reason
from trayuptime.core.recording import Heard, Recorded
from trayuptime.core.state import Settled, State, Step

BASELINE_EVERY_MS = 3_600_000
BASELINE_OVER_MS = 7 * 86_400_000
BASELINE_LEAST = 20
"""As in the engine: the usual latency is the median of seven days, of at least so many, once an hour."""
DAY_MS = 86_400_000
"""Within the first day slow answers teach nothing."""
_SHARE, _SOME = 20, 8
"""A band holds a twentieth of all to each side of the middle, and some."""


class Usual:
    """One surface's latencies of seven days, and their median.

    Sorting them anew every hour would cost more than all the judging. So only a band around the middle is
    kept in order, and what lies below it is counted; when the middle has left the band, all are sorted.
    """

    __slots__ = ("_band", "_below", "_high", "_known", "_looked_at", "_low")

    def __init__(self) -> None:
        self._known: deque[tuple[Instant, float, bool]] = deque()
        self._looked_at: Instant | None = None
        self._band: list[float] = []
        self._below = 0
        self._low = self._high = 0.0

    def is_due(self, at: Instant) -> bool:
        """Whether it is time to look it up: once an hour, and when the clock was set back."""
        return self.due_at(at) <= at

    def due_at(self, at: Instant) -> Instant:
        """When it is time next; by `at` at once where the clock was set back, or at first."""
        looked_at = self._looked_at
        return at if looked_at is None or at < looked_at else looked_at + BASELINE_EVERY_MS

    def look_up(self, at: Instant) -> float | None:
        """The median; `None` while too little is known."""
        self._looked_at = at
        while self._known and self._known[0][0] < at - BASELINE_OVER_MS:
            _, latency_ms, _ = self._known.popleft()
            if latency_ms < self._low:
                self._below -= 1
            elif latency_ms <= self._high:
                del self._band[bisect_left(self._band, latency_ms)]
        if self._known and at - self._known[0][0] < DAY_MS:
            prompt = sorted([latency_ms for _, latency_ms, slow in self._known if not slow])
            return prompt[len(prompt) // 2] if len(prompt) >= BASELINE_LEAST else None
        return self._middle() if len(self._known) >= BASELINE_LEAST else None

    def learn(self, answers: Iterable[tuple[Instant, float]], *, slow: bool) -> None:
        """Remembers when good answers came, and how long they took."""
        low, high = self._low, self._high
        for at, latency_ms in answers:
            self._known.append((at, latency_ms, slow))
            if latency_ms < low:
                self._below += 1
            elif latency_ms <= high:
                insort(self._band, latency_ms)

    def _middle(self) -> float:
        middle = len(self._known) // 2
        if not 0 <= middle - self._below < len(self._band):
            known = sorted([latency_ms for _, latency_ms, _ in self._known])
            aside = len(known) // _SHARE + _SOME
            self._low, self._high = known[max(0, middle - aside)], known[min(len(known) - 1, middle + aside)]
            self._below = bisect_left(known, self._low)
            self._band = known[self._below : bisect_right(known, self._high)]
        return self._band[middle - self._below]


class Usuals:
    """Of every surface."""

    def __init__(self) -> None:
        self._of: dict[Key, Usual] = defaultdict(Usual)

    def of(self, key: Key) -> Usual:
        """One surface's."""
        return self._of[key]

    def known_by(self, state: State, line: Recorded) -> State:
        """The state with the baseline of the line's surface, where it was time to look it up."""
        if not isinstance(line, Heard):
            return state
        usual = self._of[line.key]
        if not usual.is_due(line.at) or (median_ms := usual.look_up(line.at)) is None:
            return state
        return judge.with_baseline(state, line.key, median_ms)

    def learn(self, step: Step) -> None:
        """Remembers the latencies of what was settled, and which of them were slow."""
        for happening in step.happenings:
            if not isinstance(happening, Settled) or not happening.counted:
                continue
            result = happening.result
            if result.latency_ms is not None and result.reason in {Reason.OK, Reason.SLOW}:
                answer = (result.at, result.latency_ms)
                self._of[result.key].learn([answer], slow=result.reason is Reason.SLOW)
