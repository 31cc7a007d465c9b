"""One provider: its time line from years to single results, and its figures; another one to compare."""

from collections.abc import Iterable, Mapping
from datetime import date, tzinfo
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from trayuptime.core import troubles
from trayuptime.core.model import Instant, Span
from trayuptime.core.strip import Status
from trayuptime.core.wall_clock import local_date
from trayuptime.core.window import Window
from trayuptime.ui import theme
from trayuptime.ui.charts.exhibit import Exhibit, Table
from trayuptime.ui.charts.latency_plot import Answer
from trayuptime.ui.charts.legend import Legend
from trayuptime.ui.charts.strokes import Stroke
from trayuptime.ui.charts.taking import Taking
from trayuptime.ui.charts.time_view import TimeView
from trayuptime.ui.history.charts_room import ChartsRoom
from trayuptime.ui.history.exporting import ExportButton, Scope
from trayuptime.ui.history.figures_table import FiguresTable
from trayuptime.ui.history.hours_pane import HoursPane
from trayuptime.ui.history.incidents import IncidentsTable
from trayuptime.ui.history.past import (
    THEIRS,
    AnswersQuestion,
    Figured,
    PacesQuestion,
    Pacing,
    Past,
)
from trayuptime.ui.history.provider_head import ProviderHead
from trayuptime.ui.history.range_bar import RangeBar
from trayuptime.ui.history.strand import Strand
from trayuptime.ui.history.strands import Strands
from trayuptime.ui.history.times import days_named, exact
from trayuptime.ui.history.twin import Twin
from trayuptime.ui.marks import Face, Mark
from trayuptime.ui.pieces import Line, quiet_button
from trayuptime.ui.theme import Step

BELOW_PX = 124
"""So much of what is below the charts stays where these want more room: heads and some rows."""
HINT = (
    "Wheel or + and - zoom, dragging or Shift and arrows move, 0 shows all; arrows point, with Ctrl at the"
    " next change; Enter opens an incident."
)
READING = "Reading…"
FIRST_DAYS = 30
"""What is in view at first."""
NOBODY = "Compare with…"
_HOW_LATENCY = "The scale of latencies is logarithmic."
_RUNS = ("Lane", "Was", "From", "Until", "For")


