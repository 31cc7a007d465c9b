"""What becomes of a file that the user asked for: how far it is, where it is, or why there is none."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from trayuptime.ui.pieces import Words, quiet_button
from trayuptime.ui.theme import Step

PROGRESS_PX = 120


class Delivery(QFrame):
    """A strip across the window; hidden while there is nothing to tell."""

    cancel_asked = Signal()
    """Of what is under way."""

    def __init__(
        self, open_url: Callable[[QUrl], bool] = QDesktopServices.openUrl, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._open_url = open_url
        self._path: Path | None = None
        self.under_way = False
        """It is not told yet what became of it."""
        self.words = Words()
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(PROGRESS_PX)
        self.progress.setAccessibleName("How much is written")
        self.cancel = quiet_button("Canc&el", self.cancel_asked.emit)
        self.open_file = quiet_button("Op&en", self._open)
        self.show_folder = quiet_button("Sho&w in folder", self._show)
        self.close_it = quiet_button("×", self.leave)
        self.close_it.setAccessibleName("Close this notice")
        self.close_it.setToolTip("Close this notice")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Step.NORMAL, Step.TIGHT // 2, Step.TIGHT // 2, Step.TIGHT // 2)
        layout.setSpacing(Step.TIGHT)
        layout.addWidget(self.words, 1)
        for each in (self.progress, self.cancel, self.open_file, self.show_folder, self.close_it):
            layout.addWidget(each, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def begin(self, sentence: str, *, measured: bool) -> None:
        """Something is being written; what is measured shows how far it is, and can be broken off."""
        self.progress.setValue(0)
        self._say(sentence, None, under_way=True, measured=measured)

    def advance(self, percent: int) -> None:
        """So much of it is written."""
        self.progress.setValue(percent)

    def hand_over(self, sentence: str, path: Path) -> None:
        """It is written."""
        self._say(sentence, path)

    def regret(self, sentence: str) -> None:
        """There is no file."""
        self._say(sentence, None)

    def pass_on(self) -> None:
        """The user has gone on to something else: what is over need not be told any more."""
        if not self.under_way:
            self.leave()

    def leave(self) -> None:
        """Tells nothing."""
        self.hide()
        self._path = None

    def _say(
        self, sentence: str, path: Path | None, *, under_way: bool = False, measured: bool = False
    ) -> None:
        had_focus = any(each.hasFocus() for each in (self.cancel, self.open_file, self.close_it))
        self._path, self.under_way = path, under_way
        self.words.say(sentence)
        self.setAccessibleName(sentence)
        self.progress.setVisible(measured)
        self.cancel.setVisible(measured)
        for each in (self.open_file, self.show_folder):
            each.setVisible(path is not None)
        self.close_it.setVisible(not under_way)
        self.show()
        if had_focus and not under_way:
            (self.close_it if path is None else self.open_file).setFocus()

    def _open(self) -> None:
        if self._path is not None and not self._open_url(QUrl.fromLocalFile(str(self._path))):
            self.words.say(f"Nothing here opens it; the file is {self._path}.")

    def _show(self) -> None:
        if self._path is not None and not self._open_url(QUrl.fromLocalFile(str(self._path.parent))):
            self.words.say(f"Nothing here shows folders; the file is {self._path}.")
