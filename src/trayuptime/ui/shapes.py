"""The shapes that marks are put together from, on a square of n device pixels.

Lengths are fractions of n, rounded to the pixel where an edge would otherwise blur. A shape knows neither its
colour nor what it stands for.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath, QPainterPathStroker


@dataclass(frozen=True, slots=True)
class Badge:
    """Something small over a corner: a plate and what is written on it."""

    plate: QPainterPath
    ink: QPainterPath


def disc(n: int, radius: float) -> QPainterPath:
    """A filled circle in the middle."""
    path = QPainterPath()
    path.addEllipse(QPointF(n / 2, n / 2), radius, radius)
    return path


def triangle(n: int, inset: float) -> QPainterPath:
    """The hull of three equal discs at its corners."""
    radius = n / 8
    top, bottom = radius + n / 32, n - pixels(n, 1 / 16) - radius
    lean = math.degrees(math.atan2(n / 2 - radius, bottom - top))
    disc = QRectF(0, 0, 2 * (radius - inset), 2 * (radius - inset))
    path = QPainterPath()
    disc.moveCenter(QPointF(n - radius, bottom))
    path.arcMoveTo(disc, 270)
    path.arcTo(disc, 270, 90 + lean)
    disc.moveCenter(QPointF(n / 2, top))
    path.arcTo(disc, lean, 180 - 2 * lean)
    disc.moveCenter(QPointF(radius, bottom))
    path.arcTo(disc, 180 - lean, 90 + lean)
    path.closeSubpath()
    return path


def octagon(n: int, inset: float) -> QPainterPath:
    """Regular, its four straight sides on whole pixels."""
    cut = pixels(n, 1 - math.sqrt(0.5)) - inset * (2 - math.sqrt(2))
    lo, hi = inset, n - inset
    right = [(hi - cut, lo), (hi, lo + cut), (hi, hi - cut), (hi - cut, hi)]
    left = [(lo + cut, hi), (lo, hi - cut), (lo, lo + cut), (lo + cut, lo)]
    path = _lines(right + left)
    path.closeSubpath()
    return path


def cloud(n: int, inset: float) -> QPainterPath:
    """Three discs on a flat foot."""
    u = n / 16
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for x, y, radius in ((3.5, 9.5, 3.5), (8.7, 6.4, 5.2), (12.5, 9.5, 3.5)):
        path.addEllipse(QPointF(x * u, y * u), radius * u - inset, radius * u - inset)
    path.addRect(QRectF(3.5 * u, 8 * u, 9 * u, pixels(n, 13 / 16) - inset - 8 * u))
    return path


def slash(n: int) -> QPainterPath:
    """The middle line from the upper left to the lower right."""
    return _lines([(n / 16, n / 16), (n * 15 / 16, n * 15 / 16)])


def ring(n: int, inset: int) -> QPainterPath:
    """The middle line of a ring."""
    path = QPainterPath()
    path.addEllipse(_ring_box(n, inset))
    return path


def dashed_ring(n: int, inset: int) -> QPainterPath:
    """The same in four dashes; more would run together at 16 px."""
    box = _ring_box(n, inset)
    gap = math.degrees(n * 3 / 16 / (box.width() / 2))
    path = QPainterPath()
    for start in (45, 135, 225, 315):
        path.arcMoveTo(box, start + gap / 2)
        path.arcTo(box, start + gap / 2, 90 - gap)
    return path


def check(n: int) -> QPainterPath:
    """A tick."""
    arm = pixels(n, 2.25 / 16)
    x, y = n / 2 - arm / 2, n / 2 + arm * 1.25
    return stroked(_lines([(x - arm, y - arm), (x, y), (x + 2 * arm, y - 2 * arm)]), n / 8)


def cross(n: int) -> QPainterPath:
    """A diagonal cross."""
    width = n * 2.25 / 16
    reach = pixels(n, 3 / 16) + width * math.sqrt(1 / 8)
    lo, hi = n / 2 - reach, n / 2 + reach
    return stroked(_lines([(lo, lo), (hi, hi)], [(lo, hi), (hi, lo)]), width)


def exclamation(n: int) -> QPainterPath:
    """An exclamation mark that stands in a triangle."""
    width, dot = _even(n, 2.2 / 16), pixels(n, 2 / 16)
    left, top, bottom = (n - width) // 2, pixels(n, 5 / 16), n - pixels(n, 3 / 16)
    stem = bottom - dot - pixels(n, 1 / 16) - top
    return _rects((left, top, width, stem), (left, bottom - dot, width, dot))


def question(n: int) -> QPainterPath:
    """A question mark."""
    u, dot = n / 16, _even(n, 2 / 16)
    bow = QRectF(n / 2 - 2.1 * u, 4.4 * u, 4.2 * u, 4.0 * u)
    path = QPainterPath()
    path.arcMoveTo(bow, 185)
    path.arcTo(bow, 185, -225)
    path.quadTo(QPointF(n / 2, 8.6 * u), QPointF(n / 2, 9.6 * u))
    path = stroked(path, 1.75 * u)
    path.addRect(QRectF((n - dot) // 2, pixels(n, 10.5 / 16), dot, pixels(n, 2 / 16)))
    return path


def pause_bars(n: int) -> QPainterPath:
    """Two upright bars."""
    width, half_gap, half_height = pixels(n, 2 / 16), pixels(n, 1 / 16), pixels(n, 3 / 16)
    left, right, top = n // 2 - half_gap - width, n // 2 + half_gap, n // 2 - half_height
    return _rects((left, top, width, 2 * half_height), (right, top, width, 2 * half_height))


def clock(n: int) -> Badge:
    """A clock at the lower left: three o'clock."""
    hand, size, edge = pixels(n, 1 / 18), pixels(n, 7 / 16), outline_px(n)
    size -= (size - hand) % 2
    reach = pixels(size, 2 / 7)
    plate = QPainterPath()
    plate.addEllipse(QRectF(edge, n - edge - size, size, size))
    x, y = edge + (size - hand) // 2, n - edge - (size + hand) // 2
    return Badge(plate, _rects((x, y - reach, hand, reach), (x, y, hand + reach, hand)))


