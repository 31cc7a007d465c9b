"""The formats of an export: lines, a table for spreadsheets, and Parquet."""

import csv
import errno
import gc
import io
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.watching import OPENAI, START, a_result
from runtime.exported import INCIDENT, MINUTE, NOTE, in_json, record, rows_of, written
from trayuptime.core import contract
from trayuptime.core.model import (
    UNKNOWN_NETWORK,
    UNTIMED,
    Key,
    Level,
    Network,
    Phases,
    Reach,
    Result,
    Surface,
)
from trayuptime.core.reasons import Reason
from trayuptime.core.state import Settled
from trayuptime.core.window import Window
from trayuptime.history import HistoryError, Reader
from trayuptime.runtime import export_parquet, export_table
from trayuptime.runtime.export_formats import FORMATS, Writer, told_by, write_csv, write_jsonl
from trayuptime.runtime.export_lines import Line, recorded
from trayuptime.runtime.export_table import COLUMNS, NAMES, Kind


@pytest.fixture
def lines(tmp_path: Path) -> list[Line]:
    """All of a history, at a moment at which one incident lasts."""
    record(tmp_path / "history.db")
    with Reader(tmp_path / "history.db") as reader:
        return list(recorded(reader, Window(0), (), START + 10 * MINUTE))


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


@given(st.lists(SETTLED, max_size=5))
def test_results_are_written_in_the_bytes_of_pythons_own_json(some: list[Settled]) -> None:
    again = [replace(each, result=replace(each.result, at=each.result.at // 2)) for each in some]
    lines: list[Line] = [*some, *again]
    expected = "".join(
        json.dumps(contract.exported(each), ensure_ascii=False) + "\n" for each in (*some, *again)
    )

    assert written(write_jsonl, lines).decode() == expected


@pytest.mark.parametrize("line", [{"schema": 1, "incident": contract.incident(INCIDENT, START)}, NOTE])
def test_all_else_is_too(line: contract.Json) -> None:
    assert written(write_jsonl, [line]).decode() == json.dumps(line, ensure_ascii=False) + "\n"


def test_more_surfaces_and_words_than_are_kept_in_mind_are_no_harm() -> None:
    results = [a_result(Key(f"p{n}", Surface.API), Reason.OK, START + n) for n in range(9_000)]
    lines: list[Line] = [Settled(result, proven=False) for result in results]
    told = [json.loads(line) for line in written(write_jsonl, lines).splitlines()]

    assert [line["provider"] for line in told] == [f"p{n}" for n in range(9_000)]


# The table


def test_the_columns_are_those_that_are_documented() -> None:
    readme = (Path(__file__).parents[2] / "docs" / "export.md").read_text()
    documented = [row.split("`")[1] for row in readme.splitlines() if row.startswith("| `")]

    assert documented == list(NAMES)


def test_a_row_of_each_kind(lines: list[Line]) -> None:
    rows = rows_of(in_json(lines))
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
    told = written(write_csv, lines).decode()
    head, *rows = csv.reader(io.StringIO(told, newline=""), strict=True)

    assert head == list(NAMES)
    assert rows == [
        [_in_csv(column, cell) for column, cell in zip(COLUMNS, row.values(), strict=True)]
        for row in rows_of(in_json(lines))
    ]


def test_csv_is_that_of_rfc_4180() -> None:
    told = written(write_csv, [{"schema": 1, "incident": contract.incident(INCIDENT, START)}, NOTE])

    assert told.endswith(b"\r\n")
    assert b'"\'=HYPERLINK(""http://evil.example"", ""St\xc3\xb6rung, \n\ngel\xc3\xb6st"")"' in told
    assert told.count(b"\r\n") == 3
    assert b",'@vendor: we called them,,\r\n" in told
    assert b",-30.0," in told


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'quoted", "a=1", ""])
def test_no_text_is_a_formula(text: str) -> None:
    line = {**NOTE, "note": {**NOTE["note"], "text": text}}
    head, row = csv.reader(io.StringIO(written(write_csv, [line]).decode(), newline=""))
    cell = dict(zip(head, row, strict=True))["text"]

    assert cell == (f"'{text}" if text and text[0] in "=+-@\t\r" else text)


# Parquet


@pytest.fixture
def parquet(lines: list[Line], tmp_path: Path) -> Path:
    target = tmp_path / "out.parquet"
    target.write_bytes(written(FORMATS["parquet"].write, lines))
    return target


def _expected(lines: list[Line]) -> list[dict[str, Any]]:
    """The rows with times as Python has them."""
    return [
        {
            column.name: datetime.fromisoformat(cell) if column.kind is Kind.TIME and cell else cell
            for column, cell in zip(COLUMNS, row.values(), strict=True)
        }
        for row in rows_of(in_json(lines))
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
    target.write_bytes(written(export_parquet.write_parquet, lines, group=7_000))
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


# The name of a file


@pytest.mark.parametrize(
    ("name", "told"),
    [
        *(("a.jsonl", "jsonl"), ("a.ndjson", "jsonl"), ("a.csv", "csv"), ("a.parquet", "parquet")),
        *(("a.pq", "parquet"), ("A.CSV", "csv"), ("a", None), ("a.txt", None), (".csv", None)),
    ],
)
def test_a_files_name_tells_the_format(name: str, told: str | None) -> None:
    assert told_by(Path(name)) == told
