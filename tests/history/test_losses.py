"""Of a damaged history it is said what is missing: as much as anything that is left tells, and never more."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from history.watching import DEEPSEEK, OPENAI, START, WEB, Watching, never_stamped
from trayuptime.core.model import Rules
from trayuptime.core.reasons import Reason
from trayuptime.history import History, Reader, dates, files, recover
from trayuptime.history.losses import Losses
from trayuptime.history.pages import Pages

DAY_MS = 86_400_000
MIDNIGHT = START // DAY_MS * DAY_MS + DAY_MS
DAYS = 20


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty days of three surfaces, with an outage of an hour on every second; put in order, and closed."""
    path = tmp_path_factory.mktemp("lived") / "history.db"
    watching = Watching(now=MIDNIGHT, rules=Rules(interval_s=600.0, confirm_after=2, recover_after=2))
    with closing(History.open(path, never_stamped)) as history:
        for slot in range(DAYS * 144 + 4):
            watching.now = MIDNIGHT + slot * 600_000 + 300
            fails = slot % 288 in range(60, 66)
            for key in (DEEPSEEK, OPENAI, WEB):
                reason = Reason.SERVER_ERROR if fails and key == DEEPSEEK else Reason.OK
                watching.see(key, reason, interval_s=600.0)
            watching.commit(history)
        while history.tidy(watching.now, lambda: 0.0):
            pass
        history.save(watching.state, watching.now)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")
    return path


@pytest.fixture
def path(lived: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(lived, tmp_path))


def _spoil(path: Path, *names: str) -> None:
    """Noise on every page of tables and indexes that holds rows or entries."""
    with closing(sqlite3.connect(path)) as connection:
        roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_master").fetchall())
    with closing(Pages(path)) as pages:
        spoiled: list[int] = []
        for name in names:
            spoiled += pages.walk(roots[name], set()).leaves or pages.walk_index(roots[name], set()).leaves
    with path.open("r+b") as file:
        for page in spoiled:
            file.seek((page - 1) * 4096)
            file.write(random.Random(page).randbytes(4096))


def _recovered(path: Path) -> str:
    files.set_aside(path, "aside")
    with closing(History.open(path, never_stamped)) as history:
        while history.recovering:
            history.recover(1.0)
        (sentence,) = history.take_news()
    return sentence


def _left(path: Path) -> tuple[int, int]:
    """How many incidents are left, and how many days of the three surfaces have results."""
    with Reader(path) as reader:
        days = {settled.result.at // DAY_MS for settled in reader.results()}
        return len(reader.incidents()), len(days)


def test_incidents_of_which_an_index_alone_still_tells_are_counted(path: Path) -> None:
    _spoil(path, "incident", "transition")

    sentence = _recovered(path)

    assert _left(path) == (0, DAYS + 1)
    assert "Missing: at least 10 incidents." in sentence


def test_where_no_index_tells_of_incidents_their_numbers_do(path: Path) -> None:
    _spoil(path, "incident", "transition", "incident_by_start", "incident_by_end", "incident_by_surface")

    assert "Up to 10 incidents may be missing." in _recovered(path)
    assert "Missing" not in Losses(more=1).sentence()


def test_an_incident_that_comes_back_is_not_missing(path: Path) -> None:
    _spoil(path, "incident", "incident_by_start", "incident_by_end", "incident_by_surface")

    sentence = _recovered(path)

    assert "Of 10 incidents only what was told of them is left." in sentence
    assert "issing" not in sentence


def test_an_incident_that_lasts_is_not_missing(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    watching = Watching()
    with closing(History.open(path, never_stamped)) as history:
        for cycle in range(300):
            watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR if cycle > 250 else Reason.OK})
        history.save(watching.state, watching.now)
    _spoil(path, "incident")

    assert "ncident" not in _recovered(path).replace(str(path), "")


@pytest.mark.parametrize(("witness", "told"), [("packed_by_surface", DAYS), ("day_sums", DAYS - 1)])
def test_days_without_their_results_are_named(path: Path, witness: str, told: int) -> None:
    """The last day is not summed up yet."""
    others = {"packed_by_surface", "day_sums", "day"} - {witness}
    _spoil(path, "packed", *others)

    sentence = _recovered(path)

    assert _left(path) == (10, 1)
    first, last = dates.day(MIDNIGHT), dates.day(MIDNIGHT + (told - 1) * DAY_MS)
    missing = f" Missing: results of at least {told} days of 3 surfaces ({first} to {last}). The damaged"
    assert missing in sentence


def test_where_nothing_tells_of_days_it_is_said_that_nobody_can_tell(path: Path) -> None:
    _spoil(path, "packed", "packed_by_surface", "day_sums", "day")

    assert "Whether results are missing nobody can tell." in _recovered(path)


def test_of_a_whole_file_nothing_is_missing(path: Path) -> None:
    assert "issing" not in _recovered(path)


@pytest.mark.parametrize("seed", range(12))
def test_no_more_is_said_to_be_missing_than_is(path: Path, seed: int) -> None:
    """Noise over a third of the file."""
    size = path.stat().st_size
    chance = random.Random(seed)
    with path.open("r+b") as file:
        file.seek(chance.randrange(4096, size * 2 // 3))
        file.write(chance.randbytes(size // 3))
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as into:
        files.apply(into, files.migrations_to(files.newest_version()))
        with closing(recover.Recovery(path, into)) as recovery:
            recovery.first()
            recovery.step(1e9)
            recovery.last()
            losses = recovery.losses
        incidents = {number for (number,) in into.execute("SELECT id FROM incident")}
        days = set(into.execute("SELECT surface, since / 86400000 * 86400000 FROM packed"))

    assert losses.incidents <= set(range(1, 11)) - incidents
    assert losses.more <= 10 - len(incidents)
    for surface, lost in losses.days.items():
        assert surface in {1, 2, 3}
        assert all(MIDNIGHT - DAY_MS <= day <= MIDNIGHT + DAYS * DAY_MS for day in lost)
        assert not {(surface, day) for day in lost} & days


def test_what_could_be_recovered_is_told_without_doing_it(path: Path) -> None:
    _spoil(path, "incident", "transition")
    before = path.read_bytes()

    said = recover.outlook(path)

    assert said.startswith("What can be recovered of it: ")
    assert said.endswith("Missing: at least 10 incidents.")
    assert path.read_bytes() == before


def test_a_moment_that_damage_has_made_is_no_date_and_no_fault() -> None:
    assert dates.minute(MIDNIGHT + 18_000_000) == "2026-03-30 05:00 UTC"
    assert dates.minute(1 << 60) == f"no date that there is ({1 << 60} ms)"
    assert dates.day(-(1 << 60)) == f"no date that there is ({-(1 << 60)} ms)"
