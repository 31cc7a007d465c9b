"""The poller: asks when it is time, steps the judge, commits, tells. It owns the state.

The order of every step is fixed: the judge decides, the history commits, then listeners are told.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path

from trayuptime.config.keys import FileKey, NoKey
from trayuptime.config.values import Config, ProviderConfig
from trayuptime.core import access, choices, claims, crosscheck, hush, judge, notice, schedule
from trayuptime.core.model import Gap, GapCause, Instant, Key, Level, Service, Suggestion, Surface, Switch
from trayuptime.core.notice import LocalTime, Withdrawal
from trayuptime.core.pauses import Snooze, snoozed_until
from trayuptime.core.reasons import Access, Reason
from trayuptime.core.renaming import followed, renamed
from trayuptime.core.state import Happening, State, Step
from trayuptime.core.ticks import Tick
from trayuptime.core.waiting import Wait
from trayuptime.history import History
from trayuptime.net.transport import Transport
from trayuptime.runtime.advice import find_fallback
from trayuptime.runtime.agenda import Agenda, Answers
from trayuptime.runtime.almanac import Almanac
from trayuptime.runtime.balances import Balances
from trayuptime.runtime.clock import Clock, ClockSteps
from trayuptime.runtime.counsel import Counsel, is_still_true
from trayuptime.runtime.errands import Errands
from trayuptime.runtime.errands import Told as ErrandTold
from trayuptime.runtime.feeds import Feeds, is_witness
from trayuptime.runtime.flights import Flights, Landing
from trayuptime.runtime.housekeeping import Housekeeping
from trayuptime.runtime.keeping import RECOVER_EVERY_S
from trayuptime.runtime.reading import Change, Reading
from trayuptime.runtime.roster import NEUTRAL, Roster, roster_of
from trayuptime.runtime.settling import AFTER_CHANGE_S, AFTER_SLEEP_S, AGAIN_S, Settling, is_doubtful
from trayuptime.runtime.sleeping import Sleeping
from trayuptime.runtime.spending import Spending
from trayuptime.runtime.teller import Teller
from trayuptime.runtime.told import KeySource, Listener

ASK_ABROAD_S = 600.0
"""Answers are asked no sooner again because the network changed: VPNs come and go."""


class Poller:
    """One per engine; every method runs on the engine's loop."""

    def __init__(
        self,
        config: Config,
        *,
        clock: Clock,
        transport: Transport,
        history: History,
        read_keys: KeySource,
        slept_s: Callable[[], float],
        offset_s: float,
        local_time: LocalTime,
        zone: tzinfo,
        listeners: tuple[Listener, ...] = (),
    ) -> None:
        """Nothing is asked yet.

        Args:
            config: whose enabled providers are watched.
            clock: for schedules and timestamps.
            transport: asks.
            history: already open; closed by its owner.
            read_keys: reads the keys that the configuration refers to.
            slept_s: how long this computer has slept, a growing number of seconds.
            offset_s: this installation's place in the slots.
            local_time: writes the user's time of day.
            zone: whose wall clock announced maintenance goes by.
            listeners: told after each commit, in this order.
        """
        self._config = config
        self._clock = clock
        self._transport = transport
        self._history = history
        self._almanac = Almanac(history, clock, zone)
        self._spending = Spending(history, clock.now, zone)
        self._flights = Flights(
            transport,
            clock.now,
            clock.monotonic_s,
            self._landed,
            self._crash,
            held=lambda host: schedule.held_s(self._state, host, clock.now()) > 0,
            spending=self._spending,
        )
        self._landings: deque[Landing] = deque()
        self._wake = asyncio.Event()
        self._reading = Reading(read_keys, clock, self._wake.set)
        self._balances = Balances(transport, clock.now, self._flights, self._reading, self._wake.set)
        self._counsel = Counsel(
            lambda provider: self._find_fallback(self._providers[provider]), self._wake.set
        )
        self._housekeeping = Housekeeping(history, clock)
        history.retain(config.retention)
        self._errands = Errands(history, clock, self._wake.set)
        self._teller = Teller(history, clock, self._counsel, local_time, listeners)
        self._stopping = False
        self._crashed: BaseException | None = None
        self._state = State()
        self._roster = Roster({}, {}, {})
        self._sleeping = Sleeping(clock, slept_s)
        self._steps = ClockSteps(clock, slept_s)
        self._settling = Settling()
        self._feeds = Feeds()
        self._agenda = Agenda(
            clock,
            self._flights,
            feeds=self._feeds,
            reading=self._reading,
            sleeping=self._sleeping,
            settling=self._settling,
            state=lambda: self._state,
            offset_s=offset_s,
            spending=self._spending,
        )
        self._network_changed = False
        self._abroad: set[Key] = set()
        """Who has yet to be asked an answer over this network."""
        self._abroad_again_s = float("-inf")

    # What others ask of it

    @property
    def state(self) -> State:
        """The state after the last step."""
        return self._state

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self._config

    @property
    def listeners(self) -> list[Listener]:
        """Told after each commit, in this order."""
        return self._teller.listeners

    async def run(self) -> None:
        """Watches until `stop`.

        Raises:
            BaseException: a fault of ours, in here or in a probe; the world's faults are values.
        """
        self._resume_last_run()
        try:
            while not self._stopping:
                if (gap := self._sleeping.over()) is not None:
                    await self._start_anew(gap)
                if (by_ms := self._steps.since_last_ms()) != 0:
                    self._state = judge.clock_stepped(self._state, by_ms)
                if self._sleeping.begun:
                    await self._flights.abandon()
                else:
                    if self._network_changed:
                        await self._change_network()
                    self._turn()
                await self._sleep()
            await self._errands.cancel()
            self._flush()
            self._teller.keeping.save(self._state)
            for provider in self._counsel.under_way():
                self._state, late = self._teller.overtaken(self._state, provider)
                if late:
                    self._teller.tell(self._state, notices=late)
        finally:
            await asyncio.gather(*self._counsel.cancel(), *self._reading.cancel(), return_exceptions=True)
            await self._flights.abandon()  # last: a look for a fallback starts flights

    def stop(self) -> None:
        """Ends `run` after the step under way."""
        self._stopping = True
        self._wake.set()

    def check_now(self) -> None:
        """Asks every surface at once, whatever the schedule says; a Retry-After still holds.

        Of a provider whose answers found something wrong with the user's standing an answer is asked.
        """
        for provider in self._providers:
            if self._state.access(provider).by_answer is not None:
                self._state = access.show_again(self._state, provider)
                self._want_standing(provider)
        self._agenda.ask_all(self._clock.monotonic_s())
        self._wake.set()

    def fall_asleep(self) -> None:
        """This computer is about to sleep: what is on its way is dropped, no answer counts until it wakes."""
        self._take_landings()
        self._flush()  # it may never wake
        self._sleeping.begin()
        self._wake.set()

    def wake_up(self) -> None:
        """It is awake again: everybody is asked as soon as the network may be back."""
        self._sleeping.end()
        self._wake.set()

    def change_network(self) -> None:
        """This computer's own network is another one from now on: whoever is in doubt is asked at once."""
        self._network_changed = True
        self._wake.set()

    def pause(self, until: Instant | None) -> None:
        """Stops asking, until a time or until `resume`."""
        self._apply(judge.pause(self._state, self._clock.now(), until))
        self._teller.keeping.save(self._state)
        self._tell()
        self._wake.set()  # the end of the pause is a time to wait for

    def resume(self) -> None:
        """Asks again, at once."""
        self._apply(judge.resume(self._state, self._clock.now()))
        self._flush()
        self.check_now()

    def hush(self, incidents: Iterable[int], until: Instant | None) -> None:
        """Tells no more of open incidents before they end; with a time, once more from then on.

        Raises:
            NothingToHushError: none of them is open, or one that notices tell of.
        """
        self._flush()  # what is saved below must not be ahead of the results that led to it
        numbers = tuple(incidents)
        self._state = hush.hush(self._state, numbers, self._clock.now(), until)
        self._teller.keeping.save(self._state)
        self._teller.tell(self._state, notices=notice.hushed(self._state, numbers))

    def snooze(self, incidents: Iterable[int], length: Snooze) -> None:
        """Tells no more of open incidents for a while, by the poller's own clock.

        They are all of a provider or of several: what the user knows of or has put off for longer stays so.

        Raises:
            NothingToHushError: as `hush`, or all of them stay so.
        """
        until = snoozed_until(length, datetime.fromtimestamp(self._clock.now() / 1000).astimezone())
        self.hush(hush.sooner(self._state, incidents, until), until)

    def unhush(self, incidents: Iterable[int]) -> None:
        """Tells of incidents as of any other again.

        Raises:
            NothingToHushError: that is so already.
        """
        self._flush()  # as in `hush`
        self._state = hush.unhush(self._state, incidents)
        self._teller.keeping.save(self._state)
        self._tell()

    def switch(self, to: str, *, leaving: str | None = None) -> Switch:
        """Records that the user uses another provider now.

        Args:
            to: the provider to use.
            leaving: the one left behind; `None` for whom `choices.switch_to` finds.

        Raises:
            KeyError: no such provider is configured.
        """
        if to not in self._providers:
            raise KeyError(to)
        switch = choices.switch_to(self._state, self._providers, to, self._clock.now(), leaving)
        if switch is None:
            assert self._state.choice is not None
            return self._state.choice.switch
        self._apply(choices.choose(self._state, switch))
        self._flush()
        return switch

    def switch_back(self) -> Switch | None:
        """Records that the user went back; `None` when no switch is in force."""
        choice = self._state.choice
        if choice is None:
            return None
        switch = Switch(self._clock.now(), choice.switch.to, choice.switch.provider, back=True)
        self._apply(choices.choose(self._state, switch))
        self._flush()
        return switch

    async def suggest(self, provider: str) -> Suggestion:
        """Looks for a fallback right now.

        Raises:
            KeyError: no such provider is configured.
        """
        if provider not in self._providers:
            raise KeyError(provider)
        return await asyncio.shield(self._counsel.seek(provider))

    def reconfigure(self, config: Config) -> None:
        """Takes over a new configuration; what did not change goes on as it was."""
        before = self._providers
        self._config = config
        self._history.retain(config.retention)  # not at once: a slip of the pen can be mended within the hour
        self._teller.config_trouble = None
        self._take_over()
        changed = [k for k in self._roster.rules if before.get(k.provider) != self._providers[k.provider]]
        for key in changed:
            old, new = before.get(key.provider), self._providers[key.provider]
            if old is not None and _models(old) != _models(new):
                self._state = access.believe_lists(self._state, key.provider)
            if new.completion is not None and (old is None or old.completion != new.completion):
                self._spending.trust(key)
                self._spending.want(key)  # what was asked before was asked otherwise, or long ago
        self._agenda.ask(changed, self._clock.monotonic_s())
        self._flush()
        # What the bubbles of these say, and their buttons, is about nobody any more.
        removed = [Withdrawal(name) for name in before if name not in self._providers]
        self._teller.tell(self._state, notices=removed)
        self._wake.set()

    def knows(self, provider: str) -> bool:
        """Whether anything was ever recorded of a provider, watched or not.

        Raises:
            HistoryError: the history cannot be read.
        """
        return self._history.knows(provider)

    def rename(self, old: str, new: str, config: Config) -> None:
        """Goes on with a provider under another id; what is on its way under the old one is dropped.

        Args:
            old: its id so far.
            new: its id from now on.
            config: with the new one in it.

        Raises:
            HistoryError: it goes on under the old one.
        """
        self._take_landings()
        self._flush()
        self._teller.keeping.need_saved()
        self._state, late = self._teller.overtaken(self._state, old)
        self._teller.tell(self._state, notices=late)
        state = renamed(self._state, old, new)
        self._history.rename(old, new, state, self._clock.now())
        self._state = state
        self._reading.rename(old, new)
        self._teller.renamed = followed(self._teller.renamed, old, new)
        self.reconfigure(config)

    def note(self, incident: int, text: str) -> None:
        """Attaches what the user wrote to an incident.

        Raises:
            UnknownIncidentError: the history holds no such incident.
            HistoryError: it was not written.
        """
        self._history.note(incident, text, self._clock.now())

    def tick(self, incident: int, item: str, *, done: bool, by: str = "") -> None:
        """Ticks an item of an incident's playbook, or takes that back.

        Raises:
            UnknownIncidentError: the history holds no such incident.
            UnfitNoteError: the item cannot be kept.
            HistoryError: it was not written.
        """
        self._history.tick(incident, Tick(item, done, self._clock.now(), by))

    def distrust(self, sums: Iterable[tuple[int, Instant, Instant]]) -> None:
        """Has sums of the history worked out again; see there.

        Raises:
            HistoryError: nothing was written.
        """
        self._history.distrust(sums)
        self._housekeeping.look_again()
        self._wake.set()

    async def compact(self) -> ErrandTold:
        """Gives the disk back what the history has freed, in idle turns and on a thread.

        Returns:
            The fields of `history.compact.Sizes`.

        Raises:
            HistoryError: the file is as it was.
        """
        self._take_landings()
        self._flush()
        self._teller.keeping.need_saved()
        try:
            return await self._errands.compact()
        finally:
            self._flush()  # what waited meanwhile

    async def merge(self, other: Path) -> ErrandTold:
        """Takes another history over, in idle turns.

        Args:
            other: a file that nobody writes; see `history.foreign.prepared`.

        Returns:
            The fields of `history.merge.Report`.

        Raises:
            HistoryError: it cannot be, or not all of it; what was taken over stays.
        """
        self._take_landings()
        self._flush()
        self._teller.keeping.need_saved()
        return await self._errands.merge(other)

    def note_config_trouble(self, sentence: str | None) -> None:
        """The file cannot be used as it is; the last good configuration stays in force."""
        if sentence != self._teller.config_trouble:
            self._teller.config_trouble = sentence
            self._tell()

    def reread_keys(self) -> None:
        """Keys may have changed: reads them again, and shows a rejected one again if it did."""
        self._reading.begin(self._providers.values())

    def reread_key_file(self, path: Path) -> None:
        """As `reread_keys`, of those alone whose key is in this file."""
        self._reading.refresh(p for p in self._providers.values() if p.key == FileKey(path))

    # The loop

    def _resume_last_run(self) -> None:
        left, seen = self._teller.keeping.last_run()
        self._state = hush.taken_up(left)
        self._take_over()
        now = self._clock.now()
        if seen is not None and seen < now and self._state.surfaces:
            self._apply(judge.pass_over(self._state, Gap(seen, now, GapCause.APP_OFF)))
        self._flush()
        self._tell()

    def _turn(self) -> None:
        """Everything that can be done without waiting."""
        if self._crashed is not None:
            raise self._crashed
        self._notice_end_of_pause()
        self._take_landings()
        self._take_balances()
        self._take_advice()
        self._take_keys()
        self._ask_abroad()
        if self._state.paused_since is None:
            self._balances.launch(self._state)
            self._agenda.launch()
        self._note_troubles()
        if self._teller.is_due(idle=not self._flights):
            self._flush()
        if self._teller.keeping.recovering and not self._flights:
            self._teller.keeping.recover()
        self._state = self._almanac.refresh(self._state, self._roster)
        if not self._flights and not self._teller.pending:
            if self._errands.waiting:
                self._state = self._errands.step(self._state, self._next_question_s)
                self._housekeeping.look_again()
            else:
                self._housekeeping.step(self._next_question_s)

    async def _sleep(self) -> None:
        """Until something lands, is asked for, or is due."""
        wait_s = self._wait_s()
        loop = asyncio.get_running_loop()
        timer = None if wait_s is None else loop.call_later(max(0.0, wait_s), self._wake.set)
        await self._wake.wait()
        self._wake.clear()
        if timer is not None:
            timer.cancel()

    def _wait_s(self) -> float | None:
        """Real seconds until something is due; `None` when only an event can bring work."""
        if self._sleeping.begun:
            return self._sleeping.left_s()
        recovering = self._teller.keeping.recovering and not self._flights
        own = (
            self._next_question_s(),
            self._teller.left_s(),
            self._housekeeping.left_s(),
            self._errands.left_s(),
            RECOVER_EVERY_S if recovering else None,
        )
        return min((wait for wait in own if wait is not None), default=None)

    def _next_question_s(self) -> float | None:
        """Real seconds until somebody is to be asked, or a pause is over."""
        now_s = self._clock.monotonic_s()
        ends: list[float] = []
        if self._state.paused_since is None:
            ends = self._agenda.openings()
        elif self._state.paused_until is not None:
            ends.append(now_s + (self._state.paused_until - self._clock.now()) / 1000)
        return min([self._clock.real_s(end - now_s) for end in ends], default=None)

    # Results

    def _landed(self, landing: Landing) -> None:
        self._landings.append(landing)
        self._wake.set()

    def _crash(self, error: BaseException) -> None:
        self._crashed = error
        self._wake.set()

    def _take_landings(self) -> None:
        while self._landings:
            self._take(self._landings.popleft())

    def _take(self, landing: Landing) -> None:
        result = landing.result
        key = result.key
        self._heed(landing.waits, landing.now)
        if key in self._feeds:
            self._take_feed(landing)
            return
        if key not in self._roster.targets or self._roster.of(key) != landing.provider:
            return  # removed, renamed or changed while it was asked: too late
        if self._state.paused_since is not None:
            return  # asked before the pause; nothing is judged in it
        if key == NEUTRAL:
            self._agenda.drop(key)
        if result.level is not Level.REACH and self._reading.changed_since(key.provider, landing.began_s):
            self._agenda.ask_anew([key])  # it was asked with a key that is no more
            return
        if self._settling.spoils(landing):
            if result.level is Level.COMPLETION:
                self._spending.want(key)
            self._agenda.ask([key], landing.ended_s + AGAIN_S)
            return
        if (answers := self._agenda.answers_after(landing)) is not Answers.COME:
            for_good = answers is Answers.NEVER
            self._apply(judge.without_answers(self._state, result, landing.now, for_good=for_good))
        step = judge.step(self._state, result, self._roster.rules, landing.now)
        self._apply(step)
        if key == NEUTRAL:
            return
        if result.reason is Reason.KEY_REJECTED:
            self._reading.doubt(landing.provider)
        self._teller.tell_late(self._state, key, result)
        self._agenda.plan(landing, step)

    def _heed(self, waits: Iterable[Wait], now: Instant) -> None:
        """A host that wants to be left alone means it, though its answer may come too late to count."""
        self._state = schedule.hold(self._state, waits, now)

    def _take_feed(self, landing: Landing) -> None:
        """A status page is a witness first, and then what it says."""
        key = landing.result.key
        if self._feeds.of(key) != landing.provider or self._state.paused_since is not None:
            return  # another page by now, or none
        if self._settling.spoils(landing):
            self._agenda.ask([key], landing.ended_s + AGAIN_S)
            return
        self._feeds.hear(key, landing.result)
        self._watch()
        result = landing.result
        alike = any(f.portal_like and f.reach is result.reach for f in self._state.waiting)
        if key in self._state.watched and (is_witness(result) or (result.portal_like and alike)):
            self._apply(judge.step(self._state, result, self._roster.rules, landing.now))
        steps = self._feeds.take(key, self._state, landing)
        self._watch()
        if steps is None:
            self._agenda.ask([key], self._feeds.go_on_s(key, landing))
            return
        for step in steps:
            self._apply(step)
        self._agenda.plan_feed(key, landing)

    def _watch(self) -> None:
        """Whoever is asked, and whoever may be asked for a word."""
        targets = {**self._roster.targets, **self._feeds.targets()}
        if targets.keys() != self._state.watched.keys() or any(
            targets[key].host != target.host for key, target in self._state.watched.items()
        ):
            self._apply(judge.watch(self._state, targets, self._clock.now()))

    def _take_balances(self) -> None:
        for told in self._balances.heard():
            self._heed(told.waits, self._clock.now())
            self._apply(judge.hear_balance(self._state, told.balance))

    def _apply(self, step: Step) -> None:
        step = hush.follow(step, self._clock.now())
        before, self._state = self._state, step.state
        self._teller.note(before, step)
        self._agenda.heed(step)
        self._balances.want(self._providers[name] for name in step.ask_balance if name in self._providers)
        for happening in step.happenings:
            provider = notice.wants_advice(happening)
            if provider is not None:
                self._counsel.seek(provider)

    # Committing and telling

    def _flush(self) -> None:
        if self._teller.keeping.unread_since is not None and not self._counsel.under_way():
            self._state = self._teller.join_last_run(self._state)
        self._tell(self._teller.commit(self._state))

    def _tell(self, happenings: tuple[Happening, ...] = ()) -> None:
        self._state, notices = self._teller.sift(self._state, happenings)
        self._teller.tell(self._state, happenings, notices)

    # Advice

    async def _find_fallback(self, failed: ProviderConfig) -> Suggestion:
        others = [self._providers[i] for i in failed.fallbacks if i in self._providers and i != failed.id]
        accesses = {other.id: self._state.access(other.id).access for other in others}
        mute = [
            key
            for key in self._roster.rules
            if (surface := self._state.surface(key)).service is Service.DOWN
            and crosscheck.only_an_answer_can_tell(surface, self._clock.now())
        ]
        ask, now = self._agenda.ask_soon, self._clock.now
        return await find_fallback(failed, others, ask, now, accesses=accesses, mute=mute)

    def _take_advice(self) -> None:
        for provider, suggestion in self._counsel.found():
            if provider not in self._providers:
                self._counsel.close(provider)
                continue
            if self._teller.pending:
                self._flush()
            waited = self._counsel.close(provider)
            if choices.in_trouble(self._state, provider):
                self._apply(choices.advise(self._state, suggestion, self._clock.now()))
                self._flush()
            still_true = [happening for happening in waited if is_still_true(happening, self._state)]
            news = self._teller.notices(self._state, still_true, suggestion)
            if news:
                self._teller.tell(self._state, notices=news)
            self._state = self._teller.note_told(self._state, provider)

    # Configuration and keys

    @property
    def _providers(self) -> Mapping[str, ProviderConfig]:
        return self._roster.providers

    def _take_over(self) -> None:
        self._roster = roster_of(self._config)
        self._teller.providers = self._providers
        self._teller.config = self._config
        self._feeds.follow(self._providers.values(), self._state.feeds)
        self._agenda.follow(self._roster)
        targets = {**self._roster.targets, **self._feeds.targets()}
        self._apply(judge.watch(self._state, targets, self._clock.now()))
        for provider in self._providers.values():
            if provider.completion is None:
                self._state = access.believe_lists(self._state, provider.id)
            if isinstance(provider.key, NoKey) and provider.keyless_level is Level.REACH:
                self._forget(provider.id, access.without_key(self._state, provider.id))
        self._apply(claims.follow(self._state, self._feeds.pages(), self._clock.now()))
        self._state = self._almanac.announce(self._state, self._roster)
        self._reading.begin(self._providers.values())

    def _take_keys(self) -> None:
        for provider, change in self._reading.take(self._providers).items():
            known = self._state.access(provider)
            untold = change is Change.RENEWED and known.access is not Access.OK
            if change is Change.ANOTHER or (change is not Change.GONE and (untold or known.by_answer)):
                self._want_standing(provider)
            if change is Change.THERE or (known.access is Access.OK and change is not Change.GONE):
                self._state = access.show_again(self._state, provider)
            else:
                self._forget_key(provider, change)
            self._agenda.ask_anew(key for key in self._roster.rules if key.provider == provider)
        self._teller.keyring_locked = self._reading.keys.locked

    def _forget_key(self, provider: str, change: Change) -> None:
        if isinstance(self._providers[provider].key, NoKey):
            self._forget(provider, access.without_key(self._state, provider))
        else:
            replaced, now = change is not Change.GONE, self._clock.now()
            self._forget(provider, access.forget_key(self._state, provider, now, replaced=replaced))

    def _forget(self, provider: str, forgotten: State) -> None:
        """Takes over a state without the standing of a provider, and takes back what was told of it."""
        known, self._state = self._state.access(provider), forgotten
        over = known.told in access.LOST and self._state.access(provider).told is Access.UNCHECKED
        if over and not notice.has_news(self._state, provider):
            self._teller.tell(self._state, notices=[Withdrawal(provider)])  # it told of the old one

    def _want_standing(self, provider: str) -> None:
        """The user's standing may have been mended, which only an answer tells where one found it lost."""
        key, completion = Key(provider, Surface.API), self._providers[provider].completion
        if key in self._roster.rules and completion is not None:
            self._spending.want(key)

    def _note_troubles(self) -> None:
        """What keeps a provider from being asked as the user wants: its key, or its budget."""
        told = self._state.troubles
        troubles = {**self._spending.troubles, **self._reading.keys.troubles}
        for provider in self._providers:
            if told.get(provider) != troubles.get(provider):
                self._state = access.with_trouble(self._state, provider, troubles.get(provider))
        if self._state.troubles != told:
            self._tell()

    # Time that was not seen

    async def _start_anew(self, gap: Gap) -> None:
        """What was in flight is thrown away; new connections, and a moment for the network to come back."""
        now_s = self._clock.monotonic_s()
        self._settling.begin(now_s, AFTER_SLEEP_S)  # before anybody who waits for it can ask
        await self._flights.abandon()
        for landing in self._landings:
            self._heed(landing.waits, landing.now)
        self._landings.clear()
        self._apply(judge.pass_over(self._state, gap))
        await self._transport.renew()
        self._agenda.ask_all(now_s)

    async def _change_network(self) -> None:
        """What failed over the old one and waits is forgotten; what is in flight counts if it is answered."""
        self._network_changed = False
        self._take_landings()  # they landed before
        now_s = self._clock.monotonic_s()
        self._settling.begin(now_s, AFTER_CHANGE_S)
        doubtful = [key for key, rules in self._roster.rules.items() if is_doubtful(self._state, key, rules)]
        self._apply(judge.network_changed(self._state, self._clock.now()))
        await self._transport.renew()
        self._agenda.ask(doubtful, now_s)
        self._abroad |= {key for key in self._roster.rules if key.surface is Surface.API}
        self._ask_abroad()

    def _ask_abroad(self) -> None:
        """After a change of networks "here" may be another country: an answer tells."""
        now_s, lost = self._clock.monotonic_s(), Access.NOT_AVAILABLE_HERE
        refuse = [key for key in self._abroad if self._state.access(key.provider).by_answer is lost]
        if refuse and now_s >= self._abroad_again_s:
            self._abroad_again_s = now_s + ASK_ABROAD_S
            for key in refuse:
                self._want_standing(key.provider)
            self._agenda.ask_anew(refuse)
            refuse = []
        self._abroad = set(refuse)

    def _notice_end_of_pause(self) -> None:
        until = self._state.paused_until
        if until is not None and self._clock.now() >= until:
            self.resume()


def _models(provider: ProviderConfig) -> tuple[str, ...]:
    """What is asked for an answer."""
    return () if provider.completion is None else tuple(each.id for each in provider.completion.models)
