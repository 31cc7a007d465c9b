"""What stands in for the desktop and the engine, and remembers what was asked of it."""

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from trayuptime.core.pauses import Snooze
from trayuptime.ui.tray import TrayPlace


class FakeCommands:
    """An engine that only writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def check_now(self) -> None:
        self.asked.append(("check",))

    def pause(self, until: int | None) -> None:
        self.asked.append(("pause", until))

    def resume(self) -> None:
        self.asked.append(("resume",))

    def switch(self, to: str, leaving: str) -> None:
        self.asked.append(("switch", to, leaving))

    def switch_back(self) -> None:
        self.asked.append(("switch back",))

    def hush(self, incidents: tuple[int, ...], length: Snooze | None) -> None:
        self.asked.append(("hush", incidents, length))

    def unhush(self, incidents: tuple[int, ...]) -> None:
        self.asked.append(("unhush", incidents))

    def unlock_keyring(self) -> None:
        self.asked.append(("unlock",))

    def note(self, incident: int, text: str) -> None:
        self.asked.append(("note", incident, text))

    def tick(self, incident: int, item: str, *, done: bool) -> None:
        self.asked.append(("tick", incident, item, done))

    def restart(self) -> None:
        self.asked.append(("restart",))


class FakePlace(TrayPlace):
    """A desktop whose tray comes and goes as the test says; it speaks to no bus."""

    def __init__(self, *, shows: bool = True, over_dbus: bool = True, chooses_once: bool = False) -> None:
        QObject.__init__(self)
        self._shows = shows
        self._over_dbus = over_dbus
        self._chooses_once = chooses_once

    @property
    def shows(self) -> bool:
        return self._shows

    @property
    def over_dbus(self) -> bool:
        return self._over_dbus

    @property
    def chooses_once(self) -> bool:
        return self._chooses_once

    def come(self) -> None:
        """A host of status icons starts."""
        self._shows = True
        self.changed.emit(True)

    def go(self) -> None:
        """It ends."""
        self._shows = False
        self.changed.emit(False)


class FakeIcon(QSystemTrayIcon):
    """An icon that no desktop sees; `made` has every one of a test, the newest last."""

    made: list["FakeIcon"]

    def __init__(self, icon: QIcon, parent: QObject) -> None:
        super().__init__(parent)
        self.icons = [icon]
        self.tooltips: list[str] = []
        self.balloons: list[tuple[str, str]] = []
        self.menu: QMenu | None = None
        self.on = False
        self.place = QRect()
        self.made.append(self)

    def setIcon(self, icon: QIcon | object) -> None:  # noqa: N802 - Qt's name
        assert isinstance(icon, QIcon)
        self.icons.append(icon)

    def setToolTip(self, tip: str) -> None:  # noqa: N802 - Qt's name
        self.tooltips.append(tip)

    def setContextMenu(self, menu: QMenu | None) -> None:  # noqa: N802 - Qt's name
        self.menu = menu

    def show(self) -> None:
        self.on = True

    def hide(self) -> None:
        self.on = False

    def geometry(self) -> QRect:
        return self.place

    def showMessage(self, title: str, msg: str, *_: object) -> None:  # noqa: N802 - Qt's name
        self.balloons.append((title, msg))


def close(window: QWidget) -> None:
    """Ends a window of a test, whatever it does when its user closes it."""
    window.hide()
    window.deleteLater()
