"""Another machine's history becomes part of this one: what either saw, once."""

import random
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from history.lives import DAY_MS, Life, live, some_windows
from history.merging import merge, tidy
from history.watching import KEYS, START, never_stamped
from trayuptime.core import coverage, uptime
from trayuptime.core.figures import Figures, figures, record
from trayuptime.core.model import Gap, Instant, Key, Result, Span, Surface
from trayuptime.core.retention import DAY_S, FOREVER, Retention
from trayuptime.history import History, Reader, forget
from trayuptime.history.snapshot import unpack_incident

AROUND_MS = 40 * DAY_MS


def _life(path: Path, chance: random.Random, keys: tuple[Key, ...], acts: int) -> Life:
    life = Life(path, chance, keys)
    life.watching.now += chance.randint(0, 3 * DAY_MS)
    live(life, acts)
    if chance.random() < 0.5:
        life.tidy(chance.choice([3, 10_000]))
    return life


def _merged_gaps(key: Key, one: Life, other: Life) -> list[Gap]:
    """What the gaps of a surface must be in the end, by going through all of time at once."""
    everything = Span(START - AROUND_MS, START + 10 * AROUND_MS)
    words = [[coverage.word_of(r) for r in life.results if r.key == key] for life in (one, other)]
    own = [[gap for gap in life.gaps if gap.key in {None, key}] for life in (one, other)]
    seen = [coverage.of_words(key, everything, sorted(w), g).covered for w, g in zip(words, own, strict=True)]
    rest = [
        piece for gaps in own for gap in gaps for piece in _without(gap, uptime.merged((*seen[0], *seen[1])))
    ]
    both = coverage.of_words(key, everything, sorted([*words[0], *words[1]]), rest).covered
    found: list[Gap] = []
    for place in (0, 1):
        by_other = uptime.without(uptime.common(seen[1 - place], both), seen[place])
        for gap in own[place]:
            hit = uptime.common((Span(gap.at, max(gap.until, gap.at + 1)),), by_other)
            found += _without(gap, both) if hit else [gap]
    return found


def _without(gap: Gap, seen: Sequence[Span]) -> list[Gap]:
    if gap.at == gap.until:
        return [] if uptime.common((Span(gap.at, gap.at + 1),), seen) else [gap]
    return [
        replace(gap, at=span.start, until=span.end)
        for span in uptime.without((Span(gap.at, gap.until),), seen)
    ]


def _figures_of(path: Path, keys: Sequence[Key], windows: Sequence[Span]) -> list[Figures]:
    hull = Span(min(w.start for w in windows), max(w.end for w in windows))
    with Reader(path) as reader, reader.windows(hull) as found:
        return [figures(found.totals(key, window)) for window in windows for key in keys]


def _recorded(one: Life, other: Life) -> list[Key]:
    return [key for key in KEYS if any(each.key == key for each in (*one.results, *other.results))]


def _expected(
    path: Path, keys: Sequence[Key], one: Life, other: Life, windows: Sequence[Span]
) -> list[Figures]:
    with Reader(path) as reader:
        incidents = reader.incidents()
    found = []
    for window in windows:
        for key in keys:
            results: dict[Instant, Result] = {}
            for each in (*one.results, *other.results):
                if each.key == key:
                    results.setdefault(each.at, each)
            gaps = _merged_gaps(key, one, other)
            found.append(figures(record(key, window, list(results.values()), gaps, incidents)))
    return found


def meaning(path: Path) -> dict[str, list[Any]]:
    """Everything that a file tells, whatever form it lies in."""
    with Reader(path) as reader:
        told: dict[str, list[Any]] = {
            "results": [repr(each) for each in reader.results()],
            "gaps": sorted(map(repr, reader.gaps())),
            "incidents": sorted(map(repr, reader.incidents())),
            "switches": reader.switches(),
            "transitions": sorted(map(repr, reader.transitions(newest=1_000_000))),
        }
        for key in KEYS:
            told[str(key)] = sorted(map(repr, reader.evidence(key, 0, 1 << 52).items()))
    return told


def _rows(path: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(path)) as connection:
        names = ("surface", "hot", "packed", "evidence", "gap", "incident", "hour", "day", "unrolled", "note")
        return {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names}


def _down(path: Path, key: Key) -> tuple[Span, ...]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT body FROM incident WHERE provider = ? AND surface = ? AND ended_at IS NOT NULL",
            (key.provider, key.surface.value),
        )
        incidents = [unpack_incident(body) for (body,) in found]
    return uptime.merged(
        span for each in incidents for span in uptime.down_spans(each.phases, each.ended_at or 0)
    )


def _lasting(path: Path) -> set[Key]:
    with closing(sqlite3.connect(path)) as connection:
        found = [unpack_incident(body) for (body,) in connection.execute("SELECT body FROM incident")]
    return {Key(each.provider, each.surface) for each in found if each.ended_at is None}


