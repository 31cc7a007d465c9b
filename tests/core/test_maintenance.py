"""Announced maintenance: the same hour every week, by the user's wall clock."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import DAY_S, LAW, at, utc
from core.test_wall_clock import ZONES
from trayuptime.core import uptime
from trayuptime.core.maintenance import Weekly, in_maintenance, maintenance_spans
from trayuptime.core.model import Span

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = 6


def weekly(start: str, end: str, weekday: int = SUNDAY) -> Weekly:
    return Weekly(weekday, time.fromisoformat(start), time.fromisoformat(end))


def span(start: str, end: str) -> Span:
    return Span(at(utc(start)), at(utc(end)))


MARCH = span("2026-03-01T00:00", "2026-04-01T00:00")
CHANGE = span("2026-03-28T00:00", "2026-03-31T00:00")
CHANGE_BACK = span("2026-10-24T00:00", "2026-10-27T00:00")


def test_it_comes_once_a_week() -> None:
    found = maintenance_spans([weekly("02:00", "04:00")], ZoneInfo("UTC"), MARCH)

    assert [each.start for each in found] == [
        at(utc(f"2026-03-{day:02}T02:00")) for day in (1, 8, 15, 22, 29)
    ]
    assert {each.end - each.start for each in found} == {2 * 3_600_000}


@pytest.mark.parametrize(
    ("start", "end", "of", "found"),
    [
        ("01:00", "02:00", CHANGE, ("2026-03-29T00:00", "2026-03-29T01:00")),
        ("02:00", "04:00", CHANGE, ("2026-03-29T01:00", "2026-03-29T02:00")),  # its first hour is skipped
        ("02:30", "03:30", CHANGE, ("2026-03-29T01:00", "2026-03-29T01:30")),
        ("02:00", "04:00", CHANGE_BACK, ("2026-10-25T00:00", "2026-10-25T03:00")),  # the hour comes twice
        ("23:00", "01:00", CHANGE, ("2026-03-29T21:00", "2026-03-29T23:00")),
        ("06:00", "06:00", CHANGE, ("2026-03-29T04:00", "2026-03-30T04:00")),
        ("00:00", "00:00", CHANGE, ("2026-03-28T23:00", "2026-03-29T22:00")),
    ],
)
def test_it_keeps_to_the_wall_clock(start: str, end: str, of: Span, found: tuple[str, str]) -> None:
    assert maintenance_spans([weekly(start, end)], BERLIN, of) == (span(*found),)


def test_an_hour_that_is_skipped_whole_is_none() -> None:
    assert maintenance_spans([weekly("02:00", "03:00")], BERLIN, CHANGE) == ()


def test_one_that_began_before_the_window_is_cut_to_it() -> None:
    of = span("2026-03-29T21:30", "2026-03-29T22:15")

    assert maintenance_spans([weekly("23:00", "01:00")], BERLIN, of) == (of,)


def test_several_that_overlap_are_one() -> None:
    found = maintenance_spans(
        [weekly("02:00", "04:00"), weekly("23:00", "03:00", weekday=5)], ZoneInfo("UTC"), CHANGE
    )

    assert found == (span("2026-03-28T23:00", "2026-03-29T04:00"),)


def test_without_any_or_without_a_window_there_is_none() -> None:
    assert maintenance_spans([], BERLIN, MARCH) == ()
    assert maintenance_spans([weekly("02:00", "04:00")], BERLIN, Span(MARCH.end, MARCH.start)) == ()


def test_its_first_moment_belongs_to_it_and_its_end_does_not() -> None:
    two, four = at(utc("2026-03-08T02:00")), at(utc("2026-03-08T04:00"))
    announced, zone = [weekly("02:00", "04:00")], ZoneInfo("UTC")

    assert [in_maintenance(announced, zone, when) for when in (two - 1, two, four - 1, four)] == [
        False,
        True,
        True,
        False,
    ]


@LAW
@given(
    st.builds(Weekly, st.integers(0, 6), st.times(), st.times()),
    st.sampled_from(ZONES).map(ZoneInfo),
    st.integers(0, 6000),
    st.integers(0, 30),
    st.integers(0, 30),
)
def test_a_window_cut_in_two_holds_the_same(
    each: Weekly, zone: ZoneInfo, day: int, lasts: int, cut: int
) -> None:
    begin = utc("2010-01-01T00:00") + day * DAY_S
    start, middle, end = at(begin), at(begin + min(cut, lasts) * DAY_S), at(begin + lasts * DAY_S)
    halves = [maintenance_spans([each], zone, Span(*of)) for of in ((start, middle), (middle, end))]
    whole = maintenance_spans([each], zone, Span(start, end))

    assert uptime.merged(one for half in halves for one in half) == whole
    assert all(one.end - one.start <= timedelta(hours=50) / timedelta(milliseconds=1) for one in whole)
