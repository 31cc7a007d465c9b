"""Each mark can be told from each other by shape alone, at 16 px, on any panel."""

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from trayuptime.ui import marks, theme
from trayuptime.ui.marks import Face, Mark
from trayuptime.ui.theme import Scheme

pytestmark = pytest.mark.usefixtures("qapp")

_PAIRS = list(combinations(Mark, 2))
_PANELS = ["#000000", "#808080", "#FFFFFF"]


def _image(pixmap: QPixmap, panel: str | Qt.GlobalColor = Qt.GlobalColor.transparent) -> QImage:
    image = QImage(pixmap.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(panel))
    painter = QPainter(image)
    painter.drawPixmap(image.rect(), pixmap)
    painter.end()
    return image


def _alpha(pixmap: QPixmap) -> list[float]:
    image = _image(pixmap)
    return [image.pixelColor(x, y).alphaF() for y in range(image.height()) for x in range(image.width())]


def _grey(pixmap: QPixmap, panel: str) -> list[float]:
    image = _image(pixmap, panel).convertToFormat(QImage.Format.Format_Grayscale8)
    return [image.pixelColor(x, y).redF() for y in range(image.height()) for x in range(image.width())]


def _tray(mark: Mark, size_px: int, *, count: int = 0) -> QPixmap:
    return marks.pixmap(mark, size_px, Scheme.DARK, outlined=True, count=count)


def _flat(mark: Mark, size_px: int) -> QPixmap:
    return marks.pixmap(mark, size_px, Scheme.LIGHT, outlined=False)


def _share_of_mask(
    changes: list[float], other: list[float], one_mask: list[float], other_mask: list[float]
) -> float:
    changed = sum(abs(a - b) for a, b in zip(changes, other, strict=True))
    return changed / sum(max(a, b) for a, b in zip(one_mask, other_mask, strict=True))


@pytest.mark.parametrize("size_px", [16, 22])
@pytest.mark.parametrize(("one", "other"), _PAIRS)
def test_two_silhouettes_differ_by_15_percent_of_the_mask(one: Mark, other: Mark, size_px: int) -> None:
    first, second = _alpha(_flat(one, size_px)), _alpha(_flat(other, size_px))

    assert _share_of_mask(first, second, first, second) >= 0.15


@pytest.mark.parametrize("size_px", [16, 22])
@pytest.mark.parametrize(
    ("one", "other"), list(combinations([Mark.UP, Mark.DEGRADED, Mark.DOWN, Mark.OFFLINE], 2))
)
def test_filled_marks_differ_by_15_percent_in_their_outer_shape_alone(
    one: Mark, other: Mark, size_px: int
) -> None:
    first, second = _alpha(_tray(one, size_px)), _alpha(_tray(other, size_px))  # painted glyphs: no holes

    assert _share_of_mask(first, second, first, second) >= 0.15


@pytest.mark.parametrize("panel", _PANELS)
@pytest.mark.parametrize("size_px", [16, 22])
@pytest.mark.parametrize(("one", "other"), _PAIRS)
def test_two_tray_marks_differ_by_15_percent_of_the_mask_in_grey(
    one: Mark, other: Mark, size_px: int, panel: str
) -> None:
    first, second = _tray(one, size_px), _tray(other, size_px)
    changed = _share_of_mask(_grey(first, panel), _grey(second, panel), _alpha(first), _alpha(second))

    assert changed >= 0.15


@pytest.mark.parametrize("panel", _PANELS)
@pytest.mark.parametrize("mark", Mark)
def test_an_outlined_mark_stands_out_on_any_panel(
    mark: Mark, panel: str, contrast: Callable[[QColor, QColor], float]
) -> None:
    image = _image(_tray(mark, 22))
    column = [image.pixelColor(11, y) for y in reversed(range(22))]
    solid = [colour for colour in column if colour.alphaF() > 0.9]
    outline, fill = solid[0], solid[1]  # counted from the foot, where every mark has an edge on the grid

    assert contrast(outline, fill) >= 3
    assert max(contrast(outline, QColor(panel)), contrast(fill, QColor(panel))) >= 3


