"""When each surface is asked next, and whether it may be asked yet.

A surface is due by its schedule, or at once where its word is wanted. What holds it back all the same: its
host's Retry-After, a key that is still being read, a network that settles, and a host that is being asked.
"""

import asyncio
from collections.abc import Callable, Iterable
from enum import Enum, auto

from trayuptime.config.keys import NoKey
from trayuptime.config.values import ProviderConfig
from trayuptime.core import access, alone, crosscheck, schedule, vantage
from trayuptime.core.model import Key, Level, Result, Service, Surface
from trayuptime.core.reasons import AFTER_CONNECTING, MEANINGS, Effect
from trayuptime.core.state import Settled, State, Step
from trayuptime.probes import level_of
from trayuptime.probes.hosts import host_of
from trayuptime.runtime.clock import Clock
from trayuptime.runtime.feeds import Feeds
from trayuptime.runtime.flights import Flights, Landing
from trayuptime.runtime.reading import Reading
from trayuptime.runtime.roster import Roster
from trayuptime.runtime.settling import AGAIN_S, Settling
from trayuptime.runtime.sleeping import Sleeping
from trayuptime.runtime.spending import Spending

PAGES_AT_ONCE = 2
"""Status pages in the air at most: their hosts may hang, and surfaces must not wait for them."""


class Answers(Enum):
    """Whether completions of a surface can be asked."""

    COME = auto()
    LATER = auto()
    NEVER = auto()


