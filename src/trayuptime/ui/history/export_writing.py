"""An export written from the window, in a thread of its own: that may take minutes, and can be broken off."""

from pathlib import Path

from PySide6.QtCore import QObject

from trayuptime.history import HistoryError
from trayuptime.runtime.dossier_file import UnwritableError
from trayuptime.runtime.export_file import Wanted, export_file
from trayuptime.runtime.export_formats import NoWriterError
from trayuptime.ui.history.writing import CancelledError, Writing


class ExportWriting(Writing):
    """Writes one export."""

    TOLD = (HistoryError, UnwritableError, NoWriterError)

    def __init__(
        self, history: Path, wanted: Wanted, path: Path, usual: str, parent: QObject | None = None
    ) -> None:
        """Nothing happens yet; see `export_file`."""
        super().__init__(path, parent)
        self._history = history
        self._wanted = wanted
        self._usual = usual
        self._percent = 0

    def write(self) -> None:
        """The same file as the command's."""
        export_file(self._history, self._wanted, self.path, self._usual, self._look)

    def _look(self, share: float) -> None:
        if self.isInterruptionRequested():
            raise CancelledError
        percent = round(share * 100)
        if percent != self._percent:
            self._percent = percent
            self.advanced.emit(percent)
