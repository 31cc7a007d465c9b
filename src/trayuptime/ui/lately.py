"""The last 24 hours of every provider, read away from the GUI thread while somebody looks at them."""

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from trayuptime.core.coverage import open_gaps
from trayuptime.core.last_day import LENGTH_MS, SLOT_MS, SLOTS, LastDay, drawn
from trayuptime.core.lights import Watched
from trayuptime.core.model import Instant, Key, Span
from trayuptime.core.strip import cut, joined, together
from trayuptime.core.trace import Trace, trace_of
from trayuptime.history import HistoryError, Reader, grains
from trayuptime.history.windows import Windows
from trayuptime.runtime.told import Told
from trayuptime.ui.leaving import leave_running

_log = logging.getLogger(__name__)

NEWS_MS = 30_000
"""Of the engine's clock: so much of a day hardly shows, and answers of many providers are told one by one."""
REST_MS = 2_000
"""How long after a reading the next one begins at the earliest, however fast the engine's clock runs."""
UNSETTLED_SLOTS = 6
"""What is older than two hours is read once in a slot: hardly anything changes it any more."""
OLDEST_MS = 60_000
"""How old what is shown may be: while nobody is asked nothing is told, and the day goes on."""
LEAVE_MS = 1_000
"""How long the end of the program waits for a reading under way."""

LastDays = Mapping[str, LastDay]
"""By the provider's id; one that could not be read has none."""
NO_DAYS: LastDays = {}


class Lately(QObject):
    """Reads while it is wanted: at once, when something was told, and once a minute."""

    changed = Signal(object)
    """`LastDays`; none at all where they cannot be read or are too old: a hole, not what was once true."""

    def __init__(
        self, path: Path, open_file: Callable[[Path], Reader] = Reader, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._open = partial(open_file, path)
        self._told: Told | None = None
        self._told_at_s = 0.0
        self._wanted = False
        self._again = False
        self._read_at: Instant = 0
        self._days = NO_DAYS
        self._reading: _Reading | None = None
        self._rest = _timer(REST_MS, self._rested, self)
        self._ageing = _timer(OLDEST_MS, self._aged, self)

    def hear(self, told: Told) -> None:
        """What was told may have changed the day."""
        self._told, self._told_at_s = told, time.monotonic()
        if self._reading is not None or self._rest.isActive():
            self._again = True
        elif abs(told.at - self._read_at) >= NEWS_MS:
            self._read()

    def want(self, wanted: bool) -> None:
        """Somebody looks, or nobody does any more; then nothing is read."""
        self._wanted = wanted
        if wanted:
            self._read()

    def finish(self) -> None:
        """Waits for a reading under way; before the application ends."""
        self._wanted = False
        self._rest.stop()
        self._ageing.stop()
        if self._reading is not None and not self._reading.wait(LEAVE_MS):
            leave_running(self._reading)

    def _read(self) -> None:
        if not self._wanted or self._told is None or self._reading is not None:
            return
        self._again = False
        now = self._told.at + round((time.monotonic() - self._told_at_s) * 1000)
        self._read_at = now
        self._reading = _Reading(self._open, self._told, now, self._days, self)
        self._reading.read.connect(self._keep)
        self._reading.finished.connect(self._finished)
        self._reading.start(QThread.Priority.LowPriority)

    def _keep(self, days: LastDays) -> None:
        self._days = days
        self.changed.emit(days)

    def _finished(self) -> None:
        if self._reading is not None:
            self._reading.deleteLater()
            self._reading = None
        self._rest.start()
        self._ageing.start()

    def _rested(self) -> None:
        if self._again and self._told is not None:
            self._again = False
            self.hear(self._told)

    def _aged(self) -> None:
        if self._wanted:
            self._read()
        else:
            self._keep(NO_DAYS)


class _Reading(QThread):
    """Reads the history away from the GUI thread."""

    read = Signal(object)

    def __init__(
        self, open_file: Callable[[], Reader], told: Told, now: Instant, before: LastDays, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._open = open_file
        self._told = told
        self._now = now
        self._before = before

    def run(self) -> None:
        """In its own thread."""
        found = NO_DAYS
        try:
            with self._open() as reader:
                found = last_days(reader, self._told, self._now, self._before)
        except HistoryError as error:
            _log.info("the last day cannot be read: %s", error)
        finally:
            self.read.emit(found)  # whatever broke: an older day must not stay as that of today


def last_days(reader: Reader, told: Told, now: Instant, before: LastDays = NO_DAYS) -> LastDays:
    """The last day of each provider that is watched.

    Args:
        reader: of the history that the engine writes.
        told: what the engine told last.
        now: by the engine's clock.
        before: as they were read a moment ago: what is settled in them is not read again.

    Raises:
        HistoryError: the file cannot be read.
    """
    day = Span(now - LENGTH_MS, now)
    hull = Span(day.start, drawn(now).end)
    with reader.windows(hull, open_gaps(told.state, now), now) as windows:
        return {
            provider.id: _last_day(windows, provider, day, before.get(provider.id))
            for provider in told.watched
        }


def _last_day(windows: Windows, provider: Watched, day: Span, before: LastDay | None) -> LastDay:
    keys = [Key(provider.id, surface) for surface in provider.surfaces]
    view = drawn(day.end)
    is_older = before is not None and before.window.end <= day.end  # or the clock was set back
    same = before is not None and set(before.traces) == set(provider.surfaces)
    if before is None or not (same and is_older) or drawn(before.window.end) != view:
        strip = together(windows.strip(key, day) for key in keys)
        traces = {key.surface: _trace(windows, key, view, SLOTS) for key in keys}
        return LastDay(day, strip, traces)
    since = view.end - UNSETTLED_SLOTS * SLOT_MS
    settled = cut(before.strip, before.window.start, Span(day.start, since))
    strip = together(windows.strip(key, Span(since, day.end)) for key in keys)
    traces = {
        key.surface: (
            *before.traces[key.surface][:-UNSETTLED_SLOTS],
            *_unsettled(windows, key, Span(since, view.end)),
        )
        for key in keys
    }
    return LastDay(day, joined([*settled, *strip]), traces)


def _unsettled(windows: Windows, key: Key, window: Span) -> Trace:
    """The trace of the last slots, from so far back on that it is known what the first answer follows.

    That one may have spoken for longer than a slot: as long as its surface's pace lets it.
    """
    spoke_ms = [until - at for at, until, *_ in grains.answers(windows.answers(key, window))]
    slots = UNSETTLED_SLOTS - max(spoke_ms, default=0) // -SLOT_MS
    reread = Span(window.end - slots * SLOT_MS, window.end)
    return _trace(windows, key, reread, slots)[-UNSETTLED_SLOTS:]


def _trace(windows: Windows, key: Key, window: Span, slots: int) -> Trace:
    return trace_of(grains.answers(windows.answers(key, window)), window, slots)


def _timer(ms: int, call: Callable[[], None], parent: QObject) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(ms)
    timer.timeout.connect(call)
    return timer
