"""The tray icon, on whatever host there is: before us, after us, or not at all.

On X11 Qt chooses once, when the icon is made, between StatusNotifier and XEmbed, and never again (Qt 6.8 to
6.11, measured): when the watcher of StatusNotifier items comes or goes, the icon is made anew.
"""

from PySide6.QtCore import QObject, Signal
from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from trayuptime.ui.marks import Face, Mark, tray_icon

WATCHER = "org.kde.StatusNotifierWatcher"
LONGEST_TOOLTIP = 120
"""Windows cuts at 127 UTF-16 units; nobody reads more."""


class TrayHost(QObject):
    """Keeps one icon in the tray, and says whether anybody shows it."""

    clicked = Signal()
    asked = Signal()
    """The middle button: check now."""
    shown_changed = Signal(bool)

    def __init__(self, menu: QMenu, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._menu = menu
        self._face = Face(Mark.UNKNOWN)
        self._tooltip = "TrayUptime"
        self._icon: QSystemTrayIcon | None = None
        self._was_shown = False
        self._bus = QDBusConnection.sessionBus()
        if self._bus.isConnected():
            self._owner = QDBusServiceWatcher(
                WATCHER, self._bus, QDBusServiceWatcher.WatchModeFlag.WatchForOwnerChange, self
            )
            self._owner.serviceOwnerChanged.connect(self._host_changed)
        self._make()

    @property
    def shown(self) -> bool:
        """Whether a host draws status icons right now."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def over_dbus(self) -> bool:
        """Whether the menu goes over D-Bus, where an underscore marks a mnemonic."""
        if QGuiApplication.platformName() != "xcb":
            return self._bus.isConnected()
        return _is_owned(self._bus)

    def show_face(self, face: Face) -> None:
        """Changes the icon if the face is another one."""
        if face != self._face:
            self._face = face
            if self._icon is not None:
                self._icon.setIcon(tray_icon(face))

    def say(self, tooltip: str) -> None:
        """Changes the tooltip if the words are other ones."""
        tooltip = tooltip[:LONGEST_TOOLTIP]
        if tooltip != self._tooltip:
            self._tooltip = tooltip
            if self._icon is not None:
                self._icon.setToolTip(tooltip)

    def balloon(self, title: str, body: str) -> None:
        """The tray's own message, where there is no notification server to speak to."""
        if self._icon is not None:
            self._icon.showMessage(title, body, QIcon(tray_icon(self._face)), 10_000)

    def remove(self) -> None:
        """Takes the icon away; before the application ends."""
        if self._icon is not None:
            self._icon.hide()
            self._icon.deleteLater()
            self._icon = None

    def _make(self) -> None:
        self.remove()
        icon = QSystemTrayIcon(tray_icon(self._face), self)
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

    def _host_changed(self, _name: str, _old: str, new: str) -> None:
        if QGuiApplication.platformName() == "xcb":
            self._make()
        elif new and self._icon is not None:
            self._icon.show()
        self._tell()

    def _tell(self) -> None:
        if self.shown != self._was_shown:
            self._was_shown = self.shown
            self.shown_changed.emit(self._was_shown)


def _is_owned(bus: QDBusConnection) -> bool:
    daemon = bus.interface()
    return bus.isConnected() and bool(daemon.isServiceRegistered(WATCHER).value())
