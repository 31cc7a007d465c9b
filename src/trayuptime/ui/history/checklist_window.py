"""A small window with the playbook of one incident, for who is in the middle of it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from trayuptime.history import Reader
from trayuptime.ui.history.asking import Archive
from trayuptime.ui.history.checklist_pane import ChecklistPane, OpenUrl
from trayuptime.ui.history.checklist_view import PATIENCE_MS
from trayuptime.ui.theme import Step

SIZE_PX = QSize(440, 600)


class ChecklistWindow(QWidget):
    """Opened for an incident; closed, it remembers nothing and keeps no thread."""

    tick_asked = Signal(int, str, bool)
    """As `ChecklistPane`."""

    def __init__(
        self,
        history: Path,
        config_file: Path,
        open_url: OpenUrl = QDesktopServices.openUrl,
        *,
        open_file: Callable[[Path], Reader] = Reader,
        patience_ms: int = PATIENCE_MS,
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._archive = Archive(partial(open_file, history), self)
        self.pane = ChecklistPane(self._archive, config_file, open_url, patience_ms=patience_ms)
        self.pane.tick_asked.connect(self.tick_asked)
        self.pane.setContentsMargins(Step.WIDE, Step.NORMAL, Step.WIDE, Step.WIDE)
        self.room = QScrollArea()
        self.room.setWidget(self.pane)
        self.room.setWidgetResizable(True)
        self.room.setFrameShape(QScrollArea.Shape.NoFrame)
        self.room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.room)
        for keys in (QKeySequence(QKeySequence.StandardKey.Close), QKeySequence(Qt.Key.Key_Escape)):
            QShortcut(keys, self).activated.connect(self.close)

    def open_incident(self, number: int, name: str) -> None:
        """Comes forward with the playbook of an incident; `name` is the provider's."""
        self.setWindowTitle(f"TrayUptime – Playbook: {name}")
        if not self.isVisible():
            self.resize(SIZE_PX)
        self.pane.show_incident(number)
        self.showNormal()
        self.raise_()
        self.activateWindow()

    def finish(self) -> None:
        """Waits for an answer under way; before the application ends."""
        self._archive.finish()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Who comes back to it may have edited the file meanwhile."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.pane.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closed, it reads nothing, and waits for nothing."""
        self._archive.rest()
        self.pane.show_incident(None)
        super().closeEvent(event)
