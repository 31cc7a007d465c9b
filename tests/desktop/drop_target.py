"""Another program, which takes whatever is dropped on its window; a line of JSON for each thing that happens.

python drop_target.py LEFT TOP WIDTH HEIGHT
"""

import json
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QImageReader
from PySide6.QtWidgets import QApplication, QLabel


class Target(QLabel):
    def __init__(self) -> None:
        super().__init__("Drop it here")
        self.setWindowTitle("Another program")
        self.setAcceptDrops(True)
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        event.acceptProposedAction()
        tell(entered=True)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        data = event.mimeData()
        image: QImage = data.imageData()
        (file,) = [Path(url.toLocalFile()) for url in data.urls()]
        size = QImageReader(str(file)).size()
        event.acceptProposedAction()
        tell(image=[image.width(), image.height()], name=file.name, of_file=[size.width(), size.height()])


def tell(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    application = QApplication(sys.argv)
    target = Target()
    target.setGeometry(*map(int, sys.argv[1:5]))
    target.show()
    sys.exit(application.exec())
