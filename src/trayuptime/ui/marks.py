"""Every state's mark, drawn from one description onto whole device pixels.

A mark is described on a square of n device pixels: lengths are fractions of n, rounded to the pixel where an
edge would otherwise blur. In windows a mark is one colour with its glyph cut out, so it stands on whatever
the row is painted in. In the tray nobody can ask for the panel's colour: there a dark outline goes around a
bright fill, and the glyph is painted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPainterPathStroker, QPen, QPixmap

from trayuptime.ui.theme import ON_DARK, OUTLINE, Scheme, colours

TRAY_SIZES_PX = (16, 22, 24, 32, 44, 48, 64)
"""Device pixels; tray hosts are never sent larger ones."""

COUNT_FROM_PX = 22
"""Below this size a digit cannot be read and is left out."""


class Mark(StrEnum):
    """What can be said of a provider, or of all of them, at a glance."""

    UP = "up"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"
    OFFLINE = "offline"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Face:
    """All that the tray icon shows.

    Attributes:
        checking: a probe is under way; a small clock at the lower left.
        key_badge: a key needs attention; a key at the lower right.
        count: how many providers are down; on the mark for down, a digit at the upper right if more than one.
    """

    mark: Mark
    checking: bool = False
    key_badge: bool = False
    count: int = 0


def colour_of(mark: Mark, scheme: Scheme) -> QColor:
    """The colour a mark, or anything else that means its state, is drawn in."""
    own = colours(scheme)
    match mark:
        case Mark.UP:
            return own.up
        case Mark.DEGRADED:
            return own.degraded
        case Mark.DOWN:
            return own.down
        case Mark.OFFLINE:
            return own.offline
        case Mark.UNKNOWN | Mark.PAUSED:
            return own.muted


def paint(
    painter: QPainter,
    mark: Mark,
    rect: QRectF,
    scheme: Scheme,
    *,
    outlined: bool,
    checking: bool = False,
    key_badge: bool = False,
    count: int = 0,
) -> None:
    """Draw a mark into the largest square in the middle of `rect`; the painter's state is kept.

    `scheme` is of what lies behind; an outlined mark stands on anything and looks the same for both. Edges
    are crisp where the square begins and ends on whole device pixels.
    """
    _paint(painter, Face(mark, checking, key_badge, count), rect, scheme, outlined=outlined)


def pixmap(
    mark: Mark,
    size_px: int,
    scheme: Scheme,
    *,
    outlined: bool,
    device_pixel_ratio: float = 1.0,
    checking: bool = False,
    key_badge: bool = False,
    count: int = 0,
) -> QPixmap:
    """A mark of `size_px` logical pixels, on nothing; a `QGuiApplication` must exist."""
    face = Face(mark, checking, key_badge, count)
    return _pixmap(face, size_px, scheme, outlined=outlined, device_pixel_ratio=device_pixel_ratio)


@lru_cache(maxsize=64)
def tray_icon(face: Face) -> QIcon:
    """The icon of a face in every size of `TRAY_SIZES_PX`; the same object for an equal face.

    The bright fill is the outline's light side: a white rim was tried, and at 16 px it washed the mark out.
    """
    icon = QIcon()
    for size_px in TRAY_SIZES_PX:
        icon.addPixmap(_pixmap(face, size_px, Scheme.DARK, outlined=True))
    return icon


@dataclass(frozen=True, slots=True)
class _Badge:
    """Something small over a corner of a mark: a plate and what is written on it."""

    plate: QPainterPath
    ink: QPainterPath
    is_key: bool = False

    def colour(self, scheme: Scheme, plain: QColor) -> QColor:
        return colours(scheme).key_badge if self.is_key else plain


def _pixmap(
    face: Face, size_px: int, scheme: Scheme, *, outlined: bool, device_pixel_ratio: float = 1.0
) -> QPixmap:
    n = round(size_px * device_pixel_ratio)
    drawn = QPixmap(n, n)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    _paint(painter, face, QRectF(0, 0, n, n), scheme, outlined=outlined)
    painter.end()
    drawn.setDevicePixelRatio(device_pixel_ratio)
    return drawn


def _paint(painter: QPainter, face: Face, rect: QRectF, scheme: Scheme, *, outlined: bool) -> None:
    side = min(rect.width(), rect.height())
    n = max(8, round(side * math.sqrt(abs(painter.deviceTransform().determinant()))))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.center() - QPointF(side / 2, side / 2))
    painter.scale(side / n, side / n)
    if outlined:
        _paint_outlined(painter, face, n)
    else:
        _paint_flat(painter, face, n, scheme)
    painter.restore()


def _paint_outlined(painter: QPainter, face: Face, n: int) -> None:
    """In the colours for dark windows, always: in a dark outline the brighter fill is the clearer one."""
    outline_px, fill = _outline_px(n), colour_of(face.mark, Scheme.DARK)
    painter.fillPath(_silhouette(face.mark, n, 0), OUTLINE)
    match face.mark:
        case Mark.UP | Mark.DEGRADED | Mark.DOWN:
            painter.fillPath(_silhouette(face.mark, n, outline_px), fill)
            painter.fillPath(_glyph(face.mark, n), ON_DARK if face.mark is Mark.DOWN else OUTLINE)
        case Mark.OFFLINE:
            painter.fillPath(_silhouette(face.mark, n, outline_px), fill)
            painter.strokePath(_slash(n), _pen(OUTLINE, _slash_px(n) + 2 * outline_px))
            painter.fillPath(_glyph(face.mark, n), ON_DARK)
        case Mark.UNKNOWN | Mark.PAUSED:
            painter.strokePath(_ring(face.mark, n, outline_px), _pen(fill, _ring_px(n)))
            painter.fillPath(_glyph(face.mark, n), ON_DARK)
    for badge in _badges(face, n):
        painter.strokePath(badge.plate, _pen(OUTLINE, 2 * outline_px))
        painter.fillPath(badge.plate, badge.colour(Scheme.DARK, ON_DARK))
        painter.fillPath(badge.ink, OUTLINE)


def _paint_flat(painter: QPainter, face: Face, n: int, scheme: Scheme) -> None:
    """One colour for the mark and one for a badge; all that is written in them, and between them, is hole."""
    body, badges = _flat(face.mark, n), _badges(face, n)
    for badge in badges:
        body = body.subtracted(_grown(badge.plate, _outline_px(n)))
    painter.fillPath(body, colour_of(face.mark, scheme))
    for badge in badges:
        painter.fillPath(badge.plate.subtracted(badge.ink), badge.colour(scheme, colours(scheme).muted))


def _flat(mark: Mark, n: int) -> QPainterPath:
    match mark:
        case Mark.UP | Mark.DEGRADED | Mark.DOWN:
            return _silhouette(mark, n, 0).subtracted(_glyph(mark, n))
        case Mark.OFFLINE:
            clearing = _stroked(_slash(n), _slash_px(n) + 2 * n * 1.4 / 16)
            return _silhouette(mark, n, 0).subtracted(clearing).united(_glyph(mark, n))
        case Mark.UNKNOWN | Mark.PAUSED:
            return _stroked(_ring(mark, n, 0), _ring_px(n)).united(_glyph(mark, n))


def _silhouette(mark: Mark, n: int, inset: float) -> QPainterPath:
    """The filled outer shape, `inset` pixels inside its largest."""
    match mark:
        case Mark.UP:  # smaller than down's: quiet, and not to be taken for an octagon
            return _disc(n, _pixels(n, 7 / 16) - inset)
        case Mark.DEGRADED:
            return _triangle(n, inset)
        case Mark.DOWN:
            return _octagon(n, inset)
        case Mark.OFFLINE:
            return _cloud(n, inset)
        case Mark.UNKNOWN | Mark.PAUSED:
            return _disc(n, n // 2 - inset)


def _disc(n: int, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(n / 2, n / 2), radius, radius)
    return path


def _triangle(n: int, inset: float) -> QPainterPath:
    """The hull of three equal discs at its corners."""
    radius = n / 8
    top, bottom = radius + n / 32, n - _pixels(n, 1 / 16) - radius
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


def _octagon(n: int, inset: float) -> QPainterPath:
    cut = _pixels(n, 1 - math.sqrt(0.5)) - inset * (2 - math.sqrt(2))
    lo, hi = inset, n - inset
    right = [(hi - cut, lo), (hi, lo + cut), (hi, hi - cut), (hi - cut, hi)]
    left = [(lo + cut, hi), (lo, hi - cut), (lo, lo + cut), (lo + cut, lo)]
    path = _lines(right + left)
    path.closeSubpath()
    return path


def _cloud(n: int, inset: float) -> QPainterPath:
    """Three discs on a flat foot."""
    u = n / 16
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for x, y, radius in ((3.5, 9.5, 3.5), (8.7, 6.4, 5.2), (12.5, 9.5, 3.5)):
        path.addEllipse(QPointF(x * u, y * u), radius * u - inset, radius * u - inset)
    path.addRect(QRectF(3.5 * u, 8 * u, 9 * u, _pixels(n, 13 / 16) - inset - 8 * u))
    return path


def _slash(n: int) -> QPainterPath:
    return _lines([(n / 16, n / 16), (n * 15 / 16, n * 15 / 16)])


def _ring(mark: Mark, n: int, inset: int) -> QPainterPath:
    """The middle line: whole for paused, for unknown four dashes; more would run together at 16 px."""
    radius = n // 2 - inset - _ring_px(n) / 2
    box = QRectF(n / 2 - radius, n / 2 - radius, 2 * radius, 2 * radius)
    path = QPainterPath()
    if mark is Mark.PAUSED:
        path.addEllipse(box)
        return path
    gap = math.degrees(n * 3 / 16 / radius)
    for start in (45, 135, 225, 315):
        path.arcMoveTo(box, start + gap / 2)
        path.arcTo(box, start + gap / 2, 90 - gap)
    return path


def _glyph(mark: Mark, n: int) -> QPainterPath:
    match mark:
        case Mark.UP:
            return _check(n)
        case Mark.DEGRADED:
            return _exclamation(n)
        case Mark.DOWN:
            return _cross(n)
        case Mark.UNKNOWN:
            return _question(n)
        case Mark.PAUSED:
            return _pause(n)
        case Mark.OFFLINE:
            return _stroked(_slash(n), _slash_px(n))


def _check(n: int) -> QPainterPath:
    arm = _pixels(n, 2.25 / 16)
    x, y = n / 2 - arm / 2, n / 2 + arm * 1.25
    return _stroked(_lines([(x - arm, y - arm), (x, y), (x + 2 * arm, y - 2 * arm)]), n / 8)


def _cross(n: int) -> QPainterPath:
    width = n * 2.25 / 16
    reach = _pixels(n, 3 / 16) + width * math.sqrt(1 / 8)
    lo, hi = n / 2 - reach, n / 2 + reach
    return _stroked(_lines([(lo, lo), (hi, hi)], [(lo, hi), (hi, lo)]), width)


def _exclamation(n: int) -> QPainterPath:
    width, dot = _even(n, 2.2 / 16), _pixels(n, 2 / 16)
    left, top, bottom = (n - width) // 2, _pixels(n, 5 / 16), n - _pixels(n, 3 / 16)
    stem = bottom - dot - _pixels(n, 1 / 16) - top
    return _rects((left, top, width, stem), (left, bottom - dot, width, dot))


def _question(n: int) -> QPainterPath:
    u, dot = n / 16, _even(n, 2 / 16)
    bow = QRectF(n / 2 - 2.1 * u, 4.4 * u, 4.2 * u, 4.0 * u)
    path = QPainterPath()
    path.arcMoveTo(bow, 185)
    path.arcTo(bow, 185, -225)
    path.quadTo(QPointF(n / 2, 8.6 * u), QPointF(n / 2, 9.6 * u))
    path = _stroked(path, 1.75 * u)
    path.addRect(QRectF((n - dot) // 2, _pixels(n, 10.5 / 16), dot, _pixels(n, 2 / 16)))
    return path


def _pause(n: int) -> QPainterPath:
    width, half_gap, half_height = _pixels(n, 2 / 16), _pixels(n, 1 / 16), _pixels(n, 3 / 16)
    left, right, top = n // 2 - half_gap - width, n // 2 + half_gap, n // 2 - half_height
    return _rects((left, top, width, 2 * half_height), (right, top, width, 2 * half_height))


def _badges(face: Face, n: int) -> list[_Badge]:
    badges = []
    if face.checking:
        badges.append(_clock(n))
    if face.key_badge:
        badges.append(_key(n))
    if face.mark is Mark.DOWN and face.count > 1 and n >= COUNT_FROM_PX:
        badges.append(_count(n, face.count))
    return badges


def _clock(n: int) -> _Badge:
    hand, size, edge = _pixels(n, 1 / 18), _pixels(n, 7 / 16), _outline_px(n)
    size -= (size - hand) % 2
    reach = _pixels(size, 2 / 7)
    plate = QPainterPath()
    plate.addEllipse(QRectF(edge, n - edge - size, size, size))
    x, y = edge + (size - hand) // 2, n - edge - (size + hand) // 2
    return _Badge(plate, _rects((x, y - reach, hand, reach), (x, y, hand + reach, hand)))


def _key(n: int) -> _Badge:
    """An upright key: stem, the bow's wall and the teeth in whole pixels each."""
    stem, wall, tooth, edge = _pixels(n, 1 / 11.5), _pixels(n, 1 / 10.5), _pixels(n, 1 / 18), _outline_px(n)
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
    return _Badge(plate, hole, is_key=True)


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


