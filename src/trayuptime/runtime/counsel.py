"""Advice under way: each look for a fallback that has begun, and the news that waits for it."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from trayuptime.core.access import LOST
from trayuptime.core.model import Suggestion
from trayuptime.core.state import AccessChanged, Happening, State, StillOpen, WentDown

Look = Callable[[str], Coroutine[Any, Any, Suggestion]]
"""Looks for a fallback of a provider, by its id."""


class Counsel:
    """One look per provider at a time; belongs to one event loop."""

    def __init__(self, look: Look, wake: Callable[[], None]) -> None:
        """Nothing is looked for yet.

        Args:
            look: looks once.
            wake: called whenever a look has ended.
        """
        self._look = look
        self._wake = wake
        self._advice: dict[str, _Advice] = {}

    def __contains__(self, provider: str) -> bool:
        return provider in self._advice

    def under_way(self) -> list[str]:
        """The providers that a fallback is looked for."""
        return list(self._advice)

    def seek(self, provider: str) -> asyncio.Task[Suggestion]:
        """Looks for a fallback; the same look if one is under way."""
        if provider not in self._advice:
            task = asyncio.get_running_loop().create_task(self._look(provider))
            task.add_done_callback(lambda _: self._wake())
            self._advice[provider] = _Advice(task)
        return self._advice[provider].task

    def hold(self, provider: str, happening: Happening) -> None:
        """This news waits for the look that is under way."""
        self._advice[provider].news.append(happening)

    def release(self, provider: str) -> list[Happening]:
        """The news that can wait no longer; the look goes on."""
        advice = self._advice.get(provider)
        news: list[Happening] = []
        if advice is not None:
            news, advice.news = advice.news, []
        return news

    def found(self) -> Iterator[tuple[str, Suggestion]]:
        """Each look that has ended and was not closed, by provider; one may be closed meanwhile."""
        for provider, advice in list(self._advice.items()):
            if advice.task.done():
                yield provider, advice.task.result()

    def close(self, provider: str) -> list[Happening]:
        """Ends the wait; returns the news that waited."""
        return self._advice.pop(provider).news

    def cancel(self) -> list[asyncio.Task[Suggestion]]:
        """Gives up every look, but not the probes it has in the air; returns what has yet to end."""
        tasks = [advice.task for advice in self._advice.values()]
        for task in tasks:
            task.cancel()
        return tasks


def is_still_true(happening: Happening, state: State) -> bool:
    """Whether news that waited for advice is still news."""
    match happening:
        case WentDown(key=key) | StillOpen(key=key):
            return state.surface(key).incident is not None
        case AccessChanged(provider=provider):
            return state.access(provider).access in LOST
    return True


@dataclass(slots=True)
class _Advice:
    """A look that is under way, and its news."""

    task: asyncio.Task[Suggestion]
    news: list[Happening] = field(default_factory=list)
