"""A window goes beside the icon and never where it cannot be reached."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize

from trayuptime.ui.placing import GAP_PX, beside, is_reachable

FREE = QRect(0, 0, 1000, 770)
"""A screen of 1000 × 800 with a panel of 30 at its foot."""
SIZE = QSize(400, 300)


@pytest.mark.parametrize(
    ("icon", "free", "corner"),
    [
        (QRect(950, 774, 22, 22), FREE, QPoint(592, 462)),
        (QRect(500, 774, 22, 22), FREE, QPoint(311, 462)),
        (QRect(950, 4, 22, 22), QRect(0, 30, 1000, 770), QPoint(592, 38)),
        (QRect(4, 700, 22, 22), QRect(30, 0, 970, 800), QPoint(38, 492)),
        (QRect(974, 400, 22, 22), QRect(0, 0, 970, 800), QPoint(562, 261)),
        (QRect(1900, 1060, 22, 22), QRect(1000, 0, 920, 1050), QPoint(1512, 742)),
    ],
    ids=["foot", "foot, in the middle", "top", "left side", "right side", "second screen"],
)
def test_a_window_stands_beside_the_icon_in_a_panel(icon: QRect, free: QRect, corner: QPoint) -> None:
    assert beside(icon, SIZE, free) == corner


@pytest.mark.parametrize("y", [60, 350, 700])
def test_a_window_does_not_lie_over_an_icon_whose_panel_keeps_no_room(y: int) -> None:
    icon = QRect(900, y, 22, 22)

    assert not QRect(beside(icon, SIZE, FREE), SIZE).intersects(icon)


@given(
    icon=st.builds(QRect, st.integers(-50, 1050), st.integers(-50, 850), st.just(22), st.just(22)),
    size=st.builds(QSize, st.integers(100, 980), st.integers(100, 750)),
)
def test_a_window_that_fits_is_all_on_the_free_part_of_the_screen(icon: QRect, size: QSize) -> None:
    assert FREE.contains(QRect(beside(icon, size, FREE), size))


def test_of_a_window_that_is_too_large_the_upper_left_part_is_seen() -> None:
    assert beside(QRect(950, 774, 22, 22), QSize(2000, 2000), FREE) == QPoint(GAP_PX, GAP_PX)


@pytest.mark.parametrize(
    ("corner", "reachable"),
    [
        (QPoint(100, 100), True),
        (QPoint(-300, 100), True),
        (QPoint(980, 100), False),
        (QPoint(100, -40), False),
        (QPoint(100, 760), False),
        (QPoint(1500, 100), False),
    ],
)
def test_a_place_counts_only_where_the_window_can_be_taken_hold_of(corner: QPoint, reachable: bool) -> None:
    assert is_reachable(corner, 400, [FREE]) == reachable


def test_any_of_the_screens_will_do() -> None:
    assert is_reachable(QPoint(1500, 100), 400, [FREE, QRect(1000, 0, 1920, 1080)])
