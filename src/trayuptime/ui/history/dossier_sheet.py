"""A small sheet before a dossier: of which time it is to tell, and what the vendor is held against."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from trayuptime.core.model import Instant, Span
from trayuptime.core.sla import LEAST_PERCENT, MOST_PERCENT, percent_of
from trayuptime.core.window import Window
from trayuptime.ui.history.exporting import Scope
from trayuptime.ui.pieces import Words
from trayuptime.ui.theme import Step

LENGTHS = (30, 90, 180, 365)
"""Days."""
USUAL = 180
"""Six months: what one asks a vendor for."""
NO_PROMISE = (
    f"Between {LEAST_PERCENT} and {MOST_PERCENT} percent, such as 99.9; empty for what is configured."
)
_WIDE_CHARS = 34
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen.

    Attributes:
        provider: its id.
        window: the stretch that is in view, or so many days until now.
        promise: percent; `None` for what is configured or published.
    """

    provider: str
    window: Window | int
    promise: float | None

    def until(self, now: Instant) -> Window:
        """The window, seen from now."""
        return Window(now - self.window * _DAY_MS) if isinstance(self.window, int) else self.window

    def span(self, now: Instant) -> Span:
        """From when until when it will tell."""
        return self.until(now).until_now(now)


class DossierSheet(QDialog):
    """Enter goes on to where the file shall go, Escape gives up."""

    chosen = Signal(object)
    """A choice."""
    provider_chosen = Signal(str)
    """What it is held against is another one's now."""

    def __init__(
        self, provider: str, names: Mapping[str, str], view: Scope | None, parent: QWidget | None = None
    ) -> None:
        """Asks nothing of the disk.

        Args:
            provider: whose dossier is offered.
            names: of those of whom it may be, by their ids.
            view: the range in view, if it is another than so many days until now.
            parent: the window.
        """
        super().__init__(parent)
        self.setWindowTitle("Dossier")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.providers = QComboBox()
        for each, name in names.items():
            self.providers.addItem(name, each)
        self.providers.setCurrentIndex(self.providers.findData(provider))
        self.providers.setEnabled(len(names) > 1)
        self.providers.currentIndexChanged.connect(self._turn)
        self.windows = QComboBox()
        for days in LENGTHS:
            self.windows.addItem(f"the last {days} days", days)
        self.windows.setCurrentIndex(LENGTHS.index(USUAL))
        if view is not None:
            self.windows.addItem(f"in view: {view.when}", view.window)
        self.promise = QLineEdit()
        self.promise.setClearButtonEnabled(True)
        self.promise.setMinimumWidth(self.fontMetrics().averageCharWidth() * _WIDE_CHARS)
        self.promise.setAccessibleDescription(NO_PROMISE)
        self.promise.textChanged.connect(self._judge)
        self.words = Words()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go_on = self.buttons.addButton("&Save as…", QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setAutoDefault(False)  # what Enter does is to go on
        self.go_on.setDefault(True)
        self.buttons.accepted.connect(self._choose)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.setSpacing(Step.TIGHT)
        form.addRow("P&rovider", self.providers)
        form.addRow("&Tells of", self.windows)
        form.addRow("&Promised uptime", self.promise)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Step.WIDE, Step.WIDE, Step.WIDE, Step.WIDE)
        layout.setSpacing(Step.NORMAL)
        layout.addLayout(form)
        layout.addWidget(self.words)
        layout.addWidget(self.buttons)
        self.show_promise(None)
        self._judge()

    def show_promise(self, words: str | None) -> None:
        """What holds where nothing is typed; `None` while that is not known."""
        self.promise.setPlaceholderText("as configured, in %" if words is None else words)

    @property
    def typed(self) -> float | None:
        """The percentage that was typed.

        Raises:
            ValueError: it is none.
        """
        text = self.promise.text().strip()
        return percent_of(text) if text else None

    def _turn(self) -> None:
        self.show_promise(None)
        self.provider_chosen.emit(self.providers.currentData())

    def _judge(self) -> None:
        try:
            self.typed  # noqa: B018 - whether it can be read
        except ValueError:
            self.words.say(NO_PROMISE)
            self.go_on.setEnabled(False)
        else:
            self.words.say("")
            self.go_on.setEnabled(True)

    def _choose(self) -> None:
        self.chosen.emit(Choice(self.providers.currentData(), self.windows.currentData(), self.typed))
        self.accept()
