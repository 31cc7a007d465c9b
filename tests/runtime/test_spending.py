"""Leave to spend, question by question: what is set aside, what is given back, what is refused."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date

from probes.streams import provider
from trayuptime.config.values import PricedModel, ProviderConfig
from trayuptime.core.budget import Price
from trayuptime.core.evidence import Dialect
from trayuptime.core.model import Instant, Key, Level, Result, Surface, Usage
from trayuptime.core.reasons import Reason
from trayuptime.history import HistoryError
from trayuptime.history.spending import Spent
from trayuptime.runtime.spending import REFUSED_AGAIN_S, Leave, Spending

NOW = 1_774_800_000_000
API = Key("p", Surface.API)
DOLLAR = Price(usd_request=1.0)
"""Whatever is asked costs a dollar."""


@dataclass
class Book:
    """A ledger in memory that may refuse to be read or written."""

    rows: list[float] = field(default_factory=list)
    asked_at: Instant | None = None
    shut: bool = False

    def spent(self, provider: str, model: str, day: date) -> Spent:
        self._open()
        return Spent(sum(self.rows), 0.0, self.asked_at)

    def reserve(self, provider: str, model: str, usd: float, *, at: Instant, day: date) -> int:
        self._open()
        self.rows.append(usd)
        self.asked_at = at
        return len(self.rows) - 1

    def settle(self, number: int, usd: float) -> None:
        self._open()
        self.rows[number] = usd

    def _open(self) -> None:
        if self.shut:
            raise HistoryError("disk full")


def _provider(*models: str, budget: float = 3.0) -> ProviderConfig:
    made = provider(Dialect.OPENAI, 1)
    assert made.completion is not None
    priced = tuple(PricedModel(model, DOLLAR) for model in models)
    return replace(made, completion=replace(made.completion, models=priced, daily_budget_usd=budget))


def _leave(spending: Spending, of: ProviderConfig) -> Leave:
    leave = spending.leave(of, API, Level.MODELS, fresh=True)
    assert leave is not None
    return leave


def _result(reason: Reason, status: int | None = 200, usage: Usage | None = None) -> Result:
    return Result(NOW, "p", Surface.API, reason, Level.COMPLETION, http_status=status, usage=usage)


def test_where_it_cannot_be_settled_all_that_was_set_aside_stays_spent() -> None:
    book = Book()
    spending = Spending(book, lambda: NOW, UTC)
    leave = _leave(spending, _provider("m"))
    book.shut = True
    spending.settle(leave, _result(Reason.CONNECT_REFUSED, None))
    book.shut = False

    assert book.rows == [1.0]


def test_a_ledger_that_cannot_be_read_forbids_and_says_so() -> None:
    book = Book(shut=True)
    spending = Spending(book, lambda: NOW, UTC)

    assert spending.leave(_provider("m"), API, Level.MODELS, fresh=True) is None
    assert "cannot be written down" in spending.troubles["p"]
    assert not spending.may_pay("p")


def test_a_file_that_was_lost_makes_no_new_day() -> None:
    book = Book()
    spending = Spending(book, lambda: NOW, UTC)
    of = _provider("m")
    for _ in range(3):
        _leave(spending, of)
    book.rows.clear()

    assert spending.leave(of, API, Level.MODELS, fresh=True) is None


def test_models_that_are_gone_are_followed_in_their_order() -> None:
    spending = Spending(Book(), lambda: NOW, UTC)
    of = _provider("one", "two", "three", budget=9.0)
    leave, asked = _leave(spending, of), ["one"]
    while spending.retire(of, leave):
        again = spending.leave_for_next(of)
        assert again is not None
        leave = again
        asked.append(leave.model.id)

    assert asked == ["one", "two", "three"]
    assert _leave(spending, of).model.id == "one"  # all of them are gone: the user's own is asked again


def test_what_is_told_of_a_question_goes_with_the_next_one_that_is_taken() -> None:
    now = [NOW]
    spending = Spending(Book(), lambda: now[0], UTC)
    of = _provider("m", budget=9.0)
    spending.settle(_leave(spending, of), replace(_result(Reason.BAD_REQUEST, 400), detail="refuses it"))
    told = dict(spending.troubles)
    now[0] += round(REFUSED_AGAIN_S * 1000)
    spending.settle(_leave(spending, of), _result(Reason.OK, usage=Usage(8, 1)))

    assert told == {"p": "it does not take our completion: it refuses it"}
    assert spending.troubles == {}
    assert spending.may_pay("p")


def test_no_key_and_no_page_is_worth_money() -> None:
    spending = Spending(Book(), lambda: NOW, UTC)
    of = _provider("m")

    assert spending.leave(of, API, Level.REACH, fresh=True) is None
    assert spending.leave(of, Key("p", Surface.WEB), Level.MODELS, fresh=True) is None
