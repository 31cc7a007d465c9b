"""An asyncio loop in virtual time: where others wait, it jumps to the next timer."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

from trayuptime.core.model import Instant

START: Instant = 1_774_800_000_000
"""The wall clock of second 0: 2026-03-29T16:00:00Z."""

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Never waits: with no file ready, the time has simply passed."""

    now_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("no timer is set and no file is ready: this would wait for ever")
        # Looking takes a nanosecond: a rest of a wait that is too short for a float would never pass.
        self.now_s += 1e-9 if ready or timeout is None else timeout + 1e-9
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its seconds count from 0. Threads and files still work, in no time."""

    def __init__(self) -> None:
        self._jumps = _Selector()
        super().__init__(self._jumps)

    def time(self) -> float:
        return self._jumps.now_s


class VirtualClock:
    """A `runtime.clock.Clock` on the running loop; `stepped_ms` moves the wall clock alone."""

    stepped_ms = 0

    def now(self) -> Instant:
        return START + round(self.monotonic_s() * 1000) + self.stepped_ms

    def monotonic_s(self) -> float:
        return asyncio.get_running_loop().time()

    def real_s(self, seconds: float) -> float:
        return seconds


def run(work: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`, in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