def key(n: int) -> Badge:
    """An upright key at the lower right: stem, the bow's wall and the teeth in whole pixels each."""
    stem, wall, tooth, edge = pixels(n, 1 / 11.5), pixels(n, 1 / 10.5), pixels(n, 1 / 18), outline_px(n)
    bow = stem + 2 * wall
    length = bow + 4 * tooth
    left, top, bottom = n - edge - bow, n - edge - length, n - edge
    plate = QPainterPath()
    plate.addEllipse(QRectF(left, top, bow, bow))
    plate = plate.united(_rects((left + wall, top + bow - wall, stem, length - bow + wall)))
    for up in (1, 3):
        plate = plate.united(_rects((left + wall, bottom - up * tooth, stem + wall, tooth)))
    hole = QPainterPath()
    hole.addRoundedRect(QRectF(left + wall, top + wall, stem, stem), stem / 3, stem / 3)
    return Badge(plate, hole)


def count(n: int, number: int) -> Badge:
    """A number at the upper right, from ten on `9+`."""
    signs = str(number) if number <= 9 else "9+"
    stroke, cell, edge = pixels(n, 1 / 22), pixels(n, 3 / 22), outline_px(n)
    beside, above, advance = 2 * stroke, pixels(n, 1 / 32), cell + 2 * stroke
    width, height = 2 * beside + len(signs) * advance - stroke, 2 * above + 2 * cell + stroke
    left, top = n - edge - width + beside + stroke / 2, edge + above + stroke / 2
    lines = [
        [(left + i * advance + cell * x, top + cell * y) for x, y in line]
        for i, sign in enumerate(signs)
        for line in _DIGITS[sign]
    ]
    plate = QPainterPath()
    plate.addRoundedRect(QRectF(n - edge - width, edge, width, height), 3 * stroke, 3 * stroke)
    return Badge(plate, stroked(_lines(*lines), stroke, Qt.PenCapStyle.SquareCap))


def outline_px(n: int) -> int:
    """How wide an outline is."""
    return pixels(n, 1 / 22)


def ring_px(n: int) -> int:
    """How wide a ring's line is."""
    return pixels(n, 1.75 / 16)


def slash_px(n: int) -> int:
    """How wide a slash is."""
    return pixels(n, 1.75 / 16)


def pixels(n: int, share: float) -> int:
    """A share of n in whole pixels, half rounded up, never nothing."""
    return max(1, math.floor(n * share + 0.5))


def stroked(line: QPainterPath, width: float, cap: Qt.PenCapStyle = Qt.PenCapStyle.FlatCap) -> QPainterPath:
    """What a sharp-cornered pen of this width covers along a line."""
    stroker = QPainterPathStroker()
    stroker.setWidth(width)
    stroker.setCapStyle(cap)
    stroker.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return stroker.createStroke(line)


def grown(path: QPainterPath, by: float) -> QPainterPath:
    """A shape with a rim around it."""
    stroker = QPainterPathStroker()
    stroker.setWidth(2 * by)
    stroker.setCapStyle(Qt.PenCapStyle.FlatCap)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return stroker.createStroke(path).united(path)


def _ring_box(n: int, inset: int) -> QRectF:
    radius = n // 2 - inset - ring_px(n) / 2
    return QRectF(n / 2 - radius, n / 2 - radius, 2 * radius, 2 * radius)


def _even(n: int, share: float) -> int:
    """The same as an even number, for what lies across the middle."""
    return 2 * pixels(n, share / 2)


def _lines(*lines: Sequence[tuple[float, float]]) -> QPainterPath:
    path = QPainterPath()
    for start, *others in lines:
        path.moveTo(*start)
        for point in others:
            path.lineTo(*point)
    return path


def _rects(*rects: tuple[float, float, float, float]) -> QPainterPath:
    path = QPainterPath()
    for rect in rects:
        path.addRect(*rect)
    return path


_DIGITS: dict[str, tuple[list[tuple[float, float]], ...]] = {
    "2": ([(0, 0), (1, 0), (1, 1), (0, 1), (0, 2), (1, 2)],),
    "3": ([(0, 0), (1, 0), (1, 2), (0, 2)], [(0, 1), (1, 1)]),
    "4": ([(0, 0), (0, 1), (1, 1)], [(1, 0), (1, 2)]),
    "5": ([(1, 0), (0, 0), (0, 1), (1, 1), (1, 2), (0, 2)],),
    "6": ([(1, 0), (0, 0), (0, 2), (1, 2), (1, 1), (0, 1)],),
    "7": ([(0, 0), (1, 0), (1, 2)],),
    "8": ([(0, 0), (1, 0), (1, 2), (0, 2), (0, 0)], [(0, 1), (1, 1)]),
    "9": ([(1, 1), (0, 1), (0, 0), (1, 0), (1, 2), (0, 2)],),
    "+": ([(0, 1), (1, 1)], [(0.5, 0.5), (0.5, 1.5)]),
}
"""On a field one wide and two high; drawn by us because a font's hinting blurs at 7 px."""
