"""The page of one incident: what it was, its time line and what is behind each row, their word, notes."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from trayuptime.ui import theme
from trayuptime.ui.history.evidence_pane import EvidencePane
from trayuptime.ui.history.incident_shown import IncidentShown
from trayuptime.ui.history.incident_sides import Sides
from trayuptime.ui.history.incident_timeline import Timeline, TimelineModel
from trayuptime.ui.hush_links import HushLinks
from trayuptime.ui.hushing import hush_words, trouble_with
from trayuptime.ui.marks import Face
from trayuptime.ui.pieces import MarkBox, Words, quiet_button
from trayuptime.ui.theme import Step
from trayuptime.ui.view import View

COPY_KEYS = "Ctrl+Shift+C"
MARK_PX = 24
WIDEST_PX = 300
SIDE_PX = 320


class IncidentPage(QWidget):
    """Draws one value; of an incident that lasts it is given a new one from time to time."""

    left = Signal()
    """Back to where the user came from."""
    note_added = Signal(int, str)
    """To be kept: about the incident of this number, a text that can be kept."""
    page_asked = Signal(str)
    """The vendor's own page is to be opened, at this address."""
    hush_asked = Signal(object, object)
    unhush_asked = Signal(object)
    """As of `HushLinks`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: IncidentShown | None = None
        self._view: View | None = None
        self.model = TimelineModel(self)
        self.mark = MarkBox(MARK_PX)
        self.title, self.when = Words(theme.title(self.font())), Words(theme.tabular(self.font()))
        self.remarks, self.answer, self.words = Words(theme.small(self.font())), Words(), Words()
        self.hushed, self.hush = Words(theme.small(self.font())), HushLinks("SkU")
        self.back = quiet_button("‹ &Back", self.left.emit)
        self.back.setAccessibleName("Back")
        self.back.setToolTip("Backspace")
        self.copy = QPushButton("&Copy as Markdown")
        self.copy.setToolTip(f"For a support ticket ({COPY_KEYS})")
        self.copy.clicked.connect(self.copy_ticket)
        self.timeline = Timeline(self.model)
        self.evidence, self.sides = EvidencePane(), Sides()
        self._content = QWidget()
        self._lay_out()
        self._connect()
        self.say("Reading…")

    @property
    def number(self) -> int | None:
        """Of the incident that is shown."""
        return None if self._shown is None else self._shown.number

    def show_incident(self, shown: IncidentShown) -> None:
        """Shows it; the same one again loses no scroll position, no selection and no half-written note."""
        is_other = self.number != shown.number
        self._shown = shown
        self.mark.show_face(Face(shown.mark), shown.mark.value)
        self.mark.show()
        self.copy.setEnabled(True)
        self.title.say(shown.title)
        self.when.say(shown.when)
        self.when.setToolTip(theme.plain_tooltip(shown.exact))
        self.when.setAccessibleDescription(shown.exact)
        self._show_hush()
        self.remarks.say(" ".join(shown.remarks))
        self.model.replace(shown.moments)
        self.sides.show_incident(shown)
        self.words.say("")
        self._content.show()
        if is_other:
            self.answer.say("")
            self.timeline.fit(WIDEST_PX)  # a sleepy night has days in its times, another one has not
            self.timeline.choose(0)
            self.timeline.scrollToTop()
        self._show_evidence()

    def show_view(self, view: View) -> None:
        """What the engine knows now: whether the incident is open for it, and hushed. Before, nothing is."""
        self._view = view
        self._show_hush()

    def say(self, sentence: str) -> None:
        """In place of an incident: that it is being read, or why it cannot be."""
        self._shown = None
        self._show_hush()
        for each in (self.title, self.when, self.answer):
            each.say("")
        self.mark.hide()
        self.copy.setEnabled(False)
        self.words.say(sentence)
        self._content.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Backspace goes back; as a shortcut it would be at odds with that of a window around."""
        if event.key() == Qt.Key.Key_Backspace:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def take_focus(self) -> None:
        """Puts the cursor where one begins to read; a focus proxy would keep Tab from what stands before."""
        self.timeline.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_playbook(self, playbook: QWidget | None) -> None:
        """Gives the room below the notes to a widget, or to nobody."""
        self.sides.set_playbook(playbook)

    def refuse_note(self, sentence: str) -> None:
        """The last note could not be kept: says why; it is still in its field."""
        self.sides.notes.refuse(sentence)

    def copy_ticket(self) -> None:
        """Puts the Markdown for a support ticket on the clipboard."""
        if self._shown is not None:
            QGuiApplication.clipboard().setText(self._shown.ticket)
            self.answer.say("Copied. Read it before you send it.")

    def _add_note(self, text: str) -> None:
        if self._shown is not None:
            self.note_added.emit(self._shown.number, text)

    def _show_hush(self) -> None:
        shown, view = self._shown, self._view
        trouble = None
        if shown is not None and shown.lasts and view is not None:
            trouble = trouble_with(shown.number, shown.provider, view)
        troubles = () if trouble is None else (trouble,)
        self.hushed.say(hush_words(troubles))
        self.hush.show_troubles(troubles)

    def _show_evidence(self) -> None:
        self.evidence.show_moment(self.model.moment(self.timeline.currentIndex().row()))

    def _connect(self) -> None:
        def moved(_now: QModelIndex, _before: QModelIndex) -> None:
            self._show_evidence()

        self.timeline.selectionModel().currentRowChanged.connect(moved)
        self.timeline.asked.connect(lambda _row: self.evidence.text.setFocus())
        self.sides.notes.added.connect(self._add_note)
        self.sides.page_asked.connect(self.page_asked)
        self.hush.hush_asked.connect(self.hush_asked)
        self.hush.unhush_asked.connect(self.unhush_asked)
        copying = QShortcut(QKeySequence(COPY_KEYS), self)
        copying.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copying.activated.connect(self.copy_ticket)

    def _lay_out(self) -> None:
        bold = self.title.font()
        bold.setBold(True)
        self.title.setFont(bold)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.title)
        names.addWidget(self.when)
        names.addWidget(self.hushed)
        head = QHBoxLayout()
        head.setSpacing(Step.NORMAL)
        top = Qt.AlignmentFlag.AlignTop
        head.addWidget(self.back, 0, top)
        head.addWidget(self.mark, 0, top)
        head.addLayout(names, 1)
        head.addWidget(self.hush, 0, top)
        head.addWidget(self.copy, 0, top)
        down = QSplitter(Qt.Orientation.Vertical)
        down.addWidget(self.timeline)
        down.addWidget(self.evidence)
        down.setStretchFactor(0, 3)
        down.setStretchFactor(1, 2)
        across = QSplitter()
        across.addWidget(down)
        across.addWidget(self.sides)
        across.setStretchFactor(0, 1)
        across.setSizes([2 * SIDE_PX, SIDE_PX])
        for splitter in (down, across):
            splitter.setChildrenCollapsible(False)
        inside = QVBoxLayout(self._content)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(Step.TIGHT)
        inside.addWidget(self.remarks)
        inside.addWidget(across, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.NORMAL)
        layout.addLayout(head)
        layout.addWidget(self.answer)
        layout.addWidget(self.words)
        layout.addWidget(self._content, 1)
        layout.addStretch()
