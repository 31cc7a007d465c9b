"""`provider test`: each probe's answer with its timings, and what to do."""

import argparse
import asyncio
import time
from collections.abc import Iterable

from trayuptime.cli.check import holds
from trayuptime.cli.common import Exit, Place, chosen, load_config, say
from trayuptime.cli.remedies import remedy
from trayuptime.config.values import ProviderConfig
from trayuptime.core import words
from trayuptime.core.model import Phases, Result, Surface
from trayuptime.net.transport import Transport
from trayuptime.probes import ask, level_of, order_for
from trayuptime.probes.hosts import host_of
from trayuptime.runtime.clock import SystemClock
from trayuptime.runtime.engine import USER_AGENT
from trayuptime.runtime.keys import KeyReader
from trayuptime.runtime.told import Keys


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Asks each surface once and shows the answer with its timings, and what to do."""
    config = load_config(place)
    (provider,) = chosen(config, [args.id])
    now, held = time.time_ns() // 1_000_000, holds(place)
    free: list[Surface] = []
    for surface in provider.surfaces:
        wait_s = (held.get(host_of(provider, surface), now) - now) / 1000
        if wait_s > 0:
            say(f"{words.part(surface)}: not asked, it asked to wait for another {words.duration(wait_s)}")
        else:
            free.append(surface)
    results, keys = asyncio.run(_ask_each(provider, free, place))
    if (trouble := keys.troubles.get(provider.id)) is not None:
        say(f"Key: {trouble}")
    for result in results:
        _print(provider, result)
    return Exit.OK


async def _ask_each(
    provider: ProviderConfig, surfaces: Iterable[Surface], place: Place
) -> tuple[list[Result], Keys]:
    clock = SystemClock()
    keys = await KeyReader(place.environ)((provider,))
    secret = keys.secrets.get(provider.id)
    transport = Transport(clock.now, USER_AGENT)
    transport.warm_up()
    results = []
    for surface in surfaces:
        level = level_of(provider, surface, secret, may_show_key=True)
        results.append(await ask(order_for(provider, surface, level, secret), transport, clock.now))
    return results, keys


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
