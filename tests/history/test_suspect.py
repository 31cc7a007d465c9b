"""Damage where an opening does not look: who reads it marks the file, and the next opening heals it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from history.watching import DEEPSEEK, Watching, never_stamped
from trayuptime.core.model import Span
from trayuptime.core.reasons import Reason
from trayuptime.history import DamagedHistoryError, History, HistoryError, Reader, files, suspect
from trayuptime.history.pages import Pages

STAMP = "20260330T011345Z"
DAY_MS = 86_400_000
PAGE = 4096
REMEDY = "quit and start the watcher: what is sound is recovered"


@pytest.fixture
def watching(path: Path) -> Watching:
    """Days with latencies that fill pages, all of them packed and summed up; nobody has it open."""
    watching = Watching()
    with closing(History.open(path, never_stamped)) as history:
        for cycle in range(1_600):
            watching.cycle(
                history,
                {DEEPSEEK: Reason.SERVER_ERROR} if 290 < cycle < 294 else None,
                latency_ms=cycle * 7919 % 9_000 + 0.5,
            )
            if cycle % 400 == 399:
                watching.now += DAY_MS
        _tidy(history, watching.now + 2 * DAY_MS)
        watching.cycle(history)
    return watching


def _tidy(history: History, now: int) -> None:
    while history.recovering:
        history.recover(1.0)
    while history.tidy(now, lambda: 0.0):
        pass


def _noise_in_the_middle(path: Path) -> None:
    """Over the older pages of packed results, the newest of which an opening reads."""
    with closing(sqlite3.connect(path)) as connection:
        ((root,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'packed'")
    with closing(Pages(path)) as pages:
        leaves = pages.walk(root, set()).leaves
    assert len(leaves) > 1
    with path.open("r+b") as file:
        for page in leaves[:-1]:
            file.seek((page - 1) * PAGE)
            file.write(os.urandom(PAGE))


def _one_wrong_bit(path: Path) -> None:
    """Of which SQLite knows nothing."""
    with closing(sqlite3.connect(path)) as connection, connection:
        row, body = connection.execute("SELECT id, body FROM packed ORDER BY id LIMIT 1").fetchone()
        torn = body[:20] + bytes([body[20] ^ 1]) + body[21:]
        connection.execute("UPDATE packed SET body = ? WHERE id = ?", (torn, row))


def _change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(sql).rowcount


def _read(path: Path) -> None:
    with Reader(path) as reader:
        list(reader.results())


def _read_sums(path: Path, watching: Watching) -> object:
    with Reader(path) as reader:
        began = reader.first_heard()
        assert began is not None
        window = Span(began // DAY_MS * DAY_MS, watching.now // DAY_MS * DAY_MS)
        with reader.windows(window) as windows:
            return windows.totals(DEEPSEEK, window)


@pytest.mark.parametrize("spoil", [_noise_in_the_middle, _one_wrong_bit])
def test_damage_that_a_reader_met_is_healed_and_told_at_the_next_opening(
    path: Path, watching: Watching, spoil: object
) -> None:
    assert callable(spoil)
    spoil(path)
    History.open(path, never_stamped).close()  # looks elsewhere
    with pytest.raises(DamagedHistoryError, match=f"is damaged: .*; {REMEDY}$"):
        _read(path)
    assert suspect.is_marked(path)

    with closing(History.open(path, lambda: STAMP)) as history:
        _tidy(history, watching.now + 2 * DAY_MS)
        (news,) = history.take_news()
        assert history.set_aside == path.with_name(f"{path.name}.damaged-{STAMP}")
        assert history.set_aside.exists()

    assert "The history was damaged" in news
    assert not suspect.is_marked(path)
    _read(path)
    History.open(path, never_stamped).close()  # once is enough


@pytest.mark.usefixtures("watching")
def test_a_sound_file_with_a_mark_stays_and_loses_the_mark(path: Path) -> None:
    assert suspect.mark(path)

    History.open(path, never_stamped).close()

    assert not suspect.is_marked(path)


def test_a_torn_sum_whose_results_are_kept_costs_no_file(path: Path, watching: Watching) -> None:
    before = _read_sums(path, watching)
    _change(path, "UPDATE day SET up = up - 1")
    _change(path, "UPDATE fortnight SET latencies = NULL")
    with pytest.raises(DamagedHistoryError, match=REMEDY):
        _read_sums(path, watching)

    with closing(History.open(path, never_stamped)) as history:
        _tidy(history, watching.now + 2 * DAY_MS)
        assert not history.take_news()

    assert not suspect.is_marked(path)
    assert _read_sums(path, watching) == before
    with Reader(path) as reader:
        assert not reader.verify().problems


@pytest.mark.usefixtures("watching")
def test_a_torn_sum_that_is_all_that_is_left_is_damage(path: Path) -> None:
    _change(path, "UPDATE day SET up = up - 1 WHERE number = (SELECT min(number) FROM day)")
    _change(
        path, f"INSERT INTO forgotten SELECT min(number) % 1024, (min(number) / 1024 + 1) * {DAY_MS} FROM day"
    )
    suspect.mark(path)

    with closing(History.open(path, lambda: STAMP)) as history:
        assert history.set_aside is not None


@pytest.mark.usefixtures("watching")
@pytest.mark.parametrize(
    ("wrong", "told"),
    [(sqlite3.OperationalError("database is locked"), HistoryError), (TypeError("ours"), TypeError)],
)
def test_trouble_that_is_no_damage_leaves_no_mark(
    path: Path, wrong: Exception, told: type[Exception]
) -> None:
    with Reader(path) as reader, pytest.raises(told) as raised, reader.windows(Span(0, DAY_MS)):
        raise wrong

    assert REMEDY not in str(raised.value)
    assert not suspect.is_marked(path)


@pytest.mark.usefixtures("watching")
def test_a_file_of_another_version_gets_no_mark(path: Path) -> None:
    _change_version(path, 99)

    with pytest.raises(HistoryError, match="newer"):
        Reader(path)

    assert not suspect.is_marked(path)


def _change_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


@pytest.mark.usefixtures("watching")
def test_where_no_mark_can_be_left_no_remedy_is_promised(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError

    _noise_in_the_middle(path)
    monkeypatch.setattr(Path, "touch", denied)

    with pytest.raises(DamagedHistoryError) as raised:
        _read(path)

    assert REMEDY not in str(raised.value)


@pytest.mark.usefixtures("watching")
def test_what_cannot_be_looked_through_now_is_neither_set_aside_nor_cleared(path: Path) -> None:
    suspect.mark(path)
    _change(path, "UPDATE day SET up = up - 1")
    connection = files.open_for_writing(path)

    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="cannot be used: database is locked"):
            files.look_through(path, connection)

    assert suspect.is_marked(path)


@pytest.mark.usefixtures("watching")
def test_a_mark_that_cannot_be_taken_away_keeps_nobody_from_opening(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError

    suspect.mark(path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", denied)
        History.open(path, never_stamped).close()

    assert suspect.is_marked(path)
