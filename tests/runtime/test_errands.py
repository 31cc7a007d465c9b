"""A command has something done to the history while the engine goes on, and no question waits for it."""

import asyncio
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runtime.world import BROKEN, FINE, Watch, api, by_time, watch
from trayuptime.core.state import State, WentDown
from trayuptime.history import History, HistoryError
from trayuptime.history.compact import Compaction, Sizes
from trayuptime.history.merge import Merge
from virtual_time import START

HOUR_S = 3_600.0
DAY_S = 86_400.0
"""Virtual time runs on while a thread works."""


class Asking:
    """What a command would wait for."""

    def __init__(self, seen: Watch, errand: str, *given: Any) -> None:
        self._seen = seen
        self._errand = errand
        self._given = given
        self.answer: Mapping[str, Any] | None = None
        self.problem: str | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._ask())

    def leave(self) -> None:
        assert self._task is not None
        self._task.cancel()

    async def _ask(self) -> None:
        try:
            self.answer = await getattr(self._seen.poller, self._errand)(*self._given)
        except HistoryError as error:
            self.problem = str(error)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another machine's history of the first hour: an outage, and a provider that we do not watch."""
    folder = tmp_path / "there"
    folder.mkdir()
    hosts = {"deepseek": by_time((0, FINE), (600, BROKEN), (1_200, FINE))}
    watch(folder, "deepseek", "mistral", hosts=hosts, polling='interval = "5m"').live(HOUR_S)
    return Path(shutil.copy(folder / "history.db", tmp_path / "other.db"))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("INSERT INTO transition VALUES (1, 'down', '{\"incident\": ')", "cannot be merged"),
        ("INSERT INTO transition VALUES (1, 'down', '[\"incident\"]')", "cannot be merged"),
        ("UPDATE gap SET cause = 'boredom'", "boredom"),
    ],
)
def test_whatever_another_history_holds_the_engine_goes_on(
    tmp_path: Path, other: Path, statement: str, words: str
) -> None:
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("INSERT INTO gap VALUES (1, 2, 'asleep', NULL, NULL)")
        connection.execute(statement)
    seen = watch(tmp_path, "deepseek", "openai", polling='interval = "5m"')
    asking = Asking(seen, "merge", other)

    seen.live(HOUR_S, (900, asking.begin))

    assert asking.answer is None
    assert words in str(asking.problem)
    assert len(seen.results("deepseek")) == 12


def test_a_gap_that_ends_in_an_age_is_soon_looked_through(tmp_path: Path, other: Path) -> None:
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("INSERT INTO gap VALUES (?, ?, 'asleep', NULL, NULL)", (START + 1, 1 << 50))
    seen = watch(tmp_path, "deepseek", "openai", polling='interval = "5m"')
    asking = Asking(seen, "merge", other)

    seen.live(HOUR_S, (900, asking.begin))

    assert asking.answer is not None


def test_another_history_is_taken_over_while_questions_are_asked(tmp_path: Path, other: Path) -> None:
    seen = watch(tmp_path, "deepseek", "openai", polling='interval = "5m"')
    asking = Asking(seen, "merge", other)

    seen.live(HOUR_S, (900, asking.begin))

    assert asking.answer is not None
    assert asking.answer["results"]["taken"] > 12
    assert asking.answer["incidents"] == 1
    assert len(seen.results("deepseek")) == 12
    assert seen.titles() == []
    with seen.reader() as reader:
        assert {each.provider for each in reader.incidents()} == {"deepseek"}
        assert api("mistral") in {each.result.key for each in reader.results()}
        before, now = reader.state(), seen.state
    assert before.next_incident == now.next_incident == 2


def test_who_asks_may_leave_and_it_is_done_all_the_same(tmp_path: Path, other: Path) -> None:
    seen = watch(tmp_path, "deepseek", polling='interval = "5m"')
    asking = Asking(seen, "merge", other)

    seen.live(HOUR_S, (900, asking.begin), (900.001, asking.leave))

    assert asking.answer is None
    with seen.reader() as reader:
        assert len(reader.incidents()) == 1
        assert api("mistral") in {each.result.key for each in reader.results()}


