"""The formats of an export, in a table: each writes lines to a binary stream as they come.

JSON lines are what `replay` reads; CSV and Parquet are one flat table, see `export_table`.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from trayuptime.core import contract
from trayuptime.core.state import Settled
from trayuptime.runtime import export_table
from trayuptime.runtime.export_lines import Line, as_json
from trayuptime.runtime.export_table import Kind

Writer = Callable[[Iterable[Line], BinaryIO], None]
"""Writes everything to a stream that need not know where it is, and leaves it open."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a cell a formula to a spreadsheet
(https://owasp.org/www-community/attacks/CSV_Injection, read 2026-11)."""
_FLAGS = {None: None, True: "true", False: "false"}
_AT_ONCE = 2_000
"""Lines that are written together: half a megabyte."""
_KEPT_AT_MOST = 4_096

_encode = msgspec.json.Encoder().encode
_T = TypeVar("_T")


class NoWriterError(Exception):
    """What writes a format is not installed, or cannot be loaded; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    Attributes:
        write: its writer.
        suffixes: of file names that mean it.
        is_text: a terminal can show it.
    """

    write: Writer
    suffixes: tuple[str, ...]
    is_text: bool = True


def told_by(path: Path) -> str | None:
    """The format that a file's name means, if any."""
    suffix = path.suffix.lower()
    return next((name for name, each in FORMATS.items() if suffix in each.suffixes), None)


def write_jsonl(lines: Iterable[Line], out: BinaryIO) -> None:
    """One public object a line, in the bytes that Python's own `json` gives."""
    of_result = _Results()
    each = (of_result(line) if isinstance(line, Settled) else _spaced(line) + b"\n" for line in lines)
    out.writelines(b"".join(some) for some in batches(each, _AT_ONCE))


def write_csv(lines: Iterable[Line], out: BinaryIO) -> None:
    """The flat table as RFC 4180 has it, in UTF-8, with the columns' names first.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    texts, flags = (
        [at for at, column in enumerate(export_table.COLUMNS) if column.kind is kind]
        for kind in (Kind.TEXT, Kind.FLAG)
    )
    text = io.StringIO(newline="")
    write = csv.writer(text, lineterminator="\r\n").writerow
    write([column.name for column in export_table.COLUMNS])
    for some in batches(lines, _AT_ONCE):
        for line in some:
            row = export_table.row(as_json(line))
            for at in texts:
                if row[at] and row[at].startswith(_FORMULA):
                    row[at] = f"'{row[at]}"
            for at in flags:
                row[at] = _FLAGS[row[at]]
            write(row)
        out.write(text.getvalue().encode())
        text.seek(0)
        text.truncate()
    out.write(text.getvalue().encode())


def batches(items: Iterable[_T], size: int) -> Iterator[Sequence[_T]]:
    """The items in order, so many at a time."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


class _Results:
    """Results as lines; one is as another but for its time and latency, so what is around these is kept."""

    def __init__(self) -> None:
        self._around: dict[tuple[object, ...], tuple[str, str, str]] = {}

    def __call__(self, settled: Settled) -> bytes:
        """The line, with its line break."""
        result = settled.result
        if contract.has_evidence(result):  # no other has the same
            return _spaced(contract.exported(settled)) + b"\n"
        latency_ms = result.latency_ms
        key = (
            latency_ms is None,
            result.provider,
            result.surface,
            result.reason,
            result.http_status,
            result.interval_s,
            result.level,
            result.host,
            result.reach,
            settled.proven,
            settled.witness,
            settled.counted,
        )
        head, middle, tail = self._around.get(key) or self._kept(key, settled)
        latency = "" if latency_ms is None else repr(round(latency_ms, 3))
        return f"{head}{contract.iso(result.at)}{middle}{latency}{tail}".encode()

    def _kept(self, key: tuple[object, ...], settled: Settled) -> tuple[str, str, str]:
        if len(self._around) >= _KEPT_AT_MOST:
            self._around.clear()
        line = contract.exported(settled)
        text = _spaced(line).decode()
        head, middle = text.split(f'"at": "{line["at"]}"', 1)
        tail = ""
        if "latency_ms" in line:
            middle, tail = middle.split(f'"latency_ms": {line["latency_ms"]!r}', 1)
            middle += '"latency_ms": '
        around = (f'{head}"at": "', f'"{middle}', f"{tail}\n")
        self._around[key] = around
        return around


def _spaced(line: contract.Json) -> bytes:
    return msgspec.json.format(_encode(line), indent=0)


def _write_parquet(lines: Iterable[Line], out: BinaryIO) -> None:
    try:
        from trayuptime.runtime.export_parquet import write_parquet  # noqa: PLC0415 - an extra, and slow to load
    except ModuleNotFoundError as error:
        raise NoWriterError(
            'Parquet needs pyarrow, which is not installed: pip install "trayuptime[parquet]".'
        ) from error
    except ImportError as error:
        raise NoWriterError(f"Parquet needs pyarrow, which cannot be loaded: {error}.") from error
    write_parquet(lines, out)


FORMATS: Mapping[str, Format] = {
    "jsonl": Format(write_jsonl, (".jsonl", ".ndjson")),
    "csv": Format(write_csv, (".csv",)),
    "parquet": Format(_write_parquet, (".parquet", ".pq"), is_text=False),
}
