"""Which stretch of time is in view: buttons for the usual ones, and a day, a month or a year to go to."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial

from PySide6.QtCore import QDate
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from trayuptime.core.model import Span
from trayuptime.core.wall_clock import first_instant, local_date
from trayuptime.ui.charts.time_view import TimeView
from trayuptime.ui.history.day_field import DayField
from trayuptime.ui.pieces import quiet_button
from trayuptime.ui.theme import Step

RANGES = (("24 h", 1), ("7 d", 7), ("30 d", 30), ("90 d", 90))
_DAY_MS = 86_400_000


_A_DAY_MS = _DAY_MS + 3_600_000
"""The longest: the clocks are put back in it."""


class RangeBar(QWidget):
    """Moves the view, and shows where it is whoever moved it; the button of what is in view is pressed."""

    def __init__(self, view: TimeView, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._zone = zone
        self._showing = False
        self.buttons: dict[int | None, QToolButton] = {}
        """By their days; that of everything by `None`."""
        self.day = DayField()
        self.day.dateChanged.connect(self._pick)
        self.day.stretch_asked.connect(self._go)
        QShortcut(QKeySequence("Ctrl+G"), parent or self).activated.connect(self.day.take_focus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Step.TIGHT // 2)
        for label, days in RANGES:
            self._add(days, label, f"The last {label}", partial(self.show_last, days))
        self._add(None, "&All", "All that was recorded", view.show_all)
        layout.addSpacing(Step.TIGHT)
        layout.addWidget(QLabel("Go to"))
        layout.addWidget(self.day)
        view.moved.connect(self.show_view)

    def show_last(self, days: int) -> None:
        """Brings the newest days into view."""
        end = self._view.limits.end
        self._view.show(Span(end - days * _DAY_MS, end))

    def go_to(self, day: date) -> None:
        """Brings a day into view."""
        self._go(day, day + timedelta(days=1))

    def show_view(self) -> None:
        """What is in view now, and which days there are to go to."""
        span, limits = self._view.span, self._view.limits
        for days, button in self.buttons.items():
            everything = span == limits
            newest = days is not None and span == Span(limits.end - days * _DAY_MS, limits.end)
            button.setChecked(everything if days is None else newest and not everything)
        day = _qdate(self._day_in(span, limits))
        self._showing = True
        self.day.setDateRange(*(_qdate(local_date(at, self._zone)) for at in (limits.start, limits.end)))
        if self.day.date() != day:  # the same one again would undo what is half typed
            self.day.setDate(day)
        self._showing = False

    def _day_in(self, span: Span, limits: Span) -> date:
        """The one in the middle; of a day that is not over, or was not seen from its start, that one."""
        if span.end - span.start <= _A_DAY_MS:
            if span.end == limits.end:
                return local_date(span.end - 1, self._zone)
            if span.start == limits.start:
                return local_date(span.start, self._zone)
        return local_date((span.start + span.end) // 2, self._zone)

    def _add(self, days: int | None, words: str, told: str, call: Callable[[], object]) -> None:
        button = quiet_button(words, call)
        button.clicked.connect(lambda *_: self.show_view())  # pressed twice it is in view all the same
        button.setCheckable(True)
        button.setAccessibleName(told)
        button.setToolTip(told)
        self.buttons[days] = button
        layout = self.layout()
        assert layout is not None
        layout.addWidget(button)

    def _go(self, first: date, after: date) -> None:
        start, end = (first_instant(datetime.combine(day, time.min), self._zone) for day in (first, after))
        self._view.show(Span(start, end))
        self.show_view()  # in view already, what was typed gives way to the day in its middle

    def _pick(self, day: QDate) -> None:
        if not self._showing:
            self.go_to(date(day.year(), day.month(), day.day()))


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)
