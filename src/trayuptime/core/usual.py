"""The usual latency of each surface in a recording, as the engine would have had it from its history."""

from collections import defaultdict, deque

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


class Usual:
    """The usual latency of each surface, as the engine would have had it from its history."""

    def __init__(self) -> None:
        self._latencies: dict[Key, deque[tuple[Instant, float, bool]]] = defaultdict(deque)
        self._looked_at: dict[Key, Instant] = {}

    def known_by(self, state: State, line: Recorded) -> State:
        """The state with the baseline of the line's surface, where it was time to look it up."""
        if not isinstance(line, Heard):
            return state
        known = self._latencies[line.key]
        looked_at = self._looked_at.get(line.key)
        if looked_at is None or not 0 <= line.at - looked_at < BASELINE_EVERY_MS:
            self._looked_at[line.key] = line.at
            while known and known[0][0] < line.at - BASELINE_OVER_MS:
                known.popleft()
            young = bool(known) and line.at - known[0][0] < DAY_MS
            usual = sorted([latency for _, latency, slow in known if not (slow and young)])
            if len(usual) >= BASELINE_LEAST:
                state = judge.with_baseline(state, line.key, usual[len(usual) // 2])
        return state

    def learn(self, step: Step) -> None:
        """Remembers the latencies of what was settled, and which of them were slow."""
        for happening in step.happenings:
            if not isinstance(happening, Settled) or not happening.counted:
                continue
            result = happening.result
            if result.latency_ms is not None and result.reason in {Reason.OK, Reason.SLOW}:
                slow = result.reason is Reason.SLOW
                self._latencies[result.key].append((result.at, result.latency_ms, slow))
