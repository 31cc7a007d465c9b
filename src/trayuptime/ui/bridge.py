"""The one place where the engine's thread meets the GUI thread: signals in, posted calls out."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from trayuptime.core.notice import Notice
from trayuptime.runtime.told import Told


class Bridge(QObject):
    """Carries what the engine tells into the GUI thread, in order; its methods may be called in any thread.

    What is told before anybody listens waits for the event loop: a crash in the first instant is not lost.
    """

    told = Signal(object)
    crashed = Signal(str)
    raised = Signal(str)
    unshown = Signal(object)
    noted = Signal(int)
    """What is written about the incident of this number is other than it was: notes, ticks."""
    unticked = Signal(int, str)
    unwritten = Signal(int, str)
    """Nothing was ticked at the incident of this number, and why not, a sentence."""
    ended = Signal()
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def tell(self, told: Told) -> None:
        """The engine's listener."""
        self._posted.emit(partial(self.told.emit, told))

    def tell_crash(self, report: str) -> None:
        """The engine has died; `report` is the traceback."""
        self._posted.emit(partial(self.crashed.emit, report))

    def tell_end(self) -> None:
        """The engine has ended as it was asked to, by whoever asked it."""
        self._posted.emit(self.ended.emit)

    def raise_window(self, token: str) -> bool:
        """Somebody asked for the window, with the desktop's permission to take the focus or `""`."""
        self._posted.emit(partial(self.raised.emit, token))
        return True

    def keep_unshown(self, notice: Notice) -> None:
        """No notification server took it."""
        self._posted.emit(partial(self.unshown.emit, notice))

    def tell_noted(self, incident: int) -> None:
        """Somebody noted or ticked something at an incident, in a window or by a command."""
        self._posted.emit(partial(self.noted.emit, incident))

    def tell_unticked(self, incident: int, why: str) -> None:
        """A tick was not kept."""
        self._posted.emit(partial(self.unticked.emit, incident, why))

    def tell_unwritten(self, incident: int, why: str) -> None:
        """A note was not kept."""
        self._posted.emit(partial(self.unwritten.emit, incident, why))

    def _deliver(self, call: Callable[[], None]) -> None:
        call()
