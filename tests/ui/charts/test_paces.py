"""Latencies over years: as fine as there is room, the worst hour never lost."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from trayuptime.core.model import Span
from trayuptime.ui.charts.paces import HOUR_MS, Pace, Paces


def hours(starts: list[int]) -> list[Pace]:
    return [
        Pace(n * HOUR_MS, (n + 1) * HOUR_MS, 100.0 + n % 7, 200.0 + n % 11, 300.0 + n % 13) for n in starts
    ]


@given(st.sets(st.integers(0, 5_000), min_size=1).map(sorted), st.integers(1, 400))
@LAW
def test_a_view_of_everything_has_no_more_than_there_is_room_for_and_keeps_the_worst_hour(
    starts: list[int], most: int
) -> None:
    of = hours(starts)
    view = Span(of[0].start, of[-1].end)

    found = Paces(of).within(view, most)

    assert len(found) <= max(most, 1) + 2
    assert max(pace.p99_ms or 0 for pace in found) == max(pace.p99_ms or 0 for pace in of)
    assert found[0].start == of[0].start
    assert found[-1].end == of[-1].end
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_close_up_it_is_hour_for_hour_with_one_at_either_side() -> None:
    of = hours(list(range(100)))

    found = Paces(of).within(Span(10 * HOUR_MS, 20 * HOUR_MS), 50)

    assert found == of[9:21]


def test_two_hours_become_one_with_their_middle() -> None:
    of = [Pace(0, HOUR_MS, 100, 200, 900), Pace(HOUR_MS, 2 * HOUR_MS, 300, 400, 500)]

    assert list(Paces(of).within(Span(0, 2 * HOUR_MS), 1)) == [Pace(0, 2 * HOUR_MS, 200, 300, 900)]


def test_of_hours_whose_p99_is_not_known_that_of_the_others_is_told() -> None:
    known, unknown = Pace(0, HOUR_MS, 100, 200, 900), Pace(HOUR_MS, 2 * HOUR_MS, 300, 400, None)
    view = Span(0, 2 * HOUR_MS)

    assert [pace.p99_ms for pace in Paces([known, unknown]).within(view, 1)] == [900]
    both = [unknown._replace(start=0, end=HOUR_MS), unknown]
    assert [pace.p99_ms for pace in Paces(both).within(view, 1)] == [None]


def test_none_is_none() -> None:
    assert list(Paces(()).within(Span(0, HOUR_MS), 10)) == []
