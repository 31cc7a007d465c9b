"""The overview: every provider's days, one row under the other, in a picture and in words."""

from collections.abc import Callable, Collection, Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from trayuptime.core import words
from trayuptime.core.day_words import day_words, reasons_of, sums_words
from trayuptime.core.strip import Status
from trayuptime.core.window import Window
from trayuptime.ui.charts.day_bars import Bar, DayBars
from trayuptime.ui.charts.exhibit import Exhibit, Table
from trayuptime.ui.charts.legend import Legend
from trayuptime.ui.charts.taking import Taking
from trayuptime.ui.history.day_rows import DayRow
from trayuptime.ui.history.exporting import ExportButton, Scope
from trayuptime.ui.history.nothing_yet import NothingYet
from trayuptime.ui.history.times import days_named
from trayuptime.ui.history.twin import Twin
from trayuptime.ui.marks import Face
from trayuptime.ui.pieces import Words, quiet_button
from trayuptime.ui.theme import Step

LENGTHS = (90, 180, 365)
"""Days."""
NOTHING = "Nothing yet"
WHEN = "No provider has been watched yet. From the first answer on, each day has its place here."
HINT = "Point at a day, or walk over them with the arrow keys; Enter opens the provider."
_HEADERS = ("Provider", "Uptime", "Coverage", "Altogether", "Days with trouble, the newest first")
_TROUBLES = 12
"""So many days of trouble are told of a row in the table; the page of the provider has them all."""


