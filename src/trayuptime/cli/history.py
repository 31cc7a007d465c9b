"""`history`: where the store is, whether it is sound, how small it can be, and another machine's in it."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from trayuptime.cli import remote
from trayuptime.cli.alone import history_alone
from trayuptime.cli.common import CommandError, Exit, Place, fails_with, has_history, say, warn
from trayuptime.cli.merging import done_by_engine, merge_into_history, put_in_order
from trayuptime.core.model import Instant
from trayuptime.history import DamagedHistoryError, HistoryError, Reader, recover, suspect
from trayuptime.history.compact import Compaction, Sizes, megabytes

SHOWN = 20
"""Problems that are told one by one."""
_AT_ONCE = 1_000
"""Sums that fit into one request."""
_SET_ASIDE = "A damaged file is set aside when the watcher starts next, and all that is sound is recovered."


def path(_args: argparse.Namespace, place: Place) -> Exit:
    """Prints where it is, whether or not there is one yet."""
    say(str(place.home.history_path))
    return Exit.OK


@fails_with(Exit.DOWN)
def verify(_args: argparse.Namespace, place: Place) -> Exit:
    """Reads every page, every result and every sum; the watcher may go on meanwhile."""
    file = place.home.history_path
    if not has_history(place):
        say(f"There is no history yet at {file}: nothing can be wrong with it.")
        return Exit.OK
    try:
        with Reader(file) as reader:
            found = reader.verify()
    except DamagedHistoryError as error:
        raise CommandError(f"{str(error).rstrip('.')}. {_outlook(file)}") from error
    except HistoryError as error:
        raise CommandError(str(error)) from error
    for problem in found.problems[:SHOWN]:
        say(f"{file}: {problem}.")
    if found.problems:
        if len(found.problems) > SHOWN:
            say(f"… and {len(found.problems) - SHOWN} more.")
        if found.wrong_sums:
            _work_out_again(found.wrong_sums, place)
            say("Sums that are wrong are worked out again now, from the results that are kept.")
        if len(found.problems) > len(found.wrong_sums):
            suspect.mark(file)  # after the sums: whoever works them out again would set the file aside
            say(_outlook(file))
            say(_SET_ASIDE)
        return Exit.DOWN
    size = sum(each.stat().st_size for each in (file, *file.parent.glob(f"{file.name}-wal")))
    each = f", {size / found.results:.1f} bytes each" if found.results and not found.final else ""
    say(
        f"{file} is sound: {found.results:,} results{each}; {found.sums:,} hours and days"
        " are the sums of their results."
    )
    if found.final:
        say(f"{found.final:,} days have their sums alone: their results are forgotten, but for failures.")
    return Exit.OK


def _outlook(file: Path) -> str:
    """What is left of a damaged file, and what is not."""
    try:
        return recover.outlook(file)
    except HistoryError as error:
        return f"What can be recovered of it cannot be told: {error}"


def _work_out_again(sums: Sequence[tuple[int, Instant, Instant]], place: Place) -> None:
    if remote.running(place):
        for first in range(0, len(sums), _AT_ONCE):
            done_by_engine(place, {"do": "distrust", "sums": sums[first : first + _AT_ONCE]})
        return
    try:
        with history_alone(place) as history:
            history.distrust(sums)
            put_in_order(history)
    except HistoryError as error:
        raise CommandError(str(error)) from error


@fails_with(Exit.DOWN)
def merge(args: argparse.Namespace, place: Place) -> Exit:
    """Takes over what another machine's history holds that this one has not."""
    say(merge_into_history(place, args.file).sentences(str(args.file)))
    return Exit.OK


@fails_with(Exit.DOWN)
def compact(_args: argparse.Namespace, place: Place) -> Exit:
    """Puts everything in order and gives the disk back what is free then."""
    file = place.home.history_path
    if not has_history(place):
        say(f"There is no history yet at {file}: nothing can be made smaller.")
        return Exit.OK
    try:
        sizes = _compact(place)
    except HistoryError as error:
        raise CommandError(str(error)) from error
    say(f"{file}: {megabytes(sizes.before)} before, {megabytes(sizes.after)} now.")
    return Exit.OK


def _compact(place: Place) -> Sizes:
    if remote.running(place):
        warn("The watcher begins as soon as it asks nobody for five seconds, in five minutes at the latest.")
        answer = done_by_engine(place, {"do": "compact"})
        return Sizes(answer["before"], answer["after"])
    with history_alone(place) as history:
        put_in_order(history)
        return Compaction(history.path).run()
