"""Names the machine and says how busy it is with other things: a number without them means nothing."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def describe() -> str:
    """Processor, cores, distribution and versions, in one line."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.freedesktop_os_release()['PRETTY_NAME']}, "
        f"{platform.python_implementation()} {platform.python_version()}, "
        f"PySide6 {version('PySide6-Essentials')}, httpx {version('httpx')}"
    )


def load() -> float:
    """How many threads wanted to run, on average over the last minute."""
    return os.getloadavg()[0]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return value.strip()
    return platform.machine()
