"""A dossier as a file that appears whole or not at all, in the format that its name says."""

from pathlib import Path

from trayuptime.report.formats import USUAL, Printed, ending_of, written
from trayuptime.report.values import Dossier
from trayuptime.system.whole_file import whole_file


class UnwritableError(Exception):
    """The file cannot be written; the message is a sentence. What was there before is as it was."""


def write_file(dossier: Dossier, path: Path, printed: Printed) -> None:
    """Writes it; Markdown where the name says nothing.

    Args:
        dossier: what to tell.
        path: takes the place of an older one when it is complete.
        printed: makes a PDF, where it is to be one; `ui.pdf.printed`.

    Raises:
        UnwritableError: the file cannot be written.
        BrokenPipeError: it is a pipe whose reader has gone.
    """
    content = written(dossier, ending_of(path) or USUAL, printed)
    try:
        with whole_file(path) as out:
            out.write(content)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UnwritableError(f"{path} cannot be written: {error.strerror or error}.") from error
