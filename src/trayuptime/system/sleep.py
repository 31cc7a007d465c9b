"""Sleep of this computer: how long, by two clocks of the kernel, and when, by the desktop's signal."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Protocol

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


class SleepWatch(Protocol):
    """Calls back when sleep begins and when it is over, until it is closed."""

    async def aclose(self) -> None:
        """No call comes after this one."""
        ...


class NullSleepWatch:
    """The watch of a computer that announces nothing; the sleep clock still tells afterwards."""

    async def aclose(self) -> None:
        """There is nothing to let go of."""


def watch_sleep(
    begins: Callable[[], None],
    ended: Callable[[], None],
    platform: str = sys.platform,
    environ: Mapping[str, str] = os.environ,
) -> SleepWatch:
    """Calls `begins` just before this computer sleeps and `ended` once it is awake, on the running loop."""
    if platform != "linux":
        return NullSleepWatch()
    from trayuptime.system.bus import system_bus_address  # noqa: PLC0415 - jeepney is there on Linux alone
    from trayuptime.system.logind import LogindWatch  # noqa: PLC0415

    return LogindWatch(begins, ended, system_bus_address(environ))