def test_no_step_is_taken_while_somebody_is_asked(
    tmp_path: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[float] = []
    seen = watch(tmp_path, "deepseek", polling='interval = "10s"')
    step = Merge.step

    def noted(merge: Merge, state: State, at: int | None) -> State:
        steps.append((seen.clock.now() - START) / 1000)
        return step(merge, state, at)

    monkeypatch.setattr(Merge, "step", noted)
    asking = Asking(seen, "merge", other)
    seen.live(200, (49.95, asking.begin))

    begun = seen.world.seconds("deepseek")
    assert len(steps) > 5
    assert asking.answer is not None
    assert not any(start <= each < start + FINE.after_s for each in steps for start in begun)
    assert not any(each < start < each + 0.1 for each in steps for start in begun)


def test_a_file_that_cannot_be_taken_over_is_said_and_harms_nobody(tmp_path: Path) -> None:
    seen = watch(tmp_path, "deepseek")
    asking = Asking(seen, "merge", tmp_path / "nowhere.db")

    seen.live(300, (100, asking.begin))

    assert asking.problem is not None
    assert "There is no file" in asking.problem
    assert len(seen.results("deepseek")) == 5


def test_the_end_of_the_engine_ends_it(tmp_path: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Merge, "step", lambda _merge, state, _at: state)
    seen = watch(tmp_path, "deepseek")
    asking = Asking(seen, "merge", other)

    seen.live(300, (100, asking.begin))

    assert asking.problem is not None
    assert "The engine ended in the middle of it" in asking.problem


def test_while_the_history_cannot_be_written_nothing_is_begun(tmp_path: Path, other: Path) -> None:
    seen = watch(tmp_path, "deepseek")
    merging, compacting = Asking(seen, "merge", other), Asking(seen, "compact")

    def fill() -> None:
        seen.diary.full = True

    seen.live(300, (100, fill), (200, merging.begin), (201, compacting.begin))

    assert [each.problem for each in (merging, compacting)] == [
        "the history cannot be written: disk full"
    ] * 2


# Compacting


@pytest.fixture
def wasteful(tmp_path: Path) -> Path:
    """A history with many free pages."""
    path = tmp_path / "history.db"
    History.open(path, lambda: "aside").close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE waste (body BLOB)")
        connection.execute("INSERT INTO waste VALUES (zeroblob(1000000))")
        connection.execute("DROP TABLE waste")
    return path


def test_the_file_becomes_smaller_while_the_engine_goes_on(tmp_path: Path, wasteful: Path) -> None:
    seen = watch(tmp_path, "deepseek")
    asking = Asking(seen, "compact")

    seen.live(DAY_S, (100, asking.begin))

    assert asking.answer is not None
    assert asking.answer["before"] > 1_000_000
    assert asking.answer["after"] < 300_000
    assert wasteful.stat().st_size < 300_000
    with seen.reader() as reader:
        assert len(list(reader.results())) == len(seen.results("deepseek"))


def test_what_happens_meanwhile_is_told_at_once_and_kept(
    tmp_path: Path, wasteful: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outage begins while a thread holds the file."""
    held: list[bool] = []
    seen = watch(tmp_path, "deepseek", hosts={"deepseek": by_time((0, FINE), (150, BROKEN))})
    run = Compaction.run

    def slow(compaction: Compaction) -> Sizes:
        done = run(compaction)
        while not seen.happened(WentDown):  # virtual time passes quickly
            held.append(seen.diary.held)
        return done

    monkeypatch.setattr(Compaction, "run", slow)
    asking = Asking(seen, "compact")
    seen.live(DAY_S, (100, asking.begin))

    assert all(held)
    assert seen.titles() == ["deepseek is down"]
    assert asking.answer is not None
    assert [told.trouble for told in seen.told if told.trouble] == []
    with seen.reader() as reader:
        assert len(list(reader.results())) == len(seen.results("deepseek"))
        assert len(reader.incidents()) == 1


def test_where_everybody_is_asked_all_the_time_it_is_begun_all_the_same(
    tmp_path: Path, wasteful: Path
) -> None:
    often = "base_url = 'http://127.0.0.1:1/v1'\ninterval = '2s'"
    busy = watch(tmp_path, "a", polling='retry_interval = "1s"', a=often)
    asking = Asking(busy, "compact")

    busy.live(3_000, (100, asking.begin))

    assert asking.answer is not None


def test_a_disk_without_room_is_said_and_nothing_is_changed(
    tmp_path: Path, wasteful: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_compaction: Compaction) -> Sizes:
        raise HistoryError("no room")

    monkeypatch.setattr(Compaction, "run", full)
    seen = watch(tmp_path, "deepseek")
    asking = Asking(seen, "compact")

    seen.live(300, (100, asking.begin))

    assert asking.problem == "no room"
    with seen.reader() as reader:
        assert len(list(reader.results())) == 5


def test_the_end_of_the_engine_ends_a_compaction(
    tmp_path: Path, wasteful: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled: list[bool] = []

    def endless(compaction: Compaction) -> Sizes:
        while not compaction._cancelled:
            pass
        cancelled.append(True)
        raise HistoryError("cancelled")

    monkeypatch.setattr(Compaction, "run", endless)
    seen = watch(tmp_path, "deepseek")
    asking = Asking(seen, "compact")

    seen.live(300, (100, asking.begin))

    assert cancelled == [True]
    assert asking.problem is not None
    with seen.reader() as reader:
        assert len(list(reader.results())) == 5
