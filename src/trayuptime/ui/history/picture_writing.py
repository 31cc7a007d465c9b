"""A picture written from the window, in a thread of its own."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from trayuptime.runtime.dossier_file import UnwritableError
from trayuptime.system.whole_file import whole_file
from trayuptime.ui.charts.exhibit import png
from trayuptime.ui.history.writing import Writing


class PictureWriting(Writing):
    """Writes one picture."""

    TOLD = (UnwritableError,)

    def __init__(self, image: QImage, path: Path, parent: QObject | None = None) -> None:
        """Nothing happens yet."""
        super().__init__(path, parent)
        self._image = image

    def write(self) -> None:
        """As a PNG; a pipe would wait for its reader."""
        try:
            if self.path.exists() and not self.path.is_file():
                raise UnwritableError(f"{self.path} is no file.")
            with whole_file(self.path) as out:
                out.write(png(self._image))
        except OSError as error:
            raise UnwritableError(f"{self.path} cannot be written: {error.strerror or error}.") from error
