"""`history`: where the store is, and whether it is sound."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli.house import House

SOUND = Path(__file__).parents[1] / "history" / "fixtures" / "schema-5.db"


@pytest.fixture
def file(house: House) -> Path:
    path = house.root / "data" / "history.db"
    path.parent.mkdir(parents=True)
    shutil.copy(SOUND, path)
    return path


def test_path_says_where_it_is_whether_or_not_it_is_there(house: House) -> None:
    done = house.run("history", "path")

    assert (done.code, done.out.strip()) == (0, str(house.root / "data" / "history.db"))


def test_nothing_is_wrong_with_a_history_that_is_not_there(house: House) -> None:
    done = house.run("history", "verify")

    assert done.code == 0
    assert "no history yet" in done.out


def test_a_sound_history_is_told_with_its_size(house: House, file: Path) -> None:
    done = house.run("history", "verify")

    assert done.code == 0
    assert f"{file} is sound: 372 results" in done.out
    assert "66 hours and days are the sums of their results" in done.out


LOOSE = "WHERE id = (SELECT min(id) FROM packed WHERE loose)"
WRONG = {
    "UPDATE packed SET body = substr(body, 1, 40) WHERE id = (SELECT min(id) FROM packed)": "damaged",
    f"UPDATE packed SET results = results + 1 {LOOSE}": "not those of their row",
    f"UPDATE packed SET last_at = last_at + 1 {LOOSE}": "other results at its ends",
    f"UPDATE packed SET until = until + 7200000 {LOOSE}": "two rows hold the same time",
    "UPDATE day SET up = up - 1, down = down + 1, strip = NULL WHERE number % 1024 = 2": "not the sum",
    "UPDATE day SET results = results + 1 WHERE number % 1024 = 1": "its day is not the sum",
    "UPDATE hour SET latencies = x'00' WHERE number % 1024 = 1": "latencies are damaged",
    "UPDATE hot SET body = substr(body, 2) WHERE id = (SELECT max(id) FROM hot)": "recent results is damaged",
    "UPDATE incident SET body = '{}'": "incident 1 cannot be read",
    "UPDATE snapshot SET body = x'00'": "the last state cannot be read",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_whatever_is_wrong_is_named(house: House, file: Path, wrong: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(wrong)

    done = house.run("history", "verify")

    assert done.code == 1
    assert WRONG[wrong] in done.out
    assert str(file) in done.out


def test_a_damaged_page_is_named(house: House, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'gap'").fetchone()
    with file.open("r+b") as spoiled:
        spoiled.seek((page - 1) * 4096)
        spoiled.write(b"\xde\xad" * 2048)

    done = house.run("history", "verify")

    assert done.code == 1
    assert "damaged" in done.out + done.err
