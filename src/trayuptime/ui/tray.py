"""The tray icon, on whatever host there is: before us, after us, or not at all.

On X11 Qt chooses once, when the icon is made, between StatusNotifier and XEmbed, and never again (Qt 6.8 to
6.11, measured): when the watcher of StatusNotifier items comes or goes, the icon is made anew.
"""

from collections.abc import Callable

from PySide6.QtCore import QMargins, QObject, QRect, QSize, Signal
from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher
from PySide6.QtGui import QCursor, QGuiApplication, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from trayuptime.ui.marks import Face, Mark, tray_icon

WATCHER = "org.kde.StatusNotifierWatcher"
BALLOON_MS = 10_000
_AROUND = QMargins(12, 12, 12, 12)
"""Half an icon around the pointer that clicked it."""


class TrayPlace(QObject):
    """Where an icon would be shown: what the desktop says of its tray."""

    changed = Signal(bool)
    """A host of StatusNotifier items came (`True`) or went."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = QDBusConnection.sessionBus()
        if self._bus.isConnected():
            watch = QDBusServiceWatcher.WatchModeFlag.WatchForOwnerChange
            self._owner = QDBusServiceWatcher(WATCHER, self._bus, watch, self)
            self._owner.serviceOwnerChanged.connect(lambda _name, _old, new: self.changed.emit(bool(new)))

    @property
    def shows(self) -> bool:
        """Whether a host draws status icons right now."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def over_dbus(self) -> bool:
        """Whether an icon made now has its menu sent over D-Bus."""
        if not self._bus.isConnected():
            return False
        return not self.chooses_once or bool(self._bus.interface().isServiceRegistered(WATCHER).value())

    @property
    def chooses_once(self) -> bool:
        """Whether an icon stays with the kind of host that was there when it was made."""
        return QGuiApplication.platformName() == "xcb"


class TrayHost(QObject):
    """Keeps one icon in the tray, and says whether anybody shows it."""

    clicked = Signal()
    asked = Signal()
    """The middle button: check now."""
    shown_changed = Signal(bool)

    def __init__(
        self,
        menu: QMenu,
        place: TrayPlace | None = None,
        make_icon: Callable[[QIcon, QObject], QSystemTrayIcon] = QSystemTrayIcon,
        parent: QObject | None = None,
    ) -> None:
        """Shows the icon at once.

        Args:
            menu: of the icon; kept.
            place: the desktop's tray, by default the real one.
            make_icon: makes the icon, by default Qt's.
            parent: the owner.
        """
        super().__init__(parent)
        self._menu = menu
        self._place = TrayPlace(self) if place is None else place
        self._make_icon = make_icon
        self._face = Face(Mark.UNKNOWN)
        self._tooltip = "TrayUptime"
        self._icon: QSystemTrayIcon | None = None
        self._was_shown = False
        self._place.changed.connect(self._host_changed)
        self._make()

    @property
    def shown(self) -> bool:
        """Whether a host draws status icons right now."""
        return self._place.shows

    @property
    def over_dbus(self) -> bool:
        """Whether the menu goes over D-Bus, where an underscore marks a mnemonic."""
        return self._place.over_dbus

    def show_face(self, face: Face) -> None:
        """Changes the icon if the face is another one."""
        if face != self._face:
            self._face = face
            if self._icon is not None:
                self._icon.setIcon(tray_icon(face))

    def say(self, tooltip: str) -> None:
        """Changes the tooltip if the words are other ones."""
        if tooltip != self._tooltip:
            self._tooltip = tooltip
            if self._icon is not None:
                self._icon.setToolTip(tooltip)

    def balloon(self, title: str, body: str) -> None:
        """The tray's own message, on systems that have one.

        On X11 and Wayland it would go to the notification server that is missing, and for its duration put a
        stock icon in the place of ours (Qt 6.11, measured).
        """
        on_linux = QGuiApplication.platformName().startswith(("xcb", "wayland"))
        if self._icon is not None and not on_linux:
            self._icon.showMessage(title, body, QIcon(tray_icon(self._face)), BALLOON_MS)

    def whereabouts(self) -> QRect:
        """Where the icon is that has just been clicked; where nobody tells, around the pointer."""
        place = QRect() if self._icon is None else self._icon.geometry()
        return place if place.isValid() else QRect(QCursor.pos(), QSize(1, 1)).marginsAdded(_AROUND)

    def remove(self) -> None:
        """Takes the icon away; before the application ends."""
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    def _make(self) -> None:
        self.remove()
        icon = self._make_icon(tray_icon(self._face), self)
        icon.setToolTip(self._tooltip)
        icon.setContextMenu(self._menu)
        icon.activated.connect(self._activated)
        icon.show()
        self._icon = icon
        self._tell()

    def _activated(self, how: QSystemTrayIcon.ActivationReason) -> None:
        if how == QSystemTrayIcon.ActivationReason.Trigger:
            self.clicked.emit()
        elif how == QSystemTrayIcon.ActivationReason.MiddleClick:
            self.asked.emit()

    def _host_changed(self, came: bool) -> None:
        if self._icon is None:  # taken away: the application ends
            return
        if self._place.chooses_once:
            self._make()
        elif came:
            self._icon.show()
        self._tell()

    def _tell(self) -> None:
        if self.shown != self._was_shown:
            self._was_shown = self.shown
            self.shown_changed.emit(self._was_shown)
