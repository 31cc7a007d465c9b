"""Our history beside the tables one would think of first, on the same results in one run; prints Markdown.

`python -m benchmarks.history [--full] [--sizes 1.5M,15.5M] [--stores NAMES] [--folder PATH]`, on Linux. All
are filled with the first of the sizes, ours with the others too; `--full`: all with all of them, which takes
an hour and 3 GB for each. Nothing here fails because of a time. What the results are like is told in
`troubles.py` and `stream.py`.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

from benchmarks import machine
from benchmarks.history import measure, table
from benchmarks.history.store import Question
from benchmarks.history.stores import OURS, STORES
from benchmarks.history.stream import SAME_WORK, TEN_PROVIDERS, Shape
from benchmarks.history.table import Row

ON_DISK = "/var/tmp"
"""In /tmp files may be in memory, and nothing is read cold."""
SAME_WORK_RESULTS = 300_000
MOST_SCANNED = 2_000_000
"""Who scans is asked no larger set without `--full`: what it takes can be reckoned."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


def main() -> int:
    """Measures and prints; 1 where two stores do not answer alike."""
    asked = _arguments()
    sizes = [round(float(size.upper().removesuffix("M")) * 1e6) for size in asked.sizes.split(",")]
    names = asked.stores.split(",")
    began_s, load = time.monotonic(), machine.load()
    with tempfile.TemporaryDirectory(prefix="tu-history-", dir=asked.folder) as folder:
        file = Path(folder) / "history.db"
        small = [_measured(name, file, TEN_PROVIDERS, sizes[0], full=asked.full) for name in names]
        grown = [
            [_measured(name, file, TEN_PROVIDERS, size, full=asked.full) for size in sizes[1:]]
            for name in names
            if sizes[1:] and (asked.full or name == OURS)
        ]
        same = [_filled(name, file, SAME_WORK, SAME_WORK_RESULTS) for name in names]
    print(f"{machine.describe()}.\n")
    _print("Ten providers, 30 surfaces", small)
    for rows in grown:
        _print("Growth", [of for of in small if of.store is rows[0].store] + rows, ratios=False)
    _print("The same work as the others' monitors: 10 of them", same)
    everything = [*small, *(of for rows in grown for of in rows)]
    print("\n".join(f"- {note}" for note in table.notes(everything)))
    wrong = list(table.disagreements(small))
    compared = sum(bool(of.told) for of in small)
    alike = f"{compared} stores answer alike." if compared > 1 else "Nobody's answers were compared."
    print("\n".join(wrong) or alike)
    print(f"Load average {load:.1f} before, {machine.load():.1f} after {time.monotonic() - began_s:.0f} s.")
    return 1 if wrong else 0


def _measured(name: str, file: Path, shape: Shape, results: int, *, full: bool) -> Row:
    """Fills and asks; leaves no file."""
    store = STORES[name]
    _say(f"{store.words}: {results / 1e6:.1f} M results …")
    filled = _apart(measure.fill, name, file, shape, results)
    _say(f"  {filled.bytes_each:.2f} bytes, {filled.append_us:.2f} µs, {filled.took_s:.0f} s")
    told = {}
    for question in Question:
        if store.asked and (full or results <= MOST_SCANNED or question not in store.scans):
            told[question] = _apart(measure.question, name, file, shape, question, filled.until)
            _say(f"  {question.words}: {told[question].cold_ms:.1f} / {told[question].warm_ms:.1f} ms")
    measure.remove(file)
    row = Row(store, filled, told)
    _say(table.row(row))
    return row


def _filled(name: str, file: Path, shape: Shape, results: int) -> Row:
    """Fills only."""
    filled = _apart(measure.fill, name, file, shape, results)
    measure.remove(file)
    row = Row(STORES[name], filled, {})
    _say(table.row(row))
    return row


def _print(head: str, rows: list[Row], *, ratios: bool = True) -> None:
    print(f"**{head}**\n")
    print("\n".join((*table.head(), *map(table.row, rows))))
    if ratios:
        print("\n".join(table.ratios(rows[0], other) for other in rows[1:]))
    print()


def _apart(work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """In a new process, with caches and counters of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument(
        "--sizes", default="1.5M,15.5M", help="millions of results; the first is for all stores"
    )
    parser.add_argument("--full", action="store_true", help="the others in all sizes, and every question")
    parser.add_argument("--stores", default=",".join(STORES), help="which, ours first")
    parser.add_argument("--folder", default=ON_DISK, help="on a disk, with room")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
