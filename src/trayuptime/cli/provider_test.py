"""`provider test`: each probe's answer with its timings, and what to do."""

import argparse
import asyncio
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any

from trayuptime.cli import completions
from trayuptime.cli.check import holds
from trayuptime.cli.common import CommandError, Exit, Place, chosen, load_config, say, say_json, warn
from trayuptime.cli.remedies import remedy
from trayuptime.config.keys import NoKey
from trayuptime.config.values import ProviderConfig
from trayuptime.core import budget, contract, words
from trayuptime.core.contract import SCHEMA
from trayuptime.core.local import LOADS_WHEN_ASKED, is_in_memory
from trayuptime.core.model import Instant, Key, Level, Phases, Result, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.waiting import Wait
from trayuptime.history import HistoryError
from trayuptime.history.ledger import CommandLedger
from trayuptime.net.transport import Transport
from trayuptime.probes import ask_of_memory, ask_whole, ask_with_waits, level_of, order_for
from trayuptime.probes.hosts import host_of, place_of
from trayuptime.runtime.answers import answer
from trayuptime.runtime.clock import SystemClock
from trayuptime.runtime.engine import USER_AGENT
from trayuptime.runtime.keys import KeyReader
from trayuptime.runtime.spending import Spending
from trayuptime.runtime.told import Keys
from trayuptime.system.paths import HomeUnusableError
from trayuptime.system.zone import SystemZone


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Asks each surface once and shows the answer with its timings, and what to do.

    What one answer says holds for the questions after it: a wait, and a key that is rejected.
    """
    config = load_config(place)
    (provider,) = chosen(config, [args.id])
    if args.completion and provider.completion is None:
        raise CommandError(
            f"{provider.id} has no [provider.completion] in {place.home.config_file}: nothing may be spent."
        )
    tell = warn if args.json else say
    held = dict(holds(place))
    told, keys = asyncio.run(_ask_each(provider, place, held))
    if (trouble := keys.troubles.get(provider.id)) is not None:
        tell(f"Key: {trouble}")
    results: list[Result] = []
    for each in told:
        if isinstance(each, str):
            tell(each)
            continue
        results.append(each)
        if not args.json:
            _print(provider, each)
    if provider.completion is not None:
        tell(completions.cost_line(provider))
        if not args.completion:
            tell(f"  not asked now; `trayuptime provider test {provider.id} --completion` asks one")
        elif (why := _why_no_completion(provider, results, keys, held)) is not None:
            tell(f"  not asked: {why}")
        else:
            answer = _completed(provider, keys.secrets.get(provider.id), place)
            if isinstance(answer, str):
                tell(f"  not asked: {answer}")
            else:
                results.append(answer)
                if not args.json:
                    _print_answer(provider, answer)
    if args.json:
        say_json([_as_json(provider, result) for result in results])
    return Exit.OK


def _why_no_completion(
    provider: ProviderConfig, results: Iterable[Result], keys: Keys, held: Mapping[str, Instant]
) -> str | None:
    """What the answers so far say against a billed one, a clause."""
    completion = provider.completion
    assert completion is not None
    if not isinstance(provider.key, NoKey) and provider.id not in keys.secrets:
        return "there is no key to ask it with"
    if any(result.reason is Reason.KEY_REJECTED and result.surface is Surface.API for result in results):
        return "its key was just rejected"
    if wait_s := _wait_s(held, place_of(completion.url)):
        return f"it asked to wait for another {words.duration(wait_s)}"
    return None


def _completed(provider: ProviderConfig, secret: str | None, place: Place) -> Result | str:
    """Asks one billed answer within the day's budget; or why not, a clause."""
    try:
        place.home.create()
        ledger = CommandLedger(place.home.history_path)
    except (HistoryError, HomeUnusableError) as error:
        return f"what it costs cannot be written down: {error}"
    with closing(ledger):
        return asyncio.run(_answer(provider, secret, ledger))


async def _answer(provider: ProviderConfig, secret: str | None, ledger: CommandLedger) -> Result | str:
    """A server of the user's own that would have to load its model is not asked: its user alone does that."""
    completion = provider.completion
    assert completion is not None
    clock = SystemClock()
    transport = Transport(clock.now, USER_AGENT)
    model = completion.model.id
    if provider.server in LOADS_WHEN_ASKED:
        listed = ask_of_memory(order_for(provider, Surface.API, Level.MODELS, secret), provider.server)
        _, evidence = await ask_whole(listed, transport, clock.now)
        if not is_in_memory(provider.server, model, evidence):
            return f"{model} is not in memory as far as can be seen, and asking would load it"
    spending = Spending(ledger, clock.now, SystemZone())
    leave = spending.leave(provider, Key(provider.id, Surface.API), Level.MODELS, fresh=True)
    if leave is None:
        return spending.troubles[provider.id]
    result = await answer(provider, secret, leave, spending=spending, asker=transport, now=clock.now)
    return spending.troubles[provider.id] if result is None else result


