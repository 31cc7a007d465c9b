"""A drawing as SVG that stands inside an HTML page."""

from collections.abc import Iterator, Sequence

from trayuptime.report.drawing import Anchor, Box, Drawing, Ink, Label, Line
from trayuptime.report.escaping import escaped
from trayuptime.report.inks import LOOKS, QUIET, Look, Pattern

_TILE = 3
"""The side of a pattern's tile."""


def svg(drawing: Drawing, number: int, title: str, words: str) -> str:
    """The element, with its title and what it shows in words.

    Args:
        drawing: what to draw.
        number: of this drawing in its page, for its ids.
        title: see `blocks.Picture`.
        words: the same.
    """
    of = f"c{number}"
    size = f'viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" font-size="8" font-family="sans-serif"'
    return "\n".join(
        [
            f'<svg {size} role="img" aria-labelledby="{of}t {of}d" xmlns="http://www.w3.org/2000/svg">',
            f'<title id="{of}t">{escaped(title)}</title><desc id="{of}d">{escaped(words)}</desc>',
            f"<defs>{''.join(_patterns(of, drawing.shapes))}</defs>",
            *(_shape(of, shape) for shape in drawing.shapes),
            "</svg>",
        ]
    )


def _patterns(of: str, shapes: Sequence[Box | Line | Label]) -> Iterator[str]:
    used = {shape.ink for shape in shapes if isinstance(shape, Box)}
    for ink in sorted(used):
        look = LOOKS[ink]
        if look.pattern is not None:
            yield (
                f'<pattern id="{of}{ink}" width="{_TILE}" height="{_TILE}" patternUnits="userSpaceOnUse">'
                f'<rect width="{_TILE}" height="{_TILE}" fill="{look.fill}"/>{_pattern(look)}</pattern>'
            )


def _pattern(look: Look) -> str:
    if look.pattern is Pattern.DOTS:
        return f'<circle cx="1.5" cy="1.5" r="0.5" fill="{look.mark}"/>'
    return f'<path d="M-1 1L1 -1M0 3L3 0M2 4L4 2" stroke="{look.mark}" stroke-width="1"/>'


def _shape(of: str, shape: Box | Line | Label) -> str:
    match shape:
        case Box(x, y, width, height, ink):
            place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
            return f"<rect {place} {_fill(of, ink)}/>"
        case Line(points, ink):
            look = LOOKS[ink]
            path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
            dashes = f' stroke-dasharray="{" ".join(map(_n, look.dashes))}"' if look.dashes else ""
            stroke = f'stroke="{look.stroke}" stroke-width="{_n(look.width)}"{dashes}'
            return f'<polyline points="{path}" fill="none" {stroke}/>'
        case Label(x, y, text, anchor):
            where = "" if anchor is Anchor.START else f' text-anchor="{anchor}"'
            return f'<text x="{_n(x)}" y="{_n(y)}"{where} fill="{QUIET}">{escaped(text)}</text>'


def _fill(of: str, ink: Ink) -> str:
    look = LOOKS[ink]
    fill = look.fill if look.pattern is None else f"url(#{of}{ink})"
    stroke = f' stroke="{look.stroke}" stroke-width="{_n(look.width)}"' if look.stroke else ""
    return f'fill="{fill}"{stroke}'


def _n(value: float) -> str:
    """Short: there are thousands of them."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
