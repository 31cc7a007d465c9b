"""When do they fail? A cell for each hour of the week, a row a day, filled as `core.hour_cells` says."""

from calendar import day_abbr
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from trayuptime.core.hour_cells import WHOLE, HourCell, hour_words, scale_of
from trayuptime.core.strip import STATUSES, Status
from trayuptime.ui import theme
from trayuptime.ui.charts.columns import Stack, stack
from trayuptime.ui.charts.fills import brush
from trayuptime.ui.theme import Step

DAYS, HOURS = 7, 24
GAP_PX = 2
NARROWEST_PX, WIDEST_PX = 12, 28
LOWEST_PX, HIGHEST_PX = 14, 22
"""A cell; it stretches no further, a large window has room beside them."""
LEAST_PX = 3
"""Trouble is at least so wide, however little was seen."""
_EVERY = 3
"""So many hours between two marks of the axis."""
_NONE = -1


class HourMap(QWidget):
    """Draws the hours, and lets one walk over them with the keys or the pointer.

    Keys: arrows move a cell, Home and End go to the first and last hour of the day, with Ctrl of the week.
    """

    pointed = Signal(int)
    """The hour of the week that the keys or the pointer are on; -1 for none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells: Sequence[HourCell] = ()
        self._scale = 1.0
        self._at = 0
        self._hovered = _NONE
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAccessibleName("Hours of the week")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_cells(self, cells: Sequence[HourCell]) -> None:
        """Draws these, the 168 of a week or none; the hour one is on stays."""
        self._cells = cells
        self._scale = scale_of(cells)
        self._hovered = _NONE
        self._describe()
        self.update()

    @property
    def cells(self) -> Sequence[HourCell]:
        """What it shows."""
        return self._cells

    @property
    def scale(self) -> float:
        """The share of the seen time that a full cell stands for."""
        return self._scale

    @property
    def current(self) -> int:
        """The hour of the week one is on."""
        return self._at

    def go_to(self, number: int) -> None:
        """Puts the cursor on an hour of the week."""
        self._at, self._hovered = number, _NONE
        self._describe()
        self.update()
        self.pointed.emit(number)

    def picture(self) -> QPixmap:
        """As it is on the screen, without the cursor; no wider than the cells are."""
        size = QSize(self._left_px() + HOURS * self._step() + Step.TIGHT, self._height_px(self._row_px()))
        drawn = QPixmap(size * self.devicePixelRatioF())
        drawn.setDevicePixelRatio(self.devicePixelRatioF())
        drawn.fill(self.palette().color(QPalette.ColorRole.Base))
        painter = QPainter(drawn)
        painter.setFont(self.font())
        self._paint(painter)
        painter.end()
        return drawn

    def _describe(self) -> None:
        self.setAccessibleDescription(hour_words(self._cells[self._at]) if self._cells else "")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    # Keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See the class."""
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        day, hour = divmod(self._at, HOURS)
        match event.key():
            case Qt.Key.Key_Left:
                hour = max(hour - 1, 0)
            case Qt.Key.Key_Right:
                hour = min(hour + 1, HOURS - 1)
            case Qt.Key.Key_Up:
                day = max(day - 1, 0)
            case Qt.Key.Key_Down:
                day = min(day + 1, DAYS - 1)
            case Qt.Key.Key_Home:
                day, hour = 0 if ctrl else day, 0
            case Qt.Key.Key_End:
                day, hour = DAYS - 1 if ctrl else day, HOURS - 1
            case _:
                super().keyPressEvent(event)
                return
        if self._cells:
            self.go_to(day * HOURS + hour)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """What the pointer is on is told."""
        self._hover(self._number_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click puts the cursor there."""
        number = self._number_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and number != _NONE:
            self.go_to(number)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Gone, and with it what it was on."""
        self._hover(_NONE)
        super().leaveEvent(event)

    def _hover(self, number: int) -> None:
        if number != self._hovered:
            self._hovered = number
            self.pointed.emit(number)
            self.update()

    # Room

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Cells of a fair size."""
        width = self._left_px() + HOURS * (20 + GAP_PX) + Step.TIGHT
        return QSize(width, self._height_px(HIGHEST_PX + GAP_PX))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """The narrowest cells."""
        width = self._left_px() + HOURS * (NARROWEST_PX + GAP_PX) + Step.TIGHT
        return QSize(width, self._height_px(self._least_row_px()))

    def _left_px(self) -> int:
        metrics = QFontMetrics(theme.small(self.font()))
        return max(map(metrics.horizontalAdvance, day_abbr)) + Step.TIGHT + Step.NORMAL

    def _height_px(self, row_px: int) -> int:
        axis = QFontMetrics(theme.small(self.font())).height() + Step.TIGHT // 2
        return Step.TIGHT + DAYS * row_px + axis

    def _least_row_px(self) -> int:
        return max(LOWEST_PX, QFontMetrics(theme.small(self.font())).height()) + GAP_PX

    def _row_px(self) -> int:
        room = (self.height() - self._height_px(0)) // DAYS
        return max(self._least_row_px(), min(room, HIGHEST_PX + GAP_PX))

    def _step(self) -> int:
        room = self.width() - self._left_px() - Step.TIGHT
        return max(NARROWEST_PX, min(room // HOURS - GAP_PX, WIDEST_PX)) + GAP_PX

    def _area(self, number: int) -> QRect:
        day, hour = divmod(number, HOURS)
        step, row = self._step(), self._row_px()
        return QRect(self._left_px() + hour * step, Step.TIGHT // 2 + day * row, step - GAP_PX, row - GAP_PX)

    def _number_at(self, at: QPoint) -> int:
        if not self._cells:
            return _NONE
        hour = (at.x() - self._left_px()) // self._step()
        day = (at.y() - Step.TIGHT // 2) // self._row_px()
        return day * HOURS + hour if 0 <= hour < HOURS and 0 <= day < DAYS else _NONE

    # Paint

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draws all of it."""
        painter = QPainter(self)
        self._paint(painter)
        at = self._hovered if self._hovered != _NONE else self._at
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._cells and (self.hasFocus() or self._hovered != _NONE):
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1))
            painter.drawRect(self._area(at).adjusted(-2, -2, 1, 1))
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), theme.RADIUS_PX, theme.RADIUS_PX)

    def _paint(self, painter: QPainter) -> None:
        palette = self.palette()
        fills = {status: brush(status, palette) for status in Status}
        outline = theme.quiet_line(palette)
        for number, cell in enumerate(self._cells):
            area = self._area(number)
            width = seen_px(cell, area.width())
            if width < area.width():
                painter.setPen(outline)
                painter.drawRect(area.adjusted(0, 0, -1, -1))
            bottom = area.bottom() + 1
            for status, height in filled(cell, self._scale, area.height()):
                bottom -= height
                if status is not Status.UNSEEN:
                    painter.fillRect(area.left(), bottom, width, height, fills[status])
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.setFont(theme.small(self.font()))
        for day in range(DAYS):
            row = QRect(Step.TIGHT, self._area(day * HOURS).top(), self._left_px(), self._row_px() - GAP_PX)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, day_abbr[day])
        base = Step.TIGHT // 2 + DAYS * self._row_px() + painter.fontMetrics().ascent()
        for hour in range(0, HOURS, _EVERY):
            painter.drawText(self._area(hour).left(), base, f"{hour:02}:00")
        painter.setFont(self.font())


def statuses_of(cells: Iterable[HourCell]) -> set[Status]:
    """Those that are drawn of these."""
    found: set[Status] = set()
    for cell in cells:
        found |= {Status.UP} if cell.is_known else set()
        found |= {Status.DOWN} if cell.down_ms else set()
        found |= {Status.DEGRADED} if cell.degraded_ms else set()
        found |= {Status.UNSEEN} if cell.coverage <= WHOLE else set()
    return found


def seen_px(cell: HourCell, width_px: int) -> int:
    """How wide a cell is filled; a hole is at least a pixel, and where there was trouble it can be seen."""
    if not cell.breadth:
        return 0
    width = width_px if cell.breadth == 1 else min(width_px - 1, round(width_px * cell.breadth))
    return max(width, LEAST_PX)


def filled(cell: HourCell, scale: float, height_px: int) -> Stack:
    """How high each status stands in a cell: down, degraded, then up if enough was seen to say so."""
    sums = [0] * STATUSES
    for status, ms in cell.stacked(scale).items():
        sums[status] = ms
    return stack(tuple(sums), height_px)
