"""A pane asks about its own incident, and shows no answer about another."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from trayuptime.core.checklist import Checklist
from trayuptime.history import Reader
from trayuptime.runtime.checklists import IncidentChecklist
from trayuptime.ui.history.asking import Archive, Question
from trayuptime.ui.history.checklist_pane import ChecklistPane
from trayuptime.ui.history.checklist_reading import ChecklistQuestion, Made, OwnQuestion
from ui.history.test_events import incident

CONFIG_FILE = Path("/home/ada/.config/TrayUptime/config.toml")
SHOWN = IncidentChecklist(incident(), CONFIG_FILE.with_name("alpha.md"), own=True, checklist=Checklist())


class Asked(Archive):
    """Answers nothing by itself, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(lambda: Reader(Path("/nowhere")))
        self.questions: list[Question] = []

    def ask(self, question: Question) -> None:
        self.questions.append(question)


@pytest.fixture
def archive() -> Asked:
    return Asked()


@pytest.fixture
def pane(archive: Asked, qtbot: QtBot) -> ChecklistPane:
    pane = ChecklistPane(archive, CONFIG_FILE)
    qtbot.addWidget(pane)
    return pane


def test_it_reads_when_it_is_turned_to_an_incident_and_when_something_is_noted_there(
    pane: ChecklistPane, archive: Asked
) -> None:
    pane.hear_noted(1)
    pane.show_incident(1)
    pane.hear_noted(2)
    assert archive.questions == [ChecklistQuestion(1, CONFIG_FILE)]
    pane.hear_noted(1)

    assert archive.questions == [ChecklistQuestion(1, CONFIG_FILE)] * 2


def test_an_answer_about_another_incident_comes_too_late(pane: ChecklistPane, archive: Asked) -> None:
    pane.show_incident(1)
    pane.show_incident(2)

    archive.answered.emit(ChecklistQuestion(1, CONFIG_FILE), SHOWN)
    archive.failed.emit(ChecklistQuestion(1, CONFIG_FILE), "Broken.")
    assert (pane.view.shown, pane.view.answer.text()) == (None, "Reading…")
    archive.answered.emit(ChecklistQuestion(2, CONFIG_FILE), SHOWN)

    assert pane.view.shown is SHOWN


def test_a_second_click_does_not_write_a_second_time(pane: ChecklistPane, archive: Asked) -> None:
    pane.show_incident(1)
    archive.answered.emit(ChecklistQuestion(1, CONFIG_FILE), replace(SHOWN, own=False))
    archive.questions.clear()

    pane.view.own.click()
    pane.view.edit.click()
    assert archive.questions == [OwnQuestion("alpha", CONFIG_FILE, edit=False)]
    archive.failed.emit(archive.questions[0], "The history cannot be read.")
    assert pane.view.complaint.text() == "The history cannot be read."
    pane.view.own.click()
    archive.answered.emit(archive.questions[0], Made(SHOWN.path))

    assert archive.questions[1:] == [archive.questions[0], ChecklistQuestion(1, CONFIG_FILE)]
    assert pane.view.complaint.text() == ""


def test_what_is_opened_at_last_takes_the_complaint_away(archive: Asked, qtbot: QtBot) -> None:
    answers = [False, True]
    pane = ChecklistPane(archive, CONFIG_FILE, lambda _url: answers.pop(0))
    qtbot.addWidget(pane)
    pane.show_incident(1)
    archive.answered.emit(ChecklistQuestion(1, CONFIG_FILE), SHOWN)

    pane.view.edit.click()
    assert pane.view.complaint.accessibleName() == f"No program on this desktop opens {SHOWN.path}"
    pane.view.edit.click()

    assert pane.view.complaint.text() == ""


def test_a_file_that_could_never_be_read_says_why(pane: ChecklistPane, archive: Asked) -> None:
    pane.show_incident(1)

    archive.failed.emit(ChecklistQuestion(1, CONFIG_FILE), "The history cannot be read.")

    assert pane.view.answer.text() == "The history cannot be read."
    assert pane.view.shown is None
