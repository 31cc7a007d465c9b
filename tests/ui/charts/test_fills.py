"""Fills are told apart without colour, each kind of gap has its pattern, and red is for down alone."""

from itertools import combinations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPalette

from trayuptime.core.strip import SEEN, Status
from trayuptime.ui.charts.fills import TILE_PX, brush
from trayuptime.ui.theme import Scheme, colours
from ui.looks import PALETTES

PATCH_PX = 4 * TILE_PX


def patch(status: Status, scheme: Scheme, ratio: int = 1) -> QImage:
    palette = PALETTES[scheme]
    image = QImage(PATCH_PX * ratio, PATCH_PX * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(palette.color(QPalette.ColorRole.Base))
    painter = QPainter(image)
    painter.fillRect(QRect(0, 0, PATCH_PX, PATCH_PX), brush(status, palette))
    painter.end()
    return image


def greys(image: QImage) -> list[int]:
    raw = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return [raw.pixelColor(x, y).value() for y in range(raw.height()) for x in range(raw.width())]


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.usefixtures("qapp")
def test_no_two_fills_look_alike_in_grey(scheme: Scheme) -> None:
    drawn = {status: greys(patch(status, scheme)) for status in Status}

    for one, other in combinations(drawn, 2):
        differing = sum(abs(a - b) > 12 for a, b in zip(drawn[one], drawn[other], strict=True))
        assert differing > 0.05 * len(drawn[one]), (one, other)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.usefixtures("qapp")
def test_what_was_seen_has_the_weight_and_down_the_most(scheme: Scheme) -> None:
    behind = PALETTES[scheme].color(QPalette.ColorRole.Base).value()

    def weight(status: Status) -> float:
        found = greys(patch(status, scheme))
        return sum(abs(grey - behind) for grey in found) / len(found)

    assert weight(Status.DOWN) > weight(Status.UP)
    for status in Status:
        if status not in SEEN:
            assert weight(status) < weight(Status.UP)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.usefixtures("qapp")
def test_only_down_is_red(scheme: Scheme) -> None:
    red = colours(scheme).down.rgb()

    for status in Status:
        image = patch(status, scheme)
        found = {image.pixel(x, y) for x in range(PATCH_PX) for y in range(PATCH_PX)}
        assert (red in found) == (status is Status.DOWN)


@pytest.mark.usefixtures("qapp")
def test_a_pattern_is_as_wide_on_a_fine_screen() -> None:
    plain, fine = (patch(Status.PAUSED, Scheme.LIGHT, ratio) for ratio in (1, 2))

    again = fine.scaled(
        PATCH_PX, PATCH_PX, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    again.setDevicePixelRatio(1)
    assert max(abs(a - b) for a, b in zip(greys(plain), greys(again), strict=True)) < 40
