"""Leave to ask a billed answer: due by the user's pace, within the day's budget, on disk before it is sent.

A day is the user's own, from midnight to midnight by this computer's clock: that is the day he set a budget
for, and the midnight he is told to wait for. Money is counted by the date, so that neither an hour that comes
twice nor a clock that is set back makes a new day.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Protocol

from trayuptime.config.values import Completion, PricedModel, ProviderConfig
from trayuptime.core import budget
from trayuptime.core.model import Instant, Key, Level, Result, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.wall_clock import local_date
from trayuptime.history import HistoryError
from trayuptime.history.spending import Spent

SOONER_THAN = 1 / 20
"""A question may come by this part of its pace too early, to share a slot with a free one."""
SUSPECT_EVERY_S = 300.0
"""How often a lesser question that fails may bring the next answer forward."""

_NEVER_SENT = frozenset(
    {Reason.DNS_FAILURE, Reason.CONNECT_REFUSED, Reason.CONNECT_TIMEOUT, Reason.TLS_FAILURE}
)

_log = logging.getLogger(__name__)


class Ledger(Protocol):
    """Where spending is written down; the history, or a stand-in. Every method may raise `HistoryError`."""

    def spent(self, provider: str, model: str, day: date) -> Spent:
        """What is known before a question."""
        ...

    def reserve(self, provider: str, model: str, usd: float, *, at: Instant, day: date) -> int:
        """Sets money aside, durably; returns the question's number."""
        ...

    def settle(self, number: int, usd: float) -> None:
        """What the question has cost in the end."""
        ...


@dataclass(frozen=True, slots=True)
class Leave:
    """Money is set aside for one question to this model."""

    provider: str
    model: PricedModel
    number: int
    usd: float
    day: date


