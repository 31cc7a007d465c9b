"""What happened is kept until it is on disk; what is in the way is said once, and once that it is over."""

import logging
from collections.abc import Callable, Iterable, Sequence

from trayuptime.core.model import Gap, GapCause, Instant
from trayuptime.core.reasons import MEANINGS, Effect
from trayuptime.core.renumbering import renumber_happenings
from trayuptime.core.state import GapSeen, Happening, Settled, State
from trayuptime.history import DamagedHistoryError, History, HistoryError
from trayuptime.history.store import RECOVERS_S

KEPT_UNSAVED = 20_000
"""Happenings kept in memory while the history cannot be written: of ten providers some hours, 10 to 20 MB."""
RECOVER_EVERY_S = 0.2
"""Real seconds between two slices of a damaged file, while nobody is being asked."""

_log = logging.getLogger(__name__)


class Keeping:
    """One per poller, on its loop.

    Attributes:
        trouble: why the history cannot be written, a sentence, or `None`.
        unread_since: since when this run knows nothing of the last one, for its file could not be read.
    """

    def __init__(self, history: History, now: Callable[[], Instant], most: int = KEPT_UNSAVED) -> None:
        """Nothing is kept yet.

        Args:
            history: closed by its owner.
            now: for timestamps.
            most: happenings that wait, at most.
        """
        self._history = history
        self._now = now
        self._most = most
        self._unsaved: list[Happening] = []
        self._dropped = 0
        self._said: set[str] = set()
        self._news: list[str] = []
        self.trouble: str | None = None
        self.unread_since: Instant | None = None

    def last_run(self) -> tuple[State, Instant | None]:
        """The state that the last run left, and when it last wrote anything; nothing if it cannot be read."""
        for _ in range(2):
            try:
                return self._history.last_state({}), self._history.last_seen()
            except DamagedHistoryError as error:
                self._say(error)  # what can be read of it lies in a new one by now
            except HistoryError as error:
                self._say(error)
                break
        self.unread_since = self._now()
        return State(), None

    def join_last_run(self) -> int:
        """How much higher the numbers of this run's incidents must be, once the last one's are known.

        What the last run left open is ended as of when it was last seen: this run has judged for itself.
        """
        if self.unread_since is None:
            return 0
        try:
            self._history.end_open()  # first: it opens the file, where that can be done by now
            before, seen = self._history.last_state({}), self._history.last_seen()
        except HistoryError as error:
            self._say(error)
            return 0
        gap = None if seen is None or not before.surfaces else Gap(seen, self.unread_since, GapCause.APP_OFF)
        self.unread_since = None
        by = before.next_incident - State().next_incident
        first = [] if gap is None or gap.at >= gap.until else [GapSeen(gap)]
        self._unsaved = [*first, *renumber_happenings(self._unsaved, by)]
        return by

    def write(self, happenings: Sequence[Happening], state: State) -> None:
        """Commits what happened and whatever waits since before; what cannot be written waits."""
        if self.unread_since is not None or self._history.held:
            self._keep(happenings)
            return
        try:
            self._history.append((*self._unsaved, *happenings), state, self._now())
        except HistoryError as error:
            # Telling late or never would be worse than telling what is not yet on disk.
            self._say(error)
            self._keep(happenings)
        else:
            self._unsaved.clear()
            self._say_it_is_over()

    def save(self, state: State) -> None:
        """Writes the state alone, at once, with whatever waits."""
        if self._unsaved:
            self.write((), state)
        if self._unsaved or self.unread_since is not None or self._history.held:
            return
        try:
            self._history.save(state, self._now())
        except HistoryError as error:
            self._say(error)

    def need_saved(self) -> None:
        """Makes sure that everything committed is on disk.

        Raises:
            HistoryError: something of it waits in memory until the history can be written.
        """
        if self._unsaved or self.unread_since is not None:
            raise HistoryError(self.trouble or "The history cannot be written.")

    @property
    def recovering(self) -> bool:
        """There is more to recover from a damaged file, and nothing in the way."""
        return self._history.recovering and self.trouble is None

    def recover(self) -> None:
        """Recovers a slice of a damaged file."""
        try:
            self._history.recover(RECOVERS_S)
        except HistoryError as error:
            self._say(error)

    def take_news(self) -> list[str]:
        """What the user should hear once, since the last call."""
        news = [*self._history.take_news(), *self._news]
        self._news.clear()
        for sentence in news:
            _log.warning("%s", sentence)
        return news

    def _say(self, error: HistoryError) -> None:
        sentence = str(error)
        if sentence not in self._said:
            self._said.add(sentence)
            _log.error("%s", sentence)
        self.trouble = sentence

    def _say_it_is_over(self) -> None:
        if self.trouble is None:
            return
        _log.info("the history is written again")
        if self._dropped:
            self._news.append(
                f"The history is written again. {self._dropped} results of the time in between are lost:"
                " there were too many to wait."
            )
        self.trouble = None
        self._dropped = 0
        self._said.clear()

    def _keep(self, happenings: Iterable[Happening]) -> None:
        """All of it, or what matters most: good answers go first, then other results, the oldest of each."""
        self._unsaved += happenings
        over = len(self._unsaved) - self._most
        for may_go in (_is_calm, _is_result, _is_anything):
            if over <= 0:
                return
            kept: list[Happening] = []
            for each in self._unsaved:
                if over > 0 and may_go(each):
                    over -= 1
                    self._dropped += 1
                else:
                    kept.append(each)
            self._unsaved = kept


def _is_calm(happening: Happening) -> bool:
    return isinstance(happening, Settled) and MEANINGS[happening.result.reason].effect is Effect.SUCCESS


def _is_result(happening: Happening) -> bool:
    return isinstance(happening, Settled)


def _is_anything(_happening: Happening) -> bool:
    return True
