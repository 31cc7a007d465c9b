"""The panel's head: the worst in words, how we know, and the one thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from trayuptime.core.summary import shorten
from trayuptime.runtime.clock import local_time
from trayuptime.ui import theme
from trayuptime.ui.faces import face_of
from trayuptime.ui.pieces import MarkBox, Words, plain
from trayuptime.ui.theme import Step
from trayuptime.ui.view import View, choice_words, clock_time

MARK_PX = 32


class Head(QWidget):
    """Draws a view's summary."""

    switch_asked = Signal(str, str)
    """The provider left, the provider to use."""
    back_asked = Signal()
    restart_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered: tuple[str, str] | None = None
        small = theme.small(self.font())
        self.mark = MarkBox(MARK_PX)
        self.title = Words(_bold(theme.title(self.font())))
        self.when = Words(theme.tabular(small))
        self.account = Words()
        self.choice = Words()
        self.offer = _button("")
        self.offer.setDefault(True)
        self.offer.clicked.connect(self._take_offer)
        self.why = Words()
        self.back = _button("")
        self.back.clicked.connect(self.back_asked.emit)
        self.again = _button("&Watch again")
        self.again.setDefault(True)
        self.again.clicked.connect(self.restart_asked.emit)
        for hidden in (self.offer, self.why, self.back, self.again):
            hidden.hide()
        self._lay_out()

    def show_view(self, view: View) -> None:
        """Draws the view."""
        summary = view.summary
        self.mark.show_face(face_of(summary), summary.overall.value)
        self.title.say(summary.headline)
        checked = summary.checked_at
        self.when.say("" if checked is None else f"last checked {clock_time(checked)}")
        self.account.say("\n".join(view.account))
        choice = choice_words(view)
        self.choice.say(f"{choice}." if choice else "")
        self._show_offer(view)
        if view.back_to is not None:
            self.back.setText(plain(f"Switch back to {shorten(view.back_to)}"))
        self.back.setHidden(view.back_to is None or view.crashed)
        self.again.setHidden(not view.crashed)

    def _show_offer(self, view: View) -> None:
        offer = None if view.crashed else view.offer
        self._offered = None if offer is None else (offer.left, offer.to)
        if offer is not None:
            self.offer.setText(plain(f"Switch to {shorten(offer.name)}"))
            self.offer.setAccessibleDescription(offer.why)
            when = "" if offer.verified_at is None else f", as of {local_time(offer.verified_at)}"
            self.why.say(f"{shorten(offer.name)} works: {offer.why}{when}.")
        self.offer.setHidden(offer is None)
        self.why.setHidden(offer is None)

    def _take_offer(self) -> None:
        if self._offered is not None:
            self.switch_asked.emit(*self._offered)

    def _lay_out(self) -> None:
        titles = QVBoxLayout()
        titles.setSpacing(0)
        titles.addStretch(1)
        titles.addWidget(self.title)
        titles.addWidget(self.when)
        titles.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(Step.NORMAL)
        top.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(titles, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Step.WIDE, Step.WIDE, Step.WIDE, Step.NORMAL)
        layout.setSpacing(Step.TIGHT)
        layout.addLayout(top)
        layout.addWidget(self.account)
        layout.addWidget(self.choice)
        layout.addWidget(self.why)
        layout.addWidget(self.offer)
        layout.addWidget(self.back)
        layout.addWidget(self.again)


def _button(words: str) -> QPushButton:
    button = QPushButton(words)
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return button


def _bold(font: QFont) -> QFont:
    font.setBold(True)
    return font
