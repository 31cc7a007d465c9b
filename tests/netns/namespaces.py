"""Network namespaces: making them with `ip`, and doing something inside one from a thread that goes there."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

PROGRAMS = ("ip", "unshare", "nsenter")
_CLONE_NEWNET = 0x40000000
T = TypeVar("T")


def lacking() -> str:
    """What this machine or this user lacks for namespaces, a sentence for a person; empty if nothing."""
    if missing := [program for program in PROGRAMS if shutil.which(program) is None]:
        return f"{', '.join(missing)} missing: apt-get install iproute2 util-linux"
    if os.geteuid() != 0:
        return "network namespaces can be made by root alone: run these tests with sudo"
    tried = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"no network namespace can be made here: {tried.stderr.strip()}"


def ip(*lines: str, namespace: str | None = None) -> None:
    """Run these lines of `ip`, inside a namespace or outside; the first that fails fails the test."""
    within = ["-netns", namespace] if namespace else []
    done = subprocess.run(
        ["ip", *within, "-batch", "-"], input="\n".join(lines), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"ip in {namespace}: {done.stderr}{lines}"


def inside(namespace: Path, act: Callable[[], T]) -> T:
    """What `act` returns when it is done in that network: a socket made there stays there.

    Args:
        namespace: its file, `/run/netns/NAME` or `/proc/PID/ns/net`.
        act: done on a thread of its own, because a thread that has gone there is of no other use.
    """

    def go_and_act() -> T:
        with namespace.open() as file:
            # os.setns came with Python 3.12.
            if _LIBC.setns(file.fileno(), _CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), f"setns to {namespace}")
        return act()

    with ThreadPoolExecutor(1, thread_name_prefix="inside") as thread:
        return thread.submit(go_and_act).result()


_LIBC = ctypes.CDLL(None, use_errno=True)
