"""`status`: the last known state, how old it is, and whether an engine is running."""

import argparse
import time

from trayuptime.cli import lines, remote
from trayuptime.cli.common import CommandError, Exit, Place, has_history, load_config, say, say_json, warn
from trayuptime.core import contract, words
from trayuptime.core.lights import ProviderLight, Watched, provider_light
from trayuptime.core.model import Instant, Key, Reach, Rules, Service, Surface
from trayuptime.core.state import Role, State
from trayuptime.history import HistoryError, Reader
from trayuptime.runtime.told import watched_of


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Prints the state of every provider."""
    now = time.time_ns() // 1_000_000
    state, seen = _last_known(place, _rules(place))
    watched = _watched(place, state)
    live = remote.running(place)
    as_of = now if live or seen is None else seen
    lights = tuple(provider_light(state, provider, now, as_of=as_of) for provider in watched)
    if args.json:
        say_json(contract.status(now, state.vantage, engine_running=live, lights=lights, hushes=state.hushes))
    else:
        _print(state, lights, now, seen, live=live)
    return outcome(lights)


def outcome(lights: tuple[ProviderLight, ...]) -> Exit:
    """How `status` and `check` end."""
    services = {light.service for light in lights}
    if Service.DOWN in services:
        return Exit.DOWN
    if services <= {Service.UNKNOWN}:
        return Exit.UNKNOWN
    return Exit.OK


def _print(
    state: State, lights: tuple[ProviderLight, ...], now: Instant, seen: Instant | None, *, live: bool
) -> None:
    if not live:
        age = "" if seen is None else f"; this is {words.duration((now - seen) / 1000)} old"
        say(f"No engine is running{age}.")
    elif state.paused_since is not None:
        say(f"Paused since {lines.stamp(state.paused_since)}.")
    if live and (line := lines.vantage_line(state.vantage)) is not None:
        say(line)
    if not lights:
        say("Nothing is known: no provider has been watched yet.")
    for row in lines.provider_lines(state, lights, now):
        say(row)
    if state.choice is not None:
        switch = state.choice.switch
        say(f"You switched from {switch.provider} to {switch.to} at {lines.stamp(switch.at)}.")


def _last_known(place: Place, rules: dict[Key, Rules]) -> tuple[State, Instant | None]:
    if not has_history(place):
        return State(), None
    try:
        with Reader(place.home.history_path) as reader:
            return reader.state(rules), reader.last_seen()
    except HistoryError as error:
        raise CommandError(str(error)) from error


def _rules(place: Place) -> dict[Key, Rules]:
    try:
        config = load_config(place)
    except CommandError:
        return {}
    return {Key(p.id, surface): p.rules for p in config.providers for surface in p.surfaces}


def _watched(place: Place, state: State) -> tuple[Watched, ...]:
    """The configured providers; those of the last run while the file is broken."""
    try:
        config = load_config(place)
    except CommandError as error:
        warn(str(error))
    else:
        configured = tuple(watched_of(provider) for provider in config.providers if provider.enabled)
        if configured:
            return configured
    # The starter set is in no file, a broken file names nobody: then the last run's providers are told.
    watched = [key for key, target in state.watched.items() if target.role is Role.SURFACE]
    ids = dict.fromkeys(key.provider for key in watched)
    return tuple(Watched(name, name, _surfaces(state, name), keyed=_is_far(state, name)) for name in ids)


def _is_far(state: State, provider: str) -> bool:
    """Whether it has a key, as far as can be told without the configuration: few servers at home have one."""
    own = (target for key, target in state.watched.items() if key.provider == provider)
    return any(target.reach is Reach.INTERNET for target in own)


def _surfaces(state: State, provider: str) -> tuple[Surface, ...]:
    return tuple(key.surface for key in state.watched if key.provider == provider)
