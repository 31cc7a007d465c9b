"""Notes lie beside their incidents, durably, once, and in every way that the file takes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from disks import small_disk
from history.watching import DEEPSEEK, START, Watching, go_down, never_stamped
from trayuptime.core.model import Instant, Note, Surface
from trayuptime.core.renaming import renamed
from trayuptime.history import History, HistoryError, Reader, UnknownIncidentError
from trayuptime.history.notes import write
from trayuptime.history.recover import Recovery

NEW = "ds"


@pytest.fixture
def down(history: History) -> Watching:
    """Incident 1 lasts."""
    watching = Watching()
    watching.cycle(history)
    go_down(watching, history)
    return watching


def notes_in(path: Path) -> list[Note]:
    with Reader(path) as reader:
        return reader.notes()


def test_a_note_names_its_incident_by_surface_and_start(path: Path, history: History, down: Watching) -> None:
    incident = down.state.surface(DEEPSEEK).incident
    assert incident is not None

    history.note(incident.id, "We called them.", down.now)

    assert notes_in(path) == [Note("deepseek", Surface.API, incident.started_at, down.now, "We called them.")]


def test_the_same_note_twice_is_one(path: Path, history: History, down: Watching) -> None:
    for text in ("one", "one", "two"):
        history.note(1, text, down.now)

    assert [note.text for note in notes_in(path)] == ["one", "two"]


@pytest.mark.parametrize("number", [2, 0, -1, 1 << 70, -(1 << 70)])
def test_an_unknown_incident_gets_none(path: Path, history: History, down: Watching, number: int) -> None:
    with pytest.raises(UnknownIncidentError, match=f"There is no incident {number}."):
        history.note(number, "x", down.now)

    assert notes_in(path) == []


def test_the_watcher_goes_on_as_if_nothing_had_been_noted(
    path: Path, history: History, down: Watching
) -> None:
    history.note(1, "x", down.now)
    down.cycle(history)
    history.note(1, "y", down.now)
    history.close()

    again = History.open(path, never_stamped)
    again.note(1, "z", down.now)
    again.close()
    assert [note.text for note in notes_in(path)] == ["x", "y", "z"]
    with Reader(path) as reader:
        assert len(list(reader.results())) == 6 * 3
        assert reader.verify().problems == []


def test_a_history_that_cannot_be_written_takes_none(path: Path, history: History, down: Watching) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HistoryError):
            history.note(1, "x", down.now)
        other.execute("ROLLBACK")

    history.note(1, "y", down.now)
    assert [note.text for note in notes_in(path)] == ["y"]


def test_on_a_full_disk_a_note_is_refused_and_nothing_else_is_lost(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small") as disk:
        history = History.open(disk.path, never_stamped)
        watching = Watching()
        go_down(watching, history)
        disk.fill()
        texts = [f"{n} " + "x" * 1_900 for n in range(20)]
        refused = [text for text in texts if not _is_noted(history, text, watching.now)]
        disk.free()
        for text in refused:
            history.note(1, text, watching.now)
        watching.cycle(history)
        history.close()

        assert refused
        assert sorted(note.text for note in notes_in(disk.path)) == sorted(texts)
        with Reader(disk.path) as reader:
            assert reader.verify().problems == []


def _is_noted(history: History, text: str, at: Instant) -> bool:
    try:
        history.note(1, text, at)
    except HistoryError:
        return False
    return True


def test_a_note_of_no_surface_is_found_by_verify(path: Path, history: History, down: Watching) -> None:
    history.note(1, "x", down.now)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE note SET surface = 'toaster'")

    with Reader(path) as reader:
        assert reader.verify().problems == ["a row of note cannot be read: 'toaster' is not a valid Surface"]


def test_a_renamed_provider_keeps_its_notes(path: Path, history: History, down: Watching) -> None:
    history.note(1, "mine", down.now)

    down.state = renamed(down.state, "deepseek", NEW)
    history.rename("deepseek", NEW, down.state, down.now)

    with Reader(path) as reader:
        (note,), (incident,) = reader.notes(), reader.incidents()
    assert (note.provider, note.text) == (NEW, "mine")
    assert (note.provider, note.surface, note.started_at) == (NEW, incident.surface, incident.started_at)


def test_of_two_notes_that_a_rename_makes_one_one_stays(path: Path, history: History, down: Watching) -> None:
    with history._transaction(synced=True) as connection:
        write(
            connection,
            [
                Note(name, Surface.API, START, START, text)
                for name in ("deepseek", NEW)
                for text in ("a", name)
            ],
        )

    history.rename("deepseek", NEW, renamed(down.state, "deepseek", NEW), down.now)

    assert sorted((note.provider, note.text) for note in notes_in(path)) == [
        (NEW, "a"),
        (NEW, "deepseek"),
        (NEW, NEW),
    ]


def test_notes_are_taken_over_from_a_damaged_file(path: Path, history: History, down: Watching) -> None:
    many = [Note("deepseek", Surface.API, START, START + n, f"{n} " + "x" * 1_900) for n in range(200)]
    with history._transaction(synced=True) as connection:
        write(connection, many)
    history.close()
    fresh = path.with_name("fresh.db")
    History.open(fresh, never_stamped).close()

    with closing(sqlite3.connect(fresh, isolation_level=None)) as into:
        recovery = Recovery(path, into)
        recovery.first()
        write(into, [Note("deepseek", Surface.API, START, START, "new")])
        while not recovery.done:
            recovery.step(1.0)
        recovery.close()

    assert sorted(note.text for note in notes_in(fresh)) == sorted(["new", *(note.text for note in many)])