@pytest.mark.parametrize("size_px", [16, 22, 24])
@pytest.mark.parametrize("mark", [Mark.PAUSED, Mark.DEGRADED])
def test_upright_glyphs_have_no_blurred_edge(mark: Mark, size_px: int) -> None:
    image = _image(_flat(mark, size_px))
    middle = range(size_px // 4 + 1, size_px - size_px // 4 - 1)
    rows = range(size_px // 2, size_px - size_px // 4)
    seen = {image.pixelColor(x, y).alpha() for y in rows for x in middle}

    assert seen == {0, 255}


@pytest.mark.parametrize("size_px", marks.TRAY_SIZES_PX)
@pytest.mark.parametrize("mark", [Mark.DEGRADED, Mark.DOWN, Mark.PAUSED])
def test_an_upright_mark_is_its_own_mirror_image(mark: Mark, size_px: int) -> None:
    alpha = _alpha(_flat(mark, size_px))
    mirrored = [
        alpha[row + column] for row in range(0, size_px**2, size_px) for column in reversed(range(size_px))
    ]

    assert _share_of_mask(alpha, mirrored, alpha, mirrored) <= 0.01


@pytest.mark.parametrize("size_px", marks.TRAY_SIZES_PX)
def test_an_octagon_s_sides_lie_on_whole_pixels(size_px: int) -> None:
    image, middle = _image(_flat(Mark.DOWN, size_px)), size_px // 2
    sides = [(middle, 0), (middle, size_px - 1), (0, middle), (size_px - 1, middle)]

    assert {image.pixelColor(x, y).alpha() for x, y in sides} == {255}


@pytest.mark.parametrize("size_px", marks.TRAY_SIZES_PX)
@pytest.mark.parametrize("mark", Mark)
def test_a_mark_with_every_badge_still_shows_its_own_colour(mark: Mark, size_px: int) -> None:
    badged = marks.pixmap(mark, size_px, Scheme.DARK, outlined=True, checking=True, key_badge=True, count=12)
    own = marks.colour_of(mark, Scheme.DARK)
    image = _image(badged)

    seen = [image.pixelColor(x, y) == own for y in range(size_px) for x in range(size_px)]
    assert sum(seen) >= 0.03 * size_px**2


@pytest.mark.parametrize("size_px", marks.TRAY_SIZES_PX)
@pytest.mark.parametrize("count", [0, 1])
def test_up_to_one_provider_down_needs_no_digit(count: int, size_px: int) -> None:
    assert _image(_tray(Mark.DOWN, size_px, count=count)) == _image(_tray(Mark.DOWN, size_px))


@pytest.mark.parametrize("mark", [mark for mark in Mark if mark is not Mark.DOWN])
def test_only_the_mark_for_down_counts(mark: Mark) -> None:
    assert _image(_tray(mark, 64, count=3)) == _image(_tray(mark, 64))


def test_below_22_px_there_is_no_digit() -> None:
    assert _image(_tray(Mark.DOWN, 16, count=7)) == _image(_tray(Mark.DOWN, 16))
    assert _image(_tray(Mark.DOWN, 21, count=7)) == _image(_tray(Mark.DOWN, 21))


@pytest.mark.parametrize("size_px", [size for size in marks.TRAY_SIZES_PX if size >= 22])
def test_from_22_px_every_number_down_looks_different_up_to_nine(size_px: int) -> None:
    drawn = [_image(_tray(Mark.DOWN, size_px, count=count)) for count in range(1, 11)]

    assert all(one != other for one, other in combinations(drawn, 2))
    assert _image(_tray(Mark.DOWN, size_px, count=99)) == drawn[-1]


@pytest.mark.parametrize("outlined", [True, False])
@pytest.mark.parametrize("mark", Mark)
def test_checking_and_key_trouble_are_each_seen_at_16_px(mark: Mark, outlined: bool) -> None:
    plain = marks.pixmap(mark, 16, Scheme.LIGHT, outlined=outlined)
    checking = marks.pixmap(mark, 16, Scheme.LIGHT, outlined=outlined, checking=True)
    key = marks.pixmap(mark, 16, Scheme.LIGHT, outlined=outlined, key_badge=True)

    for one, other in combinations((plain, checking, key), 2):
        masks = _alpha(one), _alpha(other)
        assert _share_of_mask(_grey(one, "#FFFFFF"), _grey(other, "#FFFFFF"), *masks) >= 0.05


@pytest.mark.parametrize("scheme", Scheme)
def test_a_key_badge_has_the_colour_of_the_access_light(scheme: Scheme) -> None:
    image = _image(marks.pixmap(Mark.UP, 16, scheme, outlined=False, key_badge=True))
    lower_right = {image.pixelColor(x, y).name() for y in range(8, 16) for x in range(10, 16)}

    assert theme.colours(scheme).key_badge.name() in lower_right


@pytest.mark.parametrize("mark", Mark)
def test_an_outlined_mark_looks_the_same_on_light_and_dark(mark: Mark) -> None:
    light, dark = (marks.pixmap(mark, 22, scheme, outlined=True, key_badge=True) for scheme in Scheme)

    assert _image(light) == _image(dark)


def test_a_flat_mark_is_one_colour_so_that_it_can_stand_on_any_row() -> None:
    for mark in Mark:
        image = _image(_flat(mark, 32))
        pixels = [image.pixelColor(x, y) for y in range(32) for x in range(32)]
        solid = {pixel.name() for pixel in pixels if pixel.alpha() == 255}

        assert solid == {marks.colour_of(mark, Scheme.LIGHT).name()}


def test_the_tray_icon_offers_exactly_the_sizes_a_tray_host_takes() -> None:
    sizes = marks.tray_icon(Face(Mark.UP)).availableSizes()

    assert sorted((size.width(), size.height()) for size in sizes) == [
        (size_px, size_px) for size_px in (16, 22, 24, 32, 44, 48, 64)
    ]


def test_each_size_of_the_tray_icon_is_drawn_for_itself() -> None:
    icon = marks.tray_icon(Face(Mark.DOWN, count=2))

    for size_px in marks.TRAY_SIZES_PX:
        assert _image(icon.pixmap(size_px, size_px)) == _image(_tray(Mark.DOWN, size_px, count=2))


def test_an_unchanged_face_gives_the_same_icon_object() -> None:
    assert marks.tray_icon(Face(Mark.DOWN, count=2)) is marks.tray_icon(Face(Mark.DOWN, count=2))
    assert marks.tray_icon(Face(Mark.DOWN, count=2)) is not marks.tray_icon(Face(Mark.DOWN, count=3))


@pytest.mark.parametrize("mark", Mark)
def test_on_a_dense_screen_a_mark_is_drawn_for_its_device_pixels(mark: Mark) -> None:
    dense = marks.pixmap(mark, 16, Scheme.DARK, outlined=True, device_pixel_ratio=2)

    assert dense.deviceIndependentSize().toSize().width() == 16
    assert _image(dense) == _image(_tray(mark, 32))


@pytest.mark.parametrize("mark", Mark)
def test_painting_on_a_dense_device_hints_for_its_device_pixels(mark: Mark) -> None:
    device = QPixmap(32, 32)
    device.setDevicePixelRatio(2)
    device.fill(Qt.GlobalColor.transparent)
    painter = QPainter(device)
    marks.paint(painter, mark, QRectF(0, 0, 16, 16), Scheme.DARK, outlined=True)
    painter.end()

    assert _image(device) == _image(_tray(mark, 32))


def test_painting_keeps_to_the_middle_square_and_leaves_the_painter_as_it_was() -> None:
    device = QPixmap(40, 16)
    device.fill(Qt.GlobalColor.transparent)
    painter = QPainter(device)
    marks.paint(painter, Mark.DOWN, QRectF(0, 0, 40, 16), Scheme.DARK, outlined=True)
    kept = painter.transform().isIdentity(), painter.testRenderHint(QPainter.RenderHint.Antialiasing)
    painter.end()

    assert kept == (True, False)
    assert _image(device.copy(12, 0, 16, 16)) == _image(_tray(Mark.DOWN, 16))
    assert sum(_alpha(device)) == sum(_alpha(_tray(Mark.DOWN, 16)))


_PRINT_DIGEST = """
import hashlib, sys
from trayuptime.ui import marks
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(["marks"])
digest = hashlib.sha256()
for mark in marks.Mark:
    icon = marks.tray_icon(marks.Face(mark, True, True, 3))
    for size_px in marks.TRAY_SIZES_PX:
        digest.update(icon.pixmap(size_px, size_px).toImage().constBits())
print(digest.hexdigest())
print(*sorted(name for name in sys.modules if name.startswith("PySide6.Qt")))
"""


def _digest_in_a_new_process(hash_seed: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _PRINT_DIGEST],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_two_processes_draw_the_same_bytes_with_core_and_gui_alone_and_end_quietly() -> None:
    first, second = _digest_in_a_new_process("1"), _digest_in_a_new_process("2")

    assert first == second
    assert first[1] == "PySide6.QtCore PySide6.QtGui"