def _count(n: int, count: int) -> _Badge:
    signs = str(count) if count <= 9 else "9+"
    stroke, cell, edge = _pixels(n, 1 / 22), _pixels(n, 3 / 22), _outline_px(n)
    beside, above, advance = 2 * stroke, _pixels(n, 1 / 32), cell + 2 * stroke
    width, height = 2 * beside + len(signs) * advance - stroke, 2 * above + 2 * cell + stroke
    left, top = n - edge - width + beside + stroke / 2, edge + above + stroke / 2
    lines = [
        [(left + i * advance + cell * x, top + cell * y) for x, y in line]
        for i, sign in enumerate(signs)
        for line in _DIGITS[sign]
    ]
    plate = QPainterPath()
    plate.addRoundedRect(QRectF(n - edge - width, edge, width, height), 3 * stroke, 3 * stroke)
    return _Badge(plate, _stroked(_lines(*lines), stroke, _SQUARE))


def _pixels(n: int, share: float) -> int:
    """A share of n in whole pixels, half rounded up, never nothing."""
    return max(1, math.floor(n * share + 0.5))


def _even(n: int, share: float) -> int:
    """The same as an even number, for what lies across the middle."""
    return 2 * _pixels(n, share / 2)


def _outline_px(n: int) -> int:
    return _pixels(n, 1 / 22)


def _ring_px(n: int) -> int:
    return _pixels(n, 1.75 / 16)


def _slash_px(n: int) -> int:
    return _pixels(n, 1.75 / 16)


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


_FLAT = Qt.PenCapStyle.FlatCap
_SQUARE = Qt.PenCapStyle.SquareCap
_MITER = Qt.PenJoinStyle.MiterJoin
_ROUND = Qt.PenJoinStyle.RoundJoin


def _stroked(line: QPainterPath, width: float, cap: Qt.PenCapStyle = _FLAT) -> QPainterPath:
    pen = QPen(OUTLINE, width, Qt.PenStyle.SolidLine, cap, _MITER)
    return QPainterPathStroker(pen).createStroke(line)


def _grown(path: QPainterPath, by: float) -> QPainterPath:
    return QPainterPathStroker(_pen(OUTLINE, 2 * by)).createStroke(path).united(path)


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, _FLAT, _ROUND)
