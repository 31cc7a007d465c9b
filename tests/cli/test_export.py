"""`export`: one moment of the history, as lines, as a table for spreadsheets, and as Parquet."""

import csv
import errno
import gc
import io
import json
import os
import pty
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.house import PATIENCE_S, PROGRAM, House
from history.watching import DEEPSEEK, OPENAI, START, WEB, Watching, a_result, never_stamped
from trayuptime.cli import export_parquet, export_table
from trayuptime.cli.export_formats import FORMATS, Writer, told_by, write_csv, write_jsonl
from trayuptime.cli.export_lines import Line, recorded
from trayuptime.cli.export_table import COLUMNS, NAMES, Kind
from trayuptime.core import contract
from trayuptime.core.model import (
    UNKNOWN_NETWORK,
    UNTIMED,
    Gap,
    GapCause,
    Incident,
    IncidentKind,
    Key,
    Level,
    Network,
    Note,
    Phase,
    Phases,
    Reach,
    Result,
    Service,
    Span,
    Surface,
    Switch,
)
from trayuptime.core.reasons import Reason
from trayuptime.core.state import GapSeen, Happening, Settled, State, SurfaceState, Switched
from trayuptime.core.window import Window
from trayuptime.history import History, HistoryError, Reader

MINUTE = 60_000
DAY_MS = 86_400_000
NASTY = Key("-risky", Surface.WEB)
INCIDENT = Incident(
    id=7,
    provider="deepseek",
    surface=Surface.API,
    kind=IncidentKind.OUTAGE,
    started_at=START + MINUTE,
    confirmed_at=START + 2 * MINUTE,
    phases=(Phase(START + MINUTE, Service.DOWN), Phase(START + 3 * MINUTE, Service.DEGRADED)),
    reasons=(Reason.SERVER_ERROR, Reason.OVERLOADED),
    ended_at=START + 5 * MINUTE,
    recoveries=(START + 2 * MINUTE, START + 4 * MINUTE),
    seen=(Span(START + MINUTE, START + 5 * MINUTE),),
    told=IncidentKind.OUTAGE,
    in_maintenance=True,
    acknowledged_at=START + 30_000,
    vendor_last_at=START + 6 * MINUTE,
    vendor_title='=HYPERLINK("http://evil.example", "Störung, \n\ngelöst")',
)
LASTING = Incident(
    id=8,
    provider="openai",
    surface=Surface.API,
    kind=IncidentKind.DEGRADED,
    started_at=START + 3 * MINUTE,
    confirmed_at=START + 4 * MINUTE,
    phases=(Phase(START + 3 * MINUTE, Service.DEGRADED),),
)
NOTE = contract.exported_note(
    Note("deepseek", Surface.API, START + MINUTE, START + 9 * MINUTE, "@vendor: we called them"), 7
)
HAPPENED: tuple[Happening, ...] = (
    Settled(a_result(DEEPSEEK, Reason.OK, START), proven=False),
    Settled(a_result(DEEPSEEK, Reason.SERVER_ERROR, START + MINUTE, latency_ms=0.0), proven=False),
    Settled(
        a_result(DEEPSEEK, Reason.CONNECT_TIMEOUT, START + 2 * MINUTE, latency_ms=None, http_status=None),
        proven=True,
        witness="=api.openai.example:443",
    ),
    Settled(
        a_result(OPENAI, Reason.SLOW, START + 2 * MINUTE, interval_s=3600.5), proven=False, counted=False
    ),
    Settled(
        a_result(WEB, Reason.OK, START + 4 * MINUTE, host="127.0.0.1:8080", reach=Reach.LOOPBACK),
        proven=False,
    ),
    Settled(a_result(NASTY, Reason.OK, START + 6 * MINUTE, level=Level.COMPLETION, host=""), proven=False),
    GapSeen(Gap(START - MINUTE, START + MINUTE, GapCause.APP_OFF)),
    GapSeen(Gap(START + 2 * MINUTE, START + 3 * MINUTE, GapCause.UNPROVEN, OPENAI)),
    Switched(Switch(START + 2 * MINUTE, "deepseek", "-risky")),
    Switched(Switch(START + 7 * MINUTE, "-risky", "deepseek", back=True)),
)


