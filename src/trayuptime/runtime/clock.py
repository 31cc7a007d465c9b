"""The engine's clocks: wall time for what is written, monotonic time for what is waited for."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from trayuptime.core.model import Instant


class Clock(Protocol):
    """What the engine reads time from. Latencies and transport limits never come from here."""

    def now(self) -> Instant:
        """The wall clock, UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that only grow; schedules live on it."""
        ...

    def real_s(self, seconds: float) -> float:
        """How long to wait, in real seconds, until so many have passed on this clock."""
        ...


SLACK_MS = 2_000
"""The wall clock may drift so far from one look to the next; NTP slews it by less."""


class ClockSteps:
    """Notices that the wall clock was set, by NTP or by hand, which sleep is not."""

    def __init__(self, clock: Clock, slept_s: Callable[[], float]) -> None:
        self._clock = clock
        self._slept_s = slept_s
        self._offset_ms = self._now_offset_ms()

    def since_last_ms(self) -> int:
        """By how much it was set since the last look, forward being positive; 0 if it was not."""
        before, now = self._offset_ms, self._now_offset_ms()
        if abs(now - before) <= SLACK_MS:
            return 0
        self._offset_ms = now
        return now - before

    def _now_offset_ms(self) -> int:
        return self._clock.now() - round((self._clock.monotonic_s() + self._slept_s()) * 1000)


class SystemClock:
    """The computer's own."""

    def now(self) -> Instant:
        """The wall clock, UTC."""
        return time.time_ns() // 1_000_000

    def monotonic_s(self) -> float:
        """Python's monotonic clock; on Linux it stands still during sleep."""
        return time.monotonic()

    def real_s(self, seconds: float) -> float:
        """As it is."""
        return seconds


def local_time(at: Instant) -> str:
    """`14:02` in the user's own time zone, with the day in front when it is not today."""
    if hasattr(time, "tzset"):  # else a laptop that travels keeps the zone it was started in
        time.tzset()
    moment = datetime.fromtimestamp(at / 1000).astimezone()
    today = datetime.now().astimezone().date()
    return f"{moment:%H:%M}" if moment.date() == today else f"{moment:%d %b %H:%M}"
