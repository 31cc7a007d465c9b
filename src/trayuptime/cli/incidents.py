"""`incidents`: every trouble there was; with `--explain N`, what made one of them."""

import argparse
import time

from trayuptime.cli import lines, remote, window
from trayuptime.cli.common import CommandError, Exit, Place, need_known, say, say_json
from trayuptime.core import beside, contract
from trayuptime.core.model import Incident, Instant
from trayuptime.history import HistoryError, Reader


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Prints incidents, oldest first."""
    now = time.time_ns() // 1_000_000
    asked = window.asked(args, now)
    if args.explain is not None:
        return _explained(args, place, now)
    found: list[Incident] = []
    recorded: set[str] = set()
    with_pages: list[str] = []
    if place.home.history_path.exists():
        try:
            with Reader(place.home.history_path) as reader, reader.snapshot():
                found = reader.incidents(asked.start, _watched_until(place, now))
                state = reader.state()
                recorded, with_pages = {key.provider for key in state.surfaces}, list(state.feeds)
        except HistoryError as error:
            raise CommandError(str(error)) from error
    need_known(args.ids, place, recorded)
    wanted = [
        incident
        for incident in found
        if asked.meets(incident.started_at, incident.ended_at)
        and (not args.ids or incident.provider in args.ids)
    ]
    if args.json:
        say_json([contract.incident(incident, now) for incident in wanted])
        return Exit.OK
    for incident in wanted:
        say(lines.incident_line(incident, now))
    for provider in with_pages:
        if line := beside.record(provider, [each for each in wanted if each.provider == provider]):
            say(line)
    if not wanted:
        say("No incident is known.")
    return Exit.OK


def _watched_until(place: Place, now: Instant) -> Instant | None:
    """How far an open incident has been seen: until now where an engine is running."""
    return now if remote.running(place) else None


def _explained(args: argparse.Namespace, place: Place, now: Instant) -> Exit:
    from trayuptime.cli import why  # noqa: PLC0415 - the judge, which a mere list does without

    if not place.home.history_path.exists():
        raise CommandError(f"There is no history yet at {place.home.history_path}.")
    try:
        with Reader(place.home.history_path) as reader:
            known = {incident.id: incident for incident in reader.incidents(0, _watched_until(place, now))}
            incident = known.get(args.explain)
            if incident is None:
                listed = f"known are 1 to {max(known)}" if known else "none is known"
                raise CommandError(f"There is no incident {args.explain}; {listed}.")
            account = why.account_of(incident, reader, place, now)
    except HistoryError as error:
        raise CommandError(str(error)) from error
    if args.json:
        say_json([why.as_json(account, now)])
    else:
        for line in why.as_lines(account, now):
            say(line)
    return Exit.OK
