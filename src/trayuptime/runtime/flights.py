"""Probes under way: at most one per surface and per host, a bounded number at once."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from trayuptime.config.values import ProviderConfig
from trayuptime.core.evidence import Evidence
from trayuptime.core.local import LOADS_WHEN_ASKED, is_in_memory
from trayuptime.core.model import Instant, Key, Level, Result
from trayuptime.core.reasons import Reason
from trayuptime.probes import Asker, Order, ask, ask_whole, completion, level_of, order_for
from trayuptime.probes.hosts import host_of
from trayuptime.runtime.spending import Leave, Spending

AT_ONCE = 8

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Landing:
    """A probe that has ended.

    Attributes:
        provider: the configuration it was sent under; an old one means that the result is late.
        began_s, ended_s: monotonic seconds of the engine's clock.
        now: when its answer was complete.
        evidence: what came, where the order wants it.
        asleep: an answer was due and not asked, for the server would have had to load its model first.
        unsure: an answer was due and not asked, for the server did not say which models it has in memory.
    """

    provider: ProviderConfig
    result: Result
    began_s: float
    ended_s: float
    now: Instant
    evidence: Evidence | None = None
    asleep: bool = False
    unsure: bool = False


Landed = Callable[[Landing], None]


class Flights:
    """Starts probes and reports each that ends; belongs to one event loop."""

    def __init__(
        self,
        asker: Asker,
        now: Callable[[], Instant],
        monotonic_s: Callable[[], float],
        landed: Landed,
        crashed: Callable[[BaseException], None],
        *,
        spending: Spending | None = None,
    ) -> None:
        """Nothing is in the air.

        Args:
            asker: asks one question.
            now: the wall clock.
            monotonic_s: the engine's clock.
            landed: told of each probe that has ended.
            crashed: told of a fault of ours in one.
            spending: gives leave to ask billed answers; `None`: none is asked.
        """
        self._spending = spending
        self._asker = asker
        self._now = now
        self._monotonic_s = monotonic_s
        self._landed = landed
        self._crashed = crashed
        self._tasks: dict[Key, asyncio.Task[Landing]] = {}
        self._hosts: dict[str, Key] = {}
        self._errands: dict[str, asyncio.Task[Any]] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    def under_way(self, key: Key) -> asyncio.Task[Landing] | None:
        """The surface's probe, if it is in the air."""
        return self._tasks.get(key)

    def may_start(self, provider: ProviderConfig, key: Key) -> bool:
        """Whether there is room, and neither this surface nor its host is being asked."""
        host = host_of(provider, key.surface)
        busy = key in self._tasks or host in self._hosts or host in self._errands
        return not busy and len(self._tasks) < AT_ONCE

    def start(
        self,
        provider: ProviderConfig,
        key: Key,
        secret: str | None,
        *,
        may_show_key: bool,
        fresh: bool = False,
    ) -> asyncio.Task[Landing]:
        """Sends a probe; the same one if the surface is being asked already.

        Args:
            provider: whose surface is asked.
            key: the surface.
            secret: its key, if it could be read.
            may_show_key: the key was not rejected a moment ago.
            fresh: a billed answer is wanted, whenever the last one was, if the user's budget has it.
        """
        running = self._tasks.get(key)
        if running is not None:
            return running
        level = level_of(provider, key.surface, secret, may_show_key=may_show_key)
        leave = self._spending.leave(provider, key, level, fresh=fresh) if self._spending else None
        return self._launch(provider, key, self._fly(provider, key, level, secret, leave))

    def send(self, provider: ProviderConfig, key: Key, order: Order) -> asyncio.Task[Landing]:
        """Sends an order; the one that is under way if there is one."""
        running = self._tasks.get(key)
        return running if running is not None else self._launch(provider, key, self._carry(provider, order))

    def _launch(
        self, provider: ProviderConfig, key: Key, flight: Coroutine[Any, Any, Landing]
    ) -> asyncio.Task[Landing]:
        task = asyncio.get_running_loop().create_task(flight)
        self._tasks[key] = task
        host = host_of(provider, key.surface)
        self._hosts.setdefault(host, key)
        task.add_done_callback(lambda done: self._end(key, host, done))
        return task

    def errand(self, host: str, ask: Callable[[], Coroutine[Any, Any, T]]) -> asyncio.Task[T] | None:
        """Asks a host something that is no probe; `None` while it is being asked anything."""
        if host in self._hosts or host in self._errands:
            return None
        task = asyncio.get_running_loop().create_task(ask())
        self._errands[host] = task
        task.add_done_callback(lambda done: self._end_errand(host, done))
        return task

    async def one_ends(self) -> None:
        """Waits until any of those in the air has ended; there must be one."""
        under_way = [*self._tasks.values(), *self._errands.values()]
        await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)

    async def abandon(self) -> None:
        """Cancels everything in the air; nothing of it is reported."""
        tasks: list[asyncio.Task[Any]] = [*self._tasks.values(), *self._errands.values()]
        self._tasks.clear()
        self._hosts.clear()
        self._errands.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fly(
        self, provider: ProviderConfig, key: Key, level: Level, secret: str | None, leave: Leave | None
    ) -> Landing:
        began_s = self._monotonic_s()
        order = order_for(provider, key.surface, level, secret)
        result, asleep, unsure = None, False, False
        if leave is not None and provider.server in LOADS_WHEN_ASKED:
            result, evidence = await ask_whole(order, self._asker, self._now)
            in_memory = is_in_memory(provider.server, leave.model.id, evidence)
            if in_memory:
                began_s = self._monotonic_s()
                result = await self._answer(provider, secret, leave)
            else:  # it would have to load its model, which nobody may make it do but its user
                assert self._spending is not None
                self._spending.give_back(leave)
                asleep, unsure = in_memory is False, in_memory is None
        elif leave is not None:
            result = await self._answer(provider, secret, leave)
        if result is None:
            result = await ask(order, self._asker, self._now)
        ended_s, now = self._monotonic_s(), self._now()
        return Landing(provider, result, began_s, ended_s, now, asleep=asleep, unsure=unsure)

    async def _carry(self, provider: ProviderConfig, order: Order) -> Landing:
        """An order whose answer is wanted whole."""
        began_s = self._monotonic_s()
        result, evidence = await ask_whole(order, self._asker, self._now)
        return Landing(provider, result, began_s, self._monotonic_s(), self._now(), evidence)

    async def _answer(self, provider: ProviderConfig, secret: str | None, leave: Leave) -> Result | None:
        """A billed answer; of a model that is gone the next one's, `None` where that may not be paid."""
        assert self._spending is not None
        while True:
            order = completion.order(provider, leave.model.id, secret)
            result = await ask(order, self._asker, self._now)
            self._spending.settle(leave, result)
            if result.reason is not Reason.MODEL_MISSING or not self._spending.retire(provider, leave):
                return result
            again = self._spending.leave_for_next(provider)
            if again is None:
                return None
            leave = again

    def _end_errand(self, host: str, task: asyncio.Task[Any]) -> None:
        if self._errands.get(host) is task:
            del self._errands[host]
            if not task.cancelled() and (error := task.exception()) is not None:
                self._crashed(error)

    def _end(self, key: Key, host: str, task: asyncio.Task[Landing]) -> None:
        if self._tasks.get(key) is not task:  # abandoned
            if not task.cancelled():
                task.exception()
            return
        del self._tasks[key]
        if self._hosts.get(host) == key:
            del self._hosts[host]
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            self._crashed(error)
            return
        self._landed(task.result())
