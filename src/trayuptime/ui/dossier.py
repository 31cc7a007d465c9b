"""A dossier written from the window: read, laid out and put on the disk in a thread of its own."""

from pathlib import Path

from PySide6.QtCore import QObject

from trayuptime.history import HistoryError
from trayuptime.runtime.dossier import Asked, NothingKnownError, read_dossier
from trayuptime.runtime.dossier_file import UnwritableError, write_file
from trayuptime.ui.history.writing import Writing
from trayuptime.ui.pdf import printed


class DossierWriting(Writing):
    """Writes one dossier; a second or two, so that it is not broken off."""

    TOLD = (HistoryError, NothingKnownError, UnwritableError)

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
        super().__init__(path, parent)
        self._history = history
        self._asked = asked
        self._live = live

    def write(self) -> None:
        """As it is told what is known."""
        write_file(read_dossier(self._history, self._asked, live=self._live), self.path, printed)
