"""The export of what is in view: a button that offers it, and the file that is written then."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from trayuptime.core.model import Instant
from trayuptime.core.window import Window
from trayuptime.ui.history.writing import Saving
from trayuptime.ui.pieces import plain

FORMATS = (
    ("CSV", "CSV, for spreadsheets", "csv"),
    ("JSON lines", "JSON lines, to be imported again", "jsonl"),
)
"""In the menu, in the dialog, and the ending that means it to the writer."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be exported.

    Attributes:
        whose: in words.
        ids: the providers; empty for all.
        when: the range in view, in words.
        window: the same.
        name: of the file that is offered, without its ending.
    """

    whose: str
    ids: frozenset[str]
    when: str
    window: Window
    name: str


class ExportButton(QToolButton):
    """Offers each scope in each format; what these are is asked when it is opened."""

    asked = Signal(object, str)
    """A scope, and the ending of a format."""

    def __init__(self, scopes: Callable[[], Sequence[Scope]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scopes = scopes
        self.offers = QMenu(self)
        self.offers.aboutToShow.connect(self._offer)
        self.setText("E&xport")
        self.setAccessibleName("Export")
        self.setToolTip("Results, incidents, gaps and notes of the range in view, as a file")
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(self.offers)

    def _offer(self) -> None:
        self.offers.clear()
        scopes = self._scopes()
        caption = self.offers.addAction(plain(scopes[0].when) if scopes else "Nothing was recorded yet")
        caption.setEnabled(False)
        for scope in scopes:
            self.offers.addSeparator()
            for words, _, ending in FORMATS:
                action = self.offers.addAction(f"{plain(scope.whose)} as {words}…")
                action.triggered.connect(partial(self._choose, scope, ending))

    def _choose(self, scope: Scope, ending: str, _checked: bool = False) -> None:
        self.asked.emit(scope, ending)


class Exporting(Saving):
    """Asks where an export shall go, and has it written there."""

    def __init__(self, history: Path, now: Callable[[], Instant], parent: QWidget | None = None) -> None:
        super().__init__("export", parent)
        self._history = history
        self._now = now

    def ask(self, scope: Scope, ending: str) -> None:
        """Asks where; the format that was chosen is offered first."""
        formats = sorted(((words, each) for _, words, each in FORMATS), key=lambda of: of[1] != ending)
        self.ask_where("Export", scope.name, formats, partial(self.write, scope, ending))

    def write(self, scope: Scope, ending: str, path: Path) -> None:
        """Writes it, away from the GUI thread."""
        from trayuptime.runtime.export_file import Wanted  # noqa: PLC0415 - with the writers, when one is wanted
        from trayuptime.ui.history.export_writing import ExportWriting  # noqa: PLC0415

        wanted = Wanted(scope.window, scope.ids, self._now())
        writing = ExportWriting(self._history, wanted, path, ending, self)
        self.begin(writing, f"{scope.whose}, {scope.when}: being written to {path.name}…", measured=True)
