"""What commands want done to the history: one after the other, in the idle turns of the poller."""

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from trayuptime.core.state import State
from trayuptime.history import History, HistoryError
from trayuptime.runtime.clock import Clock
from trayuptime.runtime.housekeeping import PAUSE_S, ROOM_S

if TYPE_CHECKING:
    from trayuptime.history.compact import Compaction, Sizes
    from trayuptime.history.merge import Merge

COMPACT_ROOM_S = 5.0
"""The file is written anew when nobody is asked for so long, in real seconds: 60 MB take one or two."""
COMPACT_PATIENCE_S = 300.0
"""Where everybody is asked so often that this never comes, it is begun after so long all the same."""
_TURNS = 10
"""Of the loop, in which whoever waits can pass on what they hear before the engine is gone."""
END_S = 60.0
"""How long the end of an engine waits for a compaction: cancelled, it ends at once but for its last moments.

What came in meanwhile waits in memory, and can be written only then.
"""

Told = Mapping[str, Any]


class _Job(Protocol):
    """One errand.

    Attributes:
        pause_s: real seconds until its next step should be taken; `None` for when it wakes the poller itself.
        room_s: for how long nobody may be asked then.
    """

    pause_s: float | None
    room_s: float

    def step(self, state: State) -> tuple[State, Told | None]:
        """Takes a step; the state to go on with, and what came of all when that was the last one.

        Raises:
            HistoryError: it cannot go on.
        """
        ...

    def end(self) -> "asyncio.Future[Sizes] | None":
        """Lets go of everything, done or not; what is still to be waited for."""
        ...


class _Merging:
    def __init__(self, history: History, clock: Clock, other: Path) -> None:
        self.pause_s: float | None = PAUSE_S
        self.room_s = ROOM_S
        self._history = history
        self._clock = clock
        self._other = other
        self._merge: Merge | None = None

    def step(self, state: State) -> tuple[State, Told | None]:
        if self._merge is None:
            self._merge = self._history.merge(self._other, self._clock.monotonic_s)
        state = self._merge.step(state, self._clock.now())
        return state, asdict(self._merge.report) if self._merge.done else None

    def end(self) -> None:
        if self._merge is not None:
            self._merge.close()


class _Compacting:
    """Puts everything in order first; then a thread writes the file anew, and results wait in memory."""

    def __init__(self, history: History, clock: Clock, wake: Callable[[], None]) -> None:
        self.pause_s: float | None = PAUSE_S
        self.room_s = ROOM_S
        self._history = history
        self._clock = clock
        self._wake = wake
        self._in_order_at_s: float | None = None
        self._compaction: Compaction | None = None
        self._written: asyncio.Future[Sizes] | None = None

    def step(self, state: State) -> tuple[State, Told | None]:
        if self._history.recovering:
            return state, None  # what comes of that is put in order too
        if self._in_order_at_s is None:
            if not self._history.tidy(self._clock.now(), self._clock.monotonic_s):
                self._in_order_at_s = self._clock.monotonic_s()
                self.pause_s, self.room_s = ROOM_S, COMPACT_ROOM_S
        elif self._written is None:
            self._begin()
        elif self._written.done():
            return state, asdict(self._written.result())
        return state, None

    def end(self) -> "asyncio.Future[Sizes] | None":
        self._history.held = False
        if self._written is None or self._written.done() or self._compaction is None:
            return None
        self._compaction.cancel()
        return self._written

    def lose_patience(self) -> None:
        """Nobody may wait for ever."""
        if self._in_order_at_s is not None and self._written is None:
            waited_s = self._clock.real_s(self._clock.monotonic_s() - self._in_order_at_s)
            self.room_s = COMPACT_ROOM_S if waited_s < COMPACT_PATIENCE_S else ROOM_S

    def _begin(self) -> None:
        from trayuptime.history.compact import Compaction  # noqa: PLC0415 - an engine's start does without

        self._history.held = True
        self._compaction = Compaction(self._history.path)
        self._written = _on_a_thread(self._compaction.run)
        self._written.add_done_callback(lambda _: self._wake())
        self.pause_s, self.room_s = None, 0.0


