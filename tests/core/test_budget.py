"""What an answer costs at most, and what a month of them costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayuptime.core import budget
from trayuptime.core.budget import FREE, Price
from trayuptime.core.model import Usage

MINI = Price(0.15, 0.6)
SONAR = Price(1.0, 1.0, 0.005)
"""Perplexity bills every request, however short."""


def test_prices_are_per_million_tokens() -> None:
    assert budget.cost_usd(MINI, 10, 1) == pytest.approx(0.0000021)
    assert budget.usual_usd(SONAR) == pytest.approx(0.005011)


def test_a_month_of_five_minutes_costs_cents_but_for_a_request_fee() -> None:
    assert budget.projected_monthly_usd(Price(0.1, 0.5), 300.0) == pytest.approx(0.01296)
    assert budget.projected_monthly_usd(SONAR, 300.0) == pytest.approx(43.3, abs=0.01)


def test_the_days_budget_is_the_most_that_a_month_can_cost() -> None:
    assert budget.projected_monthly_usd(SONAR, 300.0, 0.05) == pytest.approx(1.5)
    assert budget.projected_monthly_usd(MINI, 300.0, 0.05) == budget.projected_monthly_usd(MINI, 300.0)


def test_more_is_set_aside_than_an_answer_usually_costs() -> None:
    assert budget.most_usd(MINI) > budget.usual_usd(MINI)
    assert budget.most_usd(FREE) == 0.0


def test_what_an_answer_was_found_to_cost_is_set_aside_for_the_next() -> None:
    assert budget.most_usd(MINI, 0.5) == 0.5
    assert budget.most_usd(MINI, 0.0) == budget.most_usd(MINI)


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (None, 0.7),
        (Usage(1_000_000, 0), 0.15),
        (Usage(0, 10_000_000), 6.0),
        (Usage(-5, -5), 0.0),
    ],
)
def test_usage_is_believed_and_never_gives_money_back(usage: Usage | None, usd: float) -> None:
    assert budget.used_usd(MINI, usage, 0.7) == pytest.approx(usd)


@given(st.floats(0.000001, 1.0), st.floats(0.0000001, 0.1))
def test_no_number_of_answers_costs_more_than_the_budget(daily_usd: float, each_usd: float) -> None:
    spent, asked = 0.0, 0
    while budget.affords(daily_usd, spent, each_usd) and asked < 1_000:
        spent, asked = spent + each_usd, asked + 1

    assert spent <= daily_usd * 1.000_001
    assert asked == 1_000 or spent + each_usd > daily_usd * 0.999_999


def test_sums_that_are_not_exact_do_not_cost_the_last_answer() -> None:
    assert budget.affords(0.3, 0.1 + 0.1, 0.1)
    assert 0.1 + 0.1 + 0.1 > 0.3


def test_only_what_has_no_price_at_all_is_free() -> None:
    assert FREE.free
    assert not any(price.free for price in (Price(1.0), Price(0.0, 1.0), Price(0.0, 0.0, 0.1)))


@pytest.mark.parametrize(
    "model",
    [
        *(
            "o1",
            "o1-mini",
            "o3",
            "o4-mini",
            "openai/o3-mini",
            "gpt-5",
            "gpt-5-nano",
            "gpt-5.1",
            "gpt-oss-120b",
        ),
        *("deepseek-reasoner", "deepseek/deepseek-r1", "deepseek-r1:7b", "QwQ-32B", "Qwen/QwQ-32B-Preview"),
        *("kimi-k2-thinking", "sonar-reasoning", "grok-4-1-fast-reasoning", "qwen3-235b-a22b-thinking-2507"),
        *("grok-3-mini", "magistral-small"),
    ],
)
def test_well_known_models_think_before_they_answer(model: str) -> None:
    assert budget.reasons(model, {})


@pytest.mark.parametrize(
    "model",
    [
        *("gpt-4o-mini", "gpt-4.1-nano", "claude-haiku-5-5", "deepseek-flash", "gemini-2.5-flash-lite"),
        *("grok-4-1-fast-non-reasoning", "gpt-5-chat-latest", "command-r7b-12-2024", "sonar", "tiny", "pro1"),
        *("qwen-flash-nothink", "unthinkable", "amazon.nova-micro-v1:0", "llama-3.1-8b-instant"),
    ],
)
def test_others_do_not(model: str) -> None:
    assert not budget.reasons(model, {})


@pytest.mark.parametrize(
    "model",
    [
        *(
            "deepseek-reasoner",
            "deepseek-ai/DeepSeek-R1",
            "kimi-k2-thinking",
            "qwen3-235b-a22b-thinking-2507",
        ),
        *("sonar-reasoning", "openai/gpt-oss-20b", "o4-mini", "QwQ-32B"),
    ],
)
def test_what_thinks_by_its_name_cannot_be_told_not_to(model: str) -> None:
    assert budget.reasons(model, {"thinking": {"type": "disabled"}})


def test_what_is_named_otherwise_can() -> None:
    assert not budget.reasons("grok-4-1-fast-non-reasoning", {"thinking": {"type": "disabled"}})


@pytest.mark.parametrize(
    ("extra", "thinks"),
    [
        ({"reasoning_effort": "none"}, False),
        ({"reasoning_effort": "low"}, True),
        ({"thinking": {"type": "disabled"}}, False),
        ({"thinking": {"type": "enabled"}}, True),
        ({"thinking": {}}, True),
        ({"enable_thinking": False}, False),
        ({"chat_template_kwargs": {"enable_thinking": False}}, False),
        ({"generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}}, False),
        ({"disable_search": True}, True),
    ],
)
def test_a_setting_that_turns_it_off_is_believed(extra: dict[str, object], thinks: bool) -> None:
    assert budget.reasons("gpt-5-nano", extra) is thinks
