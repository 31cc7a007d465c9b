"""Puts one window in its place each time it is shown, and notices where its user takes it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, QTimer
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QStyle, QWidget

from trayuptime.ui.places import Places
from trayuptime.ui.placing import Place, beside, held, is_reachable

SETTLED_MS = 500
"""Until then a window manager may still arrange a new window; from then on it is its user who moves it."""


def windows_can_move() -> bool:
    """Whether a window may say where it goes: never on Wayland."""
    return not QGuiApplication.platformName().startswith("wayland")


class Placer(QObject):
    """Of one window; what only the user has changed is kept when the window is hidden."""

    def __init__(
        self,
        window: QWidget,
        name: str,
        places: Places,
        *,
        may_shrink: bool = False,
        can_move: Callable[[], bool] = windows_can_move,
    ) -> None:
        """Watches the window.

        Args:
            window: which it is, and the owner.
            name: what its place is kept under.
            places: where it is kept.
            may_shrink: its user may have made it smaller than it would like to be; one that grows with its
                content may not be.
            can_move: whether the desktop lets it.
        """
        super().__init__(window)
        self._window = window
        self._name = name
        self._places = places
        self._may_shrink = may_shrink
        self._can_move = can_move
        self._near: QRect | None = None
        self._moved = False
        self._resized = False
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLED_MS)
        self._settling.timeout.connect(self._settle)
        self._settled = False
        self._fitted = False
        self._given = QSize()
        window.installEventFilter(self)

    def put(self, near: QRect | None) -> None:
        """Sizes and moves the window, which is about to be shown.

        Args:
            near: the icon that was clicked; `None` where none was, and the desktop decides.
        """
        window, kept = self._window, self._places.of(self._name) or Place()
        size = window.sizeHint()
        if kept.size is not None:
            size = (window.minimumSizeHint() if self._may_shrink else size).expandedTo(kept.size)
        corner = kept.corner if self._is_there(kept.corner, size) else None
        towards = corner if corner is not None or near is None else near.center()
        free = (_screen_at(towards) or window.screen()).availableGeometry()
        frame = self._frame()
        window.resize(size.boundedTo(free.size() - frame))
        self._near = None if corner is not None else near
        self._given = window.size()
        if not self._can_move():
            return
        if corner is not None:
            window.move(held(QRect(corner, window.size() + frame), free))
        elif near is not None:
            window.move(beside(near, window.size() + frame, free))

    def fit(self, *, may_shrink: bool) -> None:
        """Lets the visible window follow its content, as far as its user and the screen let it.

        Args:
            may_shrink: not where its user is about to press something.
        """
        window, kept = self._window, self._places.of(self._name) or Place()
        if window.isMaximized() or window.isFullScreen():
            return
        least = window.height() if self._resized or not may_shrink else 0
        wanted = max(window.sizeHint().height(), least, 0 if kept.size is None else kept.size.height())
        free = window.screen().availableGeometry().size() - self._frame()
        window.resize(window.width(), min(wanted, free.height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Only looks."""
        match event.type():
            case QEvent.Type.Show if not event.spontaneous():
                self._settled = self._fitted = self._moved = self._resized = False
                self._settling.start()
            case QEvent.Type.Hide if not event.spontaneous():
                self._settling.stop()
                self._keep()
            case QEvent.Type.Move if event.spontaneous() and self._settled:
                self._moved = True
            case QEvent.Type.Resize if event.spontaneous() and self._settled:
                self._resized = True
            case QEvent.Type.Resize if not event.spontaneous() and self._window.isVisible():
                self._hold(self._near)
        return super().eventFilter(watched, event)

    def _settle(self) -> None:
        if self._fitted or self._fits():
            self._settled = True
            return
        self._fitted = True  # once: not every desktop lets it
        self._settling.start()

    def _fits(self) -> bool:
        """All of it is on the screen: its frame is known now, which was guessed when it got its size."""
        window = self._window
        if window.isMaximized() or window.isFullScreen():
            return True
        if self._may_shrink and window.size() != self._given:  # it has another from its user by now
            return True
        before, over = window.frameGeometry(), window.frameGeometry().size() - window.screen().availableSize()
        if over.width() > 0 or over.height() > 0:
            window.resize(window.size() - over.expandedTo(QSize(0, 0)))
        self._hold(None)
        return window.frameGeometry() == before

    def _hold(self, near: QRect | None) -> None:
        """It stays on the screen, and beside the icon where it has another size by itself."""
        window = self._window
        if self._can_move() and not self._moved:
            frame, free = window.frameGeometry(), window.screen().availableGeometry()
            corner = held(frame, free) if near is None else beside(near, frame.size(), free)
            if corner != frame.topLeft():
                window.move(corner)

    def _keep(self) -> None:
        window, kept = self._window, self._places.of(self._name) or Place()
        usual = not window.isMaximized() and not window.isMinimized() and not window.isFullScreen()
        if usual and (self._moved or self._resized):
            corner = window.frameGeometry().topLeft() if self._moved and self._can_move() else kept.corner
            size = window.size() if self._resized else kept.size
            self._places.keep(self._name, Place(corner, size))

    def _is_there(self, corner: QPoint | None, size: QSize) -> bool:
        screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        return corner is not None and is_reachable(corner, size.width(), screens)

    def _frame(self) -> QSize:
        """What the frame adds; guessed before there has been one."""
        frame = self._window.frameGeometry().size() - self._window.size()
        if not frame.isNull():
            return frame
        return QSize(0, self._window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight))


def _screen_at(point: QPoint | None) -> QScreen | None:
    return None if point is None else QGuiApplication.screenAt(point)
