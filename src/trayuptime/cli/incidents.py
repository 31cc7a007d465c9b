"""`incidents`: every trouble there was."""

import argparse
import time

from trayuptime.cli import lines
from trayuptime.cli.common import CommandError, Exit, Place, need_known, say, say_json
from trayuptime.core import contract
from trayuptime.core.model import Incident
from trayuptime.history import HistoryError, Reader


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Prints incidents, oldest first."""
    now = time.time_ns() // 1_000_000
    found: list[Incident] = []
    recorded: set[str] = set()
    if place.home.history_path.exists():
        try:
            with Reader(place.home.history_path) as reader:
                found = reader.incidents(args.since)
                recorded = {key.provider for key in reader.state().surfaces}
        except HistoryError as error:
            raise CommandError(str(error)) from error
    need_known(args.ids, place, recorded)
    wanted = [incident for incident in found if not args.ids or incident.provider in args.ids]
    if args.json:
        say_json([contract.incident(incident, now) for incident in wanted])
        return Exit.OK
    for incident in wanted:
        say(lines.incident_line(incident, now))
    if not wanted:
        say("No incident is known.")
    return Exit.OK
