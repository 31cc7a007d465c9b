"""A provider's last day in few pixels: its latencies above, what each moment was below, on one axis."""

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette, QPen

from trayuptime.core.last_day import SLOTS, LastDay, drawn
from trayuptime.core.strip import Status
from trayuptime.core.trace import Trace
from trayuptime.ui.charts import fills
from trayuptime.ui.charts.columns import Block, blocks, stack
from trayuptime.ui.theme import GRID_PX

BAR_PX = 10
CROSS_PX = 4
"""As wide and as high as the cross of a failure; where they come closer than that, one stands for all."""
USUAL_LINE_PX = 16
"""The height of a line in the font that these sizes are for."""
_BAND = 0.3
"""How much of the text's colour the band between the least and the most has, behind the middle's line."""
_OUTLINE = 0.5
"""How much of it the outline of time has that nobody watched."""


def width_px(font: QFontMetrics) -> int:
    """How wide it is beside words in a font."""
    return SLOTS * _scale(font)


def paint(painter: QPainter, area: QRectF, day: LastDay, trace: Trace, palette: QPalette) -> None:
    """Draws both, from the left of the area.

    Args:
        painter: in the font of the words beside it, with the palette's window behind it.
        area: at least so wide as it is in this font.
        day: of which to tell.
        trace: of one of its surfaces.
        palette: in whose colours.
    """
    scale = _scale(painter.fontMetrics())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.translate(round(area.left()), round(area.top()))
    painter.scale(scale, scale)
    height = round(area.height()) // scale
    _paint_trace(painter, height - BAR_PX - GRID_PX, trace, palette.windowText().color())
    own = QPalette(palette)
    own.setBrush(QPalette.ColorRole.Base, palette.window())  # the fills' gaps are drawn on it
    for block in blocks(day.strip, day.window.start, drawn(day.window.end), SLOTS):
        _paint_block(painter, height, block, own)
    painter.restore()


def _scale(font: QFontMetrics) -> int:
    """Twice as large beside words that are; in between a column would be as wide as chance has it."""
    return max(1, round(font.height() / USUAL_LINE_PX))


def _paint_block(painter: QPainter, foot: int, block: Block, palette: QPalette) -> None:
    for status, height in stack(block.sums, BAR_PX) if block.sums else ((block.status, BAR_PX),):
        foot -= height
        place = QRectF(block.x, foot, block.width, height)
        painter.fillRect(place, fills.brush(status, palette))
        if status is Status.UNSEEN:
            painter.setPen(_pen(palette.windowText().color(), _OUTLINE))
            painter.drawRect(place.adjusted(0, 0, -1, -1))


def _paint_trace(painter: QPainter, height: int, trace: Trace, ink: QColor) -> None:
    """From 0 up to the most of all; holes stay holes."""
    most = max([slot.high_ms for slot in trace if slot.high_ms is not None], default=0.0) or 1.0
    base, per_ms = height - 1, (height - 1) / most
    band: list[QLineF] = []
    line: list[QLineF] = []
    before: QPointF | None = None
    for x, slot in enumerate(trace):
        if slot.low_ms is None or slot.middle_ms is None or slot.high_ms is None:
            continue
        band.append(QLineF(x, base - slot.low_ms * per_ms, x, base - slot.high_ms * per_ms))
        here = QPointF(x, base - slot.middle_ms * per_ms)
        line.append(QLineF(before if before is not None and slot.follows else here, here))
        before = here
    painter.setPen(_pen(ink, _BAND))
    painter.drawLines(band)
    painter.setPen(_pen(ink))
    painter.drawLines(line)
    _paint_crosses(painter, base, [x for x, slot in enumerate(trace) if slot.failures])


def _paint_crosses(painter: QPainter, base: int, at: list[int]) -> None:
    half, next_free = CROSS_PX / 2, 0
    for x in at:
        if x >= next_free:
            next_free = x + CROSS_PX + 2
            painter.drawLine(QPointF(x - half, base), QPointF(x + half, base - CROSS_PX))
            painter.drawLine(QPointF(x - half, base - CROSS_PX), QPointF(x + half, base))


def _pen(ink: QColor, share: float = 1.0) -> QPen:
    colour = QColor(ink)
    colour.setAlphaF(share)
    return QPen(colour, 1)
