"""`check`: asks once, now, confirms failures, asks witnesses; stores nothing."""

import argparse
import asyncio
from collections.abc import Mapping

from trayuptime.cli import lines, remote, status
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
)
from trayuptime.config.values import Config
from trayuptime.core import contract
from trayuptime.core.lights import provider_light
from trayuptime.core.model import Instant
from trayuptime.core.state import State
from trayuptime.history import HistoryError, Reader
from trayuptime.net.transport import Transport
from trayuptime.runtime.clock import SystemClock
from trayuptime.runtime.engine import USER_AGENT
from trayuptime.runtime.keys import KeyReader
from trayuptime.runtime.once import check
from trayuptime.runtime.told import watched_of
from trayuptime.system.network import find_facts


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Checks the named providers, or all of them."""
    config = load_config(place)
    providers = chosen(config, args.ids)
    if not providers:
        raise CommandError(NOTHING_CONFIGURED.format(place.home.config_file))
    clock = SystemClock()
    state = asyncio.run(_check(config, [provider.id for provider in providers], place, clock))
    now = clock.now()
    lights = tuple(provider_light(state, watched_of(p), now) for p in providers)
    if args.json:
        running = remote.running(place)
        say_json(contract.status(now, state.vantage, engine_running=running, lights=lights))
    else:
        if (line := lines.vantage_line(state.vantage)) is not None:
            say(line)
        for row in lines.provider_lines(state, lights, now):
            say(row)
    return status.outcome(lights)


async def _check(config: Config, ids: list[str], place: Place, clock: SystemClock) -> State:
    transport = Transport(clock.now, USER_AGENT, facts=find_facts())
    transport.warm_up()
    enabled = tuple(provider for provider in config.providers if provider.enabled)
    keys = await KeyReader(place.environ)(enabled)
    return await check(config, ids, transport, clock, keys, holds=holds(place))


def holds(place: Place) -> Mapping[str, Instant]:
    """A vendor that told a watcher to wait has told the user's other commands too."""
    if not has_history(place):
        return {}
    try:
        with Reader(place.home.history_path) as reader:
            return reader.state().holds
    except HistoryError:
        return {}  # without a history, a check is still worth having
