"""`report`: a vendor's dossier for a call, as a file or on standard output."""

import argparse
import time
from pathlib import Path

from trayuptime.cli import remote
from trayuptime.cli.common import CommandError, Exit, Place, has_history, load_config, need_known, say, warn
from trayuptime.cli.tray import need_qt
from trayuptime.cli.window import asked as asked_window
from trayuptime.config.values import ProviderConfig
from trayuptime.history import HistoryError
from trayuptime.report.blocks import Document
from trayuptime.report.formats import ENDINGS, USUAL, ending_of, written
from trayuptime.runtime.dossier import Asked, NothingKnownError, dossier_of
from trayuptime.runtime.past import look_back
from trayuptime.system.whole_file import whole_file
from trayuptime.system.zone import SystemZone


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Writes it to a file, whose ending says in which format, or as Markdown to standard output."""
    now = time.time_ns() // 1_000_000
    window = asked_window(args, now, usual="180d")
    path = None if args.output == Path("-") else args.output
    ending = _ending(path)
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
        warn(f"Nothing was seen of {args.id} in this window; the dossier says so.")
    content = written(dossier, ending, _printed)
    if path is None:
        say(content.decode().rstrip("\n"))
    else:
        _write(path, content)
    return Exit.OK


def _ending(path: Path | None) -> str:
    """What the name of the file says of its format.

    Raises:
        CommandError: nothing.
    """
    if path is None:
        return USUAL
    ending = ending_of(path)
    if ending is None:
        *others, last = ENDINGS
        raise CommandError(
            f"{path} does not say which format you want: its name must end in {', '.join(others)} or {last}."
        )
    return ending


def _printed(document: Document) -> bytes:
    """A PDF; Qt is loaded for it alone."""
    need_qt()
    from trayuptime.ui.pdf import printed  # noqa: PLC0415

    return printed(document)


def _configured(place: Place) -> tuple[ProviderConfig, ...]:
    """All of them; none while the file is broken: what was recorded can be told all the same."""
    try:
        return load_config(place).providers
    except CommandError as error:
        warn(str(error))
        return ()


def _write(path: Path, content: bytes) -> None:
    try:
        with whole_file(path) as out:
            out.write(content)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise CommandError(f"{path} cannot be written: {error.strerror or error}.") from error
