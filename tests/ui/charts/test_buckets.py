"""Lanes from far away: pieces that lie still, hold exactly their time, and are one where they look alike."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from trayuptime.core import strip as strips
from trayuptime.core.model import Span
from trayuptime.core.strip import Status
from trayuptime.ui.charts.buckets import FINEST_MS, LENGTHS_MS, Bucket, buckets, length_for
from trayuptime.ui.charts.columns import stack

RUN = st.tuples(st.sampled_from(Status), st.integers(1, 3 * FINEST_MS))
RUNS = st.lists(RUN, min_size=1, max_size=20).map(strips.joined)
HEIGHT_PX = 22


@given(RUNS, st.integers(0, 5 * FINEST_MS))
@LAW
def test_each_piece_is_drawn_as_its_time_was(strip: strips.Strip, start: int) -> None:
    found = buckets(strip, start, FINEST_MS, HEIGHT_PX)

    assert found[0].start == start
    assert found[-1].end == start + sum(ms for _, ms in strip)
    assert all(one.end == other.start and one.parts != other.parts for one, other in pairwise(found))
    for bucket in found:
        for begin in range(bucket.start, bucket.end, FINEST_MS):
            piece = begin // FINEST_MS * FINEST_MS
            within = strips.cut(strip, start, Span(max(piece, start), min(piece + FINEST_MS, found[-1].end)))
            assert stack(tuple(strips.totals(within)), HEIGHT_PX) == bucket.parts


def test_a_calm_month_is_one_rectangle() -> None:
    month_ms = 30 * 86_400_000

    assert buckets(((Status.UP, month_ms),), 0, FINEST_MS, 20) == [Bucket(0, month_ms, ((Status.UP, 20),))]


def test_pieces_lie_still_however_much_came_before() -> None:
    strip = ((Status.UP, 10 * FINEST_MS), (Status.DOWN, FINEST_MS), (Status.UP, 10 * FINEST_MS))
    longer = ((Status.UP, 11 * FINEST_MS + 7), *strip[1:])

    one = buckets(strip, 7, FINEST_MS, 20)
    other = buckets(longer, 0 - FINEST_MS, FINEST_MS, 20)

    assert one[1:] == other[1:]


def test_a_bucket_is_wide_enough_and_no_wider_than_it_must() -> None:
    assert length_for(FINEST_MS / 4, 3) is None
    assert length_for(FINEST_MS / 3, 3) == FINEST_MS
    assert length_for(FINEST_MS / 3 + 1, 3) == 2 * FINEST_MS
    assert length_for(1e15, 3) == LENGTHS_MS[-1]
