"""The pictures under docs/pictures show what windows look like now: taken anew, or held against today's.

`make pictures` takes them. Where the fonts are those that they were taken with, a few pixels of a line may
differ; a window that has changed does not pass.
"""

import os
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontInfo, QImage
from PySide6.QtWidgets import QApplication

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
TAKEN_WITH = "DejaVu Sans"
MOST_DIFFERENT = 4.0
"""The mean of what grey pixels differ by, of 255; another page differs by more than 10."""


def hold(taken: QImage, name: str) -> None:
    """Keeps a picture where pictures are asked for, or holds the one that was kept against it."""
    file = FOLDER / f"{name}.png"
    if os.environ.get("TRAYUPTIME_PICTURES"):
        file.parent.mkdir(parents=True, exist_ok=True)
        assert taken.save(str(file))
        return
    kept = QImage(str(file))
    assert not kept.isNull(), f"there is no picture {name}.png: make pictures"
    if QFontInfo(QApplication.font()).family() == TAKEN_WITH and taken.devicePixelRatio() == 1:
        assert kept.size() == taken.size(), f"{name}.png is stale: make pictures"
        assert difference(taken, kept) < MOST_DIFFERENT, f"{name}.png is stale: make pictures"


def difference(one: QImage, other: QImage) -> float:
    """The mean of what the grey of each small patch differs by, of two pictures of one size."""
    patches = QSize(max(1, one.width() // 4), max(1, one.height() // 4))
    mine, theirs = (
        bytes(
            image.scaled(patches, mode=Qt.TransformationMode.SmoothTransformation)
            .convertToFormat(QImage.Format.Format_RGB32)
            .convertToFormat(QImage.Format.Format_Grayscale8)
            .constBits()
        )
        for image in (one, other)
    )
    return sum(abs(a - b) for a, b in zip(mine, theirs, strict=True)) / len(mine)
