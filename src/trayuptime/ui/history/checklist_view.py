"""An incident's playbook as it is worked through: headings, text, and boxes that show what is kept."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from trayuptime.core.checklist import Task
from trayuptime.core.playbook import LONGEST_ITEM, Heading, Text
from trayuptime.runtime.checklists import IncidentChecklist
from trayuptime.ui import theme
from trayuptime.ui.history.checklist_rows import Prose, TaskRow
from trayuptime.ui.pieces import Words, quiet_button
from trayuptime.ui.theme import Step

PATIENCE_MS = 10_000
"""How long a box waits to hear what is kept; an engine that lives answers in milliseconds."""
UNHEARD = "No answer came, so this is as it was."
MOST_TEXT = 20_000
"""Characters between the items: to lay out 256 KiB takes seconds, in which the window stands still."""
MOST_GONE = 100
"""Items that are gone: they come with imported recordings, too, which may hold any number."""
EMPTY = "There is nothing in your playbook yet."
GONE = "Ticked, and in the playbook no more"
TICKED = "What was ticked"
"""Where nobody can say what is in the playbook."""


class ChecklistView(QWidget):
    """Draws a checklist, and says what the user wants of it.

    It does not scroll by itself: it stands in a column among other things, or alone in a window.
    """

    tick_asked = Signal(int, str, bool)
    """The incident's number, the item's label, and whether it is done."""
    doubted = Signal()
    """Nobody said what came of a tick: time to look what is kept."""
    own_asked = Signal()
    edit_asked = Signal()
    address_asked = Signal(str)

    def __init__(self, *, patience_ms: int = PATIENCE_MS, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: IncidentChecklist | None = None
        self._tasks: list[TaskRow] = []
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(patience_ms)
        self._patience.timeout.connect(self._give_up)
        self.progress, self.note = Words(theme.tabular(self.font())), Words(theme.small(self.font()))
        self.answer, self.complaint, self._more = Words(), Words(), Words()
        self._room = MOST_TEXT
        self.own = quiet_button("&Make this mine", self.own_asked.emit)
        self.edit = quiet_button("&Edit…", self.edit_asked.emit)
        self._rows = QWidget()
        self._lay_out()
        self.setAccessibleName("Playbook")
        self.say("")

    @property
    def shown(self) -> IncidentChecklist | None:
        """What is drawn."""
        return self._shown

    @property
    def tasks(self) -> tuple[TaskRow, ...]:
        """The items in order, those that are gone last."""
        return tuple(self._tasks)

    def say(self, sentence: str) -> None:
        """In place of a checklist: that it is being read, or why it cannot be."""
        self._patience.stop()
        self._shown = None
        self._fill(())
        for part in (self.progress, self.note, self.complaint, self._more):
            part.say("")
        self.own.hide()
        self.edit.hide()
        self.answer.say(sentence)

    def show_checklist(self, shown: IncidentChecklist) -> None:
        """Draws it; the same playbook again changes in place, so that nobody's place in it is lost."""
        before, self._shown = self._shown, shown
        if before is None or _shape(before) != _shape(shown):
            self._rebuild(shown, keep=before is not None and before.incident.id == shown.incident.id)
        for row, task in zip(self._tasks, (*_to_do(shown), *_gone(shown)), strict=True):
            row.show_task(task)
        if not any(row.waits for row in self._tasks):
            self._patience.stop()
        self.progress.say(_progress(_to_do(shown)))
        self.note.say(_note(shown))
        self._more.say(_more(shown))
        self.answer.say("" if shown.checklist.rows or shown.trouble else EMPTY)
        self.own.setHidden(shown.own or shown.path is None)
        self.edit.setHidden(shown.path is None)

    def refuse(self, sentence: str) -> None:
        """Ticks that wait are not kept, and why; it is not told of which, and a kept one is read again."""
        self._patience.stop()
        for row in self._tasks:
            row.refuse(sentence)

    def say_unread(self, sentence: str) -> None:
        """Why it could not be read this time; what was read before stays."""
        if self._shown is None:
            self.say(sentence)
        else:
            self.answer.say(sentence)

    def complain(self, sentence: str) -> None:
        """What is wrong with the last that the user asked for; nothing where it was done."""
        self.complaint.say(sentence)

    def _rebuild(self, shown: IncidentChecklist, *, keep: bool) -> None:
        """New rows, as the file was edited; what waits and who has the keyboard goes over to them."""
        focused = next((n for n, row in enumerate(self._tasks) if row.box.hasFocus()), None)
        before = {row.label: row for row in self._tasks} if keep else {}
        label = None if focused is None or not keep else self._tasks[focused].label
        self._fill(shown.checklist.rows, _gone(shown), TICKED if shown.trouble else GONE)
        for row in self._tasks:
            if (old := before.get(row.label)) is not None:
                row.take_over(old)
        if focused is not None and self._tasks:
            here = [n for n, row in enumerate(self._tasks) if row.label == label]
            self._tasks[here[0] if here else min(focused, len(self._tasks) - 1)].box.setFocus()

    def _fill(
        self, rows: tuple[Heading | Text | Task, ...], gone: tuple[Task, ...] = (), title: str = GONE
    ) -> None:
        old, self._rows, self._tasks, self._room = self._rows, QWidget(), [], MOST_TEXT
        column = QVBoxLayout(self._rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID_PX)
        for widget in self._widgets(rows):
            column.addWidget(widget)
        if gone:
            column.addSpacing(Step.TIGHT)
            column.addWidget(self._heading(Heading(2, title)))
            for task in gone:
                column.addWidget(self._task(task))
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.replaceWidget(old, self._rows)
        self._rows.setHidden(not rows and not gone)
        old.hide()
        old.deleteLater()

    def _widgets(self, rows: tuple[Heading | Text | Task, ...]) -> Iterator[QWidget]:
        """A widget for each heading and item; lines of text that stand together are one."""
        for (kind, _), group in groupby(rows, key=_together):
            lines = list(group)
            if kind is Text:
                yield from self._text([line for line in lines if isinstance(line, Text)])
                continue
            for line in lines:
                if isinstance(line, Heading):
                    yield self._heading(line)
                elif isinstance(line, Task):
                    yield self._task(line)

    def _text(self, lines: list[Text]) -> Iterator[QWidget]:
        words = "\n".join(line.words for line in lines)
        if not words.strip() or not self._room:
            return
        if len(words) > self._room:
            words = f"{words[: self._room]}… the rest is in the file"
        self._room = max(0, self._room - len(words))
        if lines[0].code:
            code = Words(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
            code.say(words)
            yield code
        else:
            yield self._prose(words, self.font())

    def _heading(self, line: Heading) -> Prose:
        font = theme.title(self.font()) if line.level == 1 else QFont(self.font())
        font.setBold(True)
        heading = self._prose(line.words[:LONGEST_ITEM], font)
        heading.setContentsMargins(0, Step.TIGHT, 0, 0)
        return heading

    def _prose(self, words: str, font: QFont) -> Prose:
        prose = Prose(font)
        prose.show_lines(words)
        prose.address_asked.connect(self.address_asked)
        return prose

    def _task(self, task: Task) -> TaskRow:
        row = TaskRow(task)
        row.asked.connect(lambda done, label=task.label: self._tick(label, done))
        row.stepped.connect(lambda step, row=row: self._step(row, step))
        row.address_asked.connect(self.address_asked)
        self._tasks.append(row)
        return row

    def _tick(self, label: str, done: bool) -> None:
        if self._shown is not None:
            self._patience.start()
            self.tick_asked.emit(self._shown.incident.id, label, done)

    def _step(self, row: TaskRow, step: int) -> None:
        at = min(max(self._tasks.index(row) + step, 0), len(self._tasks) - 1)
        to = self._tasks[at]
        to.box.setFocus(Qt.FocusReason.OtherFocusReason)
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None:
            around.ensureWidgetVisible(to)

    def _give_up(self) -> None:
        self.refuse(UNHEARD)
        self.doubted.emit()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Step.TIGHT)
        head.addWidget(self.progress, 1)
        head.addWidget(self.own)
        head.addWidget(self.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.TIGHT)
        layout.addLayout(head)
        layout.addWidget(self.note)
        layout.addWidget(self.answer)
        layout.addWidget(self.complaint)
        layout.addWidget(self._rows)
        layout.addWidget(self._more)
        layout.addStretch(1)