def _print_answer(provider: ProviderConfig, result: Result) -> None:
    assert provider.completion is not None
    _print(provider, result)
    if result.reason is Reason.OK and result.latency_ms is not None:
        parts = [f"first data after {result.latency_ms:.0f} ms"]
        if result.tokens_per_s is not None:
            parts.append(f"{result.tokens_per_s:.1f} tokens a second")
        if result.usage is not None:
            usage = result.usage
            price = provider.completion.model.price
            cost_usd = budget.cost_usd(price, usage.tokens_in, usage.tokens_out)
            parts.append(
                f"{usage.tokens_in} tokens asked, {usage.tokens_out} answered: {words.usd(cost_usd)}"
            )
        say(f"  {', '.join(parts)}")


def _as_json(provider: ProviderConfig, result: Result) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "provider": result.provider,
        "surface": result.surface.value,
        "level": result.level.value,
        "host": result.host,
        "reason": result.reason.value,
        "http_status": result.http_status,
        "detail": result.detail or None,
        "phases": contract.phases(result.phases),
        "first_data_ms": result.latency_ms if result.level is Level.COMPLETION else None,
        "tokens_per_s": result.tokens_per_s,
        "tokens_in": None if result.usage is None else result.usage.tokens_in,
        "tokens_out": None if result.usage is None else result.usage.tokens_out,
        "advice": remedy(provider, result),
    }


async def _ask_each(
    provider: ProviderConfig, place: Place, held: dict[str, Instant]
) -> tuple[list[Result | str], Keys]:
    """One result for each surface, or in words why there is none.

    Args:
        provider: whose surfaces are asked.
        place: where the command runs.
        held: until when hosts want to be left alone; what they say of it now is added.
    """
    clock = SystemClock()
    keys = await KeyReader(place.environ)((provider,))
    secret = keys.secrets.get(provider.id)
    transport = Transport(clock.now, USER_AGENT)
    transport.warm_up()
    told: list[Result | str] = []
    for surface in provider.surfaces:
        if wait_s := _wait_s(held, host_of(provider, surface)):
            wait = words.duration(wait_s)
            told.append(f"{words.part(surface)}: not asked, it asked to wait for another {wait}")
            continue
        level = level_of(provider, surface, secret, may_show_key=True)
        order = order_for(provider, surface, level, secret)
        account = place_of(order.request.url)
        if order.service is not None and _wait_s(held, account):
            order = order.service
        result, waits = await ask_with_waits(order, transport, clock.now)
        _heed(held, waits)
        told.append(result)
        if account != result.host and (wait_s := _wait_s(held, account)):
            told.append(f"  its key was not checked: {account} asked to wait for {words.duration(wait_s)}")
    return told, keys


def _heed(held: dict[str, Instant], waits: Iterable[Wait]) -> None:
    for wait in waits:
        until = _now() + round(wait.for_s * 1000)
        held[wait.host] = max(until, held.get(wait.host, until))


def _wait_s(held: Mapping[str, Instant], host: str) -> float:
    """Seconds that a host still wants to be left alone; 0 where it does not."""
    return max(0.0, (held.get(host, 0) - _now()) / 1000)


def _now() -> Instant:
    return time.time_ns() // 1_000_000


def _print(provider: ProviderConfig, result: Result) -> None:
    what = result.detail or words.says(result.reason, result.http_status)
    status = "" if result.http_status is None else f" (HTTP {result.http_status})"
    say(f"{words.part(result.surface)}: {result.reason}{status}, asked {result.host} at level {result.level}")
    say(f"  it {what}")
    say(f"  {_timings(result.phases)}")
    if (advice := remedy(provider, result)) is not None:
        say(f"  {advice}")


def _timings(phases: Phases) -> str:
    parts = (
        ("name", phases.dns_ms),
        ("connect", phases.connect_ms),
        ("TLS", phases.tls_ms),
        ("first byte", phases.first_byte_ms),
        ("total", phases.total_ms),
    )
    return ", ".join(f"{name} {value:.0f} ms" for name, value in parts if value is not None)
