"""The first choices: nothing is contacted or copied before a button is pressed, and every host is named."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from trayuptime.system.finding.found import Found
from trayuptime.ui import theme
from trayuptime.ui.first_write import Outcome, write
from trayuptime.ui.offers import Offer, offers
from trayuptime.ui.pieces import Words, plain
from trayuptime.ui.theme import Step

HIGHEST_PX = 540

Look = Callable[[], tuple[Found, ...]]
"""Looks through this computer; may take its time."""


class FirstRun(QScrollArea):
    """The choices, and the button that writes them into the configuration file."""

    written = Signal()
    looked = Signal(object)
    """This computer has been looked through: a tuple of `Found`."""
    grown = Signal()
    """There is more to choose from: it wants to be higher."""
    ended = Signal(object)
    """What was chosen was written, or not: an `Outcome`."""

    def __init__(
        self,
        config_file: Path,
        environ: Mapping[str, str],
        look: Look | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._config_file = config_file
        self._environ = environ
        self._look = look
        self._offers: list[tuple[QCheckBox, Offer]] = []
        self._decided = False
        """The button was pressed: what is found now comes too late."""
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        self.setWidget(page)
        self._layout = layout = QVBoxLayout(page)
        layout.setContentsMargins(Step.WIDE, Step.NORMAL, Step.WIDE, Step.NORMAL)
        layout.setSpacing(theme.GRID_PX)
        self._say("Which providers do you depend on? Nobody is contacted before you choose.")
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.GRID_PX)
        layout.addLayout(self._list)
        self.watch = QPushButton("&Watch these")
        self.watch.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.watch.setDefault(True)
        self.watch.clicked.connect(self._write)
        layout.addSpacing(Step.NORMAL)
        layout.addWidget(self.watch)
        self.answer = self._say("")
        layout.addSpacing(Step.TIGHT)
        self._say(f"Or write {config_file} yourself; it is read as soon as it is saved.", small=True)
        layout.addStretch(1)
        self.looked.connect(self._offer_found)
        self.ended.connect(self._end)
        self._offer_all(offers(environ))

    @property
    def boxes(self) -> list[QCheckBox]:
        """What can be ticked, in order."""
        return [box for box, _ in self._offers]

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for all choices, or for those that fit on a small screen."""
        width = self.width() if self.isVisible() else 380
        return QSize(width, min(HIGHEST_PX, self._layout.totalHeightForWidth(width)))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Looks through this computer, once, as soon as somebody wants to choose."""
        super().showEvent(event)
        look, self._look = self._look, None
        if look is not None:
            self._away(lambda: self.looked.emit(look()))

    def _offer_found(self, found: tuple[Found, ...]) -> None:
        if not self._decided:
            self._offer_all(offers(self._environ, found))
            self.updateGeometry()
            self.grown.emit()

    def _offer_all(self, wanted: tuple[Offer, ...]) -> None:
        """Puts these in the place of the others; what is ticked already stays so."""
        before = {_mark(offer): box.isChecked() for box, offer in self._offers}
        self._offers = []
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for offer in wanted:
            self._offer(offer, ticked=before.get(_mark(offer), offer.chosen))
        self._ticked()

    def _offer(self, offer: Offer, *, ticked: bool) -> None:
        box = QCheckBox(plain(offer.name))
        box.setAccessibleDescription(offer.words)
        box.setChecked(ticked)
        box.toggled.connect(self._ticked)
        self._list.addSpacing(theme.GRID_PX)
        self._list.addWidget(box)
        words = Words(theme.small(self.font()))
        words.say(offer.words)
        words.setContentsMargins(Step.SECTION, 0, 0, 0)
        self._list.addWidget(words)
        for piece in (box, words):
            piece.show()  # now: Qt shows it later, and until then it counts for no height
        self._offers.append((box, offer))

    def _say(self, sentence: str, *, small: bool = False) -> Words:
        label = Words(theme.small(self.font()) if small else None)
        label.say(sentence)
        self._layout.addWidget(label)
        return label

    def _ticked(self) -> None:
        self.watch.setEnabled(any(box.isChecked() for box in self.boxes))

    def _write(self) -> None:
        ticked = [offer for box, offer in self._offers if box.isChecked()]
        self._decided = True
        if all(offer.found is None for offer in ticked):
            self._end(write(self._config_file, ticked, self._environ))
            return
        self.watch.setEnabled(False)
        self.answer.say("Copying keys into the keyring, which may ask for its password…")
        self._away(lambda: self.ended.emit(write(self._config_file, ticked, self._environ)))

    def _end(self, outcome: Outcome) -> None:
        self.answer.say(outcome.words)
        self.watch.setEnabled(not outcome.written)
        self._decided = outcome.written
        if outcome.written:
            self.written.emit()

    def _away(self, work: Callable[[], None]) -> None:
        """Disks and keyrings may hang: neither a click nor the exit waits for them."""

        def run() -> None:
            with suppress(RuntimeError):  # the window is gone meanwhile
                work()

        Thread(target=run, name="first run", daemon=True).start()


def _mark(offer: Offer) -> tuple[str, str | None]:
    return offer.choice.kind, offer.choice.base_url
