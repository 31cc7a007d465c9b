"""Writes the application's icon, resources/trayuptime.svg, from the same shapes as every mark."""

from pathlib import Path

from PySide6.QtGui import QPainterPath

from trayuptime.ui import shapes
from trayuptime.ui.marks import Mark, colour_of
from trayuptime.ui.theme import OUTLINE, Scheme

MASTER = Path(__file__).parents[1] / "resources" / "trayuptime.svg"
SIDE = 64


def svg() -> str:
    """The mark for up as it stands in the tray, on a square of 64."""
    radius = shapes.pixels(SIDE, 7 / 16)
    inset = shapes.outline_px(SIDE)
    layers = [
        (shapes.disc(SIDE, radius), OUTLINE),
        (shapes.disc(SIDE, radius - inset), colour_of(Mark.UP, Scheme.DARK)),
        (shapes.check(SIDE), OUTLINE),
    ]
    paths = "".join(f'  <path fill="{colour.name()}" d="{_outline(path)}"/>\n' for path, colour in layers)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" viewBox="0 0 {SIDE} {SIDE}">'
    )
    return f"{head}\n  <title>TrayUptime</title>\n{paths}</svg>\n"


def _outline(path: QPainterPath) -> str:
    """The path in the words of SVG; a curve is three elements, its two handles first."""
    words: list[str] = []
    letters = {
        QPainterPath.ElementType.MoveToElement: "M",
        QPainterPath.ElementType.LineToElement: "L",
        QPainterPath.ElementType.CurveToElement: "C",
        QPainterPath.ElementType.CurveToDataElement: "",
    }
    for at in range(path.elementCount()):
        element = path.elementAt(at)
        words.append(f"{letters[element.type]}{element.x:.4g} {element.y:.4g}")
    return " ".join(words) + "Z"


if __name__ == "__main__":
    MASTER.parent.mkdir(exist_ok=True)
    MASTER.write_text(svg(), encoding="utf-8")
