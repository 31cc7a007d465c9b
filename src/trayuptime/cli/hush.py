"""`acknowledge` and `snooze`: no more notifications of an incident that is known, or put off for a while."""

import argparse

from trayuptime.cli import lines, remote
from trayuptime.cli.common import Exit, Place, say
from trayuptime.cli.control import ending
from trayuptime.core import words

LONGEST_SNOOZE_S = 7 * 86_400.0


def acknowledge(args: argparse.Namespace, place: Place) -> Exit:
    """The user knows of it: only its end is told, or that it grew worse; `--undo` takes it back."""
    number: int = args.incident
    if args.undo:
        remote.ask(place, {"do": "unhush", "incident": number})
        say(f"#{number} is told of as any other again.")
        return Exit.OK
    remote.ask(place, {"do": "hush", "incident": number, "until": None})
    say(f"{words.known_of(f'#{number}')}.")
    return Exit.OK


def snooze(args: argparse.Namespace, place: Place) -> Exit:
    """Puts it off: until then nothing is told of it but its end, and then once more if it lasts."""
    number: int = args.incident
    too_long = f"{args.until} is longer than a week; to be told of its end alone: acknowledge {number}."
    until = ending(args.until, LONGEST_SNOOZE_S, too_long)
    remote.ask(place, {"do": "hush", "incident": number, "until": until})
    say(f"#{number} is snoozed until {lines.stamp(until)}: if it lasts, it is told of once more then.")
    return Exit.OK