def _two(folder: Path, seed: int, acts: int) -> tuple[Life, Life]:
    """Two machines, some surfaces watched by both."""
    chance = random.Random(seed)
    keys = [tuple(key for key in KEYS if chance.random() < 0.8) or KEYS for _ in range(2)]
    one, other = (
        _life(folder / f"{name}.db", chance, each, acts)
        for name, each in zip(("one", "other"), keys, strict=True)
    )
    other.history.save(other.watching.state, other.watching.now)
    other.history.close()
    return one, other


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), acts=st.integers(1, 40))
def test_figures_are_those_of_both(seed: int, acts: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        one, other = _two(folder, seed, acts)
        with closing(one.history):
            lasting = _lasting(one.path)
            down = {key: uptime.merged((*_down(one.path, key), *_down(other.path, key))) for key in KEYS}
            ended = _lasting(other.path)
            keys = _recorded(one, other)
            windows = some_windows(one.chance, max(one.watching.now, other.watching.now))
            shutil.copy(other.path, folder / "before.db")

            merge(one.history, other.path)

            assert other.path.read_bytes() == (folder / "before.db").read_bytes()
            assert _figures_of(one.path, keys, windows) == _expected(one.path, keys, one, other, windows)
            for key in KEYS:
                if key not in lasting | ended:
                    assert _down(one.path, key) == down[key]
            tidy(one.history, windows[0].end)
            assert _figures_of(one.path, keys, windows) == _expected(one.path, keys, one, other, windows)
            with Reader(one.path) as reader:
                assert reader.verify().problems == []


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), acts=st.integers(1, 30))
def test_merged_twice_nothing_changes(seed: int, acts: int) -> None:
    with TemporaryDirectory() as name:
        one, other = _two(Path(name), seed, acts)
        with closing(one.history):
            merge(one.history, other.path)
            tidy(one.history, one.watching.now + AROUND_MS)
            before, rows = meaning(one.path), _rows(one.path)

            report = merge(one.history, other.path)

            assert meaning(one.path) == before
            assert _rows(one.path) == rows
            assert (report.results.taken, report.incidents, report.joined, report.gaps) == (0, 0, 0, 0)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), acts=st.integers(1, 30), steps=st.integers(0, 40))
def test_cut_short_and_done_again_it_is_as_if_done_at_once(seed: int, acts: int, steps: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        one, other = _two(folder, seed, acts)
        one.history.close()
        shutil.copy(one.path, folder / "again.db")
        with closing(History.open(one.path, never_stamped)) as history:
            merge(history, other.path)
        with closing(History.open(folder / "again.db", never_stamped)) as history:
            merge(history, other.path, steps=steps)
        with closing(History.open(folder / "again.db", never_stamped)) as history:
            merge(history, other.path)

        assert meaning(folder / "again.db") == meaning(one.path)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), acts=st.integers(1, 30))
def test_it_plays_no_part_which_is_merged_into_which(seed: int, acts: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        one, other = _two(folder, seed, acts)
        one.history.end_open()
        one.history.close()
        with closing(History.open(other.path, never_stamped)) as history:
            history.end_open()
        for life in (one, other):
            shutil.copy(life.path, folder / f"copy-{life.path.name}")
        for mine, its in ((one.path, f"copy-{other.path.name}"), (other.path, f"copy-{one.path.name}")):
            with closing(History.open(mine, never_stamped)) as history:
                merge(history, folder / its)
        keys = _recorded(one, other)
        windows = some_windows(one.chance, max(one.watching.now, other.watching.now))

        assert _figures_of(one.path, keys, windows) == _figures_of(other.path, keys, windows)


def _forgetful(life: Life) -> None:
    """Answers go after two days, failures after five."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forget, "WATCHED_DAYS", 1)  # lives here are short
        life.history.save(life.watching.state, life.watching.now)
        life.history.retain(Retention(2 * DAY_S, 5 * DAY_S))
        life.tidy(100_000)
        life.history.retain(FOREVER)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), acts=st.integers(5, 40))
def test_a_history_that_has_forgotten_comes_as_it_is(seed: int, acts: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        other = _life(folder / "other.db", random.Random(seed), KEYS, acts)
        _forgetful(other)
        other.history.end_open()
        other.history.close()
        windows = some_windows(other.chance, other.watching.now)
        keys = [key for key in KEYS if any(each.key == key for each in other.results)]
        shutil.copy(other.path, folder / "as it was.db")
        told = _figures_of(folder / "as it was.db", keys, windows)
        with closing(History.open(folder / "mine.db", never_stamped)) as history:
            merge(history, other.path)
            assert _figures_of(folder / "mine.db", keys, windows) == told
            tidy(history, windows[0].end + AROUND_MS)
            assert _figures_of(folder / "mine.db", keys, windows) == told
            before = meaning(folder / "mine.db")
            assert merge(history, other.path).results.taken == 0

        assert meaning(folder / "mine.db") == before
        with Reader(folder / "mine.db") as reader:
            assert reader.verify().problems == []


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32), acts=st.integers(5, 40))
def test_what_is_forgotten_here_is_told_as_before(seed: int, acts: int) -> None:
    with TemporaryDirectory() as name:
        one, other = _two(Path(name), seed, acts)
        with closing(one.history):
            _forgetful(one)
            with closing(sqlite3.connect(one.path)) as connection:
                final = dict(connection.execute("SELECT surface, until FROM forgotten").fetchall())
                numbers = {
                    Key(provider, Surface(surface)): number
                    for number, provider, surface in connection.execute(
                        "SELECT id, provider, surface FROM surface"
                    )
                }
            windows = {
                key: Span(START - DAY_MS, final[number]) for key, number in numbers.items() if number in final
            }
            before = [_figures_of(one.path, [key], [window]) for key, window in windows.items()]

            merge(one.history, other.path)
            tidy(one.history, one.watching.now + AROUND_MS)

            assert [_figures_of(one.path, [key], [window]) for key, window in windows.items()] == before
            with Reader(one.path) as reader:
                assert reader.verify().problems == []
            again = merge(one.history, other.path)
            assert (again.results.taken, again.incidents, again.joined, again.gaps) == (0, 0, 0, 0)
