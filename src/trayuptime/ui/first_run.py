"""What a new user chooses from: nothing is contacted before a button is pressed, and every host is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from trayuptime.config.catalogue import vendors
from trayuptime.config.keys import EnvKey, NoKey
from trayuptime.config.problems import ConfigError
from trayuptime.config.store import Choice, write_first
from trayuptime.config.urls import host_of
from trayuptime.ui import theme
from trayuptime.ui.pieces import Words, plain
from trayuptime.ui.theme import Step

STARTER = ("deepseek", "openai", "anthropic", "gemini")
HIGHEST_PX = 440


@dataclass(frozen=True, slots=True)
class Offer:
    """A provider that could be watched.

    Attributes:
        choice: what would be written.
        name: the vendor's.
        words: where its key lies, and which host would be contacted.
        chosen: ticked at first.
    """

    choice: Choice
    name: str
    words: str
    chosen: bool


def offers(environ: Mapping[str, str]) -> tuple[Offer, ...]:
    """Vendors whose key lies in a well-known environment variable, then the starter set without keys."""
    found: list[Offer] = []
    for kind in vendors():
        variable = next((name for name in kind.env if environ.get(name)), None)
        host = host_of(kind.base_url or "")
        if variable is not None:
            choice = Choice(kind.id, kind.id, EnvKey(variable))
            found.append(Offer(choice, kind.name, f"with the key in {variable} · asks {host}", chosen=True))
        elif kind.id in STARTER:
            choice = Choice(kind.id, kind.id)
            words = f"without a key, only whether it is there · asks {host}"
            found.append(Offer(choice, kind.name, words, chosen=False))
    return tuple(sorted(found, key=lambda offer: not offer.chosen))


def with_fallbacks(choices: Sequence[Choice]) -> list[Choice]:
    """Each provider falls back to the others whose key is known, in the order they were offered."""
    keyed = [choice.id for choice in choices if not isinstance(choice.key, NoKey)]
    return [replace(c, fallbacks=tuple(other for other in keyed if other != c.id)) for c in choices]


class FirstRun(QScrollArea):
    """The choices, and the button that writes them into the configuration file."""

    written = Signal()

    def __init__(self, config_file: Path, environ: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config_file = config_file
        self._boxes: list[tuple[QCheckBox, Choice]] = []
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
        for offer in offers(environ):
            self._offer(offer)
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
        self._ticked()

    @property
    def boxes(self) -> list[QCheckBox]:
        """What can be ticked, in order."""
        return [box for box, _ in self._boxes]

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for all choices, or for those that fit on a small screen."""
        width = self.viewport().width() if self.isVisible() else 380
        return QSize(width, min(HIGHEST_PX, self._layout.totalHeightForWidth(width)))

    def _offer(self, offer: Offer) -> None:
        box = QCheckBox(plain(offer.name))
        box.setAccessibleDescription(offer.words)
        box.setChecked(offer.chosen)
        box.toggled.connect(self._ticked)
        self._layout.addSpacing(theme.GRID_PX)
        self._layout.addWidget(box)
        self._say(offer.words, small=True).setContentsMargins(Step.SECTION, 0, 0, 0)
        self._boxes.append((box, offer.choice))

    def _say(self, sentence: str, *, small: bool = False) -> Words:
        label = Words(theme.small(self.font()) if small else None)
        label.say(sentence)
        self._layout.addWidget(label)
        return label

    def _ticked(self) -> None:
        self.watch.setEnabled(any(box.isChecked() for box in self.boxes))

    def _write(self) -> None:
        chosen = with_fallbacks([choice for box, choice in self._boxes if box.isChecked()])
        try:
            write_first(self._config_file, chosen)
        except ConfigError as error:
            self.answer.say(f"That makes no configuration: {error}")
        except OSError as error:
            if self._config_file.exists():
                self.answer.say(f"{self._config_file} exists already; add a [[provider]] there.")
            else:
                self.answer.say(f"{self._config_file} could not be written: {error.strerror}.")
        else:
            self.answer.say(f"Written to {self._config_file}. Watching begins.")
            self.watch.setEnabled(False)
            self.written.emit()
