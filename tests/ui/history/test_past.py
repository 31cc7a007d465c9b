"""What the page of a provider shows is what `uptime`, the results and their page's words say."""

from datetime import UTC
from pathlib import Path

import pytest

from history.completions import MIDNIGHT, keep
from history.watching import a_result, never_stamped
from trayuptime.core import strip as strips
from trayuptime.core.model import Instant, Key, Span, Surface
from trayuptime.core.reasons import Reason
from trayuptime.core.strip import Status
from trayuptime.history import History, Reader
from trayuptime.runtime.past import asked_for, look_back, rows_of
from trayuptime.ui.history.past import (
    WINDOWS,
    AnswersQuestion,
    FiguresQuestion,
    PacesQuestion,
    Past,
    PastQuestion,
)
from ui.history.record import DAY_MS, HOUR_MS, READ_MS, is_troubled

HalfAYear = tuple[Path, Instant]
API = Key("p2", Surface.API)


def past_of(of: HalfAYear, provider: str = "p2") -> Past | None:
    path, ends = of
    with Reader(path) as reader:
        return PastQuestion(provider, (), ends).answer(reader)


@pytest.mark.parametrize("live", [True, False])
def test_the_figures_are_those_of_uptime_to_the_digit(half_a_year: HalfAYear, live: bool) -> None:
    path, ends = half_a_year
    now = ends + 3 * HOUR_MS
    with Reader(path) as reader:
        told = FiguresQuestion("p2", (), now, watching=live).answer(reader)

    for (name, days), figured in zip(WINDOWS, told, strict=True):
        window = Span(now - days * DAY_MS, now)
        with look_back(path, window, now, live=live) as past:
            rows = list(rows_of(asked_for(past, ["p2"], {}), {}, window, past.record, UTC))
        (own,) = (row for row in rows if row.surface is None)
        assert figured.name == name
        assert figured.figures == own.figures


def test_one_answer_in_a_hundred_is_slower_than_the_p99(tmp_path: Path) -> None:
    path, ends = tmp_path / "history.db", MIDNIGHT + DAY_MS
    history = History.open(path, never_stamped)
    latencies = [100.0 + n for n in range(200)]
    keep(
        history,
        [
            a_result(API, Reason.OK, MIDNIGHT + n * 60_000, latency_ms=latency, interval_s=60.0)
            for n, latency in enumerate(sorted(latencies, key=lambda ms: ms % 7))
        ],
    )
    history.close()

    with Reader(path) as reader:
        told = {row.name: row for row in FiguresQuestion("p2", (), ends).answer(reader)}

    assert told["24 h"].p99_ms == 297.0
    assert sum(ms > 297.0 for ms in latencies) == 2
    assert told["24 h"].figures.latency_p50_ms == 199.0
    assert told["24 h"].figures.latency_p95_ms == 289.0


def test_the_lanes_are_the_strips_and_begin_with_the_first_answer(half_a_year: HalfAYear) -> None:
    past = past_of(half_a_year)
    assert past is not None
    path, ends = half_a_year

    assert past.surfaces == tuple(Surface)
    assert past.hull.end == ends
    with Reader(path) as reader, reader.windows(past.hull, (), ends) as windows:
        for part, lane in zip(past.surfaces, past.lanes, strict=False):
            assert lane.strip == windows.strip(Key("p2", part), past.hull)


def test_their_page_said_down_when_it_did(half_a_year: HalfAYear) -> None:
    past = past_of(half_a_year)
    assert past is not None
    lane, begun = past.lanes[-1], half_a_year[1] - 180 * DAY_MS + READ_MS

    down = strips.spans(lane.strip, lane.start, Status.DOWN)

    troubled = [day for day in range(180) if is_troubled(API, day)]
    assert down == tuple(
        Span(begun + d * DAY_MS + 15 * HOUR_MS, begun + d * DAY_MS + 21 * HOUR_MS) for d in troubled
    )
    asleep = strips.totals(lane.strip)[Status.ASLEEP]
    assert asleep == strips.totals(past.lanes[0].strip)[Status.ASLEEP]
    assert {each.acknowledged_at for each in past.incidents} == {span.start for span in down}


def test_single_answers_are_the_results(half_a_year: HalfAYear) -> None:
    path, ends = half_a_year
    window = Span(ends - 10 * DAY_MS, ends)
    with Reader(path) as reader:
        told = AnswersQuestion(API, window).answer(reader)
        results = [x.result for x in reader.results(window.start, window.end) if x.result.key == API]

    assert [(each.at, each.latency_ms) for each in told] == [(x.at, x.latency_ms) for x in results]
    assert len(told) == 40
    assert sum(each.failed for each in told) == sum(is_troubled(API, day) for day in range(170, 180))


def test_paces_cover_every_hour_in_which_something_answered(half_a_year: HalfAYear) -> None:
    path, ends = half_a_year
    window = Span(ends - 10 * DAY_MS, ends)
    with Reader(path) as reader:
        pacing = PacesQuestion(API, window).answer(reader)
        answered = [each for each in AnswersQuestion(API, window).answer(reader) if not each.failed]

    shown = pacing.paces.within(window, 10_000)
    assert [pace.start for pace in shown] == [each.at // HOUR_MS * HOUR_MS for each in answered]
    assert {(pace.p50_ms, pace.p99_ms) for pace in shown} == {(300.125, 300.125)}


def test_of_nobody_nothing_is_known(half_a_year: HalfAYear, tmp_path: Path) -> None:
    assert past_of(half_a_year, "nobody") is None
    History.open(tmp_path / "history.db", lambda: "now").close()
    assert past_of((tmp_path / "history.db", half_a_year[1]), "p2") is None
