"""What TrayUptime costs, beside bare references in the same run; prints a Markdown table.

`python benchmarks/engine.py [--quick]`, on Linux with the packages of `make packages`. Nothing here fails
because of a time: machines differ, so the ratios count, and the reader judges.
"""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import idle, machine, start, steady, table
from benchmarks.bench import Bench, open_bench

from desktop.bed import install_line, missing_programs

ON_DISK = "/var/tmp"
"""Where temporary files are on a disk; in /tmp they may be in memory, and nothing is written."""
LONGEST_S, LONGEST_QUICK_S = 360, 90


def main() -> int:
    """Measures and prints; 1 where the programs of the desktop are missing."""
    quick = _arguments().quick
    if missing_programs():
        print(f"Measuring needs a desktop: {install_line()}", file=sys.stderr)
        return 1
    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, _give_up)
    signal.alarm(LONGEST_QUICK_S if quick else LONGEST_S)
    began_s, load = time.monotonic(), machine.load()
    with (
        tempfile.TemporaryDirectory(prefix="tu-", dir=ON_DISK, ignore_cleanup_errors=True) as folder,
        open_bench(Path(folder)) as bench,
    ):
        rows = _quick_rows(bench) if quick else _rows(bench)
    signal.alarm(0)
    print(f"{machine.describe()}.\n")
    print("\n".join((*table.HEAD, *rows)))
    took_s = time.monotonic() - began_s
    print(
        "\nMedian (least–most). Desktop: Xvfb and Xfce's panel, where Qt loads GTK's theme, in all of them."
    )
    print(f"Load average {load:.1f} before, {machine.load():.1f} after {took_s:.0f} s.")
    return 0


def _rows(bench: Bench) -> list[str]:
    return [
        *table.start_rows(start.measure(bench, rounds=7)),
        *table.steady_rows(10, steady.measure(bench, 10, every_s=1, windows=12, window_s=5.0)),
        *table.steady_rows(100, steady.measure(bench, 100, every_s=4, windows=8, window_s=8.0)),
        *table.idle_rows(idle.measure(bench, every_s=30, for_s=95.0)),
    ]


def _quick_rows(bench: Bench) -> list[str]:
    return [
        *table.start_rows(start.measure(bench, rounds=2)),
        *table.steady_rows(10, steady.measure(bench, 10, every_s=1, windows=3, window_s=3.0)),
        *table.steady_rows(100, steady.measure(bench, 100, every_s=4, windows=2, window_s=8.0)),
        *table.idle_rows(idle.measure(bench, every_s=10, for_s=26.0)),
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="less of everything, in at most 90 s")
    return parser.parse_args()


def _give_up(number: int, _frame: FrameType | None) -> None:
    """Ends by way of every `with`, so that nothing is left running."""
    sys.exit(f"Gave up on {signal.Signals(number).name}.")


if __name__ == "__main__":
    sys.exit(main())
