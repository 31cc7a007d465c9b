"""The colours hold what the look promises: to colour-blind eyes, on every window, and red for down alone.

Colour difference: CIEDE2000 after G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 Color-Difference Formula:
Implementation Notes, Supplementary Test Data, and Mathematical Observations", Color Research and Application
30 (2005) 21-30.

Dichromats: F. Viénot, H. Brettel, J. D. Mollon, "Digital Video Colourmaps for Checking the Legibility of
Displays by Dichromats", Color Research and Application 24 (1999) 243-252; and, since models disagree,
G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based Model for Simulation of Color
Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (2009) 1291-1298, severity 1.
"""

import math
import re
from collections.abc import Callable
from dataclasses import asdict
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

import trayuptime.ui
from trayuptime.ui import theme
from trayuptime.ui.theme import Scheme

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

_TRIO = {"up", "degraded", "down"}

# Window, row, alternate row. Fusion's light ones are Qt's own, the others are typical values.
_WINDOWS = {
    Scheme.LIGHT: {
        "Fusion": ("#EFEFEF", "#FFFFFF", "#F7F7F7"),
        "Breeze": ("#EFF0F1", "#FFFFFF", "#F7F7F7"),
        "Adwaita": ("#FAFAFA", "#FFFFFF", "#EBEBEB"),
        "Windows 11": ("#F3F3F3", "#FFFFFF", "#F9F9F9"),
    },
    Scheme.DARK: {
        "Fusion": ("#323232", "#242424", "#2B2B2B"),
        "Breeze": ("#2A2E32", "#1B1E20", "#232629"),
        "Adwaita": ("#242424", "#1E1E1E", "#303030"),
        "Windows 11": ("#202020", "#2D2D2D", "#353535"),
    },
}


def _states(scheme: Scheme) -> dict[str, QColor]:
    return {name: QColor(colour) for name, colour in asdict(theme.colours(scheme)).items()}


def _linear(colour: QColor) -> Triple:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (colour.redF(), colour.greenF(), colour.blueF())
    )
    return red, green, blue


def _times(matrix: Matrix, vector: Triple) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return first, second, third


def _clipped(vector: Triple) -> Triple:
    first, second, third = (min(1.0, max(0.0, value)) for value in vector)
    return first, second, third


_TO_CONES: Matrix = (
    (17.8824, 43.5161, 4.11935),
    (3.45565, 27.1554, 3.86714),
    (0.0299566, 0.184309, 1.46709),
)
_FROM_CONES: Matrix = (
    (0.0809444479, -0.130504409, 0.116721066),
    (-0.0102485335, 0.0540193266, -0.113614708),
    (-0.000365296938, -0.00412161469, 0.693511405),
)


def _protanope_vienot(linear: Triple) -> Triple:
    _, medium, short = _times(_TO_CONES, linear)
    return _clipped(_times(_FROM_CONES, (2.02344 * medium - 2.52581 * short, medium, short)))


def _deuteranope_vienot(linear: Triple) -> Triple:
    long, _, short = _times(_TO_CONES, linear)
    return _clipped(_times(_FROM_CONES, (long, 0.494207 * long + 1.24827 * short, short)))


def _protanope_machado(linear: Triple) -> Triple:
    matrix: Matrix = (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    )
    return _clipped(_times(matrix, linear))


def _deuteranope_machado(linear: Triple) -> Triple:
    matrix: Matrix = (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    )
    return _clipped(_times(matrix, linear))


def _trichromat(linear: Triple) -> Triple:
    return linear


_EYES = [_trichromat, _protanope_vienot, _deuteranope_vienot, _protanope_machado, _deuteranope_machado]


