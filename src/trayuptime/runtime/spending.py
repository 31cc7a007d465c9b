"""Leave to ask a billed answer: due by the user's pace, within the day's budget, on disk before it is sent.

A day is the user's own, from midnight to midnight by this computer's clock: that is the day he set a budget
for, and the midnight he is told to wait for. Money is counted by the date, so that neither an hour that comes
twice nor a clock that is set back makes a new day.
"""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from typing import Protocol

from trayuptime.config.values import Completion, PricedModel, ProviderConfig
from trayuptime.core import budget, words
from trayuptime.core.model import Instant, Key, Level, Result, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.wall_clock import local_date
from trayuptime.history import HistoryError
from trayuptime.history.spending import Spent

SOONER_THAN = 1 / 20
"""A question may come by this part of its pace too early, to share a slot with a free one."""
SUSPECT_EVERY_S = 300.0
"""How soon after another a lesser question may bring an answer forward; twice as long after each in vain."""
REFUSED_AGAIN_S = 600.0
"""How soon at best who did not take a completion is asked for one again; the list is asked in between."""
REFUSES_AFTER = 2
"""Refusals in a row until it is the question that is wrong, and no answer is waited for any more."""
QUIET_S = 3_600.0
"""How long a list must agree with the answers at least before its next failure is news again."""

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


@dataclass(frozen=True, slots=True)
class _Suspicion:
    """A lesser question and the answers disagree.

    Attributes:
        seen_at: when they did last.
        wait_s: how long after any answer none is brought forward.
    """

    seen_at: Instant
    wait_s: float

    def is_over(self, now: Instant) -> bool:
        """They have agreed for long, or the clock was set back."""
        return not 0 <= now - self.seen_at < max(QUIET_S, 2 * self.wait_s) * 1000