class ProviderPage(QWidget):
    """Draws a provider's past."""

    asked = Signal(object)
    """A question to the history."""
    incident_asked = Signal(int)
    more_asked = Signal()
    """Something is looked at that was not read yet."""
    compare_asked = Signal(object)
    """The id of another provider, or `None`."""
    dossier_asked = Signal(str)

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zone = zone
        self.view = TimeView(Span(0, 60_000), self)
        self._statuses: frozenset[Status] = frozenset()
        self._claimed: frozenset[Status] = frozenset()
        self._provider = ""
        self._others: dict[str, str] | None = None
        self._figures: tuple[Figured, ...] = ()
        self._figures_beside: tuple[Figured, ...] = ()
        self.own = Strand(self.view, zone)
        self.beside = Strand(self.view, zone)
        self.strands = Strands(self.own, self.beside)
        self.line = Line()
        self.line.say(HINT)
        self.legend = Legend()
        self.figures = FiguresTable()
        self.runs = Twin("Time line, in words")
        self.incidents = IncidentsTable()
        self.others = QComboBox()
        self.ranges = RangeBar(self.view, zone, self)
        self.export = ExportButton(self._scopes)
        self.in_words = quiet_button("As a &table", self._turn)
        self.pictured = QStackedWidget()
        self.room = ChartsRoom(self.pictured, self.line, self.legend)
        self.below = QSplitter(Qt.Orientation.Horizontal)
        self.parted = QSplitter(Qt.Orientation.Vertical)
        self.facts = QTabWidget()
        self.hours = HoursPane(zone)
        charts = [chart for strand in (self.own, self.beside) for chart in (strand.lanes, strand.plot)]
        self.taking = Taking(charts, self.exhibit, "Pict&ure", self)
        self.head = ProviderHead(
            self.ranges,
            (
                self.others,
                self.in_words,
                self.taking.button,
                self.export,
                quiet_button("D&ossier…", self._ask_dossier),
            ),
        )
        self.mark, self.title = self.head.mark, self.head.title
        self._lay_out()
        self.view.moved.connect(self._tell)
        self.view.moved.connect(self._explain_strokes)
        self.view.pointed.connect(self._point)
        for strand in (self.own, self.beside):
            strand.asked.connect(self.asked)
            strand.scaled.connect(self._scale)
            strand.answered.connect(self._see_answers)
            for chart in (strand.lanes, strand.plot):
                chart.chosen.connect(partial(self._choose, strand))
        self.facts.currentChanged.connect(self._turn_facts)
        self.hours.length_asked.connect(self.more_asked)
        self.taking.told.connect(self.line.say)
        self.others.currentIndexChanged.connect(lambda _: self.compare_asked.emit(self.compared))

    @property
    def compared(self) -> str | None:
        """The id of the provider that is shown beside this one."""
        found: str | None = self.others.currentData()
        return found

    def introduce(self, provider: str, names: Mapping[str, str], face: Face | None) -> None:
        """Which one it is, what it and all others are called, and how it is now."""
        name = names.get(provider, provider)
        if provider != self._provider:
            self._provider = provider
            self._forget()
        self.title.say(name)
        self.own.title.say(name)
        self.own.title.setHidden(self.beside.past is None)
        self.hours.introduce(provider, name)
        self.mark.show_face(face or Face(Mark.UNKNOWN), "" if face is None else face.mark.value)
        self.mark.setHidden(face is None)
        others = {other: called for other, called in names.items() if other != provider}
        if others != self._others:
            self._others = others
            self._offer_others()

    def _forget(self) -> None:
        """Nothing that is known of one provider may stand under the name of another."""
        self.own.show_past(None)
        self._explain()
        self._tell()
        self.show_figures(())
        self.incidents.show_rows(())
        self.view.point(None)
        self.line.say(READING)

    def say_nothing_known(self) -> None:
        """There is nothing of it in the history yet."""
        self._forget()
        self.line.say("Nothing is known of it yet.")

    def _offer_others(self) -> None:
        compared = self.compared
        with QSignalBlocker(self.others):
            self.others.clear()
            self.others.addItem(NOBODY, None)
            for other, called in (self._others or {}).items():
                self.others.addItem(called, other)
            self.others.setCurrentIndex(max(0, self.others.findData(compared)))
        self.others.setHidden(not self._others)
        if compared is not None and self.compared is None:
            self.show_past_beside(None)

    def show_past(self, past: Past) -> None:
        """Draws it; of the same provider as before what is in view stays in view."""
        before = self.own.past
        same = before is not None and before.provider == past.provider
        self.own.show_past(past)
        self.strands.fit()
        self._explain()
        self.view.limit(past.hull)
        if not same:
            self.line.say(HINT)
            self.ranges.show_last(FIRST_DAYS)
        self.ranges.show_view()
        self._tell()

    def show_past_beside(self, past: Past | None) -> None:
        """Draws another provider's under it, on the same axis."""
        if past is not None:
            self.beside.title.say(self.others.currentText())
        else:
            self._figures_beside = ()
            self._show_figures()
        begins = past is not None and self.beside.past is None
        self.beside.show_past(past)
        self.strands.compare(compared=past is not None)
        self.own.name_charts("" if past is None else self.title.accessibleName())
        self.beside.name_charts(self.others.currentText())
        if begins:
            self._make_room()
        self._explain()
        self._scale()
        self._point()
        self._tell()

    def _turn_facts(self) -> None:
        """The incidents give what room the hours want, as far as they can."""
        incidents, facts = self.below.sizes()
        wanted_px = self.hours.wanted_px + theme.GRID_PX  # the tabs have a frame
        lacks = wanted_px - facts if self.facts.currentWidget() is self.hours else 0
        gives = min(lacks, incidents - self.incidents.minimumSizeHint().width())
        if gives > 0:
            self.below.setSizes([incidents - gives, facts + gives])
        self.more_asked.emit()

    def _make_room(self) -> None:
        """Two are compared by looking at both: what is below gives, as far as it still tells something."""
        for each in (self, self.room):  # as they are with the words of two, not as they were
            if (layout := each.layout()) is not None:
                layout.activate()
        above, below = self.parted.sizes()
        words_px = max(0, 2 * self.line.fontMetrics().lineSpacing() - self.line.height())  # two are told of
        lacks = self.strands.least_px(low=True) + words_px - self.strands.viewport().height()
        gives = min(lacks, below - BELOW_PX)
        if gives > 0:
            self.parted.setSizes([above + gives, below - gives])

    def show_figures(self, rows: tuple[Figured, ...]) -> None:
        """Uptime and coverage, always together."""
        self._figures = rows
        self._show_figures()

    def show_figures_beside(self, rows: tuple[Figured, ...]) -> None:
        """The other one's."""
        self._figures_beside = rows
        self._show_figures()

    def show_paces(self, question: PacesQuestion, pacing: Pacing) -> None:
        """Latencies hour for hour."""
        for strand in (self.own, self.beside):
            strand.show_paces(question, pacing)

    def show_answers(self, question: AnswersQuestion, answers: tuple[Answer, ...]) -> None:
        """Latencies one by one."""
        for strand in (self.own, self.beside):
            strand.show_answers(question, answers)

    @property
    def hours_wanted(self) -> int | None:
        """The hours of the week of how many days are looked at; `None` while they are not."""
        return self.hours.length if self.facts.currentWidget() is self.hours else None

    def exhibit(self) -> Exhibit | None:
        """Time line and latency as they are in view, to be taken along."""
        if self.own.past is None or self.own.past.provider != self._provider:
            return None
        span, whose, shown = self.view.span, self.title.accessibleName(), [self.own]
        if self.beside.past is not None:
            whose, shown = f"{whose} (above), {self.others.currentText()} (below)", [self.own, self.beside]
        return Exhibit(
            f"{whose}: time line and latency",
            (f"{exact(span.start, self.zone)} – {exact(span.end, self.zone)}, by your clock.", _HOW_LATENCY),
            tuple(chart.picture() for strand in shown for chart in (strand.lanes, strand.plot)),
            _statuses(shown, span, theirs=False),
            self._table,
            self._strokes,
            _statuses(shown, span, theirs=True),
        )

    def go_to(self, day: date) -> None:
        """Brings a day into view."""
        self.ranges.go_to(day)

    @property
    def scope(self) -> Scope | None:
        """The stretch of its past that is in view; `None` while there is none."""
        past, span = self.own.past, self.view.span
        if past is None:
            return None
        first, last = local_date(span.start, self.zone), local_date(span.end - 1, self.zone)
        window = Window(span.start, None if span.end >= self.view.limits.end else span.end)
        when = f"{first:%d %b %Y} – {last:%d %b %Y}" if first != last else f"{first:%d %b %Y}"
        name = f"{past.provider} {days_named(first, last)}"
        return Scope(self.title.accessibleName(), frozenset({past.provider}), when, window, name)

    def _scopes(self) -> list[Scope]:
        return [] if self.scope is None else [self.scope]

    def _ask_dossier(self) -> None:
        if self.own.past is not None:
            self.dossier_asked.emit(self.own.past.provider)

    def _scale(self) -> None:
        """Both on one scale, or they would not compare."""
        pacings = [strand.pacing for strand in (self.own, self.beside) if strand.pacing is not None]
        for strand in (self.own, self.beside):
            if pacings:
                strand.scale(min(x.least_ms for x in pacings), max(x.most_ms for x in pacings))

        self._explain_strokes()
        self._tell()

    def _see_answers(self) -> None:
        self._explain_strokes()
        self._tell()

    def _explain(self) -> None:
        lanes = (*self.own.lanes.lanes, *self.beside.lanes.lanes)
        self._statuses, self._claimed = (
            frozenset(
                Status(status)
                for lane in lanes
                if (lane.name == THEIRS) is theirs
                for status, _ in lane.strip
            )
            for theirs in (False, True)
        )
        self._explain_strokes()

    def _explain_strokes(self) -> None:
        """Which there are hangs on how close one looks."""
        self.legend.show_statuses(self._statuses, self._claimed, self._strokes)

    @property
    def _strokes(self) -> frozenset[Stroke]:
        return self.own.plot.strokes | self.beside.plot.strokes

    def _show_figures(self) -> None:
        names = self.title.accessibleName(), self.others.currentText()
        self.figures.show_figures(self._figures, self._figures_beside, names)

    def _turn(self) -> None:
        self.pictured.setCurrentIndex(1 if self.in_words.isChecked() else 0)
        self._tell()

    def _tell(self) -> None:
        """Fills the table while it is the one that is seen."""
        if self.pictured.currentWidget() is self.runs:
            headers, rows = self._table()
            self.runs.show_words(headers, rows)

    def _table(self) -> Table:
        if self.beside.past is None:
            return _RUNS, self.own.runs_told(self.view.span)
        own = self.own.runs_told(self.view.span, self.title.accessibleName())
        return _RUNS, [*own, *self.beside.runs_told(self.view.span, self.others.currentText())]

    def _point(self) -> None:
        at = self.view.at
        if at is None or self.own.past is None:
            self.line.say(HINT)
            self._describe("")
            return
        parts = [exact(at, self.zone), *self.own.told_at(at)]
        if self.beside.past is not None:
            parts += [self.others.currentText(), *self.beside.told_at(at)]
        said = " · ".join(parts)
        self.line.say(said)
        self._describe(said)

    def _describe(self, said: str) -> None:
        """To who cannot see it, whichever of the charts has the keys."""
        for strand in (self.own, self.beside):
            strand.describe(said)

    def _choose(self, strand: Strand, at: Instant) -> None:
        """Opens the incident at a moment; of one that is thinner than a finger, the one nearby."""
        if strand.past is None:
            return
        slack = (self.view.span.end - self.view.span.start) * 4 // max(1, strand.lanes.body.width())
        found = troubles.at_moment(strand.past.incidents, at, strand.past.hull.end, slack)
        if found is not None:
            self.incident_asked.emit(found.id)

    def _lay_out(self) -> None:
        self.others.setAccessibleName("Compare with another provider")
        self.others.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.in_words.setCheckable(True)
        self.below.setChildrenCollapsible(False)
        self.below.addWidget(self.incidents)
        self.facts.setDocumentMode(True)
        self.facts.addTab(self.figures, "Fi&gures")
        self.facts.addTab(self.hours, "When does it &fail?")
        self.below.addWidget(self.facts)
        self.below.setSizes([534, 522])
        self.parted.setChildrenCollapsible(False)
        self.pictured.addWidget(self.strands)
        self.pictured.addWidget(self.runs)
        self.parted.addWidget(self.room)
        self.parted.addWidget(self.below)
        self.parted.setStretchFactor(0, 1)
        tab_px, line_px = self.facts.tabBar().sizeHint().height(), self.fontMetrics().lineSpacing()
        self.parted.setSizes([400, tab_px + self.hours.content.minimumSizeHint().height() + 2 * line_px])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.TIGHT)
        layout.addWidget(self.head)
        layout.addWidget(self.parted, 1)


def _statuses(strands: Iterable[Strand], view: Span, *, theirs: bool) -> frozenset[Status]:
    """What is in view of our own lanes, or of those of the vendors' pages."""
    lanes = [lane for strand in strands for lane in strand.lanes.lanes if (lane.name == THEIRS) is theirs]
    return frozenset(status for lane in lanes for status, _ in lane.runs_in(view))
