"""A day to go to; a month or a year, where that much alone is typed."""

import re
from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QTextCharFormat
from PySide6.QtWidgets import QDateEdit, QWidget

from trayuptime.ui import theme

_LESS = re.compile(r"(\d{4})(?:-(\d{1,2}))?-?")
_WRITTEN = "0123456789-"
_MONTHS = 12
_TOLD = "A day as 2026-10-03, a month as 2026-10 or a year as 2026, then Enter"


class DayField(QDateEdit):
    """Qt's own field, but on Enter a month is a month: Qt keeps the rest of the day that stood there.

    A year alone is one where all was selected; typed into its part of the field it is that of the day.
    """

    stretch_asked = Signal(object, object)
    """The first day of a month or a year that was typed, and the first one after it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QDate.currentDate(), parent)
        self.setCalendarPopup(True)
        self.setDisplayFormat("yyyy-MM-dd")
        self.setAccessibleName("Go to a day")
        self.setAccessibleDescription(_TOLD)
        self.setToolTip(theme.plain_tooltip(_TOLD))
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):  # red is for what is down
            self.calendarWidget().setWeekdayTextFormat(day, QTextCharFormat())
        self.setKeyboardTracking(False)  # half a date that is typed is another date
        self._typed = ""
        self._was_whole = False

    def take_focus(self) -> None:
        """What is typed next is a whole date."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See the class."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            typed, self._typed = self._typed, ""
            found = stretch_of(typed)
            if found is not None and (self._was_whole or "-" in typed):
                self.setDate(self.date())  # or what Qt made of it would be gone to later
                self.stretch_asked.emit(*found)
                return
        elif event.text() and event.text() in _WRITTEN:
            if not self._typed:
                self._was_whole = self.lineEdit().selectedText() == self.lineEdit().text()
            self._typed += event.text()
        else:
            self._typed = ""
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Whatever was typed before is another matter."""
        self._typed = ""
        super().focusInEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The same: it goes on in another part of the field."""
        self._typed = ""
        super().mousePressEvent(event)


def stretch_of(typed: str) -> tuple[date, date] | None:
    """The first day of a month or a year, and the first one after it; `None` for anything else."""
    match = _LESS.fullmatch(typed.strip())
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 1)
    if not (date.min.year <= year < date.max.year and 1 <= month <= _MONTHS):
        return None
    if match[2] is None:
        return date(year, 1, 1), date(year + 1, 1, 1)
    return date(year, month, 1), date(year + month // _MONTHS, month % _MONTHS + 1, 1)
