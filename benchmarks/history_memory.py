"""What the history window holds while it is open, and what is left of it once it is closed.

    python -m benchmarks.history_memory --file HISTORY.db

Resident memory beside that of an application that has painted a window with words, as the panel does; opened
three times, for what Qt and Python take for good is taken once. Owed: 20 MB while it is open, 5 MB after.
"""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

from benchmarks import machine
from benchmarks.readings import memory
from benchmarks.windows import HEIGHT_PX, WIDTH_PX, until
from PySide6.QtCore import QEvent, QStringListModel
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget

from trayuptime.core.model import Instant
from trayuptime.system.memory import give_back
from trayuptime.ui import sources

TIMES = 3


def main() -> int:
    """Measures and prints."""
    asked = _arguments()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sources.leave_unread()  # and then the rest, as the application does
    application = QApplication([])
    _load_what_is_there_anyhow()
    from trayuptime.history import Reader  # noqa: PLC0415 - see above

    with Reader(asked.file) as reader:
        now = (reader.last_seen() or 0) + 1
        provider = reader.known()[0].provider
    _paint_a_bare_window(application)
    print(f"{machine.describe()}\n")
    print("| resident MB more than a bare window left | all days | a provider | closed |\n|---|---|---|---|")
    base = _resident()
    for number in range(1, TIMES + 1):
        found = [each - base for each in _opened(application, asked.file, now, provider)]
        _settle(application)
        give_back()
        print(f"| {number} | " + " | ".join(f"{each:+.1f}" for each in (*found, _resident() - base)) + " |")
    print("\nOwed: 20 MB while it is open, 5 MB after.")
    return 0


def _opened(application: QApplication, path: Path, now: Instant, provider: str) -> list[float]:
    from trayuptime.ui.history.window import HistoryWindow  # noqa: PLC0415 - as the application does

    window = HistoryWindow(path, now=lambda: now)
    window.resize(WIDTH_PX, HEIGHT_PX)
    window.show()
    until(window.refreshed, window.refresh)
    _settle(application)
    days = _resident()
    until(window.provider.own.scaled, lambda: window.open_provider(provider))
    until(window.refreshed, window.refresh)
    _settle(application)
    of_provider = _resident()
    until(window.gone, window.close)
    window.finish()
    window.deleteLater()
    return [days, of_provider]


def _load_what_is_there_anyhow() -> None:
    for name in ("app", "runtime.engine", "ui.commands", "ui.lately", "ui.panel", "ui.shell"):
        import_module(f"trayuptime.{name}")


def _paint_a_bare_window(application: QApplication) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    choice, names = QComboBox(), QListView()
    choice.addItems(["one", "two"])
    names.setModel(QStringListModel([f"Provider {number}" for number in range(30)], names))
    for part in (QLineEdit("words"), QPushButton("words"), choice, names):
        layout.addWidget(part)
    window.resize(WIDTH_PX, HEIGHT_PX)
    window.show()
    _settle(application)
    window.close()
    window.deleteLater()
    _settle(application)


def _settle(application: QApplication) -> None:
    application.processEvents()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    application.processEvents()


def _resident() -> float:
    return memory(os.getpid()).resident / 2**20


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, required=True, help="a history")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
