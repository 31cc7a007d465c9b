"""Every colour, distance and font size of the user interface.

The colours were searched, not picked: `tests/ui/test_theme.py` holds what they must satisfy. Text never
takes a state's colour, it takes the palette's; red is for `down` alone.
"""

from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from PySide6.QtGui import QColor, QFont, QPalette, QPen

RADIUS_PX = 6
"""The one corner radius."""

GRID_PX = 4
"""Every distance is a multiple of it."""

SMALL = 0.85
TITLE = 1.25
"""Factors on the system font; there is no third one."""


class Step(IntEnum):
    """A distance between things, in logical pixels."""

    TIGHT = 8
    NORMAL = 12
    WIDE = 16
    SECTION = 24


class Scheme(StrEnum):
    """Whether things are drawn on a light or on a dark window."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Colours:
    """What each state is drawn in, on a window of one scheme; `muted` is for unknown and paused."""

    up: QColor
    degraded: QColor
    down: QColor
    muted: QColor
    offline: QColor
    key_badge: QColor


OUTLINE = QColor("#14171B")
"""Around an outlined mark, and the glyph where the fill is bright."""

ON_DARK = QColor("#FFFFFF")
"""The glyph of an outlined mark where the fill is not bright, and the plate of its clock and its digit."""

_LIGHT = Colours(
    up=QColor("#0A8172"),
    degraded=QColor("#AB7D08"),
    down=QColor("#901705"),
    muted=QColor("#3D4248"),
    offline=QColor("#2B78D0"),
    key_badge=QColor("#50368D"),
)
_DARK = Colours(
    up=QColor("#79F1D3"),
    degraded=QColor("#FED441"),
    down=QColor("#ED3D2E"),
    muted=QColor("#7C8289"),
    offline=QColor("#499BFF"),
    key_badge=QColor("#E0CAFF"),
)
_SECOND_LINE = {Scheme.LIGHT: QColor("#1F5FB4"), Scheme.DARK: QColor("#8AB6FF")}


def colours(scheme: Scheme) -> Colours:
    """The state colours for windows of `scheme`."""
    return _DARK if scheme is Scheme.DARK else _LIGHT


def scheme_of(palette: QPalette) -> Scheme:
    """The scheme of a palette, by the lightness of its window.

    Asked of the palette, not of the desktop: a style sheet, a contrast theme or a desktop without a scheme
    setting changes only what is really behind our marks.
    """
    window = palette.color(QPalette.ColorRole.Window)
    text = palette.color(QPalette.ColorRole.WindowText)
    return Scheme.DARK if window.lightnessF() < text.lightnessF() else Scheme.LIGHT


def quiet_line(palette: QPalette) -> QPen:
    """The pen of outlines, and of lines that only guide the eye."""
    ink, behind = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Base)
    return QPen(blend(ink, behind, 0.25), 1)


def second_line(palette: QPalette) -> QColor:
    """The tone of another line in a chart; no state's."""
    return _SECOND_LINE[scheme_of(palette)]


def blend(colour: QColor, behind: QColor, share: float) -> QColor:
    """So much of a colour, the rest of what lies behind it."""

    def mixed(one: int, other: int) -> int:
        return round(share * one + (1 - share) * other)

    return QColor(
        mixed(colour.red(), behind.red()),
        mixed(colour.green(), behind.green()),
        mixed(colour.blue(), behind.blue()),
    )


def small(body: QFont) -> QFont:
    """`body` in the small size."""
    return _scaled(body, SMALL)


def title(body: QFont) -> QFont:
    """`body` in the title size; weight is the caller's, it carries emphasis."""
    return _scaled(body, TITLE)


def tabular(font: QFont) -> QFont:
    """`font` with figures of equal width, for numbers in a column; a font without them stays as it is."""
    figures = QFont(font)
    with suppress(TypeError):  # PySide6 6.8.0 has no way to name a feature, 6.8.3 has
        figures.setFeature(QFont.Tag("tnum"), 1)
    return figures


def plain_tooltip(text: str) -> str:
    """Text for a tooltip, where Qt would take a stranger's `<b>` for markup; lines stay lines."""
    return f"<qt>{'<br>'.join(escaped(text).splitlines())}</qt>" if text else ""


def escaped(text: str) -> str:
    """Any text as Qt's markup has to be given it.

    Without the `html` module, whose table of entities is the larger part of a megabyte.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _scaled(body: QFont, factor: float) -> QFont:
    font = QFont(body)
    if body.pointSizeF() > 0:
        font.setPointSizeF(body.pointSizeF() * factor)
    else:  # a font set in pixels has no point size
        font.setPixelSize(round(body.pixelSize() * factor))
    return font
