"""Any window of the history is what `core` makes of every single result, whatever was summed up by then."""

import random
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from history.lives import HOUR_MS, Life, live, some_windows
from history.watching import DEEPSEEK, KEYS, WEB
from trayuptime.core.days import day_cells, local_days
from trayuptime.core.figures import IN_TIME, figures, record, together
from trayuptime.core.model import Instant, Key, Level, Result, Span
from trayuptime.core.reasons import MEANINGS, Effect
from trayuptime.core.strip import totals
from trayuptime.core.tally import percentile, tally
from trayuptime.core.uptime import speaks_until
from trayuptime.history import Reader, grains
from trayuptime.history.grains import Grain
from trayuptime.history.hourly import Pace

ZONES = (UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata"), ZoneInfo("America/St_Johns"))


def _check(life: Life, windows: Sequence[Span]) -> None:
    hull = Span(min(w.start for w in windows), max(w.end for w in windows))
    with Reader(life.path) as reader:
        incidents = reader.incidents()
        for window in windows:
            first = next(reader.results(0, window.end), None)
            assert reader.first_heard(window.end) == (None if first is None else first.result.at)
        with reader.windows(hull) as found:
            for window in windows:
                raw = {
                    key: record(key, window, [r for r in life.results if r.key == key], life.gaps, incidents)
                    for key in KEYS
                }
                for key in KEYS:
                    assert figures(found.totals(key, window)) == figures(raw[key])
                    assert found.sums(key, window) == totals(found.strip(key, window))
                    assert figures(found.record(key, window)) == figures(raw[key])
                    _check_trace(found.answers(key, window), life, key, window)
                    assert _hourly(found.paces(key, window)) == _of_each(life.results, key, window)
                    first_tokens = _first_tokens(life.results, key, window)
                    assert found.first_tokens(key, window) == [(r.at, r.latency_ms) for r in first_tokens]
                    others, deep = found.paces_apart(key, window)
                    assert _hourly(deep) == _of_each(first_tokens, key, window)
                    assert _hourly(others) == _of_each(_lesser(life), key, window)
                zone = life.chance.choice(ZONES)
                days = list(local_days(window, zone))
                assert found.cells(KEYS, days) == [day_cells(raw[key], zone) for key in KEYS]
                mine = together([found.record(key, window) for key in (DEEPSEEK, WEB)])
                assert figures(mine) == figures(together([raw[DEEPSEEK], raw[WEB]]))
        for provider in {key.provider for key in KEYS}:
            with reader.windows(hull) as every, reader.windows(hull, provider=provider) as its_own:
                assert set(its_own.numbers) <= set(every.numbers)
                for window, key in product(windows, its_own.numbers):
                    assert key.provider == provider
                    assert its_own.totals(key, window) == every.totals(key, window)
                    assert its_own.record(key, window) == every.record(key, window)
                    assert its_own.paces_apart(key, window) == every.paces_apart(key, window)


def _check_trace(results: Sequence[Grain], life: Life, key: Key, window: Span) -> None:
    """Of single results, of which these lives forget none."""
    within = sorted(
        (r for r in life.results if r.key == key and window.start <= r.at < window.end), key=lambda r: r.at
    )
    assert grains.answers(results) == [
        (
            r.at,
            speaks_until(r.at, r.interval_s),
            r.latency_ms if r.reason in IN_TIME else None,
            MEANINGS[r.reason].effect is Effect.FAILURE,
        )
        for r in within
    ]


def _hourly(paces: Sequence[Pace]) -> list[tuple[Instant, int, *tuple[float | None, ...]]]:
    return [(pace.start, pace.answers, *pace[3:]) for pace in paces]


def _of_each(
    results: Sequence[Result], key: Key, window: Span
) -> list[tuple[Instant, int, *tuple[float | None, ...]]]:
    by_hour: dict[Instant, list[float]] = {}
    for each in results:
        if each.key == key and window.start <= each.at < window.end and each.reason in IN_TIME:
            assert each.latency_ms is not None
            by_hour.setdefault(each.at // HOUR_MS * HOUR_MS, []).append(each.latency_ms)
    return [
        (hour, len(found), of(0.5), of(0.95), max(found), of(0.99))
        for hour, found in sorted(by_hour.items())
        for of in [partial(percentile, tally(found))]
    ]


def _first_tokens(results: Sequence[Result], key: Key, window: Span) -> list[Result]:
    found = [r for r in results if r.key == key and r.level is Level.COMPLETION and r.reason in IN_TIME]
    return sorted((r for r in found if window.start <= r.at < window.end), key=lambda result: result.at)


def _lesser(life: Life) -> list[Result]:
    """Whatever asked less than a completion, outranked by one or not."""
    return [r for r in (*life.results, *life.set_aside) if r.level is not Level.COMPLETION]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), acts=st.integers(1, 40))
def test_figures_are_those_of_every_single_result(seed: int, acts: int) -> None:
    with TemporaryDirectory() as folder:
        life = Life(Path(folder) / "history.db", random.Random(seed))
        with closing(life.history):
            for _ in range(3):
                live(life, acts)
                _check(life, some_windows(life.chance, life.watching.now))
            life.tidy(10_000)
            _check(life, some_windows(life.chance, life.watching.now))
            life.history.close()
