"""Commits what happened, then tells it.

Results without a transition wait for the rest of their poll cycle (at most `CYCLE_S`), so that a cycle is one
commit. The state is the poller's: it comes with each call, and goes back where it says who is owed a notice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from trayuptime.config.values import Config, ProviderConfig
from trayuptime.core import hush, notice
from trayuptime.core.model import Key, Result, Suggestion
from trayuptime.core.notice import LocalTime, News
from trayuptime.core.reasons import MEANINGS, Effect
from trayuptime.core.renumbering import renumber_happenings, renumbered
from trayuptime.core.state import CameUp, Happening, Settled, State, Step, StillOpen, WentDown
from trayuptime.history import History
from trayuptime.runtime.clock import Clock
from trayuptime.runtime.counsel import Counsel
from trayuptime.runtime.keeping import Keeping
from trayuptime.runtime.told import Listener, Told, watched_of

CYCLE_S = 0.5
"""The longest that a result waits, in real seconds, for others to be committed with."""


class Teller:
    """One per poller, on its loop.

    Attributes:
        listeners: told after each commit, in this order.
        providers: those that are watched, by id, in the user's order.
        config: in force.
        config_trouble: why the configuration file cannot be used as it is, a sentence, or `None`.
        keeping: what happened, until it is on disk.
    """

    def __init__(
        self,
        history: History,
        clock: Clock,
        counsel: Counsel,
        local_time: LocalTime,
        listeners: Iterable[Listener],
    ) -> None:
        """Nothing is told yet.

        Args:
            history: already open; closed by its owner.
            clock: for timestamps, and for how long a result waits.
            counsel: news waits for its advice.
            local_time: writes the user's time of day.
            listeners: told after each commit, in this order.
        """
        self.keeping = Keeping(history, clock.now)
        self._clock = clock
        self._counsel = counsel
        self._local_time = local_time
        self.listeners = list(listeners)
        self.providers: Mapping[str, ProviderConfig] = {}
        self.config: Config | None = None
        self.config_trouble: str | None = None
        self.keyring_locked = False
        self.renamed: Mapping[str, str] = {}
        self._pending: list[Happening] = []
        self._pending_since: float | None = None
        self._in_doubt = False

    # Committing

    @property
    def pending(self) -> bool:
        """Something happened that is not yet committed."""
        return bool(self._pending)

    def note(self, before: State, step: Step) -> None:
        """What happened in a step waits to be committed; so does a doubt that began or ended in it."""
        if (before.waiting, before.blind_since) != (step.state.waiting, step.state.blind_since):
            self._in_doubt = True
        if step.happenings:
            self._pending += step.happenings
            self._pending_since = self._pending_since or self._clock.monotonic_s()

    def is_due(self, *, idle: bool) -> bool:
        """Whether it is time to commit: a transition waits for nobody, a result until nobody is asked."""
        waited_s = self._clock.monotonic_s() - (self._pending_since or 0.0)
        complete = idle or self._clock.real_s(waited_s) >= CYCLE_S
        told = any(not isinstance(happening, Settled) for happening in self._pending)
        return bool(self._pending and (told or complete)) or self._in_doubt

    def left_s(self) -> float | None:
        """Real seconds until what is pending waits no longer; `None` when nothing is."""
        if not self._pending or self._pending_since is None:
            return None
        return CYCLE_S - self._clock.real_s(self._clock.monotonic_s() - self._pending_since)

    def commit(self, state: State) -> tuple[Happening, ...]:
        """Writes what is pending; returns it, to be told whether or not it could be written."""
        happenings, self._pending, self._pending_since = tuple(self._pending), [], None
        self._in_doubt = False
        self.keeping.write(happenings, state)
        return happenings

    def join_last_run(self, state: State) -> State:
        """The state with numbers that no incident of the last run has, if that can be told only now.

        Nothing may wait for advice, for it has the old ones.
        """
        by = self.keeping.join_last_run()
        self._pending = renumber_happenings(self._pending, by)
        return renumbered(state, by)

    # Telling

    def tell(
        self,
        state: State,
        happenings: tuple[Happening, ...] = (),
        notices: Iterable[News] = (),
    ) -> None:
        """Tells every listener how things are now."""
        config = self.config
        if config is not None and not config.exists and self.config_trouble is not None:
            config = None  # what stands in for a file that could not be read
        told = Told(
            at=self._clock.now(),
            state=state,
            happenings=happenings,
            notices=(*notices, *map(notice.of_history, self.keeping.take_news())),
            watched=tuple(watched_of(provider) for provider in self.providers.values()),
            trouble=self.config_trouble or self.keeping.trouble,
            keyring_locked=self.keyring_locked,
            config=config,
            renamed=self.renamed,
        )
        for listener in self.listeners:
            listener(told)

    def notices(
        self, state: State, happenings: Iterable[Happening], suggestion: Suggestion | None = None
    ) -> list[News]:
        """What the user should be told of it, whether or not there is advice."""
        names = {provider.id: provider.name for provider in self.providers.values()}
        told = (notice.decide(h, state, names, self._local_time, suggestion) for h in happenings)
        return [one for one in told if one is not None]

    # News that waits for advice

    def sift(self, state: State, happenings: Iterable[Happening]) -> tuple[State, list[News]]:
        """What the user should be told now; the rest waits for advice.

        Returns:
            The state with who is owed a notice, saved, and the notices.
        """
        notices: list[News] = []
        for happening in happenings:
            provider = notice.wants_advice(happening)
            if provider is not None and provider in self._counsel:
                self._counsel.hold(provider, happening)
                if isinstance(happening, WentDown) and happening.tell:
                    owed = {**state.untold, provider: happening.incident.id}
                    state = self._keep(replace(state, untold=owed), state)
                continue
            if isinstance(happening, CameUp) and happening.key.provider in state.untold:
                state, waited = self.overtaken(state, happening.key.provider)
                notices += waited
                if not waited:
                    continue  # an engine that was killed had not told it: nobody shall hear the end alone
            notices += self.notices(state, [happening])
            if isinstance(happening, StillOpen):
                state = self._keep(hush.told_again(state, happening.key.provider), state)
        return state, notices

    def overtaken(self, state: State, provider: str) -> tuple[State, list[News]]:
        """News that can wait for advice no longer: nobody shall hear the end of what he was not told."""
        news = self._counsel.release(provider)
        state = self.note_told(state, provider)
        return state, self.notices(state, news)

    def note_told(self, state: State, provider: str) -> State:
        """Nothing is owed to the user about this provider any more."""
        untold = {name: n for name, n in state.untold.items() if name != provider}
        told = hush.told_again(state, provider)
        return self._keep(told if untold == state.untold else replace(told, untold=untold), state)

    def tell_late(self, state: State, key: Key, result: Result) -> None:
        """A killed engine had not told that a surface is down: it is told once that is seen again."""
        incident = state.surface(key).incident
        untold = incident is not None and state.untold.get(key.provider) == incident.id
        if incident is None or not untold or key.provider in self._counsel:
            return
        if MEANINGS[result.reason].effect is Effect.FAILURE:
            news = WentDown(self._clock.now(), key, incident, result.reason, reopened=False, tell=True)
            self._counsel.seek(key.provider)
            self._counsel.hold(key.provider, news)

    def _keep(self, state: State, before: State) -> State:
        """The same, saved if it is another than before."""
        if state is not before:
            self.keeping.save(state)
        return state
