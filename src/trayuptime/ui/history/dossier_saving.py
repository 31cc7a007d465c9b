"""Asks where a dossier shall go, has it written there, and says what became of it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from trayuptime.config.values import Config
from trayuptime.core.model import Instant
from trayuptime.core.window import Window
from trayuptime.system.zone import SystemZone
from trayuptime.ui.leaving import leave_running

if TYPE_CHECKING:
    from trayuptime.runtime.dossier import Asked
    from trayuptime.ui.dossier import DossierWriting

DAYS = 180
"""Six months: what one asks a vendor for."""
LEAVE_MS = 2000
_DAY_MS = 86_400_000
FORMATS = (
    "Web page, prints well (*.html)",
    "PDF (*.pdf)",
    "Markdown (*.md)",
    "JSON, for programs (*.json)",
)


class DossierSaving(QObject):
    """One dossier at a time; lives as long as the window."""

    said = Signal(str)
    """What is being done, or what became of it, a sentence."""
    finished = Signal()
    """Nothing is being written any more."""

    def __init__(
        self,
        history: Path,
        config: Callable[[], Config | None],
        now: Callable[[], Instant],
        is_live: Callable[[], bool],
        parent: QWidget | None = None,
    ) -> None:
        """Nothing is written yet.

        Args:
            history: the file of the history.
            config: the one in force; `None` where none could be read.
            now: by the engine's clock.
            is_live: whether an engine watches; see `DossierWriting`.
            parent: the window that asks.
        """
        super().__init__(parent)
        self._window = parent
        self._history = history
        self._config = config
        self._now = now
        self._is_live = is_live
        self._writing: DossierWriting | None = None
        self.dialog: QFileDialog | None = None
        """While it is asked where."""

    @property
    def busy(self) -> bool:
        """One is being written."""
        return self._writing is not None

    def ask(self, provider: str) -> None:
        """Asks where the dossier of a provider shall go; the window can be used meanwhile."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._window, f"Dossier of {provider}", folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(FORMATS)
        dialog.setDefaultSuffix("html")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_suffix(chosen)))
        dialog.selectFile(f"{provider} {datetime.now().astimezone():%Y-%m-%d}.html")
        dialog.fileSelected.connect(lambda chosen: self.write(provider, Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def write(self, provider: str, path: Path) -> None:
        """Writes it, away from the GUI thread."""
        if self._writing is not None:
            self.said.emit("A dossier is being written already; this one was not begun.")
            return
        from trayuptime.ui.dossier import DossierWriting  # noqa: PLC0415 - with all that a PDF takes

        writing = DossierWriting(
            self._history, self._asked(provider), path, live=self._is_live(), parent=self
        )
        writing.written.connect(lambda done: self.said.emit(f"The dossier is in {done}."))
        writing.failed.connect(lambda why: self.said.emit(f"There is no dossier: {why}"))
        writing.finished.connect(self._finished)
        self._writing = writing
        self.said.emit(f"The dossier of {provider} is being written…")
        writing.start()

    def finish(self) -> None:
        """Waits for one under way; before the application ends."""
        if self._writing is not None and not self._writing.wait(LEAVE_MS):
            leave_running(self._writing)

    def _asked(self, provider: str) -> "Asked":
        from trayuptime.runtime.dossier import Asked  # noqa: PLC0415

        now = self._now()
        window = Window(now - DAYS * _DAY_MS)
        config = self._config()
        return Asked(provider, window, None if config is None else config.providers, now, SystemZone())

    def _finished(self) -> None:
        if self._writing is not None:
            self._writing.deleteLater()
            self._writing = None
            self.finished.emit()


def _suffix(chosen: str) -> str:
    """Some desktops give back the words alone, without the pattern behind them."""
    found = (each for each in FORMATS if each.startswith(chosen.partition(" (")[0]))
    return next(found, FORMATS[0]).rpartition("*.")[2].rstrip(")")
