"""Drawings within a text for paper, painted as lines and letters at whatever size the paper has."""

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QPolygonF,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)

from trayuptime.report.drawing import Anchor, Box, Drawing, Label, Line
from trayuptime.report.escaping import shown
from trayuptime.report.inks import LOOKS, QUIET, Look, Pattern

PICTURE = int(QTextFormat.ObjectTypes.UserObject) + 1
_WHICH = int(QTextFormat.Property.UserProperty) + 1
_LABEL = 8.0
"""The size of labels, in a drawing's own units."""


class Pictures(QPyTextObject):
    """Paints each drawing where its character stands in the text, as wide as the page."""

    def __init__(self, width: float, parent: QObject) -> None:
        super().__init__(parent)
        self._width = width
        self._drawings: list[Drawing] = []

    def format_of(self, drawing: Drawing) -> QTextCharFormat:
        """What makes a character the place of a drawing."""
        self._drawings.append(drawing)
        form = QTextCharFormat()
        form.setObjectType(PICTURE)
        form.setProperty(_WHICH, len(self._drawings) - 1)
        return form

    def intrinsicSize(self, _doc: QTextDocument, _position: int, form: QTextFormat) -> QSizeF:  # noqa: N802 - Qt's
        """In the paper's dots."""
        drawing = self._drawing(form)
        return QSizeF(self._width, self._width * drawing.height / drawing.width)

    def drawObject(  # noqa: N802 - Qt's name
        self, painter: QPainter, rect: QRectF | QRect, _doc: QTextDocument, _position: int, form: QTextFormat
    ) -> None:
        """Paints it."""
        drawing = self._drawing(form)
        painter.save()
        painter.translate(rect.topLeft())
        scale = rect.width() / drawing.width
        for shape in drawing.shapes:
            match shape:
                case Box():
                    _box(painter, shape, scale)
                case Line():
                    _line(painter, shape, scale)
                case Label():
                    _label(painter, shape, scale)
        painter.restore()

    def _drawing(self, form: QTextFormat) -> Drawing:
        return self._drawings[form.intProperty(_WHICH)]


def _box(painter: QPainter, box: Box, scale: float) -> None:
    look = LOOKS[box.ink]
    rect = QRectF(box.x * scale, box.y * scale, box.width * scale, box.height * scale)
    painter.fillRect(rect, QBrush(QColor(look.fill)))
    if look.pattern is not None:
        painter.save()
        painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
        _pattern(painter, rect, look, scale)
        painter.restore()
    if look.stroke:
        painter.setPen(_pen(look, scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)


def _pattern(painter: QPainter, rect: QRectF, look: Look, scale: float) -> None:
    """Drawn, not tiled: Qt's own patterns are made of dots of the device, too fine for paper."""
    step = 3 * scale
    if look.pattern is Pattern.DOTS:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.mark))
        y = rect.top() + step / 2
        while y < rect.bottom():
            x = rect.left() + step / 2
            while x < rect.right():
                painter.drawEllipse(QPointF(x, y), 0.5 * scale, 0.5 * scale)
                x += step
            y += step
        return
    painter.setPen(QPen(QColor(look.mark), scale))
    x = rect.left() - rect.height()
    while x < rect.right():
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + rect.height(), rect.top()))
        x += step


def _line(painter: QPainter, line: Line, scale: float) -> None:
    painter.setPen(_pen(LOOKS[line.ink], scale))
    painter.drawPolyline(QPolygonF([QPointF(x * scale, y * scale) for x, y in line.points]))


def _label(painter: QPainter, label: Label, scale: float) -> None:
    font = QFont("sans-serif")
    font.setPixelSize(round(_LABEL * scale))
    painter.setFont(font)
    painter.setPen(QColor(QUIET))
    text = shown(label.text)
    width = QFontMetricsF(font).horizontalAdvance(text)
    shift = {Anchor.START: 0.0, Anchor.MIDDLE: width / 2, Anchor.END: width}[label.anchor]
    painter.drawText(QPointF(label.x * scale - shift, label.y * scale), text)


def _pen(look: Look, scale: float) -> QPen:
    pen = QPen(QColor(look.stroke), look.width * scale)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if look.dashes:
        pen.setDashPattern([length / look.width for length in look.dashes])
    return pen
