"""Questions to the history file, answered away from the GUI thread, one after the other."""

import logging
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal

from trayuptime.history import HistoryError, Reader
from trayuptime.ui.leaving import leave_running

_log = logging.getLogger(__name__)
LEAVE_MS = 2000
"""How long the end of the program waits for an answer under way."""


class Question(Protocol):
    """What a page wants to know: a value that says how to find out."""

    @property
    def kind(self) -> str:
        """A newer question of a kind takes the place of an older one that is not answered yet."""
        ...

    def answer(self, reader: Reader) -> object:
        """Reads the answer; in the archive's thread, so nothing of Qt's is touched.

        Raises:
            HistoryError: the file cannot be read.
        """
        ...


class Archive(QThread):
    """A thread that waits for questions; opens the file for each, for a history may be set aside any time."""

    answered = Signal(object, object)
    """The question, its answer."""
    failed = Signal(object, str)
    """The question, and why there is no answer, a sentence."""

    def __init__(self, open_file: Callable[[], Reader], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = open_file
        self._asked: SimpleQueue[Question | None] = SimpleQueue()
        self.finished.connect(self._go_on)

    def ask(self, question: Question) -> None:
        """Has it answered when those before it are."""
        self._asked.put(question)
        if not self.isRunning():
            self.start()

    @property
    def busy(self) -> bool:
        """It runs, or will once more: what came behind its end begins it anew when that is told."""
        return self.isRunning() or not self._asked.empty()

    def rest(self) -> None:
        """Ends the thread as soon as an answer under way is there; another question begins it again."""
        if self.isRunning():
            self._asked.put(None)

    def finish(self) -> None:
        """The same, and waits for it: before the application ends."""
        self.rest()
        if not self.wait(LEAVE_MS):
            leave_running(self)

    def run(self) -> None:
        """In its own thread."""
        pending: dict[str, Question] = {}
        while self._take(pending):
            self._answer(pending.pop(next(iter(pending))))

    def _take(self, pending: dict[str, Question]) -> bool:
        """Waits for a question where none is pending, takes whatever else was asked; `False` at the end.

        What was asked before the end never is answered, what was asked since begins the thread anew.
        """
        while not pending or not self._asked.empty():
            question = self._asked.get()
            if question is None:
                return False
            pending.pop(question.kind, None)
            pending[question.kind] = question
        return True

    def _go_on(self) -> None:
        """Somebody asked while it ended."""
        if not self._asked.empty() and not self.isRunning():
            self.start()

    def _answer(self, question: Question) -> None:
        try:
            with self._open() as reader:
                answer = question.answer(reader)
        except HistoryError as error:
            self.failed.emit(question, str(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours must not leave the page waiting
            _log.exception("a question of kind %r has no answer", question.kind)
            self.failed.emit(question, f"An error in TrayUptime itself: {error}")
        else:
            self.answered.emit(question, answer)
