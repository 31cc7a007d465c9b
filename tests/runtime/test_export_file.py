"""An export as a file: whole or not at all, to the byte what the writer gives, and with how far it is."""

from pathlib import Path

import pytest

from disks import small_disk
from history.watching import OPENAI, START, a_result, never_stamped
from runtime.exported import MINUTE, record
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Settled, State
from trayuptime.core.window import Window
from trayuptime.history import History, Reader
from trayuptime.runtime.dossier_file import UnwritableError
from trayuptime.runtime.export_file import Wanted, export_file
from trayuptime.runtime.export_formats import FORMATS
from trayuptime.runtime.export_lines import LOOKED_EVERY, recorded

NOW = START + 10 * MINUTE
ALL = Wanted(Window(0), (), NOW)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "history.db"
    record(path)
    return path


@pytest.fixture
def long_history(tmp_path: Path) -> tuple[Path, Wanted]:
    """So many results that it is looked at four times on the way, and when the last of them was."""
    path, many = tmp_path / "history.db", 4 * LOOKED_EVERY
    store = History.open(path, never_stamped)
    settled = [Settled(a_result(OPENAI, Reason.OK, START + n * MINUTE), proven=False) for n in range(many)]
    store.append(settled, State(), START + many * MINUTE)
    store.close()
    return path, Wanted(Window(0), (), START + many * MINUTE)


def hears_nothing(_share: float) -> None:
    """Whoever does not want to know."""


@pytest.mark.parametrize("name", ["jsonl", "csv"])
@pytest.mark.parametrize("ids", [(), ("openai",)])
def test_it_holds_what_the_writer_gives(history: Path, tmp_path: Path, name: str, ids: tuple[str]) -> None:
    told, written = tmp_path / "told", tmp_path / f"out.{name}"
    with Reader(history) as reader, told.open("wb") as out:
        FORMATS[name].write(recorded(reader, Window(START), ids, NOW), out)

    export_file(history, Wanted(Window(START), ids, NOW), written, "csv", hears_nothing)

    assert written.read_bytes() == told.read_bytes()
    assert written.stat().st_size > 400


def test_without_an_ending_it_is_of_the_usual_format(history: Path, tmp_path: Path) -> None:
    for name in ("plain", "plain.csv"):
        export_file(history, ALL, tmp_path / name, "csv", hears_nothing)

    assert (tmp_path / "plain").read_bytes() == (tmp_path / "plain.csv").read_bytes()


def test_how_far_it_is_goes_by_time_and_ends_at_the_end(
    long_history: tuple[Path, Wanted], tmp_path: Path
) -> None:
    path, wanted = long_history
    heard: list[float] = []

    export_file(path, wanted, tmp_path / "out.csv", "csv", heard.append)

    assert heard == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_what_is_told_of_nobody_is_gone_through_all_the_same(
    long_history: tuple[Path, Wanted], tmp_path: Path
) -> None:
    path, wanted = long_history
    heard: list[float] = []

    export_file(path, Wanted(wanted.window, ("x",), wanted.now), tmp_path / "x.csv", "csv", heard.append)

    assert len(heard) == 5


class _EnoughError(Exception):
    """Somebody wants no more of it."""


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("name", ["out.csv", "out.jsonl"])
def test_broken_off_it_leaves_nothing_and_what_was_there_before(
    long_history: tuple[Path, Wanted], tmp_path: Path, share: float, name: str
) -> None:
    path, wanted = long_history
    target = tmp_path / "target"
    target.mkdir()
    (target / name).write_text("precious")

    def breaks_off(at: float) -> None:
        if at >= share:
            raise _EnoughError

    with pytest.raises(_EnoughError):
        export_file(path, wanted, target / name, "csv", breaks_off)

    assert [(each.name, each.read_text()) for each in target.iterdir()] == [(name, "precious")]


def test_on_a_full_disk_nothing_is_left_and_a_sentence_told(history: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        disk.fill()
        before = {each.name for each in disk.path.parent.iterdir()}
        with pytest.raises(UnwritableError, match=r"all\.csv cannot be written: "):
            export_file(history, ALL, disk.path.parent / "all.csv", "csv", hears_nothing)

        assert {each.name for each in disk.path.parent.iterdir()} == before
