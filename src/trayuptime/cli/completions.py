"""What completions cost, in words, before any is asked."""

from collections.abc import Iterator

from trayuptime.config.catalogue import kinds
from trayuptime.config.parse import show_duration
from trayuptime.config.urls import host_of
from trayuptime.config.values import Config, ProviderConfig
from trayuptime.core import budget, words
from trayuptime.core.model import Reach
from trayuptime.core.reach import reach_of


def cost_lines(config: Config) -> Iterator[str]:
    """A line for each enabled provider whose answers may be asked."""
    for provider in config.providers:
        if provider.enabled and provider.completion is not None:
            yield cost_line(provider)


def cost_line(provider: ProviderConfig) -> str:
    """What the answers of a provider cost, each and in a month of 30 days."""
    completion = provider.completion
    assert completion is not None
    model, price = completion.model.id, completion.model.price
    each = f"{provider.id}: a completion of {model} every {show_duration(completion.every_s)}"
    if price.free and not _is_own(provider):
        return f"{each} costs nothing."
    if price.free:
        return f"{each} costs nothing: it is yours. If it passes them on to a vendor, add usd_in and usd_out."
    month_usd = budget.projected_monthly_usd(price, completion.every_s)
    capped_usd = budget.projected_monthly_usd(price, completion.every_s, completion.daily_budget_usd)
    fee = f", {words.usd(price.usd_request)} of it for the request" if price.usd_request else ""
    line = f"{each} costs about {words.usd(budget.usual_usd(price))}{fee}: {words.usd(month_usd)} a month"
    if not budget.answers_a_day(price, completion.daily_budget_usd):
        most, daily = words.usd(budget.most_usd(price)), words.usd(completion.daily_budget_usd)
        return f"{line}. None is asked: one may cost {most}, and the daily budget is {daily}."
    if capped_usd >= month_usd:
        return f"{line}.{_if_too_few(provider)}"
    daily, allowed = words.usd(completion.daily_budget_usd), words.usd(capped_usd)
    return f"{line}, of which the daily budget of {daily} allows {allowed}.{_if_too_few(provider)}"


def _if_too_few(provider: ProviderConfig) -> str:
    """What a budget that is too small to tell an outage leaves undone; empty where it is large enough."""
    completion = provider.completion
    assert completion is not None
    answers = budget.answers_a_day(completion.model.price, completion.daily_budget_usd)
    in_a_row = 2 * provider.rules.confirm_after  # where no other provider can vouch
    if answers >= in_a_row:
        return ""
    return f" That is {answers} answers a day; to be sure of an outage takes up to {in_a_row} in a row."


def _is_own(provider: ProviderConfig) -> bool:
    """A server that the user runs, as far as its kind or its address tells."""
    near = reach_of(host_of(provider.base_url or ""), None) is not Reach.INTERNET
    return kinds()[provider.kind].local or near
