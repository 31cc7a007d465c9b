"""Merges a file into a history as a command does, in steps without any time between them."""

from itertools import count
from pathlib import Path

from trayuptime.core.model import Instant
from trayuptime.history import History
from trayuptime.history.merge import Report


def merge(history: History, other: Path, *, steps: int | None = None) -> Report:
    """Merges it, or only so many steps."""
    seen = history.last_seen()
    state = history.last_state({})
    with history.merge(other, lambda: 0.0) as merging:
        for number in count():
            if merging.done or number == steps:
                break
            state = merging.step(state, seen)
        return merging.report


def tidy(history: History, now: Instant) -> None:
    """Puts everything in order that is over by then."""
    while history.tidy(now, lambda: 0.0):
        pass
