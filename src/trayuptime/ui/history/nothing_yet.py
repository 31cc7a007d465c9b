"""What stands in the middle of a page on which there is nothing yet, and when that will change."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from trayuptime.ui import theme
from trayuptime.ui.marks import Face, Mark
from trayuptime.ui.pieces import MarkBox, Words
from trayuptime.ui.theme import Step

MARK_PX = 48
WORDS_PX = 420


class NothingYet(QWidget):
    """The mark of what is unknown, a title and a sentence, above the middle."""

    def __init__(self, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = MarkBox(MARK_PX)
        self.mark.show_face(Face(Mark.UNKNOWN), "")
        self.title, self.words = Words(theme.title(self.font())), Words()
        layout = QVBoxLayout(self)
        layout.setSpacing(Step.NORMAL)
        layout.addStretch(2)
        layout.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignHCenter)
        for words, said in ((self.title, title), (self.words, sentence)):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            words.setFixedWidth(WORDS_PX)
            words.say(said)
            words.setMinimumHeight(
                words.heightForWidth(WORDS_PX)
            )  # beside its centre Qt would give it one line
            layout.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self.hide()
