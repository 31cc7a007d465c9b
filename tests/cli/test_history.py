"""`history`: where the store is, whether it is sound, how small it can be, and another machine's in it."""

import errno
import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cli.house import House, section
from hostile import Hostile
from trayuptime.history.pages import Pages

SOUND = Path(__file__).parents[1] / "history" / "fixtures" / "schema-6.db"


@pytest.fixture
def file(house: House) -> Path:
    path = house.root / "data" / "history.db"
    path.parent.mkdir(parents=True)
    shutil.copy(SOUND, path)
    return path


def _doctor(house: House) -> dict[str, Any]:
    """What it says of the history."""
    checks = house.run("doctor", "--json").json["checks"]
    return next(check for check in checks if check["name"] == "history")


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
    assert f"{file} is sound: 444 results" in done.out
    assert "21 hours and days are the sums of their results" in done.out


LOOSE = "WHERE id = (SELECT min(id) FROM packed WHERE loose)"
WRONG = {
    "UPDATE packed SET body = substr(body, 1, 40) WHERE id = (SELECT min(id) FROM packed)": "damaged",
    f"UPDATE packed SET results = results + 1 {LOOSE}": "not those of their row",
    f"UPDATE packed SET last_at = last_at + 1 {LOOSE}": "other results at its ends",
    f"UPDATE packed SET until = until + 7200000 {LOOSE}": "two rows hold the same time",
    "UPDATE day SET up = up - 1, down = down + 1, strip = NULL WHERE number % 1024 = 2": "does not add up",
    "UPDATE day SET results = results + 1 WHERE number % 1024 = 1": "its day is not the sum",
    "UPDATE hour SET latencies = x'00' WHERE number % 1024 = 1": "latencies are damaged",
    "UPDATE hot SET body = substr(body, 2) WHERE id = (SELECT max(id) FROM hot)": "recent results is damaged",
    "UPDATE incident SET body = '{}'": "a row of incident",
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


@pytest.mark.parametrize(
    "wrong",
    [
        "UPDATE day SET up = up - 1, down = down + 1, strip = NULL WHERE number % 1024 = 2",
        "UPDATE hour SET latencies = x'00'",
        "UPDATE day SET strip = x'000000' WHERE number % 1024 = 1",
    ],
)
def test_a_sum_that_is_wrong_is_worked_out_again(house: House, file: Path, wrong: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(wrong)

    found = house.run("history", "verify")
    again = house.run("history", "verify")

    assert found.code == 1
    assert "worked out again now" in found.out
    assert "set aside" not in found.out
    assert (again.code, "is sound: 444 results" in again.out) == (0, True)


def test_a_running_engine_works_it_out_again(house: House, file: Path, vendor: Hostile) -> None:
    house.write(section("a", vendor.port), polling='interval = "60s"')
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE day SET results = results + 1")
    with house.engine() as engine:
        engine.event("result", "a")
        found = house.program("history", "verify")
        again = house.program("history", "verify")
        assert engine.end() == 0

    assert (found.code, again.code) == (1, 0), again.out + found.err
    assert "worked out again now" in found.out


def test_a_damaged_page_is_named(house: House, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'gap'").fetchone()
    with file.open("r+b") as spoiled:
        spoiled.seek((page - 1) * 4096)
        spoiled.write(b"\xde\xad" * 2048)

    done = house.run("history", "verify")

    assert done.code == 1
    assert "damaged" in done.out + done.err
    assert "What can be recovered of it: " in done.out + done.err


def test_what_is_lost_of_a_damaged_history_is_counted(house: House, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'packed'").fetchone()
    with closing(Pages(file)) as pages:
        leaves = pages.walk(root, set()).leaves
    with file.open("r+b") as spoiled:
        for page in leaves:
            spoiled.seek((page - 1) * 4096)
            spoiled.write(b"\xde\xad" * 2048)

    done = house.run("history", "verify")

    assert done.code == 1
    assert re.search(r"Missing: results of at least \d days? of 3 surfaces", done.out + done.err)


def test_when_something_is_wrong_is_a_date(house: House, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE day SET results = results + 1 WHERE number % 1024 = 1")

    done = house.run("history", "verify")

    assert re.search(r"api from 20\d\d-\d\d-\d\d 00:00 UTC: its day is not the sum", done.out)


# Another machine's


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    path = tmp_path / "laptop.db"
    shutil.copy(SOUND, path)
    return path


def test_another_machines_history_is_taken_over(house: House, theirs: Path) -> None:
    done = house.run("history", "merge", str(theirs))

    assert done.code == 0
    assert f"Taken over from {theirs}: 444 results and 1 incident." in done.out
    assert theirs.read_bytes() == SOUND.read_bytes()
    sound = house.run("history", "verify")
    assert (sound.code, "is sound: 444 results" in sound.out) == (0, True)


def test_merged_once_more_it_changes_nothing(house: House, theirs: Path) -> None:
    house.run("history", "merge", str(theirs))
    before = house.run("export").out

    done = house.run("history", "merge", str(theirs))

    assert done.code == 0
    assert "nothing. Already here: 444 results." in done.out
    assert house.run("export").out == before


def test_what_is_no_history_is_refused(house: House, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("milk, bread")

    for name in (text, tmp_path / "nowhere.db", tmp_path):
        done = house.run("history", "merge", str(name))
        assert done.code == 1
        assert str(name) in done.err
        assert "Nothing was merged." in done.err


def test_our_own_is_refused(house: House, file: Path) -> None:
    done = house.run("history", "merge", str(file))

    assert done.code == 1
    assert "this very history" in done.err


def test_a_running_engine_takes_it_over_itself(house: House, theirs: Path, vendor: Hostile) -> None:
    house.write(section("a", vendor.port))
    with house.engine() as engine:
        engine.event("result", "a")
        done = house.program("history", "merge", str(theirs))
        engine.event("result", "a")
        assert engine.end() == 0

    assert done.code == 0, done.err
    assert "444 results and 1 incident." in done.out
    assert '"event":"down"' not in engine.rest()
    sound = house.run("history", "verify")
    assert sound.code == 0, sound.out


# Its size


def test_a_history_that_is_not_there_is_small_enough(house: House) -> None:
    done = house.run("history", "compact")

    assert done.code == 0
    assert "no history yet" in done.out


def test_what_is_free_in_it_is_given_back(house: House, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE waste AS SELECT zeroblob(2000000) AS body")
        connection.execute("DROP TABLE waste")

    done = house.run("history", "compact")

    assert done.code == 0
    assert re.search(r"history\.db: 2\.\d MB before, 0\.1 MB now", done.out)
    assert file.stat().st_size < 200_000
    assert "is sound: 444 results" in house.run("history", "verify").out


def test_what_a_command_finds_damaged_is_told(house: House, file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])

    done = house.run("history", "compact")

    assert done.code == 0
    assert "The history was damaged" in done.err
    told = re.search(r"kept as (\S+history\.db\.damaged-\d{8}T\d{6}Z)\.", done.err)
    assert told is not None
    assert Path(told[1]).exists()


TORN = "UPDATE packed SET body = substr(body, 1, 40) WHERE id = (SELECT min(id) FROM packed)"


@pytest.mark.parametrize("command", [("export",), ("history", "verify")])
def test_damage_that_a_command_reads_is_healed_by_the_next_that_writes(
    house: House, file: Path, command: tuple[str, ...]
) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(TORN)
    assert _doctor(house)["ok"]

    assert house.run(*command).code != 0
    assert not _doctor(house)["ok"]
    assert "quit and start the watcher" in _doctor(house)["advice"].lower()
    healed = house.run("history", "compact")

    assert "The history was damaged" in healed.err
    assert _doctor(house)["ok"]
    assert house.run(*command).code == 0


def test_sums_are_worked_out_again_before_a_damaged_file_is_set_aside(house: House, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(TORN)
        connection.execute("UPDATE hour SET latencies = x'00'")

    found = house.run("history", "verify")

    assert found.code == 1
    assert "worked out again now" in found.out
    assert "when the watcher starts next" in found.out
    assert not list(file.parent.glob("*.damaged-*"))
    assert "The history was damaged" in house.run("history", "compact").err


def test_a_folder_that_nobody_may_look_into_is_a_sentence(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_there = Path.exists

    def denied(path: Path) -> bool:
        if path.name != "history.db":
            return is_there(path)
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    house.write(section("a", 1))
    monkeypatch.setattr(Path, "exists", denied)

    for code, *command in (
        (2, "uptime"),
        (2, "export"),
        (2, "incidents"),
        (2, "status"),
        (1, "history", "verify"),
    ):
        done = house.run(*command)
        assert done.code == code, command
        assert "history.db cannot be looked at: Permission denied." in done.err
    assert "cannot be looked at: Permission denied" in house.run("doctor").out
    merged = house.run("history", "merge", str(SOUND))
    assert merged.code == 1
    assert "Permission denied. Nothing was merged." in merged.err


def test_a_history_of_a_newer_version_is_no_outage_for_an_import(house: House, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    lines = house.root / "lines.jsonl"
    lines.write_text('{"at": "2026-09-01T09:00:00Z", "provider": "p", "surface": "api", "reason": "ok"}\n')

    assert house.run("import", str(lines)).code == 2
    assert house.run("history", "compact").code == 1


def test_a_running_engine_compacts_its_own(house: House, vendor: Hostile, file: Path) -> None:
    house.write(section("a", vendor.port), polling='interval = "60s"')
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE waste AS SELECT zeroblob(2000000) AS body")
        connection.execute("DROP TABLE waste")
    with house.engine() as engine:
        engine.event("result", "a")
        done = house.program("history", "compact")
        assert engine.end() == 0

    assert done.code == 0, done.err
    assert file.stat().st_size < 300_000