def _together(line: Heading | Text | Task) -> tuple[type, object]:
    """Equal for neighbours that stand in one widget: a paragraph, a block of code."""
    if isinstance(line, Text):
        return Text, "code" if line.code else bool(line.words)
    return type(line), line


def _shape(shown: IncidentChecklist) -> object:
    """All that makes the rows what they are, but for the ticks."""

    def bare(line: Heading | Text | Task) -> object:
        return (line.words, line.label) if isinstance(line, Task) else line

    rows, gone = shown.checklist.rows, _gone(shown)
    return shown.incident.id, bool(shown.trouble), [bare(x) for x in rows], [bare(x) for x in gone]


def _to_do(shown: IncidentChecklist) -> list[Task]:
    """What the playbook says; what is gone from it is not to do."""
    return [row for row in shown.checklist.rows if isinstance(row, Task)]


def _gone(shown: IncidentChecklist) -> tuple[Task, ...]:
    return shown.checklist.gone[:MOST_GONE]


def _more(shown: IncidentChecklist) -> str:
    more = len(shown.checklist.gone) - MOST_GONE
    number = shown.incident.id
    return f"{more:,} more: trayuptime playbook --incident {number}" if more > 0 else ""


def _progress(tasks: Sequence[Task]) -> str:
    return f"{sum(task.done for task in tasks)} of {len(tasks)} done" if tasks else ""


def _note(shown: IncidentChecklist) -> str:
    if shown.trouble or shown.own:
        return shown.trouble
    if shown.path is None:
        return "Made of what is known. A file cannot be called after this provider."
    return f"Made of what is known. “Make this mine” and “Edit…” write it to {shown.path}"
