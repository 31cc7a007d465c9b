"""Whether this computer sleeps: by its own announcement, and by the clock that counts sleep.

The announcement knows when sleep begins and when it is over, to the moment; the clock knows how long it was,
also where nothing is announced. Either may be alone; both seeing one sleep make one gap.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from trayuptime.core.model import Gap, GapCause, Instant
from trayuptime.runtime.clock import Clock

ASLEEP_S = 5.0
"""A jump of the sleep clock beyond this is a sleep that nobody announced."""
AWAKE_AFTER_S = 60.0
"""An announced sleep that has not come by then, in seconds awake, is over: its end was lost."""
_SLACK_MS = 1_000
"""Wall clock and steady clocks may drift apart by this much; beyond it the wall clock was set."""


@dataclass(frozen=True, slots=True)
class _Announced:
    """When a sleep was announced, by the wall clock and by the two that no one sets."""

    at: Instant
    monotonic_s: float
    slept_s: float


class Sleeping:
    """One per poller, on its loop.

    Attributes:
        awake: set while no announced sleep lasts.
    """

    def __init__(self, clock: Clock, slept_s: Callable[[], float]) -> None:
        self._clock = clock
        self._slept_s = slept_s
        self._looked_at_s = slept_s()
        self._announced: _Announced | None = None
        self._ended = False
        self.awake = asyncio.Event()
        self.awake.set()

    @property
    def begun(self) -> bool:
        """A sleep was announced, and is not yet known to be over."""
        return self._announced is not None

    def begin(self) -> None:
        """Sleep is announced."""
        slept_s = self._slept_s()
        late = slept_s - self._looked_at_s > ASLEEP_S  # read only now: that sleep is over, as the clock knows
        if self._announced is None and not late:
            self._announced = _Announced(self._clock.now(), self._clock.monotonic_s(), slept_s)
            self._ended = False
            self.awake.clear()

    def end(self) -> None:
        """Its end is announced."""
        self._ended = True

    def over(self) -> Gap | None:
        """The sleep that is over since the last look, as a gap that ends now; told once."""
        slept_s = self._slept_s()
        jump_s, self._looked_at_s = slept_s - self._looked_at_s, slept_s
        announced = self._announced
        if announced is None:
            return self._gap(jump_s) if jump_s > ASLEEP_S else None
        if not self._ended and jump_s <= ASLEEP_S and self.left_s() > 0:
            return None
        self._announced = None
        self.awake.set()
        awake_s = self._clock.monotonic_s() - announced.monotonic_s
        gap = self._gap(awake_s + slept_s - announced.slept_s)
        if abs(gap.at - announced.at) <= _SLACK_MS:
            return Gap(min(announced.at, gap.until), gap.until, gap.cause)
        return gap

    def left_s(self) -> float:
        """Real seconds until an announced sleep that does not come is taken for over."""
        if self._announced is None:
            return 0.0
        waited_s = self._clock.monotonic_s() - self._announced.monotonic_s
        return AWAKE_AFTER_S - self._clock.real_s(waited_s)

    def _gap(self, lasted_s: float) -> Gap:
        now = self._clock.now()
        return Gap(now - round(lasted_s * 1000), now, GapCause.ASLEEP)
