"""Months and weeks of the user's calendar."""

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trayuptime.core.model import Instant, Span
from trayuptime.core.periods import months, weeks

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3_600_000


def _at(text: str) -> Instant:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def test_a_month_in_which_the_clocks_change_is_an_hour_shorter() -> None:
    (march,) = months(Span(_at("2026-03-01T00:00+01:00"), _at("2026-04-01T00:00+02:00")), BERLIN)

    assert march.begins == date(2026, 3, 1)
    assert march.is_whole
    assert march.whole.end - march.whole.start == 31 * 24 * HOUR - HOUR


def test_a_window_holds_parts_of_its_first_and_last_month() -> None:
    window = Span(_at("2026-10-20T05:00+02:00"), _at("2026-12-02T00:00+01:00"))

    found = list(months(window, BERLIN))

    assert [each.begins for each in found] == [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)]
    assert [each.is_whole for each in found] == [False, True, False]
    assert found[0].window.start == window.start
    assert found[-1].window.end == window.end


def test_weeks_begin_on_monday() -> None:
    found = list(weeks(Span(_at("2026-03-25T12:00+01:00"), _at("2026-03-31T00:00+02:00")), BERLIN))

    assert [each.begins for each in found] == [date(2026, 3, 23), date(2026, 3, 30)]
    assert found[0].whole.end - found[0].whole.start == 7 * 24 * HOUR - HOUR


@pytest.mark.parametrize("periods", [months, weeks])
@given(start=st.integers(0, 2_000_000_000_000), hours=st.integers(0, 9_000))
def test_they_are_the_whole_window_and_each_moment_once(periods: object, start: int, hours: int) -> None:
    window = Span(start, start + hours * HOUR)
    for zone in (UTC, BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Apia")):
        found = list((months if periods is months else weeks)(window, zone))

        assert sum(each.window.end - each.window.start for each in found) == window.end - window.start
        assert all(one.window.end == other.window.start for one, other in pairwise(found))
        assert all(
            each.whole.start <= each.window.start < each.window.end <= each.whole.end for each in found
        )


def test_an_hour_of_yesterday_after_midnight_belongs_to_the_month_that_has_begun() -> None:
    """In Newfoundland the clocks went from 00:01 on 1 November 2009 back to 23:01 on 31 October."""
    began = _at("2009-11-01T00:00-02:30")

    (found,) = months(Span(began + HOUR // 2, began + 2 * HOUR), ZoneInfo("America/St_Johns"))

    assert (found.begins, found.whole.start) == (date(2009, 11, 1), began)
