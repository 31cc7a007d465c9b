"""What one short answer costs at most, what a month of them costs, and whether a day's budget still has it.

Prices are USD per million tokens, as vendors publish them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trayuptime.core.model import Usage

TOKENS_IN = 10
"""What "ping" takes with the frame that a model's template puts around it; the usual, for projections."""
MOST_TOKENS_IN = 32
"""The same with a generous template. Where a vendor bills more, its usage tells, and is remembered."""
TOKENS_OUT = 1
"""What is asked for."""

MONTH_S = 30 * 86_400.0
DAYS_A_MONTH = 30
_MILLION = 1_000_000
_DUST_USD = 1e-12
"""Less than any price: sums of floats are not exact."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, in USD.

    Attributes:
        usd_in, usd_out: per million tokens.
        usd_request: for each request, on top.
    """

    usd_in: float = 0.0
    usd_out: float = 0.0
    usd_request: float = 0.0

    @property
    def free(self) -> bool:
        """Nothing is billed."""
        return not (self.usd_in or self.usd_out or self.usd_request)


FREE = Price()


def cost_usd(price: Price, tokens_in: int, tokens_out: int) -> float:
    """What one answer costs; never below zero, whatever a vendor claims to have counted."""
    tokens_usd = max(0, tokens_in) * price.usd_in + max(0, tokens_out) * price.usd_out
    return tokens_usd / _MILLION + price.usd_request


def usual_usd(price: Price) -> float:
    """What one answer costs as a rule."""
    return cost_usd(price, TOKENS_IN, TOKENS_OUT)


def most_usd(price: Price, last_usd: float = 0.0) -> float:
    """What is set aside for one answer before it is asked for.

    Args:
        price: of the model.
        last_usd: what its last answer has been found to cost, which may be more than anybody would think.
    """
    return max(cost_usd(price, MOST_TOKENS_IN, TOKENS_OUT), last_usd)


def used_usd(price: Price, usage: Usage | None, reserved_usd: float) -> float:
    """What an answer has cost: by its own usage, else all that was set aside for it.

    A vendor that counts more than was asked for is believed as well: that money is gone.
    """
    return reserved_usd if usage is None else cost_usd(price, usage.tokens_in, usage.tokens_out)


def affords(daily_budget_usd: float, spent_usd: float, next_usd: float) -> bool:
    """Whether the day's budget still has what the next answer costs at most."""
    return spent_usd + next_usd <= daily_budget_usd + _DUST_USD


def answers_a_day(price: Price, daily_budget_usd: float) -> int:
    """How many answers, which are not free, a day's budget buys if each costs what it does as a rule.

    The last of them may be asked only if what it costs at most is left.
    """
    most, usual = most_usd(price), usual_usd(price)
    if not affords(daily_budget_usd, 0.0, most):
        return 0
    return 1 + int((daily_budget_usd - most + _DUST_USD) / usual)


def projected_monthly_usd(price: Price, every_s: float, daily_budget_usd: float | None = None) -> float:
    """What 30 days of answers cost at the user's pace, while nothing is wrong.

    Doubts cost more: each outage takes the answers that confirm it and its end, and while the list and the
    answers disagree some are brought forward (`runtime/spending.py`). The daily budget bounds all of them.

    Args:
        price: of the model.
        every_s: one answer in this time.
        daily_budget_usd: what a day may cost at most; `None` for what it would cost without that limit.
    """
    usd = MONTH_S / every_s * usual_usd(price)
    return usd if daily_budget_usd is None else min(usd, daily_budget_usd * DAYS_A_MONTH)


_ALWAYS = re.compile(
    r"""
      (^|[/.:-]) (o[134](-|$) | gpt-oss | deepseek-reasoner | qwq | grok-[34]-mini | magistral)
    | (^|[/.:_-]) (r1|reason\w*|think\w*) ([/.:_-]|$)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""What these do cannot be turned off, whatever the vendor's other models take for it."""
_UNLESS_TOLD = re.compile(r"(^|[/.:-])gpt-5", re.IGNORECASE)
_NOT_REASONERS = re.compile(r"non-(reason|think)|no-?think|gpt-5[\w.]*-chat", re.IGNORECASE)
_SETTINGS = frozenset({"reasoning", "reasoning_effort", "thinking", "enable_thinking", "thinkingconfig"})
_OFF = frozenset({"none", "minimal", "disabled", "off", "false", "0"})


def reasons(model: str, extra: Mapping[str, Any]) -> bool:
    """Whether a model is known to think before it answers, billed, and nothing in `extra` turns that off.

    By the names of 2026-11: OpenAI's o-series and gpt-5 family, gpt-oss, DeepSeek's reasoner and R1, QwQ,
    whatever calls itself a thinking or reasoning model. Of these the gpt-5 family alone can be told not to.
    """
    named_otherwise = _NOT_REASONERS.search(model) is not None
    if _ALWAYS.search(model) and not named_otherwise:
        return True
    if _settings(extra):
        return not turns_off(extra)
    return _UNLESS_TOLD.search(model) is not None and not named_otherwise


def turns_off(extra: Mapping[str, Any]) -> bool:
    """Whether what is put into a question keeps a model from thinking."""
    settings = _settings(extra)
    return bool(settings) and all(_is_off(value) for _, value in settings)


def _settings(extra: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Whatever speaks of thinking, however deep it lies."""
    found: list[tuple[str, Any]] = []
    for name, value in extra.items():
        if name.lower() in _SETTINGS:
            found.append((name, value))
        elif isinstance(value, Mapping):
            found += _settings(value)
    return found


def _is_off(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool(value) and any(_is_off(each) for each in value.values())
    return str(value).lower() in _OFF
