"""`incidents`: every trouble there was; with `--explain N`, what made one of them."""

import argparse
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from trayuptime.cli import lines, remote, window
from trayuptime.cli.common import (
    CommandError,
    Exit,
    Place,
    has_history,
    load_config,
    need_known,
    say,
    say_json,
)
from trayuptime.core import beside, contract
from trayuptime.core.model import Incident, Instant, Note
from trayuptime.core.notes import About, about, by_incident
from trayuptime.history import HistoryError, Reader


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Prints incidents, oldest first."""
    now = time.time_ns() // 1_000_000
    asked = window.asked(args, now)
    if args.explain is not None:
        return _explained(args, place, now)
    found: list[Incident] = []
    written: Mapping[About, Sequence[Note]] = {}
    recorded: set[str] = set()
    with_pages: list[str] = []
    if has_history(place):
        try:
            with Reader(place.home.history_path) as reader, reader.snapshot():
                found = reader.incidents(asked.start, _watched_until(place, now))
                written = by_incident(reader.notes())
                with_pages = list(reader.state().feeds)
                recorded = {key.provider for key in reader.known()}
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
        say_json([contract.incident(each, now, written.get(about(each), ())) for each in wanted])
        return Exit.OK
    for incident in wanted:
        say(lines.incident_line(incident, now))
        for line in lines.note_lines(written.get(about(incident), ())):
            say(line)
    for provider in with_pages:
        if line := beside.record(provider, [each for each in wanted if each.provider == provider]):
            say(line)
    if not wanted:
        say("No incident is known.")
    return Exit.OK


def found_in(place: Place, number: int) -> Incident:
    """The incident of a number.

    Raises:
        CommandError: there is none, or the history cannot be read.
    """
    with _history(place) as reader:
        return _numbered(number, reader, None)


def notes_about(incident: Incident, place: Place) -> Sequence[Note]:
    """What was written about it, ticks too.

    Raises:
        CommandError: the history cannot be read.
    """
    with _history(place) as reader:
        return by_incident(reader.notes()).get(about(incident), ())


@contextmanager
def _history(place: Place) -> Iterator[Reader]:
    if not has_history(place):
        raise CommandError(f"There is no history yet at {place.home.history_path}.")
    try:
        with Reader(place.home.history_path) as reader:
            yield reader
    except HistoryError as error:
        raise CommandError(str(error)) from error


def _numbered(number: int, reader: Reader, watched_until: Instant | None) -> Incident:
    known = {incident.id: incident for incident in reader.incidents(0, watched_until)}
    if number not in known:
        listed = f"known are 1 to {max(known)}" if known else "none is known"
        raise CommandError(f"There is no incident {number}; {listed}.")
    return known[number]


def _watched_until(place: Place, now: Instant) -> Instant | None:
    """How far an open incident has been seen: until now where an engine is running."""
    return now if remote.running(place) else None


def _explained(args: argparse.Namespace, place: Place, now: Instant) -> Exit:
    # The judge, which a mere list does without.
    from trayuptime.cli import why  # noqa: PLC0415
    from trayuptime.runtime.account import account_of  # noqa: PLC0415

    with _history(place) as reader:
        incident = _numbered(args.explain, reader, _watched_until(place, now))
        rules_of = load_config(place).rules_of
        account = account_of(incident, reader, rules_of, now, lines.stamp)
    if args.json:
        say_json([why.as_json(account, now)])
    else:
        for line in why.as_lines(account, now):
            say(line)
    return Exit.OK
