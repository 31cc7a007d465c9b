"""The days of the overview are those of the figures: nothing is added on the way to the screen."""

from contextlib import closing
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from history.completions import keep
from history.watching import a_result, never_stamped
from trayuptime.core.figures import Record, figures, together
from trayuptime.core.model import GapCause, Instant, Key, Span, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.strip import Status
from trayuptime.history import History, Reader
from trayuptime.ui.history.day_rows import DayRow, DayRowsQuestion, days_until
from trayuptime.ui.history.past import PastQuestion
from ui.history.record import DAY_MS, HOUR_MS, is_troubled, keys_of, record

HalfAYear = tuple[Path, Instant]
ZONES = [UTC, ZoneInfo("Europe/Berlin")]


def rows_of(past: HalfAYear, days: int = 181, **more: object) -> tuple[DayRow, ...]:
    """Of days until the end of the recording, which is a midnight: the last one has not begun."""
    path, now = past
    asked = {"days": days, "now": now, "zone": UTC, "watched": {}, **more}
    with Reader(path) as reader:
        return DayRowsQuestion(**asked).answer(reader)  # type: ignore[arg-type]


def test_a_provider_has_a_row_and_each_of_its_surfaces_too(half_a_year: HalfAYear) -> None:
    rows = rows_of(half_a_year)

    assert [(row.provider, row.surface) for row in rows[:4]] == [
        ("p0", None),
        ("p0", Surface.API),
        ("p0", Surface.WEB),
        ("p0", Surface.LOGIN),
    ]
    assert len(rows) == 40
    assert {len(row.cells) for row in rows} == {180}


@pytest.mark.parametrize("zone", ZONES)
def test_uptime_and_coverage_are_those_of_the_figures(half_a_year: HalfAYear, zone: ZoneInfo) -> None:
    path, now = half_a_year
    window = days_until(now, 90, zone)
    rows = {(row.provider, row.surface): row for row in rows_of(half_a_year, 90, zone=zone)}

    with Reader(path) as reader, reader.windows(window, (), now) as windows:
        for provider in ("p0", "p7"):
            records = {part: windows.record(Key(provider, part), window) for part in Surface}
            own: tuple[Surface | None, Record] = None, together(list(records.values()))
            for part, expected in (own, *records.items()):
                row, of = rows[provider, part], figures(expected)
                assert row.uptime == pytest.approx(of.uptime)
                assert row.coverage == pytest.approx(of.coverage)
                assert sum(cell.downtime_s for cell in row.cells) == pytest.approx(of.downtime_s)
                assert sum(cell.degraded_s for cell in row.cells) == pytest.approx(of.degraded_s)


def test_a_provider_is_down_while_any_of_its_surfaces_is(half_a_year: HalfAYear) -> None:
    provider, api, _, login = rows_of(half_a_year)[:4]

    for day, (of_all, of_api, of_login) in enumerate(
        zip(provider.cells, api.cells, login.cells, strict=True)
    ):
        down_ms = 6 * HOUR_MS if is_troubled(Key("p0", Surface.API), day) else 0
        assert of_all.sums[Status.DOWN] == of_api.sums[Status.DOWN] == down_ms
        assert of_login.sums[Status.DOWN] == 0
        assert of_all.sums[Status.ASLEEP] == 3 * HOUR_MS


def test_incidents_lie_with_the_provider_and_with_their_surface(half_a_year: HalfAYear) -> None:
    provider, api, web, login = rows_of(half_a_year)[:4]

    assert len(provider.incidents) == len(api.incidents) + len(web.incidents) == 72
    assert login.incidents == ()


def test_what_is_watched_comes_first_also_before_anything_is_known_of_it(half_a_year: HalfAYear) -> None:
    rows = rows_of(half_a_year, watched={"new": (Surface.API,), "p3": (Surface.WEB,)})

    assert [row.provider for row in rows if row.surface is None] == [
        "new",
        "p3",
        "p0",
        "p1",
        "p2",
        "p4",
        "p5",
        "p6",
        "p7",
        "p8",
        "p9",
    ]
    assert rows[0].uptime is None
    assert rows[0].coverage == 0
    assert {row.surface for row in rows if row.provider == "p3"} == {None, *Surface}


def test_days_before_anybody_watched_are_neither_up_nor_down(one_day: HalfAYear) -> None:
    (row,) = (row for row in rows_of(one_day, 91) if row.surface is Surface.API)

    assert all(cell.sums[Status.UNSEEN] == DAY_MS for cell in row.cells[:-1])
    assert row.cells[-1].sums[Status.UP] == 21 * HOUR_MS
    assert row.coverage == pytest.approx(21 / (90 * 24))


def test_while_no_engine_runs_the_time_since_is_not_seen(one_day: HalfAYear) -> None:
    path, now = one_day
    later = now + 5 * DAY_MS

    (row,) = (x for x in rows_of((path, later), 10, watching=False) if x.surface is Surface.API)

    assert [cell.gap_s[GapCause.APP_OFF] for cell in row.cells[-4:]] == [86_400.0] * 4
    assert sum(cell.covered_s for cell in row.cells) == 21 * 3_600


def test_an_empty_history_has_the_rows_of_what_is_watched(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    History.open(path, lambda: "now").close()

    (row,) = rows_of((path, 1_774_800_000_000), 90, watched={"new": (Surface.API,)})

    assert row.uptime is None
    assert len(row.cells) == 90
    assert days_until(1_774_800_000_000, 90, UTC) == Span(row.cells[0].window.start, 1_774_800_000_000)


@pytest.fixture
def late(tmp_path: Path) -> HalfAYear:
    """Ten days of a laptop that sleeps each night; on the last one two more providers are watched."""
    path = tmp_path / "history.db"
    ends = record(path, keys_of(1, (Surface.API, Surface.WEB)), 10)
    with closing(History.open(path, never_stamped)) as history:
        for key in (Key("lone", Surface.API), Key("two", Surface.API), Key("two", Surface.WEB)):
            keep(history, [a_result(key, Reason.OK, ends - 6 * HOUR_MS + n * 60_000) for n in range(5)])
    return path, ends


def test_before_it_was_first_heard_nobody_watched_a_provider_however_this_computer_slept(
    late: HalfAYear,
) -> None:
    watched = {"never": (Surface.API,)}
    rows = {(row.provider, row.surface): row for row in rows_of(late, 11, watched=watched)}

    unseen = [key for key, row in rows.items() if row.cells[5].sums[Status.UNSEEN] == DAY_MS]
    assert unseen == [
        ("never", None),
        ("lone", None),
        ("two", None),
        ("two", Surface.API),
        ("two", Surface.WEB),
    ]
    assert rows["p0", None].cells[5].sums[Status.ASLEEP] == 3 * HOUR_MS
    assert rows["lone", None].cells[-1].sums[Status.UP] > 0
    assert {sum(cell.sums) for row in rows.values() for cell in row.cells} == {DAY_MS}


def test_the_lanes_of_a_provider_begin_with_its_own_first_answer(late: HalfAYear) -> None:
    path, ends = late

    with Reader(path) as reader:
        past = PastQuestion("two", (), ends).answer(reader)

    assert past is not None
    assert past.hull.start >= ends - 7 * HOUR_MS
