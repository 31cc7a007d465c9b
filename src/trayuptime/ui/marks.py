"""Every state's mark, drawn from one description onto whole device pixels.

In windows a mark is one colour with its glyph cut out, so it stands on whatever the row is painted in. In the
tray nobody can ask for the panel's colour: there a dark outline goes around a bright fill, and the glyph is
painted. The shapes themselves are in `shapes.py`.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from trayuptime.ui import shapes
from trayuptime.ui.shapes import Badge
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
    outline_px, fill = shapes.outline_px(n), colour_of(face.mark, Scheme.DARK)
    painter.fillPath(_silhouette(face.mark, n, 0), OUTLINE)
    match face.mark:
        case Mark.UP | Mark.DEGRADED | Mark.DOWN:
            painter.fillPath(_silhouette(face.mark, n, outline_px), fill)
            painter.fillPath(_glyph(face.mark, n), ON_DARK if face.mark is Mark.DOWN else OUTLINE)
        case Mark.OFFLINE:
            painter.fillPath(_silhouette(face.mark, n, outline_px), fill)
            painter.strokePath(shapes.slash(n), _pen(OUTLINE, shapes.slash_px(n) + 2 * outline_px))
            painter.fillPath(_glyph(face.mark, n), ON_DARK)
        case Mark.UNKNOWN | Mark.PAUSED:
            painter.strokePath(_ring(face.mark, n, outline_px), _pen(fill, shapes.ring_px(n)))
            painter.fillPath(_glyph(face.mark, n), ON_DARK)
    for badge, colour in _badges(face, n, Scheme.DARK, plain=ON_DARK):
        painter.strokePath(badge.plate, _pen(OUTLINE, 2 * outline_px))
        painter.fillPath(badge.plate, colour)
        painter.fillPath(badge.ink, OUTLINE)


def _paint_flat(painter: QPainter, face: Face, n: int, scheme: Scheme) -> None:
    """One colour for the mark and one for a badge; all that is written in them, and between them, is hole."""
    body, badges = _flat(face.mark, n), _badges(face, n, scheme, plain=colours(scheme).muted)
    for badge, _ in badges:
        body = body.subtracted(shapes.grown(badge.plate, shapes.outline_px(n)))
    painter.fillPath(body, colour_of(face.mark, scheme))
    for badge, colour in badges:
        painter.fillPath(badge.plate.subtracted(badge.ink), colour)


def _flat(mark: Mark, n: int) -> QPainterPath:
    match mark:
        case Mark.UP | Mark.DEGRADED | Mark.DOWN:
            return _silhouette(mark, n, 0).subtracted(_glyph(mark, n))
        case Mark.OFFLINE:
            clearing = shapes.stroked(shapes.slash(n), shapes.slash_px(n) + 2 * n * 1.4 / 16)
            return _silhouette(mark, n, 0).subtracted(clearing).united(_glyph(mark, n))
        case Mark.UNKNOWN | Mark.PAUSED:
            return shapes.stroked(_ring(mark, n, 0), shapes.ring_px(n)).united(_glyph(mark, n))


def _silhouette(mark: Mark, n: int, inset: float) -> QPainterPath:
    """The filled outer shape, `inset` pixels inside its largest."""
    match mark:
        case Mark.UP:  # smaller than down's: quiet, and not to be taken for an octagon
            return shapes.disc(n, shapes.pixels(n, 7 / 16) - inset)
        case Mark.DEGRADED:
            return shapes.triangle(n, inset)
        case Mark.DOWN:
            return shapes.octagon(n, inset)
        case Mark.OFFLINE:
            return shapes.cloud(n, inset)
        case Mark.UNKNOWN | Mark.PAUSED:
            return shapes.disc(n, n // 2 - inset)


def _ring(mark: Mark, n: int, inset: int) -> QPainterPath:
    return shapes.ring(n, inset) if mark is Mark.PAUSED else shapes.dashed_ring(n, inset)


def _glyph(mark: Mark, n: int) -> QPainterPath:
    match mark:
        case Mark.UP:
            return shapes.check(n)
        case Mark.DEGRADED:
            return shapes.exclamation(n)
        case Mark.DOWN:
            return shapes.cross(n)
        case Mark.UNKNOWN:
            return shapes.question(n)
        case Mark.PAUSED:
            return shapes.pause_bars(n)
        case Mark.OFFLINE:
            return shapes.stroked(shapes.slash(n), shapes.slash_px(n))


def _badges(face: Face, n: int, scheme: Scheme, *, plain: QColor) -> list[tuple[Badge, QColor]]:
    """What lies over the corners, with its colour; only a key has one of its own."""
    badges = []
    if face.checking:
        badges.append((shapes.clock(n), plain))
    if face.key_badge:
        badges.append((shapes.key(n), colours(scheme).key_badge))
    if face.mark is Mark.DOWN and face.count > 1 and n >= COUNT_FROM_PX:
        badges.append((shapes.count(n, face.count), plain))
    return badges


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
