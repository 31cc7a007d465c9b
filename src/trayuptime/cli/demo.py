"""`demo`: replays a seven-hour outage in two minutes, offline, through the real engine."""

import argparse
import asyncio
import os
from collections.abc import Callable

from trayuptime.cli.common import CommandError, Exit, Place, endings, say, warn
from trayuptime.cli.events import printer
from trayuptime.core import uptime, words
from trayuptime.core.model import Incident
from trayuptime.core.state import State
from trayuptime.demo import FASTEST, SLOWEST, Demo, DemoUnusableError, throw_away_home
from trayuptime.demo.timeline import ENDS_AT, NIGHT, STARTS_AT, Mood, spells_s
from trayuptime.history import HistoryError
from trayuptime.runtime.engine import Shell
from trayuptime.runtime.told import Listener
from trayuptime.system.display import Display, find_display
from trayuptime.system.lock import LockUnusableError


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Shows the night in the tray, or as lines without a display, with `--headless` or with `--json`.

    Raises:
        CommandError: the speed is out of range, or the demo cannot be shown here.
    """
    if not SLOWEST <= args.speed <= FASTEST:
        raise CommandError(
            f"--speed must be from {SLOWEST:g} to {FASTEST:g}: a slow answer takes more than 2 seconds of"
            " real time, and at a higher speed nobody would ask often enough to tell slow from up."
        )
    announce = warn if args.json else say
    announce(
        f"Simulated vendors on this computer replay DeepSeek's night of 29 March 2026, {args.speed:g} times"
        " as fast as life. No network is used, and nothing of it is kept."
    )
    try:
        if not args.headless and not args.json:
            display = find_display(place.environ)
            if isinstance(display, Display):
                return _show_in_tray(place, display, args.speed)
            announce(f"No display ({display.why}): shown as lines.")
        lasts = words.duration((ENDS_AT - STARTS_AT) / 1000 / args.speed)
        announce(f"It ends by itself after about {lasts}; Ctrl-C ends it sooner.")
        return asyncio.run(_show_headless(args.speed, as_json=args.json, announce=announce))
    except (DemoUnusableError, HistoryError, LockUnusableError) as error:
        raise CommandError(str(error)) from error


def _show_in_tray(place: Place, display: Display, speed: float) -> Exit:
    from trayuptime.cli.tray import need_qt  # noqa: PLC0415 - only with a display

    if display.platform:
        os.environ.setdefault("QT_QPA_PLATFORM", display.platform)
    need_qt()
    from trayuptime import app  # noqa: PLC0415 - Qt takes most of the start

    with throw_away_home() as home:

        def source(listeners: tuple[Listener, ...], shell: Shell) -> Demo:
            return Demo(home, speed=speed, listeners=listeners, shell=shell)

        return Exit(app.run(home, lambda: source, place.environ, window=True))


async def _show_headless(speed: float, *, as_json: bool, announce: Callable[[str], None]) -> Exit:
    loop = asyncio.get_running_loop()
    demo: Demo | None = None
    ended = False

    def stop() -> None:
        nonlocal ended
        ended = True
        if demo is not None:
            demo.stop()

    for number in endings():  # before there is anything that could be left behind
        loop.add_signal_handler(number, stop)
    with throw_away_home() as home:
        if not ended:
            demo = Demo(
                home, speed=speed, listeners=(printer(as_json=as_json, stop=stop),), ends_by_itself=True
            )
            await demo.run()
    if demo is not None and demo.over and demo.poller is not None:
        announce(f"The demo is over: {_account(demo.poller.state)}. Its throw-away home is gone.")
        recorded = words.duration(sum(spells_s(NIGHT, Mood.DOWN)))
        announce(
            f"The vendor's own record has it down for {recorded}; polls every 5 minutes see it coarsely."
        )
    return Exit.OK


def _account(state: State) -> str:
    """What was seen, in one phrase."""
    seen = [_phrase(s.previous) for s in state.surfaces.values() if s.previous is not None]
    return " and ".join(seen) or "no trouble was seen"


def _phrase(incident: Incident) -> str:
    ended = incident.started_at if incident.ended_at is None else incident.ended_at
    lasted = words.duration(uptime.duration_s(incident, ended))
    return f"one {incident.kind} of {lasted}, down for {words.duration(uptime.downtime_s(incident, ended))}"
