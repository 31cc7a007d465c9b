"""The soak of `benchmarks.history.soak` in small: two weeks of two surfaces, forgotten in part."""

from pathlib import Path

from benchmarks.history.soak import Plan, complaints, hold, live
from benchmarks.history.stream import Shape

from trayuptime.core.retention import Retention

DAY_S = 86_400.0


def test_weeks_of_forgetting_leave_every_figure_as_it_was(tmp_path: Path) -> None:
    plan = Plan(16, Shape(2, 1), Retention(7 * DAY_S, 10 * DAY_S))
    path = tmp_path / "history.db"
    lived = live(path, plan)
    held = hold(path, plan, windows=20)

    assert complaints(lived, held) == []
    assert lived.restarts == 2
    assert held.final == 2 * 8  # nothing came after the last of the days that were watched: it has no row
    assert held.kept < lived.results * 0.6
    assert 0 < held.unknown < held.windows
