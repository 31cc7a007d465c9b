"""Money is written down before it is spent, and no end of the program makes it forgotten."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

import trayuptime
from history import spender_to_be_killed
from history.spender_to_be_killed import DAY, EACH_USD
from history.watching import START, Watching, never_stamped
from trayuptime.history import History, HistoryError, Reader, files
from trayuptime.history.ledger import CommandLedger
from trayuptime.history.spending import KEPT_DAYS, Spent

FIXTURES = Path(__file__).parent / "fixtures"
TOMORROW = date(2026, 3, 30)


def test_nothing_is_spent_at_first(path: Path) -> None:
    with closing(History.open(path, never_stamped)) as history:
        assert history.spent("a", "m", DAY) == Spent(0.0, 0.0, None)


def test_what_is_set_aside_counts_from_that_moment_on(path: Path) -> None:
    with closing(History.open(path, never_stamped)) as history:
        history.reserve("a", "m", 0.5, at=START, day=DAY)
        history.reserve("a", "other", 0.25, at=START + 1, day=DAY)

        assert history.spent("a", "m", DAY) == Spent(0.75, 0.0, START + 1)
        assert history.spent("a", "m", TOMORROW) == Spent(0.0, 0.0, START + 1)
        assert history.spent("b", "m", DAY) == Spent(0.0, 0.0, None)


def test_what_it_has_cost_takes_the_place_of_what_was_set_aside(path: Path) -> None:
    with closing(History.open(path, never_stamped)) as history:
        first = history.reserve("a", "m", 0.5, at=START, day=DAY)
        second = history.reserve("a", "m", 0.5, at=START + 1, day=DAY)
        history.settle(first, 0.125)
        history.settle(second, 0.0)

        assert history.spent("a", "m", DAY) == Spent(0.125, 0.125, START + 1)
        assert history.spent("a", "other", DAY).last_usd == 0.0


def test_it_is_there_after_a_restart(path: Path) -> None:
    with closing(History.open(path, never_stamped)) as history:
        history.reserve("a", "m", 0.5, at=START, day=DAY)

    with closing(History.open(path, never_stamped)) as history:
        assert history.spent("a", "m", DAY).today_usd == 0.5


def test_what_cannot_be_written_is_an_error_and_not_half_there(path: Path) -> None:
    watching = Watching()
    with closing(History.open(path, never_stamped)) as history:
        watching.cycle(history)
        assert history._connection is not None
        history._connection.execute("PRAGMA query_only = 1")
        with pytest.raises(HistoryError, match=r"history\.db"):
            history.reserve("a", "m", 0.5, at=START, day=DAY)
        with pytest.raises(HistoryError, match=r"history\.db"):
            history.settle(1, 0.5)
        history._connection.execute("PRAGMA query_only = 0")

        assert history.spent("a", "m", DAY) == Spent(0.0, 0.0, None)
        watching.cycle(history)


@pytest.mark.parametrize("questions", [1, 2, 7, 30, 61])
def test_a_kill_forgets_no_question_that_may_have_been_sent(path: Path, questions: int) -> None:
    command = [sys.executable, spender_to_be_killed.__file__, str(path)]
    places = (Path(__file__).parent.parent, Path(trayuptime.__file__).parent.parent)
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as spender:
        assert spender.stdout is not None
        said = [spender.stdout.readline() for _ in range(questions)]
        spender.kill()
        said += spender.stdout.readlines()
    sent = len([line for line in said if line.endswith("\n")])

    with closing(History.open(path, never_stamped)) as history:
        spent_usd = history.spent("a", "m", DAY).today_usd
    least_usd = sent // 2 * EACH_USD * 1.5 + sent % 2 * EACH_USD
    assert least_usd <= spent_usd <= least_usd + 2 * EACH_USD


def test_no_look_up_reads_more_of_a_free_model_than_its_own_day(path: Path) -> None:
    with closing(History.open(path, never_stamped)) as history:
        for day in (DAY, TOMORROW):
            for count in range(2_000):
                history.settle(history.reserve("a", "free", 0.0, at=START + count, day=day), 0.0)
        connection = history._connection
        assert connection is not None
        hundreds: list[None] = []
        connection.set_progress_handler(lambda: hundreds.append(None), 100)
        spent = history.spent("a", "free", date(2026, 3, 31))

    assert spent == Spent(0.0, 0.0, START + 1_999)
    assert len(hundreds) <= 2  # hundreds of steps of SQLite's machine, for four thousand rows


def test_what_was_spent_more_than_a_year_ago_is_forgotten(path: Path) -> None:
    with closing(History.open(path, never_stamped)) as history:
        history.reserve("a", "m", 0.5, at=START, day=DAY)
        history.reserve("a", "m", 0.5, at=START, day=DAY + timedelta(days=KEPT_DAYS))
        assert history.spent("a", "m", DAY).today_usd == 0.5
        history.reserve("b", "m", 0.5, at=START, day=DAY + timedelta(days=KEPT_DAYS + 1))
        assert history.spent("a", "m", DAY).today_usd == 0.5
        history.reserve("a", "m", 0.5, at=START, day=DAY + timedelta(days=KEPT_DAYS + 1))

        assert history.spent("a", "m", DAY).today_usd == 0.0
        assert history.spent("a", "m", DAY + timedelta(days=KEPT_DAYS)).today_usd == 0.5


def test_a_file_of_schema_4_is_read_as_it_was_written(path: Path) -> None:
    shutil.copy(FIXTURES / "schema-4.db", path)

    with closing(History.open(path, never_stamped)) as history:
        assert history.spent("deepseek", "deepseek-flash", DAY) == Spent(0.625, 0.125, START + 91_000)
        assert history.spent("openai", "gpt-4o-mini", TOMORROW).today_usd == 0.75


@pytest.mark.parametrize("schema", [1, 2, 3])
def test_an_older_file_has_spent_nothing_and_can_spend(path: Path, schema: int) -> None:
    shutil.copy(FIXTURES / f"schema-{schema}.db", path)

    with closing(History.open(path, never_stamped)) as history:
        assert history.spent("deepseek", "m", DAY) == Spent()
        history.reserve("deepseek", "m", 0.5, at=START, day=DAY)
        assert history.spent("deepseek", "m", DAY).today_usd == 0.5
        state = history.last_state({})
    with Reader(path) as reader:
        assert reader.state() == state
        assert list(reader.results())
    assert path.with_name(f"history.db.before-schema-{schema + 1}").exists()


def test_no_command_begins_a_history_while_a_damaged_one_waits_to_be_recovered(path: Path) -> None:
    History.open(path, never_stamped).close()
    waiting = files.set_aside(path, "then")

    with pytest.raises(HistoryError, match="recovered when the watcher starts"):
        CommandLedger(path)
    assert (waiting.exists(), path.exists()) == (True, False)
