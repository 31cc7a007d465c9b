"""`report`: a vendor's dossier for a call, as a file or on standard output."""

import argparse
import time
from pathlib import Path

from trayuptime.cli import lines, remote
from trayuptime.cli.common import CommandError, Exit, Place, has_history, load_config, need_known, say, warn
from trayuptime.cli.tray import need_qt
from trayuptime.cli.window import asked as asked_window
from trayuptime.config.values import ProviderConfig
from trayuptime.history import HistoryError, Reader
from trayuptime.report.blocks import Document
from trayuptime.report.formats import ENDINGS, USUAL, ending_of, written
from trayuptime.runtime.dossier import Asked, NothingKnownError, dossier_of
from trayuptime.runtime.dossier_file import UnwritableError, write_file
from trayuptime.runtime.past import look_back
from trayuptime.system.zone import SystemZone


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Writes it to a file, whose ending says in which format, or as Markdown to standard output."""
    now = time.time_ns() // 1_000_000
    window = asked_window(args, now, usual="180d")
    if window.start >= now:
        need_known([args.id], place, _recorded(place))
        start = lines.stamp(window.start)
        raise CommandError(f"There is nothing to report of {args.id} from {start} on: that is yet to come.")
    path = None if args.output == Path("-") else args.output
    if path is not None:
        _need_ending(path)
    if not has_history(place):
        need_known([args.id], place, ())
        warn(f"There is no history yet at {place.home.history_path}: nothing to report.")
        return Exit.OK
    asked = Asked(args.id, window, _configured(place), now, SystemZone(), args.sla)
    live = remote.running(place)
    try:
        with look_back(place.home.history_path, window.until_now(now), now, live=live) as past:
            need_known([args.id], place, (key.provider for key in past.known))
            dossier = dossier_of(past, asked)
    except HistoryError as error:
        raise CommandError(str(error)) from error
    except NothingKnownError as error:
        warn(str(error))
        return Exit.OK
    if dossier.own.uptime is None:
        between = f"between {lines.stamp(dossier.window.start)} and {lines.stamp(dossier.window.end)}"
        warn(f"Nothing was seen of {args.id} {between}; the dossier says so.")
    if path is None:
        say(written(dossier, USUAL, _printed).decode().rstrip("\n"))
        return Exit.OK
    try:
        write_file(dossier, path, _printed)
    except UnwritableError as error:
        raise CommandError(str(error)) from error
    return Exit.OK


def _recorded(place: Place) -> list[str]:
    """Whoever there is anything of; none where that cannot be read."""
    if not has_history(place):
        return []
    try:
        with Reader(place.home.history_path) as reader:
            return [key.provider for key in reader.known()]
    except HistoryError:
        return []


def _need_ending(path: Path) -> None:
    """Makes sure that the name of the file says its format, before anything is read.

    Raises:
        CommandError: it does not.
    """
    if ending_of(path) is None:
        *others, last = ENDINGS
        raise CommandError(
            f"{path} does not say which format you want: its name must end in {', '.join(others)} or {last}."
        )


def _printed(document: Document) -> bytes:
    """A PDF; Qt is loaded for it alone."""
    need_qt()
    from trayuptime.ui.pdf import printed  # noqa: PLC0415

    return printed(document)


def _configured(place: Place) -> tuple[ProviderConfig, ...] | None:
    """All of them; `None` while the file is broken: what was recorded can be told all the same."""
    try:
        return load_config(place).providers
    except CommandError as error:
        warn(str(error))
        return None