@pytest.fixture
def kept(house: House) -> House:
    """A history with a line of every kind in it."""
    path = house.root / "data" / "history.db"
    path.parent.mkdir()
    history = History.open(path, never_stamped)
    surfaces = {
        DEEPSEEK: SurfaceState(service=Service.UP, previous=INCIDENT),
        OPENAI: SurfaceState(service=Service.DEGRADED, incident=LASTING),
    }
    history.append(HAPPENED, State(surfaces=surfaces), START + 7 * MINUTE)
    history.note(7, NOTE["note"]["text"], START + 9 * MINUTE)
    history.close()
    return house


@pytest.fixture
def lines(kept: House) -> list[Line]:
    """All of it, at a moment at which one incident lasts."""
    with Reader(kept.root / "data" / "history.db") as reader:
        return list(recorded(reader, Window(0), (), START + 10 * MINUTE))


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
    (row,) = _rows([failed])

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


# JSON lines

NAME = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
RESULTS = st.builds(
    Result,
    at=st.integers(0, 32_503_680_000_000 - 1),
    provider=NAME,
    surface=st.sampled_from(Surface),
    reason=st.sampled_from(Reason),
    level=st.sampled_from(Level),
    latency_ms=st.none() | st.floats(0, 1e9) | st.integers(0, 10**6),
    http_status=st.none() | st.integers(100, 599),
    interval_s=st.floats(0.05, 1e6),
    host=NAME,
    reach=st.sampled_from(Reach),
    detail=st.just("") | NAME,
    excerpt=st.just("") | NAME,
    request_id=st.just("") | NAME,
    phases=st.just(UNTIMED) | st.builds(Phases, total_ms=st.floats(0, 1e9)),
    network=st.just(UNKNOWN_NETWORK) | st.builds(Network, proxy=NAME, routes=st.tuples(NAME)),
)
SETTLED = st.builds(Settled, RESULTS, proven=st.booleans(), witness=NAME, counted=st.booleans())


def _written(write: Any, lines: list[Line], **more: Any) -> bytes:
    out = io.BytesIO()
    write(lines, out, **more)
    return out.getvalue()


