"""The stores that are held against each other, by the names that the command takes."""

from functools import partial
from pathlib import Path

from benchmarks.history.kuma import KUMA, Kuma
from benchmarks.history.ours import Ours, OursReader
from benchmarks.history.rivals import CLUSTERED, NAIVE, Clustered, Naive, SqlReader, Table, targets
from benchmarks.history.store import Store
from benchmarks.history.stream import Shape

OURS = "ours"


def _by_name(table: Table, path: Path, shape: Shape) -> SqlReader:
    return SqlReader(path, table, targets(shape))


def _by_number(table: Table, path: Path, shape: Shape) -> SqlReader:
    return SqlReader(path, table, range(shape.surfaces))


STORES = {
    OURS: Store("TrayUptime, with the evidence of failures", Ours, OursReader, frozenset()),
    "plain": Store(
        "– without the evidence, as the others", partial(Ours, evidence=False), OursReader, asked=False
    ),
    "naive": Store("naive table + index", Naive, partial(_by_name, NAIVE)),
    "clustered": Store("WITHOUT ROWID (target, ts)", Clustered, partial(_by_number, CLUSTERED)),
    "kuma": Store("Kuma's schema, raw kept", Kuma, partial(_by_number, KUMA)),
}
