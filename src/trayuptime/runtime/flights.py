"""Probes under way: at most one per surface and per host, a bounded number at once."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from trayuptime.config.values import ProviderConfig
from trayuptime.core.evidence import Evidence
from trayuptime.core.local import LOADS_WHEN_ASKED, is_in_memory
from trayuptime.core.model import Instant, Key, Result
from trayuptime.core.waiting import Wait, wait_of
from trayuptime.probes import (
    Asker,
    Order,
    ask_of_memory,
    ask_whole,
    ask_with_waits,
    level_of,
    order_for,
)
from trayuptime.probes.hosts import host_of, hosts_of, place_of
from trayuptime.runtime.answers import answer
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
        waits: which hosts want to be left alone, whether the result counts or not.
        evidence: what came, where the order wants it.
        asleep: an answer was due and not asked, for the server would have had to load its model first.
        unsure: an answer was due and not asked, for the server did not say which models it has in memory.
    """

    provider: ProviderConfig
    result: Result
    began_s: float
    ended_s: float
    now: Instant
    waits: tuple[Wait, ...] = ()
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
        held: Callable[[str], bool],
        spending: Spending | None = None,
    ) -> None:
        """Nothing is in the air.

        Args:
            asker: asks one question.
            now: the wall clock.
            monotonic_s: the engine's clock.
            landed: told of each probe that has ended.
            crashed: told of a fault of ours in one.
            held: whether a host said Retry-After, and that is not over.
            spending: gives leave to ask billed answers; `None`: none is asked.
        """
        self._held = held
        self._spending = spending
        self._asker = asker
        self._now = now
        self._monotonic_s = monotonic_s
        self._landed = landed
        self._crashed = crashed
        self._tasks: dict[Key, asyncio.Task[Landing]] = {}
        self._hosts: dict[str, Key] = {}
        """Who keeps each host busy."""
        self._errands: dict[str, asyncio.Task[Any]] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    def under_way(self, key: Key) -> asyncio.Task[Landing] | None:
        """The surface's probe, if it is in the air."""
        return self._tasks.get(key)

    def may_start(self, provider: ProviderConfig, key: Key) -> bool:
        """Whether there is room, and neither this surface nor a host that it would ask is being asked."""
        hosts = self._to_ask(provider, key)
        busy = key in self._tasks or any(host in self._hosts or host in self._errands for host in hosts)
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
        order = order_for(provider, key.surface, level, secret)
        if order.service is not None and self._held(place_of(order.request.url)):
            order = order.service  # whoever knows the account wants to be left alone, which is no word of it
        flight = self._fly(provider, order, secret, leave)
        return self._launch(key, self._to_ask(provider, key), flight)

    def send(self, provider: ProviderConfig, key: Key, order: Order) -> asyncio.Task[Landing]:
        """Sends an order; the one that is under way if there is one."""
        running = self._tasks.get(key)
        if running is not None:
            return running
        return self._launch(key, (host_of(provider, key.surface),), self._carry(provider, order))

    def _launch(
        self, key: Key, hosts: tuple[str, ...], flight: Coroutine[Any, Any, Landing]
    ) -> asyncio.Task[Landing]:
        task = asyncio.get_running_loop().create_task(flight)
        self._tasks[key] = task
        for host in hosts:
            self._hosts.setdefault(host, key)
        task.add_done_callback(lambda done: self._end(key, hosts, done))
        return task

    def _to_ask(self, provider: ProviderConfig, key: Key) -> tuple[str, ...]:
        """The hosts that a probe would ask now; of another than the surface's own a Retry-After is obeyed."""
        own, *others = hosts_of(provider, key.surface)
        return (own, *(host for host in others if not self._held(host)))

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
        self, provider: ProviderConfig, order: Order, secret: str | None, leave: Leave | None
    ) -> Landing:
        began_s = self._monotonic_s()
        result, asleep, unsure = None, False, False
        if leave is not None and provider.server in LOADS_WHEN_ASKED:
            listed = ask_of_memory(order, provider.server)
            result, evidence = await ask_whole(listed, self._asker, self._now)
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
        waits = _waits(result)
        if result is None:
            result, waits = await ask_with_waits(order, self._asker, self._now)
        ended_s, now = self._monotonic_s(), self._now()
        return Landing(provider, result, began_s, ended_s, now, waits, asleep=asleep, unsure=unsure)

    async def _carry(self, provider: ProviderConfig, order: Order) -> Landing:
        """An order whose answer is wanted whole."""
        began_s = self._monotonic_s()
        result, evidence = await ask_whole(order, self._asker, self._now)
        return Landing(provider, result, began_s, self._monotonic_s(), self._now(), _waits(result), evidence)

    async def _answer(self, provider: ProviderConfig, secret: str | None, leave: Leave) -> Result | None:
        assert self._spending is not None
        return await answer(
            provider, secret, leave, spending=self._spending, asker=self._asker, now=self._now
        )

    def _end_errand(self, host: str, task: asyncio.Task[Any]) -> None:
        if self._errands.get(host) is task:
            del self._errands[host]
            if not task.cancelled() and (error := task.exception()) is not None:
                self._crashed(error)

    def _end(self, key: Key, hosts: tuple[str, ...], task: asyncio.Task[Landing]) -> None:
        if self._tasks.get(key) is not task:  # abandoned
            if not task.cancelled():
                task.exception()
            return
        del self._tasks[key]
        for host in hosts:
            if self._hosts.get(host) == key:
                del self._hosts[host]
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            self._crashed(error)
            return
        self._landed(task.result())


def _waits(result: Result | None) -> tuple[Wait, ...]:
    wait = None if result is None else wait_of(result)
    return () if wait is None else (wait,)
