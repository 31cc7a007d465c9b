"""The next state while one step makes it: the one mutable thing in `core`, never seen outside a step."""

from collections.abc import Mapping

from trayuptime.core.model import Key, Rules
from trayuptime.core.state import Happening, State, Step, SurfaceState, Target


class Draft:
    """A state in the making, with what happened on the way and what has to be asked."""

    def __init__(self, state: State, rules: Mapping[Key, Rules]) -> None:
        self._before = state
        self.rules = rules
        self.surfaces = dict(state.surfaces)
        self.accesses = dict(state.accesses)
        self.watched: Mapping[Key, Target] = state.watched
        self.testimonies = dict(state.testimonies)
        self.waiting = list(state.waiting)
        self.blind_since = dict(state.blind_since)
        self.last_blind = dict(state.last_blind)
        self.holds = dict(state.holds)
        self.suggestions = dict(state.suggestions)
        self.choice = state.choice
        self.next_incident = state.next_incident
        self.network_since = state.network_since
        self.feeds = state.feeds
        self.balances = state.balances
        self.maintenance = state.maintenance
        self.happenings: list[Happening] = []
        self.ask_now: set[Key] = set()
        self.ask_witnesses: set[str] = set()
        self.ask_balance: set[str] = set()

    def surface(self, key: Key) -> SurfaceState:
        """The surface as it is by now."""
        return self.surfaces.get(key, _BLANK)

    def state(self) -> State:
        """The state as it is by now."""
        before = self._before  # every field by its name: `replace` would take twice as long, at every result
        return State(
            surfaces=self.surfaces,
            accesses=self.accesses,
            watched=self.watched,
            testimonies=self.testimonies,
            waiting=tuple(self.waiting),
            blind_since=self.blind_since,
            last_blind=self.last_blind,
            holds=self.holds,
            suggestions=self.suggestions,
            troubles=before.troubles,
            choice=self.choice,
            paused_since=before.paused_since,
            paused_until=before.paused_until,
            untold=before.untold,
            next_incident=self.next_incident,
            network_since=self.network_since,
            feeds=self.feeds,
            balances=self.balances,
            maintenance=self.maintenance,
            hushes=before.hushes,
        )

    def step(self) -> Step:
        """The finished step."""
        return Step(
            self.state(),
            tuple(self.happenings),
            frozenset(self.ask_now),
            frozenset(self.ask_witnesses),
            frozenset(self.ask_balance),
        )


_BLANK = SurfaceState()
