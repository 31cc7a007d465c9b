"""How long this computer has slept, told by two clocks of the kernel."""

import sys
import time
from collections.abc import Callable

SleepClock = Callable[[], float]
"""Seconds slept since the computer started; never falls. Only differences mean anything."""


def find_sleep_clock(platform: str = sys.platform) -> SleepClock:
    """The clock of this platform, or the one that never saw a sleep.

    Elsewhere than on Linux the wall clock running ahead of the monotonic one would be the only sign, and
    a corrected wall clock looks the same: it is no proof of a gap.
    """
    return slept_s if platform == "linux" else never_slept_s


def slept_s() -> float:
    """Seconds this computer has slept since it started (Linux); exact to well under a millisecond.

    `CLOCK_BOOTTIME` runs on while asleep, `CLOCK_MONOTONIC` stands still (clock_gettime(2)). Both start
    at boot and follow the same corrections.
    """
    # in this order, so that a pause between the readings never makes it negative
    awake_s = time.clock_gettime(time.CLOCK_MONOTONIC)
    return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - awake_s)


def never_slept_s() -> float:
    """The Null twin: no sleep is ever seen."""
    return 0.0
