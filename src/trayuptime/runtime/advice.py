"""Looks for a fallback at this moment: the user's list is asked anew, and the first that fits is named."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any

from trayuptime.config.values import ProviderConfig
from trayuptime.core import fallback
from trayuptime.core.model import Instant, Key, Result, Suggestion
from trayuptime.core.reasons import Access
from trayuptime.probes.hosts import host_of
from trayuptime.runtime.told import watched_of

Ask = Callable[[ProviderConfig, Key], Coroutine[Any, Any, Result | None]]
"""Asks one surface; `None` where it may not be asked now."""

OTHERS_WITHIN_S = 1.0
"""How long the rest of the list may still answer, in real seconds, once it is clear who is suggested."""


async def find_fallback(
    failed: ProviderConfig,
    others: Sequence[ProviderConfig],
    ask: Ask,
    now: Callable[[], Instant],
    *,
    accesses: Mapping[str, Access],
    mute: Collection[Key] = (),
) -> Suggestion:
    """Asks every surface of the others, for at most one time-out of the failed provider.

    Args:
        failed: the provider in trouble.
        others: its fallbacks, in the user's order.
        ask: asks one surface.
        now: the wall clock.
        accesses: what is known of the user's own standing, by provider.
        mute: surfaces whose completions fail, so that a good list says nothing of them.
    """
    loop = asyncio.get_running_loop()
    asked = {
        other.id: [loop.create_task(ask(other, Key(other.id, surface))) for surface in other.surfaces]
        for other in others
    }
    try:
        await _wait(failed, others, asked, mute)
    finally:
        for task in _all(asked):
            task.cancel()
    return _suggestion(failed, others, asked, now(), accesses=accesses, mute=mute)


Asked = Mapping[str, Sequence["asyncio.Task[Result | None]"]]


async def _wait(
    failed: ProviderConfig, others: Sequence[ProviderConfig], asked: Asked, mute: Collection[Key]
) -> None:
    """Until everybody has answered, the time is up, or the choice is clear and the rest had their moment."""
    ends_at = asyncio.get_running_loop().time() + failed.rules.timeout_s
    while open_ := [task for task in _all(asked) if not task.done()]:
        left_s = ends_at - asyncio.get_running_loop().time()
        if left_s <= 0:
            return
        if _is_clear(failed, others, asked, mute):
            await asyncio.wait(open_, timeout=min(left_s, OTHERS_WITHIN_S))
            return
        await asyncio.wait(open_, timeout=left_s, return_when=asyncio.FIRST_COMPLETED)


def _is_clear(
    failed: ProviderConfig, others: Sequence[ProviderConfig], asked: Asked, mute: Collection[Key]
) -> bool:
    """Whether one is usable and everybody before it has answered."""
    for count, other in enumerate(others, start=1):
        if not all(task.done() for task in asked[other.id]):
            return False
        if _suggestion(failed, others[:count], asked, 0, accesses={}, mute=mute).suggested is not None:
            return True
    return False


def _suggestion(
    failed: ProviderConfig,
    others: Sequence[ProviderConfig],
    asked: Asked,
    at: Instant,
    *,
    accesses: Mapping[str, Access],
    mute: Collection[Key],
) -> Suggestion:
    answers = {name: [_result_of(task) for task in tasks] for name, tasks in asked.items()}
    return fallback.suggest(
        watched_of(failed),
        [watched_of(other) for other in others],
        {name: [result for result in results if result is not None] for name, results in answers.items()},
        {p.id: frozenset(host_of(p, surface) for surface in p.surfaces) for p in (failed, *others)},
        at,
        accesses=accesses,
        mute=mute,
    )


def _all(asked: Asked) -> list["asyncio.Task[Result | None]"]:
    return [task for tasks in asked.values() for task in tasks]


def _result_of(task: "asyncio.Task[Result | None]") -> Result | None:
    done = task.done() and not task.cancelled() and task.exception() is None
    return task.result() if done else None
