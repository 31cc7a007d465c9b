"""How long the panel takes from a click on the icon until it is painted, and until its bars are.

    python -m benchmarks.panel

With a day of thirty providers behind it, on the display that is there or on none; beside it a bare window
with a list of as many plain rows. Owed: 100 ms.
"""

import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import machine
from PySide6.QtCore import QEvent, QObject, QRect, QStringListModel
from PySide6.QtWidgets import QApplication, QListView, QMenu, QSystemTrayIcon

from history.watching import Watching
from trayuptime.core.lights import Watched
from trayuptime.core.model import Key, Rules, Surface
from trayuptime.core.reasons import Reason
from trayuptime.history import History
from trayuptime.runtime.told import Told
from trayuptime.ui.bridge import Bridge
from trayuptime.ui.first_run import FirstRun
from trayuptime.ui.history.checklist_window import ChecklistWindow
from trayuptime.ui.history.window import HistoryWindow
from trayuptime.ui.lately import Lately
from trayuptime.ui.panel import Panel
from trayuptime.ui.places import Places
from trayuptime.ui.shell import Shell
from trayuptime.ui.tray import TrayHost
from ui.fakes import FakeCommands, FakeIcon, FakePlace

PROVIDERS = 30
MINUTES = 1440
OPENINGS = 20
OWED_MS = 100
"""From the click to the first picture."""


def main() -> int:
    """Prints what was measured; fails where more is taken than is owed."""
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication([])
    with TemporaryDirectory() as folder:
        told = _a_day(Path(folder) / "history.db")
        bare = _bare(application)
        ours, bars = _ours(application, Path(folder), told)
    print(f"on {application.platformName()}, {machine.describe()}")
    print(f"{PROVIDERS} providers, {OPENINGS} openings, milliseconds: first, median and worst of the others")
    for name, found in (("click to painted", ours), ("click to bars", bars), ("a bare list, shown", bare)):
        later = sorted(found[1:])
        print(f"  {name:<20} {found[0]:7.1f} {later[len(later) // 2]:7.1f} {later[-1]:7.1f}")
    worst = max(ours)
    print(f"owed: {OWED_MS} ms; the worst was {worst:.1f} ms")
    return int(worst > OWED_MS)


def _a_day(path: Path) -> Told:
    """A day in which one provider was down for an hour, put in order as the engine does."""
    keys = tuple(Key(f"p{n}", Surface.API) for n in range(PROVIDERS))
    watching = Watching(keys=keys, rules=Rules(interval_s=60.0))
    history = History.open(path, lambda: "now")
    for minute in range(MINUTES):
        watching.now += 60_000
        for n, key in enumerate(keys):
            failed = n == 3 and 900 <= minute < 960
            reason = Reason.SERVER_ERROR if failed else Reason.OK
            latency_ms = 200.0 + 37 * n + (minute * 7919 + n * 104_729) % 90
            watching.see(key, reason, flight_ms=500 - n, latency_ms=latency_ms, interval_s=60.0)
        watching.commit(history)
        if minute % 60 == 7:
            while history.tidy(watching.now, lambda: 0.0):
                pass
    history.close()
    return Told(
        watching.now,
        watching.state,
        watched=tuple(Watched(key.provider, f"Provider {key.provider}", (key.surface,)) for key in keys),
    )


def _nobody_is_down() -> ChecklistWindow:
    raise AssertionError


def _ours(application: QApplication, folder: Path, told: Told) -> tuple[list[float], list[float]]:
    FakeIcon.made = []
    bridge, menu, place = Bridge(), QMenu(), FakePlace()
    panel = Panel(FirstRun(folder / "config.toml", {}), Places())
    lately = Lately(folder / "history.db")
    tray = TrayHost(menu, place, FakeIcon)
    shell = Shell(
        bridge,
        panel,
        FakeCommands(),
        lately,
        make_history=lambda: HistoryWindow(folder / "history.db"),
        make_checklist=_nobody_is_down,
        tray=tray,
        menu=menu,
        leave=lambda: None,
    )
    bridge.tell(told)
    application.processEvents()
    (icon,) = FakeIcon.made
    icon.place = QRect(700, 0, 22, 22)
    painted: list[float] = []
    bars: list[float] = []
    for _ in range(OPENINGS):
        lately._ageing.timeout.emit()  # noqa: SLF001 - what was read the last time is too old
        seen, read = _Wait(), _Wait()
        panel.seen.connect(seen.come)
        lately.changed.connect(read.come)
        began = time.perf_counter()
        icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
        painted.append((_until(application, seen) - began) * 1000)
        _until(application, read)
        panel.repaint()
        bars.append((time.perf_counter() - began) * 1000)
        panel.seen.disconnect(seen.come)
        lately.changed.disconnect(read.come)
        panel.hide()
        _settle(application)
    shell.finish()
    return painted, bars


def _bare(application: QApplication) -> list[float]:
    """What a window costs here that does nothing."""
    found = []
    for _ in range(OPENINGS):
        window = QListView()
        window.setModel(QStringListModel([f"Provider {n}" for n in range(PROVIDERS)], window))
        window.resize(400, 640)
        painted = _Painted(window)
        began = time.perf_counter()
        window.show()
        found.append((_until(application, painted.seen) - began) * 1000)
        window.hide()
        window.deleteLater()
        _settle(application)
    return found


class _Wait:
    """Notes when something came."""

    def __init__(self) -> None:
        self.came_at: float | None = None

    def come(self, *_: object) -> None:
        if self.came_at is None:
            self.came_at = time.perf_counter()


class _Painted(QObject):
    """Notes the end of a list's first painting."""

    def __init__(self, window: QListView) -> None:
        super().__init__(window)
        self.seen = _Wait()
        window.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Paint:
            self.seen.come()
        return False


def _until(application: QApplication, wait: _Wait) -> float:
    while wait.came_at is None:
        application.processEvents()
    return wait.came_at


def _settle(application: QApplication) -> None:
    end = time.perf_counter() + 0.2
    while time.perf_counter() < end:
        application.processEvents()


if __name__ == "__main__":
    sys.exit(main())
