"""The history window over millions of results: opened, walked, zoomed and dragged, beside a bare QPainter.

`python -m benchmarks.history_window [--results 1.5M] [--file HISTORY.db]`; prints Markdown. The reference is
a widget that paints as many rectangles, without reading or knowing anything. Nothing here fails because of a
time.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import machine
from benchmarks.history import measure
from benchmarks.history.stores import OURS
from benchmarks.history.stream import TEN_PROVIDERS
from benchmarks.windows import HEIGHT_PX, WIDTH_PX, until
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from trayuptime.core.model import Instant, Span
from trayuptime.history import Reader
from trayuptime.ui.history.window import HistoryWindow

FRAMES = 60
DAY_MS = 86_400_000
OWED_FRAME_MS = 1000 / 60


class Bare(QWidget):
    """The least that draws as much."""

    def __init__(self, rows: int, cells: int) -> None:
        super().__init__()
        self._rows, self._cells = rows, cells
        self.resize(WIDTH_PX, HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A rectangle a cell, and some more."""
        painter = QPainter(self)
        up, down = QColor("#91C5BE"), QColor("#901705")
        for row in range(self._rows):
            for cell in range(self._cells):
                left, top = 120 + cell * 8, row * 24
                painter.fillRect(QRect(left, top + 4, 6, 16), up)
                if not (row + cell) % 23:
                    painter.fillRect(QRect(left, top + 18, 6, 2), down)


def main() -> int:
    """Measures and prints."""
    asked = _arguments()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    with _history(asked) as (path, results):
        with Reader(path) as reader:
            now = (reader.last_seen() or 0) + 1
            surfaces = len(reader.known())
        rows = list(_measured(path, now))
        rows += [(f"bare: 40 rows of {cells} cells", _bare(40, cells)) for cells in (90, 180)]
    print(f"{machine.describe()}; {results} results of {surfaces} surfaces.\n")
    print("| | median ms | 95th | longest |\n|---|---|---|---|")
    for name, times in rows:
        ordered = sorted(times)
        p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
        print(f"| {name} | {median(ordered):.1f} | {p95:.1f} | {ordered[-1]:.1f} |")
    print(f"\nOwed: opened ≤ 150, a repaint ≤ 4, a frame ≤ {OWED_FRAME_MS:.1f} ms.")
    application.quit()
    return 0


def _measured(path: Path, now: Instant) -> Iterator[tuple[str, Sequence[float]]]:
    window = HistoryWindow(path, pause_ms=0, now=lambda: now)
    window.resize(WIDTH_PX, HEIGHT_PX)
    opened = []
    for _ in range(5):
        began = time.perf_counter()
        window.show()
        until(window.refreshed, window.refresh)
        QApplication.processEvents()
        opened.append((time.perf_counter() - began) * 1000)
        window.close()
    yield "opened to painted, 90 days", opened
    window.show()
    until(window.refreshed, lambda: window.overview.lengths.setCurrentIndex(1))
    bars = window.overview.bars
    yield "180 days: a repaint", _frames(_each(bars.viewport().update))
    yield "180 days: a step of the cursor", _frames(lambda n: bars.go_to(n % 9, 100 + n))
    began = time.perf_counter()
    provider = window.overview.rows[0].provider
    until(window.provider.own.scaled, lambda: window.open_provider(provider))
    QApplication.processEvents()
    yield "a provider opened to painted", [(time.perf_counter() - began) * 1000]
    page = window.provider
    view = page.view
    middle = (view.limits.start + view.limits.end) // 2

    def zoom(n: int) -> None:
        view.zoom(1.15 if n < FRAMES // 2 else 1 / 1.15, middle)

    view.show_all()
    yield "zoom from all of it", _frames(zoom)
    for days in (90, 7, 1):
        view.show(Span(middle, middle + days * DAY_MS))
        if days == 1:
            until(page.own.answered, partial(view.pan, 1))
        drag = partial(view.pan, days * DAY_MS / 200)
        yield f"drag, {days} days in view", _frames(_each(drag))
    window.close()


def _each(call: Callable[[], object]) -> Callable[[int], object]:
    return lambda _: call()


def _frames(step: Callable[[int], object]) -> list[float]:
    """Each with all that it makes the window do: what has to be painted anew is painted once."""
    times = []
    for number in range(FRAMES):
        began = time.perf_counter()
        step(number)
        QApplication.processEvents()
        times.append((time.perf_counter() - began) * 1000)
    return times


def _bare(rows: int, cells: int) -> list[float]:
    bare = Bare(rows, cells)
    bare.show()
    QApplication.processEvents()
    return _frames(_each(bare.update))


@contextmanager
def _history(asked: argparse.Namespace) -> Iterator[tuple[Path, str]]:
    if asked.file is not None:
        yield asked.file, "the file's"
        return
    with tempfile.TemporaryDirectory(prefix="tu-window-") as folder:
        path = Path(folder) / "history.db"
        measure.fill(OURS, path, TEN_PROVIDERS, round(asked.results))
        yield path, f"{asked.results / 1e6:.1f} million"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--results", type=lambda text: float(text.upper().removesuffix("M")) * 1e6, default=1.5e6
    )
    parser.add_argument("--file", type=Path, help="a history to be looked at instead of one that is made up")
    return parser.parse_args()


def _millions(text: str) -> float:
    return float(text.upper().removesuffix("M")) * 1e6


if __name__ == "__main__":
    sys.exit(main())
