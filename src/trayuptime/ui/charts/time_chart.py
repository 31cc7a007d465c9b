"""What every chart over time has: one shared view and cursor, an axis, and the same keys and gestures."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from itertools import zip_longest

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
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
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from trayuptime.core.model import Instant, Span
from trayuptime.ui import theme
from trayuptime.ui.charts.time_axis import ticks
from trayuptime.ui.charts.time_view import TimeView
from trayuptime.ui.theme import Step

TICK_PX = 84
"""Between two marks of the axis, at least."""
LABEL_PX = 3
"""Between a mark and its words."""
DRAG_PX = 4
"""A shorter movement is a shaky click."""
_NOTCH = 120
"""A notch of a wheel, in eighths of a degree."""
_ZOOM = 1.25
_STEPS = 60
"""An arrow key moves by such a part of the view."""


class TimeChart(QWidget):
    """A chart over a shared view: wheel zooms, drag pans, arrows move the cursor.

    Keys: left and right move the cursor, with Ctrl to the next change, with Shift they move the view; + and -
    zoom, 0 shows all, Home and End go to either end, page keys by a view, Enter chooses.
    """

    chosen = Signal(object)
    """The moment of a double click, or of the cursor as Enter is pressed."""

    called = ""
    """What it is, to a screen reader."""
    has_axis = True
    """Of charts under each other only the last has one."""
    is_low = False
    """It is drawn as low as can still be read, to leave room for another."""

    def __init__(self, view: TimeView, zone: tzinfo, left_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.zone = zone
        self.left_px = left_px
        """What is left of the time; charts under each other have it alike."""
        self._dragged: tuple[float, Span] | None = None
        self._has_dragged = False
        view.moved.connect(self.update)
        view.pointed.connect(self.update)
        self.setAccessibleName(self.called)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # For those that draw

    def changes(self) -> Sequence[Instant]:
        """When something changes, in order; where Ctrl and an arrow jump to."""
        return ()

    def draw(self, painter: QPainter, area: QRect) -> None:
        """Draws what lies in view, into an area as wide as the view."""
        raise NotImplementedError

    def draw_names(self, painter: QPainter, area: QRect) -> None:
        """Draws what stands at the left."""

    def body_px(self) -> int:
        """How high it is without the axis."""
        raise NotImplementedError

    def draw_low(self, *, low: bool) -> None:
        """Draws it so, or as it is usual."""
        if low != self.is_low:
            self.is_low = low
            self.updateGeometry()
            self.update()

    def describe(self, text: str) -> None:
        """Says what one points at to who cannot see it."""
        self.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def picture(self) -> QPixmap:
        """As it is on the screen, without the cursor."""
        drawn = QPixmap(self.size() * self.devicePixelRatioF())
        drawn.setDevicePixelRatio(self.devicePixelRatioF())
        drawn.fill(self.palette().color(QPalette.ColorRole.Base))
        painter = QPainter(drawn)
        painter.setFont(self.font())
        self._paint(painter, cursor=False)
        painter.end()
        return drawn

    # Time and pixels

    @property
    def body(self) -> QRect:
        """Where time is."""
        return QRect(self.left_px, 0, max(1, self.width() - self.left_px - Step.TIGHT), self.body_px())

    def scale(self) -> Callable[[Instant], float]:
        """Says where moments are, for as long as the view stays as it is; for thousands of them."""
        span, body = self.view.span, self.body
        start, left, per_ms = span.start, body.left(), body.width() / (span.end - span.start)
        return lambda at: left + (at - start) * per_ms

    def x_of(self, at: Instant) -> float:
        """Where a moment is."""
        return self.scale()(at)

    def at_of(self, x: float) -> Instant:
        """Which moment is where."""
        span, body = self.view.span, self.body
        return span.start + round((x - body.left()) * (span.end - span.start) / body.width())

    # Keys and gestures

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """See the class."""
        view = self.view
        length = view.span.end - view.span.start
        match event.key():
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._step(event, 1 if event.key() == Qt.Key.Key_Right else -1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                view.zoom(_ZOOM, self._fixed())
            case Qt.Key.Key_Minus:
                view.zoom(1 / _ZOOM, self._fixed())
            case Qt.Key.Key_0:
                view.show_all()
            case Qt.Key.Key_Home:
                view.point(view.limits.start, reveal=True)
            case Qt.Key.Key_End:
                view.point(view.limits.end - 1, reveal=True)
            case Qt.Key.Key_PageUp:
                view.pan(-length)
            case Qt.Key.Key_PageDown:
                view.pan(length)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if view.at is not None:
                self.chosen.emit(view.at)
            case _:
                super().keyPressEvent(event)

    def _step(self, event: QKeyEvent, way: int) -> None:
        view = self.view
        length = view.span.end - view.span.start
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            view.pan(way * length / 10)
            return
        at = view.at
        if at is None or not view.span.start <= at < view.span.end:
            at = (view.span.start + view.span.end) // 2
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            beyond = [each for each in self.changes() if (each > at if way > 0 else each < at)]
            if beyond:
                view.point(beyond[0] if way > 0 else beyond[-1], reveal=True)
            return
        at += way * max(1_000, round(length / _STEPS))
        if not view.span.start <= at < view.span.end:
            view.pan(way * length / 4)
        view.point(at)

    def _fixed(self) -> Instant | None:
        span, at = self.view.span, self.view.at
        return at if at is not None and span.start <= at < span.end else None

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zooms at the pointer; sideways it pans."""
        turned = event.angleDelta()
        if abs(turned.x()) > abs(turned.y()):
            self.view.pan(-turned.x() / _NOTCH * (self.view.span.end - self.view.span.start) / 10)
        else:
            self.view.zoom(_ZOOM ** (turned.y() / _NOTCH), self.at_of(event.position().x()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The begin of a drag, or a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged, self._has_dragged = (event.position().x(), self.view.span), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drags what is in view, or points."""
        x = event.position().x()
        if self._dragged is None:
            inside = self.body.left() <= x <= self.body.right()
            self.view.point(self.at_of(x) if inside else None)
            return
        pressed, span = self._dragged
        if self._has_dragged or abs(x - pressed) >= DRAG_PX:
            self._has_dragged = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            by = round((pressed - x) * (span.end - span.start) / self.body.width())
            self.view.show(Span(span.start + by, span.end + by))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The end of a drag; a click points."""
        if self._dragged is not None and not self._has_dragged:
            self.view.point(self.at_of(event.position().x()))
        self._dragged = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Opens what is there."""
        self.chosen.emit(self.at_of(event.position().x()))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The pointer is gone; what the keys point at stays while they are here."""
        if not self.hasFocus():
            self.view.point(None)
        super().leaveEvent(event)

    # Paint

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as what it shows."""
        return QSize(640, self.body_px() + self.axis_px())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Narrower it says nothing."""
        return QSize(240, self.body_px() + self.axis_px())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draws all of it."""
        self._paint(QPainter(self), cursor=True)

    def axis_px(self) -> int:
        """How high the axis is, where it has one."""
        return QFontMetrics(theme.small(self.font())).height() + Step.TIGHT if self.has_axis else 0

    def _paint(self, painter: QPainter, *, cursor: bool) -> None:
        body = self.body
        self.draw_names(painter, QRect(0, 0, self.left_px, body.height()))
        self._paint_axis(painter, body)
        painter.save()
        painter.setClipRect(body)
        self.draw(painter, body)
        at = self.view.at
        if cursor and at is not None:
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Text), 1))
            x = round(self.x_of(at))
            painter.drawLine(x, 0, x, body.height())
        painter.restore()
        if cursor and self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), theme.RADIUS_PX, theme.RADIUS_PX)

    def _paint_axis(self, painter: QPainter, body: QRect) -> None:
        painter.setFont(theme.small(self.font()))
        metrics = painter.fontMetrics()
        quiet, ink = theme.quiet_line(self.palette()), self.palette().color(QPalette.ColorRole.Text)
        base = body.bottom() + Step.TIGHT // 2 + metrics.ascent()
        x_of, free = self.scale(), float(body.left())
        found = ticks(self.view.span, max(2, body.width() // TICK_PX), self.zone)
        for tick, after in zip_longest(found, found[1:]):
            x = x_of(tick.at)
            painter.setPen(quiet)
            painter.drawLine(
                QPointF(round(x) + 0.5, 0), QPointF(round(x) + 0.5, body.bottom() + Step.TIGHT / 2)
            )
            end = x + LABEL_PX + metrics.horizontalAdvance(tick.label)
            hidden = after is not None and after.strong and x_of(after.at) < end + LABEL_PX
            if self.has_axis and x >= free and end <= self.width() and not hidden:
                painter.setPen(ink)
                painter.drawText(QPointF(x + LABEL_PX, base), tick.label)
                free = end
        painter.setFont(self.font())