@dataclass(eq=False, slots=True)
class _Errand:
    job: _Job
    told: "asyncio.Future[Told]"


class Errands:
    """One per poller, on its loop."""

    def __init__(self, history: History, clock: Clock, wake: Callable[[], None]) -> None:
        """Nothing is to be done yet.

        Args:
            history: of the poller.
            clock: for timestamps.
            wake: has the poller take a turn.
        """
        self._history = history
        self._clock = clock
        self._wake = wake
        self._waiting: deque[_Errand] = deque()

    async def merge(self, other: Path) -> Told:
        """Takes another history over; who asks may leave, it is done all the same.

        Returns:
            The fields of a `Report`.

        Raises:
            HistoryError: it cannot go on; what was taken over by then stays.
        """
        return await self._done(_Merging(self._history, self._clock, other))

    async def compact(self) -> Told:
        """Puts all in order, then gives the disk back what is free; who asks may leave.

        Returns:
            The fields of `Sizes`.

        Raises:
            HistoryError: the file is as it was.
        """
        return await self._done(_Compacting(self._history, self._clock, self._wake))

    @property
    def waiting(self) -> bool:
        """There is something to do."""
        return bool(self._waiting)

    def left_s(self) -> float | None:
        """Real seconds until the next step should be taken; `None` while there is nothing to do."""
        return self._waiting[0].job.pause_s if self._waiting else None

    def step(self, state: State, room: Callable[[], float | None]) -> State:
        """Takes a step, if there is room for it.

        Args:
            state: as it was committed last.
            room: tells the real seconds until somebody is asked, `None` where nobody will be.

        Returns:
            The state to go on with.
        """
        errand = self._waiting[0]
        if isinstance(errand.job, _Compacting):
            errand.job.lose_patience()
        room_s = room()
        if room_s is not None and room_s < errand.job.room_s:
            return state
        try:
            state, told = errand.job.step(state)
        except HistoryError as error:
            self._end(errand)
            errand.told.set_exception(error)
        else:
            if told is not None:
                self._end(errand)
                errand.told.set_result(told)
        return state

    async def cancel(self) -> None:
        """Nothing more is done; whoever waits hears so, and what was done stays."""
        waited_for = list(self._waiting)
        for errand in waited_for:
            going_on = self._end(errand)
            errand.told.set_exception(HistoryError("The engine ended in the middle of it; try it again."))
            if going_on is not None:
                await asyncio.wait([going_on], timeout=END_S)
        if waited_for:
            for _ in range(_TURNS):
                await asyncio.sleep(0)

    def _end(self, errand: _Errand) -> "asyncio.Future[Sizes] | None":
        self._waiting.remove(errand)
        return errand.job.end()

    async def _done(self, job: _Job) -> Told:
        told: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        told.add_done_callback(_heard)
        self._waiting.append(_Errand(job, told))
        self._wake()
        return await asyncio.shield(told)


def _on_a_thread(work: "Callable[[], Sizes]") -> "asyncio.Future[Sizes]":
    """What comes of it; of its own, for the loop's own threads are waited for at its end, however long."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[Sizes] = loop.create_future()

    def tell(sizes: "Sizes | None", error: BaseException | None) -> None:
        if error is not None:
            told.set_exception(error)
        elif sizes is not None:
            told.set_result(sizes)

    def run() -> None:
        sizes, error = None, None
        try:
            sizes = work()
        except BaseException as caught:  # noqa: BLE001 - raised again where its result is asked for
            error = caught
        with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody waits
            loop.call_soon_threadsafe(tell, sizes, error)

    threading.Thread(target=run, name="compacting", daemon=True).start()
    return told


def _heard(told: "asyncio.Future[Told]") -> None:
    """Who asked may have left: nobody needs to hear of an error then."""
    if not told.cancelled():
        told.exception()
