"""An export as a file that appears whole or not at all, for whoever wants to see how far it is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from trayuptime.core.model import Instant
from trayuptime.core.window import Window
from trayuptime.history import Reader
from trayuptime.runtime.dossier_file import UnwritableError
from trayuptime.runtime.export_formats import FORMATS, told_by
from trayuptime.runtime.export_lines import recorded
from trayuptime.system.whole_file import whole_file


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an export is to hold.

    Attributes:
        window: of which to tell.
        ids: the providers; empty for all.
        now: until when an incident lasts that has no end.
    """

    window: Window
    ids: Collection[str]
    now: Instant


def export_file(
    history: Path, wanted: Wanted, path: Path, usual: str, look: Callable[[float], object]
) -> None:
    """Writes what `trayuptime export` writes, to the byte; takes as long as there is much, in any thread.

    Args:
        history: the file of it, which is there.
        wanted: what to write.
        path: takes the place of an older one when it is complete; its ending says the format.
        usual: the format where the ending says none.
        look: hears every few milliseconds what share is written; whatever it raises ends the export, and
            leaves no file.

    Raises:
        HistoryError: the history cannot be read.
        UnwritableError: the file cannot be written.
        NoWriterError: the format needs what is not installed.
    """
    chosen = FORMATS[told_by(path) or usual]
    try:
        with Reader(history) as reader, reader.snapshot(), whole_file(path) as out:
            first = reader.first_heard(wanted.now)
            begin = max(wanted.window.start, wanted.now if first is None else first)
            length = max(1, min(wanted.window.before, wanted.now) - begin)

            def passing(at: Instant) -> None:
                look(max(0.0, min((at - begin) / length, 1.0)))

            chosen.write(recorded(reader, wanted.window, wanted.ids, wanted.now, passing), out)
            look(1.0)
    except OSError as error:
        raise UnwritableError(f"{path} cannot be written: {error.strerror or error}.") from error
