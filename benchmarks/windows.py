"""What the benchmarks of windows share: how large they are, and how they wait."""

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer, SignalInstance

WIDTH_PX, HEIGHT_PX = 1280, 800
PATIENCE_MS = 60_000


def until(signal: SignalInstance, call: Callable[[], object]) -> None:
    """Calls, within an event loop, and goes on once the signal came, or patience has gone."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    QTimer.singleShot(PATIENCE_MS, loop.quit)
    QTimer.singleShot(0, call)
    loop.exec()
    signal.disconnect(loop.quit)
