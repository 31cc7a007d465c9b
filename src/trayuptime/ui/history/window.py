"""The history window: the days of all providers, one provider's time line, what happened."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from trayuptime.core.model import Instant, Rules, Surface
from trayuptime.history import Reader, first_tokens
from trayuptime.system.zone import SystemZone
from trayuptime.ui.faces import light_face
from trayuptime.ui.history.asking import Archive, Question
from trayuptime.ui.history.day_rows import DayRowsQuestion
from trayuptime.ui.history.dossier_saving import DossierSaving, PromiseQuestion
from trayuptime.ui.history.events import Events, EventsQuestion
from trayuptime.ui.history.exporting import Exporting
from trayuptime.ui.history.hours import HoursQuestion
from trayuptime.ui.history.incident_page import IncidentPage
from trayuptime.ui.history.incident_reading import IncidentQuestion
from trayuptime.ui.history.incident_rows import IncidentsQuestion
from trayuptime.ui.history.incident_shown import IncidentShown
from trayuptime.ui.history.incidents import IncidentsTable
from trayuptime.ui.history.overview import Overview
from trayuptime.ui.history.past import (
    AnswersQuestion,
    FiguresQuestion,
    PacesQuestion,
    Past,
    PastQuestion,
)
from trayuptime.ui.history.picture_saving import PictureSaving
from trayuptime.ui.history.provider_page import ProviderPage
from trayuptime.ui.history.writing import Saving
from trayuptime.ui.marks import Face
from trayuptime.ui.pieces import Words, quiet_button
from trayuptime.ui.placer import Placer
from trayuptime.ui.places import Places
from trayuptime.ui.theme import Step
from trayuptime.ui.view import View, names_of

if TYPE_CHECKING:
    from trayuptime.config.values import Config
    from trayuptime.ui.history.checklist_pane import ChecklistPane

PAUSE_MS = 10_000
"""While it is open it reads again as things happen, but never sooner than so long after the last time."""
EDGE_MS = 60_000
"""It reads again after so long in any case: where nothing happens, the edge of now would stand still."""
USUAL = QSize(1080, 800)
MOST_OF_SCREEN = 0.9
"""It is never larger than this share of the screen unless its user wants it."""
JUDGED_PAUSES = 6
"""An incident is judged again from the week before it, which takes a second: so many pauses less often."""


def _wall() -> Instant:
    return time.time_ns() // 1_000_000


class HistoryWindow(QWidget):
    """Shows what the file holds while it is open; everything is read in a thread of its own."""

    refreshed = Signal()
    """What is on the screen is what was in the file a moment ago."""
    note_added = Signal(int, str)
    """The number of an incident, and what the user knows of it."""
    tick_asked = Signal(int, str, bool)
    """The number of an incident, the label of an item of its playbook, and whether it is done."""
    hush_asked = Signal(object, object)
    unhush_asked = Signal(object)
    """As of `HushLinks`."""
    gone = Signal()
    """It was closed, and nothing of it is at work any more."""

    def __init__(
        self,
        path: Path,
        open_file: Callable[[Path], Reader] = Reader,
        *,
        pause_ms: int = PAUSE_MS,
        now: Callable[[], Instant] | None = None,
        wall: Callable[[], Instant] = _wall,
        config_file: Path | None = None,
        places: Places | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._names: Mapping[str, str] = {}
        self._watched: Mapping[str, tuple[Surface, ...]] = {}
        self._watching = True
        self._pause_ms = pause_ms
        self._told_now = now
        self._wall = wall
        self._paused = False
        self._told: tuple[Instant, Instant] | None = None
        self._config: Config | None = None
        self._config_file = config_file
        self.playbook: ChecklistPane | None = None
        """Of the incident that is shown, once one is; none without a configuration file to have it beside."""
        self.dossiers = DossierSaving(path, lambda: self._config, self._now, lambda: self._watching, self)
        self.exports = Exporting(path, self._now, self)
        self.pictures = PictureSaving(self)
        self._savings: tuple[Saving, ...] = (self.dossiers, self.exports, self.pictures)
        for saving in self._savings:
            saving.finished.connect(self._look_whether_gone)
        self._asked_at_s: float | None = None
        self._has_failed = False
        """Something of what was asked last could not be read."""
        self._is_told = True
        """What the words say is about the reading."""
        self.words = Words()
        self.words.say("Reading…")
        self._asked: Question | None = None
        self._opened = ""
        self._incident: int | None = None
        self._came_from: list[QWidget] = []
        self._day: date | None = None
        self._faces: Mapping[str, Face] = {}
        self._archive = Archive(partial(open_file, path), self)
        self._archive.answered.connect(self._show_answer)
        self._archive.failed.connect(self._show_problem)
        self._archive.finished.connect(self._look_whether_gone)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._ask)
        self._edge = QTimer(self)
        self._edge.setSingleShot(True)
        self._edge.setInterval(EDGE_MS)
        self._edge.timeout.connect(self._move_on)
        self.setWindowTitle("TrayUptime – History")
        self._make_pages()
        self._lay_out()
        self._bind_keys()
        Placer(self, "history", places or Places(), may_shrink=True).put(None)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Until its user has made it another."""
        return USUAL.boundedTo(self.screen().availableSize() * MOST_OF_SCREEN)

    def _make_pages(self) -> None:
        self.overview = Overview()
        self.overview.length_asked.connect(self._ask)
        self.overview.provider_asked.connect(self.open_provider)
        self.overview.dossier_asked.connect(self._ask_dossier)
        self.overview.export.asked.connect(self.exports.ask)
        self.provider = ProviderPage(SystemZone())
        self.provider.asked.connect(self._archive.ask)
        self.provider.more_asked.connect(self._ask)
        self.provider.compare_asked.connect(self._compare)
        self.provider.dossier_asked.connect(self._ask_dossier)
        self.provider.export.asked.connect(self.exports.ask)
        self.dossiers.asked.connect(self._archive.ask)
        for page in (self.overview, self.provider, self.provider.hours):
            page.taking.save_asked.connect(self.pictures.ask)
        self.provider.incident_asked.connect(self.open_incident)
        self.provider.incidents.incident_asked.connect(self.open_incident)
        self.incidents = IncidentsTable()
        self.incidents.incident_asked.connect(self.open_incident)
        self.incident = IncidentPage()
        self.incident.left.connect(self.go_back)
        self.incident.note_added.connect(self.note_added)
        self.incident.page_asked.connect(_open_page)
        self.incident.hush_asked.connect(self.hush_asked)
        self.incident.unhush_asked.connect(self.unhush_asked)
        self.events = Events()
        self.pages = QStackedWidget()
        self._tabs = QButtonGroup(self)
        self._tab_of: dict[QWidget, QToolButton] = {}
        self._back = quiet_button("‹ &Back", self.go_back)

    def show_view(self, view: View) -> None:
        """The providers as they are now; names stay when one is no longer watched.

        One that goes on under another id is shown under that: the history has nothing under the old one.
        """
        self._watching = not view.crashed
        self._config = view.told.config
        self._told = None if view.crashed else (view.told.at, self._wall())
        asks, self._paused = self._paused and not view.paused, view.paused
        watched = {light.id: tuple(surface.surface for surface in light.surfaces) for light in view.lights}
        gone = {old: new for old, new in view.told.renamed.items() if old not in watched}
        if self._opened in gone:
            self._opened, asks = gone[self._opened], True
        names = {each: name for each, name in self._names.items() if each not in gone}
        names |= names_of(view.lights)
        self._faces = {light.id: light_face(light) for light in view.lights}
        self.overview.name(names, self._faces)
        self.incident.show_view(view)
        if self._opened:
            self.provider.introduce(self._opened, names, self._faces.get(self._opened))
        if names != self._names or watched != self._watched:
            self._names, self._watched = names, watched
            asks = True
        if asks and self.isVisible():
            self._ask()

    def refresh(self, *, news: bool = False) -> None:
        """Reads again if the window is open: at once if there is news, or when the pause is over."""
        if self.isVisible() and news:
            self._ask()
        if not self.isVisible() or self._later.isActive():
            return
        pause_ms = self._pause_ms
        if self.pages.currentWidget() is self.incident:
            pause_ms *= JUDGED_PAUSES
        since_ms = pause_ms
        if self._asked_at_s is not None:
            since_ms = round((time.monotonic() - self._asked_at_s) * 1000)
        if since_ms >= pause_ms:
            self._ask()
        else:
            self._later.start(pause_ms - since_ms)

    def _move_on(self) -> None:
        """Nothing is told while the engine pauses, or nobody is asked: time goes on all the same."""
        if self.isVisible() and not self.isMinimized():
            self._ask()
        elif self.isVisible():
            self._edge.start()

    def finish(self) -> None:
        """Waits for an answer and for a file under way; before the application ends."""
        self.hide()  # where it is then, it opens the next time
        self._later.stop()
        self._edge.stop()
        self.exports.cancel()
        self._archive.finish()
        for saving in self._savings:
            saving.finish()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Closed, it reads nothing and keeps no thread: an export is broken off, a dossier is soon done."""
        self._later.stop()
        self._edge.stop()
        self._archive.rest()
        self.exports.cancel()
        self._asked_at_s = None
        super().closeEvent(event)
        QTimer.singleShot(0, self, self._look_whether_gone)

    def _look_whether_gone(self) -> None:
        if not (self.isVisible() or self._archive.busy or any(saving.busy for saving in self._savings)):
            first_tokens.forget()
            self.gone.emit()

    def _now(self) -> Instant:
        """By the engine's clock, which in a demonstration is another one than the wall's.

        How long ago that was told is taken from the wall's: others stand still while the computer sleeps.
        """
        if self._told_now is not None:
            return self._told_now()
        if self._told is None:
            return self._wall()
        at, heard_at = self._told
        return at + self._wall() - heard_at

    def open_provider(self, provider: str, day: date | None = None) -> None:
        """Turns to a provider's page, and to a day of it."""
        self._go_on()
        if provider != self._opened:
            for saving in self._savings:
                saving.delivery.pass_on()
        self._opened = provider
        self._day = day
        self.provider.introduce(provider, self._names, self._faces.get(provider))
        self._turn_to(self.provider)
        self.provider.own.lanes.setFocus()

    def _ask_dossier(self, provider: str) -> None:
        if self.pages.currentWidget() is self.provider:
            name = self._names.get(provider, provider)
            self.dossiers.ask(provider, {provider: name}, self.provider.scope)
        else:
            self.dossiers.ask(provider, self.overview.names, None)

    def _compare(self, provider: str | None) -> None:
        self.provider.show_past_beside(None)
        if provider is not None:
            self._ask()

    def open_incident(self, number: int) -> None:
        """Turns to an incident's page."""
        self._go_on()
        self._incident = number
        self.incident.say("Reading…")
        self._show_playbook(number)
        self._turn_to(self.incident)
        self.incident.take_focus()

    def show_noted(self, incident: int) -> None:
        """Somebody noted something at an incident."""
        if self.isVisible() and self.pages.currentWidget() is self.incident and incident == self._incident:
            self._ask()

    def refuse_note(self, incident: int, why: str) -> None:
        """A note could not be kept."""
        if incident == self._incident:
            self.incident.refuse_note(why)

    def refuse_tick(self, incident: int, why: str) -> None:
        """A tick could not be kept."""
        if self.playbook is not None:
            self.playbook.hear_unticked(incident, why)

    def go_back(self) -> None:
        """To where one came from."""
        page = self._came_from.pop() if self._came_from else self.overview
        self._turn_to(page)
        if page is self.overview:
            self.overview.bars.setFocus()
        elif page is self.provider:
            self.provider.own.lanes.setFocus()
        elif page is self.incidents:
            self.incidents.take_focus()

    def _show_playbook(self, number: int) -> None:
        if self.playbook is None and self._config_file is not None:
            from trayuptime.ui.history.checklist_pane import ChecklistPane  # noqa: PLC0415 - not before it is wanted

            self.playbook = ChecklistPane(self._archive, self._config_file)
            self.playbook.tick_asked.connect(self.tick_asked)
            self.incident.set_playbook(self.playbook)
        if self.playbook is not None:
            self.playbook.show_incident(number)

    def _go_on(self) -> None:
        """Remembers where one is, to come back to."""
        page = self.pages.currentWidget()
        if page is not None and page not in {self.incident, *self._came_from}:
            self._came_from.append(page)

    def _ask(self) -> None:
        """Has what is on the screen read."""
        self._later.stop()
        self._edge.start()
        self._has_failed = False
        self._asked_at_s = time.monotonic()
        if self.playbook is not None and self.pages.currentWidget() is self.incident:
            self.playbook.refresh()  # first: a box waits for it, and to judge an incident takes a second
        self._ask_each(self._questions())

    def _ask_each(self, questions: Iterator[Question]) -> None:
        for question in questions:
            self._asked = question
            self._archive.ask(question)

    def _questions(self) -> Iterator[Question]:
        now = self._now()
        match self.pages.currentWidget():
            case self.events:
                yield EventsQuestion(dict(self._names))
            case self.incidents:
                yield IncidentsQuestion(None, dict(self._names), now, self._watching)
            case self.incident if self._incident is not None:
                rules_of = _usual_rules if self._config is None else self._config.rules_of
                for judged in [True] if self.incident.number == self._incident else [False, True]:
                    yield IncidentQuestion(
                        self._incident, dict(self._names), rules_of, now, self._watching, judged
                    )
            case self.provider:
                for provider in self._shown_providers:
                    yield PastQuestion(provider, self._watched.get(provider, ()), now, self._watching)
            case _:
                yield DayRowsQuestion(
                    self.overview.length, now, SystemZone(), dict(self._watched), watching=self._watching
                )

    def _questions_after_past(self) -> Iterator[Question]:
        """Once the time line is there it has asked for its latencies, which stand in view and go first."""
        now = self._now()
        for provider in self._shown_providers:
            yield FiguresQuestion(provider, self._watched.get(provider, ()), now, self._watching)
        yield IncidentsQuestion(self._opened, {self._opened: ""}, now, self._watching)
        if days := self.provider.hours_wanted:
            parts = self._watched.get(self._opened, ())
            yield HoursQuestion(self._opened, parts, now, days, SystemZone(), self._watching)

    @property
    def _shown_providers(self) -> list[str]:
        compared = self.provider.compared
        return [self._opened] if compared is None else [self._opened, compared]

    def _show_answer(self, question: Question, answer: Any) -> None:
        if not self.isVisible():  # to show it might ask for more, of which nobody would see anything
            self._archive.rest()  # what a playbook asks by itself begins the thread anew
            return
        match question:
            case DayRowsQuestion():
                self.overview.show_rows(answer)
            case EventsQuestion():
                self.events.show_rows(answer)
            case PastQuestion(provider=self._opened):
                self._show_past(answer)
            case FiguresQuestion(provider=self._opened):
                self.provider.show_figures(answer)
            case PastQuestion(provider=self.provider.compared):
                self.provider.show_past_beside(answer)
            case FiguresQuestion(provider=self.provider.compared):
                self.provider.show_figures_beside(answer)
            case IncidentsQuestion(provider=None):
                self.incidents.show_rows(answer)
            case IncidentsQuestion(provider=self._opened):
                self.provider.incidents.show_rows(answer)
            case IncidentQuestion(number=self._incident):
                self._show_incident(answer)
            case HoursQuestion(provider=self._opened, days=self.provider.hours_wanted):
                self.provider.hours.show_hours(answer)
            case PromiseQuestion():
                self.dossiers.show_promise(question, answer)
            case PacesQuestion():
                self.provider.show_paces(question, answer)
            case AnswersQuestion():
                self.provider.show_answers(question, answer)
        if question is self._asked and self._is_told and not self._has_failed:
            self._is_told = False
            self.words.say("")
        self.pages.show()
        self._over(question)

    def _show_past(self, past: Past | None) -> None:
        if past is None:
            self.provider.say_nothing_known()
            return
        self.provider.show_past(past)
        if self._day is not None:
            self.provider.go_to(self._day)
            self._day = None

    def _show_incident(self, shown: IncidentShown | None) -> None:
        if shown is None:
            self.incident.say(f"There is no incident {self._incident} any more.")
        else:
            self.incident.show_incident(shown)

    def _show_problem(self, question: Question, sentence: str) -> None:
        """What was read before stays; it is told that it is not of now."""
        if not self.isVisible():
            self._archive.rest()
        self._has_failed = self._is_told = True
        self.words.say(sentence)
        self._over(question)

    def _over(self, question: Question) -> None:
        if question is not self._asked:
            return
        if isinstance(question, PastQuestion):
            self._ask_each(self._questions_after_past())
        else:
            self.refreshed.emit()

    def _begin_at(self, page: QWidget) -> None:
        """From a page that has its own tab there is no way back."""
        self._came_from.clear()
        self._turn_to(page)

    def _turn_to(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        if page in self._tab_of:
            self._tab_of[page].setChecked(True)
        self._back.setHidden(page is not self.provider)  # the page of an incident has its own
        if self.isVisible():
            self._ask()

    def _lay_out(self) -> None:
        tabs = QHBoxLayout()
        tabs.setSpacing(Step.TIGHT)
        self._back.setToolTip("Back to all providers (Backspace)")
        self._back.hide()
        tabs.addWidget(self._back)
        for words, page in (
            ("&Days", self.overview),
            ("&Incidents", self.incidents),
            ("What &happened", self.events),
        ):
            self.pages.addWidget(page)
            tab = quiet_button(words, partial(self._begin_at, page))
            tab.setCheckable(True)
            tab.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            self._tabs.addButton(tab)
            self._tab_of[page] = tab
            tabs.addWidget(tab)
        self._tab_of[self.overview].setChecked(True)
        self.pages.addWidget(self.provider)
        self.pages.addWidget(self.incident)
        tabs.addStretch(1)
        self.pages.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Step.NORMAL, Step.NORMAL, Step.NORMAL, Step.NORMAL)
        layout.setSpacing(Step.TIGHT)
        layout.addLayout(tabs)
        layout.addWidget(self.words, 0, Qt.AlignmentFlag.AlignTop)
        for saving in self._savings:
            layout.addWidget(saving.delivery)
        layout.addWidget(self.pages, 1)

    def _bind_keys(self) -> None:
        for keys, call in (
            (QKeySequence(QKeySequence.StandardKey.Close), self.close),
            (QKeySequence(Qt.Key.Key_Escape), self._leave),
            (QKeySequence(Qt.Key.Key_Backspace), self.go_back),
            (QKeySequence(QKeySequence.StandardKey.Refresh), self._ask),
            (QKeySequence(QKeySequence.StandardKey.Find), self._find),
        ):
            QShortcut(keys, self).activated.connect(call)

    def _leave(self) -> None:
        """One step back; from where one came in, out. What is sought is given up first."""
        if self.overview.sought.hasFocus() and self.overview.sought.text():
            self.overview.sought.clear()
            return
        if self.pages.currentWidget() in {self.provider, self.incident}:
            self.go_back()
        else:
            self.close()

    def _find(self) -> None:
        """Where incidents are listed among them, otherwise a provider."""
        match self.pages.currentWidget():
            case self.incidents:
                self.incidents.focus_filter()
            case self.provider:
                self.provider.incidents.focus_filter()
            case _:
                self._begin_at(self.overview)
                self.overview.sought.setFocus()


def _usual_rules(_provider: str) -> Rules:
    """What holds where nothing is configured."""
    return Rules()


def _open_page(url: str) -> None:
    QDesktopServices.openUrl(QUrl(url))
