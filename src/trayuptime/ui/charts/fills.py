"""The fill of each status: quiet where all is well, full where it is not, a pattern for each kind of gap.

Told apart without colour too: down is solid and the darkest, degraded is striped, up is pale and solid, what
nobody saw is a thin pattern on the bare window, and time before anybody watched is left bare.
"""

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPalette, QPen, QTransform

from trayuptime.core.strip import Status
from trayuptime.ui import theme
from trayuptime.ui.theme import Scheme

TILE_PX = 8
"""A pattern repeats after so many logical pixels."""
FINEST = 4
"""A tile is drawn so many times as large, and made as small as the screen is fine: sharp up to 400 %."""
_QUIET = 0.45
"""How much of the colour is left where all is well."""
_FAINT = 0.7
"""How much of the muted colour a gap's pattern has."""


def brush(status: Status, palette: QPalette) -> QBrush:
    """What to fill time of a status with, on a window of this palette; patterns lie still as things move."""
    window = palette.color(QPalette.ColorRole.Base)
    return _brush(status, window.rgb(), theme.scheme_of(palette))


@lru_cache(maxsize=64)
def _brush(status: Status, window: int, scheme: Scheme) -> QBrush:
    behind, colours = QColor(window), theme.colours(scheme)
    match status:
        case Status.UP:
            return QBrush(theme.blend(colours.up, behind, _QUIET))
        case Status.DOWN:
            return QBrush(colours.down)
        case Status.DEGRADED:
            return _tiled(_stripes, colours.degraded, theme.blend(colours.degraded, behind, _QUIET))
        case Status.UNSEEN:
            return QBrush(Qt.BrushStyle.NoBrush)
        case _:
            return _tiled(_PATTERNS[status], theme.blend(colours.muted, behind, _FAINT), behind)


def _tiled(draw: Callable[[QPainter], None], ink: QColor, behind: QColor) -> QBrush:
    """A texture; drawn large, for Qt scales it with the painter and a small one would be blurred."""
    tile = QImage(TILE_PX * FINEST, TILE_PX * FINEST, QImage.Format.Format_RGB32)
    tile.fill(behind)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(FINEST, FINEST)
    painter.setPen(QPen(ink, 1))
    painter.setBrush(ink)
    draw(painter)
    painter.end()
    filled = QBrush(tile)
    filled.setTransform(QTransform.fromScale(1 / FINEST, 1 / FINEST))
    return filled


def _stripes(painter: QPainter) -> None:
    painter.setPen(QPen(painter.pen().color(), 2))
    _rising(painter, TILE_PX / 2)


def _rising(painter: QPainter, every: float = TILE_PX) -> None:
    at = -float(TILE_PX)
    while at <= TILE_PX:
        painter.drawLine(QPointF(at - 1, TILE_PX + 1), QPointF(at + TILE_PX + 1, -1))
        at += every


def _falling(painter: QPainter) -> None:
    for at in (-TILE_PX, 0, TILE_PX):
        painter.drawLine(QPointF(at - 1, -1), QPointF(at + TILE_PX + 1, TILE_PX + 1))


def _crossed(painter: QPainter) -> None:
    _rising(painter)
    _falling(painter)


def _dotted(painter: QPainter) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for x, y in ((2, 2), (6, 6)):
        painter.drawEllipse(QRectF(x - 0.75, y - 0.75, 1.5, 1.5))


def _level(painter: QPainter) -> None:
    for y in (2, 6):
        painter.drawLine(QPointF(-1, y + 0.5), QPointF(TILE_PX + 1, y + 0.5))


def _upright(painter: QPainter) -> None:
    for x in (2, 6):
        painter.drawLine(QPointF(x + 0.5, -1), QPointF(x + 0.5, TILE_PX + 1))


_PATTERNS = {
    Status.ASLEEP: _dotted,
    Status.APP_OFF: _level,
    Status.OFFLINE: _rising,
    Status.PORTAL: _falling,
    Status.PAUSED: _upright,
    Status.UNPROVEN: _crossed,
}
