"""Bars of days, a row each: one cell a day, so that a look across the rows compares days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

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
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from trayuptime.core.strip import Status
from trayuptime.ui import theme
from trayuptime.ui.charts.columns import LEAST_PX, stack
from trayuptime.ui.charts.fills import brush
from trayuptime.ui.marks import Face, paint
from trayuptime.ui.theme import Step, scheme_of

GAP_PX = 2
NARROWEST_PX, WIDEST_PX = 6, 10
"""A cell; it never stretches any further, a wide window has room at the side."""
MARK_PX = 16
LABEL_CHARS = 28
"""Longer names are cut short on the screen, not in the words."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row.

    Attributes:
        id: the same for the same row at any time; no other has it.
        name: at the left.
        face: its mark, where it has one.
        indented: it is a part of the row above.
        sums: of each day the milliseconds of each status, by its number; days before all others are `()`.
        figures: at the right.
        words: all of it, for who cannot see it.
    """

    id: str
    name: str
    sums: Sequence[Sequence[int]]
    face: Face | None = None
    indented: bool = False
    figures: tuple[str, ...] = ()
    words: str = ""


class DayBars(QAbstractScrollArea):
    """Draws bars, and lets one walk over their cells with the keys or the pointer."""

    pointed = Signal(int, int)
    """A row and a day, by the cell that the keys or the pointer are on; -1 and -1 for none."""
    chosen = Signal(int, int)
    """Enter, or a click, on a row at a day; the day is -1 beside the cells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: Sequence[Bar] = ()
        self._days: Sequence[date] = ()
        self._row, self._day = 0, 0
        self._hovered: tuple[int, int] | None = None
        self._drawn: dict[int, QPixmap] = {}
        self._cell = WIDEST_PX
        self._measure()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Days")
        self.viewport().setMouseTracking(True)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.viewport().setAutoFillBackground(True)
        self.horizontalScrollBar().valueChanged.connect(lambda _: self.viewport().update())
        self.verticalScrollBar().valueChanged.connect(lambda _: self.viewport().update())

    def show_bars(self, bars: Sequence[Bar], days: Sequence[date]) -> None:
        """Draws these; the cell one is on stays the same day of the same row, where there still is one."""
        day_before = self._days[self._day] if self._day < len(self._days) else None
        row_before = self._bars[self._row].id if self._row < len(self._bars) else None
        at_end = self._at_end()
        self._bars, self._days = bars, days
        ids = [bar.id for bar in bars]
        self._row = ids.index(row_before) if row_before in ids else 0
        self._day = days.index(day_before) if day_before in days else max(0, len(days) - 1)
        self._drawn.clear()
        self._fit()
        if at_end:
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().maximum())
        self.viewport().update()

    @property
    def current(self) -> tuple[int, int]:
        """The row and the day that one is on."""
        return self._row, self._day

    def go_to(self, row: int, day: int) -> None:
        """Puts the cursor on a cell that is there."""
        self._row = max(0, min(row, len(self._bars) - 1))
        self._day = max(0, min(day, len(self._days) - 1))
        self._reveal()
        self.viewport().update()
        self.pointed.emit(self._row, self._day)

    def describe(self, text: str) -> None:
        """Says the cell that one is on to who cannot see it."""
        self.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def picture(self) -> QPixmap:
        """All of it, however much of it is in view."""
        size = QSize(self._left_px + self._bars_px() + self._right_px, self._height_px())
        drawn = QPixmap(size * self.devicePixelRatioF())
        drawn.setDevicePixelRatio(self.devicePixelRatioF())
        drawn.fill(self.palette().color(QPalette.ColorRole.Base))
        painter = QPainter(drawn)
        painter.setFont(self.font())
        self._paint(painter, QRect(QPoint(0, 0), size), scrolled=QPoint(0, 0), cursor=False)
        painter.end()
        return drawn

    # Keys and pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows move a cell; Home and End go to the first and last day, with Ctrl to the outer rows."""
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        page = max(1, self.viewport().height() // self._row_px() - 1)
        last_row, last_day = len(self._bars) - 1, len(self._days) - 1
        match event.key():
            case Qt.Key.Key_Left:
                to = (self._row, self._day - 1)
            case Qt.Key.Key_Right:
                to = (self._row, self._day + 1)
            case Qt.Key.Key_Up:
                to = (self._row - 1, self._day)
            case Qt.Key.Key_Down:
                to = (self._row + 1, self._day)
            case Qt.Key.Key_PageUp:
                to = (self._row - page, self._day)
            case Qt.Key.Key_PageDown:
                to = (self._row + page, self._day)
            case Qt.Key.Key_Home:
                to = (0, self._day) if ctrl else (self._row, 0)
            case Qt.Key.Key_End:
                to = (last_row, self._day) if ctrl else (self._row, last_day)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self._bars:
                self.chosen.emit(self._row, self._day)
                return
            case _:
                super().keyPressEvent(event)
                return
        self._hovered = None
        if self._bars and self._days:
            self.go_to(*to)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """What the pointer is on is told."""
        found = self._cell_at(event.position().toPoint())
        if found != self._hovered:
            self._hovered = found
            self.pointed.emit(*(found or (-1, -1)))
            self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The begin of a click."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click on a row opens it."""
        event.accept()
        at = event.position().toPoint()
        row = self._row_at(at)
        if event.button() != Qt.MouseButton.LeftButton or row is None:
            return
        cell = self._cell_at(at)
        self._row, self._day = cell or (row, self._day)
        self.viewport().update()
        self.chosen.emit(row, -1 if cell is None else cell[1])

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Gone, and with it what it was on."""
        if self._hovered is not None:
            self._hovered = None
            self.pointed.emit(-1, -1)
            self.viewport().update()
        super().leaveEvent(event)

    # Room

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for three months and some rows."""
        return QSize(self._left_px + 92 * (NARROWEST_PX + 2 * GAP_PX) + self._right_px, 12 * self._row_px())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The cells may be wider, or one has to scroll."""
        at_end = self._at_end()
        super().resizeEvent(event)
        self._fit()
        if at_end:
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().maximum())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another font or other colours."""
        if event.type() in {
            QEvent.Type.PaletteChange,
            QEvent.Type.FontChange,
            QEvent.Type.StyleChange,
            QEvent.Type.DevicePixelRatioChange,
        }:
            self._drawn.clear()
            self._fit()
        super().changeEvent(event)

    def _at_end(self) -> bool:
        bar = self.horizontalScrollBar()
        return bar.value() == bar.maximum()

    def _fit(self) -> None:
        self._measure()
        room = self.viewport().width() - self._left_px - self._right_px
        cell = room // len(self._days) - GAP_PX if self._days else WIDEST_PX
        cell = max(NARROWEST_PX, min(cell, WIDEST_PX))
        if cell != self._cell:
            self._cell = cell
            self._drawn.clear()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setRange(0, max(0, self._bars_px() - room))
        across.setPageStep(max(1, room))
        across.setSingleStep(self._cell + GAP_PX)
        down.setRange(0, max(0, self._height_px() - self.viewport().height()))
        down.setPageStep(max(1, self.viewport().height()))
        down.setSingleStep(self._row_px())

    def _bars_px(self) -> int:
        return max(0, len(self._days) * (self._cell + GAP_PX) - GAP_PX)

    def _height_px(self) -> int:
        return len(self._bars) * self._row_px() + self._axis_px() + Step.TIGHT

    def _row_px(self) -> int:
        return max(24, self.fontMetrics().height() + Step.TIGHT)

    def _axis_px(self) -> int:
        return QFontMetrics(theme.small(self.font())).height() + Step.TIGHT

    def _measure(self) -> None:
        """How wide names and figures are: asked once, not at every repaint."""
        names, figures = self.fontMetrics(), QFontMetrics(theme.tabular(self.font()))
        widest = max([names.horizontalAdvance(bar.name[:LABEL_CHARS]) for bar in self._bars], default=0)
        self._left_px = widest + MARK_PX + 2 * Step.TIGHT + Step.WIDE
        columns = zip(*[bar.figures for bar in self._bars], strict=False)
        self._figures_px = [max(map(figures.horizontalAdvance, column)) for column in columns]
        self._right_px = sum(width + Step.WIDE for width in self._figures_px)

    def _reveal(self) -> None:
        left = self._day * (self._cell + GAP_PX)
        bar = self.horizontalScrollBar()
        if left < bar.value():
            bar.setValue(left)
        elif left + self._cell > bar.value() + bar.pageStep():
            bar.setValue(left + self._cell - bar.pageStep())
        top, down = self._row * self._row_px(), self.verticalScrollBar()
        room = self.viewport().height() - self._axis_px()
        if top < down.value():
            down.setValue(top)
        elif top + self._row_px() > down.value() + room:
            down.setValue(top + self._row_px() - room)

    def _row_at(self, at: QPoint) -> int | None:
        if at.y() >= self._axis_top():
            return None
        row = (at.y() + self.verticalScrollBar().value()) // self._row_px()
        return row if 0 <= row < len(self._bars) else None

    def _axis_top(self) -> int:
        """Where the axis stands: under the last row, or at the foot of what is in view."""
        under = len(self._bars) * self._row_px() - self.verticalScrollBar().value()
        return min(under, self.viewport().height() - self._axis_px())

    def _cell_at(self, at: QPoint) -> tuple[int, int] | None:
        row = self._row_at(at)
        x = at.x() - self._left_px + self.horizontalScrollBar().value()
        right = self._left_px + self.horizontalScrollBar().pageStep()
        if row is None or not self._left_px <= at.x() < right or x >= self._bars_px():
            return None
        return row, x // (self._cell + GAP_PX)

    # Paint

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draws the rows in view."""
        painter = QPainter(self.viewport())
        scrolled = QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        self._paint(painter, self.viewport().rect(), scrolled, cursor=True)

    def _paint(self, painter: QPainter, area: QRect, scrolled: QPoint, *, cursor: bool) -> None:
        left, row_px = self._left_px, self._row_px()
        axis_top = min(len(self._bars) * row_px - scrolled.y(), area.height() - self._axis_px())
        room = min(self._bars_px(), area.width() - left - self._right_px)
        shown = QRect(left, 0, room, axis_top)
        first = scrolled.y() // row_px
        painter.save()
        painter.setClipRect(QRect(0, 0, area.width(), axis_top))
        for row in range(first, min(len(self._bars), first + axis_top // row_px + 2)):
            top = row * row_px - scrolled.y()
            self._paint_words(painter, self._bars[row], QRect(0, top, area.width(), row_px), left, shown)
            picture = self._picture_of(row)
            ratio = picture.devicePixelRatioF()
            source = QRect(round(scrolled.x() * ratio), 0, round(room * ratio), picture.height())
            painter.drawPixmap(QRect(left, top + Step.TIGHT // 2, room, row_px - Step.TIGHT), picture, source)
        if cursor:
            self._paint_cursor(painter, scrolled, shown)
        painter.restore()
        self._paint_axis(painter, scrolled, QRect(left, axis_top, room, self._axis_px()))

    def _picture_of(self, row: int) -> QPixmap:
        """The cells of a row; painted once, for there may be a year of them."""
        found = self._drawn.get(row)
        if found is None:
            ratio, height = self.devicePixelRatioF(), self._row_px() - Step.TIGHT
            found = QPixmap(round(max(1, self._bars_px()) * ratio), round(height * ratio))
            found.setDevicePixelRatio(ratio)
            found.fill(self.palette().color(QPalette.ColorRole.Base))
            painter = QPainter(found)
            self._paint_cells(painter, self._bars[row].sums, height)
            painter.end()
            self._drawn[row] = found
        return found

    def _paint_cells(self, painter: QPainter, cells: Sequence[Sequence[int]], height: int) -> None:
        palette, step = self.palette(), self._cell + GAP_PX
        brushes = {status: brush(status, palette) for status in Status}
        outline = theme.quiet_line(palette)
        for day, sums in enumerate(cells):
            bottom = height
            for status, part in stack(tuple(sums), height):
                bottom -= part
                area = QRect(day * step, bottom, self._cell, part)
                if status is not Status.UNSEEN:
                    painter.fillRect(area, brushes[status])
                elif part > LEAST_PX:
                    painter.setPen(outline)
                    painter.drawRect(area.adjusted(0, 0, -1, -1))

    def _paint_words(self, painter: QPainter, bar: Bar, area: QRect, left: int, shown: QRect) -> None:
        palette = self.palette()
        inset = Step.TIGHT + (MARK_PX + Step.TIGHT if bar.indented or bar.face is None else 0)
        if bar.face is not None:
            top = area.center().y() - MARK_PX / 2 + 0.5
            at = QRect(Step.TIGHT, round(top), MARK_PX, MARK_PX)
            paint(
                painter,
                bar.face.mark,
                at.toRectF(),
                scheme_of(palette),
                outlined=False,
                checking=bar.face.checking,
                key_badge=bar.face.key_badge,
            )
            inset = Step.TIGHT + MARK_PX + Step.TIGHT
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        painter.setFont(theme.small(self.font()) if bar.indented else self.font())
        words = QRect(inset, area.top(), left - inset - Step.TIGHT, area.height())
        name = painter.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, words.width())
        upright = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(words, upright | Qt.AlignmentFlag.AlignLeft, name)
        painter.setFont(theme.tabular(painter.font()))
        x = shown.left() + shown.width()
        for width, figure in zip(self._figures_px, bar.figures, strict=True):
            x += Step.WIDE
            place = QRect(x, area.top(), width, area.height())
            painter.drawText(place, upright | Qt.AlignmentFlag.AlignRight, figure)
            x += width

    def _paint_cursor(self, painter: QPainter, scrolled: QPoint, shown: QRect) -> None:
        at = self._hovered or ((self._row, self._day) if self.hasFocus() and self._bars else None)
        if at is None or not self._days:
            return
        row, day = at
        x = shown.left() + day * (self._cell + GAP_PX) - scrolled.x()
        top = row * self._row_px() - scrolled.y() + Step.TIGHT // 2
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setClipRect(shown.adjusted(-2, 0, 2, 0), Qt.ClipOperation.IntersectClip)
        painter.drawRect(QRect(x - 2, top - 2, self._cell + 3, self._row_px() - Step.TIGHT + 3))

    def _paint_axis(self, painter: QPainter, scrolled: QPoint, area: QRect) -> None:
        """The months; the first of each, and the last day."""
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.setFont(theme.small(self.font()))
        metrics, step = painter.fontMetrics(), self._cell + GAP_PX
        painter.setClipRect(area.adjusted(-Step.WIDE, 0, self._right_px, 0))
        free = area.left() - 1
        for day, of in enumerate(self._days):
            if of.day != 1 and day != 0:
                continue
            x = area.left() + day * step - scrolled.x()
            text = f"{of:%b %Y}" if of.month == 1 or day == 0 else f"{of:%b}"
            text = f"{of.day} {text}" if of.day != 1 else text
            if x > free and x + metrics.horizontalAdvance(text) < area.right() + self._right_px:
                painter.drawText(x, area.top() + Step.TIGHT // 2 + metrics.ascent(), text)
                free = x + metrics.horizontalAdvance(text) + Step.TIGHT
