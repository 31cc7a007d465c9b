"""What inks look like on paper; told apart in grey by lightness and pattern. Red is for `down` alone."""

from dataclasses import dataclass
from enum import Enum, auto

from trayuptime.report.drawing import Ink

TEXT = "#1A1D21"
INK = "#000000"
"""Black on white, for a printer has nothing blacker."""

QUIET = "#5A6068"
"""Of small print; 4.5:1 on white and more."""
RULE = "#C9CDD1"


class Pattern(Enum):
    """What is drawn on a fill."""

    STRIPES = auto()
    DOTS = auto()


@dataclass(frozen=True, slots=True)
class Look:
    """How an ink is laid on.

    Attributes:
        fill: of a box.
        pattern: over it, in `mark`.
        stroke: of a line, or around a box; empty for none.
        width: of the stroke.
        dashes: lengths of dash and gap; empty for a line without breaks.
    """

    fill: str = ""
    pattern: Pattern | None = None
    mark: str = ""
    stroke: str = ""
    width: float = 0.5
    dashes: tuple[float, ...] = ()


LOOKS = {
    Ink.UP: Look("#A5D3CA"),
    Ink.DEGRADED: Look("#F6E7BC", Pattern.STRIPES, "#AB7D08"),
    Ink.DOWN: Look("#901705"),
    Ink.UNSEEN: Look("#FFFFFF", Pattern.DOTS, "#7C8289", RULE),
    Ink.NOTHING: Look("#FFFFFF", stroke=RULE),
    Ink.FIRST: Look(stroke=TEXT, width=1.2),
    Ink.SECOND: Look(stroke=QUIET, width=1.2, dashes=(3.0, 2.0)),
    Ink.AXIS: Look(stroke=RULE),
}
