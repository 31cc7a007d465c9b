"""`export`: one moment of the history, as lines, as a table for spreadsheets, and as Parquet."""

import json
import os
import pty
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import polars as pl
import pyarrow.parquet as pq
import pytest

from cli.house import PATIENCE_S, PROGRAM, House
from history.watching import DEEPSEEK, OPENAI, START, Watching, a_result, never_stamped
from runtime.exported import DAY_MS, MINUTE, NOTE, record, rows_of
from trayuptime.core import contract
from trayuptime.core.model import (
    Gap,
    GapCause,
    Switch,
)
from trayuptime.core.reasons import Reason
from trayuptime.core.state import GapSeen, Settled, Switched
from trayuptime.history import History, Reader
from trayuptime.runtime.export_table import NAMES


@pytest.fixture
def kept(house: House) -> House:
    """A history with a line of every kind in it."""
    path = house.root / "data" / "history.db"
    path.parent.mkdir()
    record(path)
    return house


def _lines(house: House, *more: str) -> list[dict[str, Any]]:
    ran = house.run("export", *more)
    assert (ran.code, ran.err) == (0, "")
    return ran.lines


def _results(house: House) -> list[dict[str, Any]]:
    return [line for line in _lines(house) if "reason" in line]


def _told(line: dict[str, Any]) -> str:
    """A line in a word and the minute of its beginning."""
    at = line["incident"]["started_at"] if "incident" in line else line["at"]
    minute = (datetime.fromisoformat(at).timestamp() * 1000 - START) / MINUTE
    kind = next(name for name in ("gap", "incident", "switch", "note", "reason") if name in line)
    return f"{kind} {minute:.0f}"


# What is in it


def test_every_kind_of_line_in_the_order_of_time(kept: House) -> None:
    assert list(map(_told, _lines(kept))) == [
        "gap -1",
        *("reason 0", "reason 1", "incident 1"),
        *("gap 2", "reason 2", "reason 2", "switch 2"),
        *("incident 3", "reason 4", "reason 6", "switch 7", "note 9"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (1, 2, ["reason 1", "incident 1", "note 9"]),
        (5, 6, ["incident 3"]),
        (6, 8, ["incident 3", "reason 6", "switch 7"]),
        (2, 4, ["incident 1", "gap 2", "reason 2", "reason 2", "switch 2", "incident 3", "note 9"]),
        (-5, 0, ["gap -1"]),
        (-5, -1, []),
    ],
)
def test_a_window_holds_what_began_in_it_and_what_overlaps_it(
    kept: House, start: int, end: int, told: list[str]
) -> None:
    window = f"{contract.iso(START + start * MINUTE)}..{contract.iso(START + end * MINUTE)}"

    assert list(map(_told, _lines(kept, "--since", window))) == told


def test_what_was_kept_of_a_failure_comes_with_its_result(kept: House) -> None:
    ok, failed, *_ = _results(kept)
    (row,) = rows_of([failed])

    assert "evidence" not in ok
    assert failed["evidence"] == {
        "detail": "answers 503",
        "excerpt": "<html>overloaded</html>",
        "phases": {"dns_ms": 1.0, "connect_ms": 2.0, "tls_ms": 3.5, "total_ms": 300.125},
    }
    assert (row["detail"], row["request_id"], row["phases"]) == ("answers 503", None, None)


def test_evidence_is_told_of_results_at_rest_too(kept: House) -> None:
    before = _results(kept)
    history = History.open(kept.root / "data" / "history.db", never_stamped)
    while history.tidy(START + 3 * DAY_MS, lambda: 0.0):
        pass
    history.close()

    assert _results(kept) == before
    with Reader(kept.root / "data" / "history.db") as reader, reader.snapshot():
        assert reader._connection.execute("SELECT count(*) FROM hot").fetchone() == (0,)


def test_evidence_that_cannot_be_read_stops_no_export(kept: House) -> None:
    before = _results(kept)
    with closing(sqlite3.connect(kept.root / "data" / "history.db")) as connection, connection:
        connection.execute("UPDATE evidence SET phases = '{', network = '[1]'")
    for line in before:
        line.get("evidence", {}).pop("phases", None)

    assert _results(kept) == before


def test_an_incident_comes_with_the_times_when_it_was_seen(kept: House) -> None:
    (first, second) = [line["incident"] for line in _lines(kept) if "incident" in line]

    assert first["seen"] == [{"since": "2026-03-29T16:01:00.000Z", "until": "2026-03-29T16:05:00.000Z"}]
    assert second["seen"] == []


def test_a_note_is_told_beside_its_incident_and_replay_passes_it_over(kept: House, tmp_path: Path) -> None:
    (note,) = [line for line in _lines(kept) if "note" in line]
    kept.run("export", "deepseek", "-o", str(tmp_path / "all.jsonl"))

    assert note == NOTE
    assert not any("note" in line for line in _lines(kept, "openai"))
    assert kept.run("replay", str(tmp_path / "all.jsonl")).code == 0


def test_one_provider_has_its_own_lines_and_the_gaps_of_everybody(kept: House) -> None:
    assert list(map(_told, _lines(kept, "openai"))) == ["gap -1", "gap 2", "reason 2", "incident 3"]


# One moment


