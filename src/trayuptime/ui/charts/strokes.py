"""The lines, dots and marks of a latency plot, drawn alike in the plot and in its legend.

The time to first token differs from the median by its diamonds as well as by its tone: where an hour was
asked for answers alone, the one line lies upon the other.
"""

from collections.abc import Iterable
from enum import StrEnum

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF

from trayuptime.ui import theme


class Stroke(StrEnum):
    """What one of them means."""

    MEDIAN = "median latency"
    MOST = "50–95 %"
    WORST = "99 %"
    ANSWER = "an answer"
    FIRST_TOKEN = "time to first token"  # noqa: S105 - a model's, nobody's secret
    FAILED = "failed"


_BAND = 0.3
"""How much of the muted colour the band has."""
_ANSWER_PX, _WORST_PX = 3, 2
_CROSS_PX = 3
_DIAMOND_PX = 3.5


def line(palette: QPalette) -> QPen:
    """The pen of the median."""
    return QPen(palette.color(QPalette.ColorRole.Text), 1)


def band(palette: QPalette) -> QColor:
    """What lies between p50 and p95."""
    return theme.blend(_muted(palette), palette.color(QPalette.ColorRole.Base), _BAND)


def worst(palette: QPalette) -> QPen:
    """The pen of the dots above, p99."""
    return QPen(_muted(palette), _WORST_PX)


def answer(palette: QPalette) -> QPen:
    """The pen of single answers."""
    pen = QPen(palette.color(QPalette.ColorRole.Text), _ANSWER_PX)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def first_token(palette: QPalette) -> QPen:
    """The pen of the time to first token."""
    return QPen(theme.second_line(palette), 1)


def diamonds(painter: QPainter, palette: QPalette, places: Iterable[QPointF]) -> None:
    """The marks of the time to first token, hollow, so that what lies beneath is not mistaken for one."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(first_token(palette))
    painter.setBrush(palette.color(QPalette.ColorRole.Base))
    across, up = QPointF(_DIAMOND_PX, 0), QPointF(0, _DIAMOND_PX)
    for place in places:
        painter.drawPolygon(QPolygonF([place - across, place - up, place + across, place + up]))
    painter.restore()


def crosses(painter: QPainter, palette: QPalette, places: Iterable[QPointF]) -> None:
    """The marks of failures."""
    painter.setPen(QPen(theme.colours(theme.scheme_of(palette)).down, 1.5))
    rising, falling = QPointF(_CROSS_PX, -_CROSS_PX), QPointF(_CROSS_PX, _CROSS_PX)
    for place in places:
        painter.drawLine(place - falling, place + falling)
        painter.drawLine(place - rising, place + rising)


def sample(painter: QPainter, palette: QPalette, stroke: Stroke, area: QRect) -> None:
    """One of them as a legend shows it."""
    place = QRectF(area)
    middle = place.center()
    across = QLineF(place.left(), round(middle.y()), place.right(), round(middle.y()))
    match stroke:
        case Stroke.MOST:
            painter.fillRect(area, band(palette))
        case Stroke.MEDIAN:
            painter.setPen(line(palette))
            painter.drawLine(across)
        case Stroke.FIRST_TOKEN:
            painter.setPen(first_token(palette))
            painter.drawLine(across)
            diamonds(painter, palette, [across.center()])
        case Stroke.WORST:
            painter.setPen(worst(palette))
            painter.drawPoint(middle)
        case Stroke.ANSWER:
            painter.setPen(answer(palette))
            painter.drawPoint(middle)
        case Stroke.FAILED:
            crosses(painter, palette, [middle])


def _muted(palette: QPalette) -> QColor:
    return theme.colours(theme.scheme_of(palette)).muted
