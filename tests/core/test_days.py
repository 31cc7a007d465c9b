"""Day cells: the user's own days, of 23, 24 or 25 hours, that add up to the window."""

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.builders import HOUR_S, LAW, at, utc
from core.test_figures import outage, seen_every_minute
from core.test_wall_clock import ZONES
from trayuptime.core import uptime
from trayuptime.core.days import day_cells, local_days
from trayuptime.core.figures import figures
from trayuptime.core.model import Gap, GapCause, Span

BERLIN = ZoneInfo("Europe/Berlin")


def window(start: str, end: str) -> Span:
    return Span(at(utc(start)), at(utc(end)))


@pytest.mark.parametrize(
    ("zone", "of", "days"),
    [
        ("Europe/Berlin", ("2026-03-28T23:00", "2026-03-29T22:00"), [("2026-03-29", 23)]),
        ("Europe/Berlin", ("2026-10-24T22:00", "2026-10-25T23:00"), [("2026-10-25", 25)]),
        ("UTC", ("2026-03-28T23:00", "2026-03-29T22:00"), [("2026-03-28", 1), ("2026-03-29", 22)]),
        ("Asia/Kolkata", ("2026-03-28T18:30", "2026-03-29T18:30"), [("2026-03-29", 24)]),
        (
            "Asia/Beirut",  # midnight itself is skipped
            ("2026-03-28T21:00", "2026-03-29T22:00"),
            [("2026-03-28", 1), ("2026-03-29", 23), ("2026-03-30", 1)],
        ),
        (
            "Pacific/Apia",  # there was no 30 December
            ("2011-12-30T08:00", "2011-12-30T12:00"),
            [("2011-12-29", 2), ("2011-12-31", 2)],
        ),
        (
            "America/St_Johns",  # at a minute past midnight the day before came back for an hour
            ("2010-11-07T02:00", "2010-11-07T04:00"),
            [("2010-11-06", 0.5), ("2010-11-07", 1.5)],
        ),
        (
            "America/St_Johns",  # within that hour
            ("2010-11-07T03:00", "2010-11-07T05:00"),
            [("2010-11-07", 2)],
        ),
        ("UTC", ("2026-03-28T23:00", "2026-03-28T23:00"), []),
        ("UTC", ("2026-03-28T23:00", "2026-03-28T22:00"), []),
    ],
)
def test_a_day_is_from_one_local_midnight_to_the_next(
    zone: str, of: tuple[str, str], days: list[tuple[str, float]]
) -> None:
    found = list(local_days(window(*of), ZoneInfo(zone)))

    assert [(str(day), (span.end - span.start) / 3_600_000) for day, span in found] == days


@LAW
@given(st.sampled_from(ZONES).map(ZoneInfo), st.integers(0, 10_000), st.integers(1, 300))
def test_days_follow_each_other_without_a_hole(zone: ZoneInfo, start_h: int, hours: int) -> None:
    begin = utc("2010-01-01T00:00") + start_h * 17 * HOUR_S / 7
    of = Span(at(begin), at(begin + hours * HOUR_S))
    found = list(local_days(of, zone))

    assert (found[0][1].start, found[-1][1].end) == (of.start, of.end)
    assert all(one.end == other.start for (_, one), (_, other) in pairwise(found))
    assert all(one < other for (one, _), (other, _) in pairwise(found))


def test_a_cell_holds_what_its_day_held() -> None:
    told = seen_every_minute(36 * HOUR_S, outage(9 * HOUR_S, 11 * HOUR_S))  # from noon in Greenwich
    told.gaps.append(Gap(at(30 * HOUR_S), at(31 * HOUR_S), GapCause.ASLEEP))
    told.results = [r for r in told.results if not at(30 * HOUR_S) <= r.at < at(31 * HOUR_S)]
    first, second = day_cells(told.record(34 * HOUR_S), BERLIN)  # 2 h ahead

    assert (first.day, second.day) == (date(2026, 3, 29), date(2026, 3, 30))
    assert (first.window, second.window.end) == (Span(at(0), at(10 * HOUR_S)), at(34 * HOUR_S))
    assert (first.covered_s, first.downtime_s) == (10 * HOUR_S, HOUR_S)
    assert (second.covered_s, second.downtime_s) == (23 * HOUR_S, HOUR_S)
    assert second.gap_s == dict.fromkeys(GapCause, 0.0) | {GapCause.ASLEEP: HOUR_S}


@LAW
@given(st.sampled_from(ZONES).map(ZoneInfo), st.integers(0, 40), st.integers(0, 40))
def test_day_cells_add_up_to_the_window(zone: ZoneInfo, begins_h: int, lasts_h: int) -> None:
    told = seen_every_minute(40 * HOUR_S, outage(begins_h * HOUR_S, (begins_h + lasts_h) * HOUR_S))
    told.results = told.results[:500] + told.results[900:]
    record = told.record(48 * HOUR_S)
    whole, cells = figures(record), day_cells(record, zone)

    assert uptime.merged(cell.window for cell in cells) == (record.coverage.window,)
    assert sum(cell.covered_s for cell in cells) == pytest.approx(whole.covered_s)
    assert sum(cell.downtime_s for cell in cells) == pytest.approx(whole.downtime_s)
    assert sum(cell.degraded_s for cell in cells) == pytest.approx(whole.degraded_s)
    for cause, seconds in whole.gap_s.items():
        assert sum(cell.gap_s[cause] for cell in cells) == pytest.approx(seconds)
