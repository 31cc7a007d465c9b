"""What a new user chooses from: nothing is contacted before a button is pressed, and every host is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from trayuptime.config.catalogue import vendors
from trayuptime.config.keys import EnvKey, NoKey
from trayuptime.config.problems import ConfigError
from trayuptime.config.store import Choice, write_first
from trayuptime.config.urls import host_of
from trayuptime.ui import theme
from trayuptime.ui.theme import Step

STARTER = ("deepseek", "openai", "anthropic", "gemini")


@dataclass(frozen=True, slots=True)
class Offer:
    """A provider that could be watched.

    Attributes:
        choice: what would be written.
        words: what is offered, with the key's source and the host named.
        chosen: ticked at first.
    """

    choice: Choice
    words: str
    chosen: bool


def offers(environ: Mapping[str, str]) -> tuple[Offer, ...]:
    """Vendors whose key lies in a well-known environment variable, then the starter set without keys."""
    found: list[Offer] = []
    for kind in vendors():
        name = next((name for name in kind.env if environ.get(name)), None)
        host = host_of(kind.base_url or "")
        if name is not None:
            choice = Choice(kind.id, kind.id, EnvKey(name))
            found.append(Offer(choice, f"{kind.name} with the key in {name} ({host})", chosen=True))
        elif kind.id in STARTER:
            choice = Choice(kind.id, kind.id)
            found.append(Offer(choice, f"{kind.name} without a key: is it there? ({host})", chosen=False))
    return tuple(sorted(found, key=lambda offer: not offer.chosen))


def with_fallbacks(choices: Sequence[Choice]) -> list[Choice]:
    """Each provider falls back to the others whose key is known, in the order they were offered."""
    keyed = [choice.id for choice in choices if not isinstance(choice.key, NoKey)]
    return [replace(c, fallbacks=tuple(other for other in keyed if other != c.id)) for c in choices]


class FirstRun(QWidget):
    """The choices, and the button that writes them into the configuration file."""

    written = Signal()

    def __init__(self, config_file: Path, environ: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._config_file = config_file
        self._boxes: list[tuple[QCheckBox, Choice]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Step.WIDE, Step.WIDE, Step.WIDE, Step.WIDE)
        layout.setSpacing(Step.TIGHT)
        layout.addWidget(_wrapped("Which providers do you depend on? Nobody is contacted before you choose."))
        for offer in offers(environ):
            box = QCheckBox(offer.words.replace("&", "&&"))
            box.setChecked(offer.chosen)
            box.toggled.connect(self._ticked)
            layout.addWidget(box)
            self._boxes.append((box, offer.choice))
        buttons = QHBoxLayout()
        self._watch = QPushButton("Watch these")
        self._watch.clicked.connect(self._write)
        buttons.addWidget(self._watch)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self._problem = _wrapped("")
        self._problem.setVisible(False)
        layout.addWidget(self._problem)
        more = _wrapped(f"Or write {config_file} yourself; it is read as soon as it is saved.")
        more.setFont(theme.small(self.font()))
        layout.addWidget(more)
        layout.addStretch(1)
        self._ticked()

    def _ticked(self) -> None:
        self._watch.setEnabled(any(box.isChecked() for box, _ in self._boxes))

    def _write(self) -> None:
        chosen = with_fallbacks([choice for box, choice in self._boxes if box.isChecked()])
        try:
            write_first(self._config_file, chosen)
        except FileExistsError:
            self._say(f"{self._config_file} exists already; add a [[provider]] there.")
        except (ConfigError, OSError) as error:
            self._say(f"{self._config_file} could not be written: {error}")
        else:
            self.written.emit()

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(True)


def _wrapped(words: str) -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    return label