def test_an_export_is_of_one_moment_while_an_engine_writes(house: House) -> None:
    """The program waits for us in mid-export, for a pipe holds less than it has to say."""
    path = house.root / "data" / "history.db"
    path.parent.mkdir()
    history = History.open(path, never_stamped)
    watching = Watching()
    many = 4_000
    for at in range(START, START + many * MINUTE, MINUTE):
        watching.happenings.append(Settled(a_result(OPENAI, Reason.OK, at), proven=False))
    watching.commit(history)

    with _program(house, "export") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        watching.now = START + many * MINUTE
        for _ in range(8):
            watching.cycle(history, {DEEPSEEK: Reason.SERVER_ERROR})
        late = START + (many - 1) * MINUTE + 1
        history.append(
            [
                Settled(a_result(DEEPSEEK, Reason.OK, late), proven=False),
                GapSeen(Gap(late, late + 1, GapCause.ASLEEP)),
                Switched(Switch(late, "openai", "deepseek")),
            ],
            watching.state,
            watching.now,
        )
        told = [json.loads(line) for line in (first, *process.stdout)]
        assert process.wait(PATIENCE_S) == 0
    history.close()

    assert len(told) == many
    assert {line["provider"] for line in told} == {"openai"}
    assert {_told(line).split()[0] for line in _lines(house)} == {"reason", "incident", "gap", "switch"}


def _program(
    house: House, *argv: str, stdout: int | IO[bytes] = subprocess.PIPE
) -> "subprocess.Popen[bytes]":
    environ = {**os.environ, "TRAYUPTIME_HOME": str(house.root)}
    return subprocess.Popen(
        [*PROGRAM, *argv], stdout=stdout, stderr=subprocess.PIPE, env=environ, stdin=subprocess.DEVNULL
    )


def _complaint(process: "subprocess.Popen[bytes]") -> tuple[int, str]:
    assert process.stderr is not None
    said = process.stderr.read().decode()
    return process.wait(PATIENCE_S), said


# The table


def test_a_history_without_lines_is_an_empty_table(kept: House, tmp_path: Path) -> None:
    for name in ("csv", "parquet"):
        assert kept.run("export", "--since", "2020..2021", "-o", str(tmp_path / f"out.{name}")).code == 0

    assert (tmp_path / "out.csv").read_text().splitlines() == [",".join(NAMES)]
    assert pl.read_parquet(tmp_path / "out.parquet").shape == (0, len(NAMES))


def test_without_pyarrow_it_says_how_to_get_it(
    kept: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out.parquet"
    target.write_text("precious")
    monkeypatch.delitem(sys.modules, "trayuptime.runtime.export_parquet", raising=False)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ran = kept.run("export", "-o", str(target))

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == 'Parquet needs pyarrow, which is not installed: pip install "trayuptime[parquet]".\n'
    assert target.read_text() == "precious"
    assert kept.run("export", "--format", "csv").code == 0


# Where it goes


def test_a_format_that_is_named_outranks_the_files_name(kept: House, tmp_path: Path) -> None:
    arguments = ("export", "deepseek", "-o")
    assert kept.run(*arguments, str(tmp_path / "out.csv"), "--format", "jsonl").code == 0

    assert (tmp_path / "out.csv").read_text() == kept.run(*arguments, "-").out


def test_parquet_can_be_piped(kept: House, tmp_path: Path) -> None:
    target = tmp_path / "out.parquet"
    assert kept.run("export", "deepseek", "-o", str(target)).code == 0
    with _program(kept, "export", "deepseek", "--format", "parquet") as process:
        assert process.stdout is not None
        piped = process.stdout.read()
        assert _complaint(process) == (0, "")

    assert piped == target.read_bytes()
    assert pq.read_table(target).num_rows > 0


@pytest.mark.parametrize("name", ["csv", "parquet"])
def test_a_reader_that_has_gone_is_no_mistake(kept: House, name: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as out, _program(kept, "export", "--format", name, stdout=out) as process:
        assert _complaint(process) == (0, "")


def test_parquet_is_not_for_a_terminal(kept: House) -> None:
    ours, theirs = pty.openpty()
    with (
        os.fdopen(ours, "rb", 0),
        os.fdopen(theirs, "wb", 0) as terminal,
        _program(kept, "export", "--format", "parquet", stdout=terminal) as process,
    ):
        ended = _complaint(process)

    assert ended == (2, "A terminal cannot show Parquet: name a file with -o, or pipe it on.\n")


@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet"])
def test_a_full_disk_is_told_and_costs_nothing(kept: House, tmp_path: Path, name: str) -> None:
    """The kernel lets no file grow beyond a limit: as on a full disk, a part can be written."""
    target = tmp_path / "target"
    target.mkdir()
    (target / f"out.{name}").write_text("precious")
    done = subprocess.run(
        ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", *PROGRAM, "export", "-o", str(target / f"out.{name}")],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "TRAYUPTIME_HOME": str(kept.root)},
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{target / f'out.{name}'} cannot be written: File too large.\n"
    assert [(each.name, each.read_text()) for each in target.iterdir()] == [(f"out.{name}", "precious")]


@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet"])
def test_a_device_without_space_is_told(kept: House, name: str) -> None:
    ran = kept.run("export", "--format", name, "-o", "/dev/full")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "/dev/full cannot be written: No space left on device.\n"
    with (
        Path("/dev/full").open("wb") as full,
        _program(kept, "export", "--format", name, stdout=full) as process,
    ):
        assert _complaint(process) == (2, "The output cannot be written: No space left on device.\n")


def test_a_folder_is_no_place_for_an_export(kept: House, tmp_path: Path) -> None:
    ran = kept.run("export", "-o", str(tmp_path))

    assert (ran.code, ran.err) == (2, f"{tmp_path} cannot be written: Is a directory.\n")