@given(st.lists(SETTLED, max_size=5))
def test_results_are_written_in_the_bytes_of_pythons_own_json(some: list[Settled]) -> None:
    again = [replace(each, result=replace(each.result, at=each.result.at // 2)) for each in some]
    lines: list[Line] = [*some, *again]
    expected = "".join(
        json.dumps(contract.exported(each), ensure_ascii=False) + "\n" for each in (*some, *again)
    )

    assert _written(write_jsonl, lines).decode() == expected


@pytest.mark.parametrize("line", [{"schema": 1, "incident": contract.incident(INCIDENT, START)}, NOTE])
def test_all_else_is_too(line: contract.Json) -> None:
    assert _written(write_jsonl, [line]).decode() == json.dumps(line, ensure_ascii=False) + "\n"


def test_more_surfaces_and_words_than_are_kept_in_mind_are_no_harm() -> None:
    results = [a_result(Key(f"p{n}", Surface.API), Reason.OK, START + n) for n in range(9_000)]
    lines: list[Line] = [Settled(result, proven=False) for result in results]
    told = [json.loads(line) for line in _written(write_jsonl, lines).splitlines()]

    assert [line["provider"] for line in told] == [f"p{n}" for n in range(9_000)]


# The table


def test_the_columns_are_those_that_are_documented() -> None:
    readme = (Path(__file__).parents[2] / "docs" / "export.md").read_text()
    documented = [row.split("`")[1] for row in readme.splitlines() if row.startswith("| `")]

    assert documented == list(NAMES)


def _in_json(lines: list[Line]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _written(write_jsonl, lines).splitlines()]


def _rows(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [dict(zip(NAMES, export_table.row(line), strict=True)) for line in lines]


def test_a_row_of_each_kind(kept: House) -> None:
    rows = _rows(_lines(kept))
    first = {row["type"]: {k: v for k, v in row.items() if v is not None} for row in reversed(rows)}

    assert first == {
        "gap": {
            "type": "gap",
            "at": "2026-03-29T15:59:00.000Z",
            "until": "2026-03-29T16:01:00.000Z",
            "cause": "app_off",
        },
        "result": {
            "type": "result",
            "at": "2026-03-29T16:00:00.000Z",
            "provider": "deepseek",
            "surface": "api",
            "reason": "ok",
            "latency_ms": 300.125,
            "http_status": 200,
            "level": "models",
            "interval_s": 30.0,
            "host": "api.deepseek.example:443",
            "reach": "internet",
            "proven": False,
            "counted": True,
        },
        "incident": {
            "type": "incident",
            "at": "2026-03-29T16:01:00.000Z",
            "until": "2026-03-29T16:05:00.000Z",
            "provider": "deepseek",
            "surface": "api",
            "incident": 7,
            "started_at": "2026-03-29T16:01:00.000Z",
            "kind": "outage",
            "confirmed_at": "2026-03-29T16:02:00.000Z",
            "duration_s": 240.0,
            "downtime_s": 120.0,
            "phases": "2026-03-29T16:01:00.000Z down; 2026-03-29T16:03:00.000Z degraded",
            "reasons": "server_error; overloaded",
            "recoveries": "2026-03-29T16:02:00.000Z; 2026-03-29T16:04:00.000Z",
            "in_maintenance": True,
            "vendor_acknowledged_at": "2026-03-29T16:00:30.000Z",
            "vendor_last_word_at": "2026-03-29T16:06:00.000Z",
            "vendor_title": INCIDENT.vendor_title,
            "detection_lead_s": -30.0,
        },
        "switch": {
            "type": "switch",
            "at": "2026-03-29T16:02:00.000Z",
            "provider": "deepseek",
            "to": "-risky",
            "back": False,
        },
        "note": {
            "type": "note",
            "at": "2026-03-29T16:09:00.000Z",
            "provider": "deepseek",
            "surface": "api",
            "incident": 7,
            "started_at": "2026-03-29T16:01:00.000Z",
            "text": "@vendor: we called them",
        },
    }


def _in_csv(column: export_table.Column, cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case str() if column.kind is Kind.TEXT and cell[:1] in {"=", "+", "-", "@", "\t", "\r"}:
            return f"'{cell}"
        case _:
            return str(cell)


def test_csv_is_the_same_row_by_row(lines: list[Line]) -> None:
    written = _written(write_csv, lines).decode()
    head, *rows = csv.reader(io.StringIO(written, newline=""), strict=True)

    assert head == list(NAMES)
    assert rows == [
        [_in_csv(column, cell) for column, cell in zip(COLUMNS, row.values(), strict=True)]
        for row in _rows(_in_json(lines))
    ]


def test_csv_is_that_of_rfc_4180(kept: House) -> None:
    written = _written(write_csv, [{"schema": 1, "incident": contract.incident(INCIDENT, START)}, NOTE])

    assert written.endswith(b"\r\n")
    assert b'"\'=HYPERLINK(""http://evil.example"", ""St\xc3\xb6rung, \n\ngel\xc3\xb6st"")"' in written
    assert written.count(b"\r\n") == 3
    assert b",'@vendor: we called them,,\r\n" in written
    assert b",-30.0," in written


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'quoted", "a=1", ""])
def test_no_text_is_a_formula(text: str) -> None:
    line = {**NOTE, "note": {**NOTE["note"], "text": text}}
    head, row = csv.reader(io.StringIO(_written(write_csv, [line]).decode(), newline=""))
    cell = dict(zip(head, row, strict=True))["text"]

    assert cell == (f"'{text}" if text and text[0] in "=+-@\t\r" else text)


# Parquet


@pytest.fixture
def parquet(lines: list[Line], tmp_path: Path) -> Path:
    target = tmp_path / "out.parquet"
    target.write_bytes(_written(FORMATS["parquet"].write, lines))
    return target


def _expected(lines: list[Line]) -> list[dict[str, Any]]:
    """The rows with times as Python has them."""
    return [
        {
            column.name: datetime.fromisoformat(cell) if column.kind is Kind.TIME and cell else cell
            for column, cell in zip(COLUMNS, row.values(), strict=True)
        }
        for row in _rows(_in_json(lines))
    ]


def test_pyarrow_reads_the_same_row_by_row(lines: list[Line], parquet: Path) -> None:
    assert pq.read_table(parquet).to_pylist() == _expected(lines)


def test_polars_reads_the_same_row_by_row(lines: list[Line], parquet: Path) -> None:
    assert pl.read_parquet(parquet).rows(named=True) == _expected(lines)


def test_duckdb_reads_the_same_row_by_row(lines: list[Line], parquet: Path) -> None:
    cells = ", ".join(
        f'epoch_ms("{c.name}") AS "{c.name}"' if c.kind is Kind.TIME else f'"{c.name}"' for c in COLUMNS
    )
    expected = [
        tuple(round(cell.timestamp() * 1000) if isinstance(cell, datetime) else cell for cell in row.values())
        for row in _expected(lines)
    ]

    assert _asked_of_duckdb(f"SELECT {cells} FROM '{parquet}'") == expected
    assert [name for name, *_ in _asked_of_duckdb(f"DESCRIBE FROM '{parquet}'")] == list(NAMES)


def _asked_of_duckdb(query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as database:
        found: list[tuple[Any, ...]] = database.execute(query).fetchall()
    return found


def test_duckdb_can_reckon_with_it(parquet: Path) -> None:
    query = f"""
        SELECT provider, count(*), count(*) FILTER (reason = 'ok')
        FROM '{parquet}' WHERE type = 'result' AND "at" >= '2026-03-29T16:01:00Z' GROUP BY 1 ORDER BY 1
    """

    assert _asked_of_duckdb(query) == [("-risky", 1, 1), ("deepseek", 3, 1), ("openai", 1, 0)]


def test_the_types_of_the_columns(parquet: Path) -> None:
    types = {field.name: field.type for field in pq.read_schema(parquet)}

    assert list(types) == list(NAMES)
    assert types["at"] == types["until"] == types["confirmed_at"] == pa.timestamp("ms", tz="UTC")
    assert types["type"] == types["reason"] == types["surface"] == pa.dictionary(pa.int8(), pa.string())
    assert types["latency_ms"] == types["downtime_s"] == pa.float64()
    assert (types["provider"], types["http_status"], types["counted"]) == (
        pa.string(),
        pa.int64(),
        pa.bool_(),
    )


def test_rows_are_written_in_groups(tmp_path: Path) -> None:
    lines: list[Line] = [
        Settled(a_result(OPENAI, Reason.OK if n < 7_000 else Reason.OVERLOADED, START + n), proven=False)
        for n in range(14_500)
    ]
    target = tmp_path / "out.parquet"
    target.write_bytes(_written(export_parquet.write_parquet, lines, group=7_000))
    file = pq.ParquetFile(target)

    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [7_000, 7_000, 500]
    assert pl.read_parquet(target)["reason"].to_list() == ["ok"] * 7_000 + ["overloaded"] * 7_500


WRITERS: dict[str, Writer] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "parquet": partial(export_parquet.write_parquet, group=2_000),
}


@pytest.mark.parametrize("name", WRITERS)
def test_lines_are_written_while_more_are_to_come(name: str) -> None:
    out = io.BytesIO()
    settled = Settled(a_result(OPENAI, Reason.OK, START), proven=False)

    def lines() -> Iterator[Line]:
        for _ in range(2_001):
            yield settled
        assert out.tell() > 1_000
        yield settled

    WRITERS[name](lines(), out)


class _Full(io.RawIOBase):
    """Takes so much and no more."""

    room = 10_000

    def write(self, data: Any) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return len(data)


@pytest.mark.parametrize("name", WRITERS)
def test_what_goes_wrong_in_the_middle_is_told(name: str) -> None:
    lines: list[Line] = [
        Settled(a_result(OPENAI, Reason.OK, START + n, latency_ms=n * 1.1), proven=False)
        for n in range(9_000)
    ]
    with pytest.raises(OSError, match="No space left"):
        WRITERS[name](iter(lines), cast(BinaryIO, _Full()))


def test_what_breaks_off_does_not_look_whole() -> None:
    """pyarrow would write the end of a file also when its writer is merely collected."""
    out = io.BytesIO()

    def lines() -> Iterator[Line]:
        for n in range(2_001):
            yield Settled(a_result(OPENAI, Reason.OK, START + n), proven=False)
        raise HistoryError("damaged")

    with suppress(HistoryError):
        export_parquet.write_parquet(lines(), out, group=2_000)
    gc.collect()

    assert out.getvalue().startswith(b"PAR1")
    assert not out.getvalue().endswith(b"PAR1")


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
    monkeypatch.delitem(sys.modules, "trayuptime.cli.export_parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ran = kept.run("export", "-o", str(target))

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == 'Parquet needs pyarrow, which is not installed: pip install "trayuptime[parquet]".\n'
    assert target.read_text() == "precious"
    assert kept.run("export", "--format", "csv").code == 0


# Where it goes


@pytest.mark.parametrize(
    ("name", "told"),
    [
        *(("a.jsonl", "jsonl"), ("a.ndjson", "jsonl"), ("a.csv", "csv"), ("a.parquet", "parquet")),
        *(("a.pq", "parquet"), ("A.CSV", "csv"), ("a", None), ("a.txt", None), (".csv", None)),
    ],
)
def test_a_files_name_tells_the_format(name: str, told: str | None) -> None:
    assert told_by(Path(name)) == told


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
