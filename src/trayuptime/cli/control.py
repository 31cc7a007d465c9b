"""`pause`, `resume`, `quit`: what the menu does, for those without one."""

import argparse
import time
from datetime import datetime

from trayuptime.cli import lines, remote
from trayuptime.cli.common import CommandError, Exit, Place, say
from trayuptime.config.parse import Rejected, duration
from trayuptime.core import pauses

LONGEST_PAUSE_S = 366 * 86_400.0


def pause(args: argparse.Namespace, place: Place) -> Exit:
    """Stops watching: for a while, until tomorrow, or until resumed."""
    until = _until(args.until)
    remote.ask(place, {"do": "pause", "until": until})
    say("Paused until resumed." if until is None else f"Paused until {lines.stamp(until)}.")
    return Exit.OK


def resume(_args: argparse.Namespace, place: Place) -> Exit:
    """Watches again."""
    remote.ask(place, {"do": "resume"})
    say("Watching again.")
    return Exit.OK


def leave(_args: argparse.Namespace, place: Place) -> Exit:
    """Ends the running engine, and waits until it is gone."""
    remote.ask(place, {"do": "quit"})
    deadline = time.monotonic() + 5
    while remote.running(place):
        if time.monotonic() > deadline:
            raise CommandError("The engine was asked to quit, but is still there.", Exit.DOWN)
        time.sleep(0.02)
    say("The engine has quit.")
    return Exit.OK


def _until(text: str | None) -> int | None:
    if text is None:
        return None
    too_long = f"{text} is longer than a year; without a time the pause lasts until resumed."
    return ending(text, LONGEST_PAUSE_S, too_long)


def ending(text: str, longest_s: float, too_long: str) -> int:
    """When it ends: `1h` from now, or `tomorrow`.

    Args:
        text: as it was typed.
        longest_s: how far away it may be.
        too_long: what to say where it is further.

    Raises:
        CommandError: it is no length, or too long.
    """
    now = datetime.now().astimezone()
    if text == "tomorrow":
        return pauses.snoozed_until(pauses.Snooze.TOMORROW, now)
    try:
        seconds = duration(text)
    except Rejected as error:
        raise CommandError(
            f"{text} is no length of time: write one such as 30m, 1h or 2d, or: tomorrow"
        ) from error
    if seconds > longest_s:
        raise CommandError(too_long)
    return round((now.timestamp() + seconds) * 1000)
