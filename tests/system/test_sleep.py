import time
from pathlib import Path

from trayuptime.system.sleep import find_sleep_clock, never_slept_s, slept_s


def test_the_time_slept_is_what_the_kernel_says_beside() -> None:
    before_s = time.monotonic()
    since_boot_s = float(Path("/proc/uptime").read_text().split()[0])  # counts sleep, in hundredths
    slept = slept_s()
    after_s = time.monotonic()

    assert since_boot_s - after_s - 0.02 <= slept <= since_boot_s - before_s + 0.02


def test_being_awake_adds_nothing() -> None:
    first_s = slept_s()

    assert abs(slept_s() - first_s) < 1.0


def test_only_linux_is_believed_about_sleep() -> None:
    assert find_sleep_clock("linux") is slept_s
    assert find_sleep_clock("darwin") is find_sleep_clock("win32") is never_slept_s
    assert never_slept_s() == 0.0
