"""What the judge is told beside results, looked up now and then: usual latencies, announced maintenance."""

from datetime import tzinfo

from trayuptime.core import judge
from trayuptime.core.maintenance import maintenance_spans
from trayuptime.core.model import Key, Span
from trayuptime.core.state import State
from trayuptime.history import History
from trayuptime.runtime.clock import Clock
from trayuptime.runtime.roster import Roster

BASELINE_EVERY_S = 3_600.0
BASELINE_WINDOW_MS = 7 * 86_400_000
ANNOUNCE_EVERY_S = 21_600.0
ANNOUNCED_MS = 2 * 86_400_000
"""How far announced maintenance is looked up, and how often: time zones change while we run."""


class Almanac:
    """One per poller; it takes a state and gives back one that knows more."""

    def __init__(self, history: History, clock: Clock, zone: tzinfo) -> None:
        """Nothing is looked up yet.

        Args:
            history: for the latencies of the last days.
            clock: for how old a look is.
            zone: whose wall clock announced maintenance goes by.
        """
        self._history = history
        self._clock = clock
        self._zone = zone
        self._baseline_at: dict[Key, float] = {}
        self._announced_s = 0.0

    def refresh(self, state: State, roster: Roster) -> State:
        """Looks up what is too old, little by little."""
        state = self._refresh_one_baseline(state, roster)
        if self._clock.monotonic_s() - self._announced_s >= ANNOUNCE_EVERY_S:
            state = self.announce(state, roster)
        return state

    def announce(self, state: State, roster: Roster) -> State:
        """Tells the judge of the announced hours around now, by the wall clock as it is now."""
        now = self._clock.now()
        self._announced_s = self._clock.monotonic_s()
        ahead = Span(now - ANNOUNCED_MS, now + ANNOUNCED_MS)
        planned = {
            provider.id: maintenance_spans(provider.maintenance, self._zone, ahead)
            for provider in roster.providers.values()
            if provider.maintenance
        }
        return judge.announce(state, planned)

    def _refresh_one_baseline(self, state: State, roster: Roster) -> State:
        """One surface's median of the last days, at most one a turn and each once an hour."""
        now_s = self._clock.monotonic_s()
        for key in roster.rules:
            if now_s - self._baseline_at.get(key, -BASELINE_EVERY_S) >= BASELINE_EVERY_S:
                self._baseline_at[key] = now_s
                answers = roster.providers[key.provider].completion is not None
                for deep in (False, True) if answers else (False,):
                    since = self._clock.now() - BASELINE_WINDOW_MS
                    median = self._history.median_latency_ms(key, since, deep=deep)
                    if median is not None:
                        state = judge.with_baseline(state, key, median, deep=deep)
                return state
        return state
