"""A checklist with what keeps it true: it reads both files, hears of ticks, and opens the user's editor."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trayuptime.ui.history.asking import Archive, Question
from trayuptime.ui.history.checklist_reading import ChecklistQuestion, Made, OwnQuestion
from trayuptime.ui.history.checklist_view import PATIENCE_MS, ChecklistView

OpenUrl = Callable[[QUrl], bool]


class ChecklistPane(QWidget):
    """The playbook of one incident at a time, in a page or a window that has an archive."""

    tick_asked = Signal(int, str, bool)
    """The incident's number, the item's label, and whether it is done.

    The answer comes by `hear_noted` or `hear_unticked`.
    """

    def __init__(
        self,
        archive: Archive,
        config_file: Path,
        open_url: OpenUrl = QDesktopServices.openUrl,
        *,
        patience_ms: int = PATIENCE_MS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._archive = archive
        self._config_file = config_file
        self._open_url = open_url
        self._number: int | None = None
        self._writes = False
        self.view = ChecklistView(patience_ms=patience_ms)
        self.view.tick_asked.connect(self.tick_asked)
        self.view.doubted.connect(self.refresh)
        self.view.own_asked.connect(lambda: self._make_own(edit=False))
        self.view.edit_asked.connect(self._edit)
        self.view.address_asked.connect(lambda address: self._open(QUrl(address), address))
        archive.answered.connect(self._show_answer)
        archive.failed.connect(self._show_problem)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)

    def show_incident(self, number: int | None) -> None:
        """Turns to the incident of a number, or to none."""
        if number != self._number:
            self._number, self._writes = number, False
            self.view.say("" if number is None else "Reading…")
        self.refresh()

    def refresh(self) -> None:
        """Reads again, for either file may be another than it was."""
        if self._number is not None:
            self._archive.ask(ChecklistQuestion(self._number, self._config_file))

    def hear_noted(self, number: int) -> None:
        """Something was written about an incident."""
        if number == self._number:
            self.refresh()

    def hear_unticked(self, number: int, sentence: str) -> None:
        """A tick at an incident was not kept, and why."""
        if number == self._number:
            self.view.refuse(sentence)

    def _show_answer(self, question: Question, answer: Any) -> None:
        match question:
            case ChecklistQuestion(number=self._number):
                if answer is None:
                    self.view.say(f"There is no incident {self._number}.")
                else:
                    self.view.show_checklist(answer)
            case OwnQuestion() if self.view.shown is not None:
                self._show_made(question, answer)

    def _show_problem(self, question: Question, sentence: str) -> None:
        match question:
            case ChecklistQuestion(number=self._number):
                self.view.say_unread(sentence)
            case OwnQuestion():
                self._writes = False
                self.view.complain(sentence)

    def _edit(self) -> None:
        shown = self.view.shown
        if shown is None or shown.path is None:
            return
        if shown.own:
            self._open_file(shown.path)
        else:
            self._make_own(edit=True)

    def _make_own(self, *, edit: bool) -> None:
        """Once, however often it is clicked: the second would be told that there is one already."""
        if self.view.shown is not None and not self._writes:
            self._writes = True
            self._archive.ask(OwnQuestion(self.view.shown.incident.provider, self._config_file, edit))

    def _show_made(self, question: OwnQuestion, made: Made) -> None:
        self._writes = False
        self.refresh()
        self.view.complain(made.trouble)
        if question.edit and made.path is not None:
            self._open_file(made.path)

    def _open_file(self, path: Path) -> None:
        self._open(QUrl.fromLocalFile(str(path)), str(path))

    def _open(self, url: QUrl, words: str) -> None:
        opened = self._open_url(url)
        self.view.complain("" if opened else f"No program on this desktop opens {words}")
