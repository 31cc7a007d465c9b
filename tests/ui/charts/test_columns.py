"""Columns of pixels: no time is lost or made up, and trouble is never too small to be seen."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from trayuptime.core import strip as strips
from trayuptime.core.model import Span
from trayuptime.core.strip import STATUSES, Status
from trayuptime.ui.charts.columns import LEAST_PX, Block, blocks, stack

RUNS = st.lists(st.tuples(st.sampled_from(Status), st.integers(1, 5_000)), max_size=40).map(strips.joined)
SECOND = 1000


def sums(**ms: int) -> list[int]:
    found = [0] * STATUSES
    for name, value in ms.items():
        found[Status[name]] = value
    return found


def ms_of(found: list[Block], per_px: float) -> list[float]:
    total = [0.0] * STATUSES
    for block in found:
        if block.sums:
            total = [one + other for one, other in zip(total, block.sums, strict=True)]
        else:
            total[block.status] += block.width * per_px
    return total


@given(RUNS, st.integers(0, 20_000), st.integers(1_000, 60_000), st.integers(1, 200))
@LAW
def test_columns_hold_the_time_of_each_status_to_a_pixel(
    strip: strips.Strip, offset: int, length: int, width_px: int
) -> None:
    view = Span(offset, offset + length)
    per_px = length / width_px

    found = blocks(strip, 0, view, width_px)

    assert all(block.x >= 0 and block.x + block.width <= width_px for block in found)
    assert all(one.x + one.width <= other.x for one, other in pairwise(found))
    inside = strips.totals(strips.cut(strip, 0, view))
    # The column in which a strip begins or ends counts as a whole where it holds a single status.
    for drawn, exact in zip(ms_of(found, per_px), inside, strict=True):
        assert abs(drawn - exact) <= 2 * per_px + len(found)


def test_time_before_and_after_a_strip_has_no_columns() -> None:
    found = blocks([(Status.UP, 4 * SECOND)], 2 * SECOND, Span(0, 10 * SECOND), 10)

    assert found == [Block(2, 4, Status.UP)]


def test_a_second_of_downtime_in_a_day_has_a_column_of_its_own() -> None:
    strip = [(Status.UP, 43_200_000), (Status.DOWN, SECOND), (Status.UP, 43_199_000)]

    found = blocks(strip, 0, Span(0, 86_400_000), 24)

    assert [block.width for block in found] == [12, 1, 11]
    assert found[1].sums[Status.DOWN] == SECOND
    assert found[1].sums[Status.UP] == 3_599_000


def test_whole_columns_of_one_status_are_one_block() -> None:
    strip = [(Status.UP, 5 * SECOND), (Status.DOWN, 5 * SECOND)]

    assert blocks(strip, 0, Span(0, 10 * SECOND), 10) == [Block(0, 5, Status.UP), Block(5, 5, Status.DOWN)]


@given(st.lists(st.integers(0, 100_000), min_size=STATUSES, max_size=STATUSES), st.integers(6, 60))
@LAW
def test_heights_add_up_and_hide_no_trouble(of: list[int], height_px: int) -> None:
    found = dict(stack(tuple(of), height_px))

    if not any(of):
        assert not found
        return
    assert sum(found.values()) == height_px
    assert all(of[status] for status in found)
    for status in (Status.DOWN, Status.DEGRADED):
        assert not of[status] or found[status] >= min(LEAST_PX, height_px)


@pytest.mark.parametrize(
    ("of", "heights"),
    [
        (sums(UP=100), [(Status.UP, 16)]),
        (sums(DOWN=1, UP=99_999), [(Status.DOWN, 2), (Status.UP, 14)]),
        (sums(DOWN=50, UP=50), [(Status.DOWN, 8), (Status.UP, 8)]),
        (
            sums(DOWN=25, DEGRADED=25, UP=25, ASLEEP=25),
            [(s, 4) for s in list(Status)[1:3]] + [(Status.UP, 4), (Status.ASLEEP, 4)],
        ),
        (sums(UP=1, UNSEEN=99_999), [(Status.UNSEEN, 16)]),
    ],
)
def test_downtime_stands_below_and_what_nobody_saw_on_top(
    of: list[int], heights: list[tuple[Status, int]]
) -> None:
    assert list(stack(tuple(of), 16)) == heights
