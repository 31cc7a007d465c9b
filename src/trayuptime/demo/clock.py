"""A clock that runs faster than the computer's, from a night of its own."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from trayuptime.core.model import Instant


@dataclass(frozen=True, slots=True)
class _Pace:
    """From this real second on, the clock shows `shown_s` and runs at `speed`."""

    real_s: float
    shown_s: float
    speed: float


class FastClock:
    """A `runtime.clock.Clock`; stands still until `start`. Any thread may read it."""

    def __init__(
        self, starts_at: Instant, speed: float, *, real_now_s: Callable[[], float] = time.monotonic
    ) -> None:
        """Stands at its beginning.

        Args:
            starts_at: what its wall shows at first.
            speed: its seconds per real second, above 0.
            real_now_s: the clock that it follows, in seconds that only grow.
        """
        self._starts_at = starts_at
        self._real_now_s = real_now_s
        # One value, replaced as a whole: the window reads it from another thread.
        self._pace = _Pace(0.0, 0.0, speed)
        self._running = False

    @property
    def speed(self) -> float:
        """Its seconds per real second."""
        return self._pace.speed

    def start(self) -> None:
        """Runs from now on."""
        self._pace = _Pace(self._real_now_s(), 0.0, self._pace.speed)
        self._running = True

    def set_speed(self, speed: float) -> None:
        """Goes on from where it is, faster or slower."""
        self._pace = _Pace(self._real_now_s(), self.monotonic_s(), speed)

    def now(self) -> Instant:
        """The virtual wall clock, UTC."""
        return self._starts_at + round(self.monotonic_s() * 1000)

    def monotonic_s(self) -> float:
        """Virtual seconds since `start`."""
        if not self._running:
            return 0.0
        pace = self._pace
        return pace.shown_s + (self._real_now_s() - pace.real_s) * pace.speed

    def real_s(self, seconds: float) -> float:
        """How long that is on the computer's own clock."""
        return seconds / self._pace.speed
