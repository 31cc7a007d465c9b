"""What the kernel has counted for one process; Linux only."""

import time
from dataclasses import dataclass
from pathlib import Path

_CPU_TIME_OF_PROCESS = 2
"""CPUCLOCK_SCHED of the kernel's posix-timers.h: the clock behind clock_getcpuclockid(3), in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process holds, in bytes; `anonymous` is what it shares with nobody and no file."""

    resident: int
    anonymous: int


def cpu_s(pid: int) -> float:
    """User and system time of all threads, ended ones too; /proc would round it to 10 ms."""
    return time.clock_gettime((~pid << 3) | _CPU_TIME_OF_PROCESS)


def memory(pid: int) -> Memory:
    """As the kernel adds it up now."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kibibytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return Memory(kibibytes["Rss"] * 1024, kibibytes["Anonymous"] * 1024)


def voluntary_switches(pid: int) -> int:
    """How often its threads went to sleep of themselves, and so were woken; of the threads that live."""
    total = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        (line,) = (each for each in status.read_text().splitlines() if each.startswith("voluntary"))
        total += int(line.split()[1])
    return total


def written_bytes(pid: int) -> int:
    """What it caused to be written to a disk; nothing where its files are in memory."""
    for line in Path(f"/proc/{pid}/io").read_text().splitlines():
        if line.startswith("write_bytes"):
            return int(line.split()[1])
    raise AssertionError("the kernel does not count what is written")
