"""An export as Parquet, by pyarrow, which only this needs: the optional extra `parquet`.

Times are timestamps in UTC, words of closed lists dictionaries, all other text plain. Rows are gathered
column by column and written in groups, so that memory does not grow with the length of the history.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from trayuptime.runtime.export_formats import batches
from trayuptime.runtime.export_lines import Line, as_json
from trayuptime.runtime.export_table import COLUMNS, Column, Kind, row

GROUP = 100_000
"""Rows in a group: so much a reader takes up at once."""
_BATCH = 5_000
"""Rows that exist as Python's objects at one time."""

_TYPES = {
    Kind.WORD: pa.dictionary(pa.int8(), pa.string()),
    Kind.TEXT: pa.string(),
    Kind.LIST: pa.string(),
    Kind.TIME: pa.timestamp("ms", tz="UTC"),
    Kind.NUMBER: pa.float64(),
    Kind.WHOLE: pa.int64(),
    Kind.FLAG: pa.bool_(),
}
SCHEMA = pa.schema([pa.field(column.name, _TYPES[column.kind]) for column in COLUMNS])


def write_parquet(lines: Iterable[Line], out: BinaryIO, group: int = GROUP) -> None:
    """Writes the flat table; the stream needs neither seek nor tell, and is left open."""
    counted = _Counted(out)
    writer = pq.ParquetWriter(counted, SCHEMA, compression="zstd")
    rest = iter(lines)
    try:
        while some := [_batch(each) for each in batches(islice(rest, group), _BATCH)]:
            writer.write_table(pa.Table.from_batches(some, SCHEMA), row_group_size=group)
        writer.close()
    except BaseException:
        counted.give_up()
        raise


def _batch(lines: Sequence[Line]) -> Any:
    rows = [row(as_json(line)) for line in lines]
    columns = [_array(column, cells) for column, cells in zip(COLUMNS, zip(*rows, strict=True), strict=True)]
    return pa.record_batch(columns, schema=SCHEMA)


def _array(column: Column, cells: Sequence[Any]) -> Any:
    match column.kind:
        case Kind.TIME:
            return pa.array(cells, pa.string()).cast(_TYPES[Kind.TIME])
        case Kind.WORD:
            # The same dictionary in every batch, whatever words it holds.
            words = pa.array(column.words, pa.string())
            found = pc.index_in(pa.array(cells, pa.string()), value_set=words)
            return pa.DictionaryArray.from_arrays(found.cast(pa.int8()), words)
        case kind:
            return pa.array(cells, _TYPES[kind])


class _Counted:
    """A stream that knows how much was written, for a pipe does not."""

    closed = False

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._written = 0
        self._given_up = False

    def give_up(self) -> None:
        """Writes nothing more: pyarrow gives an end also to what broke off, and it would look whole."""
        self._given_up = True

    def write(self, data: Any) -> int:
        """As of any binary stream."""
        if not self._given_up:
            self._out.write(data)
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        """How much was written."""
        return self._written

    def flush(self) -> None:
        """Whoever owns the stream does that."""

    def close(self) -> None:
        """The same."""