class Spending:
    """One per poller, on its loop."""

    def __init__(self, ledger: Ledger, now: Callable[[], Instant], zone: tzinfo) -> None:
        """Nothing is spent yet.

        Args:
            ledger: outlives this run.
            now: the wall clock.
            zone: whose midnight begins a day.
        """
        self._unpaid: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        self._ledger = ledger
        self._now = now
        self._zone = zone
        self._wanted: set[Key] = set()
        self._suspected_at: dict[Key, Instant] = {}
        self._retired: dict[str, set[str]] = {}
        self._spent: dict[tuple[str, date], float] = {}

    @property
    def troubles(self) -> dict[str, str]:
        """Per provider whose answers cannot be had although they are due, why, a sentence."""
        return {**self._refused, **self._unpaid}

    def may_pay(self, provider: str) -> bool:
        """Whether the last answer that was wanted could be paid."""
        return provider not in self._unpaid

    def leave(self, provider: ProviderConfig, key: Key, level: Level, *, fresh: bool = False) -> Leave | None:
        """Leave to ask an answer instead of the free question that is about to be sent.

        Args:
            provider: whose surface is asked.
            key: the surface.
            level: what would be asked otherwise; less than `models` means that no key may be shown.
            fresh: an answer is wanted now, whenever the last one was.
        """
        completion = provider.completion
        if completion is None:
            self._unpaid.pop(provider.id, None)
            self._refused.pop(provider.id, None)
            return None
        if key.surface is not Surface.API or level is not Level.MODELS:
            return None
        wanted = fresh or key in self._wanted
        if not wanted and self.left_s(provider) > completion.every_s * SOONER_THAN:
            return None
        model = self._model(provider.id, completion)
        leave = self._reserve(provider, completion, model)
        if leave is not None:
            self._wanted.discard(key)
        return leave

    def retire(self, provider: ProviderConfig, leave: Leave) -> bool:
        """A model is gone, as long as this run lasts; whether the catalogue names another one."""
        completion = provider.completion
        assert completion is not None
        gone = self._retired.setdefault(provider.id, set())
        gone.add(leave.model.id)
        following = self._model(provider.id, completion)
        if following.id in gone:
            return False
        _log.warning(
            "%s does not know the model %s; %s is asked instead", provider.id, leave.model.id, following.id
        )
        return True

    def leave_for_next(self, provider: ProviderConfig) -> Leave | None:
        """Leave to ask the model that is next in line, at once."""
        completion = provider.completion
        assert completion is not None
        return self._reserve(provider, completion, self._model(provider.id, completion))

    def settle(self, leave: Leave, result: Result) -> None:
        """What the question has cost: nothing where it never left, else by its usage."""
        if result.reason is Reason.BAD_REQUEST:  # neither success nor failure: the list goes on alone
            self._refused[leave.provider] = f"it does not take our completion: it {result.detail}"
        else:
            self._refused.pop(leave.provider, None)
        sent = result.http_status is not None or result.reason not in _NEVER_SENT
        used = budget.used_usd(leave.model.price, result.usage, leave.usd) if sent else 0.0
        place = leave.provider, leave.day
        self._spent[place] = max(0.0, self._spent.get(place, 0.0) + used - leave.usd)
        try:
            self._ledger.settle(leave.number, used)
        except HistoryError as error:
            _log.warning("what was set aside for an answer of %s stays spent: %s", leave.provider, error)

    def want(self, key: Key) -> None:
        """The next question to this surface decides something, so it is an answer that is asked for."""
        self._wanted.add(key)

    def suspect(self, key: Key) -> bool:
        """A lesser question failed while answers are fine: whether one is asked for now."""
        now = self._now()
        if 0 <= now - self._suspected_at.get(key, -(10**15)) < SUSPECT_EVERY_S * 1000:
            return False
        self._suspected_at[key] = now
        self._wanted.add(key)
        return True

    def left_s(self, provider: ProviderConfig) -> float:
        """Seconds until an answer is due by the user's pace; 0 once it is."""
        completion = provider.completion
        assert completion is not None
        spent = self._look_up(provider.id, self._model(provider.id, completion).id)
        if spent is None or spent.asked_at is None:
            return 0.0
        ago_s = (self._now() - spent.asked_at) / 1000
        # A question from the future is the clock's doing: it was set back since.
        return max(0.0, completion.every_s - ago_s) if ago_s >= 0 else 0.0

    def _model(self, provider: str, completion: Completion) -> PricedModel:
        """The first one that is not gone; where all are, the user's own."""
        gone = self._retired.get(provider, set())
        return next((model for model in completion.models if model.id not in gone), completion.model)

    def _reserve(self, provider: ProviderConfig, completion: Completion, model: PricedModel) -> Leave | None:
        spent = self._look_up(provider.id, model.id)
        if spent is None:
            return None
        now = self._now()
        day = local_date(now, self._zone)
        # One answer that claimed a fortune must not forbid all that follow: the day's first is always asked.
        usd = budget.most_usd(model.price, min(spent.last_usd, completion.daily_budget_usd))
        # What this run has spent counts even if the file of it was lost meanwhile.
        today_usd = max(spent.today_usd, self._spent.get((provider.id, day), 0.0))
        if not budget.affords(completion.daily_budget_usd, today_usd, usd):
            self._unpaid[provider.id] = (
                f"the day's budget for completions (${completion.daily_budget_usd:g}) is spent: asked at"
                " level models until midnight"
            )
            return None
        try:
            number = self._ledger.reserve(provider.id, model.id, usd, at=now, day=day)
        except HistoryError as error:
            self._refuse(provider.id, error)
            return None
        self._spent = {place: sum_ for place, sum_ in self._spent.items() if place[1] == day}
        self._spent[provider.id, day] = today_usd + usd
        self._unpaid.pop(provider.id, None)
        return Leave(provider.id, model, number, usd, day)

    def _look_up(self, provider: str, model: str) -> Spent | None:
        try:
            return self._ledger.spent(provider, model, local_date(self._now(), self._zone))
        except HistoryError as error:
            self._refuse(provider, error)
            return None

    def _refuse(self, provider: str, error: HistoryError) -> None:
        sentence = "what completions cost cannot be written down, so none is asked"
        if self._unpaid.get(provider) != sentence:
            _log.warning("%s: %s", sentence, error)
        self._unpaid[provider] = sentence
