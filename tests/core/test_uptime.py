"""Interval arithmetic, against a model that simply looks at every second."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import HOUR_S, LAW, START, at, key, spans
from trayuptime.core import uptime
from trayuptime.core.model import Incident, IncidentKind, Phase, Service, Span, Surface

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(-5, 20)), max_size=12).map(
    lambda pairs: [Span(start, start + length) for start, length in pairs]
)


def seconds(of: object) -> set[int]:
    assert isinstance(of, tuple | list)
    return {second for span in of for second in range(span.start, span.end)}


@LAW
@given(SPANS)
def test_merged_spans_are_the_same_time_in_order_and_apart(given_spans: list[Span]) -> None:
    merged = uptime.merged(given_spans)

    assert seconds(merged) == seconds(given_spans)
    assert all(span.start < span.end for span in merged)
    assert all(one.end < other.start for one, other in itertools.pairwise(merged))
    assert uptime.total_s(merged) == len(seconds(given_spans)) / 1000


@LAW
@given(SPANS, SPANS)
def test_common_time_is_in_both(one: list[Span], other: list[Span]) -> None:
    both = uptime.common(uptime.merged(one), uptime.merged(other))

    assert seconds(both) == seconds(one) & seconds(other)
    assert uptime.common(uptime.merged(other), uptime.merged(one)) == both


@LAW
@given(SPANS, SPANS)
def test_what_is_left_of_one_is_not_in_the_other(one: list[Span], other: list[Span]) -> None:
    left = uptime.without(uptime.merged(one), uptime.merged(other))

    assert seconds(left) == seconds(one) - seconds(other)
    assert uptime.merged(left) == left


def test_the_part_within_a_window() -> None:
    assert uptime.within(spans((0, 10), (20, 40)), Span(at(5), at(30))) == spans((5, 10), (20, 30))
    assert uptime.within(spans((0, 10)), Span(at(8), at(2))) == ()


def test_no_time_at_all_is_zero_seconds() -> None:
    assert uptime.total_s(uptime.merged([])) == 0
    assert uptime.common((), spans((0, 1))) == ()


def test_a_result_speaks_for_two_and_a_half_intervals() -> None:
    assert uptime.speaks_until(at(0), 60.0) == at(150)
    assert uptime.speaks_until(at(0), 0.1) == START + 250


def test_who_asks_every_six_hours_is_answered_for_as_long() -> None:
    assert uptime.speaks_until(at(0), 6 * HOUR_S) == at(15 * HOUR_S)


def incident(
    phases: list[tuple[float, Service]], seen: tuple[Span, ...], ended_s: float | None = None
) -> Incident:
    return Incident(
        id=1,
        provider=key("a").provider,
        surface=Surface.API,
        kind=IncidentKind.OUTAGE,
        started_at=at(phases[0][0]),
        confirmed_at=at(phases[0][0]),
        phases=tuple(Phase(at(second), service) for second, service in phases),
        ended_at=None if ended_s is None else at(ended_s),
        seen=seen,
    )


def test_downtime_is_what_was_down_and_seen() -> None:
    phases = [(0.0, Service.DOWN), (100.0, Service.DEGRADED), (200.0, Service.DOWN)]
    one = incident(phases, spans((0, 50), (90, 120), (250, 900)), ended_s=300.0)

    assert uptime.down_spans(one.phases, at(300)) == spans((0, 100), (200, 300))
    assert uptime.downtime_s(one, at(10_000)) == 50 + 10 + 50
    assert uptime.duration_s(one, at(10_000)) == 300


def test_degraded_is_told_apart_from_down() -> None:
    phases = [(0.0, Service.DEGRADED), (100.0, Service.DOWN), (200.0, Service.DEGRADED)]
    one = incident(phases, spans((0, 300)), ended_s=300.0)

    assert uptime.degraded_spans(one.phases, at(300)) == spans((0, 100), (200, 300))


@pytest.mark.parametrize(
    ("seen", "longest"),
    [
        ([(0, 300)], None),
        ([(0, 50), (60, 100), (150, 300)], (100, 150)),
        ([(0, 50), (60, 100), (110, 300)], (50, 60)),  # the first of equal ones
        ([(0, 50)], None),  # not seen after it
        ([(60, 300)], None),  # not seen before it
        ([], None),
    ],
)
def test_the_longest_unseen_stretch_has_both_ends_seen(
    seen: list[tuple[float, float]], longest: tuple[float, float] | None
) -> None:
    one = incident([(0.0, Service.DOWN)], spans(*seen), ended_s=300.0)

    assert uptime.longest_unseen(one, at(999)) == (None if longest is None else spans(longest)[0])


def test_a_gap_between_two_phases_was_not_seen_down_at_both_ends() -> None:
    phases = [(0.0, Service.DOWN), (100.0, Service.DEGRADED), (200.0, Service.DOWN)]
    one = incident(phases, spans((0, 50), (250, 300)), ended_s=300.0)

    assert uptime.longest_unseen(one, at(999)) is None


def test_a_recovery_between_is_no_downtime() -> None:
    phases = [(0.0, Service.DOWN), (100.0, Service.UP), (400.0, Service.DOWN)]

    assert uptime.downtime_s(incident(phases, spans((0, 1000)), 500.0), at(0)) == 200


def test_what_lasts_counts_until_now() -> None:
    one = incident([(0.0, Service.DOWN)], spans((0, 60)))

    assert uptime.downtime_s(one, at(40)) == 40
    assert uptime.downtime_s(one, at(1000)) == 60
    assert uptime.duration_s(one, at(1000)) == 1000


def test_a_clock_that_was_set_back_makes_nothing_negative() -> None:
    one = incident([(3600.0, Service.DOWN), (100.0, Service.DEGRADED)], spans((3600, 3700)), ended_s=200.0)

    assert uptime.downtime_s(one, at(0)) == 0
    assert uptime.duration_s(one, at(0)) == 0
    assert uptime.duration_s(incident([(50.0, Service.DOWN)], ()), at(0)) == 0


@LAW
@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(list(Service))), min_size=1, max_size=8),
    SPANS,
    st.integers(0, 90),
)
def test_downtime_is_never_more_than_what_was_seen_nor_than_the_whole(
    phases: list[tuple[int, Service]], seen: list[Span], until: int
) -> None:
    ordered = tuple(Phase(second, service) for second, service in sorted(phases, key=lambda p: p[0]))
    down = uptime.down_spans(ordered, until)
    covered = uptime.merged(seen)

    assert uptime.total_s(uptime.common(down, covered)) <= min(uptime.total_s(down), uptime.total_s(covered))
    assert uptime.total_s(down) <= max(0, until - ordered[0].at) / 1000
