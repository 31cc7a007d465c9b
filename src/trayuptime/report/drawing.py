"""A picture as shapes on a plane, which HTML writes as SVG and the PDF paints; neither knows what it shows.

Lengths are in points of a drawing as wide as the text of an A4 page; y grows downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

WIDTH = 500.0


class Ink(StrEnum):
    """What something is drawn in; each differs from the others in grey too, by pattern or by lightness."""

    UP = "up"
    DEGRADED = "degraded"
    """Slanted stripes."""
    DOWN = "down"
    """Solid, the darkest."""
    UNSEEN = "unseen"
    """Dots: nobody could see."""
    NOTHING = "nothing"
    """An empty outline: nobody watched yet."""
    FIRST = "first"
    """Of two lines, the solid one."""
    SECOND = "second"
    """The dashed one."""
    AXIS = "axis"


class Anchor(StrEnum):
    """Which end of a text lies at its point."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    ink: Ink


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points."""

    points: Sequence[tuple[float, float]]
    ink: Ink


@dataclass(frozen=True, slots=True)
class Label:
    """A few words, at their baseline."""

    x: float
    y: float
    text: str
    anchor: Anchor = Anchor.START


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes, the later over the earlier."""

    height: float
    shapes: Sequence[Box | Line | Label]
    width: float = WIDTH
