"""`check`: asks everything once, now, with the same judge; stores nothing, watches nothing, spends nothing.

Nothing is billed here: what is not written down could not be kept within a budget.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType

from trayuptime.config.values import Config
from trayuptime.core import access, claims, judge, schedule, vantage
from trayuptime.core.crosscheck import BALANCE_LAGS_S
from trayuptime.core.model import Instant, Key, Rules
from trayuptime.core.state import State
from trayuptime.probes import Asker, balance
from trayuptime.probes.hosts import host_of, place_of
from trayuptime.runtime.clock import Clock
from trayuptime.runtime.feeds import Feeds
from trayuptime.runtime.flights import Flights, Landing
from trayuptime.runtime.roster import Roster, roster_of
from trayuptime.runtime.told import Keys

PAGES_WITHIN_S = 3.0
"""How long status pages are waited for once every surface is decided."""


@dataclass(slots=True)
class _Round:
    """The questions of one check: what is still open, whose answer is on its way, and what has come back."""

    state: State
    roster: Roster
    keys: Keys
    feeds: Feeds
    open: set[Key] = field(default_factory=set)
    asked: set[Key] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)
    """Providers whose balance is wanted; each is asked for it once."""
    balances: set[str] = field(default_factory=set)
    errands: set[asyncio.Task[balance.Told]] = field(default_factory=set)
    """Balances that are being asked for."""
    decided_s: float | None = None
    """Since when no surface is open any more; pages are waited for only a little longer."""
    landings: asyncio.Queue[Landing | balance.Told | BaseException] = field(default_factory=asyncio.Queue)


async def check(
    config: Config,
    ids: Collection[str],
    asker: Asker,
    clock: Clock,
    keys: Keys,
    *,
    holds: Mapping[str, Instant] = MappingProxyType({}),
) -> State:
    """Asks the named providers until each surface is decided; failures are confirmed, witnesses asked.

    Their status pages are read beside, as far as that takes hardly longer.

    Args:
        config: the others in it may be asked as witnesses.
        ids: which to check; each is configured and enabled.
        asker: the transport.
        clock: for the pace of confirmation.
        keys: the user's keys.
        holds: the hosts that have said Retry-After, and until when.

    Returns:
        The state, for the lights; surfaces of providers that were not named may be unknown.
    """
    roster = roster_of(config)
    feeds = Feeds()
    feeds.follow(roster.providers.values(), {})
    state = judge.watch(State(holds=holds), roster.targets, clock.now()).state
    state = claims.follow(state, feeds.pages(), clock.now()).state
    for provider, sentence in keys.troubles.items():
        state = access.with_trouble(state, provider, sentence)
    now = _Round(state, roster, keys, feeds)
    now.open = {key for key in roster.rules if key.provider in ids} | feeds.of_providers(ids)
    flights = Flights(
        asker,
        clock.now,
        clock.monotonic_s,
        now.landings.put_nowait,
        now.landings.put_nowait,
        held=lambda host: schedule.held_s(now.state, host, clock.now()) > 0,
    )
    waiting = [(0.0, key) for key in now.open]
    try:
        while now.open and not _is_done(now, clock):
            _ask_balances(now, flights, asker, clock)
            waiting = _start(now, flights, waiting, clock)
            if not (waiting or flights or now.errands) and now.landings.empty():
                break
            # Whatever has landed is heard before anybody is asked: a host may want to be left alone.
            landed = [await _next(now, waiting, clock)]
            while not now.landings.empty():
                landed.append(await _next(now, waiting, clock))
            for each in landed:
                match each:
                    case Landing():
                        waiting += _take(now, each, waiting)
                    case balance.Told():
                        _take_balance(now, each, clock)
    finally:
        await flights.abandon()
    return now.state


def _is_done(now: _Round, clock: Clock) -> bool:
    """Whether only pages are open, and have been for long enough: a hanging one must not hold the answer."""
    if any(key not in now.feeds for key in now.open):
        now.decided_s = None
        return False
    if now.decided_s is None:
        now.decided_s = clock.monotonic_s()
    return clock.monotonic_s() - now.decided_s >= PAGES_WITHIN_S


def _start(
    now: _Round, flights: Flights, waiting: list[tuple[float, Key]], clock: Clock
) -> list[tuple[float, Key]]:
    later: list[tuple[float, Key]] = []
    for due_s, key in sorted(waiting, key=lambda item: item[0]):
        provider = now.feeds.of(key) or now.roster.of(key)
        assert provider is not None
        if schedule.held_s(now.state, host_of(provider, key.surface), clock.now()):
            now.open.discard(key)  # its host said Retry-After: no answer within this check
            continue
        if due_s > clock.monotonic_s() or not flights.may_start(provider, key):
            later.append((due_s, key))
            continue
        now.asked.add(key)
        if key in now.feeds:
            flights.send(provider, key, now.feeds.order(key))
            continue
        may_show = access.may_show_key(now.state.access(provider.id), clock.now())
        flights.start(provider, key, now.keys.secrets.get(provider.id), may_show_key=may_show)
    return later


async def _next(now: _Round, waiting: list[tuple[float, Key]], clock: Clock) -> Landing | balance.Told | None:
    """The next answer; `None` when something is due before any comes."""
    ends = [] if now.decided_s is None else [now.decided_s + PAGES_WITHIN_S]
    future = [due_s for due_s in (*(due_s for due_s, _ in waiting), *ends) if due_s > clock.monotonic_s()]
    wait_s = clock.real_s(min(future) - clock.monotonic_s()) if future else None
    try:
        async with asyncio.timeout(wait_s):
            landing = await now.landings.get()
    except TimeoutError:
        return None
    if isinstance(landing, BaseException):
        raise landing
    return landing


def _take(now: _Round, landing: Landing, waiting: list[tuple[float, Key]]) -> list[tuple[float, Key]]:
    """Steps the judge; returns what to ask next."""
    key = landing.result.key
    now.asked.discard(key)
    now.state = schedule.hold(now.state, landing.waits, landing.now)
    if key in now.feeds:
        now.feeds.hear(key, landing.result)
        targets = {**now.roster.targets, **now.feeds.targets()}
        now.state = judge.watch(now.state, targets, landing.now).state
    again = _take_page(now, landing) if key in now.feeds else []
    if key not in now.state.watched:
        now.open = now.open if again else now.open - {key}
        return again
    step = judge.step(now.state, landing.result, now.roster.rules, landing.now)
    now.state = step.state
    now.doubted |= step.ask_balance
    already = {waiting_key for _, waiting_key in waiting}
    more: list[tuple[float, Key]] = again
    rules = now.roster.rules.get(key, Rules())  # a mere witness has none, and is in no doubt
    retry_s = min(rules.retry_interval_s, rules.interval_s)
    for host in step.ask_witnesses:
        speakers = vantage.speakers_of(now.state, host)
        if speakers and speakers[0] not in already:
            more.append((0.0, speakers[0]))
    asked_again = [again for again in step.ask_now if again == key or again in now.open - already]
    more += [(0.0, again) for again in asked_again]
    judged = key in now.open and key not in now.feeds
    if key not in asked_again and judged and schedule.in_doubt(now.state, key, rules):
        more.append((landing.ended_s + retry_s, key))
    waits = {failure.key for failure in now.state.waiting}
    scheduled = already | {due_key for _, due_key in more}
    # A failure that waits for a witness keeps the check going while anybody may still answer.
    pending = scheduled | waits | now.asked
    now.open = {
        k for k in now.open if k in pending or (k not in now.feeds and now.state.surface(k).latest is None)
    }
    return more


def _take_page(now: _Round, landing: Landing) -> list[tuple[float, Key]]:
    """What a status page says; where it could not be read there, its next address is due."""
    key = landing.result.key
    steps = now.feeds.take(key, now.state, landing)
    for step in steps or ():
        now.state = step.state
    return [(now.feeds.go_on_s(key, landing), key)] if steps is None else []


def _ask_balances(now: _Round, flights: Flights, asker: Asker, clock: Clock) -> None:
    """Before a 402 is asked about again, what the vendor's own balance says of it.

    A host that is being asked is asked for it next: nothing else is started there before.
    """
    for name in sorted(now.doubted - now.balances):
        provider = now.roster.providers[name]
        question = balance.request(provider, now.keys.secrets.get(name))
        if question is None or schedule.held_s(now.state, place_of(question.url), clock.now()):
            now.balances.add(name)
            continue
        ask = partial(balance.ask, provider, question, asker, clock.now())
        errand = flights.errand(place_of(question.url), ask)
        if errand is not None:
            now.balances.add(name)
            now.errands.add(errand)
            errand.add_done_callback(partial(_hear_errand, now))


def _hear_errand(now: _Round, errand: asyncio.Task[balance.Told]) -> None:
    now.errands.discard(errand)
    if not errand.cancelled() and errand.exception() is None:  # a fault of ours is told by the flights
        now.landings.put_nowait(errand.result())


def _take_balance(now: _Round, told: balance.Told, clock: Clock) -> None:
    """Nobody waits here for a balance that may lag behind: its word is taken as if disputed for long.

    The sentence that is shown says both, the 402 and the balance.
    """
    now.state = schedule.hold(now.state, told.waits, clock.now())
    since = told.balance.at - round(BALANCE_LAGS_S * 1000)
    now.state = judge.hear_balance(now.state, replace(told.balance, disputed_since=since)).state
