"""`note INCIDENT`: what a person knows of an incident, kept beside it."""

import argparse
import sys
import time

from trayuptime.cli import lines, remote
from trayuptime.cli.alone import history_alone
from trayuptime.cli.common import CommandError, Exit, Place, say, warn
from trayuptime.cli.incidents import found_in
from trayuptime.core.notes import LONGEST, UnfitNoteError, note_text
from trayuptime.history import HistoryError, UnknownIncidentError
from trayuptime.net.redact import redact

_MOST_BYTES = 4 * LONGEST + 4_096
"""Of the standard input: the longest note in the widest letters, and some blank lines around it."""


def run(args: argparse.Namespace, place: Place) -> Exit:
    """Attaches it, by the running engine or, where none runs, here."""
    incident = found_in(place, args.incident)
    about = f"#{incident.id}, {incident.provider} {incident.surface} of {lines.stamp(incident.started_at)}"
    try:
        text = note_text(" ".join(args.text) if args.text else _piped(about))
        if remote.running(place):
            answer = remote.ask(place, {"do": "note", "incident": incident.id, "text": text})
            hidden = bool(answer.get("hidden"))
        else:
            shown = redact(text)
            _write(incident.id, note_text(shown), place)
            hidden = shown != text
    except UnfitNoteError as error:
        raise CommandError(f"The note {error}. Nothing was written.") from error
    say(f"Noted at {about}.")
    if hidden:
        warn("What looked like a key in it is not kept.")
    return Exit.OK


def _piped(about: str) -> str:
    """What comes on the standard input, or is typed at the terminal.

    Raises:
        CommandError: there is none, it is too much, or it is no text.
    """
    if sys.stdin is None:
        raise CommandError("There is no text to note: write it behind the incident's number.")
    if sys.stdin.isatty():
        end = "Ctrl+Z and Enter" if sys.platform == "win32" else "Ctrl+D"
        warn(f"Your note at {about}; end it with {end} on a line of its own.")
    stream = getattr(sys.stdin, "buffer", None)
    data = sys.stdin.read(_MOST_BYTES + 1).encode() if stream is None else stream.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise CommandError(f"A note may have at most {LONGEST:,} characters. Nothing was written.")
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError as error:
        raise CommandError("The note is no text in UTF-8. Nothing was written.") from error


def _write(number: int, text: str, place: Place) -> None:
    try:
        with history_alone(place) as history:
            history.note(number, text, time.time_ns() // 1_000_000)
    except UnknownIncidentError as error:
        raise CommandError(str(error)) from error
    except HistoryError as error:
        raise CommandError(str(error), Exit.DOWN) from error
