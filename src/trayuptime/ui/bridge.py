"""The one place where the engine's thread meets the GUI thread: signals in, posted calls out."""

from PySide6.QtCore import QObject, Signal

from trayuptime.core.notice import Notice
from trayuptime.runtime.told import Told


class Bridge(QObject):
    """Carries what the engine tells into the GUI thread; every signal is delivered queued."""

    told = Signal(object)
    crashed = Signal(str)
    raised = Signal(str)
    unshown = Signal(object)
    ended = Signal()

    def tell(self, told: Told) -> None:
        """The engine's listener; called in the engine's thread."""
        self.told.emit(told)

    def raise_window(self, token: str) -> bool:
        """Somebody asked for the window; called in the engine's thread."""
        self.raised.emit(token)
        return True

    def keep_unshown(self, notice: Notice) -> None:
        """No notification server took it; called in the engine's thread."""
        self.unshown.emit(notice)
