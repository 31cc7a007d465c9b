"""The panel's head: the worst in words, how we know, and the one thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from trayuptime.core.lights import ProviderLight
from trayuptime.core.summary import shorten
from trayuptime.runtime.clock import local_time
from trayuptime.ui import theme
from trayuptime.ui.faces import face_of
from trayuptime.ui.hush_links import HushLinks
from trayuptime.ui.hushing import hush_words, troubles_in
from trayuptime.ui.pieces import MarkBox, Words, plain, quiet_button
from trayuptime.ui.playbook_link import PlaybookLink
from trayuptime.ui.theme import Step
from trayuptime.ui.view import View, choice_words, clock_time, subject_of

MARK_PX = 32


class Head(QWidget):
    """Draws a view's summary."""

    switch_asked = Signal(str, str)
    """The provider left, the provider to use."""
    back_asked = Signal()
    restart_asked = Signal()
    provider_asked = Signal(str)
    """More of a provider, by its id."""
    incident_asked = Signal(int)
    """More of an incident, by its number."""
    playbook_asked = Signal(int, str)
    """The number of an incident, the provider's name."""
    hush_asked = Signal(object, object)
    unhush_asked = Signal(object)
    """As of `HushLinks`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered: tuple[str, str] | None = None
        self._subject: ProviderLight | None = None
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
        self.details = quiet_button("&Details", self._ask)
        self.playbook = PlaybookLink()
        self.playbook.asked.connect(self.playbook_asked)
        self.hushed = Words(small)
        self.hush = HushLinks("nIo")
        self.hush.hush_asked.connect(self.hush_asked)
        self.hush.unhush_asked.connect(self.unhush_asked)
        for hidden in (self.offer, self.why, self.back, self.again, self.details):
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
        self._subject = subject_of(view)
        if self._subject is not None:
            whose = "history" if self._subject.incident is None else "incident"
            self.details.setAccessibleDescription(f"Opens the {whose} of {self._subject.name}")
        self.details.setHidden(self._subject is None)
        self.playbook.show_view(view)
        troubles = troubles_in(view)
        self.hushed.say(hush_words(troubles))
        self.hush.show_troubles(troubles)

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

    def _ask(self) -> None:
        if self._subject is None:
            return
        if self._subject.incident is None:
            self.provider_asked.emit(self._subject.id)
        else:
            self.incident_asked.emit(self._subject.incident.id)

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
        top.addWidget(self.details, 0, Qt.AlignmentFlag.AlignTop)
        top.setContentsMargins(Step.TIGHT, 0, 0, 0)
        body = QVBoxLayout()
        body.setContentsMargins(Step.TIGHT, 0, Step.TIGHT, 0)
        body.setSpacing(Step.TIGHT)
        for part in (self.account, self.choice, self.why, self.offer, self.back, self.again, self.hushed):
            body.addWidget(part)
        links = QHBoxLayout()
        links.setSpacing(Step.TIGHT)
        links.addWidget(self.playbook)
        links.addWidget(self.hush)
        links.addStretch(1)
        layout = QVBoxLayout(self)
        # The links bring some room of their own, as the buttons at the foot do.
        layout.setContentsMargins(Step.TIGHT, Step.WIDE, Step.TIGHT, Step.NORMAL)
        layout.setSpacing(Step.TIGHT)
        layout.addLayout(top)
        layout.addLayout(body)
        layout.addStretch(1)  # where it is higher than it need be, the links stay where they were
        layout.addLayout(links)


def _button(words: str) -> QPushButton:
    button = QPushButton(words)
    button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return button


def _bold(font: QFont) -> QFont:
    font.setBold(True)
    return font