@dataclass(frozen=True, slots=True)
class _Refusal:
    """A vendor does not take a question as it is.

    Attributes:
        sentence: what it says to that.
        times: in a row, at least `REFUSED_AGAIN_S` apart.
    """

    sentence: str
    times: int = 1


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
        self._refused: dict[str, _Refusal] = {}
        self._ledger = ledger
        self._now = now
        self._zone = zone
        self._wanted: set[Key] = set()
        self._suspicions: dict[Key, _Suspicion] = {}
        self._retired: dict[str, set[str]] = {}
        self._spent: dict[tuple[str, date], float] = {}

    @property
    def troubles(self) -> dict[str, str]:
        """Per provider whose answers cannot be had although they are due, why, a sentence."""
        refused = {provider: refusal.sentence for provider, refusal in self._refused.items()}
        return {**refused, **self._unpaid}

    def may_pay(self, provider: str) -> bool:
        """Whether the last answer that was wanted could be paid."""
        return provider not in self._unpaid

    def may_ask(self, provider: ProviderConfig, key: Key, level: Level) -> bool:
        """Whether an answer could be asked at this moment, were it due; nothing is set aside.

        Args:
            provider: whose surface it is.
            key: the surface.
            level: what would be asked otherwise; less than `models` means that no key may be shown.
        """
        completion = provider.completion
        if completion is None or provider.id in self._refused or not _is_askable(key, level):
            return False
        model = self._model(provider.id, completion)
        spent = self._look_up(provider.id, model.id)
        return spent is not None and self._affords(provider.id, completion, model, spent)

    def may_ask_again(self, provider: ProviderConfig, key: Key, level: Level) -> bool:
        """As `may_ask`, but with the money of a whole day, as midnight brings it.

        One refusal in between may be a stray one; a second in a row says that the question is not taken.
        """
        completion = provider.completion
        refusal = self._refused.get(provider.id)
        refuses = refusal is not None and refusal.times >= REFUSES_AFTER
        if completion is None or refuses or not _is_askable(key, level):
            return False
        model = self._model(provider.id, completion)
        spent = self._look_up(provider.id, model.id)
        return spent is not None and budget.affords(
            completion.daily_budget_usd, 0.0, _most_usd(completion, model, spent)
        )

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
        if not _is_askable(key, level):
            return None
        wanted = fresh or key in self._wanted
        if not wanted and self.left_s(provider) > completion.every_s * SOONER_THAN:
            return None
        if provider.id in self._refused and self._asked_ago_s(provider) < REFUSED_AGAIN_S:
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
            before = self._refused.get(leave.provider)
            sentence = f"it does not take our completion: it {result.detail}"
            self._refused[leave.provider] = _Refusal(sentence, 1 if before is None else before.times + 1)
        else:
            self._refused.pop(leave.provider, None)
        sent = result.http_status is not None or result.reason not in _NEVER_SENT
        self._book(leave, budget.used_usd(leave.model.price, result.usage, leave.usd) if sent else 0.0)

    def give_back(self, leave: Leave) -> None:
        """The question is not asked after all; the next is due when the user's pace says so."""
        self._book(leave, 0.0)

    def _book(self, leave: Leave, used: float) -> None:
        place = leave.provider, leave.day
        self._spent[place] = max(0.0, self._spent.get(place, 0.0) + used - leave.usd)
        try:
            self._ledger.settle(leave.number, used)
        except HistoryError as error:
            _log.warning("what was set aside for an answer of %s stays spent: %s", leave.provider, error)

    def want(self, key: Key) -> None:
        """The next question to this surface decides something, so it is an answer that is asked for."""
        self._wanted.add(key)

    def suspect(self, provider: ProviderConfig, key: Key) -> bool:
        """A lesser question says otherwise than the answers do: whether one is asked for now.

        Each in vain doubles the wait for the next, up to the user's own pace: a list that is broken for good
        would else have its answers billed every five minutes. The wait is short again once answers have
        changed their word (`trust`), or after they and the list have agreed for long.
        """
        completion = provider.completion
        assert completion is not None
        now, before = self._now(), self._suspicions.get(key)
        wait_s = SUSPECT_EVERY_S
        if before is not None and not before.is_over(now):
            if completion.every_s - self.left_s(provider) < before.wait_s:  # since any answer was asked
                self._suspicions[key] = replace(before, seen_at=now)
                return False
            wait_s = min(2 * before.wait_s, max(completion.every_s, SUSPECT_EVERY_S))
        self._suspicions[key] = _Suspicion(now, wait_s)
        self._wanted.add(key)
        return True

    def trust(self, key: Key) -> None:
        """The answers say something else than before, so that the next suspicion is followed at once."""
        self._suspicions.pop(key, None)

    def left_s(self, provider: ProviderConfig) -> float:
        """Seconds until an answer is due by the user's pace; 0 once it is."""
        completion = provider.completion
        assert completion is not None
        return max(0.0, completion.every_s - self._asked_ago_s(provider))

    def _asked_ago_s(self, provider: ProviderConfig) -> float:
        """Seconds since the last answer was asked; endless where none was, or the clock was set back."""
        completion = provider.completion
        assert completion is not None
        spent = self._look_up(provider.id, self._model(provider.id, completion).id)
        if spent is None or spent.asked_at is None:
            return math.inf
        ago_s = (self._now() - spent.asked_at) / 1000
        return ago_s if ago_s >= 0 else math.inf

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
        if not self._affords(provider.id, completion, model, spent):
            self._unpaid[provider.id] = _unaffordable(completion, model)
            return None
        usd = _most_usd(completion, model, spent)
        try:
            number = self._ledger.reserve(provider.id, model.id, usd, at=now, day=day)
        except HistoryError as error:
            self._refuse(provider.id, error)
            return None
        self._spent = {place: sum_ for place, sum_ in self._spent.items() if place[1] == day}
        self._spent[provider.id, day] = self._today_usd(provider.id, spent) + usd
        self._unpaid.pop(provider.id, None)
        return Leave(provider.id, model, number, usd, day)

    def _affords(self, provider: str, completion: Completion, model: PricedModel, spent: Spent) -> bool:
        usd = _most_usd(completion, model, spent)
        return budget.affords(completion.daily_budget_usd, self._today_usd(provider, spent), usd)

    def _today_usd(self, provider: str, spent: Spent) -> float:
        """What this run has spent counts even if the file of it was lost meanwhile."""
        return max(spent.today_usd, self._spent.get((provider, local_date(self._now(), self._zone)), 0.0))

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


def _is_askable(key: Key, level: Level) -> bool:
    """Whether a surface can be asked for an answer, with the key if it needs one."""
    return key.surface is Surface.API and level is Level.MODELS


def _most_usd(completion: Completion, model: PricedModel, spent: Spent) -> float:
    """One answer that claimed a fortune must not forbid all that follow: the day's first is always asked."""
    return budget.most_usd(model.price, min(spent.last_usd, completion.daily_budget_usd))


def _unaffordable(completion: Completion, model: PricedModel) -> str:
    """Why no answer is asked, a clause."""
    daily, most = words.usd(completion.daily_budget_usd), budget.most_usd(model.price)
    if not budget.affords(completion.daily_budget_usd, 0.0, most):
        return (
            f"one completion may cost {words.usd(most)}, more than the day's budget of {daily}: none is asked"
        )
    return f"the day's budget for completions ({daily}) is spent: asked at level models until midnight"
