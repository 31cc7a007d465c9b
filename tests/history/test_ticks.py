"""A tick is a note that comes after the last one of its item, whatever the clock says."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from history.watching import Watching, go_down, never_stamped
from trayuptime.core.notes import UnfitNoteError
from trayuptime.core.renaming import renamed
from trayuptime.core.ticks import Tick, standing, ticks_of
from trayuptime.history import History, HistoryError, Reader, UnknownIncidentError


@pytest.fixture
def down(history: History) -> Watching:
    """Incident 1 lasts."""
    watching = Watching()
    go_down(watching, history)
    return watching


def ticks_in(path: Path) -> tuple[Tick, ...]:
    with Reader(path) as reader:
        return ticks_of(reader.notes())


def test_a_tick_is_kept_with_its_incident_and_taken_back(
    path: Path, history: History, down: Watching
) -> None:
    history.tick(1, Tick("Tell Anna", True, down.now, "Kim"))
    history.tick(1, Tick("tell  anna", False, down.now + 5))

    assert ticks_in(path) == (
        Tick("Tell Anna", True, down.now, "Kim"),
        Tick("tell anna", False, down.now + 5),
    )


def test_what_stands_so_already_is_not_written_again(path: Path, history: History, down: Watching) -> None:
    history.tick(1, Tick("a", False, down.now))
    for n in range(3):
        history.tick(1, Tick("a", True, down.now + n))

    assert ticks_in(path) == (Tick("a", True, down.now),)


@pytest.mark.parametrize("step", [0, -3_600_000])
def test_the_last_word_is_the_last_also_where_the_clock_was_set_back(
    path: Path, history: History, down: Watching, step: int
) -> None:
    for n, done in enumerate((True, False, True, False)):
        history.tick(1, Tick("a", done, down.now + n * step))

    ticks = ticks_in(path)
    assert [tick.done for tick in ticks] == [True, False, True, False]
    assert [tick.at for tick in ticks] == [down.now + n for n in range(4)]
    assert standing(ticks)["a"] == ticks[-1]


def test_items_and_incidents_are_ticked_apart(path: Path, history: History, down: Watching) -> None:
    down.cycle(history)
    for _ in range(30):
        down.cycle(history)
    go_down(down, history)

    history.tick(1, Tick("a", True, down.now))
    history.tick(1, Tick("b", True, down.now))
    history.tick(2, Tick("a", True, down.now))

    with Reader(path) as reader:
        starts = [note.started_at for note in reader.notes()]
        incidents = [incident.started_at for incident in reader.incidents()]
    assert starts == [incidents[0], incidents[0], incidents[1]]


def test_a_tick_of_no_incident_or_of_nothing_is_refused(path: Path, history: History, down: Watching) -> None:
    with pytest.raises(UnknownIncidentError, match=r"There is no incident 9\."):
        history.tick(9, Tick("a", True, down.now))
    with pytest.raises(UnfitNoteError, match="U\\+001B"):
        history.tick(1, Tick("\x1b", True, down.now))

    assert ticks_in(path) == ()


def test_a_history_that_cannot_be_written_takes_no_tick(path: Path, history: History, down: Watching) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError):
            history.tick(1, Tick("a", True, down.now))
        other.execute("ROLLBACK")

    history.tick(1, Tick("a", True, down.now))
    assert ticks_in(path) == (Tick("a", True, down.now),)


def test_a_renamed_provider_goes_on_with_its_ticks(path: Path, history: History, down: Watching) -> None:
    history.tick(1, Tick("a", True, down.now))
    history.rename("deepseek", "ds", renamed(down.state, "deepseek", "ds"), down.now)

    history.tick(1, Tick("a", False, down.now))

    with Reader(path) as reader:
        assert [(note.provider, note.text) for note in reader.notes()] == [("ds", "[x] a"), ("ds", "[ ] a")]


def test_ticks_are_on_the_disk_when_they_are_told(path: Path, history: History, down: Watching) -> None:
    history.tick(1, Tick("a", True, down.now))
    history.close()

    again = History.open(path, never_stamped)
    again.tick(1, Tick("a", True, down.now + 1))
    again.close()

    assert ticks_in(path) == (Tick("a", True, down.now),)
