"""The history is put in order while nobody is asked, and no question waits for it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from runtime.world import FINE, Watch, api, config, watch
from trayuptime.core.model import Instant, Span
from trayuptime.history import History, HistoryError, forget
from virtual_time import START

HOUR_S, DAY_MS = 3_600.0, 86_400_000


def _counts(home: Path) -> dict[str, int]:
    with closing(sqlite3.connect(home / "history.db")) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("hot", "packed", "hour", "day")
        }


@pytest.fixture
def lived(tmp_path: Path) -> Watch:
    """Two providers, from four in the afternoon until two on the day after next."""
    return watch(tmp_path, "deepseek", "openai", polling='interval = "5m"').live(34 * HOUR_S)


def test_full_hours_are_packed_and_full_days_become_one(lived: Watch) -> None:
    counts = _counts(lived.home)

    assert counts["day"] == 2 * 2
    assert counts["packed"] == 2 * (2 + 1)  # two days, and the hour from midnight to one
    assert counts["hour"] == 2
    assert counts["hot"] <= 13


def test_no_result_is_lost_on_the_way(lived: Watch) -> None:
    with lived.reader() as reader:
        kept = [settled.result.at for settled in reader.results()]

    assert sorted(kept) == sorted(r.at for name in ("deepseek", "openai") for r in lived.results(name))


def test_a_day_was_watched_without_a_break(lived: Watch) -> None:
    midnight = START // DAY_MS * DAY_MS + DAY_MS
    day = Span(midnight, midnight + DAY_MS)

    with lived.reader() as reader, reader.windows(day) as windows:
        totals = windows.totals(api("deepseek"), day)

    assert (totals.covered_ms, totals.results) == (DAY_MS, 288)


def test_what_is_too_old_is_forgotten_as_the_configuration_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forget, "WATCHED_DAYS", 1)
    polling = 'interval = "20m"'
    kept = f'{polling}\n[history]\nkeep = "7d"'
    life = watch(tmp_path, "deepseek", "openai", polling=polling)

    def change() -> None:
        life.poller.reconfigure(config("deepseek", "openai", polling=kept))

    life.live(10.6 * 24 * HOUR_S, (10.5 * 24 * HOUR_S, change))

    with life.reader() as reader:
        forgotten = reader.forgotten()
        until = max(forgotten.values())
        assert len(list(reader.results(0, until))) == 2, "the last word of each"
        assert len(list(reader.results(until))) > 1_000
        assert reader.verify().problems == []
    assert set(forgotten) == {api("deepseek"), api("openai")}
    assert all(until % DAY_MS == 0 for until in forgotten.values())
    assert 7 <= (START / DAY_MS + 10.6) - until / DAY_MS <= 9


def test_no_step_is_taken_while_somebody_is_asked_or_about_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    polling = 'interval = "10s"\nretry_interval = "5s"'
    steps: list[float] = []
    life = watch(tmp_path, "deepseek", polling=polling)
    tidy = History.tidy

    def noted(history: History, now: Instant, clock_s: object) -> bool:
        steps.append((now - START) / 1000)
        return tidy(history, now, life.clock.monotonic_s)

    monkeypatch.setattr(History, "tidy", noted)
    life.live(3 * HOUR_S)

    begun = life.world.seconds("deepseek")
    assert len(steps) > 6
    assert not any(start <= step < start + FINE.after_s for step in steps for start in begun)
    assert not any(step < start < step + 0.1 for step in steps for start in begun)


def test_trouble_in_it_is_said_once_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def torn(_history: History, _now: Instant, _clock_s: object) -> bool:
        raise HistoryError("history.db cannot be put in order: torn")

    monkeypatch.setattr(History, "tidy", torn)
    life = watch(tmp_path, "deepseek", polling='interval = "5m"').live(5 * HOUR_S)

    assert caplog.text.count("torn") == 1
    assert len(life.results("deepseek")) == 60


def test_what_is_not_true_any_more_is_summed_up_again_before_the_hour_is_over(tmp_path: Path) -> None:
    """A command found sums that are wrong."""
    counts: list[int] = []
    seen = watch(tmp_path, "deepseek", "openai", polling='interval = "5m"')
    day = START // DAY_MS * DAY_MS + DAY_MS
    half_past = 33.5 * HOUR_S

    def look() -> None:
        counts.append(_counts(tmp_path)["day"])

    def distrust() -> None:
        seen.poller.distrust([(1, day, day + DAY_MS)])
        look()

    seen.live(34 * HOUR_S, (half_past, look), (half_past + 1, distrust), (half_past + 700, look))

    assert counts == [4, 3, 4]


def test_a_fault_of_ours_leaves_things_as_they_are_and_the_watcher_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def wrong(*_: object) -> bool:
        raise IndexError("a fault of ours")

    monkeypatch.setattr(History, "tidy", wrong)
    seen = watch(tmp_path, "deepseek", polling='interval = "5m"').live(3 * HOUR_S)

    assert len(seen.results("deepseek")) == 36
    assert caplog.text.count("the history cannot be put in order") == 1
