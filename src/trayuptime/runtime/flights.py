"""Probes under way: at most one per surface and per host, a bounded number at once."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from trayuptime.config.values import ProviderConfig
from trayuptime.core.evidence import Evidence
from trayuptime.core.model import Instant, Key, Result
from trayuptime.probes import Asker, Order, ask, ask_whole, level_of, order_for
from trayuptime.probes.hosts import host_of

AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Landing:
    """A probe that has ended.

    Attributes:
        provider: the configuration it was sent under; an old one means that the result is late.
        began_s, ended_s: monotonic seconds of the engine's clock.
        now: when its answer was complete.
        evidence: what came, where the order wants it.
    """

    provider: ProviderConfig
    result: Result
    began_s: float
    ended_s: float
    now: Instant
    evidence: Evidence | None = None


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
    ) -> None:
        self._asker = asker
        self._now = now
        self._monotonic_s = monotonic_s
        self._landed = landed
        self._crashed = crashed
        self._tasks: dict[Key, asyncio.Task[Landing]] = {}
        self._hosts: dict[str, Key] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    def under_way(self, key: Key) -> asyncio.Task[Landing] | None:
        """The surface's probe, if it is in the air."""
        return self._tasks.get(key)

    def may_start(self, provider: ProviderConfig, key: Key) -> bool:
        """Whether there is room, and neither this surface nor its host is being asked."""
        busy = key in self._tasks or host_of(provider, key.surface) in self._hosts
        return not busy and len(self._tasks) < AT_ONCE

    def start(
        self, provider: ProviderConfig, key: Key, secret: str | None, *, may_show_key: bool
    ) -> asyncio.Task[Landing]:
        """Sends a probe; the same one if the surface is being asked already."""
        level = level_of(provider, key.surface, secret, may_show_key=may_show_key)
        return self.send(provider, key, order_for(provider, key.surface, level, secret))

    def send(self, provider: ProviderConfig, key: Key, order: Order) -> asyncio.Task[Landing]:
        """Sends an order; the one that is under way if there is one."""
        running = self._tasks.get(key)
        if running is not None:
            return running
        task = asyncio.get_running_loop().create_task(self._fly(provider, order))
        self._tasks[key] = task
        host = host_of(provider, key.surface)
        self._hosts.setdefault(host, key)
        task.add_done_callback(lambda done: self._end(key, host, done))
        return task

    async def one_ends(self) -> None:
        """Waits until any of those in the air has ended; there must be one."""
        await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_COMPLETED)

    async def abandon(self) -> None:
        """Cancels everything in the air; nothing of it is reported."""
        tasks = list(self._tasks.values())
        self._tasks.clear()
        self._hosts.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fly(self, provider: ProviderConfig, order: Order) -> Landing:
        began_s = self._monotonic_s()
        evidence = None
        if order.whole:
            result, evidence = await ask_whole(order, self._asker, self._now)
        else:
            result = await ask(order, self._asker, self._now)
        return Landing(provider, result, began_s, self._monotonic_s(), self._now(), evidence)

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