class Overview(QWidget):
    """Draws rows of days; a row is opened by a click or Enter."""

    provider_asked = Signal(str, object)
    """An id, and the date that was pointed at or `None`."""
    length_asked = Signal(int)
    """So many days."""
    dossier_asked = Signal(str)
    """An id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[DayRow, ...] = ()
        self._shown: tuple[DayRow, ...] = ()
        self._names: Mapping[str, str] = {}
        self._faces: Mapping[str, Face] = {}
        self.bars = DayBars()
        self.table = Twin("Days of every provider, in words")
        self.line = Words()
        self.line.say(HINT)
        self.legend = Legend()
        self.none_found = Words()
        self.none_found.hide()
        self.empty = NothingYet(NOTHING, WHEN)
        self.tools = QWidget()
        self.pictured = QStackedWidget()
        self.pictured.addWidget(self.bars)
        self.pictured.addWidget(self.table)
        self.sought = QLineEdit()
        self.sought.setPlaceholderText("Find…")
        words_px = self.fontMetrics().horizontalAdvance(self.sought.placeholderText())
        self.sought.setMinimumWidth(words_px + Step.WIDE)  # Qt would cut it short
        self.sought.setAccessibleName("Find a provider")
        self.sought.setClearButtonEnabled(True)
        self.sought.textChanged.connect(lambda _: self._draw())
        self.lengths = QComboBox()
        self.lengths.setAccessibleName("How far back")
        self.lengths.setToolTip("Days of the calendar, today's until now")
        for days in LENGTHS:
            self.lengths.addItem(f"{days} days", days)
        self.lengths.currentIndexChanged.connect(lambda _: self.length_asked.emit(self.length))
        self.parts = _toggle("&Parts", "A row for each part of a provider: API, web, log-in", self._draw)
        self.parts.setChecked(True)
        self.taking = Taking([self.bars], self.exhibit, "Pict&ure", self)
        self.in_words = _toggle("As a &table", "The same in words", self._turn)
        self.export = ExportButton(self.scopes)
        self.dossier = quiet_button("D&ossier…", self._ask_dossier)
        self.dossier.setToolTip("What a vendor call needs of one provider, as a file")
        self._lay_out()
        self.taking.told.connect(self.line.say)
        self.bars.pointed.connect(self._point)
        self.bars.chosen.connect(self._choose)
        self.table.asked.connect(lambda row: self._choose(row, -1))

    @property
    def rows(self) -> tuple[DayRow, ...]:
        """Those that are drawn."""
        return self._shown

    def show_rows(self, rows: tuple[DayRow, ...]) -> None:
        """Draws these."""
        self._rows = rows
        self._draw()

    def name(self, names: Mapping[str, str], faces: Mapping[str, Face]) -> None:
        """What providers are called, and how they are now, by their ids."""
        if (names, faces) != (self._names, self._faces):
            self._names, self._faces = names, faces
            self._draw()

    @property
    def length(self) -> int:
        """How many days the user wants to see."""
        days: int = self.lengths.currentData()
        return days

    def exhibit(self) -> Exhibit | None:
        """The rows that are shown, all of each, to be taken along."""
        if not self._shown:
            return None
        cells = self._shown[0].cells
        first, last = cells[0].day, cells[-1].day
        return Exhibit(
            "Uptime of AI providers, day for day",
            (f"{first:%d %b %Y} – {last:%d %b %Y}: uptime, and coverage: how much of the time was seen.",),
            (self.bars.picture(),),
            _statuses(self._shown),
            self._table,
        )

    def scopes(self) -> list[Scope]:
        """What may be exported: of these days: everybody, those found, the one that one is on."""
        if not self._rows or not self._rows[0].cells:
            return []
        first, last = self._rows[0].cells[0], self._rows[0].cells[-1]

        def scope(whose: str, name: str, ids: Collection[str] = ()) -> Scope:
            when = f"{first.day:%d %b %Y} – {last.day:%d %b %Y}"
            file = f"{name} {days_named(first.day, last.day)}"
            return Scope(whose, frozenset(ids), when, Window(first.window.start), file)

        found = [scope("All providers", "TrayUptime")]
        shown = dict.fromkeys(row.provider for row in self._shown)
        if self.sought.text().strip() and len(shown) > 1:
            found.append(scope(f"The {len(shown)} found", "TrayUptime", shown))
        if (one := self.current) is not None:
            found.append(scope(self._names.get(one, one), one, {one}))
        return found

    @property
    def names(self) -> dict[str, str]:
        """What the providers that have rows are called, by their ids, in their order."""
        return {row.provider: self._name(row) for row in self._rows}

    @property
    def current(self) -> str | None:
        """The provider whose row one is on, or was on last."""
        row = self.bars.current[0]
        if self.pictured.currentWidget() is self.table:
            row = self.table.currentIndex().row()
        return self._shown[row].provider if 0 <= row < len(self._shown) else None

    def _ask_dossier(self) -> None:
        if (one := self.current) is not None:
            self.dossier_asked.emit(one)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.TIGHT)
        self._lines = QVBoxLayout(self.tools)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(Step.TIGHT)
        self._line = tools = QHBoxLayout()
        tools.setSpacing(Step.TIGHT)
        tools.addWidget(self.sought, 1)
        tools.addWidget(self.lengths)
        tools.addWidget(self.parts)
        tools.addWidget(self.in_words)
        tools.addWidget(self.taking.button)
        tools.addStretch(1)
        tools.addWidget(self.export)
        tools.addWidget(self.dossier)
        self._lines.addLayout(tools)
        layout.addWidget(self.tools)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.none_found, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.pictured, 1)
        layout.addWidget(self.line)
        layout.addWidget(self.legend)
        layout.addStretch()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As if the field stood above the buttons: it does where there is no room beside them."""
        size, empty_px = super().minimumSizeHint(), self.empty.minimumSizeHint().width()
        return QSize(max(size.width() - self.sought.minimumWidth(), empty_px), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """See `minimumSizeHint`."""
        super().resizeEvent(event)
        is_beside = self._line.indexOf(self.sought) == 0
        field_px = 0 if is_beside else self.sought.minimumWidth() + Step.TIGHT
        has_room = self.width() >= self._line.minimumSize().width() + field_px
        if is_beside and not has_room:
            self._line.removeWidget(self.sought)
            self._lines.insertWidget(0, self.sought)
        elif has_room and not is_beside:
            self._lines.removeWidget(self.sought)
            self._line.insertWidget(0, self.sought, 1)

    def _turn(self) -> None:
        self.pictured.setCurrentWidget(self.table if self.in_words.isChecked() else self.bars)
        self._tell()

    def _draw(self) -> None:
        self._shown = tuple(row for row in self._rows if self._is_sought(row))
        days = [cell.day for cell in self._shown[0].cells] if self._shown else []
        self.bars.show_bars([self._bar(row) for row in self._shown], days)
        self._tell()
        self.legend.show_statuses(_statuses(self._shown))
        is_missed = bool(self._rows) and not self._shown
        self.none_found.say(f"No provider has “{self.sought.text()}” in its name." if is_missed else "")
        self.empty.setHidden(bool(self._rows))
        self.tools.setHidden(not self._rows)
        self.pictured.setHidden(not self._shown)
        self._point(*(self.bars.current if self.bars.hasFocus() else (-1, -1)))

    def _tell(self) -> None:
        """Fills the table while it is the one that is seen: a year of thirty providers is many words."""
        if self.pictured.currentWidget() is self.table:
            self.table.show_words(*self._table())

    def _table(self) -> Table:
        return _HEADERS, [self._told(row) for row in self._shown]

    def _is_sought(self, row: DayRow) -> bool:
        if row.surface is not None and not self.parts.isChecked():
            return False
        sought = self.sought.text().strip().casefold()
        return sought in row.provider.casefold() or sought in self._name(row).casefold()

    def _name(self, row: DayRow) -> str:
        return self._names.get(row.provider, row.provider)

    def _title(self, row: DayRow) -> str:
        return self._name(row) if row.surface is None else f"{self._name(row)}, {words.part(row.surface)}"

    def _bar(self, row: DayRow) -> Bar:
        own = row.surface is None
        return Bar(
            f"{row.provider}/{row.surface}",
            self._name(row) if row.surface is None else words.part(row.surface),
            [cell.sums for cell in row.cells],
            face=self._faces.get(row.provider) if own else None,
            indented=not own,
            figures=(words.percent(row.uptime), f"cov. {words.percent(row.coverage)}"),
            words=self._title(row),
        )

    def _told(self, row: DayRow) -> tuple[str, ...]:
        troubled = [
            day_words(cell, reasons_of(cell, row.incidents))
            for cell in reversed(row.cells)
            if cell.sums[Status.DOWN] or cell.sums[Status.DEGRADED]
        ]
        more = len(troubled) - _TROUBLES
        told = troubled[:_TROUBLES] + ([f"and {more} more"] if more > 0 else [])
        return (
            self._title(row),
            words.percent(row.uptime),
            words.percent(row.coverage),
            ", ".join(sums_words(row.sums)),
            "; ".join(told) or "none",
        )

    def _point(self, row: int, day: int) -> None:
        if not 0 <= row < len(self._shown) or not 0 <= day < len(self._shown[row].cells):
            self.line.say(HINT if self._shown else "")
            return
        of = self._shown[row]
        cell = of.cells[day]
        said = f"{self._title(of)} · {day_words(cell, reasons_of(cell, of.incidents))}"
        self.line.say(said)
        self.bars.describe(said)

    def _choose(self, row: int, day: int) -> None:
        of = self._shown[row]
        self.provider_asked.emit(of.provider, of.cells[day].day if day >= 0 else None)


def _statuses(rows: Sequence[DayRow]) -> set[Status]:
    sums = [row.sums for row in rows]
    return {status for status in Status if any(of[status] for of in sums)}


def _toggle(words: str, told: str, call: Callable[[], object]) -> QToolButton:
    button = quiet_button(words, call)
    button.setCheckable(True)
    button.setToolTip(told)
    return button
