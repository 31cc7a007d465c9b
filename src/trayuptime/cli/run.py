"""`run`: the engine without Qt, a line per event."""

import argparse
import asyncio

from trayuptime.cli.common import (
    NOTHING_CONFIGURED,
    CommandError,
    Exit,
    Place,
    endings,
    load_config,
    say,
    warn,
)
from trayuptime.cli.events import printer
from trayuptime.config.values import Config
from trayuptime.history import HistoryError
from trayuptime.runtime.clock import SystemClock
from trayuptime.runtime.engine import Engine
from trayuptime.runtime.keys import KeyReader
from trayuptime.runtime.memory import keep_loaded
from trayuptime.system.lock import LockUnusableError, Mode, acquire, holder
from trayuptime.system.logs import start_log
from trayuptime.system.paths import HomeUnusableError


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Watches until SIGTERM or SIGINT."""
    return run_headless(place, as_json=args.json, starter=args.starter)


def run_headless(place: Place, *, as_json: bool, starter: bool) -> Exit:
    """Watches without a desktop.

    Raises:
        CommandError: nothing is configured, another engine runs, or this home cannot be used.
    """
    config, announcement = _config(place, starter=starter)
    try:
        place.home.create()
        lock = acquire(place.home.lock_path, Mode.HEADLESS)
    except (HomeUnusableError, LockUnusableError) as error:
        raise CommandError(str(error)) from error
    if lock is None:
        other = holder(place.home.lock_path)
        who = "" if other is None else f" ({other.mode}, process {other.pid})"
        raise CommandError(f"Another engine{who} watches for this home already.", Exit.TAKEN)
    keys = KeyReader(place.environ)
    with lock, start_log(place.home.log_path, keys.clean):
        try:
            asyncio.run(_watch(place, config, keys, announcement, as_json=as_json))
        except HistoryError as error:
            raise CommandError(str(error)) from error
    return Exit.OK


def _config(place: Place, *, starter: bool) -> tuple[Config, str]:
    """What to watch, and the line that says so."""
    config = load_config(place)
    for warning in config.warnings:
        warn(str(warning))
    enabled = [provider for provider in config.providers if provider.enabled]
    if enabled:
        names = ", ".join(provider.id for provider in enabled)
        return config, f"Watching {names}. Ctrl-C ends it."
    if not starter:
        raise CommandError(NOTHING_CONFIGURED.format(place.home.config_file))
    from trayuptime.config.starter import starter as starter_set  # noqa: PLC0415 - only for this choice
    from trayuptime.config.starter import starter_hosts, starter_pages  # noqa: PLC0415

    hosts, pages = ", ".join(starter_hosts()), ", ".join(starter_pages())
    chosen = Config(rules=config.rules, providers=starter_set(), exists=config.exists)
    announcement = f"Nothing is configured: watching {hosts} without keys, and their status pages at {pages}."
    return chosen, f"{announcement} Ctrl-C ends it."


async def _watch(place: Place, config: Config, keys: KeyReader, announcement: str, *, as_json: bool) -> None:
    loop = asyncio.get_running_loop()
    engine: Engine | None = None

    def stop() -> None:
        if engine is not None:
            engine.stop()

    engine = Engine(
        place.home,
        config,
        clock=SystemClock(),
        keys=keys,
        listeners=(printer(as_json=as_json, stop=stop), keep_loaded()),
        config_file=place.home.config_file,
    )
    for number in endings():
        loop.add_signal_handler(number, stop)
    # Only now: whoever reads it may end us at once, and before anybody is asked.
    (warn if as_json else say)(announcement)
    await engine.run()
