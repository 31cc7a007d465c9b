"""The marks of a time axis: round moments of the user's own clock, from seconds to years, never too many."""

from datetime import UTC, datetime, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import LAW
from trayuptime.core.model import Span
from trayuptime.ui.charts.time_axis import ticks

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from([UTC, BERLIN, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/St_Johns")])


def at(text: str, zone: tzinfo = UTC) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("start", "end", "labels"),
    [
        ("2026-11-12T16:20:03", "2026-11-12T16:20:08", [f"16:20:0{n}" for n in range(3, 8)]),
        ("2026-11-12T16:01:00", "2026-11-12T17:00:00", ["16:15", "16:30", "16:45"]),
        ("2026-11-12T22:00:00", "2026-11-13T03:00:00", ["22:00", "23:00", "13 Nov", "01:00", "02:00"]),
        ("2026-11-12T00:00:00", "2026-11-17T00:00:00", ["12 Nov", "13 Nov", "14 Nov", "15 Nov", "16 Nov"]),
        ("2026-10-20T00:00:00", "2026-11-20T00:00:00", ["26 Oct", "Nov 2026", "2 Nov", "9 Nov", "16 Nov"]),
        ("2026-10-15T00:00:00", "2027-02-15T00:00:00", ["Nov", "Dec", "2027", "Feb"]),
        ("2020-06-01T00:00:00", "2026-06-01T00:00:00", ["2021", "2022", "2023", "2024", "2025", "2026"]),
    ],
)
def test_marks_are_round_and_a_new_day_month_or_year_is_named(
    start: str, end: str, labels: list[str]
) -> None:
    assert [tick.label for tick in ticks(Span(at(start), at(end)), 6, UTC)] == labels


def test_days_begin_at_local_midnight_also_when_the_clocks_change() -> None:
    found = ticks(Span(at("2026-10-24T00:00", BERLIN), at("2026-10-27T00:00", BERLIN)), 4, BERLIN)

    assert [tick.at for tick in found] == [at(f"2026-10-{day}T00:00", BERLIN) for day in (24, 25, 26)]


def test_an_hour_that_the_clocks_skip_has_no_mark() -> None:
    found = ticks(Span(at("2026-03-29T00:00", BERLIN), at("2026-03-29T06:00", BERLIN)), 6, BERLIN)

    assert [tick.label for tick in found] == ["29 Mar", "01:00", "03:00", "04:00", "05:00"]


STARTS, LENGTHS = st.integers(1_500_000_000_000, 1_900_000_000_000), st.integers(1_000, 400_000_000_000)


@given(STARTS, LENGTHS, st.integers(2, 20), ZONES)
@LAW
def test_marks_lie_in_view_in_order_and_are_not_too_many(
    start: int, length: int, most: int, zone: tzinfo
) -> None:
    view = Span(start, start + length)

    found = ticks(view, most, zone)

    assert all(view.start <= tick.at < view.end for tick in found)
    assert all(one.at < other.at for one, other in pairwise(found))
    # The first of a month stands between two weeks, and months are of different length.
    assert len(found) <= most + 2 + length // (28 * 86_400_000)
