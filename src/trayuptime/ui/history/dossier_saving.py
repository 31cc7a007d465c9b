"""A dossier from the window: of which time, held against what, to which file; then it is written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from trayuptime.config.values import Config, ProviderConfig
from trayuptime.core.model import Instant
from trayuptime.core.sla import written
from trayuptime.core.wall_clock import local_date
from trayuptime.history import Reader
from trayuptime.system.zone import SystemZone
from trayuptime.ui.history.dossier_sheet import Choice, DossierSheet
from trayuptime.ui.history.exporting import Scope
from trayuptime.ui.history.times import days_named
from trayuptime.ui.history.writing import Saving

if TYPE_CHECKING:
    from trayuptime.report.values import Promise
    from trayuptime.runtime.dossier import Asked

FORMATS = (
    ("Web page, prints well", "html"),
    ("PDF", "pdf"),
    ("Markdown", "md"),
    ("JSON, for programs", "json"),
)


@dataclass(frozen=True, slots=True)
class PromiseQuestion:
    """What a provider is held against where nobody says otherwise."""

    provider: str
    configured: Sequence[ProviderConfig]
    kind: str = "promise"

    def answer(self, _reader: Reader) -> "Promise":
        """Of the configuration, or of the catalogue, which is a file."""
        from trayuptime.runtime.dossier import promise_of  # noqa: PLC0415 - when a dossier is asked for

        return promise_of(self.provider, self.configured)


class DossierSaving(Saving):
    """One dossier at a time; lives as long as the window."""

    asked = Signal(object)
    """A question, whose answer is wanted by `show_promise`."""

    def __init__(
        self,
        history: Path,
        config: Callable[[], Config | None],
        now: Callable[[], Instant],
        is_live: Callable[[], bool],
        parent: QWidget | None = None,
    ) -> None:
        """Nothing is written yet.

        Args:
            history: the file of the history.
            config: the one in force; `None` where none could be read.
            now: by the engine's clock.
            is_live: whether an engine watches; see `DossierWriting`.
            parent: the window that asks.
        """
        super().__init__("dossier", parent)
        self._history = history
        self._config = config
        self._now = now
        self._is_live = is_live
        self._promise: Promise | None = None
        self.sheet: DossierSheet | None = None
        """While it is asked of which time."""

    def ask(self, provider: str, names: Mapping[str, str], view: Scope | None) -> None:
        """Asks of which time and then where; see `DossierSheet`. The window can be used meanwhile."""
        sheet = DossierSheet(provider, names, view, self._window)
        sheet.provider_chosen.connect(self._ask_promise)
        sheet.chosen.connect(self._ask_file)
        sheet.finished.connect(self._forget_sheet)
        self.sheet = sheet
        sheet.open()
        self._ask_promise(provider)

    def show_promise(self, question: PromiseQuestion, promise: "Promise") -> None:
        """What holds where nothing is typed."""
        if self.sheet is not None and question.provider == self.sheet.providers.currentData():
            self._promise = promise
            percent, source = promise.percent, promise.source
            self.sheet.show_promise(
                "none is known" if percent is None else f"{written(percent)} % ({source})"
            )

    def write(self, choice: Choice, path: Path) -> None:
        """Writes it, away from the GUI thread."""
        from trayuptime.ui.dossier import DossierWriting  # noqa: PLC0415 - with all that a PDF takes

        writing = DossierWriting(self._history, self._asked(choice), path, live=self._is_live(), parent=self)
        self.begin(writing, f"The dossier of {choice.provider} is being written…")

    def _ask_promise(self, provider: str) -> None:
        self._promise = None
        if (config := self._config()) is not None:
            self.asked.emit(PromiseQuestion(provider, config.providers))
        elif self.sheet is not None:
            self.sheet.show_promise("your configuration cannot be read")

    def _ask_file(self, choice: Choice) -> None:
        zone, span = SystemZone(), choice.span(self._now())
        held = choice.promise
        if held is None and self._promise is not None:
            held = self._promise.percent
        against = "" if held is None else f", SLA {written(held)}"
        days = days_named(local_date(span.start, zone), local_date(span.end - 1, zone))
        self.ask_where(
            f"Dossier of {choice.provider}",
            f"{choice.provider} {days}{against}",
            FORMATS,
            partial(self.write, choice),
        )

    def _forget_sheet(self) -> None:
        self.sheet = None

    def _asked(self, choice: Choice) -> "Asked":
        from trayuptime.runtime.dossier import Asked  # noqa: PLC0415

        now, config = self._now(), self._config()
        providers = None if config is None else config.providers
        return Asked(choice.provider, choice.until(now), providers, now, SystemZone(), choice.promise)
