"""The least that a tray program can be: what our icon is measured against.

Not even `Qt` is imported: that name alone costs 15 ms, for all of its enums are made at once.
"""

import sys

from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

if __name__ == "__main__":
    application = QApplication(sys.argv)
    pixmap = QPixmap(22, 22)
    pixmap.fill(QColor("darkgreen"))
    menu = QMenu()
    menu.addAction("Quit", application.quit)
    icon = QSystemTrayIcon(QIcon(pixmap))
    icon.setContextMenu(menu)
    icon.show()
    sys.exit(application.exec())
