"""`suggest` and `switch`: who works right now, and acting on it."""

import argparse
import asyncio
import time
from collections.abc import Sequence
from typing import Any

from trayuptime.cli import remote
from trayuptime.cli.alone import history_alone
from trayuptime.cli.common import (
    NOTHING_CONFIGURED,
    CommandError,
    Exit,
    Place,
    chosen,
    has_history,
    load_config,
    say,
    say_json,
    unknown_provider,
)
from trayuptime.config.values import Config, ProviderConfig
from trayuptime.core import choices, contract, fallback, happenings
from trayuptime.core.model import Key, Suggestion, Switch
from trayuptime.core.state import State
from trayuptime.history import History, HistoryError, Reader
from trayuptime.net.transport import Transport
from trayuptime.probes.hosts import host_of
from trayuptime.runtime.clock import SystemClock
from trayuptime.runtime.engine import USER_AGENT
from trayuptime.runtime.keys import KeyReader
from trayuptime.runtime.once import check
from trayuptime.runtime.told import watched_of

ASK_S = 130.0
"""A suggestion takes at most the longest time-out there is, twice over."""


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Looks for a fallback, asked anew at this moment."""
    config = load_config(place)
    enabled = chosen(config, [])
    if not enabled:
        raise CommandError(NOTHING_CONFIGURED.format(place.home.config_file))
    failed = chosen(config, [args.id])[0] if args.id else _in_trouble(place, enabled)
    found = _ask(config, failed, place)
    if args.json:
        say_json(found)
    else:
        say(f"{failed.name}: {happenings.advice(found['suggested'], found['why'])}")
        for other in found["alternatives"]:
            if other["provider"] != found["suggested"]:
                say(f"  {other['provider']}: {other['why']}")
    return Exit.OK if found["suggested"] is not None else Exit.DOWN


def switch(args: argparse.Namespace, place: Place) -> Exit:
    """Records that another provider is used now, or that the first one is again."""
    if args.back == (args.id is not None):
        raise CommandError("Write `trayuptime switch ID`, or `trayuptime switch --back`.")
    running = remote.running(place)
    if args.id is not None and not running:  # an engine knows what it watches, also while the file is broken
        enabled = {provider.id: provider for provider in chosen(load_config(place), [])}
        if args.id not in enabled:
            raise CommandError(unknown_provider(args.id, enabled))
        if len(enabled) == 1:
            raise CommandError(f"{args.id} is the only provider: there is nothing to switch from.", Exit.DOWN)
    request = {"do": "switch_back"} if args.back else {"do": "switch", "to": args.id}
    answer = remote.ask(place, request) if running else _switch_alone(args, place)
    if args.back:
        to = answer.get("to")
        say("No switch is in force." if to is None else f"Switched back to {to}.")
        return Exit.DOWN if to is None else Exit.OK
    say(f"Switched from {answer['from']} to {args.id}.")
    return Exit.OK


def _in_trouble(place: Place, enabled: Sequence[ProviderConfig]) -> ProviderConfig:
    """The first provider that is known to be in trouble, else the first of all."""
    state = State()
    if has_history(place):
        try:
            with Reader(place.home.history_path) as reader:
                state = reader.state()
        except HistoryError:
            pass  # without a history, advice is still worth having
    return next((p for p in enabled if choices.in_trouble(state, p.id)), enabled[0])


def _ask(config: Config, failed: ProviderConfig, place: Place) -> dict[str, Any]:
    if remote.running(place):
        answer = remote.ask(place, {"do": "suggest", "provider": failed.id}, ASK_S)
        suggestion: dict[str, Any] = answer["suggestion"]
        return suggestion
    return contract.suggestion(asyncio.run(_look(config, failed, place)))


async def _look(config: Config, failed: ProviderConfig, place: Place) -> Suggestion:
    """The same as the engine does, for when none runs."""
    clock = SystemClock()
    enabled = {provider.id: provider for provider in config.providers if provider.enabled}
    others = tuple(enabled[name] for name in failed.fallbacks if name in enabled)
    keys = await KeyReader(place.environ)(others)
    transport = Transport(clock.now, USER_AGENT)
    transport.warm_up()
    state = await check(config, [other.id for other in others], transport, clock, keys)
    return fallback.suggest(
        watched_of(failed),
        [watched_of(other) for other in others],
        {
            other.id: [
                latest
                for surface in other.surfaces
                if (latest := state.surface(Key(other.id, surface)).latest) is not None
            ]
            for other in others
        },
        {p.id: frozenset(host_of(p, surface) for surface in p.surfaces) for p in (failed, *others)},
        clock.now(),
    )


def _switch_alone(args: argparse.Namespace, place: Place) -> dict[str, Any]:
    """Writes the choice into the history while no engine runs."""
    try:
        with history_alone(place) as history:
            return _record(args, history, place)
    except HistoryError as error:
        raise CommandError(str(error)) from error


def _record(args: argparse.Namespace, history: History, place: Place) -> dict[str, Any]:
    now = time.time_ns() // 1_000_000
    state = history.last_state({})
    if args.back:
        if state.choice is None:
            return {"to": None}
        made = Switch(now, state.choice.switch.to, state.choice.switch.provider, back=True)
    else:
        enabled = [provider.id for provider in chosen(load_config(place), [])]
        new = choices.switch_to(state, enabled, args.id, now)
        if new is None:
            assert state.choice is not None
            return {"from": state.choice.switch.provider, "to": args.id}
        made = new
    step = choices.choose(state, made)
    # Nothing was watched just now: the time until the engine starts stays a gap.
    seen = history.last_seen()
    history.append(step.happenings, step.state, now if seen is None else seen)
    return {"from": made.provider, "to": made.to}
