"""The least that a watcher in the tray can be: the bare tray, and the bare loop in a thread beside it.

`python -m benchmarks.bare_both CA_FILE EVERY_S URL…`; its tooltip says how many are up once all were asked.
"""

import asyncio
import sys
import threading

from benchmarks.bare_httpx import watch
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon


class Bridge(QObject):
    """From the loop's thread to the GUI's."""

    told = Signal(int)


if __name__ == "__main__":
    _, ca, every, *addresses = sys.argv
    application = QApplication(sys.argv[:1])
    pixmap = QPixmap(22, 22)
    pixmap.fill(QColor("darkgreen"))
    menu = QMenu()
    menu.addAction("Quit", application.quit)
    icon = QSystemTrayIcon(QIcon(pixmap))
    icon.setContextMenu(menu)
    icon.show()

    def show(up: int) -> None:
        words = f"{up} up"
        if icon.toolTip() != words:
            icon.setToolTip(words)

    bridge = Bridge()
    bridge.told.connect(show)
    main = watch(addresses, ca, float(every), bridge.told.emit)
    threading.Thread(target=asyncio.run, args=(main,), daemon=True).start()
    sys.exit(application.exec())