class Agenda:
    """One per poller, on its loop; times are monotonic seconds of the engine's clock."""

    def __init__(
        self,
        clock: Clock,
        flights: Flights,
        *,
        feeds: Feeds,
        reading: Reading,
        sleeping: Sleeping,
        settling: Settling,
        state: Callable[[], State],
        offset_s: float,
        spending: Spending,
    ) -> None:
        """Nobody is due yet.

        Args:
            clock: for schedules, and for what is left of a Retry-After.
            flights: starts the probes.
            feeds: the status pages, asked among the others at a pace of their own.
            reading: the keys to show.
            sleeping: nobody is asked for a fallback in an announced sleep.
            settling: how long nobody is asked.
            state: the poller's state as it is now.
            offset_s: this installation's place in the slots.
            spending: knows when billed answers are due.
        """
        self._spending = spending
        self._clock = clock
        self._flights = flights
        self._feeds = feeds
        self._reading = reading
        self._sleeping = sleeping
        self._settling = settling
        self._state = state
        self._offset_s = offset_s
        self._roster = Roster({}, {}, {})
        self._due: dict[Key, float] = {}
        self._ask_again: set[Key] = set()

    def answers_after(self, landing: Landing) -> Answers:
        """Whether completions can be asked beside what has landed, to bear the last one out.

        Later: there is no money for one, no key to show, or one was refused. Money comes again at midnight, a
        key may be unlocked or mended: what only an answer can tell is waited for. Never: there is no wish for
        them any more, no model in memory, or the vendor does not take the question.
        """
        result, provider = landing.result, landing.provider
        surface = self._state().surface(result.key)
        lost = self._state().access(provider.id).by_answer is not None
        asked_of_others = result.level is Level.COMPLETION or result.surface is not Surface.API
        if asked_of_others or (surface.deep_until is None and not lost):
            return Answers.COME
        if landing.asleep or (landing.unsure and surface.service is not Service.DOWN):
            return Answers.NEVER
        secret, may_show = self._key_of(provider)
        level = level_of(provider, result.surface, secret, may_show_key=may_show)
        if self._spending.may_ask(provider, result.key, level):
            return Answers.COME
        with_key = level if isinstance(provider.key, NoKey) else Level.MODELS
        waited_for = lost or crosscheck.only_an_answer_can_tell(surface, landing.now)
        later = waited_for and self._spending.may_ask_again(provider, result.key, with_key)
        return Answers.LATER if later else Answers.NEVER

    # What is due

    def follow(self, roster: Roster) -> None:
        """Takes over whom to ask: whoever is new is due now, the others when they were."""
        now_s = self._clock.monotonic_s()
        self._roster = roster
        self._due = {key: self._due.get(key, now_s) for key in (*roster.rules, *self._feeds)}

    def ask_all(self, at_s: float) -> None:
        """Everybody is due at this time, whatever the schedule says."""
        self._due = dict.fromkeys(self._due, at_s)

    def ask(self, keys: Iterable[Key], at_s: float) -> None:
        """These are due at this time, whatever the schedule says."""
        self._due |= dict.fromkeys(keys, at_s)

    def ask_anew(self, keys: Iterable[Key]) -> None:
        """These are due now, and once more where an answer to an old question is under way."""
        for key in keys:
            self._due[key] = self._clock.monotonic_s()
            if self._flights.under_way(key):
                self._ask_again.add(key)
            else:
                self._ask_again.discard(key)

    def heed(self, step: Step) -> None:
        """Whose answer or word the judge wants is due now."""
        now_s = self._clock.monotonic_s()
        self.ask([key for key in step.ask_now if key in self._due], now_s)
        for host in step.ask_witnesses:
            self._ask_host(host, now_s)

    def plan(self, landing: Landing, step: Step) -> None:
        """When a surface that has just been judged is due again."""
        key = landing.result.key
        self._due[key] = schedule.next_ask_s(
            self._state(),
            key,
            self._roster.rules[key],
            asked_s=landing.began_s,
            ended_s=landing.ended_s,
            offset_s=self._offset_s,
        )
        if landing.provider.completion is not None:
            self._due[key] = self._plan_answers(landing, step, self._due[key])
        if key in self._ask_again or key in step.ask_now:
            self._ask_again.discard(key)
            self._due[key] = landing.ended_s
        for page, due_s in self._feeds.sooner(key.provider, self._state(), self._offset_s).items():
            self._due[page] = min(self._due.get(page, due_s), due_s)

    def plan_feed(self, key: Key, landing: Landing) -> None:
        """When a status page that has just been read is due again."""
        self._due[key] = self._feeds.next_ask_s(key, self._state(), landing, self._offset_s)

    def _plan_answers(self, landing: Landing, step: Step, due_s: float) -> float:
        """When a surface whose answers are paid for is due; what only an answer can decide is asked of one.

        While no answer may be asked, nothing is gained by asking less than that more often.
        """
        result, state, spending = landing.result, self._state(), self._spending
        key = result.key
        rules = self._roster.rules[key]
        may_pay = spending.may_pay(key.provider)
        answered = result.level is Level.COMPLETION
        surprised = any(not isinstance(happening, Settled) for happening in step.happenings)
        set_aside = any(
            isinstance(happening, Settled) and happening.result.key == key and not happening.counted
            for happening in step.happenings
        )
        doubted = schedule.in_doubt(state, key, rules) or key in step.ask_now
        if answered and (doubted or surprised):
            spending.trust(key)
        if answered and self._is_unheard(key):
            return landing.ended_s + min(rules.retry_interval_s, rules.interval_s)
        can_ask = spending.may_ask(landing.provider, key, result.level)
        deep = crosscheck.is_deep(state.surface(key), result.at)
        if doubted and (answered or set_aside or can_ask or deep):
            if not answered and deep and can_ask and crosscheck.adds_nothing(state.surface(key), result):
                if not spending.suspect(landing.provider, key):  # it may wait for a witness at each poll
                    return schedule.next_slot_s(landing.began_s, rules.interval_s, self._offset_s)
            elif may_pay:
                spending.want(key)
            elif set_aside:
                return schedule.next_slot_s(landing.began_s, rules.interval_s, self._offset_s)
        elif answered and set_aside and may_pay and not self._waits_at_the_gate(key):
            spending.want(key)  # held until it is known whose fault it is, which answers alone can tell
        elif can_ask and self._is_suspect(landing, set_aside=set_aside):
            return landing.ended_s + min(rules.retry_interval_s, rules.interval_s)
        if not may_pay or result.level is Level.REACH:
            return due_s
        left_s = spending.left_s(landing.provider)
        return min(due_s, landing.ended_s + left_s) if left_s else due_s

    def _is_suspect(self, landing: Landing, *, set_aside: bool) -> bool:
        """Whether a lesser question contradicts the answers so that one of them is brought forward."""
        key, spending = landing.result.key, self._spending
        return (
            set_aside
            and spending.may_pay(key.provider)
            and _contradicts(self._state(), landing.result)
            and spending.suspect(landing.provider, key)
        )

    def _waits_at_the_gate(self, key: Key) -> bool:
        """Whether answers alone can end an outage, whose gate answers: that may last, so they come seldom."""
        return crosscheck.only_an_answer_can_tell(self._state().surface(key), self._clock.now())

    def _is_unheard(self, key: Key) -> bool:
        """Whether its completion failed and no other host can vouch for that: its own list is asked next."""
        state = self._state()
        waits = any(f.key == key and f.reason in AFTER_CONNECTING for f in state.waiting)
        return waits and alone.is_alone(state, key, self._clock.now())

    def drop(self, key: Key) -> None:
        """Its word was wanted once."""
        self._due.pop(key, None)

    # Asking

    def launch(self) -> None:
        """Asks everybody who is due and may be asked."""
        now_s = self._clock.monotonic_s()
        # Surfaces first: a page is worth nothing to anybody who cannot work.
        for key, due in sorted(
            schedule.in_order(self._state(), self._due), key=lambda at: at[0] in self._feeds
        ):
            if self._not_before(key, due) <= now_s and self._startable(key):
                self._start(self._asked(key), key)

    def openings(self) -> list[float]:
        """When each of those who are not kept waiting by a probe may be asked."""
        return [self._not_before(key, due) for key, due in self._due.items() if self._startable(key)]

    async def ask_soon(self, provider: ProviderConfig, key: Key) -> Result | None:
        """Asks once there is room and the host is free; `None` where the host said Retry-After.

        What this computer's own sleep or network spoils is asked again.
        """
        while True:
            await self._until_settled()
            if not (self._flights.under_way(key) or self._flights.may_start(provider, key)):
                await self._flights.one_ends()
                continue
            if schedule.held_s(self._state(), host_of(provider, key.surface), self._clock.now()):
                return None
            flight = self._start(provider, key, fresh=True)
            await asyncio.wait({flight})  # it goes on when this look is given up
            if flight.cancelled():
                continue
            if not self._settling.spoils(landing := flight.result()):
                return landing.result
            await asyncio.sleep(self._clock.real_s(AGAIN_S))

    def _ask_host(self, host: str, now_s: float) -> None:
        """Brings forward one surface that can speak for a host; an answer under way will do."""
        speakers = vantage.speakers_of(self._state(), host)
        if speakers and not any(self._flights.under_way(key) for key in speakers):
            self._due[speakers[0]] = now_s

    def _not_before(self, key: Key, due: float) -> float:
        provider = self._asked(key)
        due = max(due, self._settling.hold_until_s)
        if not isinstance(provider.key, NoKey):
            due = max(due, self._reading.hold_until_s)
        host = host_of(provider, key.surface)
        hold = schedule.held_s(self._state(), host, self._clock.now())
        return max(due, self._clock.monotonic_s() + hold) if hold else due

    def _startable(self, key: Key) -> bool:
        if key in self._feeds and self._pages_under_way() >= PAGES_AT_ONCE:
            return False
        return self._flights.may_start(self._asked(key), key)

    def _pages_under_way(self) -> int:
        return sum(self._flights.under_way(key) is not None for key in self._feeds)

    def _asked(self, key: Key) -> ProviderConfig:
        provider = self._feeds.of(key) or self._roster.of(key)
        assert provider is not None
        return provider

    def _start(self, provider: ProviderConfig, key: Key, *, fresh: bool = False) -> asyncio.Task[Landing]:
        if key in self._feeds:
            return self._flights.send(provider, key, self._feeds.order(key))
        secret, may_show = self._key_of(provider)
        return self._flights.start(provider, key, secret, may_show_key=may_show, fresh=fresh)

    def _key_of(self, provider: ProviderConfig) -> tuple[str | None, bool]:
        """The key if it could be read, and whether it may be shown now."""
        may_show = access.may_show_key(self._state().access(provider.id), self._clock.now())
        return self._reading.secret_of(provider), may_show

    async def _until_settled(self) -> None:
        while True:
            await self._sleeping.awake.wait()
            wait_s = self._settling.hold_until_s - self._clock.monotonic_s()
            if wait_s <= 0:
                return
            await asyncio.sleep(self._clock.real_s(wait_s))


def _contradicts(state: State, result: Result) -> bool:
    """Whether a lesser question says otherwise than the answers do, so that one of them is wanted to decide.

    It fails while they are fine, is fine while they fail, or finds that the user's key or credit is gone.
    """
    meaning = MEANINGS[result.reason]
    if meaning.access in access.LOST and result.level is not Level.REACH:
        return meaning.access is not state.access(result.provider).access
    down = state.surface(result.key).service is Service.DOWN
    return meaning.effect is (Effect.SUCCESS if down else Effect.FAILURE)
