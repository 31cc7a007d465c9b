"""What stands beside the time line of an incident: facts, their word, notes, and room for a playbook."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from trayuptime.core.notes import UnfitNoteError, note_text
from trayuptime.ui import theme
from trayuptime.ui.history.incident_shown import Fact, IncidentShown, NoteShown
from trayuptime.ui.pieces import Words, quiet_button
from trayuptime.ui.theme import Step

_FIELD_LINES = 3


class Facts(QWidget):
    """Names and values below each other; a value changes in place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Step.NORMAL)
        self._grid.setVerticalSpacing(theme.GRID_PX)
        self._grid.setColumnStretch(1, 1)
        self._values: dict[str, Words] = {}

    def show_facts(self, facts: tuple[Fact, ...]) -> None:
        """Shows them in their order."""
        if [fact.name for fact in facts] != list(self._values):
            self._lay_out([fact.name for fact in facts])
        for fact in facts:
            value = self._values[fact.name]
            value.say(fact.text)
            value.setToolTip(theme.plain_tooltip(fact.exact))
            value.setAccessibleName(f"{fact.name}: {fact.text}")

    def _lay_out(self, names: list[str]) -> None:
        _clear(self._grid)
        self._values = {}
        for row, name in enumerate(names):
            label = QLabel(name)
            value = Words(theme.tabular(self.font()))
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, row, 1)
            self._values[name] = value


class Notes(QWidget):
    """What was written, and a field for more; a half-written note belongs to its incident."""

    added = Signal(str)
    """A text that can be kept, to be written by somebody else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[NoteShown, ...] = ()
        self._number: int | None = None
        self._drafts: dict[int, str] = {}
        self._waits = False
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.field = QPlainTextEdit()
        self.field.setTabChangesFocus(True)
        self.field.setAccessibleName("A note about this incident")
        self.field.setPlaceholderText("What do you know about it?")
        self.field.setFixedHeight(self.field.fontMetrics().lineSpacing() * _FIELD_LINES + Step.WIDE)
        self.field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button = QPushButton("Add &note")
        self.button.setToolTip("Ctrl+Enter")
        self.button.clicked.connect(self.add)
        self.answer = Words()
        self.answer.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.TIGHT)
        layout.addLayout(self._list)
        layout.addWidget(self.field)
        layout.addWidget(self.answer)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self.field)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.add)

    def show_notes(self, number: int, notes: tuple[NoteShown, ...]) -> None:
        """Shows those of an incident; with a new one the field is empty again, for that was written there."""
        if number != self._number:
            if self._number is not None:
                self._drafts[self._number] = self.field.toPlainText()
            self._number, self._waits = number, False
            self.field.setPlainText(self._drafts.pop(number, ""))
            self.answer.say("")
        elif self._waits and len(notes) > len(self._shown):
            self._waits = False
            self.field.clear()
            self.answer.say("")
        if notes != self._shown:
            self._shown = notes
            self._lay_out()

    def add(self) -> None:
        """Asks for what is in the field to be kept, if it can be."""
        try:
            text = note_text(self.field.toPlainText())
        except UnfitNoteError as error:
            self.answer.say(f"The note {error}.")
            return
        self._waits = True
        self.answer.say("Writing…")
        self.added.emit(text)

    def refuse(self, sentence: str) -> None:
        """It could not be kept: says why, and leaves it in the field."""
        self._waits = False
        self.answer.say(sentence)

    def _lay_out(self) -> None:
        _clear(self._list)
        for note in self._shown:
            when, text = QLabel(note.when), Words()
            when.setFont(theme.small(self.font()))
            when.setToolTip(theme.plain_tooltip(note.exact))
            text.say(note.text)
            text.setAccessibleName(f"Note of {note.when}: {note.text}")
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._list.addWidget(when)
            self._list.addWidget(text)
            self._list.addSpacing(Step.TIGHT)


class Sides(QScrollArea):
    """The column beside the time line: one tab stop that reads itself out, then the note's field."""

    page_asked = Signal(str)
    """The vendor's own page is to be opened, at this address."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._url = ""
        self._playbook: QWidget | None = None
        self.facts, self.notes, self.theirs = Facts(), Notes(), Words()
        self.theirs.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_page = quiet_button("&Open their page", lambda: self.page_asked.emit(self._url))
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(Step.NORMAL, 0, Step.NORMAL, 0)
        self._column.setSpacing(Step.TIGHT)
        for title, *widgets in (
            ("", self.facts),
            ("Their page", self.theirs, self.open_page),
            ("Notes", self.notes),
        ):
            if title:
                self._column.addSpacing(Step.TIGHT)
                self._column.addWidget(_heading(title, self.font()))
            for widget in widgets:
                stays = Qt.AlignmentFlag.AlignLeft if widget is self.open_page else Qt.AlignmentFlag(0)
                self._column.addWidget(widget, 0, stays)
        self._column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("About this incident")

    def show_incident(self, shown: IncidentShown) -> None:
        """Shows its facts, their word and the notes; what did not change is left alone."""
        self.facts.show_facts(shown.facts)
        self.theirs.say(shown.theirs)
        self._url = shown.their_url
        self.open_page.setVisible(bool(shown.their_url))
        self.open_page.setToolTip(theme.plain_tooltip(shown.their_url))
        self.notes.show_notes(shown.number, shown.notes)
        told = [f"{fact.name}: {fact.text}" for fact in shown.facts]
        self.setAccessibleDescription(". ".join([*told, f"Their page: {shown.theirs}"]))

    def set_playbook(self, playbook: QWidget | None) -> None:
        """Gives the room below the notes to a widget, or to nobody; the one before is let go of."""
        if self._playbook is not None:
            self._column.removeWidget(self._playbook)
            self._playbook.setParent(None)
        self._playbook = playbook
        if playbook is not None:
            self._column.insertWidget(self._column.count() - 1, playbook)
            playbook.show()


def _heading(text: str, body: QFont) -> QLabel:
    label, font = QLabel(text), QFont(body)
    font.setBold(True)
    label.setFont(font)
    return label


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (gone := item.widget()) is not None:
            gone.hide()
            gone.deleteLater()
