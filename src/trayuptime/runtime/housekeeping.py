"""Has the history put in order while nobody is asked: a step of a few milliseconds at a time."""

import logging
from collections.abc import Callable

from trayuptime.history import SETTLED_MS, History, HistoryError
from trayuptime.runtime.clock import Clock

ROOM_S = 0.1
"""No step is begun that close to the next question, in real seconds."""
PAUSE_S = 0.01
"""Between two steps, in real seconds: whatever else waits on this loop comes first."""
_HOUR_MS = 3_600_000

_log = logging.getLogger(__name__)


class Housekeeping:
    """One per poller, on its loop."""

    def __init__(self, history: History, clock: Clock) -> None:
        """The first round is due at once: the last engine may have left something.

        Args:
            history: what is put in order.
            clock: an hour is over when it says so.
        """
        self._history = history
        self._clock = clock
        self._busy = False
        self._due_at = 0
        self._failed = False

    def left_s(self) -> float | None:
        """Real seconds until the next step should be taken; `None` while nothing is begun."""
        return PAUSE_S if self._busy else None

    def look_again(self) -> None:
        """There is something to put in order before the hour is over: somebody else wrote it."""
        self._due_at = 0

    def step(self, room: Callable[[], float | None]) -> None:
        """Takes a step, if one is due and there is room for it.

        Args:
            room: tells the real seconds until somebody is asked, `None` where nobody will be; only looked at
                when a step is due.
        """
        now = self._clock.now()
        if not self._busy and now < self._due_at:
            return
        room_s = room()
        if room_s is not None and room_s < ROOM_S:
            return
        try:
            self._busy = self._history.tidy(now, self._clock.monotonic_s)
        except HistoryError as error:
            # What is not in order costs time and room, no result: it is tried again in an hour.
            if not self._failed:
                _log.warning("%s", error)
            self._failed, self._busy = True, False
        except Exception:  # noqa: BLE001 - a fault of ours in what matters less than watching
            if not self._failed:
                _log.exception("the history cannot be put in order")
            self._failed, self._busy = True, False
        else:
            self._failed = self._failed and self._busy
        if not self._busy:
            self._due_at = (now - SETTLED_MS) // _HOUR_MS * _HOUR_MS + _HOUR_MS + SETTLED_MS