def _lab(linear: Triple) -> Triple:
    """CIE L*a*b* under D65 from linear sRGB."""
    xyz = _times(
        (
            (0.4124564, 0.3575761, 0.1804375),
            (0.2126729, 0.7151522, 0.0721750),
            (0.0193339, 0.1191920, 0.9503041),
        ),
        linear,
    )
    x, y, z = (
        ratio ** (1 / 3) if ratio > 216 / 24389 else (24389 / 27 * ratio + 16) / 116
        for ratio in (value / white for value, white in zip(xyz, (0.95047, 1.0, 1.08883), strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _ciede2000(one: Triple, other: Triple) -> float:
    mean_ab = (math.hypot(*one[1:]) + math.hypot(*other[1:])) / 2
    stretch = 1.5 - 0.5 * math.sqrt(mean_ab**7 / (mean_ab**7 + 25**7))
    a1, a2 = one[1] * stretch, other[1] * stretch
    chroma1, chroma2 = math.hypot(a1, one[2]), math.hypot(a2, other[2])
    hue1 = math.degrees(math.atan2(one[2], a1)) % 360
    hue2 = math.degrees(math.atan2(other[2], a2)) % 360
    grey = chroma1 * chroma2 == 0
    turn = 0.0 if grey else (hue2 - hue1 + 180) % 360 - 180
    if not grey and hue2 - hue1 == 180:  # opposite hues: the notes' own side of the circle
        turn = 180.0
    d_hue = 2 * math.sqrt(chroma1 * chroma2) * math.sin(math.radians(turn / 2))
    if grey:
        hue = hue1 + hue2
    elif abs(hue1 - hue2) <= 180:
        hue = (hue1 + hue2) / 2
    else:
        hue = ((hue1 + hue2 + 360) / 2) % 360
    light, chroma = (one[0] + other[0]) / 2, (chroma1 + chroma2) / 2
    weight = (
        1
        - 0.17 * math.cos(math.radians(hue - 30))
        + 0.24 * math.cos(math.radians(2 * hue))
        + 0.32 * math.cos(math.radians(3 * hue + 6))
        - 0.20 * math.cos(math.radians(4 * hue - 63))
    )
    lightness_term = (other[0] - one[0]) / (1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2))
    chroma_term = (chroma2 - chroma1) / (1 + 0.045 * chroma)
    hue_term = d_hue / (1 + 0.015 * chroma * weight)
    blue = math.radians(60 * math.exp(-(((hue - 275) / 25) ** 2)))
    rotation = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(blue)
    return math.sqrt(lightness_term**2 + chroma_term**2 + hue_term**2 + rotation * chroma_term * hue_term)


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (61, -5, 29), 22.8977),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ],
)
def test_our_ciede2000_gives_the_published_differences(one: Triple, other: Triple, published: float) -> None:
    assert _ciede2000(one, other) == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize("eye", _EYES[1:], ids=lambda eye: eye.__name__.strip("_"))
def test_the_simulated_eyes_confuse_red_and_green_but_keep_white(eye: Callable[[Triple], Triple]) -> None:
    olive, brick = _linear(QColor("#7A7A00")), _linear(QColor("#B06000"))
    seen = _ciede2000(_lab(eye(olive)), _lab(eye(brick)))

    assert seen < 0.5 * _ciede2000(_lab(olive), _lab(brick))
    assert eye((1.0, 1.0, 1.0)) == pytest.approx((1.0, 1.0, 1.0), abs=1e-3)


@pytest.mark.parametrize("eye", _EYES, ids=lambda eye: eye.__name__.strip("_"))
@pytest.mark.parametrize("scheme", Scheme)
def test_every_two_states_differ_in_colour_to_colour_blind_eyes(
    scheme: Scheme, eye: Callable[[Triple], Triple]
) -> None:
    seen = {name: _lab(eye(_linear(colour))) for name, colour in _states(scheme).items()}

    too_close = {
        (one, other): round(_ciede2000(seen[one], seen[other]), 1)
        for one, other in combinations(seen, 2)
        if _ciede2000(seen[one], seen[other]) < (20 if {one, other} <= _TRIO else 15)
    }
    assert not too_close


@pytest.mark.parametrize("scheme", Scheme)
def test_every_mark_stands_out_on_windows_and_alternate_rows(
    scheme: Scheme, contrast: Callable[[QColor, QColor], float]
) -> None:
    too_faint = {
        (desktop, ground, name): round(contrast(colour, QColor(ground)), 2)
        for desktop, grounds in _WINDOWS[scheme].items()
        for ground in grounds
        for name, colour in _states(scheme).items()
        if contrast(colour, QColor(ground)) < 3
    }
    assert not too_faint


