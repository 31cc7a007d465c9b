"""A file that is written in a thread of its own, from the question where to what became of it."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QThread, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from trayuptime.ui.history.delivery import Delivery
from trayuptime.ui.leaving import leave_running

LEAVE_MS = 2000
"""How long the end of the program waits for a file under way."""

_log = logging.getLogger(__name__)


class CancelledError(Exception):
    """The user does not want the file any more."""


class Writing(QThread):
    """Writes one file; `start` it, and keep it until it has finished."""

    advanced = Signal(int)
    """So many percent are written."""
    written = Signal(object)
    """The path of the file, which is complete."""
    failed = Signal(str)
    """Why there is none, a sentence."""
    cancelled = Signal()
    """There is none, and none was wanted any more."""
    TOLD: tuple[type[Exception], ...] = ()
    """The world's errors, whose messages are sentences."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path

    def write(self) -> None:
        """Writes it; what is long looks now and then whether it `is_wanted`.

        Raises:
            CancelledError: it is not.
        """
        raise NotImplementedError

    def run(self) -> None:
        """In its own thread."""
        try:
            self.write()
        except CancelledError:
            self.cancelled.emit()
        except self.TOLD as error:
            self.failed.emit(str(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours must not be told as "being written" for ever
            _log.exception("a file could not be written")
            self.failed.emit(f"An error in TrayUptime itself: {error}")
        else:
            self.written.emit(self.path)


class Saving(QObject):
    """One file of a kind at a time, and the notice of it; lives as long as the window."""

    finished = Signal()
    """Nothing is being written any more."""

    def __init__(self, noun: str, parent: QWidget | None = None) -> None:
        """Nothing is asked for yet.

        Args:
            noun: what a file of this kind is called.
            parent: the window.
        """
        super().__init__(parent)
        self._noun = noun
        self._window = parent
        self._writing: Writing | None = None
        self.delivery = Delivery(parent=parent)
        self.delivery.cancel_asked.connect(self.cancel)
        self.dialog: QFileDialog | None = None
        """While it is asked where."""

    @property
    def busy(self) -> bool:
        """One is being written."""
        return self._writing is not None

    def ask_where(
        self, title: str, name: str, formats: Sequence[tuple[str, str]], chosen: Callable[[Path], object]
    ) -> None:
        """Asks for a file; the window can be used meanwhile.

        Args:
            title: of the dialog.
            name: of the file that is offered, without its ending.
            formats: each in words and by its ending; the first one is offered.
            chosen: is called with the path.
        """
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._window, title, folder)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([f"{words} (*.{ending})" for words, ending in formats])
        dialog.setDefaultSuffix(formats[0][1])
        dialog.filterSelected.connect(lambda words: dialog.setDefaultSuffix(_ending(words, formats)))
        dialog.selectFile(f"{name}.{formats[0][1]}")
        dialog.fileSelected.connect(lambda path: chosen(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def begin(self, writing: Writing, sentence: str, *, measured: bool = False) -> None:
        """Has a file written, unless one is on its way.

        Args:
            writing: whose parent this is.
            sentence: what is being done.
            measured: it tells how far it is, and can be broken off.
        """
        if self._writing is not None:
            writing.deleteLater()
            self.delivery.words.say(f"One {self._noun} is being written already; this one was not begun.")
            return
        writing.advanced.connect(self.delivery.advance)
        writing.written.connect(self._hand_over)
        writing.failed.connect(self._regret)
        writing.cancelled.connect(self._tell_cancelled)
        writing.finished.connect(self._forget)
        self._writing = writing
        self.delivery.begin(sentence, measured=measured)
        writing.start()

    def cancel(self) -> None:
        """Breaks off what can be broken off."""
        if self._writing is not None:
            self._writing.requestInterruption()

    def finish(self) -> None:
        """Breaks off, or waits for, what is under way; before the application ends."""
        self.cancel()
        if self._writing is not None and not self._writing.wait(LEAVE_MS):
            leave_running(self._writing)

    def _hand_over(self, path: Path) -> None:
        self.delivery.hand_over(f"The {self._noun} is in {path}.", path)

    def _regret(self, why: str) -> None:
        self.delivery.regret(f"There is no {self._noun}: {why}")

    def _tell_cancelled(self) -> None:
        self.delivery.regret(f"The {self._noun} was cancelled: no file was written.")

    def _forget(self) -> None:
        if self._writing is not None:
            self._writing.deleteLater()
            self._writing = None
            self.finished.emit()


def _ending(chosen: str, formats: Sequence[tuple[str, str]]) -> str:
    """Some desktops give back the words alone, without the pattern behind them."""
    found = (ending for words, ending in formats if words == chosen.partition(" (*")[0])
    return next(found, formats[0][1])
