"""A dossier written from the window: read, laid out and put on the disk in a thread of its own."""

import logging
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from trayuptime.history import HistoryError
from trayuptime.runtime.dossier import Asked, NothingKnownError, read_dossier
from trayuptime.runtime.dossier_file import UnwritableError, write_file
from trayuptime.ui.pdf import printed

_log = logging.getLogger(__name__)


class DossierWriting(QThread):
    """Writes one dossier; `start` it, and keep it until it has finished."""

    written = Signal(object)
    """The path of the file, which is complete."""
    failed = Signal(str)
    """Why there is none, a sentence."""

    def __init__(
        self,
        history: Path,
        asked: Asked,
        path: Path,
        *,
        live: bool,
        parent: QObject | None = None,
    ) -> None:
        """Nothing happens yet.

        Args:
            history: the file of the history.
            asked: of whom to tell, and of when.
            path: ends in .html, .pdf, .md or .json; what was there is replaced.
            live: an engine watches; the window outlives its own when that has died.
            parent: owns it.
        """
        super().__init__(parent)
        self._history = history
        self._asked = asked
        self._path = path
        self._live = live

    def run(self) -> None:
        """In its own thread."""
        try:
            write_file(read_dossier(self._history, self._asked, live=self._live), self._path, printed)
        except (HistoryError, NothingKnownError, UnwritableError) as error:
            self.failed.emit(str(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours must not leave the user waiting
            _log.exception("a dossier could not be written")
            self.failed.emit(f"An error in TrayUptime itself: {error}")
        else:
            self.written.emit(self._path)