def test_text_in_the_palettes_colours_is_readable_on_windows_and_rows(
    qapp: QApplication, contrast: Callable[[QColor, QColor], float]
) -> None:
    palette, role = qapp.palette(), QPalette.ColorRole

    assert contrast(palette.color(role.WindowText), palette.color(role.Window)) >= 4.5
    assert contrast(palette.color(role.Text), palette.color(role.Base)) >= 4.5
    assert contrast(palette.color(role.Text), palette.color(role.AlternateBase)) >= 4.5


def test_the_digit_is_readable_on_its_plate(contrast: Callable[[QColor, QColor], float]) -> None:
    assert contrast(theme.OUTLINE, theme.ON_DARK) >= 4.5


def test_painted_glyphs_stand_out_on_their_fills(contrast: Callable[[QColor, QColor], float]) -> None:
    fills = theme.colours(Scheme.DARK)

    assert contrast(theme.OUTLINE, fills.up) >= 4.5
    assert contrast(theme.OUTLINE, fills.degraded) >= 4.5
    assert contrast(theme.ON_DARK, fills.down) >= 3


@pytest.mark.parametrize("scheme", Scheme)
def test_red_is_for_down_alone(scheme: Scheme) -> None:
    red = {
        name
        for name, colour in _states(scheme).items()
        if colour.hslSaturationF() > 0.2 and min(colour.hslHue(), 360 - colour.hslHue()) < 25
    }
    assert red == {"down"}


def test_colours_are_written_down_in_the_theme_alone() -> None:
    literal = re.compile(r"#[0-9A-Fa-f]{6}\b|QColor\(\s*[\"'\d]|GlobalColor\.(?!transparent)")
    folder = Path(next(iter(trayuptime.ui.__path__)))

    holders = {path.name for path in folder.rglob("*.py") if literal.search(path.read_text(encoding="utf-8"))}
    assert holders == {"theme.py"}


def test_nothing_of_ours_moves_so_that_reduced_motion_has_nothing_to_stop() -> None:
    moves = re.compile(
        r"Animation|QTimeLine|QMovie|QGraphics\w*Effect|setAnimated|setWindowOpacity|setRange\(0, 0\)"
    )
    folder = Path(next(iter(trayuptime.ui.__path__)))

    found = {path.name: moves.findall(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")}
    assert len(found) > 50
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("scheme", Scheme)
def test_the_scheme_is_told_from_what_is_behind_the_marks(scheme: Scheme) -> None:
    for window, *_ in _WINDOWS[scheme].values():
        palette = QPalette(QColor(window))  # the text follows the window, as Qt derives it

        assert theme.scheme_of(palette) is scheme


def test_the_three_sizes_follow_the_system_font() -> None:
    body = QFont()
    body.setPointSizeF(10.0)

    assert theme.small(body).pointSizeF() == pytest.approx(8.5)
    assert theme.title(body).pointSizeF() == pytest.approx(12.5)
    assert body.pointSizeF() == pytest.approx(10.0)


def test_a_system_font_given_in_pixels_is_scaled_in_pixels() -> None:
    body = QFont()
    body.setPixelSize(20)

    assert theme.small(body).pixelSize() == 17
    assert theme.title(body).pixelSize() == 25


def test_figures_in_a_column_are_tabular(qapp: QApplication) -> None:
    body = qapp.font()

    figures = theme.tabular(body)

    assert figures.isFeatureSet(QFont.Tag("tnum"))
    assert figures.featureValue(QFont.Tag("tnum")) == 1
    assert not body.isFeatureSet(QFont.Tag("tnum"))


def test_every_distance_is_on_the_grid() -> None:
    assert [int(step) for step in theme.Step] == [8, 12, 16, 24]
    assert all(step % theme.GRID_PX == 0 for step in theme.Step)
