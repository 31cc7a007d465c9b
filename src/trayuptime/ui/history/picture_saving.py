"""A picture of charts as a file: where it shall go, and that it is written there."""

from functools import partial
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from trayuptime.ui.history.writing import Saving

FORMATS = (("Pictures", "png"),)


class PictureSaving(Saving):
    """One at a time; what it shows is what was shown when it was asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("picture", parent)

    def ask(self, image: QImage, name: str) -> None:
        """Asks where; the name is offered, without its ending."""
        self.ask_where("Save picture", name, FORMATS, partial(self.write, image))

    def write(self, image: QImage, path: Path) -> None:
        """Writes it, away from the GUI thread: a disk may be slow, or far away."""
        from trayuptime.ui.history.picture_writing import PictureWriting  # noqa: PLC0415 - when one is wanted

        self.begin(PictureWriting(image, path, self), f"The picture is being written to {path.name}…")
