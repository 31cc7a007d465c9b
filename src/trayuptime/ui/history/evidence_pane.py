"""What is behind one row of a time line: the rules in words, and what was kept of it to the letter."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QTextCursor, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from trayuptime.ui.history.incident_shown import Moment
from trayuptime.ui.pieces import Line
from trayuptime.ui.theme import Step

NOTHING = "Choose a row above to see what is behind it."
NOT_KEPT = "Nothing more was kept of it."


class EvidencePane(QWidget):
    """Plain text, selectable with mouse and keyboard: strangers wrote some of it, and it is to be quoted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Line()
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.text.setAccessibleName("Evidence")
        self.text.setUndoRedoEnabled(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, Step.TIGHT, 0, 0)
        layout.setSpacing(Step.TIGHT)
        layout.addWidget(self.words)
        layout.addWidget(self.text, 1)
        layout.addStretch()
        self.show_moment(None)

    def show_moment(self, moment: Moment | None) -> None:
        """Shows what is behind it; what is selected or scrolled to stays where more is added below."""
        if moment is None:
            self.words.say(NOTHING)
            self._write("")
            return
        head = f"{moment.exact} · {moment.who}: {moment.what}"
        why = [f"{sentence[:1].upper()}{sentence[1:]}." for sentence in moment.why]
        bare = [] if moment.evidence or why else [NOT_KEPT]
        self.words.say("\n".join([head, *why, *bare]))
        self._write(moment.evidence)

    def _write(self, text: str) -> None:
        before = self.text.toPlainText()
        if text == before:
            pass
        elif before and text.startswith(before):
            self._append(text[len(before) :])
        else:
            self.text.setPlainText(text)
        self.text.setHidden(not text)

    def _append(self, more: str) -> None:
        """At the end; a selection that reached so far does not grow with it."""
        bar, chosen = self.text.verticalScrollBar(), self.text.textCursor()
        scrolled, anchor, position = bar.value(), chosen.anchor(), chosen.position()
        end = QTextCursor(self.text.document())
        end.movePosition(QTextCursor.MoveOperation.End)
        end.insertText(more)
        chosen.setPosition(anchor)
        chosen.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        self.text.setTextCursor(chosen)
        bar.setValue(scrolled)
