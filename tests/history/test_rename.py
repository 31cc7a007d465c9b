"""A renamed provider keeps its whole history, and the file knows its old id no more."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from history.watching import (
    DEEPSEEK,
    OPENAI,
    START,
    WEB,
    Watching,
    a_result,
    essence,
    go_down,
    never_stamped,
    targets,
)
from trayuptime.core import choices, judge
from trayuptime.core.model import Alternative, Gap, GapCause, Key, Suggestion, Switch
from trayuptime.core.reasons import Reason
from trayuptime.core.renaming import renamed
from trayuptime.core.state import GapSeen, Settled
from trayuptime.history import History, HistoryError, Reader, files

NEW = "ds"
TODAY = date(2026, 3, 29)


def lived(history: History) -> Watching:
    """A night with an outage, advice, a switch and a gap."""
    watching = Watching()
    watching.cycle(history)
    go_down(watching, history)
    alternatives = (Alternative("deepseek", usable=False, why="down"),)
    watching.apply(
        choices.advise(
            watching.state, Suggestion("deepseek", "openai", "up", watching.now, alternatives), watching.now
        )
    )
    watching.apply(choices.choose(watching.state, Switch(watching.now, "deepseek", "openai")))
    watching.happenings.append(GapSeen(Gap(watching.now, watching.now + 5, GapCause.UNPROVEN, DEEPSEEK)))
    watching.commit(history)
    watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR})
    history.reserve("deepseek", "tiny", 0.01, at=watching.now, day=TODAY)
    return watching


def do_rename(history: History, watching: Watching) -> None:
    watching.state = renamed(watching.state, "deepseek", NEW)
    history.rename("deepseek", NEW, watching.state, watching.now)


def all_of(path: Path) -> list[str]:
    """Every value in the file, as text."""
    with closing(sqlite3.connect(path)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return [repr(row) for table in tables for row in connection.execute(f"SELECT * FROM {table}")]


def test_everything_is_still_there_under_the_new_id(path: Path, history: History) -> None:
    watching = lived(history)
    with Reader(path) as reader:
        before = (list(reader.results()), reader.incidents(), reader.transitions(), reader.gaps())

    do_rename(history, watching)

    with Reader(path) as reader:
        results, incidents = list(reader.results()), reader.incidents()
        transitions, gaps, switches = reader.transitions(), reader.gaps(), reader.switches()
    assert repr([each.result.at for each in results]) == repr([each.result.at for each in before[0]])
    assert [each.result.provider for each in results] == [
        NEW if each.result.provider == "deepseek" else each.result.provider for each in before[0]
    ]
    assert [(each.id, each.provider, each.started_at) for each in incidents] == [
        (each.id, NEW, each.started_at) for each in before[1]
    ]
    assert [each["event"] for each in transitions] == [each["event"] for each in before[2]]
    assert {each.key.provider for each in gaps if each.key} == {NEW}
    assert [(each.provider, each.to) for each in switches] == [(NEW, "openai")]
    assert not [line for line in all_of(path) if "'deepseek'" in line or '"deepseek"' in line]


def test_the_judge_goes_on_where_it_was(path: Path, history: History) -> None:
    watching = lived(history)

    do_rename(history, watching)
    history.close()

    again = History.open(path, never_stamped)
    state = again.last_state({})
    again.close()
    assert essence(state) == essence(watching.state)
    assert state.surface(Key(NEW, DEEPSEEK.surface)).incident is not None


def test_what_comes_after_is_the_same_history(path: Path, history: History) -> None:
    watching = lived(history)
    do_rename(history, watching)
    watching.keys = tuple(
        Key(NEW, key.surface) if key.provider == "deepseek" else key for key in watching.keys
    )

    watching.cycle(history)

    with Reader(path) as reader:
        mine = [each.result for each in reader.results() if each.result.key == Key(NEW, DEEPSEEK.surface)]
    assert len(mine) == 7


def test_rows_that_the_new_id_has_already_are_taken_in(path: Path, history: History) -> None:
    watching = lived(history)
    late = a_result(Key(NEW, DEEPSEEK.surface), Reason.OK, watching.now + 1_000)
    same = a_result(Key(NEW, DEEPSEEK.surface), Reason.OK, START + 29_700)
    history.append([Settled(each, proven=False) for each in (same, late)], watching.state, watching.now)

    do_rename(history, watching)

    with Reader(path) as reader:
        mine = [each.result.at for each in reader.results() if each.result.key == Key(NEW, DEEPSEEK.surface)]
    assert late.at in mine
    assert len(mine) == len(set(mine))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM surface").fetchone() == (3,)


def test_no_incident_lasts_for_ever_because_its_id_was_taken_in(path: Path, history: History) -> None:
    watching = lived(history)
    taken = Key(NEW, DEEPSEEK.surface)
    watching.keys = (*watching.keys, taken)
    watching.apply(judge.watch(watching.state, targets(watching.keys), watching.now))
    for _ in range(watching.rules.confirm_after):
        watching.cycle(history, dict.fromkeys((DEEPSEEK, taken), Reason.SERVER_ERROR))
    old, new = (watching.state.surface(key).incident for key in (DEEPSEEK, taken))
    assert old is not None
    assert new is not None

    do_rename(history, watching)

    with Reader(path) as reader:
        ends = {each.id: each.ended_at for each in reader.incidents()}
    assert ends == {old.id: max(span.end for span in old.seen), new.id: None}
    assert essence(history.last_state({})) == essence(watching.state)


def test_a_rename_is_done_at_once_or_not_at_all(path: Path, history: History) -> None:
    watching = lived(history)
    before = all_of(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError, match="locked"):
            history.rename("deepseek", NEW, renamed(watching.state, "deepseek", NEW), watching.now)

    assert all_of(path) == before
    do_rename(history, watching)
    assert history.knows(NEW)


def test_nothing_is_renamed_while_a_damaged_file_is_still_being_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(History.open(path, never_stamped)) as history:
        watching = lived(history)
        while history.tidy(watching.now + 86_400_000, lambda: 0.0):
            pass
    files.set_aside(path, "20260330T011345Z")
    monkeypatch.setattr("trayuptime.history.salvage.SMALL", 0)  # as in a large file
    with closing(History(path, never_stamped)) as history:
        with pytest.raises(HistoryError, match="still being recovered"):
            do_rename(history, watching)
        while history.recovering:
            history.recover(0.0)
        history.rename("deepseek", NEW, watching.state, watching.now)

    assert not [line for line in all_of(path) if "'deepseek'" in line or '"deepseek"' in line]
    with Reader(path) as reader:
        assert {each.result.provider for each in reader.results()} == {NEW, "openai"}
        assert not reader.verify().problems


def test_a_history_says_whom_it_knows(history: History) -> None:
    lived(history)

    assert [history.knows(name) for name in ("deepseek", "openai", NEW)] == [True, True, False]
    assert {OPENAI.provider, WEB.provider} == {"openai", "deepseek"}


def test_what_a_provider_has_spent_today_is_spent_under_its_new_id_too(history: History) -> None:
    do_rename(history, lived(history))

    assert history.spent(NEW, "tiny", TODAY).today_usd == 0.01
    assert history.spent("deepseek", "tiny", TODAY).today_usd == 0
