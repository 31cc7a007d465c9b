"""`report`: a vendor's dossier for a call, as a file or on standard output."""

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from trayuptime.cli import remote
from trayuptime.cli.common import CommandError, Exit, Place, has_history, load_config, need_known, say, warn
from trayuptime.cli.window import asked as asked_window
from trayuptime.config.values import ProviderConfig
from trayuptime.history import HistoryError
from trayuptime.report.markdown import markdown
from trayuptime.report.pages import document
from trayuptime.report.values import Dossier
from trayuptime.runtime.dossier import Asked, NothingKnownError, dossier_of
from trayuptime.runtime.past import look_back
from trayuptime.system.whole_file import whole_file
from trayuptime.system.zone import SystemZone


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Writes it to a file, whose ending says in which format, or as Markdown to standard output."""
    now = time.time_ns() // 1_000_000
    window = asked_window(args, now, usual="180d")
    path = None if args.output == Path("-") else args.output
    written = _format(path)
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
    if path is None:
        say(written(dossier).decode().rstrip("\n"))
        return Exit.OK
    _write(path, written(dossier))
    return Exit.OK


def _markdown(dossier: Dossier) -> bytes:
    return markdown(document(dossier)).encode()


_FORMATS: Mapping[str, Callable[[Dossier], bytes]] = {".md": _markdown}


def _format(path: Path | None) -> Callable[[Dossier], bytes]:
    """By the ending of the file."""
    if path is None:
        return _markdown
    chosen = _FORMATS.get(path.suffix.lower())
    if chosen is None:
        raise CommandError(
            f"{path} does not say which format you want: its name must end in {' or '.join(_FORMATS)}."
        )
    return chosen


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
