"""Balances that the judge wants to hear of: asked free of charge, before the 402 is asked about again."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from trayuptime.config.values import ProviderConfig
from trayuptime.core import schedule
from trayuptime.core.crosscheck import BALANCE_AGAIN_S
from trayuptime.core.model import Instant
from trayuptime.core.state import State
from trayuptime.net.transport import Request
from trayuptime.probes import Asker, balance
from trayuptime.probes.hosts import place_of
from trayuptime.runtime.flights import Flights
from trayuptime.runtime.reading import Reading


class Balances:
    """One per poller, on its loop."""

    def __init__(
        self,
        asker: Asker,
        now: Callable[[], Instant],
        flights: Flights,
        reading: Reading,
        wake: Callable[[], None],
    ) -> None:
        """Nothing is asked.

        Args:
            asker: asks one question.
            now: the wall clock.
            flights: a host is asked one thing at a time.
            reading: the keys to show.
            wake: called whenever an answer is there.
        """
        self._asker = asker
        self._now = now
        self._flights = flights
        self._reading = reading
        self._wake = wake
        self._wanted: dict[str, ProviderConfig] = {}
        self._asked_at: dict[str, Instant] = {}
        self._tasks: set[asyncio.Task[balance.Told]] = set()

    def want(self, providers: Iterable[ProviderConfig]) -> None:
        """The judge wants to know; it is told nothing where nobody can be asked, or was a moment ago."""
        now = self._now()
        for provider in providers:
            asked_at = self._asked_at.get(provider.id)
            if asked_at is None or not 0 <= now - asked_at < BALANCE_AGAIN_S * 1000:
                self._wanted[provider.id] = provider

    def launch(self, state: State) -> None:
        """Asks whom it may ask now; a Retry-After holds for this as for everything."""
        for provider in list(self._wanted.values()):
            secret = self._reading.secret_of(provider)
            question = balance.request(provider, secret)
            if question is None or schedule.held_s(state, place_of(question.url), self._now()):
                del self._wanted[provider.id]
            elif (errand := self._ask(provider, question)) is not None:
                del self._wanted[provider.id]
                self._asked_at[provider.id] = self._now()
                self._tasks.add(errand)
                errand.add_done_callback(lambda _: self._wake())

    def heard(self) -> list[balance.Told]:
        """What was answered since the last look."""
        done = [task for task in self._tasks if task.done()]
        self._tasks.difference_update(done)
        return [task.result() for task in done if not task.cancelled() and task.exception() is None]

    def _ask(self, provider: ProviderConfig, question: Request) -> asyncio.Task[balance.Told] | None:
        ask = partial(balance.ask, provider, question, self._asker, self._now())
        return self._flights.errand(place_of(question.url), ask)
